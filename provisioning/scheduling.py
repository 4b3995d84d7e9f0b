"""What is done by the clock: which work there is, and how one worker of all takes it.

A row of the database is each schedule's; whoever takes the row does it, and holds it by saying so
again and again. A worker that dies lets go of it by its silence. Every run is safe to repeat.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from automation.drift import UNREAD
from automation.drift_kinds import DriftKind
from inventory.consent_answers import SOON_DAYS, ConsentAnswer, list_consents
from inventory.counted import counted
from inventory.errors import NeutralhostError
from provisioning.auditing import audit_all
from provisioning.backing_up import backup_devices, devices_to_back_up
from provisioning.backups import Verdict
from provisioning.causes import because
from provisioning.ending import end_what_is_over
from provisioning.engine_errors import ScheduleHeld, UnknownSchedule
from provisioning.given_answers import forget_answers
from provisioning.line_moving import advance_line_moves
from provisioning.listening import forget_deliveries
from provisioning.qualifying import look_at_qualifications
from provisioning.quoting import look_at_quotes
from provisioning.reviving import revive_stranded
from provisioning.schedules import Done, KeptSchedule, Outcome, next_after
from provisioning.ticketing import close_unanswered
from provisioning.tools import Tools
from provisioning.waking import wake_what_is_due
from provisioning.workflows.pausing import go_on_where_nothing_holds

log = structlog.get_logger(__name__)

ANSWER_EVERY_S = 5.0
MOVES_EVERY_S = 2.0
REVIVE_EVERY_S = 60.0
END_EVERY_S = 300.0  # windows end with a day; what is a few minutes late hurts nobody
FORGET_EVERY_S = 3600.0
LATE = timedelta(minutes=10)
MOST_KEPT = 500  # findings of one run that are kept


@dataclass(frozen=True, slots=True)
class Schedule:
    """Work that is done every so many seconds, once in the whole system."""

    name: str
    explained: str
    every_s: float
    run: Callable[[Tools], Done]


def schedules_of(tools: Tools) -> tuple[Schedule, ...]:
    """Return all that is done by the clock here."""
    settings = tools.settings
    mirror = [] if tools.mirror is None else [_mirror(tools.mirror, settings.mirror_every_s)]
    return (
        Schedule("wake", "Let orders go on whose wait is over.", settings.wake_every_s, wake),
        Schedule("answer", "Answer quotes and qualifications that wait for it.", ANSWER_EVERY_S, answer),
        Schedule("moves", "Place the next orders of jobs that move many lines.", MOVES_EVERY_S, moves),
        Schedule("revive", "Take up orders again that an error of ours left behind.", REVIVE_EVERY_S, revive),
        Schedule("end", "End what its last day is over of, and what nobody spoke of any more.", END_EVERY_S, end),
        Schedule("audit", "Compare every device with what it should say.", settings.audit_every_s, audit),
        Schedule("backup", "Back up what every device says, without secrets.", settings.backup_every_s, backup),
        Schedule("consents", "Look which consents end soon, or have ended.", settings.consents_every_s, consents),
        Schedule("forget", "Forget answers and deliveries that were kept long enough.", FORGET_EVERY_S, forget),
        *mirror,
    )


def schedule_named(tools: Tools, name: str) -> Schedule:
    """Raises: UnknownSchedule."""
    for schedule in schedules_of(tools):
        if schedule.name == name:
            return schedule
    raise UnknownSchedule(name)


def wake(tools: Tools) -> Done:
    """Orders whose wait is over by the clock, and those that were paused and are not any more."""
    gone_on = (*wake_what_is_due(tools), *go_on_where_nothing_holds(tools))
    return Done(f"{len(gone_on)} went on.")


def answer(tools: Tools) -> Done:
    """Quotes and qualifications that nobody answered at once."""
    answered = (*look_at_quotes(tools), *look_at_qualifications(tools))
    return Done(f"{len(answered)} were answered.")


def moves(tools: Tools) -> Done:
    """Jobs that move the lines of one ISP to others."""
    return Done(f"{len(advance_line_moves(tools))} lines were ordered.")


def revive(tools: Tools) -> Done:
    taken_up = revive_stranded(tools)
    return Done(f"{len(taken_up)} were taken up again.", tuple({"order": each} for each in taken_up))


def end(tools: Tools) -> Done:
    """Reservations and services whose window is over, and tickets that were resolved long ago."""
    return Done(f"{len(end_what_is_over(tools))} were ended, {len(close_unanswered(tools))} tickets closed.")


def forget(tools: Tools) -> Done:
    return Done(f"{forget_answers(tools)} answers and {forget_deliveries(tools)} deliveries were forgotten.")


def audit(tools: Tools) -> Done:
    """Every device against what it should say; what is not as intended is kept."""
    found = audit_all(tools)
    wrong = [finding for finding in found if not finding.ok]
    devices = {finding.device for finding in found}
    unread = {finding.device for finding in wrong if finding.check == UNREAD}
    drifted = {finding.device for finding in wrong} - unread
    text = f"{counted(len(devices), 'device')}: {len(drifted)} drifted, {len(unread)} could not be read."
    return Done(text, tuple(asdict(finding) for finding in wrong[:MOST_KEPT]))


def backup(tools: Tools) -> Done:
    """Every live device's configuration, kept where it changed; versions that are too old are forgotten."""
    taken = backup_devices(tools, devices_to_back_up(tools.load_snapshot()))
    failed = [each for each in taken if each.verdict is Verdict.FAILED]
    changed = sum(each.verdict not in (Verdict.SAME, Verdict.FAILED) for each in taken)
    with tools.open_unit_of_work() as work:
        forgotten = work.backups.forget(tools.now() - timedelta(days=tools.settings.keep_backups_days))
        work.commit()
    kept = f"{counted(len(taken), 'device')}: {counted(changed, 'new version')}"
    text = f"{kept}, {len(failed)} could not be read; {forgotten} forgotten."
    return Done(text, tuple({"device": each.device, "detail": each.detail} for each in failed[:MOST_KEPT]))


def consents(tools: Tools) -> Done:
    """Which consents end soon, and which have ended and left something without any."""
    today = tools.now().date()
    answers = list_consents(tools.load_snapshot(), today, SOON_DAYS)
    lapsed = sum(each.days_left is not None and each.days_left < 0 for each in answers)
    text = f"{len(answers) - lapsed} consents end within {SOON_DAYS} days; {lapsed} ended and left something without."
    return Done(text, tuple(_shown(each) for each in answers[:MOST_KEPT]))


def _shown(answer: ConsentAnswer) -> dict[str, object]:
    uncovered = [f"{asset.kind} {asset.code}" for asset in answer.uncovered]
    return {"consent": answer.consent.code, "days_left": answer.days_left, "uncovered": uncovered}


def _mirror(pull: Callable[[], str], every_s: float) -> Schedule:
    return Schedule("mirror", "Read the inventory from NetBox.", every_s, lambda _tools: Done(pull()))


def run_once(tools: Tools, schedule: Schedule, by: str, *, only_due: bool = True) -> KeptSchedule | None:
    """Do it here and now, unless somebody else does (or, `only_due`, has done) it; return how it stands then.

    Raises: DatabaseUnavailable.
    """
    began = tools.now()
    with tools.open_unit_of_work() as work:
        work.schedules.know(schedule.name, began)
        taken = work.schedules.take(schedule.name, by, began, began + _lease(tools), only_due=only_due)
        work.commit()
    if not taken:
        return None
    outcome, done = _outcome(tools, schedule)
    now = tools.now()
    with tools.open_unit_of_work() as work:
        before = work.schedules.get(schedule.name)
        failures = 0 if outcome is Outcome.DONE else 1 + (before.failures if before else 0)
        work.schedules.end(schedule.name, by, outcome, done, now, next_after(now, schedule.every_s, failures))
        ended = work.schedules.get(schedule.name)
        work.commit()
    return ended


def run_now(tools: Tools, name: str, by: str) -> KeptSchedule:
    """Do it at once, due or not.

    Raises: UnknownSchedule; ScheduleHeld, where somebody does it just now.
    """
    ended = run_once(tools, schedule_named(tools, name), by, only_due=False)
    if ended is None:
        with tools.open_unit_of_work(reading=True) as work:
            held = work.schedules.get(name)
        raise ScheduleHeld(name, (held and held.held_by) or "somebody")
    return ended


def _outcome(tools: Tools, schedule: Schedule) -> tuple[Outcome, Done]:
    try:
        with because(f"Done by the clock: {schedule.name}."):
            return Outcome.DONE, schedule.run(tools)
    except (NeutralhostError, SQLAlchemyError) as error:
        log.warning("scheduled work failed", schedule=schedule.name, error=str(error))
        text = str(error) if isinstance(error, NeutralhostError) else "The database did not do what it was asked for."
        return Outcome.FAILED, Done(text)


def _lease(tools: Tools) -> timedelta:
    return timedelta(seconds=tools.settings.dead_after_s)


class Clock:
    """One worker's share of what is done by the clock: it looks what is due, and does each in a thread of its own."""

    def __init__(self, tools: Tools, by: str) -> None:
        self._tools = tools
        self._by = by
        self._schedules: Mapping[str, Schedule] = {each.name: each for each in schedules_of(tools)}
        self._running: dict[str, threading.Thread] = {}
        self._known = False

    def look(self) -> None:
        """Do what is due, and hold on to what is being done."""
        now = self._tools.now()
        self._running = {name: thread for name, thread in self._running.items() if thread.is_alive()}
        with self._tools.open_unit_of_work(reading=self._known and not self._running) as work:
            if not self._known:
                self._know_all(work.schedules.know, now)
            if self._running:
                work.schedules.keep(self._running, self._by, now + _lease(self._tools))
            due = [name for name in work.schedules.due(now) if name in self._schedules and name not in self._running]
            work.commit()
        self._known = True
        for name in due:
            self._begin(self._schedules[name])

    def join(self, patience_s: float) -> None:
        """Wait for what runs, for at most so long: whatever is cut off is done again elsewhere."""
        for thread in tuple(self._running.values()):
            thread.join(timeout=patience_s)

    def _know_all(self, know: Callable[[str, datetime], None], now: datetime) -> None:
        for schedule in self._schedules.values():
            know(schedule.name, next_after(now, schedule.every_s, failures=0))

    def _begin(self, schedule: Schedule) -> None:
        thread = threading.Thread(target=self._run, args=(schedule,), name=f"schedule-{schedule.name}", daemon=True)
        self._running[schedule.name] = thread
        thread.start()

    def _run(self, schedule: Schedule) -> None:
        try:
            run_once(self._tools, schedule, self._by)
        except (NeutralhostError, SQLAlchemyError) as error:
            log.warning("scheduled work was not written down", schedule=schedule.name, error=type(error).__name__)


def count_last_audit(tools: Tools) -> Mapping[str, int]:
    """How many findings of the last audit are drift, and how many are devices that could not be read."""
    with tools.open_unit_of_work(reading=True) as work:
        kept = work.schedules.get("audit")
    checks = [finding["check"] for finding in kept.findings] if kept is not None else []
    unread = checks.count(UNREAD)
    return {"drift": len(checks) - unread, "unread": unread}


def count_drift(tools: Tools) -> Mapping[str, int]:
    """How many findings of the last audit are of each kind of drift."""
    with tools.open_unit_of_work(reading=True) as work:
        kept = work.schedules.get("audit")
    kinds = [finding.get("kind") for finding in kept.findings] if kept is not None else []
    return {kind.value: kinds.count(kind.value) for kind in DriftKind}


def count_schedules(tools: Tools) -> Mapping[str, int]:
    """How many are done, failed, and late: due for longer than a run may take."""
    late_before = tools.now() - LATE
    with tools.open_unit_of_work(reading=True) as work:
        kept = work.schedules.all()
    late = sum(each.next_at < late_before and each.held_by is None for each in kept)
    failed = sum(each.outcome is Outcome.FAILED for each in kept)
    return {"done": sum(each.outcome is Outcome.DONE for each in kept), "failed": failed, "late": late}
