"""Site slots: which are free and what they cost; who hangs where, for those who may know; what a backhaul carries."""

from flask import Response

from provisioning import slot_desk
from provisioning.errors import ProvisioningError
from web.portal.visit import Visit, show


def slots(visit: Visit) -> Response:
    """Every hosting position, or those of one place."""
    place, free = visit.argument("place"), visit.argument("free") == "yes"
    found = slot_desk.site_slots(visit.tools, visit.who, place=place or "", free=free)
    prices = slot_desk.slot_prices(visit.tools)
    return show(visit, "site_slots.html", slots=found, prices=prices, place=place or "", free=free)


def usage(visit: Visit) -> Response:
    """How much a slot's backhaul is used, read from its switch while the page is made."""
    service_id = visit.path["service_id"]
    read, away = None, ""
    try:
        read = slot_desk.slot_usage(visit.tools, visit.who, service_id)
    except ProvisioningError as error:
        away = error.sentence
    return show(visit, "slot_usage.html", service_id=service_id, read=read, away=away)
