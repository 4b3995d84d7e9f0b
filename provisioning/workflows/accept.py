"""Accept an order: the row, its first event and the work it makes necessary, in one transaction.

The same key with the same request gets the order it made before; nothing is written twice.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

from provisioning.citing import accept_quote, quoted_price
from provisioning.errors import IdempotencyConflict, UnknownService, WrongState
from provisioning.isps import Principal
from provisioning.orders import ENDED, EventStatus, Order, OrderAction, OrderRequest, OrderState
from provisioning.pricing import Price, price_of
from provisioning.product_orders import ProductOrder, ProductOrderState
from provisioning.quotes import QuotedPrice
from provisioning.references import new_order_id, new_product_order_id
from provisioning.route_facts import route_facts
from provisioning.services import Service, ServiceState
from provisioning.shared_ssids import is_shared, must_not_be_shared
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.wanted import Wanted
from provisioning.wanted_now import wanted_of
from provisioning.workflows.going_on import begin

STEP = "accept"
_LATER = frozenset({"start", "stop", "quote_id", "takes_over", "end_customer"})
"""What requests have not always had: left out where it says nothing, so that old ones keep their digest."""


def accept_add(
    tools: Tools, who: Principal, isp_code: str, request: OrderRequest, key: str, check: Callable[[], None]
) -> tuple[Order, bool]:
    """Accept an order to add a service; True where it is new. `check` says whether it may be placed now.

    What was accepted once is answered without checking: the price list or the inventory may
    have changed since. Prices are those of this moment, and are kept with the order.

    Raises: IdempotencyConflict; what `check` raises.
    """
    digest = request_digest(OrderAction.ADD, request)
    with tools.open_unit_of_work(reading=True) as work:
        before = find_same(work, isp_code, key, digest)
    if before is not None:
        return before, False
    check()
    order = new_add(tools, who, isp_code, request)
    with tools.open_unit_of_work() as work:
        accepted = keep_alone(work, order, key, digest)
        if accepted is order:
            begin_add(work, order, tools)
            work.commit()
    return accepted, accepted is order


def begin_add(work: UnitOfWork, order: Order, tools: Tools) -> None:
    """What accepting an order to add a service makes necessary."""
    work.catalogues.use(tools.catalogue_of(order))
    begin(work, order)


def accept_cease(tools: Tools, who: Principal, service_id: str, key: str, on: date | None = None) -> tuple[Order, bool]:
    """Accept an order to delete a service; True where it is new. The service is then `pendingTerminate`.

    Where it is to end on a later day (`on`), it is active until then.

    Raises:
        UnknownService: there is none, or it is another ISP's.
        SsidStillShared: realms are on it.
        WrongState: it is neither active nor left half taken down, or another order is at it.
        IdempotencyConflict: the key made another order.
    """
    with tools.open_unit_of_work() as work:
        service = work.services.get(service_id)
        if who.isp_code not in {None, service.isp_code}:
            raise UnknownService(service_id)
        order = new_delete(tools, who, service, wanted_of(work, service.id), on)
        accepted = keep_alone(work, order, key, request_digest(OrderAction.DELETE, order.request, service_id))
        if accepted is order:
            begin_end(work, service, order, tools)
            begin(work, order)
            work.commit()
    return accepted, accepted is order


def begin_end(work: UnitOfWork, service: Service, order: Order, tools: Tools) -> None:
    """Let one order at a time end a service: an active one, or one that an earlier order could not take down whole.

    One that is to end on a later day stays active until then. Raises: SsidStillShared, WrongState.
    """
    if is_shared(service):
        must_not_be_shared(service.id, work.services.carried())
    left_half = service.state is ServiceState.PENDING_TERMINATE
    later = order.request.start is not None and order.request.start > tools.now().date()
    ending = ServiceState.ACTIVE if later else ServiceState.PENDING_TERMINATE
    # Locks the service's row, so that of two orders at the same moment the second sees the first.
    work.services.set_state(service.id, ending, was=service.state if left_half and not later else ServiceState.ACTIVE)
    if any(one.state not in ENDED for one in work.orders.of_service(service.id) if one.id != order.id):
        raise WrongState("service", service.id, ending, "ceased: another order is at it")


def request_digest(action: OrderAction, request: OrderRequest, service_id: str | None = None) -> str:
    """SHA-256 (hex) of what is asked for. A product's request has the digest it had before other products were sold."""
    asked = {"action": action, "service_id": service_id} | asdict(request)
    asked = {name: value for name, value in asked.items() if name not in _LATER or value}
    wanted = asked.pop("wanted")
    if request.wanted is not None:
        asked[request.kind.value] = wanted
    return hashlib.sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()


def find_same(work: UnitOfWork, isp_code: str, key: str, digest: str) -> Order | None:
    """The order the key made before from the same request.

    Raises: IdempotencyConflict, when it made one from another request.
    """
    found = work.orders.find_by_key(isp_code, key)
    if found is not None and found[1] != digest:
        raise IdempotencyConflict(key, found[0].id)
    return None if found is None else found[0]


def keep_alone(work: UnitOfWork, order: Order, key: str, digest: str) -> Order:
    """Keep the order with its first event in a product order of its own, or return the one that was there."""
    found = find_same(work, order.isp_code, key, digest)
    if found is not None:
        return found
    work.product_orders.add(product_order_of(order))
    if keep_item(work, order, key, digest):
        return order
    return find_same(work, order.isp_code, key, digest) or order


def keep_item(work: UnitOfWork, order: Order, key: str, digest: str) -> bool:
    """Keep one order with its first event; False where (ISP, key) made one already. Raises: IdempotencyConflict."""
    if not work.orders.add(order, key, digest):
        return False
    if order.request.quote_id and order.action is OrderAction.ADD:
        accept_quote(work, order.request.quote_id, order.id)
    text = f"Order to {order.action} accepted."
    work.orders.record(order.id, STEP, EventStatus.DONE, text, {"requested_by": order.requested_by})
    return True


def product_order_of(order: Order, **known: Any) -> ProductOrder:
    """The product order that an order is of."""
    return ProductOrder(
        id=order.product_order_id,
        isp_code=order.isp_code,
        state=ProductOrderState.ACKNOWLEDGED,
        requested_by=order.requested_by,
        ordered_at=order.created_at,
        updated_at=order.created_at,
        **{"requested_on": order.request.start} | known,
    )


def new_add(tools: Tools, who: Principal, isp_code: str, request: OrderRequest) -> Order:
    """An order that adds what is asked for, at today's price. Nothing is kept yet.

    Raises: as `price_of`; UnknownQuote, QuoteOver, QuoteUnfit, where it cites a quote.
    """
    now = tools.now()
    price = _price(tools, isp_code, request)
    return Order(
        id=new_order_id(),
        action=OrderAction.ADD,
        isp_code=isp_code,
        request=request,
        state=OrderState.ACKNOWLEDGED,
        step=STEP,
        waits_for=None,
        reasons=(),
        service_id=None,
        monthly_pence=price.monthly_pence,
        setup_pence=price.once_pence,
        requested_by=who.user_name,
        created_at=now,
        updated_at=now,
        product_order_id=new_product_order_id(),
        catalogue_version=price.version,
    )


def _price(tools: Tools, isp_code: str, request: OrderRequest) -> Price | QuotedPrice:
    """What it costs today, or what the quote says that it cites."""
    now = tools.now()
    if not request.quote_id:
        return price_of(request, route_facts(tools, request), now.date(), tools.catalogues)
    with tools.open_unit_of_work(reading=True) as work:
        return quoted_price(work, isp_code, request, now)


def new_delete(tools: Tools, who: Principal, service: Service, wanted: Wanted | None, on: date | None = None) -> Order:
    """An order that ends the service, on that day or at once. Nothing is kept yet."""
    now = tools.now()
    return Order(
        id=new_order_id(),
        action=OrderAction.DELETE,
        isp_code=service.isp_code,
        request=OrderRequest(
            product=service.product,
            uprn=service.uprn,
            handover=service.handover,
            bandwidth_mbps=service.bandwidth_mbps,
            term_months=service.term_months,
            reference=service.reference,
            wanted=wanted,
            start=on,
        ),
        state=OrderState.ACKNOWLEDGED,
        step=STEP,
        waits_for=None,
        reasons=(),
        service_id=service.id,
        monthly_pence=0,
        setup_pence=0,
        requested_by=who.user_name,
        created_at=now,
        updated_at=now,
        product_order_id=new_product_order_id(),
    )
