"""The portal's pages of change plans: what waits is looked at and decided by those who may, and by nobody else."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from automation.change_plan import lines_change
from automation.limits import BrokenLimit, Limit
from provisioning.change_plan_desk import propose_change
from provisioning.change_plans import Outcome, PlanKind, PlannedChange, PlanState
from provisioning.front_desk import SYSTEM
from tests.web_town import Town

DIGEST = "0" * 64


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine)


def waiting(town: Town, *broken: BrokenLimit) -> str:
    """A plan that was rehearsed, as a worker would have left it."""
    made = propose_change(town.tools, SYSTEM, PlanKind.FIX, [lines_change("sw-quay", "a", "no a")], why="<b>clock</b>")
    change = replace(made.changes[0].change, diff="+ntp server 192.0.2.1\n+snmp-server community sesame")
    with town.tools.open_unit_of_work() as work:
        work.change_plans.keep_rehearsal(made.id, [PlannedChange(change, Outcome.WOULD_CHANGE)], DIGEST, broken)
        work.change_plans.set_state(made.id, PlanState.REHEARSED)
        work.commit()
    return made.id


def state_of(town: Town, plan_id: str) -> PlanState:
    with town.tools.open_unit_of_work(reading=True) as work:
        return work.change_plans.get(plan_id).state


def test_an_approver_sees_what_the_devices_said_and_approves_exactly_that(town: Town) -> None:
    plan_id = waiting(town)
    amit = town.browser("amit")
    assert plan_id in amit.get("/changes").text
    page = amit.get(f"/changes/{plan_id}").text
    assert "+ntp server 192.0.2.1" in page
    assert "sesame" not in page
    assert "<b>clock" not in page

    assert amit.post(f"/changes/{plan_id}/approve", {"digest": "1" * 64}).status_code == 409
    assert amit.post(f"/changes/{plan_id}/approve", {"digest": DIGEST}).status_code == 303
    assert state_of(town, plan_id) is PlanState.APPROVED
    assert "Approve CP-" not in amit.get(f"/changes/{plan_id}").text


def test_an_engineer_cancels_and_may_not_approve(town: Town) -> None:
    plan_id = waiting(town)
    ella = town.browser("ella")
    page = ella.get(f"/changes/{plan_id}").text
    assert "Approve CP-" not in page
    assert ella.post(f"/changes/{plan_id}/approve", {"digest": DIGEST}).status_code == 403
    assert ella.post(f"/changes/{plan_id}/cancel", {"reason": "not today"}).status_code == 303
    assert state_of(town, plan_id) is PlanState.CANCELLED


def test_what_breaks_a_limit_says_so_and_has_no_button(town: Town) -> None:
    plan_id = waiting(town, BrokenLimit(Limit.DEVICES, "It changes 60 devices, and one plan may change 50."))
    page = town.browser("amit").get(f"/changes/{plan_id}").text
    assert "It changes 60 devices" in page
    assert "Approve CP-" not in page


def test_an_uncertain_device_stands_above_the_list(town: Town) -> None:
    with town.tools.open_unit_of_work() as work:
        work.uncertain.note("sw-quay", "CP-1", "It could not be told to go back.")
        work.commit()
    assert "Nobody knows for certain" in town.browser("ella").get("/changes").text


def test_an_isp_has_no_such_page(town: Town) -> None:
    plan_id = waiting(town)
    anna = town.browser("anna")
    for path in ("/changes", f"/changes/{plan_id}"):
        assert anna.client.get(path).status_code == 403
