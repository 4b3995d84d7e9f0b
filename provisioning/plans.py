"""What an order that awaits approval is about to do: on devices, or by the hands of an engineer."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from provisioning.approvals import plan_digest
from provisioning.orders import Order, OrderAction
from provisioning.store.work import UnitOfWork
from provisioning.strand_tasks import tasks_of


@dataclass(frozen=True, slots=True)
class Plan:
    """`digest` is what an approval is bound to, None before there is a plan; `tasks` are an engineer's."""

    digest: str | None
    tasks: tuple[str, ...] = ()


def plan_of(work: UnitOfWork, order: Order) -> Plan:
    """The order's plan as it is kept now."""
    changes = work.orders.changes(order.id, "rehearse")
    if order.request.kind.is_circuit:
        return Plan(plan_digest(changes) if changes else None)
    if order.service_id is None:
        return Plan(None)
    service = work.services.get(order.service_id)
    if service.by_hand is not None:
        tasks = service.by_hand.tasks if order.action is OrderAction.ADD else service.by_hand.removal
        return Plan(plan_digest(changes) if changes else _digest(map(repr, (service.by_hand, *tasks))), tasks)
    legs = service.legs
    return Plan(_digest(map(repr, legs)) if legs else None, tasks_of(legs))


def _digest(lines: Iterable[str]) -> str:
    """SHA-256 (hex) of lines."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
