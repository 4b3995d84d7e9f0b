"""How the work goes on, as the front desk shows and changes it: pauses, workers, what is done by the clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from provisioning.dangers import Danger
from provisioning.deeds import about, acts
from provisioning.engine_errors import PauseOver
from provisioning.errors import RequestInvalid
from provisioning.isps import Principal
from provisioning.orders import WaitsFor
from provisioning.pauses import Pause, PauseKind, PauseScope
from provisioning.policy import Action, must
from provisioning.references import new_pause_id
from provisioning.rights import LONGEST_REASON, must_be_text
from provisioning.schedules import KeptSchedule
from provisioning.scheduling import run_now, schedules_of
from provisioning.second_eyes import approved_by_enough
from provisioning.store.engine_work import KnownWorker
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.workflows.pausing import go_on_where_nothing_holds

MOST_LISTED = 200
FURTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class WorkerState:
    """A worker, whether it is alive, and what it is at: the ids of its walks."""

    name: str
    machine: str
    since: datetime | None
    heard_at: datetime
    alive: bool
    doing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScheduleState:
    """What is done by the clock, and how the last run ended. `kept` is None where no worker has run yet."""

    name: str
    explained: str
    every_s: float
    kept: KeptSchedule | None


def pauses(tools: Tools, who: Principal, *, standing_only: bool = True) -> tuple[Pause, ...]:
    """Those that stand, oldest first; or the last ones there were, newest first. Raises: Forbidden."""
    must(who, Action.READ_OPERATIONS)
    with tools.open_unit_of_work(reading=True) as work:
        return work.pauses.standing(tools.now()) if standing_only else work.pauses.newest(MOST_LISTED, PauseKind.PAUSE)


@acts("pause work", says=("scope", "name", "why"))
def add_pause(
    tools: Tools, who: Principal, scope: PauseScope, name: str = "", *, why: str, until: datetime | None = None
) -> Pause:
    """Hold everything, or what has to do with one product, place or device, from now on.

    What has begun to change a device is brought to its end or taken back. Questions are answered as ever.

    Raises: Forbidden; RequestInvalid; UnknownProduct, UnknownThing: there is nothing of that name to hold.
    """
    must(who, Action.PAUSE)
    must_be_possible(tools, scope, name, why, until)
    pause = Pause(new_pause_id(), scope, name, why, who.user_name, tools.now(), until)
    with tools.open_unit_of_work(by=who.user_name) as work:
        work.pauses.add(pause)
        about("pause", pause.id)
        work.commit()
    return pause


@acts("lift a pause", "pause", "pause_id")
def lift_pause(tools: Tools, who: Principal, pause_id: str) -> Pause:
    """End a pause; what nothing else holds goes on at once. That of everything ends when two people say so.

    Raises: Forbidden, UnknownPause; PauseOver, where it stands no more; SecondEyesNeeded, where this person
        has said so already.
    """
    must(who, Action.PAUSE)
    return lifted_by_enough(tools, who, pause_id)


def lifted_by_enough(tools: Tools, who: Principal, pause_id: str) -> Pause:
    """Count this person's word, and lift it where that is enough. Raises: UnknownPause, PauseOver, SecondEyesNeeded."""
    with tools.open_unit_of_work(by=who.user_name) as work:
        pause = work.pauses.get(pause_id)
        if not pause.stands(tools.now()):
            raise PauseOver(pause_id)
        if _is_enough(work, who, pause, tools) and not work.pauses.lift(pause_id, who.user_name, tools.now()):
            raise PauseOver(pause_id)
        pause = work.pauses.get(pause_id)
        work.commit()
    if pause.lifted_at is not None:
        go_on_where_nothing_holds(tools)
    return pause


def count_paused(tools: Tools, who: Principal) -> int:
    """How many orders rest because of a pause or a freeze. Raises: Forbidden."""
    must(who, Action.READ_OPERATIONS)
    with tools.open_unit_of_work(reading=True) as work:
        return work.orders.count_waiting(WaitsFor.PAUSE) + work.orders.count_waiting(WaitsFor.FROZEN)


def workers(tools: Tools, who: Principal) -> tuple[WorkerState, ...]:
    """Every worker that was heard, by name, and what it is at. Raises: Forbidden."""
    must(who, Action.READ_OPERATIONS)
    dead_before = tools.now() - timedelta(seconds=tools.settings.dead_after_s)
    with tools.open_unit_of_work(reading=True) as work:
        known = work.workers.all()
        walks = work.jobs.unfinished()
    doing: dict[str, list[str]] = {}
    for walk in walks:
        if walk.worker_name is not None and walk.state == "PENDING":
            doing.setdefault(walk.worker_name, []).append(walk.id)
    return tuple(_worker_state(each, dead_before, doing) for each in known)


def schedules(tools: Tools, who: Principal) -> tuple[ScheduleState, ...]:
    """All that is done by the clock, how the last run ended, and when it is next. Raises: Forbidden."""
    must(who, Action.READ_OPERATIONS)
    with tools.open_unit_of_work(reading=True) as work:
        kept = {each.name: each for each in work.schedules.all()}
    return tuple(
        ScheduleState(each.name, each.explained, each.every_s, kept.get(each.name)) for each in schedules_of(tools)
    )


@acts("start scheduled work", "schedule", "name")
def run_schedule(tools: Tools, who: Principal, name: str) -> KeptSchedule:
    """Do at once what is done by the clock; return how it ended.

    Raises: Forbidden, UnknownSchedule; ScheduleHeld, where a worker is at it.
    """
    must(who, Action.RUN_SCHEDULES)
    return run_now(tools, name, who.user_name)


def last_audit(tools: Tools, who: Principal) -> KeptSchedule | None:
    """What the last audit by the clock found; None where there was none. Raises: Forbidden."""
    must(who, Action.READ_DRIFT)
    with tools.open_unit_of_work(reading=True) as work:
        kept = work.schedules.get("audit")
    return None if kept is None or kept.ended_at is None else kept


def _is_enough(work: UnitOfWork, who: Principal, pause: Pause, tools: Tools) -> bool:
    if pause.scope is not PauseScope.ALL:
        return True
    why = {Danger.RESUMES_ALL}
    return approved_by_enough(work, who, about=f"pause {pause.id}", why=why, digest="", asked_by="", now=tools.now())


def _worker_state(known: KnownWorker, dead_before: datetime, doing: Mapping[str, list[str]]) -> WorkerState:
    alive = known.heard_at >= dead_before
    return WorkerState(
        known.name, known.machine, known.since, known.heard_at, alive, tuple(sorted(doing.get(known.name, ())))
    )


def must_be_possible(tools: Tools, scope: PauseScope, name: str, why: str, until: datetime | None) -> None:
    """Raises: RequestInvalid, UnknownProduct, UnknownThing."""
    must_be_text("why", why, LONGEST_REASON)
    now = tools.now()
    if until is not None and not now < until <= now + FURTHEST:
        raise RequestInvalid("until", "it must be later than now, and within a year")
    _must_be_there(tools, scope, name)


def _must_be_there(tools: Tools, scope: PauseScope, name: str) -> None:
    """Raises: RequestInvalid, UnknownProduct, UnknownThing."""
    match scope:
        case PauseScope.ALL:
            if name:
                raise RequestInvalid("name", "a pause of everything has no name")
        case PauseScope.PRODUCT:
            tools.catalogue.sold(name)
        case PauseScope.PLACE:
            tools.load_snapshot().place(name)
        case PauseScope.DEVICE:
            tools.load_snapshot().device(name)
