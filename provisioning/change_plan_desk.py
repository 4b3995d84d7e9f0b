"""Change plans, as the front desk takes, shows and decides them. The worker rehearses and deploys.

Nothing reaches a device but by an order or one of these. Whoever proposes may approve, if approving is among
their rights; where a limit was lifted it takes two people, neither of whom proposed it.
"""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from automation.change_plan import DeviceChange, Rehearsal, opposite
from automation.limits import Limit
from automation.masking import without_secrets
from provisioning.change_plan_errors import LimitsExceeded, PlanChanged
from provisioning.change_plans import (
    ALL_AT_ONCE,
    CHANGE_PLAN,
    PLAN_ENDED,
    ChangePlan,
    LiftedLimit,
    PlanEvent,
    PlanKind,
    PlannedChange,
    PlanState,
)
from provisioning.dangers import Danger
from provisioning.deeds import about, acts
from provisioning.detour_ends import end_moves
from provisioning.errors import RequestInvalid, WrongState
from provisioning.isps import Principal
from provisioning.policy import Action, must
from provisioning.references import new_change_plan_id
from provisioning.rights import LONGEST_REASON, must_be_text
from provisioning.second_eyes import approved_by_enough
from provisioning.standing import standing_at
from provisioning.still_wanted import must_be_wanted_still
from provisioning.store.change_plan_work import UncertainDevice
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.workflows.freezing import freeze_on, limits_broken, must_be_readable, must_not_be_frozen

MOST_LISTED = 200
_LOOK_EVERY_S = 0.2


@dataclass(frozen=True, slots=True)
class PlanStory:
    """A plan as people see it, its commands and diffs without secrets, and its life."""

    plan: ChangePlan
    events: tuple[PlanEvent, ...]


@acts("propose a change of devices", says=("kind", "why"))
def propose_change(
    tools: Tools,
    who: Principal,
    kind: PlanKind,
    changes: Sequence[DeviceChange],
    *,
    why: str,
    batch: int = ALL_AT_ONCE,
    supersedes: str = "",
) -> ChangePlan:
    """Keep a plan, and have a worker rehearse it; nothing is changed before a person approves what the devices say.

    `batch` devices are changed at a time, all of them or none, and the first batch that is refused ends it; 0: all
    of the plan. A plan that this one `supersedes`, and that is not being deployed, ends.

    Raises: Forbidden; RequestInvalid; UnknownThing, for a device that does not exist; Frozen; UnknownChangePlan,
        WrongState, about the plan it supersedes.
    """
    must(who, Action.PROPOSE_CHANGES)
    must_be_text("why", why, LONGEST_REASON)
    _must_be_possible(tools, changes, batch)
    return _keep(tools, who, _proposed(tools, who, kind, changes, why, batch), supersedes)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What devices would change now, and what would stand in the way of a plan of it, in sentences."""

    rehearsal: Rehearsal
    in_the_way: tuple[str, ...]


def foresee_change(tools: Tools, who: Principal, changes: Sequence[DeviceChange]) -> Foreseen:
    """Have the devices say what they would change, and leave nothing on them; no plan is kept.

    Raises: Forbidden, RequestInvalid, UnknownThing.
    """
    must(who, Action.REHEARSE)
    _must_be_possible(tools, changes, ALL_AT_ONCE)
    with tools.open_unit_of_work(reading=True) as work:
        frozen = freeze_on(work, tools, changes)
    rehearsal = tools.deployer.rehearse_changes(changes, standing_at(tools, [change.device for change in changes]))
    broken = limits_broken(tools, rehearsal)
    return Foreseen(rehearsal, (*([frozen.sentence] if frozen else []), *(each.sentence for each in broken)))


@acts("undo a change of devices", says=("plan_id", "why"))
def undo_plan(tools: Tools, who: Principal, plan_id: str, *, why: str) -> ChangePlan:
    """Propose the opposite of what stands of a plan that has ended: a plan of its own, rehearsed and approved as any.

    Raises: Forbidden, RequestInvalid, UnknownChangePlan, Frozen, PlanUnreadable; WrongState, where it goes on or
        changed nothing.
    """
    must(who, Action.PROPOSE_CHANGES)
    must_be_text("why", why, LONGEST_REASON)
    with tools.open_unit_of_work(reading=True) as work:
        plan = work.change_plans.get(plan_id)
    must_be_readable(plan)
    changes = [opposite(change) for change in plan.standing]
    if plan.state not in PLAN_ENDED or not changes:
        raise WrongState("change plan", plan_id, plan.state, "undone: it has changed nothing that stands")
    wanted = _proposed(tools, who, PlanKind.UNDO, changes, why, plan.batch)
    return _keep(tools, who, replace(wanted, undoes=plan_id), "")


@acts("approve a change of devices", "change plan", "plan_id")
def approve_plan(tools: Tools, who: Principal, plan_id: str, digest: str | None = None) -> ChangePlan:
    """Approve exactly what the devices said in the rehearsal; a worker goes on with it.

    `digest` says what was looked at; None: what is there now. Where a limit was lifted, the first of two approvals
    changes nothing else.

    Raises: Forbidden, UnknownChangePlan; WrongState, where it does not wait for this; PlanChanged, PlanUnreadable,
        PlanOutdated, Frozen, LimitsExceeded, SecondEyesNeeded.
    """
    must(who, Action.APPROVE_CHANGES)
    with tools.open_unit_of_work(by=who.user_name) as work:
        plan = work.change_plans.lock(plan_id)
        if not plan.awaits_approval:
            raise WrongState("change plan", plan_id, plan.state, "approved: it does not wait for that")
        if digest not in {None, plan.digest}:
            raise PlanChanged(plan_id)
        must_be_readable(plan)
        must_be_wanted_still(work, plan, plan.device_changes)
        must_not_be_frozen(work, tools, plan.device_changes)
        if plan.in_the_way:
            raise LimitsExceeded(plan_id, plan.in_the_way)
        if _is_enough(work, tools, who, plan):
            work.change_plans.approve(plan_id, plan.digest, who.user_name)
            work.change_plans.set_state(plan_id, PlanState.APPROVED)
            work.change_plans.record(plan_id, f"Approved by {who.user_name}.", who.user_name)
            work.jobs.walk(CHANGE_PLAN, plan_id, work.change_plans.next_walk(plan_id))
        else:
            said = f"Approved by {who.user_name}, the first of two: {Danger.LIFTS_LIMIT}."
            work.change_plans.record(plan_id, said, who.user_name)
        work.commit()
        return work.change_plans.get(plan_id)


@acts("cancel a change of devices", "change plan", "plan_id")
def cancel_plan(tools: Tools, who: Principal, plan_id: str, *, why: str) -> ChangePlan:
    """End a plan of which nothing is on its way. What its earlier batches changed stands, and can be undone.

    Raises: Forbidden, RequestInvalid, UnknownChangePlan, WrongState.
    """
    must(who, Action.CANCEL_CHANGES)
    must_be_text("why", why, LONGEST_REASON)
    with tools.open_unit_of_work(by=who.user_name) as work:
        kept = [change.device for change in work.change_plans.lock(plan_id).standing]
        work.change_plans.set_state(plan_id, PlanState.CANCELLED)
        stands = f" What it changed on {', '.join(kept)} stands." if kept else ""
        work.change_plans.record(plan_id, f"Cancelled by {who.user_name}: {why}{stands}", who.user_name)
        end_moves(work, tools, work.change_plans.get(plan_id))
        work.commit()
        return work.change_plans.get(plan_id)


@acts("lift a safety limit", "change plan", "plan_id", says=("limit", "why"))
def lift_limit(tools: Tools, who: Principal, plan_id: str, limit: Limit, *, why: str) -> ChangePlan:
    """Lift one limit for one plan. Its approval takes two people then, neither of whom proposed it.

    Raises: Forbidden, RequestInvalid, UnknownChangePlan; WrongState, where it does not wait for approval.
    """
    must(who, Action.LIFT_LIMITS)
    must_be_text("why", why, LONGEST_REASON)
    with tools.open_unit_of_work(by=who.user_name) as work:
        plan = work.change_plans.lock(plan_id)
        if not plan.awaits_approval:
            raise WrongState("change plan", plan_id, plan.state, "given more room: it does not wait for approval")
        work.change_plans.lift(plan_id, LiftedLimit(limit, who.user_name, why, tools.now()))
        work.change_plans.record(plan_id, f"{who.user_name} lifted the limit {limit}: {why}", who.user_name)
        work.commit()
        return work.change_plans.get(plan_id)


def plan(tools: Tools, who: Principal, plan_id: str) -> PlanStory:
    """Raises: Forbidden, UnknownChangePlan."""
    must(who, Action.READ_CHANGES)
    with tools.open_unit_of_work(reading=True) as work:
        found, events = work.change_plans.get(plan_id), work.change_plans.events(plan_id)
    return PlanStory(shown_plan(tools, found), events)


def plans(tools: Tools, who: Principal, states: Collection[PlanState] = ()) -> tuple[ChangePlan, ...]:
    """The last ones, newest first; those in these states, where any is named. Raises: Forbidden."""
    must(who, Action.READ_CHANGES)
    with tools.open_unit_of_work(reading=True) as work:
        return work.change_plans.newest(states=states, limit=MOST_LISTED)


def uncertain_devices(tools: Tools, who: Principal) -> tuple[UncertainDevice, ...]:
    """Devices of which nobody knows for certain what they say, the longest first. Raises: Forbidden."""
    must(who, Action.READ_CHANGES)
    with tools.open_unit_of_work(reading=True) as work:
        return work.uncertain.open()


def wait_for_plan(tools: Tools, who: Principal, plan_id: str, timeout_s: float) -> ChangePlan:
    """Wait until the plan has ended, waits for a person, or the time is over. Raises: Forbidden, UnknownChangePlan."""
    must(who, Action.READ_CHANGES)
    until = time.monotonic() + timeout_s
    while True:
        with tools.open_unit_of_work(reading=True) as work:
            found = work.change_plans.get(plan_id)
        if found.state in PLAN_ENDED or found.awaits_approval or found.waits or time.monotonic() >= until:
            return shown_plan(tools, found)
        time.sleep(_LOOK_EVERY_S)


def shown_plan(tools: Tools, found: ChangePlan) -> ChangePlan:
    """The plan without any secret that its commands or diffs have."""
    devices = tools.load_snapshot().devices
    platforms = {name: devices[name].platform for name in found.devices if name in devices}

    def shown(planned: PlannedChange) -> PlannedChange:
        platform = platforms.get(planned.device, "")
        commands, undo, diff = (
            without_secrets(text, platform)
            for text in (planned.change.commands, planned.change.undo, planned.change.diff)
        )
        return replace(planned, change=replace(planned.change, commands=commands, undo=undo, diff=diff))

    return replace(found, changes=tuple(map(shown, found.changes)))


def _must_be_possible(tools: Tools, changes: Sequence[DeviceChange], batch: int) -> None:
    """Raises: RequestInvalid, UnknownThing."""
    names = [change.device for change in changes]
    if not names:
        raise RequestInvalid("changes", "it names no device")
    if len(set(names)) != len(names):
        raise RequestInvalid("changes", "it names a device twice")
    if batch < 0:
        raise RequestInvalid("batch", "it is less than no device")
    snapshot = tools.load_snapshot()
    for name in names:
        snapshot.device(name)


def _proposed(
    tools: Tools, who: Principal, kind: PlanKind, changes: Sequence[DeviceChange], why: str, batch: int
) -> ChangePlan:
    now = tools.now()
    planned = tuple(map(PlannedChange, changes))
    return ChangePlan(
        new_change_plan_id(), kind, why, who.user_name, PlanState.PROPOSED, planned, now, now, batch=batch
    )


def _keep(tools: Tools, who: Principal, wanted: ChangePlan, supersedes: str) -> ChangePlan:
    with tools.open_unit_of_work(by=who.user_name) as work:
        if supersedes:
            work.change_plans.lock(supersedes)
            work.change_plans.set_state(supersedes, PlanState.SUPERSEDED)
            work.change_plans.record(supersedes, f"{wanted.id} was proposed in its place.", who.user_name)
            end_moves(work, tools, work.change_plans.get(supersedes))
        _add(work, tools, who, wanted)
        about("change plan", wanted.id)
        work.commit()
    return wanted


def keep_plan(
    work: UnitOfWork, tools: Tools, who: Principal, kind: PlanKind, changes: Sequence[DeviceChange], why: str
) -> ChangePlan:
    """Keep a plan in the caller's transaction, with what else it is about. Raises: RequestInvalid, Frozen."""
    _must_be_possible(tools, changes, ALL_AT_ONCE)
    wanted = _proposed(tools, who, kind, changes, why, ALL_AT_ONCE)
    _add(work, tools, who, wanted)
    return wanted


def _add(work: UnitOfWork, tools: Tools, who: Principal, wanted: ChangePlan) -> None:
    must_not_be_frozen(work, tools, wanted.device_changes)
    work.change_plans.add(wanted)
    work.change_plans.record(wanted.id, f"Proposed by {who.user_name}: {wanted.why}", who.user_name)
    work.jobs.walk(CHANGE_PLAN, wanted.id)


def _is_enough(work: UnitOfWork, tools: Tools, who: Principal, found: ChangePlan) -> bool:
    why = {Danger.LIFTS_LIMIT} if found.lifted else set()
    return approved_by_enough(
        work,
        who,
        about=f"change plan {found.id}",
        why=why,
        digest=found.digest,
        asked_by=found.by,
        now=tools.now(),
    )
