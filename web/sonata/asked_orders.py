"""Items of a product order in the standard's words -> items in ours; each refusal with its place in the body."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime

from inventory import errors as inventory
from inventory.errors import NeutralhostError
from provisioning import errors, front_desk, life_errors, product_errors, quote_errors, strand_errors
from provisioning.front_desk import ServiceStory
from provisioning.orders import OrderAction, OrderRequest
from provisioning.product_order_desk import ItemAsked
from web.sonata.common import ItemTerm, ProductAction, TimeUnit
from web.sonata.faults import Code, RefusedAt, refused_at, wrong
from web.sonata.operation import SonataCall
from web.sonata.order_parts import Dependency, OrderCreate, OrderItemCreate
from web.sonata.products import ProductSent, asked_product
from web.sonata.told_products import told_places, told_relationships

ITEMS = "/productOrderItem"
DEFAULT_TERM = 12
"""Months, where a buyer names no term."""
LONGEST_REFERENCE = 64

PLACES: Mapping[type[NeutralhostError], str] = {
    errors.SpeedNotOffered: "/product/productConfiguration",
    errors.EquipmentNotOffered: "/product/productConfiguration",
    errors.TermNotOffered: "/requestedItemTerm",
    errors.UnknownProduct: "/product/productOffering/id",
    errors.HandoverNotYours: "/product/productRelationship",
    errors.UnknownService: "/product/id",
    errors.WrongState: "/product/id",
    errors.NotOrderable: "/product",
    inventory.UnknownPremises: "/product/place",
    inventory.UnknownThing: "/product/place",
    inventory.DatesReversed: "/product/productConfiguration/lastDay",
    strand_errors.WindowInPast: "/product/productConfiguration/firstDay",
    strand_errors.WindowTooLong: "/product/productConfiguration/lastDay",
    product_errors.SameUprn: "/product/place",
    product_errors.NotMultiplexed: "/product/productConfiguration",
    product_errors.Refused: "/product/productConfiguration",
    life_errors.DateInPast: "/requestedCompletionDate",
    life_errors.ItemsInvalid: "/coordinatedAction",
    quote_errors.UnknownQuote: "/quoteItem/quoteId",
    quote_errors.QuoteUnfit: "/quoteItem",
    quote_errors.QuoteOver: "/quoteItem/quoteId",
}
"""Where in an item the cause of a refusal stands; the item itself where nothing is said here."""


def asked_items(call: SonataCall, body: OrderCreate) -> list[ItemAsked]:
    """The items in our words.

    Raises: PayloadRefused, RefusedAt: with the place of what is missing, not sold or not known.
    """
    return [
        _asked(call, item, f"{ITEMS}/{number}", body.external_id or "")
        for number, item in enumerate(body.product_order_item)
    ]


@contextmanager
def refused_items(body: OrderCreate) -> Iterator[None]:
    """Say of a refusal of one item where in the body it stands. Raises: RefusedAt."""
    numbers = {item.id: number for number, item in enumerate(body.product_order_item)}
    try:
        yield
    except life_errors.ItemRefused as error:
        raise RefusedAt(error.cause, f"{ITEMS}/{numbers.get(error.item, 0)}{place_of(error.cause)}") from error
    except life_errors.ItemsInvalid as error:
        raise RefusedAt(error, f"{ITEMS}/{numbers.get(error.item, 0)}{place_of(error)}") from error


def place_of(error: NeutralhostError) -> str:
    """Where in an item the cause of an error stands."""
    return next((PLACES[kind] for kind in type(error).__mro__ if kind in PLACES), "")


def _asked(call: SonataCall, item: OrderItemCreate, path: str, external_id: str) -> ItemAsked:
    _must_know_qualification(call, item, path)
    product = item.product
    if product is None:
        raise wrong(Code.MISSING_PROPERTY, f"{path}/product", "it says what is ordered")
    after = _after(item, path)
    start = _day(call, item.requested_completion_date, path)
    if item.action is ProductAction.ADD:
        request = _added(call, product, _months(item.requested_item_term, path), path)
        return ItemAsked(item.id, OrderAction.ADD, _with_own(request, item, external_id, start), after=after)
    service_id = _service_id(product, path)
    if item.action is ProductAction.DELETE:
        return ItemAsked(item.id, OrderAction.DELETE, _nothing(start), service_id, after)
    request = _modified(call, product, service_id, item.requested_item_term, path)
    return ItemAsked(item.id, OrderAction.MODIFY, _with_own(request, item, external_id, start), service_id, after)


def _with_own(request: OrderRequest, item: OrderItemCreate, external_id: str, start: date | None) -> OrderRequest:
    """The request with what the item says besides its product."""
    return replace(
        request,
        reference=(item.related_buyer_pon or external_id)[:LONGEST_REFERENCE],
        start=start,
        end_customer=item.end_customer_name or "",
        quote_id="" if item.quote_item is None else item.quote_item.quote_id,
    )


def _added(call: SonataCall, product: ProductSent, months: int, path: str) -> OrderRequest:
    if product.id is not None:
        raise wrong(Code.UNEXPECTED_PROPERTY, f"{path}/product/id", "what is to be added has no id yet")
    asked = asked_product(call.tools.load_snapshot(), call.tools.catalogue, product, f"{path}/product")
    return asked.request(months)


def _modified(
    call: SonataCall, product: ProductSent, service_id: str, term: ItemTerm | None, path: str
) -> OrderRequest:
    """The bandwidth and term it is to have; what says where it is may be left out, and must be as it is."""
    with refused_at(f"{path}/product/id"):
        story = front_desk.service_story(call.tools, call.who, service_id)
    months = 0 if term is None else _months(term, path)
    if product.product_configuration is None:
        return replace(_nothing(None), term_months=months)
    whole = _with_what_stays(product, story)
    asked = asked_product(call.tools.load_snapshot(), call.tools.catalogue, whole, f"{path}/product")
    is_same = (asked.uprn, asked.handover) == (story.service.uprn, story.service.handover)
    if not is_same or asked.product != story.service.product:
        why = "a change is of bandwidth and term; its place, handover and offering stay as they are"
        raise wrong(Code.INVALID_VALUE, f"{path}/product", why)
    return replace(_nothing(None), bandwidth_mbps=asked.bandwidth_mbps, term_months=months)


def _with_what_stays(product: ProductSent, story: ServiceStory) -> ProductSent:
    """What is sent, with place and handover as they are where they are left out, and without a tag we chose."""
    known = {
        "place": product.place or told_places(story.request),
        "product_relationship": product.product_relationship or told_relationships(story.request),
    }
    return product.model_copy(update=known)


def _nothing(start: date | None) -> OrderRequest:
    return OrderRequest("", "", "", 0, 0, start=start)


def _service_id(product: ProductSent, path: str) -> str:
    if product.id is None:
        raise wrong(Code.MISSING_PROPERTY, f"{path}/product/id", "it says which product is meant")
    return product.id


def _after(item: OrderItemCreate, path: str) -> tuple[str, ...]:
    """The items it comes after. Raises: PayloadRefused, for a dependency of another kind, or with a delay."""
    found = []
    for number, each in enumerate(item.coordinated_action or ()):
        where = f"{path}/coordinatedAction/{number}"
        if each.coordination_dependency is not Dependency.FINISH_TO_START:
            raise wrong(Code.INVALID_VALUE, f"{where}/coordinationDependency", "only finishToStart can be had")
        if each.coordinated_action_delay.amount != 0:
            raise wrong(Code.INVALID_VALUE, f"{where}/coordinatedActionDelay", "it follows at once: a delay of 0")
        found.append(each.item_id)
    return tuple(dict.fromkeys(found))


def _day(call: SonataCall, at: datetime | None, path: str) -> date | None:
    """The day of a moment in UTC; None for today, which is as soon as can be."""
    if at is None:
        return None
    day, today = at.astimezone(UTC).date(), call.tools.now().date()
    if day < today:
        raise wrong(Code.INVALID_VALUE, f"{path}/requestedCompletionDate", f"that day is over: today is {today}")
    return None if day == today else day


def _months(term: ItemTerm | None, path: str) -> int:
    if term is None:
        return DEFAULT_TERM
    if term.duration.units is not TimeUnit.CALENDAR_MONTHS:
        where = f"{path}/requestedItemTerm/duration/units"
        raise wrong(Code.INVALID_VALUE, where, "our terms are in calendarMonths")
    return term.duration.amount


def _must_know_qualification(call: SonataCall, item: OrderItemCreate, path: str) -> None:
    """Raises: RefusedAt: the qualification that is referred to is none of this buyer's."""
    ref = item.product_offering_qualification_item
    if ref is not None:
        with refused_at(f"{path}/productOfferingQualificationItem/productOfferingQualificationId"):
            front_desk.kept_qualification(call.tools, call.who, ref.product_offering_qualification_id)
