"""What our price lists sell, as the standard's offerings: pure, from the lists and the day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum

from provisioning.catalogue import Catalogue, HandProduct, Product, Sold, StrandProduct
from provisioning.catalogues import Catalogues
from provisioning.wanted import ProductKind
from web.sonata.configurations import ACCESS_E_LINE, CROSS_CONNECT, EPL, EVPL, SITE_HOSTING, STRANDS

FIRST_DAY = date(2026, 1, 1)
"""When a list that names no first day is said to have been updated."""


class Lifecycle(StrEnum):
    """ProductOfferingLifecycleStatusType of the standard, as far as ours go."""

    ANNOUNCED = "announced"
    ORDERABLE = "orderable"
    END_OF_SALE = "endOfSale"


@dataclass(frozen=True, slots=True)
class Category:
    """A group of offerings."""

    id: str
    name: str
    description: str


ROOT = Category("wholesale", "Wholesale", "All that is sold to ISPs, to everybody on the same terms.")
CATEGORIES: dict[ProductKind, Category] = {
    ProductKind.CIRCUIT: Category("access-e-line", "Access E-Line", "From a UNI at premises to your handover."),
    ProductKind.E_LINE: Category("e-line", "E-Line", "Between two UNIs (EPL, EVPL)."),
    ProductKind.STRANDS: Category("dark-fibre", "Dark fibre", "Strands between two places, for a window of days."),
    ProductKind.CROSS_CONNECT: Category("cross-connect", "Cross-connects", "Patches within an exchange."),
    ProductKind.SITE_HOSTING: Category("site-hosting", "Site hosting", "Room and power for equipment."),
    ProductKind.SSID_REALM: Category("wi-fi-realm", "Wi-Fi realm", "Your people on an SSID that others share."),
    ProductKind.SSID: Category("wi-fi", "Wi-Fi", "Your SSID on the neutral access points of an area."),
}


@dataclass(frozen=True, slots=True)
class Specification:
    """The shape of a kind of product. `urn` is the `@type` of its configuration."""

    urn: str
    name: str
    description: str


SPECIFICATIONS: dict[str, Specification] = {
    each.urn: each
    for each in (
        Specification(ACCESS_E_LINE, "Access E-Line OVC", "MEF 51.1 and MEF 106, with the UNI and what it takes."),
        Specification(EPL, "EPL EVC", "MEF 6.3 Ethernet Private Line."),
        Specification(EVPL, "EVPL EVC", "MEF 6.3 Ethernet Virtual Private Line."),
        Specification(STRANDS, "Dark fibre pair", "Ours: a pair of strands, or two that share nothing."),
        Specification(CROSS_CONNECT, "Cross-connect", "Ours: a patch between two ends in one exchange."),
        Specification(SITE_HOSTING, "Site hosting", "Ours: room and power on a column, pole or roof."),
    )
}

_URN_BY_KIND = {
    ProductKind.CIRCUIT: ACCESS_E_LINE,
    ProductKind.STRANDS: STRANDS,
    ProductKind.CROSS_CONNECT: CROSS_CONNECT,
    ProductKind.SITE_HOSTING: SITE_HOSTING,
}


@dataclass(frozen=True, slots=True)
class Offering:
    """One product of a price list, with where it is in its life on the day that was asked about."""

    sold: Sold
    lifecycle: Lifecycle
    version: str
    updated_at: datetime

    @property
    def category(self) -> Category:
        return CATEGORIES[self.sold.kind]

    @property
    def urn(self) -> str:
        if isinstance(self.sold, Product) and self.sold.kind is ProductKind.E_LINE:
            return EVPL if self.sold.is_vlan_based else EPL
        return _URN_BY_KIND[self.sold.kind]

    @property
    def terms(self) -> tuple[int, ...]:
        """Months, shortest first."""
        sold = self.sold
        if isinstance(sold, StrandProduct | HandProduct):
            return tuple(sorted(sold.monthly_pence_by_term))
        return tuple(sorted({term for offer in sold.offers for term in offer.monthly_pence_by_term}))


def offerings(catalogues: Catalogues, day: date) -> tuple[Offering, ...]:
    """Every product of every list that the face can sell, as of a day: orderable, announced, or at its end of sale."""
    now = catalogues.on(day)
    found = {each.code: Offering(each, Lifecycle.ORDERABLE, now.version, updated(now)) for each in _sellable(now)}
    for later, one in _others(catalogues.lists, now, day):
        lifecycle = Lifecycle.ANNOUNCED if later else Lifecycle.END_OF_SALE
        for each in _sellable(one):
            found.setdefault(each.code, Offering(each, lifecycle, one.version, updated(one)))
    return tuple(found.values())


def _others(lists: Sequence[Catalogue], now: Catalogue, day: date) -> Iterator[tuple[bool, Catalogue]]:
    """The other lists, those to come first, each with whether it is to come."""
    others = [(one.valid_from is not None and one.valid_from > day, one) for one in lists if one is not now]
    return iter(sorted(others, key=lambda other: not other[0]))


def _sellable(catalogue: Catalogue) -> Iterator[Sold]:
    """What has a specification: a hosted SSID has none, for its passphrase belongs in no configuration."""
    return (each for each in catalogue.all_products if each.kind in {*_URN_BY_KIND, ProductKind.E_LINE})


def updated(catalogue: Catalogue) -> datetime:
    """When a list began to hold."""
    return datetime.combine(catalogue.valid_from or FIRST_DAY, time(), UTC)
