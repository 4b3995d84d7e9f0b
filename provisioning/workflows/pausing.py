"""Where an order waits by itself, and goes on by itself: while something is paused, or what it needs is away.

Waiting is a state of the order, and of no thread: its walk is over, and another one goes on from
the step it had come to. Nothing waits between a change and its confirmation or its undoing.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from provisioning.change_plans import CHANGE_PLAN
from provisioning.orders import EventStatus, Order, OrderEvent, OrderState, WaitsFor
from provisioning.pauses import Pause, PauseKind, held_by, touched_by
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.workflows.freezing import pause_on
from provisioning.workflows.going_on import walk_on
from provisioning.workflows.story import WAITS_FOR, since_begun

PAUSE = "pause"
"""Not a step of any walk: where an order's events say that it was paused, and went on."""

FIRST_WAIT_S = 30.0
LONGEST_WAIT_S = 600.0
A_PAGE = 200


def wait_where_paused(order_id: str, step: str, tools: Tools, walk: int = 1) -> bool:
    """Let the order wait before this step if something it has to do with is paused; return whether it waits."""
    now = tools.now()
    with tools.open_unit_of_work(reading=True) as work:
        if not work.pauses.standing(now):
            return False
    with tools.open_unit_of_work() as work:
        order = work.orders.lock(order_id)
        if _is_elsewhere(order, walk) or _has_begun(work, order_id, step):
            return False
        pause = _held_by(work, order, tools, now)
        if pause is None:
            return False
        _pause(work, order, pause, step)
        work.commit()
    return True


def wait_while_away(order_id: str, step: str, code: str, text: str, tools: Tools, walk: int = 1) -> bool:
    """Let the order wait because what the step needs is away; False where it has waited long enough.

    The pauses between two looks become longer. What the step had changed it has taken back.
    """
    now = tools.now()
    with tools.open_unit_of_work() as work:
        order = work.orders.lock(order_id)
        waits = _waits_while_away(work.orders.events(order_id), step)
        since = waits[0].at if waits else now
        if _is_elsewhere(order, walk) or now - since >= timedelta(seconds=tools.settings.away_limit_s):
            return False
        pause_s = min(FIRST_WAIT_S * 2.0 ** min(len(waits), 10), LONGEST_WAIT_S)
        work.orders.wait(order_id, WaitsFor.AWAY, now + timedelta(seconds=pause_s))
        work.orders.record(order_id, step, EventStatus.WAITING, text, {WAITS_FOR: WaitsFor.AWAY, "code": code})
        work.commit()
    return True


def go_on_where_nothing_holds(tools: Tools) -> tuple[str, ...]:
    """Let every order and change plan go on that waited by itself, and that nothing holds any more; return their ids.

    Raises: DatabaseUnavailable.
    """
    now = tools.now()
    gone_on = list(plans_go_on(tools))
    for order_id in _free(tools, now):
        with tools.open_unit_of_work() as work:
            if _go_on(work, work.orders.lock(order_id), tools, now):
                gone_on.append(order_id)
                work.commit()
    return tuple(gone_on)


def plans_go_on(tools: Tools) -> tuple[str, ...]:
    """Let every change plan go on that waited for a pause's end; return their ids."""
    with tools.open_unit_of_work(reading=True) as work:
        resting = work.change_plans.resting()
    gone_on = []
    for plan_id in resting:
        with tools.open_unit_of_work() as work:
            plan = work.change_plans.lock(plan_id)
            if plan.waits and pause_on(work, tools, plan.device_changes) is None:
                work.change_plans.wait(plan_id, "")
                work.change_plans.record(plan_id, "Nothing holds it any more: it goes on.")
                work.jobs.walk(CHANGE_PLAN, plan_id, work.change_plans.next_walk(plan_id))
                work.commit()
                gone_on.append(plan_id)
    return tuple(gone_on)


def _free(tools: Tools, now: datetime) -> tuple[str, ...]:
    """Orders that may go on now, as far as one look can say."""
    with tools.open_unit_of_work(reading=True) as work:
        held = (*_waiting(work, WaitsFor.PAUSE), *_waiting(work, WaitsFor.FROZEN))
        paused = (each for each in held if _held_by(work, each, tools, now) is None)
        away = (each for each in _waiting(work, WaitsFor.AWAY) if _is_over(each, now))
        return tuple(order.id for order in (*away, *paused))


def _waiting(work: UnitOfWork, waits_for: WaitsFor) -> Iterator[Order]:
    cursor: str | None = None
    while True:
        page = work.orders.page(
            isp_code=None, state=None, awaiting_approval=None, cursor=cursor, limit=A_PAGE, waits_for=waits_for
        )
        yield from page.orders
        cursor = page.next_cursor
        if cursor is None:
            return


def _go_on(work: UnitOfWork, order: Order, tools: Tools, now: datetime) -> bool:
    """Whether the order went on; one whose device is back, and which is paused by now, waits for that instead."""
    if order.waits_for is WaitsFor.AWAY:
        if not _is_over(order, now):
            return False
        pause = _held_by(work, order, tools, now)
        if pause is not None:
            _pause(work, order, pause, order.step)
            work.commit()
            return False
    elif order.waits_for in {WaitsFor.PAUSE, WaitsFor.FROZEN}:
        if _held_by(work, order, tools, now) is not None:
            return False
        work.orders.record(order.id, PAUSE, EventStatus.DONE, "Nothing holds it any more: it goes on.")
    else:
        return False
    work.orders.end_wait(order.id, order.waits_for)
    walk_on(work, order)
    return True


def _is_elsewhere(order: Order, walk: int) -> bool:
    """Whether it waits already, another walk has it, or somebody stopped it: for its walk to see."""
    rests = order.waits_for is not None or order.state in {OrderState.HELD, OrderState.PENDING}
    return rests or order.walk != walk or order.ends_as is not None


def _pause(work: UnitOfWork, order: Order, pause: Pause, step: str) -> None:
    waits_for = WaitsFor.FROZEN if pause.kind is PauseKind.FREEZE else WaitsFor.PAUSE
    work.orders.wait(order.id, waits_for, pause.until)
    facts = {WAITS_FOR: waits_for, "pause": pause.id, "before": step}
    work.orders.record(order.id, PAUSE, EventStatus.WAITING, pause.sentence, facts)


def _is_over(order: Order, now: datetime) -> bool:
    return order.wait_until is None or order.wait_until <= now


def _held_by(work: UnitOfWork, order: Order, tools: Tools, now: datetime) -> Pause | None:
    standing = work.pauses.standing(now)
    if not standing:
        return None
    service = None if order.service_id is None else work.services.get(order.service_id)
    return held_by(standing, touched_by(order, service, tools.load_snapshot()), now)


def _has_begun(work: UnitOfWork, order_id: str, step: str) -> bool:
    """Whether an earlier walk was cut off in the middle of the step: it must be brought to its end."""
    return any(event.step == step for event in since_begun(work.orders.events(order_id)))


def _waits_while_away(events: tuple[OrderEvent, ...], step: str) -> list[OrderEvent]:
    return [event for event in events if event.step == step and event.facts.get(WAITS_FOR) == WaitsFor.AWAY]
