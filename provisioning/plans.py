"""What an order that awaits approval is about to do: on devices, or by the hands of an engineer."""

import hashlib
from dataclasses import dataclass

from provisioning.approvals import plan_digest
from provisioning.orders import Order
from provisioning.store.work import UnitOfWork
from provisioning.strand_tasks import tasks_of


@dataclass(frozen=True, slots=True)
class Plan:
    """`digest` is what an approval is bound to, None before there is a plan; `tasks` are an engineer's."""

    digest: str | None
    tasks: tuple[str, ...] = ()


def plan_of(work: UnitOfWork, order: Order) -> Plan:
    """The order's plan as it is kept now."""
    if order.request.kind.is_circuit:
        changes = work.orders.changes(order.id, "rehearse")
        return Plan(plan_digest(changes) if changes else None)
    if order.service_id is None:
        return Plan(None)
    legs = work.services.get(order.service_id).legs
    text = "\n".join(repr(leg) for leg in legs)
    return Plan(hashlib.sha256(text.encode()).hexdigest() if legs else None, tasks_of(legs))
