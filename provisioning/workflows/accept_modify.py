"""Accept an order to give a service another bandwidth or term, without re-creating it."""

from provisioning.errors import UnknownService, WrongState
from provisioning.isps import Principal
from provisioning.line_errors import NothingToModify, NotModifiable
from provisioning.orders import ENDED, Order, OrderAction, OrderRequest, OrderState
from provisioning.pricing import price_of
from provisioning.references import new_order_id, new_product_order_id
from provisioning.services import Service, ServiceState
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.wanted_now import wanted_of
from provisioning.workflows.accept import STEP, find_same, keep_alone, request_digest
from provisioning.workflows.going_on import begin


def accept_modify(
    tools: Tools, who: Principal, service_id: str, bandwidth_mbps: int | None, term_months: int | None, key: str
) -> tuple[Order, bool]:
    """Accept an order to modify a service; True where it is new. The service is then `active.pendingChange`.

    None is what it has. What was accepted once is answered again without looking at the service. The operator
    may order what it has: its devices are then made to say it again.

    Raises:
        UnknownService: there is none, or it is another ISP's.
        WrongState: it is not active, or another order is at it.
        NotModifiable, NothingToModify: it has no bandwidth, or has that one already.
        SpeedNotOffered, TermNotOffered: it is not sold like that.
        IdempotencyConflict: the key made another order.
    """
    asked = OrderRequest("", "", "", bandwidth_mbps or 0, term_months or 0)
    digest = request_digest(OrderAction.MODIFY, asked, service_id)
    with tools.open_unit_of_work(by=who.user_name) as work:
        service = work.services.get(service_id)
        if who.isp_code not in {None, service.isp_code}:
            raise UnknownService(service_id)
        before = find_same(work, service.isp_code, key, digest)
        if before is not None:
            return before, False
        order = new_modify(work, tools, who, service, bandwidth_mbps, term_months)
        accepted = keep_alone(work, order, key, digest)
        if accepted is order:
            work.catalogues.use(tools.catalogue_of(order))
            begin_change(work, service)
            begin(work, order)
            work.commit()
    return accepted, accepted is order


def new_modify(
    work: UnitOfWork,
    tools: Tools,
    who: Principal,
    service: Service,
    bandwidth_mbps: int | None,
    term_months: int | None,
) -> Order:
    """An order that gives the service these terms at today's price; None is what it has. Nothing is kept yet.

    Raises: NotModifiable, NothingToModify, SpeedNotOffered, TermNotOffered.
    """
    wanted = OrderRequest(
        product=service.product,
        uprn=service.uprn,
        handover=service.handover,
        bandwidth_mbps=bandwidth_mbps or service.bandwidth_mbps,
        term_months=term_months or service.term_months,
        reference=service.reference,
        wanted=wanted_of(work, service.id),
    )
    if not wanted.kind.is_circuit:
        raise NotModifiable(service.id, service.product)
    same = (wanted.bandwidth_mbps, wanted.term_months) == (service.bandwidth_mbps, service.term_months)
    if same and who.isp_code is not None:
        raise NothingToModify(service.id, service.bandwidth_mbps, service.term_months)
    return order_of_change(tools, who, service, wanted)


def order_of_change(tools: Tools, who: Principal, service: Service, request: OrderRequest) -> Order:
    """An order that makes of the service what is requested, at today's price. Nothing is kept yet.

    Raises: SpeedNotOffered, TermNotOffered.
    """
    now = tools.now()
    price = price_of(request, None, now.date(), tools.catalogues)
    return Order(
        id=new_order_id(),
        action=OrderAction.MODIFY,
        isp_code=service.isp_code,
        request=request,
        state=OrderState.ACKNOWLEDGED,
        step=STEP,
        waits_for=None,
        reasons=(),
        service_id=service.id,
        monthly_pence=price.monthly_pence,
        setup_pence=0,  # nobody goes anywhere
        requested_by=who.user_name,
        created_at=now,
        updated_at=now,
        product_order_id=new_product_order_id(),
        catalogue_version=price.version,
    )


def begin_change(work: UnitOfWork, service: Service) -> None:
    """Let one order at a time change a service, and no other end it meanwhile.

    Raises: WrongState.
    """
    # Locks the service's row, so that of two orders at the same moment the second sees the first.
    work.services.set_state(service.id, ServiceState.PENDING_CHANGE, was=ServiceState.ACTIVE)
    orders = work.orders.of_service(service.id)
    if any(one.state not in ENDED for one in orders if one.action is not OrderAction.MODIFY):
        raise WrongState("service", service.id, service.state, "modified: another order is at it")
