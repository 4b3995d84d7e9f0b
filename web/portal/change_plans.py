"""Changes of devices that are not an order's, as the operator's people look at them and decide."""

from flask import Response
from werkzeug.wrappers import Response as PlainResponse

from provisioning import change_plan_desk as desk
from provisioning.policy import Action, may
from provisioning.rights import LONGEST_REASON
from web.portal import forms
from web.portal.visit import Visit, go, show, standing_pauses


def change_plans(visit: Visit) -> Response:
    """The last plans, and the devices of which nobody knows for certain what they say."""
    plans = desk.plans(visit.tools, visit.who)
    uncertain = desk.uncertain_devices(visit.tools, visit.who)
    return show(visit, "change_plans.html", plans=plans, uncertain=uncertain, paused=standing_pauses(visit))


def change_plan(visit: Visit) -> Response:
    """What every device of one plan says it would change, and its life."""
    story = desk.plan(visit.tools, visit.who, visit.path["plan_id"])
    approves = may(visit.who, Action.APPROVE_CHANGES) and story.plan.awaits_approval and not story.plan.in_the_way
    cancels = may(visit.who, Action.CANCEL_CHANGES) and story.plan.can_be_cancelled
    return show(visit, "change_plan.html", plan=story.plan, events=story.events, approves=approves, cancels=cancels)


def approve_change(visit: Visit) -> PlainResponse:
    """Approve exactly the diffs that were on the page: their digest came with the form."""
    plan = desk.approve_plan(visit.tools, visit.who, visit.path["plan_id"], visit.field("digest"))
    return go("change_plan", plan_id=plan.id)


def cancel_change(visit: Visit) -> PlainResponse:
    reason = forms.sentence(visit.form, "reason", LONGEST_REASON)
    plan = desk.cancel_plan(visit.tools, visit.who, visit.path["plan_id"], why=reason)
    return go("change_plan", plan_id=plan.id)
