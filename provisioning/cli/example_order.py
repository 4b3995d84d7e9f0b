"""The order a demo places: the first premises, in inventory order, that can be served now."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from inventory.confidence import Confidence
from inventory.handovers import Handover
from inventory.premises import Premises
from provisioning import front_desk
from provisioning.catalogue import Catalogue
from provisioning.front_desk import SYSTEM
from provisioning.orders import Order, OrderRequest
from provisioning.qualification import QualificationRequest
from provisioning.tools import Tools

REFERENCE = "demo"
PAGE = 200  # services read at a time
TERM_MONTHS = 12  # as most people take it


@dataclass(frozen=True, slots=True)
class Example:
    """An order that can be delivered now, and for whom."""

    isp_code: str
    premises: Premises
    request: OrderRequest


def choose_example(tools: Tools) -> Example | None:
    """Return an order that is green and needs no person's approval, None where there is none left."""
    snapshot = tools.load_snapshot()
    sold = _sold_without_approval(tools.catalogue)
    if sold is None:
        return None
    product, bandwidth_mbps, term_months = sold
    served = _served(tools)
    free = [one for one in snapshot.inventory.premises if snapshot.ntes_at(one.uprn) and one.uprn not in served]
    for handover in _one_of_each_isp(tuple(snapshot.handovers.values())):
        for premises in free:
            asked = QualificationRequest(product, premises.uprn, bandwidth_mbps, handover.code)
            if front_desk.qualify(tools, SYSTEM, asked).confidence is Confidence.GREEN:
                request = OrderRequest(product, premises.uprn, handover.code, bandwidth_mbps, term_months, REFERENCE)
                return Example(handover.isp_code, premises, request)
    return None


def place_example(tools: Tools, example: Example) -> Order:
    """Place the order."""
    order, _ = front_desk.place_order(
        tools, SYSTEM, example.request, idempotency_key=str(uuid.uuid4()), isp_code=example.isp_code
    )
    return order


def _sold_without_approval(catalogue: Catalogue) -> tuple[str, int, int] | None:
    """Return product, Mbit/s and months of the first offer that a rule approves."""
    for product in catalogue.products:
        for offer in product.offers:
            if not offer.needs_approval and offer.monthly_pence_by_term:
                terms = offer.monthly_pence_by_term
                return product.code, offer.bandwidth_mbps, TERM_MONTHS if TERM_MONTHS in terms else min(terms)
    return None


def _served(tools: Tools) -> frozenset[str]:
    """Return the UPRNs that have, or had, a service: a demo shows a new one."""
    found: set[str] = set()
    page = front_desk.services(tools, SYSTEM, limit=PAGE)
    while True:
        found |= {service.uprn for service in page.services}
        if page.next_cursor is None:
            return frozenset(found)
        page = front_desk.services(tools, SYSTEM, cursor=page.next_cursor, limit=PAGE)


def _one_of_each_isp(handovers: tuple[Handover, ...]) -> Iterator[Handover]:
    seen: set[str] = set()
    for handover in handovers:
        if handover.isp_code not in seen:
            seen.add(handover.isp_code)
            yield handover
