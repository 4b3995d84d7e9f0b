"""Charges: money that an order in progress turns out to cost besides what was ordered, and what the buyer said to it.

The states are those of MEF 57.2 (LSO Sonata product order charge). A blocking item holds its order until
the buyer answers; declined, or not answered until `due_at`, it ends the order with everything given back. An
item that does not block is asked for beside the work, which goes on. Money in pence without VAT.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class ChargeState(StrEnum):
    """Where a charge is."""

    AWAITING_RESPONSE = "awaitingResponse"
    COMPLETED = "completed"
    TIMEOUT = "timeout"
    WITHDRAWN = "withdrawnBySeller"


class ChargeItemState(StrEnum):
    """What was said to one item."""

    AWAITING_RESPONSE = "awaitingResponse"
    ACCEPTED = "acceptedByBuyer"
    DECLINED = "declinedByBuyer"
    WITHDRAWN = "withdrawnBySeller"


class ChargeKind(StrEnum):
    """How often it is paid."""

    ONCE = "once"
    MONTHLY = "monthly"


class ChargeCause(StrEnum):
    """What it is for."""

    SELLER = "seller"  # the operator's people found more to do
    BUILD = "build"  # what must be built before it can be delivered
    CANCELLATION = "cancellation"
    DATE_CHANGE = "date-change"


CHARGE_ENDED = frozenset({ChargeState.COMPLETED, ChargeState.TIMEOUT, ChargeState.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class ChargeItem:
    """One component of a charge. `id` is unique within it, counted from "1"; `text` is the operator's, shown to the
    buyer; `note` the buyer's, with its answer."""

    id: str
    kind: ChargeKind
    pence: int
    text: str
    blocking: bool
    state: ChargeItemState = ChargeItemState.AWAITING_RESPONSE
    note: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """One charge. `order_id` is None where a whole product order's cancellation costs it; `task_id` is the
    cancellation or change of date that does, where one does."""

    id: str
    isp_code: str
    product_order_id: str
    order_id: str | None
    cause: ChargeCause
    items: tuple[ChargeItem, ...]
    state: ChargeState
    created_at: datetime
    due_at: datetime
    raised_by: str
    task_id: str | None = None
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.state is ChargeState.AWAITING_RESPONSE

    @property
    def is_blocking(self) -> bool:
        """Whether the order cannot go on without the buyer's answer."""
        return any(item.blocking for item in self.items)

    @property
    def is_declined(self) -> bool:
        """Whether something that blocks was declined, in words or by silence; of what was taken back nothing counts."""
        if self.state is ChargeState.WITHDRAWN:
            return False
        return any(item.blocking and item.state is ChargeItemState.DECLINED for item in self.items)

    @property
    def is_accepted(self) -> bool:
        """Whether all that blocks was accepted."""
        blocking = [item for item in self.items if item.blocking]
        return self.state is ChargeState.COMPLETED and all(one.state is ChargeItemState.ACCEPTED for one in blocking)


def answered(charge: Charge, answers: Mapping[str, bool], notes: Mapping[str, str] | None = None) -> Charge:
    """The charge with these answers (accepted or not) by item; the others stay as they are.

    Completed where every item has been answered or withdrawn then.
    """
    said = {True: ChargeItemState.ACCEPTED, False: ChargeItemState.DECLINED}
    items = tuple(
        replace(item, state=said[answers[item.id]], note=(notes or {}).get(item.id, item.note))
        if item.id in answers and item.state is ChargeItemState.AWAITING_RESPONSE
        else item
        for item in charge.items
    )
    is_open = any(item.state is ChargeItemState.AWAITING_RESPONSE for item in items)
    return replace(charge, items=items, state=charge.state if is_open else ChargeState.COMPLETED)


def timed_out(charge: Charge) -> Charge:
    """The charge as silence leaves it: what was not answered counts as declined (MEF 57.2)."""
    return replace(charge, items=_closed(charge.items, ChargeItemState.DECLINED), state=ChargeState.TIMEOUT)


def withdrawn(charge: Charge) -> Charge:
    """The charge as the operator takes it back: what was answered stays answered."""
    return replace(charge, items=_closed(charge.items, ChargeItemState.WITHDRAWN), state=ChargeState.WITHDRAWN)


def _closed(items: Iterable[ChargeItem], state: ChargeItemState) -> tuple[ChargeItem, ...]:
    waiting = ChargeItemState.AWAITING_RESPONSE
    return tuple(replace(item, state=state) if item.state is waiting else item for item in items)
