"""productOrderingManagement v10 (MEF 123, requirements in MEF 57.2): order, follow, amend, cancel, answer charges."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast

from provisioning import front_desk
from provisioning.errors import WrongState
from provisioning.listings import ProductOrdersWanted
from provisioning.policy import Action
from provisioning.product_orders import PRODUCT_ORDER_ENDED, ProductOrderStory
from provisioning.sonata_events import ORDER_EVENTS
from web.sonata.asked_orders import asked_items, refused_items
from web.sonata.charges import CHARGE_OPERATIONS
from web.sonata.common import Contact
from web.sonata.faults import Code, wrong
from web.sonata.hubs import hub_operations
from web.sonata.operation import (
    CREATES,
    LISTS,
    READS_ONE,
    SonataAnswer,
    SonataApi,
    SonataCall,
    SonataOperation,
)
from web.sonata.order_parts import OrderCreate, OrderFound, OrderItemUpdate, OrdersQuery, OrderTold, OrderUpdate
from web.sonata.order_tasks import TASK_OPERATIONS
from web.sonata.told_orders import ORDER_CONTACT, as_sent, found_told, order_told

NAME, VERSION = "productOrderingManagement", "v10"


def list_orders(call: SonataCall) -> SonataAnswer:
    query = cast("OrdersQuery", call.query)
    wanted = ProductOrdersWanted(
        state=query.state,
        external_id=query.external_id,
        project_id=query.project_id,
        ordered=(query.ordered_after, query.ordered_before),
        completed=(query.completed_after, query.completed_before),
        cancelled=(query.cancelled_after, query.cancelled_before),
        item_requested=(query.requested_after, query.requested_before),
        item_expected=(query.expected_after, query.expected_before),
    )
    found, total = front_desk.some_product_orders(
        call.tools, call.who, wanted, offset=query.offset, limit=query.at_most
    )
    return SonataAnswer([found_told(each) for each in found], total)


def create(call: SonataCall) -> SonataAnswer:
    """Raises: PayloadRefused, RefusedAt; see `front_desk.place_product_order`."""
    body = cast("OrderCreate", call.body)
    _must_name_contact(body.related_contact_information)
    items = asked_items(call, body)
    with refused_items(body):
        story, is_new = front_desk.place_product_order(
            call.tools,
            call.who,
            items,
            external_id=body.external_id or "",
            requested_on=min((item.request.start for item in items if item.request.start), default=None),
            sent=as_sent(body),
            idempotency_key=call.idempotency_key or None,
        )
    if is_new:
        _expedite(call, body, story)
    return _told(call, story.product_order.id)


def retrieve(call: SonataCall) -> SonataAnswer:
    return _told(call, call.path["id"])


def patch(call: SonataCall) -> SonataAnswer:
    """Add notes, and replace what the buyer keeps with its order for itself."""
    body, product_order_id = cast("OrderUpdate", call.body), call.path["id"]
    found = front_desk.product_order_story(call.tools, call.who, product_order_id).product_order
    if found.state in PRODUCT_ORDER_ENDED:
        raise WrongState("product order", found.id, found.state, "amended")
    if body.related_contact_information is not None:
        _must_name_contact(body.related_contact_information)
    sent = _amended(found.sent or {}, body)
    front_desk.amend_product_order(call.tools, call.who, product_order_id, external_id=body.external_id, sent=sent)
    return _told(call, product_order_id)


def _told(call: SonataCall, product_order_id: str) -> SonataAnswer:
    return SonataAnswer(order_told(call, front_desk.product_order_life(call.tools, call.who, product_order_id)))


def _expedite(call: SonataCall, body: OrderCreate, story: ProductOrderStory) -> None:
    """Ask for what is to be expedited: it may cost something, and then waits for the buyer's answer to the charge."""
    wanted = {item.id for item in body.product_order_item if item.expedite_indicator}
    for order in story.orders:
        if order.item_id in wanted:
            front_desk.change_date(call.tools, call.who, order.id, order.request.start, expedite=True)


def _must_name_contact(contacts: Sequence[Contact]) -> None:
    """Raises: PayloadRefused."""
    if not any(each.role == ORDER_CONTACT for each in contacts):
        raise wrong(Code.MISSING_PROPERTY, "/relatedContactInformation", f"one of them has the role {ORDER_CONTACT}")


def _amended(sent: Mapping[str, Any], body: OrderUpdate) -> dict[str, Any]:
    """What was sent with the update in it. Raises: PayloadRefused: an item that is not there."""
    change = body.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"product_order_item"})
    kept = _merged(sent, change)
    items = [dict(each) for each in kept.get("productOrderItem", ())]
    for number, update in enumerate(body.product_order_item or ()):
        items = _amended_items(items, update, f"/productOrderItem/{number}/id")
    return kept | ({"productOrderItem": items} if items else {})


def _amended_items(items: list[dict[str, Any]], update: OrderItemUpdate, path: str) -> list[dict[str, Any]]:
    if all(item.get("id") != update.id for item in items):
        raise wrong(Code.REFERENCE_NOT_FOUND, path, "the product order has no item of that id, or none sent here")
    change = update.model_dump(mode="json", by_alias=True, exclude_none=True)
    return [_merged(item, change) if item.get("id") == update.id else item for item in items]


def _merged(sent: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """The change in place of what was sent; notes are added, and none is ever changed."""
    before = list(sent.get("note", ()))
    there = {note.get("id") for note in before}
    notes = [*before, *(note for note in change.get("note", ()) if note["id"] not in there)]
    return {**sent, **change} | ({"note": notes} if notes else {})


ORDERS = SonataApi(
    NAME,
    VERSION,
    "order/productOrderManagement.api.yaml",
    (
        SonataOperation(
            "listProductOrder",
            "GET",
            "/productOrder",
            "Your product orders",
            list_orders,
            OrderFound,
            LISTS,
            many=True,
            query=OrdersQuery,
            action=Action.READ_ORDERS,
        ),
        SonataOperation(
            "createProductOrder",
            "POST",
            "/productOrder",
            "Order products, or change or end them",
            create,
            OrderTold,
            CREATES,
            body=OrderCreate,
            status=HTTPStatus.CREATED,
            takes_idempotency_key=True,
            action=Action.PLACE_ORDERS,
        ),
        SonataOperation(
            "retrieveProductOrder",
            "GET",
            "/productOrder/{id}",
            "One product order",
            retrieve,
            OrderTold,
            READS_ONE,
            action=Action.READ_ORDERS,
        ),
        SonataOperation(
            "patchProductOrder",
            "PATCH",
            "/productOrder/{id}",
            "Amend a product order",
            patch,
            OrderTold,
            READS_ONE | {HTTPStatus.CONFLICT},
            body=OrderUpdate,
            action=Action.PLACE_ORDERS,
        ),
        *TASK_OPERATIONS,
        *CHARGE_OPERATIONS,
        *hub_operations(NAME, ORDER_EVENTS, reads=True),
    ),
)
