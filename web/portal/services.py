"""Services: what an ISP has, its change, and its end."""

import secrets

from flask import Response
from pydantic import ValidationError
from werkzeug.wrappers import Response as PlainResponse

from provisioning import air_desk, front_desk
from provisioning.line_errors import UnknownLine
from provisioning.lines import LineFacts
from provisioning.services import Service, ServiceState
from web.api.lines import ModifyBody
from web.api.routes import faults
from web.portal import births, forms
from web.portal.visit import Visit, go, show
from web.request_errors import BodyInvalid

PER_PAGE = 25


def services(visit: Visit) -> Response:
    """The list, newest first."""
    state = _state(visit.argument("state"))
    page = front_desk.services(visit.tools, visit.who, state=state, cursor=visit.argument("cursor"), limit=PER_PAGE)
    return show(visit, "services.html", page=page, state=state, states=list(ServiceState))


def service(visit: Visit) -> Response:
    found = front_desk.service(visit.tools, visit.who, visit.path["service_id"])
    return show(
        visit,
        "service.html",
        service=found,
        line=_line(visit, found),
        births=births.of_service(visit, found.id),
        in_use=births.in_use(visit, found.id),
        tenancies=air_desk.tenants(visit.tools, visit.who, service_id=found.id),
    )


def modify(visit: Visit) -> Response:
    """Which speed, for how long, at what price?"""
    found = front_desk.service(visit.tools, visit.who, visit.path["service_id"])
    offers = visit.tools.catalogue.circuit_product(found.product).offers
    return show(visit, "modify.html", service=found, offers=offers, key=f"portal-{secrets.token_urlsafe(18)}")


def modify_now(visit: Visit) -> PlainResponse:
    bandwidth, term = (forms.whole_number(visit.form.get(name, "")) for name in ("bandwidth_mbps", "term_months"))
    try:
        asked = ModifyBody.model_validate({"bandwidth_mbps": bandwidth, "term_months": term})
    except ValidationError as invalid:
        raise BodyInvalid(faults(invalid)) from None
    order, _ = front_desk.modify_service(
        visit.tools,
        visit.who,
        visit.path["service_id"],
        bandwidth_mbps=asked.bandwidth_mbps,
        term_months=asked.term_months,
        idempotency_key=forms.idempotency_key(visit.form),
    )
    return go("order", order_id=order.id)


def cease(visit: Visit) -> Response:
    """Are you sure? Says what will stop, and changes nothing."""
    found = front_desk.service(visit.tools, visit.who, visit.path["service_id"])
    return show(visit, "cease.html", service=found, key=f"portal-{secrets.token_urlsafe(18)}")


def cease_now(visit: Visit) -> PlainResponse:
    order, _ = front_desk.cease_service(
        visit.tools, visit.who, visit.path["service_id"], idempotency_key=forms.idempotency_key(visit.form)
    )
    return go("order", order_id=order.id)


def _line(visit: Visit, found: Service) -> LineFacts | None:
    """The service's line, where it has one: what its ISP needs for a switch of providers."""
    try:
        return front_desk.line(visit.tools, visit.who, service_id=found.id)
    except UnknownLine:
        return None


def _state(text: str | None) -> ServiceState | None:
    try:
        return None if text is None else ServiceState(text)
    except ValueError:
        raise BodyInvalid([f"state: one of {', '.join(ServiceState)}"]) from None
