"""The far end's desk: what an ISP is asked to let land on its ports, and what it says."""

from provisioning.deeds import acts
from provisioning.far_ends import FarEnd, FarEndState
from provisioning.isps import Principal
from provisioning.life_errors import NothingAsked
from provisioning.orders import OrderState, WaitsFor
from provisioning.policy import Action, must
from provisioning.rights import LONGEST_REASON, may_see, must_be_text
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.workflows.going_on import go_on, stop


def far_ends(tools: Tools, who: Principal) -> tuple[FarEnd, ...]:
    """What your ISP is asked and has not answered; the operator's people see all that is open. Raises: Forbidden."""
    must(who, Action.READ_ORDERS)
    with tools.open_unit_of_work(reading=True) as work:
        return work.far_ends.asked(who.isp_code)


@acts("let an order land on a port", "order", "order_id")
def grant_far_end(tools: Tools, who: Principal, order_id: str) -> FarEnd:
    """Let another ISP's order land on your port: it goes on.

    Raises: Forbidden, NothingAsked, also where another ISP is asked; WrongState, where it is answered already.
    """
    must(who, Action.PLACE_ORDERS)
    with tools.open_unit_of_work(by=who.user_name) as work:
        _asked(work, who, order_id)
        order = work.orders.lock(order_id)
        work.far_ends.decide(order_id, FarEndState.GRANTED, who.user_name)
        if order.waits_for is WaitsFor.FAR_END_CONSENT:
            go_on(work, order)
        found = _asked(work, who, order_id)
        work.commit()
    return found


@acts("refuse that an order lands on a port", "order", "order_id")
def refuse_far_end(tools: Tools, who: Principal, order_id: str, *, reason: str) -> FarEnd:
    """Refuse: the order ends, and gives back all it held. `reason` is shown to whoever ordered.

    Raises: Forbidden, RequestInvalid, NothingAsked, WrongState.
    """
    must(who, Action.PLACE_ORDERS)
    must_be_text("reason", reason, LONGEST_REASON)
    with tools.open_unit_of_work(by=who.user_name) as work:
        _asked(work, who, order_id)
        order = work.orders.lock(order_id)
        work.far_ends.decide(order_id, FarEndState.REFUSED, who.user_name, reason)
        found = _asked(work, who, order_id)
        text = f"{found.isp_code} does not let it land on {found.what}: {reason}"
        stop(work, order, OrderState.FAILED, "consent-refused", text, by=who.user_name)
        work.commit()
    return found


def _asked(work: UnitOfWork, who: Principal, order_id: str) -> FarEnd:
    found = work.far_ends.find(order_id)
    if found is None or not may_see(who, found.isp_code):
        raise NothingAsked(order_id)
    return found
