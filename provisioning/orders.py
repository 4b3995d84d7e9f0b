"""Orders: a request to add, modify or delete a service, and what became of it.

An order is what MEF 57.2 (LSO Sonata) calls a product order item, and its states are those:
acknowledged, then inProgress or rejected, and from inProgress to completed, failed or cancelled;
held while a blocking charge awaits the buyer's answer, pending while a cancellation or a change
of date is being assessed. Money in pence without VAT.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import takewhile

from provisioning.wanted import ProductKind, StrandsWanted, Wanted


class OrderAction(StrEnum):
    """What is asked for."""

    ADD = "add"
    MODIFY = "modify"
    DELETE = "delete"


class OrderState(StrEnum):
    """Where an order is."""

    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "inProgress"
    HELD = "held"
    PENDING = "pending"
    REJECTED = "rejected"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({OrderState.REJECTED, OrderState.COMPLETED, OrderState.FAILED, OrderState.CANCELLED})

BECOMES: Mapping[OrderState, frozenset[OrderState]] = {
    OrderState.ACKNOWLEDGED: frozenset(
        {OrderState.IN_PROGRESS, OrderState.REJECTED, OrderState.FAILED, OrderState.PENDING, OrderState.CANCELLED}
    ),
    OrderState.IN_PROGRESS: ENDED | {OrderState.HELD, OrderState.PENDING},
    OrderState.HELD: frozenset({OrderState.IN_PROGRESS, OrderState.PENDING, OrderState.FAILED, OrderState.CANCELLED}),
    OrderState.PENDING: frozenset(
        {
            OrderState.ACKNOWLEDGED,
            OrderState.IN_PROGRESS,
            OrderState.HELD,
            OrderState.FAILED,
            OrderState.CANCELLED,
            OrderState.REJECTED,
        }
    ),
} | {ended: frozenset() for ended in ENDED}
"""Where an order may go from each state; an order that has ended stays as it is."""


_ADD_CIRCUIT = (
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
)
_MODIFY_CIRCUIT = ("accept", "qualify", "reserve", "rehearse", "approve", "deploy", "prove", "tell")
_MOVE_LINE = ("accept", "qualify", "design", "reserve", "rehearse", "approve", "deploy", "switch", "prove", "tell")
_DELETE_CIRCUIT = ("accept", "rehearse", "deploy", "prove", "withdraw", "release")
_ADD_BY_HAND = ("accept", "qualify", "reserve", "approve", "prove")
_DELETE_BY_HAND = ("accept", "approve", "release")
_ADD_CARRIED = ("accept", "qualify", "reserve", "document", "rehearse", "approve", "deploy", "prove", "tell")
_DELETE_CARRIED = ("accept", "rehearse", "approve", "deploy", "prove", "withdraw", "release")


class WaitsFor(StrEnum):
    """What an order waits for: waiting is a state of the order, and of no thread."""

    APPROVAL = "approval"  # a person of the operator's decides on what is about to be done
    CHARGE = "charge"  # the buyer's answer to a charge, or to that of a cancellation or change of date
    FAR_END_CONSENT = "far-end-consent"  # another ISP lets it land on a port of its own
    BUILD = "build"  # an engineer builds what is not there yet, and says so
    START_DATE = "start-date"  # the day it was asked for
    OTHER_ITEMS = "other-items"  # the other orders of its product order
    PAUSE = "pause"  # somebody paused what it would change
    FROZEN = "frozen"  # somebody froze what it would change
    AWAY = "away"  # NetBox or a device to answer again


STEPS: Mapping[tuple[OrderAction, ProductKind], tuple[str, ...]] = {
    (OrderAction.ADD, ProductKind.CIRCUIT): _ADD_CIRCUIT,
    (OrderAction.MODIFY, ProductKind.CIRCUIT): _MODIFY_CIRCUIT,
    (OrderAction.DELETE, ProductKind.CIRCUIT): _DELETE_CIRCUIT,
    (OrderAction.ADD, ProductKind.E_LINE): _ADD_CIRCUIT,
    (OrderAction.MODIFY, ProductKind.E_LINE): _MODIFY_CIRCUIT,
    (OrderAction.DELETE, ProductKind.E_LINE): _DELETE_CIRCUIT,
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
    (OrderAction.ADD, ProductKind.CROSS_CONNECT): _ADD_BY_HAND,
    (OrderAction.DELETE, ProductKind.CROSS_CONNECT): _DELETE_BY_HAND,
    (OrderAction.ADD, ProductKind.SSID): _ADD_CARRIED,
    (OrderAction.MODIFY, ProductKind.SSID): _MODIFY_CIRCUIT,
    (OrderAction.DELETE, ProductKind.SSID): _DELETE_CARRIED,
    (OrderAction.ADD, ProductKind.SSID_REALM): _ADD_CARRIED,
    (OrderAction.DELETE, ProductKind.SSID_REALM): _DELETE_CARRIED,
    (OrderAction.ADD, ProductKind.SITE_HOSTING): _ADD_CARRIED,
    (OrderAction.DELETE, ProductKind.SITE_HOSTING): _DELETE_CARRIED,
}
"""The steps of an order's walk, in order, by what is asked for and of which kind it is."""

NO_RETURN = frozenset({"deploy", "switch", "prove", "release", "activate", "tell", "certify"})
"""The first of these steps of a walk, once begun, is brought to its end: it cannot be cancelled any more."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a stable kebab-case code, one sentence with the facts, and the next step."""

    code: str
    sentence: str
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What an ISP asks for. `reference` is the ISP's own text (at most 64 characters), hostile until filtered.

    What is asked for besides an Access E-Line stands in `wanted`: an order for one has "" and 0 where a circuit
    has premises, handover and bandwidth, unless it says otherwise (an E-Line has both a UPRN and a bandwidth).
    `start` is the first day it is wanted (None: as soon as it can be), `stop` its last (None: until further notice).
    `quote_id` is the quote whose price it cites, `takes_over` the access line whose service it replaces, `end_customer`
    the ISP's own word for its subscriber; "" where there is none.
    """

    product: str
    uprn: str
    handover: str
    bandwidth_mbps: int
    term_months: int
    reference: str = ""
    wanted: Wanted | None = None
    start: date | None = None
    stop: date | None = None
    quote_id: str = ""
    takes_over: str = ""
    end_customer: str = ""

    @property
    def kind(self) -> ProductKind:
        return ProductKind.CIRCUIT if self.wanted is None else self.wanted.kind

    @property
    def strands(self) -> StrandsWanted | None:
        """What is wanted of strands, None where something else is ordered."""
        return self.wanted if isinstance(self.wanted, StrandsWanted) else None


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote under an order. `is_buyers` says from which side; `text` is shown, and decides nothing."""

    at: datetime
    author: str
    is_buyers: bool
    text: str


@dataclass(frozen=True, slots=True)
class Order:
    """One order. `step` names the step it is in or ended in.

    `waits_for` says what it waits for, and `wait_until` when that is over by itself. `walk` counts the walks there
    were: only the last one may move it. `ends_as` is what it becomes when its walk has taken all back, for somebody
    decided so: acknowledged, where it was amended and begins again. `item_id` is its buyer's own id of it within its
    product order; `after` are the items that must be complete before it begins. `expected_on` is the day we expect
    to complete it, where that was said. `catalogue_version` is that of the price list its price is from.
    """

    id: str
    action: OrderAction
    isp_code: str
    request: OrderRequest
    state: OrderState
    step: str
    waits_for: WaitsFor | None
    reasons: tuple[Reason, ...]
    service_id: str | None
    monthly_pence: int
    setup_pence: int
    requested_by: str
    created_at: datetime
    updated_at: datetime
    product_order_id: str = ""
    item_id: str = "1"
    after: tuple[str, ...] = ()
    validated: bool = False
    expected_on: date | None = None
    wait_until: datetime | None = None
    ends_as: OrderState | None = None
    walk: int = 1
    catalogue_version: str = ""

    @property
    def steps(self) -> tuple[str, ...]:
        """Every step of its walk, in order."""
        if self.action is OrderAction.ADD and self.request.takes_over:
            return _MOVE_LINE
        return STEPS[self.action, self.request.kind]

    @property
    def awaiting_approval(self) -> bool:
        """Whether a person of the operator's must decide."""
        return self.waits_for is WaitsFor.APPROVAL

    @property
    def can_stop(self) -> bool:
        """Whether its walk can still be stopped with all given back: it has not begun the step of no return."""
        if self.state in ENDED or self.ends_as in ENDED:
            return False
        if self.ends_as is not None:
            return True  # it was amended, and is on its way back to its beginning
        # A step begins with what it waits for; but a pause may come over an order anywhere, and what is away also.
        waits = self.waits_for not in {None, WaitsFor.PAUSE, WaitsFor.FROZEN, WaitsFor.AWAY}
        return waits or is_before_no_return(self.step, self.steps) or self._has_taken_back

    @property
    def _has_taken_back(self) -> bool:
        """Whether it waits before its first change for a device that is away: whatever was changed was taken back."""
        return self.waits_for is WaitsFor.AWAY and self.step == next((s for s in self.steps if s in NO_RETURN), "")


def is_before_no_return(step: str, steps: Sequence[str]) -> bool:
    """Whether a step of a walk is before that walk's first step of no return; no step of undoing is."""
    before = list(takewhile(lambda name: name not in NO_RETURN, steps))
    return step in before


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
