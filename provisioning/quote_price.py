"""The price of one quoted item: a function of product, route, day, price list and inventory, never of who asks.

Pure. The route is the way through the network as it is built, whoever is on it already: so the same request on the
same day gets the same price, however many asked before. Whether there is room is another question, which the
qualification answers; its reasons come in here for what must be built. Money in pence without VAT.
"""

from collections.abc import Sequence
from datetime import date

from inventory.optics import LossFigures
from inventory.plant_use import PlantUse
from inventory.routes import RouteRequest
from inventory.routing import find_routes
from inventory.snapshot import Snapshot
from provisioning.build_needed import BuildNeeded, after_working_days, build_needed
from provisioning.carrying import Carrying
from provisioning.catalogue import Catalogue
from provisioning.catalogues import Catalogues
from provisioning.findings import starts
from provisioning.offered_paths import first_path
from provisioning.orders import OrderRequest, Reason
from provisioning.pricing import RouteFacts, price_by
from provisioning.quotes import QuotedPrice
from provisioning.strand_design import PAIR
from provisioning.usage import Usage
from provisioning.wanted import ELineWanted, StrandsWanted

LEAD_DAYS = 2
"""Working days until something is there for which nothing must be built."""
NOBODY_ON_IT = Usage()


def price_quote(
    snapshot: Snapshot,
    catalogues: Catalogues,
    request: OrderRequest,
    day: date,
    reasons: Sequence[Reason] = (),
    figures: LossFigures = LossFigures(),  # noqa: B008 - frozen, and every caller's default
) -> QuotedPrice:
    """What a request costs when it is quoted on a day, by the price list that holds then.

    `reasons` are those of a yellow answer: what they need built is in the price.

    Raises:
        NoPriceList: no list holds on the day.
        UnknownProduct, SpeedNotOffered, TermNotOffered: it is not sold, or not like that.
        RouteRefused, UnknownThing, SamePlace: there is no way for the strands.
    """
    catalogue = catalogues.on(day)
    route, lengths_m = _route(snapshot, catalogue, request, Carrying(day, figures))
    price = price_by(request, RouteFacts(lengths_m), catalogue)
    needed = build_needed(snapshot, catalogue, request.uprn, reasons) if reasons else None
    lead_days = LEAD_DAYS if needed is None else max(LEAD_DAYS, needed.lead_days)
    return QuotedPrice(
        version=catalogue.version,
        inventory_revision=snapshot.revision,
        once_pence=price.once_pence + _built_pence(needed),
        monthly_pence=price.monthly_pence,
        lines=(*price.lines, *(() if needed is None else needed.lines)),
        route=route,
        length_m=round(sum(lengths_m), 1),
        build=() if needed is None else needed.items,
        lead_days=lead_days,
        ready_on=after_working_days(day, lead_days),
    )


def _built_pence(needed: BuildNeeded | None) -> int:
    return 0 if needed is None else needed.once_pence


def _route(
    snapshot: Snapshot, catalogue: Catalogue, request: OrderRequest, carrying: Carrying
) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """The way and the metres of each of its legs; () where the product has none, or none is known."""
    if isinstance(request.wanted, StrandsWanted):
        return _strand_route(snapshot, request.wanted, carrying)
    if not request.kind.is_circuit:
        return (), ()
    return _circuit_route(snapshot, catalogue, request, carrying)


def _circuit_route(
    snapshot: Snapshot, catalogue: Catalogue, request: OrderRequest, carrying: Carrying
) -> tuple[tuple[str, ...], tuple[float, ...]]:
    offer = catalogue.circuit_product(request.product).offer(request.bandwidth_mbps)
    begins = starts(snapshot, NOBODY_ON_IT, request.uprn, offer)
    targets: Sequence[str] = ()
    if isinstance(request.wanted, ELineWanted):
        targets = starts(snapshot, NOBODY_ON_IT, request.wanted.z_uprn, offer)
    elif request.handover in snapshot.handovers:
        targets = (snapshot.handovers[request.handover].port.device,)
    _, found = first_path(snapshot, NOBODY_ON_IT, begins, targets, offer, carrying)
    if found.path is None:
        return (), ()
    return tuple(hop.link_code for hop in found.path.hops), (found.path.length_m,)


def _strand_route(
    snapshot: Snapshot, wanted: StrandsWanted, carrying: Carrying
) -> tuple[tuple[str, ...], tuple[float, ...]]:
    asked = RouteRequest(
        wanted.a_place,
        wanted.z_place,
        wanted.window,
        strands=PAIR,
        diverse=wanted.diverse,
        max_loss_db=wanted.max_loss_db,
    )
    legs = find_routes(snapshot, PlantUse(), asked, carrying.figures).legs
    places = tuple(place for leg in legs for place in leg.places)
    return places, tuple(leg.length_m for leg in legs)
