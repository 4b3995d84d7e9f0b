"""Orders: a request to add or delete a service, and what became of it.

The states are those of MEF 57.2 (LSO Sonata product order): acknowledged, then inProgress or
rejected, and from inProgress to completed, failed or cancelled. Money in pence without VAT.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from inventory.windows import Window


class OrderAction(StrEnum):
    """What is asked for."""

    ADD = "add"
    DELETE = "delete"


class OrderState(StrEnum):
    """Where an order is."""

    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "inProgress"
    REJECTED = "rejected"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({OrderState.REJECTED, OrderState.COMPLETED, OrderState.FAILED, OrderState.CANCELLED})

BECOMES: Mapping[OrderState, frozenset[OrderState]] = {
    OrderState.ACKNOWLEDGED: frozenset({OrderState.IN_PROGRESS, OrderState.REJECTED, OrderState.FAILED}),
    OrderState.IN_PROGRESS: ENDED,
} | {ended: frozenset() for ended in ENDED}
"""Where an order may go from each state; an order that has ended stays as it is."""


class ProductKind(StrEnum):
    """What is sold: light carried for somebody, or the strands themselves."""

    CIRCUIT = "circuit"
    STRANDS = "strands"


STEPS: Mapping[tuple[OrderAction, ProductKind], tuple[str, ...]] = {
    (OrderAction.ADD, ProductKind.CIRCUIT): (
        "accept",
        "qualify",
        "design",
        "reserve",
        "document",
        "rehearse",
        "approve",
        "deploy",
        "prove",
        "tell",
    ),
    (OrderAction.DELETE, ProductKind.CIRCUIT): ("accept", "rehearse", "deploy", "prove", "withdraw", "release"),
    (OrderAction.ADD, ProductKind.STRANDS): (
        "accept",
        "qualify",
        "design",
        "reserve",
        "approve",
        "prove",
        "certify",
    ),
    (OrderAction.DELETE, ProductKind.STRANDS): ("accept", "release"),
}
"""The steps of an order's walk, in order, by what is asked for and of which kind it is."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a stable kebab-case code, one sentence with the facts, and the next step."""

    code: str
    sentence: str
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class StrandsWanted:
    """What an order for strands asks for: a pair of them between two places, for a window of days."""

    a_place: str
    z_place: str
    window: Window
    diverse: bool = False
    max_loss_db: float | None = None


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What an ISP asks for. `reference` is the ISP's own text (at most 64 characters), hostile until filtered.

    An order for strands says so in `strands`, and has "" and 0 where a circuit has premises, handover and bandwidth.
    """

    product: str
    uprn: str
    handover: str
    bandwidth_mbps: int
    term_months: int
    reference: str = ""
    strands: StrandsWanted | None = None

    @property
    def kind(self) -> ProductKind:
        return ProductKind.CIRCUIT if self.strands is None else ProductKind.STRANDS


@dataclass(frozen=True, slots=True)
class Order:
    """One order. `step` names the step it is in or ended in; `awaiting_approval` says a person must decide."""

    id: str
    action: OrderAction
    isp_code: str
    request: OrderRequest
    state: OrderState
    step: str
    awaiting_approval: bool
    reasons: tuple[Reason, ...]
    service_id: str | None
    monthly_pence: int
    setup_pence: int
    requested_by: str
    created_at: datetime
    updated_at: datetime

    @property
    def steps(self) -> tuple[str, ...]:
        """Every step of its walk, in order."""
        return STEPS[self.action, self.request.kind]


class EventStatus(StrEnum):
    """What an event says of its step."""

    STARTED = "started"
    DONE = "done"
    WAITING = "waiting"
    FAILED = "failed"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """One line of an order's life. `number` counts from 1 within the order; `seconds` is how long the step took."""

    order_id: str
    number: int
    at: datetime
    step: str
    status: EventStatus
    text: str
    facts: Mapping[str, str]
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class OrderDiff:
    """What one device said it would change (`rehearse`), or did change (`deploy`). For the operator's eyes."""

    order_id: str
    step: str
    device: str
    commands: str
    diff: str


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of a list, newest first. `next_cursor` is None on the last page."""

    orders: tuple[Order, ...]
    next_cursor: str | None
