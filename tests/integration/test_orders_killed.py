"""A worker killed with kill -9 in the middle of an order (tests/system has every moment there is)."""

from tests.integration.killing import kill_at_each
from tests.integration.running import running
from tests.integration.street import street


def test_a_worker_killed_after_it_changed_the_devices_leaves_an_order_that_the_next_one_ends(database_url: str) -> None:
    with running(database_url, street(homes=1), works=False) as town:
        kill_at_each(town, database_url, [("deploy", "after")], [], [("deploy", "before")])
