"""The first page: what is going on at a glance, for whom orders concern; the city's figures for the council."""

from collections.abc import Iterator
from contextlib import suppress

from flask import Response

from inventory.plant_errors import CoverageMissing
from provisioning import front_desk
from provisioning.policy import Action, may
from provisioning.questions.consents import consents
from provisioning.questions.coverage import show_coverage
from provisioning.questions.resilience import ask_resilience
from provisioning.services import ServiceState
from web.portal.visit import Visit, show

AT_A_GLANCE = 5
SOON_DAYS = 90


def home(visit: Visit) -> Response:
    """Raises: Forbidden."""
    return _orders(visit) if may(visit.who, Action.READ_ORDERS) else _city(visit)


def _orders(visit: Visit) -> Response:
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


def _city(visit: Visit) -> Response:
    return show(visit, "city.html", sentences=tuple(_sentences(visit)))


def _sentences(visit: Visit) -> Iterator[tuple[str, str]]:
    """What the council reads: title and sentence."""
    with suppress(CoverageMissing):
        yield "Coverage", show_coverage(visit.tools, visit.who, limit=1).sentence
    yield "Resilience", ask_resilience(visit.tools, visit.who).sentence
    ending = len(consents(visit.tools, visit.who, expires_within_days=SOON_DAYS))
    yield "Consents", f"{ending} {'ends' if ending == 1 else 'end'} within {SOON_DAYS} days."
