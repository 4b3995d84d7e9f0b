"""What an order costs: a function of what is asked for, its route, the day and the price lists, and of nothing else.

Pure. Who asks is no input: equal requests have equal prices. Money in pence without VAT.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from inventory.counted import counted
from provisioning.catalogue import Catalogue, HandProduct, Product, StrandProduct
from provisioning.catalogue_errors import RouteNotKnown
from provisioning.catalogues import Catalogues
from provisioning.orders import OrderRequest
from provisioning.wanted import SiteHostingWanted

M_PER_KM = 1000


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """What a price may need to know of the way: metres of each leg of strands."""

    leg_lengths_m: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One item of a price: `quantity` of it together cost so much once, and so much a month."""

    code: str
    text: str
    quantity: int
    once_pence: int
    monthly_pence: int


@dataclass(frozen=True, slots=True)
class Price:
    """What it costs, by which version of the catalogue, and what that consists of."""

    version: str
    once_pence: int
    monthly_pence: int
    lines: tuple[PriceLine, ...]


def price_of(request: OrderRequest, facts: RouteFacts | None, day: date, catalogues: Catalogues) -> Price:
    """Return what a request costs by the price list that holds on the day.

    `facts` matter only where a product is priced by length; None where no route is known.

    Raises:
        NoPriceList: no list holds on the day.
        UnknownProduct, SpeedNotOffered, TermNotOffered, EquipmentNotOffered: it is not sold, or not like that.
        RouteNotKnown: the product is priced by length, and `facts` is None.
    """
    return price_by(request, facts, catalogues.on(day))


def price_by(request: OrderRequest, facts: RouteFacts | None, catalogue: Catalogue) -> Price:
    """Return what a request costs by one price list. Raises: as `price_of`, but for NoPriceList."""
    lines = tuple(_lines(request, facts, catalogue))
    once_pence = sum(line.once_pence for line in lines)
    return Price(catalogue.version, once_pence, sum(line.monthly_pence for line in lines), lines)


def needs_route(request: OrderRequest, catalogue: Catalogue) -> bool:
    """Whether the price depends on how long the route is. Raises: UnknownProduct."""
    sold = catalogue.sold(request.product)
    return isinstance(sold, StrandProduct) and request.term_months in sold.monthly_pence_per_km_by_term


def build_lines(reason_codes: tuple[str, ...], length_m: float, catalogue: Catalogue) -> tuple[PriceLine, ...]:
    """What must be built for these reasons of a qualification costs, once; metres are rounded up."""
    metres = _up(length_m)
    found = (catalogue.build_item(code) for code in dict.fromkeys(reason_codes))
    return tuple(
        PriceLine(item.code, item.name, 1, item.once_pence + item.pence_per_m * metres, 0) for item in found if item
    )


def _lines(request: OrderRequest, facts: RouteFacts | None, catalogue: Catalogue) -> Iterator[PriceLine]:
    wanted, term_months = request.wanted, request.term_months
    if wanted is None or request.kind.is_circuit:
        find = catalogue.product if wanted is None else catalogue.e_line_product
        return _circuit_lines(find(request.product), request.bandwidth_mbps, term_months)
    if request.strands is not None:
        legs = 2 if request.strands.diverse else 1
        return _strand_lines(catalogue.strand_product(request.product), term_months, legs, facts)
    product = catalogue.hand_product(request.product, request.kind)
    if isinstance(wanted, SiteHostingWanted):
        return _slot_lines(product, term_months, wanted)
    return _hand_lines(product, term_months)


def _circuit_lines(product: Product, bandwidth_mbps: int, term_months: int) -> Iterator[PriceLine]:
    offer, monthly_pence = product.offer(bandwidth_mbps), product.monthly_pence(bandwidth_mbps, term_months)
    text = f"{product.name}, {bandwidth_mbps} Mbit/s, {counted(term_months, 'month')}"
    yield PriceLine(product.code, text, 1, offer.setup_pence, monthly_pence)


def _strand_lines(product: StrandProduct, term_months: int, legs: int, facts: RouteFacts | None) -> Iterator[PriceLine]:
    monthly_pence = product.monthly_pence(term_months, diverse=False) * legs
    text = f"{product.name}, {counted(term_months, 'month')}"
    yield PriceLine(product.code, text, legs, product.setup_pence, monthly_pence)
    per_km = product.monthly_pence_per_km_by_term.get(term_months)
    if per_km is None:
        return
    if facts is None:
        raise RouteNotKnown(product.code)
    metres = sum(map(_up, facts.leg_lengths_m))
    pence = -(-metres * per_km // M_PER_KM)  # a part of a penny is a penny
    yield PriceLine(f"{product.code}-length", f"{metres} m of route", metres, 0, pence)


def _hand_lines(product: HandProduct, term_months: int) -> Iterator[PriceLine]:
    text = f"{product.name}, {counted(term_months, 'month')}"
    yield PriceLine(product.code, text, 1, product.setup_pence, product.monthly_pence(term_months))


def _slot_lines(product: HandProduct, term_months: int, wanted: SiteHostingWanted) -> Iterator[PriceLine]:
    """One price for the mount, the power and the backhaul; only watts above those in it are a line of their own."""
    slot = product.slot(wanted.equipment)
    has = f" for a {wanted.equipment.words}: {slot.power_w} W, backhaul of {slot.backhaul.cir_mbps} Mbit/s"
    text = f"{product.name}{has if product.slots else ''}, {counted(term_months, 'month')}"
    yield PriceLine(product.code, text, 1, product.setup_pence, product.monthly_pence(term_months))
    watts = wanted.power_w - slot.power_w
    if watts > 0 and product.monthly_pence_per_watt:
        words = f"{watts} W{' more' if product.slots else ''}"
        yield PriceLine(f"{product.code}-power", words, watts, 0, watts * product.monthly_pence_per_watt)


def _up(length_m: float) -> int:
    """Whole metres, rounded up; a millimetre less is no metre more."""
    return -int(-round(length_m, 3) // 1)
