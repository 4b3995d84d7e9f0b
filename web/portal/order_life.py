"""What people do to an order that is under way: cancel it, give it another day, answer what is asked of them."""

from datetime import date

from flask import Response
from werkzeug.wrappers import Response as PlainResponse

from provisioning.cancelling import cancel_order
from provisioning.charging import answer_charge, charges
from provisioning.confirming import confirm_built
from provisioning.far_end_desk import far_ends, grant_far_end, refuse_far_end
from provisioning.orders import ENDED, Order
from provisioning.policy import Action, may
from provisioning.product_order_desk import product_order_story
from provisioning.rescheduling import change_date
from provisioning.rights import LONGEST_REASON
from web.portal import forms
from web.portal.visit import Visit, go, show
from web.request_errors import BodyInvalid


def life_facts(visit: Visit, order: Order) -> dict[str, object]:
    """What an order's page shows of what is asked and paid beside it, and what its reader may do about that."""
    story = product_order_story(visit.tools, visit.who, order.product_order_id)
    about = (None, order.id)
    return {
        "product_order": story.product_order,
        "siblings": tuple(other for other in story.orders if other.id != order.id),
        "charges": tuple(each for each in story.charges if each.order_id in about),
        "cancellations": tuple(each for each in story.cancellations if each.order_id in about),
        "date_changes": tuple(each for each in story.date_changes if each.order_id == order.id),
        "may_change": order.state not in ENDED and may(visit.who, Action.PLACE_ORDERS),
        "may_confirm": may(visit.who, Action.CONFIRM_WORK),
    }


def cancel(visit: Visit) -> PlainResponse:
    """What became of it stands on the order's page."""
    reason = forms.optional(visit.form, "reason", LONGEST_REASON)
    cancel_order(visit.tools, visit.who, visit.path["order_id"], reason=reason)
    return go("order", order_id=visit.path["order_id"])


def new_date(visit: Visit) -> PlainResponse:
    """An empty day is as soon as it can be."""
    change_date(
        visit.tools,
        visit.who,
        visit.path["order_id"],
        _day(visit.field("wanted")),
        expedite=visit.field("expedite") == "yes",
    )
    return go("order", order_id=visit.path["order_id"])


def answer(visit: Visit) -> PlainResponse:
    """One answer to all items of a charge."""
    found = next((one for one in charges(visit.tools, visit.who) if one.id == visit.path["charge_id"]), None)
    accepts = visit.field("answer") == "accept"
    items = {} if found is None else {item.id: accepts for item in found.items}
    after = answer_charge(visit.tools, visit.who, visit.path["charge_id"], items)
    return go("order", order_id=after.order_id) if after.order_id else go("orders")


def asked_of_us(visit: Visit) -> Response:
    """What other ISPs' orders are to land on, and this one has not answered."""
    return show(visit, "far_ends.html", asked=far_ends(visit.tools, visit.who))


def decide_far_end(visit: Visit) -> PlainResponse:
    order_id = visit.path["order_id"]
    if visit.field("decision") == "grant":
        grant_far_end(visit.tools, visit.who, order_id)
    else:
        reason = forms.sentence(visit.form, "reason", LONGEST_REASON)
        refuse_far_end(visit.tools, visit.who, order_id, reason=reason)
    return go("far_ends")


def built(visit: Visit) -> PlainResponse:
    confirm_built(visit.tools, visit.who, visit.path["order_id"])
    return go("order", order_id=visit.path["order_id"])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BodyInvalid(["wanted: a day, such as 2026-12-01"]) from None
