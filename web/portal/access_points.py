"""Access points on their first day, as the operator's people see them."""

from flask import Response

from provisioning import enrolment_desk
from provisioning.policy import Action, may
from web.portal.visit import Visit, show


def access_points(visit: Visit) -> Response:
    """Which are expected, and how far each has come."""
    return _page(visit)


def enrol(visit: Visit) -> Response:
    """Give an access point a key, shown on this answer only."""
    key, enrolment = enrolment_desk.enrol(visit.tools, visit.who, visit.field("device"))
    return _page(visit, made=(enrolment, key))


def _page(visit: Visit, **facts: object) -> Response:
    now = visit.tools.now()
    found = enrolment_desk.enrolments(visit.tools, visit.who)
    rows = [(enrolment, enrolment.state(now).value) for enrolment in found]
    keeps = may(visit.who, Action.ENROL)
    waiting = enrolment_desk.enrollable(visit.tools, visit.who) if keeps else ()
    return show(visit, "access_points.html", **{"made": None, "rows": rows, "waiting": waiting, **facts})
