"""What the steps write into an order's events: each thing once, however often a step is repeated."""

from collections.abc import Iterable
from datetime import datetime

from inventory.errors import NeutralhostError
from provisioning.orders import EventStatus, OrderEvent, Reason
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools

INTERNAL = "internal-error"
WAITS_FOR = "waits_for"
NOT_UNDONE = {"withdraw": "It could not be taken out of the record of what exists. "}
"""What a failed step leaves undone, where its error does not say so itself."""


def find_event(events: Iterable[OrderEvent], step: str, status: EventStatus) -> OrderEvent | None:
    """The last event of that step and status."""
    found = [event for event in events if event.step == step and event.status is status]
    return found[-1] if found else None


def begin_step(order_id: str, step: str, tools: Tools) -> EventStatus | None:
    """Say that the step began; or, where an earlier try of it ended before a crash, how it ended, and say nothing.

    A step that left the order waiting for a person has ended too: what the person said is not its own.
    """
    with tools.open_unit_of_work() as work:
        events = work.orders.events(order_id)
        waiting = find_event(events, step, EventStatus.WAITING)
        if waiting is not None and WAITS_FOR in waiting.facts:
            return EventStatus.WAITING
        for ended in (EventStatus.DONE, EventStatus.UNDONE, EventStatus.FAILED):
            if find_event(events, step, ended):
                return ended
        if find_event(events, step, EventStatus.STARTED) is None:
            work.orders.set_step(order_id, step)
            work.orders.record(order_id, step, EventStatus.STARTED, "Started.")
            work.commit()
    return None


def record_done(
    work: UnitOfWork,
    tools: Tools,
    order_id: str,
    step: str,
    text: str,
    *,
    status: EventStatus = EventStatus.DONE,
    **facts: str,
) -> None:
    """Say in the caller's transaction, the one that makes it so, that the step is done; once."""
    events = work.orders.events(order_id)
    if find_event(events, step, status) is None:
        work.orders.record(order_id, step, status, text, facts, _seconds_since_start(events, step, tools.now()))


def record_waiting(order_id: str, step: str, error: NeutralhostError, text: str, tools: Tools) -> None:
    """Say that the step waits and why; not again for the same reason."""
    with tools.open_unit_of_work() as work:
        last = find_event(work.orders.events(order_id), step, EventStatus.WAITING)
        if last is None or last.facts.get("code") != error.code:
            work.orders.record(order_id, step, EventStatus.WAITING, text, {"code": error.code})
            work.commit()


def record_failure(order_id: str, step: str, reason: Reason, tools: Tools) -> None:
    """Say why the step failed; once."""
    with tools.open_unit_of_work() as work:
        events = work.orders.events(order_id)
        if find_event(events, step, EventStatus.FAILED) is None:
            facts = {"code": reason.code, "next_step": reason.next_step}
            seconds = _seconds_since_start(events, step, tools.now())
            work.orders.record(order_id, step, EventStatus.FAILED, reason.sentence, facts, seconds)
            work.commit()


def reasons_of(events: Iterable[OrderEvent]) -> tuple[Reason, ...]:
    """Why an order failed: the step that failed first, then whatever could not be undone after it."""
    return tuple(
        Reason(
            event.facts.get("code", INTERNAL),
            f"{NOT_UNDONE.get(event.step, '')}{event.text}",
            event.facts.get("next_step", ""),
        )
        for event in events
        if event.status is EventStatus.FAILED
    )


def reason_for(error: Exception, incident: str) -> Reason:
    """One of our errors in its own words; any other as a fault of ours, whose traceback is in the log."""
    if isinstance(error, NeutralhostError):
        return Reason(error.code, error.sentence, error.next_step)
    return Reason(
        INTERNAL,
        f"An error of ours stopped this step (incident {incident}).",
        "The operator finds it in the log under that number.",
    )


def _seconds_since_start(events: Iterable[OrderEvent], step: str, now: datetime) -> float | None:
    """How long the step took, the time a crash cost included."""
    started = find_event(events, step, EventStatus.STARTED)
    return None if started is None else max(0.0, (now - started.at).total_seconds())
