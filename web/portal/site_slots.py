"""Site slots: which are free and what they cost; who hangs where, for those who may know; what a backhaul carries."""

from flask import Response

from provisioning import slot_desk
from provisioning.product_errors import SlotNotUsed
from web.portal import forms
from web.portal.visit import Visit, show
from web.request_errors import BodyInvalid

PER_PAGE = 50


def slots(visit: Visit) -> Response:
    """Every hosting position, a page at a time, what the asker has first; or those of one place."""
    place, free = visit.argument("place") or "", visit.argument("free") == "yes"
    found = slot_desk.site_slots(visit.tools, visit.who, place=place, free=free)
    page = _page(visit)
    begin = PER_PAGE * (page - 1)
    return show(
        visit,
        "site_slots.html",
        slots=sorted(found, key=lambda one: one.tenant is None)[begin : begin + PER_PAGE],
        prices=slot_desk.slot_prices(visit.tools),
        place=place,
        free=free,
        next_page=page + 1 if begin + PER_PAGE < len(found) else None,
        positions=len(found),
    )


def _page(visit: Visit) -> int:
    """Raises: BodyInvalid."""
    page = forms.whole_number(visit.argument("page") or "1")
    if not isinstance(page, int) or page < 1:
        raise BodyInvalid(["page: a whole number above 0"])
    return page


def usage(visit: Visit) -> Response:
    """How much a slot's backhaul is used, read from its switch while the page is made. Raises: UnknownService."""
    service_id = visit.path["service_id"]
    read, away = None, ""
    try:
        read = slot_desk.slot_usage(visit.tools, visit.who, service_id)
    except SlotNotUsed as error:
        away = error.sentence
    return show(visit, "slot_usage.html", service_id=service_id, read=read, away=away)
