"""Amend an order that is under way: what it is called at any time, what is ordered until it begins to change devices.

Another speed or handover takes back all that was held for the old one, and the order begins again from its
qualification: with the same id, in the same product order, at the price of the day.
"""

from dataclasses import dataclass, replace

from inventory.confidence import Confidence
from provisioning.carrying import Carrying
from provisioning.deeds import acts
from provisioning.errors import NotOrderable, UnknownOrder
from provisioning.isps import Principal
from provisioning.life_errors import TooLateToAmend
from provisioning.orders import ENDED, EventStatus, Note, Order, OrderAction, OrderRequest, OrderState
from provisioning.policy import Action, must
from provisioning.pricing import price_by
from provisioning.request_checks import check_request
from provisioning.reserve import qualify_order
from provisioning.rights import LONGEST_REASON, LONGEST_REFERENCE, may_see, must_be_text
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.workflows.giving_back import give_back
from provisioning.workflows.going_on import walk_on


@dataclass(frozen=True, slots=True)
class Amendment:
    """What is to be otherwise; None is as it was. `note` is added to what is written under the order."""

    reference: str | None = None
    end_customer: str | None = None
    note: str | None = None
    handover: str | None = None
    bandwidth_mbps: int | None = None
    term_months: int | None = None


@acts("amend an order", "order", "order_id", says=("amendment.handover", "amendment.bandwidth_mbps"))
def amend_order(tools: Tools, who: Principal, order_id: str, amendment: Amendment) -> Order:
    """Amend an order. What cannot be delivered is refused, and leaves the order as it was.

    Raises:
        Forbidden, UnknownOrder, RequestInvalid: not for you, or a field is wrong.
        TooLateToAmend: it has ended, or what is ordered cannot be changed any more.
        NotOrderable, SpeedNotOffered, TermNotOffered, HandoverNotYours: it cannot be had like that.
    """
    must(who, Action.PLACE_ORDERS)
    _check_texts(amendment)
    with tools.open_unit_of_work(by=who.user_name) as work:
        order = _locked(work, who, order_id)
        wanted = _amended(order.request, amendment)
        if wanted != order.request:
            _change(work, order, wanted, tools)
        if amendment.note:
            work.orders.add_note(order_id, Note(tools.now(), who.user_name, not who.is_operator, amendment.note))
        text = f"Amended by {who.user_name}."
        if wanted != order.request:
            work.orders.record(order_id, "amended", EventStatus.DONE, text, {"by": who.user_name})
        found = work.orders.get(order_id)
        work.commit()
    return found


@acts("write a note under an order", "order", "order_id")
def add_note(tools: Tools, who: Principal, order_id: str, text: str) -> None:
    """Write something under an order, whatever became of it. Raises: Forbidden, UnknownOrder, RequestInvalid."""
    must(who, Action.PLACE_ORDERS)
    must_be_text("note", text, LONGEST_REASON)
    with tools.open_unit_of_work(by=who.user_name) as work:
        order = work.orders.lock(order_id)
        if not may_see(who, order.isp_code):
            raise UnknownOrder(order_id)
        work.orders.add_note(order_id, Note(tools.now(), who.user_name, not who.is_operator, text))
        work.commit()


def _locked(work: UnitOfWork, who: Principal, order_id: str) -> Order:
    order = work.orders.lock(order_id)
    if not may_see(who, order.isp_code):
        raise UnknownOrder(order_id)
    if order.state in ENDED:
        raise TooLateToAmend(order_id, f"it is {order.state}")
    return order


def _amended(request: OrderRequest, amendment: Amendment) -> OrderRequest:
    fields = ("reference", "end_customer", "handover", "bandwidth_mbps", "term_months")
    said = {name: value for name in fields if (value := getattr(amendment, name)) is not None}
    return replace(request, **said)


def _change(work: UnitOfWork, order: Order, wanted: OrderRequest, tools: Tools) -> None:
    """Give the order its new request; begin it again where more than words and money change."""
    before = order.request
    if (before.bandwidth_mbps, before.handover, before.term_months) == (
        wanted.bandwidth_mbps,
        wanted.handover,
        wanted.term_months,
    ):
        work.orders.set_request(order.id, wanted)
        return
    _must_be_open(order)
    wanted = replace(wanted, quote_id="")
    check_request(tools, tools.load_snapshot(), order.isp_code, wanted)
    price = price_by(wanted, None, tools.catalogue_of(order))  # the list that the order cites
    again = (before.bandwidth_mbps, before.handover) != (wanted.bandwidth_mbps, wanted.handover)
    if again:
        _check_deliverable(work, order, wanted, tools)
    work.orders.set_request(order.id, wanted, monthly_pence=price.monthly_pence, setup_pence=price.once_pence)
    if again:
        work.orders.end_as(order.id, OrderState.ACKNOWLEDGED)
        if order.waits_for is not None:
            walk_on(work, order)


def _must_be_open(order: Order) -> None:
    if order.action is not OrderAction.ADD or not order.request.kind.is_circuit or order.request.takes_over:
        raise TooLateToAmend(order.id, "what it asks for cannot be changed; cancel it, and order anew")
    if order.state is OrderState.PENDING:
        raise TooLateToAmend(order.id, "another request about it is being assessed")
    if not order.can_stop:
        raise TooLateToAmend(order.id, f"it has come to its step {order.step!r}")


def _check_deliverable(work: UnitOfWork, order: Order, wanted: OrderRequest, tools: Tools) -> None:
    """Look as if all that the order holds were free: it is given back, and held again at once.

    Raises: NotOrderable.
    """
    service = None if order.service_id is None else work.services.get(order.service_id)
    with work.trying():
        if service is not None:
            give_back(work, service)
        carrying = Carrying(tools.now().date(), tools.losses)
        answer = qualify_order(work, tools.load_snapshot(), tools.catalogue, wanted, carrying)
    if answer.confidence is Confidence.RED:
        raise NotOrderable(wanted.uprn, wanted.bandwidth_mbps, answer.reasons)


def _check_texts(amendment: Amendment) -> None:
    for field, text, longest in (
        ("reference", amendment.reference, LONGEST_REFERENCE),
        ("end_customer", amendment.end_customer, LONGEST_REFERENCE),
        ("note", amendment.note, LONGEST_REASON),
    ):
        if text is not None:
            must_be_text(field, text, longest, shortest=0)
