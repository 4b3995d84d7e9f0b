"""Charges of productOrderingManagement v10: what an order turns out to cost besides, and the buyer's answer."""

from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, cast

from pydantic import Field

from provisioning import front_desk
from provisioning.charges import Charge, ChargeCause, ChargeItem, ChargeItemState, ChargeKind, ChargeState
from provisioning.listings import ChargesWanted
from provisioning.order_life import AboutItem
from provisioning.policy import Action
from web.api.fields import Moment
from web.sonata.common import ChargePeriod, Note, Price, PriceType, Ref, Side, pounds
from web.sonata.operation import LISTS, READS_ONE, SonataAnswer, SonataCall, SonataOperation, href
from web.sonata.order_parts import Notes, OrderItemRef, OrderRef
from web.sonata.payload import PageQuery, Payload, QueryMoment, Text
from web.sonata.told_orders import ROOT


class Acceptance(StrEnum):
    """MEFAcceptedRejectedType of the standard."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Category(StrEnum):
    """MEFPriceCategory of the standard, as far as ours fall into it."""

    CANCELLATION = "cancellation"
    CONSTRUCTION = "construction"
    EXPEDITE = "expedite"
    OTHER = "other"


CATEGORIES = {
    ChargeCause.CANCELLATION: Category.CANCELLATION,
    ChargeCause.BUILD: Category.CONSTRUCTION,
    ChargeCause.DATE_CHANGE: Category.EXPEDITE,
    ChargeCause.SELLER: Category.OTHER,
}
SAID = {ChargeItemState.ACCEPTED: Acceptance.ACCEPTED, ChargeItemState.DECLINED: Acceptance.REJECTED}


class ChargeItemTold(Payload):
    """MEFProductOrderChargeItem of the standard."""

    id: Text
    activity_type: Text = "new"
    blocking: bool
    price: Price
    price_type: PriceType
    price_category: Category
    state: ChargeItemState
    acceptance_indicator: Acceptance | None = None
    recurring_charge_period: ChargePeriod | None = None
    note: list[Note] | None = None


class ChargeFound(Payload):
    """MEFProductOrderCharge_Find of the standard."""

    id: Text
    creation_date: Moment
    response_due_date: Moment
    state: ChargeState
    product_order: OrderRef | None = None
    product_order_item: OrderItemRef | None = None


class ChargeTold(ChargeFound):
    """MEFProductOrderCharge of the standard."""

    href: Text
    charge_item: list[ChargeItemTold]
    cancel_product_order: Ref | None = None
    modify_product_order_item_requested_delivery_date: Ref | None = None


class ChargeItemUpdate(Payload):
    """MEFProductOrderChargeItem_Update of the standard."""

    id: Text
    acceptance_indicator: Acceptance
    note: Notes | None = None


class ChargeUpdate(Payload):
    """MEFProductOrderCharge_Update of the standard."""

    charge_item: Annotated[list[ChargeItemUpdate], Field(min_length=1, max_length=20)]


class ChargesQuery(PageQuery):
    """What listCharge takes."""

    product_order_id: Text | None = None
    product_order_item_id: Text | None = None
    created_after: QueryMoment | None = Field(None, alias="creationDate.gt")
    created_before: QueryMoment | None = Field(None, alias="creationDate.lt")
    due_after: QueryMoment | None = Field(None, alias="responseDueDate.gt")
    due_before: QueryMoment | None = Field(None, alias="responseDueDate.lt")


def list_charges(call: SonataCall) -> SonataAnswer:
    query = cast("ChargesQuery", call.query)
    wanted = ChargesWanted(
        product_order_id=query.product_order_id,
        item_id=query.product_order_item_id,
        created=(query.created_after, query.created_before),
        due=(query.due_after, query.due_before),
    )
    found, total = front_desk.some_charges(call.tools, call.who, wanted, offset=query.offset, limit=query.at_most)
    return SonataAnswer([found_told(each) for each in found], total)


def retrieve(call: SonataCall) -> SonataAnswer:
    return _told(call)


def patch(call: SonataCall) -> SonataAnswer:
    """Accept or reject items. What follows for the order follows at once."""
    body = cast("ChargeUpdate", call.body)
    answers = {item.id: item.acceptance_indicator is Acceptance.ACCEPTED for item in body.charge_item}
    notes = {item.id: " ".join(item.note[-1].text.split())[:200] for item in body.charge_item if item.note}
    front_desk.answer_charge(call.tools, call.who, call.path["id"], answers, notes)
    return _told(call)


def found_told(found: AboutItem[Charge]) -> ChargeFound:
    """A charge in a list: of an item, or of a whole product order's cancellation."""
    charge = found.subject
    of_item = None
    if found.item_id is not None:
        of_item = OrderItemRef.of(charge.product_order_id, found.item_id, ROOT)
    whole = OrderRef(
        product_order_id=charge.product_order_id,
        product_order_href=href(ROOT, "productOrder", charge.product_order_id),
    )
    return ChargeFound(
        id=charge.id,
        creation_date=charge.created_at,
        response_due_date=charge.due_at,
        state=charge.state,
        product_order=whole if of_item is None else None,
        product_order_item=of_item,
    )


def charge_told(found: AboutItem[Charge]) -> ChargeTold:
    """A charge with its items."""
    charge, listed = found.subject, found_told(found)
    is_date = charge.cause is ChargeCause.DATE_CHANGE
    return ChargeTold(
        **{name: getattr(listed, name) for name in ChargeFound.model_fields},
        href=href(ROOT, "charge", charge.id),
        charge_item=[_item(charge, item) for item in charge.items],
        cancel_product_order=_task(charge, "cancelProductOrder") if charge.cause is ChargeCause.CANCELLATION else None,
        modify_product_order_item_requested_delivery_date=_task(charge, "modifyProductOrderItemRequestedDeliveryDate")
        if is_date
        else None,
    )


def _told(call: SonataCall) -> SonataAnswer:
    return SonataAnswer(charge_told(front_desk.charge_life(call.tools, call.who, call.path["id"])))


def _task(charge: Charge, resource: str) -> Ref | None:
    return None if charge.task_id is None else Ref(id=charge.task_id, href=href(ROOT, resource, charge.task_id))


def _item(charge: Charge, item: ChargeItem) -> ChargeItemTold:
    is_monthly = item.kind is ChargeKind.MONTHLY
    return ChargeItemTold(
        id=item.id,
        blocking=item.blocking,
        price=pounds(item.pence),
        price_type=PriceType.RECURRING if is_monthly else PriceType.NON_RECURRING,
        price_category=CATEGORIES[charge.cause],
        state=item.state,
        acceptance_indicator=SAID.get(item.state),
        recurring_charge_period=ChargePeriod.MONTH if is_monthly else None,
        note=_notes(charge, item),
    )


def _notes(charge: Charge, item: ChargeItem) -> list[Note]:
    """What it is for, and what the buyer said to it."""
    for_what = Note(id="1", author="seller", date=charge.created_at, source=Side.SELLER, text=item.text)
    if not item.note:
        return [for_what]
    at = charge.ended_at or charge.created_at
    return [for_what, Note(id="2", author="buyer", date=at, source=Side.BUYER, text=item.note)]


CHARGE_OPERATIONS = (
    SonataOperation(
        "listCharge",
        "GET",
        "/charge",
        "Charges of your orders",
        list_charges,
        ChargeFound,
        LISTS,
        many=True,
        query=ChargesQuery,
        action=Action.READ_ORDERS,
    ),
    SonataOperation(
        "retrieveCharge",
        "GET",
        "/charge/{id}",
        "One charge",
        retrieve,
        ChargeTold,
        READS_ONE,
        action=Action.READ_ORDERS,
    ),
    SonataOperation(
        "patchCharge",
        "PATCH",
        "/charge/{id}",
        "Accept or reject a charge",
        patch,
        ChargeTold,
        READS_ONE | {HTTPStatus.CONFLICT},
        body=ChargeUpdate,
        action=Action.PLACE_ORDERS,
    ),
)
