"""SSIDs in the portal: what may be otherwise of one, and the realms that ISPs order on those that are shared."""

import secrets
from collections.abc import Callable, Mapping

from flask import Response
from pydantic import ValidationError
from werkzeug.wrappers import Response as PlainResponse

from provisioning import air_desk, front_desk, ssid_desk
from provisioning.line_errors import NotModifiable
from provisioning.orders import OrderRequest
from provisioning.services import Service
from provisioning.wanted import ProductKind, SsidSecurity
from web.api.asked import OrderBody
from web.api.products import SsidChangeBody
from web.api.routes import faults
from web.portal import forms
from web.portal.visit import Visit, go, show
from web.request_errors import BodyInvalid

_REALM_FIELDS = ("product", "handover", "reference")


def change(visit: Visit) -> Response:
    """What is to be otherwise? What is left empty stays."""
    found = _ssid(visit)
    return show(visit, "ssid_change.html", service=found, securities=list(SsidSecurity), key=_new_key())


def change_now(visit: Visit) -> PlainResponse:
    asked = _body(SsidChangeBody.model_validate, _filled(visit.form, ("ssid", "area", "security", "passphrase")))
    order, _ = ssid_desk.change_ssid(
        visit.tools,
        visit.who,
        visit.path["service_id"],
        asked.noun(),
        passphrase=asked.passphrase,
        idempotency_key=forms.idempotency_key(visit.form),
    )
    return go("order", order_id=order.id)


def shared(visit: Visit) -> Response:
    """The SSIDs that are shared, and the form for a realm on one of them."""
    found = air_desk.shared_ssids(visit.tools, visit.who)
    products = [one for one in visit.tools.catalogue.hand_products if one.kind is ProductKind.SSID_REALM]
    handovers = front_desk.handovers(visit.tools, visit.who)
    return show(visit, "shared_ssids.html", found=found, products=products, handovers=handovers, key=_new_key())


def order_realm(visit: Visit) -> PlainResponse:
    request = _realm_request(visit.form)
    isp = next((one for one in front_desk.handovers(visit.tools, visit.who) if one.code == request.handover), None)
    order, _ = front_desk.place_order(
        visit.tools,
        visit.who,
        request,
        idempotency_key=forms.idempotency_key(visit.form),
        isp_code=isp.isp_code if isp is not None and visit.who.is_operator else None,
    )
    return go("order", order_id=order.id)


def _realm_request(sent: Mapping[str, str]) -> OrderRequest:
    """Raises: BodyInvalid."""
    fields: dict[str, object] = {name: sent.get(name, "").strip() for name in _REALM_FIELDS}
    fields["term_months"] = forms.whole_number(sent.get("term_months", ""))
    fields["ssid_realm"] = {name: sent.get(name, "").strip() for name in ("shared", "realm")}
    return _body(OrderBody.model_validate, fields).noun()


def _body[T](read: Callable[[object], T], fields: Mapping[str, object]) -> T:
    """Raises: BodyInvalid."""
    try:
        return read(fields)
    except ValidationError as invalid:
        raise BodyInvalid(faults(invalid)) from None


def _filled(sent: Mapping[str, str], names: tuple[str, ...]) -> Mapping[str, object]:
    return {name: sent[name] for name in names if sent.get(name)}


def _ssid(visit: Visit) -> Service:
    """Raises: UnknownService, NotModifiable."""
    found = front_desk.service(visit.tools, visit.who, visit.path["service_id"])
    if found.by_hand is None or found.by_hand.kind is not ProductKind.SSID:
        raise NotModifiable(found.id, found.product)
    return found


def _new_key() -> str:
    return f"portal-{secrets.token_urlsafe(18)}"
