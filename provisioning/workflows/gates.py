"""Gates: where a walk stops until something outside it has happened.

A gate that finds nothing to wait for costs no step of its own: a step passes several. The step says in its own
transaction what the order waits for, and ends; whoever ends the wait enqueues the next walk, which
takes the step again, and the gates look again.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from provisioning.far_ends import FarEnd, FarEndState
from provisioning.orders import EventStatus, Order, WaitsFor
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.workflows.story import WAITS_FOR


@dataclass(frozen=True, slots=True)
class Gate:
    """What to wait for, in a sentence too, and until when at most."""

    waits_for: WaitsFor
    text: str
    until: datetime | None = None


def wait_at(work: UnitOfWork, order_id: str, step: str, gate: Gate) -> WaitsFor:
    """Have the order wait; returns what for. Safe to repeat. To be committed by the caller."""
    work.orders.wait(order_id, gate.waits_for, gate.until)
    work.orders.record(order_id, step, EventStatus.WAITING, gate.text, {WAITS_FOR: gate.waits_for})
    return gate.waits_for


def start_gate(order: Order, tools: Tools) -> Gate | None:
    """Shut until the order's first day, which begins at midnight UTC."""
    start = order.request.start
    if start is None or start <= tools.now().date():
        return None
    until = datetime.combine(start, time(), UTC)
    return Gate(WaitsFor.START_DATE, f"All is ready. Waits for {start}, the day it was ordered for.", until)


def far_end_gate(work: UnitOfWork, order: Order, isp_code: str, what: str, tools: Tools) -> Gate | None:
    """Shut until the ISP whose port or position `what` is lets the order land there; asks it, once.

    None where it has. A refusal has stopped the order, and never comes here.
    """
    asked = work.far_ends.find(order.id)
    now = tools.now()
    if asked is None:
        due_at = now + timedelta(days=tools.settings.far_end_days)
        asked = FarEnd(order.id, isp_code, order.isp_code, what, FarEndState.ASKED, now, due_at)
        work.far_ends.add(asked)
    if asked.state is FarEndState.GRANTED:
        return None
    text = f"Waits until {asked.isp_code} lets it land on {what}, at most until {asked.due_at:%Y-%m-%d %H:%M} UTC."
    return Gate(WaitsFor.FAR_END_CONSENT, text, asked.due_at)
