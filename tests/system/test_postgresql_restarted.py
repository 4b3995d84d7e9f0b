"""PostgreSQL restarted again and again under workers in the middle of orders."""

import time

import pytest

from tests.integration.chaos import undisturbed
from tests.integration.street import street
from tests.postgres import restartable_cluster

ORDERS = 40


@pytest.mark.system
def test_orders_wait_while_postgresql_is_restarted_and_go_on() -> None:
    with restartable_cluster() as (url, restart):

        def restart_three_times() -> None:
            for _ in range(3):
                time.sleep(3.0)
                restart()

        inventory = street(homes=ORDERS, tags=ORDERS)
        undisturbed(url, inventory, orders=ORDERS, workers=2, meanwhile=restart_three_times, more_s=240.0)
