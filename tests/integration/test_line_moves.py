"""A failed ISP's lines move to another in one job: planned, approved by two, walked, paused, reported line by line."""

from collections.abc import Iterator

import pytest

from provisioning import front_desk, line_move_desk
from provisioning.errors import WrongState
from provisioning.front_desk import SYSTEM
from provisioning.isps import Principal, Role
from provisioning.line_move_desk import (
    approve_line_move,
    foresee_line_moves,
    line_move_report,
    move_lines,
    pause_line_move,
    plan_by_rule,
    resume_line_move,
)
from provisioning.line_moves import LineMoveState, PlanRow, RowState
from provisioning.line_moving import advance_line_moves
from provisioning.people_errors import SecondEyesNeeded
from tests.integration.running import Running, running, wait_until
from tests.integration.two_isps import GAINING, GAINING_HANDOVER, two_isps

AMIT, ANN = (Principal(name, Role.OPERATOR, None) for name in ("amit", "ann"))


@pytest.fixture
def town(database_url: str) -> Iterator[Running]:
    with running(database_url, two_isps(homes=4, gaining_tags=3)) as found:
        yield found


def served(town: Running, homes: int) -> list[str]:
    """The access line ids of homes, delivered to the ISP that will fail."""
    town.wait([town.order(home) for home in range(1, homes + 1)])
    page = front_desk.lines(town.house.tools, SYSTEM)
    return [facts.line.access_line_id for facts in page.lines]


def test_a_dry_run_counts_all_lines_together_and_changes_nothing(town: Running) -> None:
    tools, lines = town.house.tools, served(town, 4)
    before = town.configs()
    plan = plan_by_rule(tools, SYSTEM, "quayside", GAINING, GAINING_HANDOVER)
    assert [row.access_line_id for row in plan] == sorted(lines)

    report = foresee_line_moves(tools, SYSTEM, "quayside", plan)

    assert report.counts == {"waiting": 3, "not-possible": 1}
    [refused] = [row for row in report.rows if row.state is RowState.NOT_POSSIBLE]
    assert "no free S-VLAN" in refused.why
    assert (town.configs(), line_move_desk.line_moves(tools, SYSTEM)) == (before, ())


def test_a_job_moves_every_line_that_can_be_moved_and_reports_each(town: Running) -> None:
    tools, lines = town.house.tools, sorted(served(town, 4))
    plan = [PlanRow(name, GAINING, GAINING_HANDOVER) for name in lines[:3]]

    made = move_lines(tools, SYSTEM, "quayside", plan, reason="the ISP has failed", at_a_time=2)
    assert made.move is not None
    assert made.counts == {"waiting": 3, "not-planned": 1}
    job = made.move.id
    with pytest.raises(SecondEyesNeeded):
        approve_line_move(tools, SYSTEM, job)
    assert approve_line_move(tools, AMIT, job).state is LineMoveState.AWAITING_APPROVAL
    with pytest.raises(SecondEyesNeeded):
        approve_line_move(tools, AMIT, job)
    assert approve_line_move(tools, ANN, job).state is LineMoveState.RUNNING

    wait_until(lambda: line_move_report(tools, SYSTEM, job).move.state is LineMoveState.ENDED)

    report = line_move_report(tools, SYSTEM, job)
    assert report.counts == {"moved": 3, "not-planned": 1}
    whose = {facts.line.access_line_id: facts.line.isp_code for facts in front_desk.lines(tools, SYSTEM).lines}
    assert whose == {name: GAINING if name in lines[:3] else "quayside" for name in lines}


def test_a_paused_job_orders_nothing_more_until_it_is_resumed(town: Running) -> None:
    tools, lines = town.house.tools, served(town, 1)
    made = move_lines(tools, SYSTEM, "quayside", [PlanRow(lines[0], GAINING, GAINING_HANDOVER)], reason="failed")
    assert made.move is not None
    job = made.move.id
    with pytest.raises(WrongState):
        pause_line_move(tools, SYSTEM, job)
    approve_line_move(tools, AMIT, job)
    with town.house.tools.open_unit_of_work() as work:  # paused before a worker looks
        work.line_moves.set_state(job, LineMoveState.PAUSED, LineMoveState.AWAITING_APPROVAL)
        work.commit()

    assert advance_line_moves(town.house.tools) == ()
    resume_line_move(tools, SYSTEM, job)
    wait_until(lambda: line_move_report(tools, SYSTEM, job).counts == {"moved": 1})
