"""A product order of ours in the standard's words: items, states, milestones, charges, and why it ended as it did."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from provisioning.catalogue import Catalogue
from provisioning.changes import StateChange
from provisioning.chargeable_tasks import TaskState
from provisioning.charges import Charge, ChargeCause
from provisioning.listings import midnight
from provisioning.order_life import ItemLife, ProductOrderLife
from provisioning.orders import ENDED, EventStatus, Order, OrderAction, OrderState
from provisioning.product_orders import ProductOrder, ProductOrderState
from provisioning.workflows.validating import REJECTED_WITH
from web.sonata.common import Contact, ProductAction, Ref, Side, TerminationError, term_of
from web.sonata.faults import Code
from web.sonata.issues import WordsNote, contact_of, read_list, reason_of, seller_contact
from web.sonata.operation import SONATA_ROOT, SonataCall, href
from web.sonata.order_parts import (
    ItemState,
    ItemStateChange,
    Milestone,
    OrderCreate,
    OrderFound,
    OrderItemCreate,
    OrderItemTold,
    OrderStateChange,
    OrderTold,
)
from web.sonata.payload import LONGEST
from web.sonata.products import ProductSent
from web.sonata.told_products import told_product

ROOT = f"{SONATA_ROOT}/productOrderingManagement/v10"
PRODUCTS = f"{SONATA_ROOT}/productInventory/v7/product"
ORDER_CONTACT, SELLER_CONTACT = "productOrderContact", "sellerContact"
MILESTONES: Mapping[str, str] = {
    "qualify": "validated",
    "reserve": "reserved",
    "approve": "approved",
    "deploy": "deployed",
    "prove": "proven",
    "release": "released",
}
"""The steps of a walk that are milestones to a buyer, and what they are called."""


def found_told(found: ProductOrder) -> OrderFound:
    """A product order in a list."""
    is_cancelled = found.state is ProductOrderState.CANCELLED
    return OrderFound(
        id=found.id,
        order_date=found.ordered_at,
        state=found.state,
        external_id=found.external_id or None,
        project_id=_sent_text(found, "projectId"),
        completion_date=found.completed_at,
        cancellation_date=found.completed_at if is_cancelled else None,
    )


def order_told(call: SonataCall, life: ProductOrderLife) -> OrderTold:
    """A product order whole. One that did not come by this face is told as if it had."""
    found = found_told(life.product_order)
    sent = life.product_order.sent or {}
    by_id = {each.get("id"): each for each in _objects(sent.get("productOrderItem"))}
    in_order = sorted(life.items, key=lambda item: [*by_id].index(item.order.item_id) if by_id else 0)
    return OrderTold(
        **{name: getattr(found, name) for name in OrderFound.model_fields},
        href=href(ROOT, "productOrder", found.id),
        product_order_item=[_item(call, life, item, by_id.get(item.order.item_id)) for item in in_order],
        related_contact_information=[*_contacts(life.product_order), seller_contact(call.seller, SELLER_CONTACT)],
        state_change=_changes(life.changes),
        note=read_list(WordsNote, sent.get("note")) or None,
        cancellation_reason=_cancelled_for(life),
        cancellation_charge=_charge_refs(life.charges, None) or None,
    )


def item_state(order: Order) -> ItemState:
    """The item's state: one that was rejected with another says whether it was looked at itself."""
    if order.state is OrderState.REJECTED and any(each.code == REJECTED_WITH for each in order.reasons):
        return ItemState.REJECTED_VALIDATED if order.validated else ItemState.REJECTED_UNASSESSED
    return ItemState(order.state)


def _item(call: SonataCall, life: ProductOrderLife, item: ItemLife, sent: Mapping[str, Any] | None) -> OrderItemTold:
    order = item.order
    return OrderItemTold(
        **_same(call, order, sent),
        note=[*_sent_notes(sent), *_written(item)] or None,
        state=item_state(order),
        state_change=_item_changes(item),
        milestone=_milestones(item) or None,
        charge=_charge_refs(life.charges, order.id) or None,
        completion_date=_ended_at(item),
        expected_completion_date=_moment(order.expected_on or order.request.start),
        expedite_accepted_indicator=_is_expedited(life, order),
        item_term=[term_of(order.request.term_months)] if order.request.term_months else None,
        termination_error=_ended_for(order),
    )


def _same(call: SonataCall, order: Order, sent: Mapping[str, Any] | None) -> dict[str, Any]:
    """What is told as it was sent; the product with the id of what was made of it."""
    if sent is None:
        return {
            "id": order.item_id,
            "action": ProductAction(order.action),
            "product": _product(order, _whole_product(call.tools.catalogue_of(order), order)),
            "end_customer_name": order.request.end_customer or None,
        }
    item = OrderItemCreate.model_validate(sent, by_alias=True, by_name=False)
    same = {name: getattr(item, name) for name in OrderItemCreate.model_fields if name != "note"}
    return same | {"product": _product(order, item.product or ProductSent())}


def _whole_product(catalogue: Catalogue, order: Order) -> ProductSent:
    return ProductSent() if order.action is OrderAction.DELETE else told_product(order.request, catalogue)


def _product(order: Order, product: ProductSent) -> ProductSent:
    if order.service_id is None:
        return product
    return product.model_copy(update={"id": order.service_id, "href": href(PRODUCTS, order.service_id)})


def _sent_notes(sent: Mapping[str, Any] | None) -> list[WordsNote]:
    return [] if sent is None else read_list(WordsNote, sent.get("note"))


def _written(item: ItemLife) -> list[WordsNote]:
    """What was written under the order in our own API, by either side."""
    return [
        WordsNote(
            id=f"{item.order.id}-{number}",
            author=note.author,
            date=note.at,
            source=Side.BUYER if note.is_buyers else Side.SELLER,
            text=note.text,
        )
        for number, note in enumerate(item.notes, start=1)
    ]


def _item_changes(item: ItemLife) -> list[ItemStateChange]:
    """Every change; the last one says why the item was rejected, as its state does."""
    told = [
        ItemStateChange(state=ItemState(each.now), change_date=each.at, change_reason=reason_of(each))
        for each in item.changes
    ]
    if told and item.order.state is OrderState.REJECTED:
        told[-1] = told[-1].model_copy(update={"state": item_state(item.order)})
    return told


def _changes(changes: Sequence[StateChange]) -> list[OrderStateChange]:
    return [
        OrderStateChange(state=ProductOrderState(each.now), change_date=each.at, change_reason=reason_of(each))
        for each in changes
    ]


def _milestones(item: ItemLife) -> list[Milestone]:
    return [
        Milestone(name=MILESTONES[event.step], date=event.at, note=event.text[:LONGEST] or None)
        for event in item.events
        if event.status is EventStatus.DONE and event.step in MILESTONES
    ]


def _charge_refs(charges: Sequence[Charge], order_id: str | None) -> list[Ref]:
    """The charges that were accepted, of one item; those of cancelling all where there is none."""
    return [
        Ref(id=each.id, href=href(ROOT, "charge", each.id))
        for each in charges
        if each.order_id == order_id
        and each.is_accepted
        and (order_id is not None or each.cause is ChargeCause.CANCELLATION)
    ]


def _ended_at(item: ItemLife) -> datetime | None:
    if item.order.state not in ENDED:
        return None
    return item.changes[-1].at if item.changes else item.order.updated_at


def _moment(day: date | None) -> datetime | None:
    return None if day is None else midnight(day)


def _is_expedited(life: ProductOrderLife, order: Order) -> bool | None:
    """Whether it was agreed to do it sooner; None where nobody asked."""
    asked = [each for each in life.date_changes if each.order_id == order.id and each.expedite]
    return any(each.state is TaskState.DONE for each in asked) if asked else None


def _ended_for(order: Order) -> list[TerminationError] | None:
    if order.state not in {OrderState.REJECTED, OrderState.FAILED}:
        return None
    return [
        TerminationError(code=Code.OTHER_ISSUE, value=f"{each.code}: {each.sentence}"[:LONGEST])
        for each in order.reasons
    ] or None


def _cancelled_for(life: ProductOrderLife) -> str | None:
    done = [each.reason for each in life.cancellations if each.state is TaskState.DONE and each.reason]
    return done[-1] if done and life.product_order.state is ProductOrderState.CANCELLED else None


def _contacts(found: ProductOrder) -> list[Contact]:
    sent = (found.sent or {}).get("relatedContactInformation")
    return read_list(Contact, sent) or [contact_of(found.requested_by, ORDER_CONTACT)]


def _sent_text(found: ProductOrder, name: str) -> str | None:
    value = (found.sent or {}).get(name)
    return value if isinstance(value, str) else None


def _objects(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def as_sent(body: OrderCreate) -> dict[str, Any]:
    """What is kept of a request, to be told again."""
    return body.model_dump(mode="json", by_alias=True, exclude_none=True)
