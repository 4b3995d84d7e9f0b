"""quoteManagement v8 (MEF 80, MEF 115): what something would cost, how long that holds, and what became of it."""

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Any, cast

from pydantic import Field

from provisioning import front_desk
from provisioning.catalogue import Catalogue
from provisioning.changes import ChangeKind
from provisioning.orders import OrderRequest, Reason
from provisioning.policy import Action
from provisioning.quotes import Quote, QuotedPrice, QuoteItem, QuoteItemState, QuoteLevel, QuoteState, QuotesWanted
from provisioning.quoting import QuoteRequest
from web.api.fields import Moment
from web.sonata.asked_items import asked_items
from web.sonata.common import (
    Contact,
    Duration,
    ItemRelationship,
    ItemTerm,
    Note,
    PriceTold,
    ProductAction,
    Ref,
    Side,
    TerminationError,
    TimeUnit,
    monthly_price,
    one_off_price,
    term_of,
)
from web.sonata.faults import Code, refused_at, wrong
from web.sonata.hubs import hub_operations
from web.sonata.operation import CREATES, LISTS, READS_ONE, SonataAnswer, SonataApi, SonataCall, SonataOperation
from web.sonata.payload import PageQuery, Payload, QueryMoment, SomeText, Text
from web.sonata.products import ProductSent
from web.sonata.told_products import told_configuration

NAME, VERSION = "quoteManagement", "v8"
ITEMS = "/quoteItem"
DEFAULT_TERM = 12
"""Months, where a buyer names no term."""


class PoqItemRef(Payload):
    """ProductOfferingQualificationItemRef of the standard."""

    product_offering_qualification_id: Text
    id: Text
    alternate_product_proposal_id: Text | None = None
    product_offering_qualification_href: Text | None = None


class QuoteItemCreate(Payload):
    """MEFQuoteItem_Create of the standard."""

    id: Text
    action: ProductAction
    product: ProductSent | None = None
    requested_quote_item_term: ItemTerm | None = None
    note: list[Note] | None = None
    product_offering_qualification_item: PoqItemRef | None = None
    related_contact_information: list[Contact] | None = None
    agreement_name: Text | None = None
    deal_reference: Text | None = None
    requested_quote_item_installation_interval: Duration | None = None
    quote_item_relationship: list[ItemRelationship] | None = None


class QuoteCreate(Payload):
    """Quote_Create of the standard."""

    buyer_requested_quote_level: QuoteLevel
    instant_sync_quote: bool
    quote_item: Annotated[list[QuoteItemCreate], Field(min_length=1)]
    note: list[Note] | None = None
    requested_quote_completion_date: Moment | None = None
    related_contact_information: list[Contact] | None = None
    description: Text | None = None
    external_id: Text | None = None
    project_id: Text | None = None


class QuoteStateChange(Payload):
    """MEFQuoteStateChange of the standard."""

    change_date: Moment
    state: QuoteState
    change_reason: SomeText | None = None


class TimePeriod(Payload):
    """TimePeriod of the standard."""

    start_date_time: Moment
    end_date_time: Moment


class SellerLevel(StrEnum):
    """MEFSellerQuoteLevel of the standard."""

    BUDGETARY = "budgetary"
    FIRM = "firm"


class QuoteItemTold(QuoteItemCreate):
    """QuoteItem of the standard."""

    state: QuoteItemState
    quote_item_price: list[PriceTold] | None = None
    quote_item_term: list[ItemTerm] | None = None
    quote_item_installation_interval: Duration | None = None
    subject_to_feasibility_check: bool | None = None
    termination_error: list[TerminationError] | None = None


class QuoteTold(Payload):
    """Quote of the standard."""

    id: Text
    href: Text
    state: QuoteState
    quote_date: Moment
    quote_item: list[QuoteItemTold]
    state_change: list[QuoteStateChange]
    buyer_requested_quote_level: QuoteLevel
    instant_sync_quote: bool
    quote_level: SellerLevel | None = None
    valid_for: TimePeriod | None = None
    effective_quote_completion_date: Moment | None = None
    note: list[Note] | None = None
    requested_quote_completion_date: Moment | None = None
    related_contact_information: list[Contact] | None = None
    description: Text | None = None
    external_id: Text | None = None
    project_id: Text | None = None


class QuoteFound(Payload):
    """Quote_Find of the standard."""

    id: Text
    state: QuoteState
    quote_date: Moment
    quote_level: SellerLevel | None = None
    effective_quote_completion_date: Moment | None = None
    requested_quote_completion_date: Moment | None = None
    external_id: Text | None = None
    project_id: Text | None = None


class QuoteOperation(Payload):
    """QuoteOperationData of the standard: which quote is cancelled or rejected, and why."""

    quote_id: Text
    reason: SomeText | None = None


def _after(name: str) -> Any:
    return Field(validation_alias=f"{name}.gt")


def _before(name: str) -> Any:
    return Field(validation_alias=f"{name}.lt")


type Bound = QueryMoment | None


class QuotesQuery(PageQuery):
    """Which quotes, newest first. We expect no date: a filter by one finds none."""

    state: QuoteState | None = None
    quote_level: QuoteLevel | None = None
    external_id: Text | None = None
    project_id: Text | None = None
    made_after: Annotated[Bound, _after("quoteDate")] = None
    made_before: Annotated[Bound, _before("quoteDate")] = None
    requested_after: Annotated[Bound, _after("requestedQuoteCompletionDate")] = None
    requested_before: Annotated[Bound, _before("requestedQuoteCompletionDate")] = None
    answered_after: Annotated[Bound, _after("effectiveQuoteCompletionDate")] = None
    answered_before: Annotated[Bound, _before("effectiveQuoteCompletionDate")] = None
    expected_after: Annotated[Bound, _after("expectedQuoteCompletionDate")] = None
    expected_before: Annotated[Bound, _before("expectedQuoteCompletionDate")] = None


def create(call: SonataCall) -> SonataAnswer:
    """Raises: PayloadRefused and what the front desk does, with the place in the body."""
    body = cast("QuoteCreate", call.body)
    asked = QuoteRequest(
        items=_requests(call, body),
        level=body.buyer_requested_quote_level,
        at_once=body.instant_sync_quote,
        external_id=body.external_id or "",
        project_id=body.project_id or "",
        requested_by_time=body.requested_quote_completion_date,
        alternatives=True,
        sent=call.sent or {},
    )
    with refused_at(ITEMS):
        made = front_desk.ask_quote(call.tools, call.who, asked)
    return SonataAnswer(_told(call, made))


def _requests(call: SonataCall, body: QuoteCreate) -> dict[str, OrderRequest]:
    items = []
    for number, each in enumerate(body.quote_item):
        if each.product is None:
            raise wrong(Code.MISSING_PROPERTY, f"{ITEMS}/{number}/product", "it says what is to be quoted")
        items.append((each.id, each.action, each.product))
    products = asked_items(call, items, ITEMS)
    return {
        each.id: products[each.id].request(_months(each.requested_quote_item_term, f"{ITEMS}/{number}"))
        for number, each in enumerate(body.quote_item)
    }


def _months(term: ItemTerm | None, path: str) -> int:
    if term is None:
        return DEFAULT_TERM
    if term.duration.units is not TimeUnit.CALENDAR_MONTHS:
        path = f"{path}/requestedQuoteItemTerm/duration/units"
        raise wrong(Code.INVALID_VALUE, path, "our terms are in calendarMonths")
    return term.duration.amount


def list_all(call: SonataCall) -> SonataAnswer:
    query = cast("QuotesQuery", call.query)
    if query.expected_after is not None or query.expected_before is not None:
        return SonataAnswer([], 0)
    wanted = QuotesWanted(
        state=query.state,
        level=query.quote_level,
        external_id=query.external_id,
        project_id=query.project_id,
        created=(query.made_after, query.made_before),
        requested=(query.requested_after, query.requested_before),
        answered=(query.answered_after, query.answered_before),
    )
    found, total = front_desk.some_quotes(call.tools, call.who, wanted, offset=query.offset, limit=query.at_most)
    return SonataAnswer([_found(each) for each in found], total)


def retrieve(call: SonataCall) -> SonataAnswer:
    """Raises: UnknownQuote."""
    return SonataAnswer(_told(call, front_desk.quote(call.tools, call.who, call.path["id"])))


def cancel(call: SonataCall) -> SonataAnswer:
    """Raises: UnknownQuote, WrongState, RequestInvalid, at the property that is wrong."""
    body = cast("QuoteOperation", call.body)
    with refused_at("/quoteId"):
        front_desk.cancel_quote(call.tools, call.who, body.quote_id, body.reason or "")
    return SonataAnswer(body)


def reject(call: SonataCall) -> SonataAnswer:
    """Raises: as `cancel`."""
    body = cast("QuoteOperation", call.body)
    with refused_at("/quoteId"):
        front_desk.reject_quote(call.tools, call.who, body.quote_id, body.reason or "")
    return SonataAnswer(body)


def _found(kept: Quote) -> QuoteFound:
    return QuoteFound(
        id=kept.id,
        state=kept.state,
        quote_date=kept.created_at,
        quote_level=SellerLevel(kept.level),
        effective_quote_completion_date=kept.answered_at,
        requested_quote_completion_date=kept.requested_by_time,
        external_id=kept.external_id or None,
        project_id=kept.project_id or None,
    )


def _told(call: SonataCall, kept: Quote) -> QuoteTold:
    """A quote in MEF's words. One that was asked for in our own API is told as if it had been asked for here."""
    by_id = {each.id: each for each in _sent(kept).quote_item} if kept.sent else {}
    catalogue = call.tools.catalogue
    valid_for = None
    if kept.valid_until is not None and kept.answered_at is not None:
        valid_for = TimePeriod(start_date_time=kept.answered_at, end_date_time=kept.valid_until)
    return QuoteTold(
        id=kept.id,
        href=f"{QUOTES.root}/quote/{kept.id}",
        state=kept.state,
        quote_date=kept.created_at,
        quote_item=[_item(catalogue, by_id.get(item.id), item, kept) for item in kept.items],
        state_change=_changes(call, kept),
        quote_level=SellerLevel(kept.level),
        valid_for=valid_for,
        effective_quote_completion_date=kept.answered_at,
        **_same(kept),
    )


def _sent(kept: Quote) -> QuoteCreate:
    return QuoteCreate.model_validate(kept.sent, by_alias=True, by_name=False)


def _same(kept: Quote) -> Mapping[str, Any]:
    """What is told as it was sent."""
    if not kept.sent:
        return {
            "buyer_requested_quote_level": kept.level,
            "instant_sync_quote": True,
            "external_id": kept.external_id or None,
            "project_id": kept.project_id or None,
        }
    sent = _sent(kept)
    return {name: getattr(sent, name) for name in QuoteCreate.model_fields.keys() - {"quote_item"}}


def _changes(call: SonataCall, kept: Quote) -> list[QuoteStateChange]:
    return [
        QuoteStateChange(change_date=change.at, state=QuoteState(change.now), change_reason=change.why or None)
        for change in front_desk.quote_history(call.tools, call.who, kept.id)
    ]


def _item(catalogue: Catalogue, sent: QuoteItemCreate | None, item: QuoteItem, kept: Quote) -> QuoteItemTold:
    same: dict[str, Any] = {"id": item.id, "action": ProductAction.ADD}
    if sent is not None:
        same = {name: getattr(sent, name) for name in QuoteItemCreate.model_fields}
    if sent is None or sent.product is None or item.asked_mbps is not None:
        same["product"] = _product(catalogue, item, None if sent is None else sent.product)
    same["note"] = [*(same.get("note") or []), *_notes(item, kept)] or None
    if item.price is None:
        return QuoteItemTold(**same, state=item.state, termination_error=_ended(item))
    return QuoteItemTold(
        **same,
        state=item.state,
        quote_item_price=_prices(item.price),
        quote_item_term=[term_of(item.request.term_months)],
        quote_item_installation_interval=Duration(amount=item.price.lead_days, units=TimeUnit.BUSINESS_DAYS),
        subject_to_feasibility_check=False,
    )


def _product(catalogue: Catalogue, item: QuoteItem, sent: ProductSent | None) -> ProductSent:
    """What was quoted: of an alternate the other speed, where the buyer asked for it."""
    configuration = told_configuration(item.request, catalogue)
    offering = Ref(id=item.request.product)
    if sent is None:
        return ProductSent(product_offering=offering, product_configuration=configuration)
    return sent.model_copy(update={"product_offering": offering, "product_configuration": configuration})


def _ended(item: QuoteItem) -> list[TerminationError] | None:
    if item.state is not QuoteItemState.UNABLE_TO_PROVIDE:
        return None
    return [TerminationError(code=Code.OTHER_ISSUE, value=_short(reason)) for reason in item.reasons] or None


def _short(reason: Reason) -> str:
    return f"{reason.code}: {reason.sentence}"[:255]


def _notes(item: QuoteItem, kept: Quote) -> list[Note]:
    """What the standard has no property for: the price list and inventory that were used, and what must be built."""
    if item.price is None or kept.answered_at is None:
        return []
    price = item.price
    texts = [f"price list {price.version}, inventory revision {price.inventory_revision}"]
    if price.length_m:
        texts.append(f"route of {price.length_m:.0f} m")
    if item.asked_mbps is not None:
        texts.append(f"asked for {item.asked_mbps} Mbit/s, which cannot be had: {item.request.bandwidth_mbps} can")
    texts += [f"to be built: {built.what}" for built in price.build]
    if price.build and price.ready_on is not None:
        texts.append(f"there on {price.ready_on} if ordered on the day of this quote")
    return [
        Note(id=f"{item.id}-{number}", author="seller", date=kept.answered_at, source=Side.SELLER, text=text[:255])
        for number, text in enumerate(texts, start=1)
    ]


def _prices(price: QuotedPrice) -> list[PriceTold]:
    found = []
    for line in price.lines:
        if line.monthly_pence or not line.once_pence:
            found.append(monthly_price(line.monthly_pence, line.text[:255]))
        if line.once_pence:
            found.append(one_off_price(line.once_pence, line.text[:255]))
    return found


EVENTS = {"quoteStateChangeEvent": ChangeKind.QUOTE, "quoteItemStateChangeEvent": ChangeKind.QUOTE}

QUOTES = SonataApi(
    NAME,
    VERSION,
    "quote/quoteManagement.api.yaml",
    (
        SonataOperation(
            "listQuote",
            "GET",
            "/quote",
            "Your quotes",
            list_all,
            QuoteFound,
            LISTS,
            many=True,
            query=QuotesQuery,
            action=Action.READ_ORDERS,
        ),
        SonataOperation(
            "createQuote",
            "POST",
            "/quote",
            "What would it cost?",
            create,
            QuoteTold,
            CREATES,
            body=QuoteCreate,
            status=HTTPStatus.CREATED,
            action=Action.PLACE_ORDERS,
        ),
        SonataOperation(
            "retrieveQuote",
            "GET",
            "/quote/{id}",
            "One quote",
            retrieve,
            QuoteTold,
            READS_ONE,
            action=Action.READ_ORDERS,
        ),
        SonataOperation(
            "cancelQuote",
            "POST",
            "/cancelQuote",
            "Take back what you asked, before it is answered",
            cancel,
            QuoteOperation,
            CREATES,
            body=QuoteOperation,
            action=Action.PLACE_ORDERS,
        ),
        SonataOperation(
            "rejectQuote",
            "POST",
            "/rejectQuote",
            "Say that you do not take it",
            reject,
            QuoteOperation,
            CREATES,
            body=QuoteOperation,
            action=Action.PLACE_ORDERS,
        ),
        *hub_operations(NAME, EVENTS),
    ),
)
