"""The first page: what is going on at a glance."""

from flask import Response

from provisioning import front_desk
from provisioning.services import ServiceState
from web.portal.visit import Visit, show

AT_A_GLANCE = 5


def home(visit: Visit) -> Response:
    tools = visit.tools
    waiting = (
        front_desk.orders(tools, visit.who, awaiting_approval=True, limit=AT_A_GLANCE)
        if visit.who.is_operator
        else None
    )
    return show(
        visit,
        "home.html",
        orders=front_desk.orders(tools, visit.who, limit=AT_A_GLANCE).orders,
        services=front_desk.services(tools, visit.who, state=ServiceState.ACTIVE, limit=AT_A_GLANCE).services,
        waiting=waiting.orders if waiting is not None else (),
        handovers=front_desk.handovers(tools, visit.who),
    )
