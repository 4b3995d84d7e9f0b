"""What people and machines may ask about orders: place one, see it, approve or decline it. A part of the front desk.

Another ISP's order is one that does not exist.
"""

from dataclasses import dataclass, replace
from datetime import date

from provisioning.access_line_ids import parse_access_line_id
from provisioning.approvals import plan_digest
from provisioning.deeds import acts
from provisioning.device_errors import ChangedSinceApproval
from provisioning.discretion import event_for_isp, order_for_isp
from provisioning.errors import UnknownOrder
from provisioning.isps import Principal
from provisioning.life_errors import DateInPast
from provisioning.orders import EventStatus, Order, OrderDiff, OrderEvent, OrderPage, OrderRequest, OrderState, WaitsFor
from provisioning.plans import plan_of
from provisioning.policy import Action, must
from provisioning.request_checks import check_request
from provisioning.rights import LONGEST_KEY, LONGEST_REASON, may_see, must_be_text, orders_for
from provisioning.second_eyes import enough_approved
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.workflows import gates
from provisioning.workflows.accept import accept_add, accept_cease
from provisioning.workflows.accept_modify import accept_modify
from provisioning.workflows.going_on import stop, walk_on


@dataclass(frozen=True, slots=True)
class OrderStory:
    """An order with its life so far. `diffs` is empty for an ISP: device text is the operator's.

    `plan_digest` is what an approval of the rehearsed plan is bound to: a face that shows the
    diffs sends it back with the approval. None before the rehearsal, and for an ISP.
    """

    order: Order
    events: tuple[OrderEvent, ...]
    diffs: tuple[OrderDiff, ...]
    steps: tuple[str, ...]  # every step of its workflow, in order
    plan_digest: str | None = None
    tasks: tuple[str, ...] = ()  # what a person must splice and patch before the approval; () for an ISP


@acts(
    "order", "order", says=("isp_code", "request.product", "request.uprn", "request.handover", "request.bandwidth_mbps")
)
def place_order(
    tools: Tools, who: Principal, request: OrderRequest, *, idempotency_key: str, isp_code: str | None = None
) -> tuple[Order, bool]:
    """Place an order; True where it is new. The operator orders for an ISP by `isp_code`.

    The same key with the same request answers with the order it made before.

    Raises:
        Forbidden, UnknownIsp, HandoverNotYours: not for you, or not to there.
        RequestInvalid, UnknownPremises: a field is wrong.
        UnknownProduct, SpeedNotOffered, TermNotOffered: it is not sold, or not like that.
        UnknownThing, SamePlace, WindowInPast, WindowTooLong: there are no strands like that.
        IdempotencyConflict: the key made an order from another request.
    """
    must(who, Action.PLACE_ORDERS)
    snapshot = tools.load_snapshot()
    buyer = orders_for(who, isp_code, snapshot)
    must_be_text("idempotency_key", idempotency_key, LONGEST_KEY)
    if request.takes_over:
        request = replace(request, takes_over=parse_access_line_id(request.takes_over))

    def check() -> None:
        check_request(tools, snapshot, buyer, request)

    placed, is_new = accept_add(tools, who, buyer, request, idempotency_key, check)
    return _shown(who, placed), is_new


@acts("cease a service", "service", "service_id")
def cease_service(
    tools: Tools, who: Principal, service_id: str, *, idempotency_key: str, on: date | None = None
) -> tuple[Order, bool]:
    """Order the end of an active service, on a day (`on`) or at once; True where the order is new.

    Raises: Forbidden, UnknownService, WrongState, RequestInvalid, DateInPast, IdempotencyConflict.
    """
    must(who, Action.PLACE_ORDERS)
    must_be_text("idempotency_key", idempotency_key, LONGEST_KEY)
    today = tools.now().date()
    if on is not None and on < today:
        raise DateInPast("day of the cease", on, today)
    placed, is_new = accept_cease(tools, who, service_id, idempotency_key, on)
    return _shown(who, placed), is_new


@acts("modify a service", "service", "service_id", says=("bandwidth_mbps", "term_months"))
def modify_service(
    tools: Tools,
    who: Principal,
    service_id: str,
    *,
    bandwidth_mbps: int | None = None,
    term_months: int | None = None,
    idempotency_key: str,
) -> tuple[Order, bool]:
    """Order another bandwidth or term for an active service, on the circuit it has; True where the order is new.

    Raises: Forbidden, RequestInvalid, UnknownService, WrongState, NotModifiable, NothingToModify, SpeedNotOffered,
        TermNotOffered, IdempotencyConflict.
    """
    must(who, Action.PLACE_ORDERS)
    must_be_text("idempotency_key", idempotency_key, LONGEST_KEY)
    placed, is_new = accept_modify(tools, who, service_id, bandwidth_mbps, term_months, idempotency_key)
    return _shown(who, placed), is_new


def order(tools: Tools, who: Principal, order_id: str) -> Order:
    """Raises: UnknownOrder, also where it is another ISP's."""
    must(who, Action.READ_ORDERS)
    with tools.open_unit_of_work(reading=True) as work:
        return _order(work, who, order_id)


def order_story(tools: Tools, who: Principal, order_id: str, *, after: int = 0) -> OrderStory:
    """An order and its events with numbers above `after`.

    Raises: UnknownOrder, also where it is another ISP's.
    """
    must(who, Action.READ_ORDERS)
    with tools.open_unit_of_work(reading=True) as work:
        found = _order(work, who, order_id)
        events = work.orders.events(order_id, after)
        if not who.is_operator:
            own = tuple(event_for_isp(event, found) for event in events)
            return OrderStory(found, own, (), found.steps)
        plan = plan_of(work, found)
        return OrderStory(found, events, work.orders.diffs(order_id), found.steps, plan.digest, plan.tasks)


def order_diffs(tools: Tools, who: Principal, order_id: str) -> OrderStory:
    """An order's story with what its devices said: for the operator's people, and nobody else.

    Raises: Forbidden, UnknownOrder.
    """
    story = order_story(tools, who, order_id)
    must(who, Action.READ_DEVICE_TEXT)
    return story


def orders(
    tools: Tools,
    who: Principal,
    *,
    state: OrderState | None = None,
    awaiting_approval: bool | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> OrderPage:
    """One page of orders, newest first: an ISP's own; the operator's people see all.

    Raises: CursorInvalid.
    """
    must(who, Action.READ_ORDERS)
    with tools.open_unit_of_work(reading=True) as work:
        page = work.orders.page(
            isp_code=who.isp_code, state=state, awaiting_approval=awaiting_approval, cursor=cursor, limit=limit
        )
    return replace(page, orders=tuple(_shown(who, each) for each in page.orders))


@acts("approve an order", "order", "order_id", says=("digest",))
def approve(tools: Tools, who: Principal, order_id: str, *, digest: str | None = None) -> Order:
    """Approve the plan that was rehearsed, or confirm that all of an order for strands is spliced and patched.

    `digest` is that of the plan that was looked at. Deploying begins at once; where the approval is
    dangerous (`provisioning.dangers`), with the second person's: after the first one's it still waits.

    Raises: Forbidden, UnknownOrder, WrongState, ChangedSinceApproval, SecondEyesNeeded.
    """
    must(who, Action.APPROVE_ORDERS)
    with tools.open_unit_of_work(by=who.user_name) as work:
        found = work.orders.lock(order_id)
        planned = plan_of(work, found).digest or plan_digest(())
        work.orders.end_wait(order_id, WaitsFor.APPROVAL)
        if digest not in {None, planned}:
            raise ChangedSinceApproval(order_id)
        if not enough_approved(work, tools, who, found, planned):
            work.orders.wait(order_id, WaitsFor.APPROVAL, found.wait_until)
            work.commit()
            return replace(found, waits_for=WaitsFor.APPROVAL)
        work.orders.approve(order_id, planned, who.user_name)
        gate = gates.start_gate(found, tools)
        if gate is None:
            facts = {"by": who.user_name, "digest": planned}
            work.orders.record(order_id, "approve", EventStatus.DONE, f"Approved by {who.user_name}.", facts)
            walk_on(work, found)
        else:
            gates.wait_at(work, order_id, "approve", replace(gate, text=f"Approved by {who.user_name}. {gate.text}"))
        found = work.orders.get(order_id)
        work.commit()
    return found


@acts("decline an order", "order", "order_id", says=("reason",))
def decline(tools: Tools, who: Principal, order_id: str, *, reason: str) -> Order:
    """Decline an order that awaits approval. What it held is taken back by a job of its own.

    Raises: Forbidden, RequestInvalid, UnknownOrder, WrongState.
    """
    must(who, Action.DECLINE_ORDERS)
    must_be_text("reason", reason, LONGEST_REASON)
    with tools.open_unit_of_work() as work:
        found = work.orders.lock(order_id)
        work.orders.end_wait(order_id, WaitsFor.APPROVAL)
        text = f"Declined by {who.user_name}: {reason}"
        by = {"by": who.user_name, "reason": reason}
        stop(work, found, OrderState.CANCELLED, "declined", text, step="approve", **by)
        found = work.orders.get(order_id)
        work.commit()
    return found


def _order(work: UnitOfWork, who: Principal, order_id: str) -> Order:
    found = work.orders.get(order_id)
    if not may_see(who, found.isp_code):
        raise UnknownOrder(order_id)
    return _shown(who, found)


def _shown(who: Principal, found: Order) -> Order:
    """The order as this principal may read it."""
    return found if who.is_operator else order_for_isp(found)
