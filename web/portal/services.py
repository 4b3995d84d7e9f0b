"""Services: what an ISP has, and its end."""

import secrets

from flask import Response
from werkzeug.wrappers import Response as PlainResponse

from provisioning import front_desk
from provisioning.services import ServiceState
from web.errors import BodyInvalid
from web.portal import forms
from web.portal.visit import Visit, go, show

PER_PAGE = 25


def services(visit: Visit) -> Response:
    """The list, newest first."""
    state = _state(visit.argument("state"))
    page = front_desk.services(visit.tools, visit.who, state=state, cursor=visit.argument("cursor"), limit=PER_PAGE)
    return show(visit, "services.html", page=page, state=state, states=list(ServiceState))


def service(visit: Visit) -> Response:
    found = front_desk.service(visit.tools, visit.who, visit.path["service_id"])
    return show(visit, "service.html", service=found)


def cease(visit: Visit) -> Response:
    """Are you sure? Says what will stop, and changes nothing."""
    found = front_desk.service(visit.tools, visit.who, visit.path["service_id"])
    return show(visit, "cease.html", service=found, key=f"portal-{secrets.token_urlsafe(18)}")


def cease_now(visit: Visit) -> PlainResponse:
    order, _ = front_desk.cease_service(
        visit.tools, visit.who, visit.path["service_id"], idempotency_key=forms.idempotency_key(visit.form)
    )
    return go("order", order_id=order.id)


def _state(text: str | None) -> ServiceState | None:
    try:
        return None if text is None else ServiceState(text)
    except ValueError:
        raise BodyInvalid([f"state: one of {', '.join(ServiceState)}"]) from None
