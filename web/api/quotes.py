"""Quotes: what something would cost, and for how long that holds."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, cast

from pydantic import Field

from inventory.errors import DatesReversed, UnknownPremises, UnknownThing
from inventory.plant_errors import SamePlace
from provisioning import catalogue_errors, errors, front_desk, quote_errors, strand_errors
from provisioning.policy import Action
from provisioning.quotes import Quote, QuoteItem, QuoteItemState, QuoteLevel, QuotePage, QuoteState, QuotesWanted
from provisioning.quoting import QuoteRequest
from web.api.asked import OrderBody
from web.api.catalogue_shown import ReasonShown
from web.api.fields import Asked, AskedInQuery, Cursor, Name, PageSize, Sentence, ShortText, Shown
from web.api.operation import Answer, Call, Operation
from web.api.shown import OrderRequestShown


class QuoteItemBody(OrderBody):
    """What to quote, as it would be ordered. `id` is your own name for it within the quote."""

    id: Name = "1"
    isp_code: None = None  # the quote's own


class QuoteBody(Asked):
    """What to quote. The operator names the ISP it asks for; an ISP leaves `isp_code` out."""

    items: Annotated[list[QuoteItemBody], Field(min_length=1, max_length=50)]
    level: QuoteLevel = QuoteLevel.FIRM
    at_once: bool = Field(True, description="false: it is answered a little later, and may be cancelled until then")
    alternatives: bool = Field(False, description="quote another speed where the one asked for cannot be had")
    external_id: ShortText = Field("", description="your own name for it")
    isp_code: Name | None = None


class EndBody(Asked):
    """Why a quote is not wanted."""

    reason: Sentence | None = None


class QuotesQuery(AskedInQuery):
    """Which quotes, newest first."""

    state: QuoteState | None = None
    cursor: Cursor | None = Field(None, description="`next_cursor` of the page before")
    limit: PageSize = 50


class PriceLineShown(Shown):
    """One item of a price; pence, once and every month."""

    code: str
    text: str
    quantity: int
    once_pence: int
    monthly_pence: int


class BuildItemShown(Shown):
    """One thing that must be built; `lead_days` are working days."""

    code: str
    what: str
    once_pence: int
    lead_days: int


class QuotedPriceShown(Shown):
    """What an item costs. `version` names the price list, `inventory_revision` the inventory; `route` is staff's."""

    version: str
    inventory_revision: int
    once_pence: int
    monthly_pence: int
    lines: list[PriceLineShown]
    route: list[str]
    length_m: float
    build: list[BuildItemShown]
    lead_days: int
    ready_on: date | None


class QuoteItemShown(Shown):
    """One product at one place, and its answer. `asked_mbps` is what was asked for where another speed is quoted."""

    id: str
    request: OrderRequestShown
    state: QuoteItemState
    price: QuotedPriceShown | None
    reasons: list[ReasonShown]
    asked_mbps: int | None

    @classmethod
    def of(cls, item: QuoteItem) -> "QuoteItemShown":
        return cls(
            id=item.id,
            request=OrderRequestShown.of(item.request),
            state=item.state,
            price=None if item.price is None else QuotedPriceShown.model_validate(item.price),
            reasons=[ReasonShown.model_validate(reason) for reason in item.reasons],
            asked_mbps=item.asked_mbps,
        )


class QuoteShown(Shown):
    """One quote; the states are those of MEF 80. Order by it with `quote_id` until `valid_until`."""

    id: str
    isp_code: str
    state: QuoteState
    level: QuoteLevel
    items: list[QuoteItemShown]
    external_id: str
    asked_by: str
    created_at: datetime
    answered_at: datetime | None
    valid_until: datetime | None

    @classmethod
    def of(cls, quote: Quote) -> "QuoteShown":
        return cls(
            id=quote.id,
            isp_code=quote.isp_code,
            state=quote.state,
            level=quote.level,
            items=[QuoteItemShown.of(item) for item in quote.items],
            external_id=quote.external_id,
            asked_by=quote.asked_by,
            created_at=quote.created_at,
            answered_at=quote.answered_at,
            valid_until=quote.valid_until,
        )


class QuotePageShown(Shown):
    """One page of quotes."""

    items: list[QuoteShown]
    next_cursor: str | None

    @classmethod
    def of(cls, page: QuotePage) -> "QuotePageShown":
        return cls(items=[QuoteShown.of(quote) for quote in page.quotes], next_cursor=page.next_cursor)


def ask_quote(call: Call) -> Answer:
    body = cast("QuoteBody", call.body)
    asked = QuoteRequest(
        items={item.id: item.noun() for item in body.items},
        level=body.level,
        at_once=body.at_once,
        alternatives=body.alternatives,
        external_id=body.external_id,
    )
    made = front_desk.ask_quote(call.tools, call.who, asked, isp_code=body.isp_code)
    return Answer(QuoteShown.of(made), HTTPStatus.CREATED, f"/quotes/{made.id}")


def list_quotes(call: Call) -> Answer:
    query = cast("QuotesQuery", call.query)
    wanted = QuotesWanted(state=query.state)
    page = front_desk.quotes(call.tools, call.who, wanted, cursor=query.cursor, limit=query.limit)
    return Answer(QuotePageShown.of(page))


def get_quote(call: Call) -> Answer:
    return Answer(QuoteShown.of(front_desk.quote(call.tools, call.who, call.path["quote_id"])))


def cancel_quote(call: Call) -> Answer:
    reason = cast("EndBody", call.body).reason or ""
    return Answer(QuoteShown.of(front_desk.cancel_quote(call.tools, call.who, call.path["quote_id"], reason)))


def reject_quote(call: Call) -> Answer:
    reason = cast("EndBody", call.body).reason or ""
    return Answer(QuoteShown.of(front_desk.reject_quote(call.tools, call.who, call.path["quote_id"], reason)))


ENDS = (errors.Forbidden, quote_errors.UnknownQuote, errors.WrongState, errors.RequestInvalid)

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "askQuote",
        "POST",
        "/quotes",
        "Ask what something would cost",
        "quotes",
        ask_quote,
        QuoteShown,
        action=Action.PLACE_ORDERS,
        body=QuoteBody,
        statuses=(HTTPStatus.CREATED,),
        errors=(
            errors.Forbidden,
            errors.UnknownProduct,
            errors.UnknownIsp,
            UnknownPremises,
            errors.SpeedNotOffered,
            errors.TermNotOffered,
            errors.EquipmentNotOffered,
            errors.HandoverNotYours,
            errors.RequestInvalid,
            UnknownThing,
            DatesReversed,
            SamePlace,
            strand_errors.WindowInPast,
            strand_errors.WindowTooLong,
            catalogue_errors.RouteNotKnown,
        ),
        notes="The price is a function of product, route, day and price list, never of who asks.",
    ),
    Operation(
        "listQuotes",
        "GET",
        "/quotes",
        "Quotes, newest first",
        "quotes",
        list_quotes,
        QuotePageShown,
        action=Action.READ_ORDERS,
        query=QuotesQuery,
        errors=(errors.Forbidden, errors.CursorInvalid),
    ),
    Operation(
        "getQuote",
        "GET",
        "/quotes/{quote_id}",
        "One quote",
        "quotes",
        get_quote,
        QuoteShown,
        action=Action.READ_ORDERS,
        errors=(errors.Forbidden, quote_errors.UnknownQuote),
    ),
    Operation(
        "cancelQuote",
        "POST",
        "/quotes/{quote_id}/cancel",
        "Take back what was asked, before it is answered",
        "quotes",
        cancel_quote,
        QuoteShown,
        action=Action.PLACE_ORDERS,
        body=EndBody,
        errors=ENDS,
    ),
    Operation(
        "rejectQuote",
        "POST",
        "/quotes/{quote_id}/reject",
        "Say that a quote is not taken",
        "quotes",
        reject_quote,
        QuoteShown,
        action=Action.PLACE_ORDERS,
        body=EndBody,
        errors=ENDS,
    ),
)
