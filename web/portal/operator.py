"""What the operator's people do: approve or decline what waits, and look for drift."""

from flask import Response
from werkzeug.wrappers import Response as PlainResponse

from provisioning import front_desk
from provisioning.rights import LONGEST_REASON
from web.portal import forms
from web.portal.visit import Visit, go, show, standing_pauses

MOST_WAITING = 50


def approvals(visit: Visit) -> Response:
    """Every order that waits for a person, each with what its devices would change."""
    tools = visit.tools
    page = front_desk.orders(tools, visit.who, awaiting_approval=True, limit=MOST_WAITING)
    stories = [front_desk.order_story(tools, visit.who, order.id) for order in page.orders]
    more = page.next_cursor is not None
    return show(visit, "approvals.html", waiting=stories, more=more, paused=standing_pauses(visit))


def approve(visit: Visit) -> PlainResponse:
    """Approve exactly the diffs that were on the page: their digest came with the form."""
    order = front_desk.approve(visit.tools, visit.who, visit.path["order_id"], digest=visit.field("digest") or None)
    return go("order", order_id=order.id)


def decline(visit: Visit) -> PlainResponse:
    reason = forms.sentence(visit.form, "reason", LONGEST_REASON)
    order = front_desk.decline(visit.tools, visit.who, visit.path["order_id"], reason=reason)
    return go("order", order_id=order.id)


def audit_form(visit: Visit) -> Response:
    return show(visit, "audit.html", findings=None)


def audit(visit: Visit) -> Response:
    """Read every device that carries a service, and show what is not as intended."""
    findings = front_desk.audit(visit.tools, visit.who)
    return show(visit, "audit.html", findings=sorted(findings, key=lambda finding: finding.ok))
