"""Quotes: what something would cost, for how long that holds, and what became of it.

The states are those of MEF 80 (LSO Sonata quote). A quote has one or more items, each a product at one place;
its state follows from theirs until somebody orders by it, rejects it, or its time is over. Money in pence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from provisioning.build_needed import BuildItem
from provisioning.orders import OrderRequest, Reason
from provisioning.pricing import PriceLine
from provisioning.quote_states import QuoteState as QuoteState

UNDECIDED = frozenset({QuoteState.ACKNOWLEDGED, QuoteState.IN_PROGRESS, QuoteState.DRAFT})
"""Nothing was answered yet: it may be cancelled."""
ORDERABLE = frozenset({QuoteState.ORDERABLE, QuoteState.ORDERABLE_ALTERNATE})
ANSWERS = frozenset({QuoteState.ANSWERED, *ORDERABLE, QuoteState.UNABLE_TO_PROVIDE, QuoteState.REJECTED})
QUOTE_ENDED = frozenset(QuoteState) - UNDECIDED - ORDERABLE - {QuoteState.ANSWERED}

QUOTE_BECOMES: Mapping[QuoteState, frozenset[QuoteState]] = (
    {state: (UNDECIDED | ANSWERS | {QuoteState.CANCELLED}) - {state, QuoteState.ACKNOWLEDGED} for state in UNDECIDED}
    | {state: frozenset({QuoteState.ACCEPTED, QuoteState.DECLINED, QuoteState.EXPIRED}) for state in ORDERABLE}
    | {QuoteState.ANSWERED: frozenset({QuoteState.DECLINED, QuoteState.EXPIRED})}
    | {state: frozenset() for state in QUOTE_ENDED}
)
"""Where a quote may go from each state (MEF 80 section 8.6). A buyer's rejection declines it."""


class QuoteLevel(StrEnum):
    """How binding it is: a budgetary one is no offer, a firm one can be ordered by."""

    BUDGETARY = "budgetary"
    FIRM = "firm"


class QuoteItemState(StrEnum):
    """Where an item is."""

    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    ORDERABLE = "approved.orderable"
    ORDERABLE_ALTERNATE = "approved.orderableAlternate"
    ABANDONED = "abandoned"
    UNABLE_TO_PROVIDE = "unableToProvide"


@dataclass(frozen=True, slots=True)
class QuotedPrice:
    """What an item costs, and what that was reckoned from.

    `version` names the price list, `inventory_revision` the inventory; `route` is the way through it: links
    of a circuit, places of strands, () for what has none. `build` is what must be built first, `lead_days` how many
    working days it all takes, and `ready_on` the day it is there where it is ordered on the day of the quote.
    """

    version: str
    inventory_revision: int
    once_pence: int
    monthly_pence: int
    lines: tuple[PriceLine, ...]
    route: tuple[str, ...] = ()
    length_m: float = 0.0
    build: tuple[BuildItem, ...] = ()
    lead_days: int = 0
    ready_on: date | None = None


@dataclass(frozen=True, slots=True)
class QuoteItem:
    """One product at one place. `id` is its buyer's own within the quote; `request` what an order by it must ask for.

    Of an alternate `request` is the other speed that can be had, and `asked_mbps` the one that was asked for.
    """

    id: str
    request: OrderRequest
    state: QuoteItemState = QuoteItemState.ACKNOWLEDGED
    price: QuotedPrice | None = None
    reasons: tuple[Reason, ...] = ()
    asked_mbps: int | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """One quote. `sent` is what a buyer's system sent, shown to it again; nothing is decided by it.

    `alternatives` says that another speed may be quoted where the one asked for cannot be had.
    """

    id: str
    isp_code: str
    state: QuoteState
    level: QuoteLevel
    items: tuple[QuoteItem, ...]
    asked_by: str
    created_at: datetime
    updated_at: datetime
    answered_at: datetime | None = None
    valid_until: datetime | None = None
    external_id: str = ""
    project_id: str = ""
    requested_by_time: datetime | None = None
    sent: Mapping[str, object] = field(default_factory=dict)
    alternatives: bool = False

    @property
    def price(self) -> tuple[int, int]:
        """Once and every month, all items together; in pence."""
        prices = [item.price for item in self.items if item.price is not None]
        return sum(price.once_pence for price in prices), sum(price.monthly_pence for price in prices)


@dataclass(frozen=True, slots=True)
class QuotesWanted:
    """Which quotes. Bounds are exclusive; None: any."""

    isp_code: str | None = None
    state: QuoteState | None = None
    level: QuoteLevel | None = None
    external_id: str | None = None
    project_id: str | None = None
    created: tuple[datetime | None, datetime | None] = (None, None)
    requested: tuple[datetime | None, datetime | None] = (None, None)
    answered: tuple[datetime | None, datetime | None] = (None, None)


@dataclass(frozen=True, slots=True)
class QuotePage:
    """One page of a list, newest first. `next_cursor` is None on the last page."""

    quotes: tuple[Quote, ...]
    next_cursor: str | None


def state_of_items(items: Iterable[QuoteItemState]) -> QuoteState:
    """The answer that a quote is, from its items': one that cannot be had spoils all, for a quote is ordered whole."""
    states = set(items)
    for item, quote in _WORST_FIRST.items():
        if item in states:
            return quote
    return QuoteState.ORDERABLE


_WORST_FIRST: Mapping[QuoteItemState, QuoteState] = {
    QuoteItemState.UNABLE_TO_PROVIDE: QuoteState.UNABLE_TO_PROVIDE,
    QuoteItemState.ACKNOWLEDGED: QuoteState.IN_PROGRESS,
    QuoteItemState.ANSWERED: QuoteState.ANSWERED,
    QuoteItemState.ORDERABLE_ALTERNATE: QuoteState.ORDERABLE_ALTERNATE,
}
