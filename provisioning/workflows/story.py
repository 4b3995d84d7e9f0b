"""What the steps write into an order's events: each thing once, however often a step is repeated."""

from collections.abc import Iterable
from datetime import UTC, datetime, time
from enum import StrEnum

from inventory.errors import NeutralhostError
from provisioning.orders import EventStatus, Order, OrderEvent, OrderState, Reason, WaitsFor
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools

INTERNAL = "internal-error"
WAITS_FOR = "waits_for"
CHANGES = "deploy"
"""The step that changes the first device."""
NOT_UNDONE = {"withdraw": "It could not be taken out of the record of what exists. "}
"""What a failed step leaves undone, where its error does not say so itself."""


BEGUN_AGAIN = "again"
"""Not a step of any walk: where an order's events say that it begins again; those before count no more."""


REHEARSED_AGAIN = "rehearse-again"
"""Not a step of any walk: a device changed since the approval, and what was rehearsed and approved counts no more."""
_TAKEN_AGAIN = frozenset({"rehearse", "approve", "deploy"})


def since_begun(events: Iterable[OrderEvent]) -> tuple[OrderEvent, ...]:
    """The events that count: since the order was begun (again), without what is rehearsed and approved again."""
    kept = tuple(events)
    begun = max((number for number, event in enumerate(kept, 1) if event.step == BEGUN_AGAIN), default=0)
    again = max((number for number, event in enumerate(kept, 1) if event.step == REHEARSED_AGAIN), default=0)
    return tuple(
        event for number, event in enumerate(kept, 1) if number > begun and _counts(event, is_before=number < again)
    )


def _counts(event: OrderEvent, *, is_before: bool) -> bool:
    return not (is_before and event.step in _TAKEN_AGAIN)


def find_event(events: Iterable[OrderEvent], step: str, status: EventStatus) -> OrderEvent | None:
    """The last event of that step and status since the order was begun."""
    found = [event for event in since_begun(events) if event.step == step and event.status is status]
    return found[-1] if found else None


def has_begun(order_id: str, step: str, tools: Tools) -> bool:
    """Whether the step was begun, and so may have left something."""
    with tools.open_unit_of_work(reading=True) as work:
        return find_event(work.orders.events(order_id), step, EventStatus.STARTED) is not None


class Begun(StrEnum):
    """What a walk is to do about the step it has come to."""

    TAKE = "take"
    DONE = "done"
    FAILED = "failed"
    WAITING = "waiting"  # the order waits: this walk is over, and another goes on from here
    SUPERSEDED = "superseded"  # another walk goes on already
    STOP = "stop"  # somebody decided that the order ends: take everything back


def begin_step(order_id: str, step: str, tools: Tools, walk: int = 1) -> Begun:
    """Say that the step began; or, where it is not to be taken, why, and say nothing.

    The order is locked meanwhile: whoever stops it does so before the step or after it, and no step that
    changes a device is begun after an order was stopped.
    """
    with tools.open_unit_of_work() as work:
        order = work.orders.lock(order_id)
        if order.walk != walk:
            return Begun.SUPERSEDED
        if order.waits_for is not None:
            return Begun.WAITING
        events = work.orders.events(order_id)
        ended = _how_it_ended(events, step)
        if ended is not None:
            return ended
        if order.ends_as is not None:
            return Begun.STOP
        if order.state in {OrderState.HELD, OrderState.PENDING}:
            work.orders.wait(order_id, WaitsFor.CHARGE)
            text = "Work on it rests until a charge is answered."
            work.orders.record(order_id, step, EventStatus.WAITING, text, {WAITS_FOR: WaitsFor.CHARGE})
            work.commit()
            return Begun.WAITING
        if step == CHANGES and _is_early(order, tools):
            _wait_for_its_day(work, order, step)
            return Begun.WAITING
        _say_it_began(work, order, events, step)
    return Begun.TAKE


def begin_undo(order_id: str, step: str, tools: Tools, walk: int = 1) -> Begun:
    """The same for a step that takes back: it waits for nobody, and nobody stops it."""
    with tools.open_unit_of_work() as work:
        order = work.orders.lock(order_id)
        if order.walk != walk:
            return Begun.SUPERSEDED
        events = work.orders.events(order_id)
        ended = _how_it_ended(events, step)
        if ended is None:
            _say_it_began(work, order, events, step)
    return ended or Begun.TAKE


def passed_steps(order_id: str, tools: Tools) -> tuple[str, ...]:
    """The steps that earlier walks of the order have done."""
    with tools.open_unit_of_work(reading=True) as work:
        events = since_begun(work.orders.events(order_id))
        return tuple(event.step for event in events if event.status is EventStatus.DONE)


def _how_it_ended(events: Iterable[OrderEvent], step: str) -> Begun | None:
    """How an earlier try of the step ended, before a crash."""
    statuses = {event.status for event in since_begun(events) if event.step == step}
    if statuses & {EventStatus.DONE, EventStatus.UNDONE}:
        return Begun.DONE
    return Begun.FAILED if EventStatus.FAILED in statuses else None


def _is_early(order: Order, tools: Tools) -> bool:
    """Whether it was put off after it was approved: its gate is behind it, and its day is not come."""
    return order.request.start is not None and order.request.start > tools.now().date()


def _wait_for_its_day(work: UnitOfWork, order: Order, step: str) -> None:
    until = None if order.request.start is None else datetime.combine(order.request.start, time(), UTC)
    work.orders.wait(order.id, WaitsFor.START_DATE, until)
    text = f"All is ready. Waits for {order.request.start}, the day it was put off to."
    work.orders.record(order.id, step, EventStatus.WAITING, text, {WAITS_FOR: WaitsFor.START_DATE})
    work.commit()


def _say_it_began(work: UnitOfWork, order: Order, events: Iterable[OrderEvent], step: str) -> None:
    if find_event(events, step, EventStatus.STARTED) is None:
        work.orders.set_step(order.id, step)
        work.orders.record(order.id, step, EventStatus.STARTED, "Started.")
        work.commit()


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


def record_undone(order_id: str, step: str, text: str, tools: Tools) -> None:
    """Say in a transaction of its own that a step that takes back is done; once."""
    with tools.open_unit_of_work() as work:
        record_done(work, tools, order_id, step, text, status=EventStatus.UNDONE)
        work.commit()


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
        for event in since_begun(events)
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
