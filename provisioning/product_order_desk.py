"""Place, read and amend product orders: orders that are accepted together, all or none."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from inventory.errors import NeutralhostError
from provisioning.deeds import acts
from provisioning.discretion import order_for_isp
from provisioning.errors import IdempotencyConflict, RequestInvalid, UnknownOrder, UnknownService
from provisioning.isps import Principal
from provisioning.life_errors import ItemRefused, ItemsInvalid, UnknownProductOrder
from provisioning.orders import Note, Order, OrderAction, OrderRequest
from provisioning.policy import Action, must
from provisioning.product_orders import ProductOrder, ProductOrderPage, ProductOrderState, ProductOrderStory
from provisioning.references import new_product_order_id
from provisioning.request_checks import check_request
from provisioning.rights import LONGEST_KEY, LONGEST_REFERENCE, may_see, must_be_text, orders_for
from provisioning.services import Service
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.wanted_now import wanted_of
from provisioning.workflows.accept import (
    begin_add,
    begin_end,
    keep_item,
    new_add,
    new_delete,
    product_order_of,
    request_digest,
)
from provisioning.workflows.accept_modify import begin_change, new_modify
from provisioning.workflows.going_on import begin

MOST_ITEMS = 100
LONGEST_ITEM_ID = 40


@dataclass(frozen=True, slots=True)
class ItemAsked:
    """One item of a product order: a product to add, or a service to modify or delete.

    `after` are ids of items that must be complete before it begins (finishToStart). Of a service that is modified,
    `request` says the new bandwidth and term, 0 for what it has; of one that is deleted, `request.start` the day.
    """

    item_id: str
    action: OrderAction
    request: OrderRequest
    service_id: str = ""
    after: tuple[str, ...] = ()


def delete_item(item_id: str, service_id: str, on: date | None = None, after: tuple[str, ...] = ()) -> ItemAsked:
    """An item that ends a service."""
    return ItemAsked(item_id, OrderAction.DELETE, OrderRequest("", "", "", 0, 0, start=on), service_id, after)


@acts("place a product order", "product-order", says=("external_id",))
def place_product_order(
    tools: Tools,
    who: Principal,
    items: Sequence[ItemAsked],
    *,
    external_id: str = "",
    requested_on: date | None = None,
    sent: Mapping[str, object] | None = None,
    idempotency_key: str | None = None,
    isp_code: str | None = None,
) -> tuple[ProductOrderStory, bool]:
    """Place orders together, all or none; True where the product order is new.

    The same key with the same items answers with the product order it made before.

    Raises:
        Forbidden, UnknownIsp, RequestInvalid: not for you, or a field is wrong.
        ItemsInvalid: the items do not fit together.
        ItemRefused: one of them cannot be ordered; its `cause` says why, as `place_order` would.
        IdempotencyConflict: the key made another product order.
    """
    must(who, Action.PLACE_ORDERS)
    snapshot = tools.load_snapshot()
    buyer = orders_for(who, isp_code, snapshot)
    must_be_text("external_id", external_id, LONGEST_REFERENCE, shortest=0)
    if idempotency_key is not None:
        must_be_text("idempotency_key", idempotency_key, LONGEST_KEY)
    digest = _digest(items, external_id)
    before = _same(tools, buyer, idempotency_key, digest)
    if before is not None:
        return product_order_story(tools, who, before), False
    check_items(items)
    for item in items:
        if item.action is OrderAction.ADD:
            with refusing(item):
                check_request(tools, snapshot, buyer, item.request)
    made = _keep(tools, who, buyer, items, idempotency_key, digest, external_id, requested_on, sent)
    return product_order_story(tools, who, made.id), True


@contextmanager
def refusing(item: ItemAsked) -> Iterator[None]:
    """Say of an error which item it is about. Raises: ItemRefused."""
    try:
        yield
    except NeutralhostError as error:
        raise ItemRefused(item.item_id, error) from error


def check_items(items: Sequence[ItemAsked]) -> None:
    """Whether the items fit together. Pure. Raises: RequestInvalid, ItemsInvalid."""
    if not 1 <= len(items) <= MOST_ITEMS:
        raise RequestInvalid("items", f"a product order has 1 to {MOST_ITEMS} items, and this has {len(items)}")
    ids = [item.item_id for item in items]
    for item in items:
        must_be_text("item_id", item.item_id, LONGEST_ITEM_ID)
        if ids.count(item.item_id) > 1:
            raise ItemsInvalid(item.item_id, "another item has that id")
        for before in item.after:
            if before not in ids:
                raise ItemsInvalid(item.item_id, f"it comes after item {before!r}, which is not there")
    _refuse_circles({item.item_id: item.after for item in items})
    _refuse_same_service(items)


def product_order_story(tools: Tools, who: Principal, product_order_id: str) -> ProductOrderStory:
    """A product order with all that hangs on it. Raises: Forbidden, UnknownProductOrder, also where it is another's."""
    must(who, Action.READ_ORDERS)
    with tools.open_unit_of_work(reading=True) as work:
        found = _seen(work, who, product_order_id)
        orders = work.orders.of_product_order(product_order_id)
        return ProductOrderStory(
            product_order=found,
            orders=orders if who.is_operator else tuple(map(order_for_isp, orders)),
            charges=work.charges.of_product_order(product_order_id),
            cancellations=work.cancellations.of_product_order(product_order_id),
            date_changes=work.date_changes.of_product_order(product_order_id),
        )


def product_orders(
    tools: Tools,
    who: Principal,
    *,
    state: ProductOrderState | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> ProductOrderPage:
    """One page of product orders, newest first: an ISP's own; the operator's people see all.

    Raises: Forbidden, CursorInvalid.
    """
    must(who, Action.READ_ORDERS)
    with tools.open_unit_of_work(reading=True) as work:
        return work.product_orders.page(isp_code=who.isp_code, state=state, cursor=cursor, limit=limit)


def notes(tools: Tools, who: Principal, order_id: str) -> tuple[Note, ...]:
    """What was written under an order, oldest first. Raises: Forbidden, UnknownOrder."""
    must(who, Action.READ_ORDERS)
    with tools.open_unit_of_work(reading=True) as work:
        order = work.orders.get(order_id)
        if not may_see(who, order.isp_code):
            raise UnknownOrder(order_id)
        return work.orders.notes(order_id)


@acts("rename a product order", "product-order", "product_order_id", says=("external_id",))
def amend_product_order(
    tools: Tools,
    who: Principal,
    product_order_id: str,
    *,
    external_id: str | None = None,
    sent: Mapping[str, object] | None = None,
) -> ProductOrderStory:
    """Give a product order another number of its buyer's, or keep what the buyer sent anew.

    Raises: Forbidden, UnknownProductOrder, RequestInvalid.
    """
    must(who, Action.PLACE_ORDERS)
    if external_id is not None:
        must_be_text("external_id", external_id, LONGEST_REFERENCE, shortest=0)
    with tools.open_unit_of_work(by=who.user_name) as work:
        found = _seen(work, who, product_order_id)
        work.product_orders.amend(
            product_order_id,
            found.external_id if external_id is None else external_id,
            found.sent if sent is None else sent,
        )
        work.commit()
    return product_order_story(tools, who, product_order_id)


def _keep(
    tools: Tools,
    who: Principal,
    buyer: str,
    items: Sequence[ItemAsked],
    key: str | None,
    digest: str,
    external_id: str,
    requested_on: date | None,
    sent: Mapping[str, object] | None,
) -> ProductOrder:
    made_id = new_product_order_id()
    with tools.open_unit_of_work(by=who.user_name) as work:
        orders = []
        for item in items:
            with refusing(item):
                orders.append(_order_of(work, tools, who, buyer, item, made_id))
        made = product_order_of(orders[0], external_id=external_id, requested_on=requested_on, sent=sent)
        if not work.product_orders.add(made, key, digest):
            found = work.product_orders.find_by_key(buyer, key or "")
            return made if found is None else found[0]
        for item, order in sorted(zip(items, orders, strict=True), key=_lock_first):
            with refusing(item):
                _accept(work, tools, item, order, f"{key or made_id}\n{item.item_id}")
        work.commit()
    return made


def _lock_first(asked: tuple[ItemAsked, Order]) -> tuple[str, str]:
    """Quotes and services are locked in one order by everybody, whatever order the items are in."""
    item, _order = asked
    return item.service_id, item.request.quote_id


def _order_of(
    work: UnitOfWork, tools: Tools, who: Principal, buyer: str, item: ItemAsked, product_order_id: str
) -> Order:
    order = _alone(work, tools, who, buyer, item)
    return replace(order, product_order_id=product_order_id, item_id=item.item_id, after=item.after)


def _alone(work: UnitOfWork, tools: Tools, who: Principal, buyer: str, item: ItemAsked) -> Order:
    asked = item.request
    if item.action is OrderAction.ADD:
        return new_add(tools, who, buyer, asked)
    service = _service(work, buyer, item.service_id)
    if item.action is OrderAction.DELETE:
        return new_delete(tools, who, service, wanted_of(work, service.id), asked.start)
    order = new_modify(work, tools, who, service, asked.bandwidth_mbps or None, asked.term_months or None)
    said = replace(order.request, start=asked.start, end_customer=asked.end_customer, quote_id=asked.quote_id)
    return replace(order, request=said)


def _accept(work: UnitOfWork, tools: Tools, item: ItemAsked, order: Order, key: str) -> None:
    """Nobody else can have a key like it: what people send is held to characters that can be printed."""
    keep_item(work, order, key, request_digest(order.action, order.request, order.service_id))
    if order.action is OrderAction.ADD:
        begin_add(work, order, tools)
        return
    service = work.services.get(item.service_id)
    if order.action is OrderAction.DELETE:
        begin_end(work, service, order, tools)
    else:
        begin_change(work, service)
    begin(work, order)


def _service(work: UnitOfWork, buyer: str, service_id: str) -> Service:
    found = work.services.get(service_id)
    if found.isp_code != buyer:
        raise UnknownService(service_id)
    return found


def _same(tools: Tools, buyer: str, key: str | None, digest: str) -> str | None:
    """The product order that the key made before. Raises: IdempotencyConflict."""
    if key is None:
        return None
    with tools.open_unit_of_work(reading=True) as work:
        found = work.product_orders.find_by_key(buyer, key)
    if found is None:
        return None
    if found[1] != digest:
        raise IdempotencyConflict(key, found[0].id)
    return found[0].id


def _digest(items: Sequence[ItemAsked], external_id: str) -> str:
    asked = [
        [item.item_id, item.service_id, list(item.after), request_digest(item.action, item.request)] for item in items
    ]
    return hashlib.sha256(json.dumps([external_id, asked]).encode()).hexdigest()


def _refuse_circles(after: Mapping[str, tuple[str, ...]]) -> None:
    left = dict(after)
    while left:
        free = [item_id for item_id, before in left.items() if not set(before) & set(left)]
        if not free:
            raise ItemsInvalid(next(iter(left)), "it comes after itself, by way of others")
        for item_id in free:
            del left[item_id]


def _refuse_same_service(items: Sequence[ItemAsked]) -> None:
    seen: set[str] = set()
    for item in items:
        if item.service_id and item.service_id in seen:
            raise ItemsInvalid(item.item_id, f"another item is about {item.service_id} too")
        seen.add(item.service_id)


def _seen(work: UnitOfWork, who: Principal, product_order_id: str) -> ProductOrder:
    found = work.product_orders.get(product_order_id)
    if not may_see(who, found.isp_code):
        raise UnknownProductOrder(product_order_id)
    return found
