"""Walk a change plan: rehearse on all its devices; once approved, deploy batch by batch, all of a batch or none.

Durable as orders are: killed anywhere, a plan goes on with the first step that has not answered, and each is safe
to repeat. A plan that waits (a person, a pause) is a row and no thread: its walk is over, and another one goes on.
"""

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from random import uniform

import structlog

from automation.change_plan import DeployReport, DeviceChange, Rehearsal
from inventory.counted import counted
from inventory.errors import NeutralhostError
from provisioning.approvals import plan_digest
from provisioning.causes import because
from provisioning.change_plans import (
    ALL_AT_ONCE,
    CHANGE_PLAN,
    PLAN_ENDED,
    ChangePlan,
    Outcome,
    PlannedChange,
    PlanState,
    batches_of,
    with_report,
)
from provisioning.detour_ends import end_moves
from provisioning.device_errors import ChangedSinceApproval, RehearsalRefused
from provisioning.orders import Reason
from provisioning.standing import standing_at
from provisioning.still_wanted import must_be_wanted_still
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.uncertain import note_uncertain
from provisioning.workflows.claims import claimed
from provisioning.workflows.engine import Answer, Body, Durable
from provisioning.workflows.freezing import limits_broken, must_be_readable, must_not_be_frozen, pause_on
from provisioning.workflows.insisting import insist
from provisioning.workflows.patience import Tried, pause_before_s
from provisioning.workflows.refusing import is_changed, must_be_deployed
from provisioning.workflows.story import reason_for

log = structlog.get_logger(__name__)

MOST_REHEARSALS = 5
"""How often a plan whose devices change under it is rehearsed, before it is given up."""


_BROKEN_OFF = "A fault of ours broke the change off; what the device had not confirmed goes back by itself."
_DONE, _STOP, _AGAIN = "done", "stop", "again"


def plan_body(tools: Tools) -> Body:
    """Return the walk of a change plan as the engine runs it."""

    def body(plan_id: str, durable: Durable) -> None:
        looked = _step(plan_id, durable, tools, "look", lambda: _look(plan_id, durable.number, tools))
        match looked["do"]:
            case "rehearse":
                _step(plan_id, durable, tools, "rehearse", lambda: rehearse(plan_id, tools))
            case "deploy":
                _deploy(plan_id, durable, tools, int(str(looked["batches"])))

    return body


def _deploy(plan_id: str, durable: Durable, tools: Tools, batches: int) -> None:
    for number in range(batches):
        name = f"deploy-{number + 1}"
        answer = _step(plan_id, durable, tools, name, partial(deploy_batch, plan_id, number, tools))
        if answer["outcome"] != _DONE:
            return
    _step(plan_id, durable, tools, "finish", lambda: finish(plan_id, tools))


def _look(plan_id: str, number: int, tools: Tools) -> Answer:
    """What this walk is to do: the plan's state says so; nothing where another walk has it, or it waits."""
    with tools.open_unit_of_work() as work:
        plan = work.change_plans.lock(plan_id)
        if plan.state in PLAN_ENDED:
            _let_go(work, plan_id)
        if plan.walk != number or plan.state in PLAN_ENDED:
            return {"do": "nothing"}
        if plan.state is PlanState.PROPOSED:
            return {"do": "nothing" if _waits_for_pause(work, tools, plan) else "rehearse"}
        if plan.state is PlanState.APPROVED and _waits_for_pause(work, tools, plan):
            return {"do": "nothing"}
        if plan.state in {PlanState.APPROVED, PlanState.DEPLOYING}:
            return {"do": "deploy", "batches": len(batches_of(plan.device_changes, plan.batch))}
    return {"do": "nothing"}


def _waits_for_pause(work: UnitOfWork, tools: Tools, plan: ChangePlan) -> bool:
    pause = pause_on(work, tools, plan.device_changes)
    if pause is None:
        return False
    work.change_plans.wait(plan.id, pause.sentence)
    work.change_plans.record(plan.id, pause.sentence)
    work.commit()
    return True


def rehearse(plan_id: str, tools: Tools) -> None:
    """Have every device say what it would change, leave nothing there, and keep what they said.

    Raises: PlanOutdated, Frozen, DevicesClaimed, RehearsalRefused.
    """
    plan = _read(plan_id, tools)
    if plan.state is not PlanState.PROPOSED:
        _let_go_if_ended(plan_id, tools)
        return
    with tools.open_unit_of_work(reading=True) as work:
        must_be_wanted_still(work, plan, plan.device_changes)
        must_not_be_frozen(work, tools, plan.device_changes)
    with claimed(plan_id, plan.devices, (), tools):
        rehearsal = tools.deployer.rehearse_changes(plan.device_changes, standing_at(tools, plan.devices))
    if rehearsal.refusals:
        raise RehearsalRefused(plan_id, rehearsal.refusals)
    broken = limits_broken(tools, rehearsal)
    with tools.open_unit_of_work() as work:
        now = work.change_plans.lock(plan_id)
        if now.state is PlanState.PROPOSED:
            planned = _rehearsed(rehearsal, now)
            digest = plan_digest(each.change for each in planned)
            work.change_plans.keep_rehearsal(plan_id, planned, digest, broken)
            _after_rehearsal(work, work.change_plans.get(plan_id), tools)
            work.commit()


def _let_go_if_ended(plan_id: str, tools: Tools) -> None:
    """A plan that was cancelled while its worker was dead holds no device any more."""
    with tools.open_unit_of_work() as work:
        if work.change_plans.lock(plan_id).state in PLAN_ENDED:
            _let_go(work, plan_id)


def _let_go(work: UnitOfWork, plan_id: str) -> None:
    work.claims.release(plan_id)
    work.commit()


def _rehearsed(rehearsal: Rehearsal, plan: ChangePlan) -> tuple[PlannedChange, ...]:
    """What every device said. One that an earlier batch changed keeps what came of it while it says the same."""
    done = {each.device: each for each in plan.changes if each.change in plan.standing}
    return tuple(
        done[change.device]
        if change.device in done and not change.diff
        else PlannedChange(change, Outcome.WOULD_CHANGE if change.diff else Outcome.NOTHING_TO_DO)
        for change in rehearsal.changes
    )


def _after_rehearsal(work: UnitOfWork, plan: ChangePlan, tools: Tools) -> None:
    """Nothing to do: done. What was approved already, exactly so: on with it. Anything else waits for a person."""
    changing = sum(planned.outcome is Outcome.WOULD_CHANGE for planned in plan.changes)
    if not changing:
        work.change_plans.set_state(plan.id, PlanState.DONE)
        work.change_plans.record(plan.id, "No device has anything to change: it is done.")
        end_moves(work, tools, work.change_plans.get(plan.id))
        return
    said = f"{changing} of {counted(len(plan.changes), 'device')} would change; nothing was left on any."
    if plan.digest == plan.approved_digest and not plan.in_the_way:
        work.change_plans.set_state(plan.id, PlanState.APPROVED)
        work.change_plans.record(plan.id, f"{said} It is what was approved, and goes on.")
        work.jobs.walk(CHANGE_PLAN, plan.id, work.change_plans.next_walk(plan.id))
        return
    work.change_plans.set_state(plan.id, PlanState.REHEARSED)
    again = " What was approved before counts no more." if plan.approved_digest else ""
    limits = "".join(f" {broken.sentence}" for broken in plan.in_the_way[:5])
    work.change_plans.record(plan.id, f"{said}{again}{limits} Waits for approval.")


def deploy_batch(plan_id: str, number: int, tools: Tools) -> None:
    """Change the devices of one batch, all or none, and keep what came of each before anything is raised.

    Raises: ChangedSinceApproval, PlanOutdated, Frozen, DevicesClaimed, DevicesChanged, DeployRefused.
    """
    plan = _read(plan_id, tools)
    changes = batches_of(plan.device_changes, plan.batch)[number]
    if plan_digest(plan.device_changes) != plan.approved_digest:
        raise ChangedSinceApproval(plan_id)
    with tools.open_unit_of_work() as work:
        goes_on = _was_cut_off(work, plan_id)
        if not goes_on:
            must_not_be_frozen(work, tools, changes)
        work.change_plans.set_state(plan_id, PlanState.DEPLOYING)
        work.commit()
    with claimed(plan_id, [change.device for change in changes], (), tools):
        if not goes_on:
            with tools.open_unit_of_work(reading=True) as work:
                must_be_wanted_still(work, plan, changes)
        with _told_as_uncertain(plan_id, changes, tools):
            standing = standing_at(tools, [change.device for change in changes], plan.limits_lifted)
            report = tools.deployer.deploy(changes, tools.settings.revert_after_s, (), standing)
    with tools.open_unit_of_work() as work:
        devices = {change.device for change in changes}
        planned = [each for each in plan.changes if each.device in devices]
        work.change_plans.keep_outcomes(plan_id, with_report(planned, report))
        work.change_plans.record(plan_id, _words(report, number, plan))
        note_uncertain(work, plan_id, report, tools.settings.revert_after_s)
        work.commit()
    must_be_deployed(plan_id, report)


def _was_cut_off(work: UnitOfWork, plan_id: str) -> bool:
    """Whether the plan was killed while it had devices: some may be changed, so it is brought to its end."""
    return any(holder == plan_id for _kind, _name, holder in work.claims.claimed())


@contextmanager
def _told_as_uncertain(plan_id: str, changes: Sequence[DeviceChange], tools: Tools) -> Iterator[None]:
    """What a fault of ours breaks off has no report: nobody knows what these devices say now."""
    try:
        yield
    except Exception:
        with tools.open_unit_of_work() as work:
            for change in changes:
                work.uncertain.note(change.device, plan_id, _BROKEN_OFF)
            work.commit()
        raise


def finish(plan_id: str, tools: Tools) -> None:
    """All batches are confirmed: the plan is done."""
    with tools.open_unit_of_work() as work:
        work.change_plans.lock(plan_id)
        work.change_plans.set_state(plan_id, PlanState.DONE)
        work.change_plans.record(plan_id, "Done: every device has its change, and was read after it.")
        end_moves(work, tools, work.change_plans.get(plan_id))
        work.commit()


def _words(report: DeployReport, number: int, plan: ChangePlan) -> str:
    lists = {
        "confirmed": report.confirmed,
        "had it already": report.unchanged,
        "taken back": report.undone,
        "uncertain": report.uncertain,
        "refused": report.refusals,
    }
    parts = [f"{len(names)} {words}" for words, names in lists.items() if names]
    which = "" if plan.batch == ALL_AT_ONCE else f"Batch {number + 1}: "
    return f"{which}{', '.join(parts)}."


def _step(plan_id: str, durable: Durable, tools: Tools, name: str, run: Callable[[], Answer | None]) -> Answer:
    """Take one step durably, again where what failed may pass; what does not ends the plan with its reasons."""

    def take() -> Answer:
        with because(f"Step {name} of {plan_id}."):
            return _try(plan_id, durable, tools, run)

    return durable.step(name, take)


def _try(plan_id: str, durable: Durable, tools: Tools, run: Callable[[], Answer | None]) -> Answer:
    began, times = time.monotonic(), 0
    while True:
        times += 1
        try:
            return {"outcome": _DONE} | dict(run() or {})
        except Exception as error:  # noqa: BLE001  # the outermost step loop: whatever it is, the plan must end well
            tried = Tried(times, time.monotonic() - began)
            pause_s = pause_before_s(error, tried, tools.settings.step_tries, tools.settings)
            if pause_s is None or not isinstance(error, NeutralhostError):
                return insist(durable, partial(_end_or_again, plan_id, error, tools), plan=plan_id)
            durable.pause(uniform(0.5, 1.5) * pause_s)  # noqa: S311  # spreads the waiting, hides nothing


def _end_or_again(plan_id: str, error: Exception, tools: Tools) -> Answer:
    """A device that changed since is no failure: all is rehearsed again, and approved again where it says otherwise."""
    reason = _reason(plan_id, error)
    with tools.open_unit_of_work() as work:
        plan = work.change_plans.lock(plan_id)
        work.claims.release(plan_id)
        if plan.state in PLAN_ENDED:
            return {"outcome": _STOP, "do": "nothing"}
        if is_changed(error) and plan.rehearsals < MOST_REHEARSALS:
            work.change_plans.set_state(plan_id, PlanState.PROPOSED)
            work.change_plans.record(plan_id, f"{reason.sentence} It is rehearsed again.")
            work.jobs.walk(CHANGE_PLAN, plan_id, work.change_plans.next_walk(plan_id))
        else:
            work.change_plans.set_state(plan_id, PlanState.FAILED, reasons=(reason,))
            work.change_plans.record(plan_id, f"Failed. {reason.sentence}")
            end_moves(work, tools, work.change_plans.get(plan_id))
        work.commit()
    return {"outcome": _AGAIN if is_changed(error) else _STOP, "do": "nothing"}


def _reason(plan_id: str, error: Exception) -> Reason:
    incident = secrets.token_hex(4)
    reason = reason_for(error, incident)
    if isinstance(error, NeutralhostError):
        log.warning("change plan stopped", plan=plan_id, code=reason.code, sentence=reason.sentence)
    else:
        log.error("change plan stopped", plan=plan_id, incident=incident, exc_info=error)
    return reason


def _read(plan_id: str, tools: Tools) -> ChangePlan:
    """Raises: UnknownChangePlan, PlanUnreadable."""
    with tools.open_unit_of_work(reading=True) as work:
        plan = work.change_plans.get(plan_id)
    must_be_readable(plan)
    return plan
