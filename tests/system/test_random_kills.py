"""Hundreds of orders while workers are killed at moments nobody chose.

NEUTRALHOST_TEST_KILLED_ORDERS says how many, where it should be more than fits into a usual run.
"""

import os

import pytest

from tests.integration.chaos import chaos
from tests.integration.street import street
from tests.postgres import cluster

ORDERS = int(os.environ.get("NEUTRALHOST_TEST_KILLED_ORDERS", "80"))
KILLS = max(10, ORDERS // 10)


@pytest.mark.system
def test_a_worker_killed_again_and_again_loses_nothing_and_does_nothing_twice(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    url = f"sqlite:///{tmp_path_factory.mktemp('chaos') / 'chaos.db'}"
    inventory = street(homes=ORDERS, tags=ORDERS)
    played = chaos(url, inventory, orders=ORDERS, ceases=ORDERS // 3, kills=KILLS, workers=1, seed=11, longest_s=1.5)
    assert played.kills >= KILLS // 2


@pytest.mark.system
def test_three_workers_on_postgresql_killed_again_and_again_lose_nothing_and_do_nothing_twice() -> None:
    inventory = street(homes=ORDERS, tags=ORDERS)
    with cluster() as url:
        played = chaos(url, inventory, orders=ORDERS, ceases=ORDERS // 3, kills=KILLS, workers=3, seed=13)
    assert played.kills >= KILLS // 2
