"""kill -9 of the worker around every step of every workflow: activate, undo, cease."""

import pytest

from provisioning.workflows.known import ACTIVATE, ACTIVATE_STRANDS, CEASE, CEASE_STRANDS, MODIFY, MOVE, UNDO
from tests.integration.killing import (
    around,
    kill_at_each,
    kill_modifies_at_each,
    kill_moves_at_each,
    kill_strands_at_each,
)
from tests.integration.running import running
from tests.integration.strand_town import strand_town
from tests.integration.street import street
from tests.integration.two_isps import two_isps


@pytest.mark.system
def test_a_worker_may_be_killed_around_any_step_and_nobody_can_tell_afterwards(database_url: str) -> None:
    adds = around(*(step.__name__ for step in ACTIVATE.steps))
    failing = around(*(step.__name__ for step in UNDO))
    ceases = around(*(step.__name__ for step in CEASE.steps))
    with running(database_url, street(homes=len(adds) + len(failing)), works=False) as town:
        kill_at_each(town, database_url, adds, failing, ceases)


@pytest.mark.system
def test_orders_for_strands_survive_it_too(database_url: str) -> None:
    adds = around(*(step.__name__ for step in ACTIVATE_STRANDS.steps[:4]))  # up to the wait for an engineer
    delivers = around(*(step.__name__ for step in ACTIVATE_STRANDS.steps[4:]))
    ceases = around(*(step.__name__ for step in CEASE_STRANDS.steps))
    with running(database_url, strand_town(), works=False) as town:
        kill_strands_at_each(town, database_url, adds, delivers, ceases)


@pytest.mark.system
def test_changes_of_speed_survive_it_too(database_url: str) -> None:
    at = around(*(step.__name__ for step in MODIFY.steps))
    undone = around(*(step.__name__ for step in MODIFY.undo))
    with running(database_url, two_isps(homes=len(at) + len(undone)), works=False) as town:
        kill_modifies_at_each(town, database_url, at, undone)


@pytest.mark.system
def test_moves_of_lines_survive_it_too(database_url: str) -> None:
    at = around(*(step.__name__ for step in MOVE.steps))
    undone = around(*(step.__name__ for step in MOVE.undo))
    with running(database_url, two_isps(homes=len(at) + len(undone)), works=False) as town:
        kill_moves_at_each(town, database_url, at, undone)
