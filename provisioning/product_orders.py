"""Product orders: orders that were accepted together (MEF 57.2, LSO Sonata's ProductOrder and its items).

All or none of the orders are accepted; from then on each walks by itself, and the product order's state
is a function of theirs and of what is being assessed. An order that is rejected while the product order
is acknowledged rejects them all; one that fails later fails alone, and the product order is `partial`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from provisioning.chargeable_tasks import Cancellation, DateChange, TaskState
from provisioning.charges import Charge, ChargeCause
from provisioning.orders import ENDED, Order, OrderState


class ProductOrderState(StrEnum):
    """Where a product order is."""

    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "inProgress"
    ASSESSING_CHARGE = "held.assessingCharge"
    ASSESSING_MODIFICATION = "pending.assessingModification"
    ASSESSING_CANCELLATION = "assessingCancellation"
    PENDING_CANCELLATION = "pendingCancellation"
    COMPLETED = "completed"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


PRODUCT_ORDER_ENDED = frozenset(
    {
        ProductOrderState.COMPLETED,
        ProductOrderState.PARTIAL,
        ProductOrderState.FAILED,
        ProductOrderState.CANCELLED,
        ProductOrderState.REJECTED,
    }
)

_ASSESSED = frozenset({TaskState.ACKNOWLEDGED, TaskState.ASSESSING_CHARGE})


@dataclass(frozen=True, slots=True)
class ProductOrder:
    """One product order. `external_id` is its buyer's own number for it, `sent` what the buyer sent in the words of
    the trade, kept to be echoed. `requested_on` is the day the buyer asked for."""

    id: str
    isp_code: str
    state: ProductOrderState
    requested_by: str
    ordered_at: datetime
    updated_at: datetime
    external_id: str = ""
    requested_on: date | None = None
    completed_at: datetime | None = None
    sent: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class ProductOrderPage:
    """One page of a list, newest first. `next_cursor` is None on the last page."""

    product_orders: tuple[ProductOrder, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class ProductOrderStory:
    """A product order with all that hangs on it: its orders as they were given, and what is asked and paid beside."""

    product_order: ProductOrder
    orders: tuple[Order, ...]
    charges: tuple[Charge, ...] = ()
    cancellations: tuple[Cancellation, ...] = ()
    date_changes: tuple[DateChange, ...] = ()


def state_of(
    items: Iterable[OrderState],
    cancellation: TaskState | None = None,
    change: TaskState | None = None,
    charges: Iterable[ChargeCause] = (),
) -> ProductOrderState:
    """The state that its orders' states, a cancellation of all of it, a change of date and open charges make."""
    states = tuple(items)
    ended = _ended_state(states)
    if ended is not None:
        return ended
    if cancellation in _ASSESSED:
        return ProductOrderState.ASSESSING_CANCELLATION
    if cancellation is TaskState.DONE:
        return ProductOrderState.PENDING_CANCELLATION
    if change in _ASSESSED:
        return ProductOrderState.ASSESSING_MODIFICATION
    if any(cause in {ChargeCause.SELLER, ChargeCause.BUILD} for cause in charges):
        return ProductOrderState.ASSESSING_CHARGE
    if all(state in {OrderState.ACKNOWLEDGED, OrderState.PENDING} for state in states):
        return ProductOrderState.ACKNOWLEDGED
    return ProductOrderState.IN_PROGRESS


def _ended_state(states: tuple[OrderState, ...]) -> ProductOrderState | None:
    """None where an order has not ended."""
    found = set(states)
    if not found <= ENDED:
        return None
    if OrderState.COMPLETED in found:
        return ProductOrderState.COMPLETED if len(found) == 1 else ProductOrderState.PARTIAL
    if OrderState.REJECTED in found:
        return ProductOrderState.REJECTED
    return ProductOrderState.CANCELLED if found == {OrderState.CANCELLED} else ProductOrderState.FAILED
