"""PostgreSQL restarted again and again under workers in the middle of orders."""

import time
from contextlib import closing

import pytest
from sqlalchemy import func, select

from inventory.store.engine import open_engine
from provisioning.store.workers import workers
from tests.integration.chaos import undisturbed
from tests.integration.running import wait_until
from tests.integration.street import street
from tests.postgres import restartable_cluster

ORDERS = 40


def wait_for_workers(url: str, many: int) -> None:
    """Wait until so many have been heard of."""
    engine = open_engine(url)
    with closing(engine.connect()) as connection:
        wait_until(lambda: connection.execute(select(func.count()).select_from(workers)).scalar() == many)
    engine.dispose()


@pytest.mark.system
def test_orders_wait_while_postgresql_is_restarted_and_go_on() -> None:
    with restartable_cluster() as (url, restart):

        def restart_three_times() -> None:
            wait_for_workers(url, 2)  # one that starts in that moment says so and ends
            for _ in range(3):
                time.sleep(3.0)
                restart()

        inventory = street(homes=ORDERS, tags=ORDERS)
        undisturbed(url, inventory, orders=ORDERS, workers=2, meanwhile=restart_three_times, more_s=240.0)
