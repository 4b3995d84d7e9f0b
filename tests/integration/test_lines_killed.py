"""A worker killed with kill -9 while a speed is changed or a line moves (tests/system has every moment there is)."""

from tests.integration.killing import kill_modifies_at_each, kill_moves_at_each
from tests.integration.running import running
from tests.integration.two_isps import two_isps


def test_a_worker_killed_in_the_middle_leaves_a_change_that_the_next_one_ends(database_url: str) -> None:
    with running(database_url, two_isps(homes=1), works=False) as town:
        kill_modifies_at_each(town, database_url, [("deploy", "after")])


def test_a_worker_killed_at_the_switch_leaves_a_move_that_the_next_one_ends(database_url: str) -> None:
    with running(database_url, two_isps(homes=1), works=False) as town:
        kill_moves_at_each(town, database_url, [("switch", "after")])
