"""The catalogue: products, speeds, terms and prices, read from `catalogue.toml`. Money in pence without VAT."""

from dataclasses import dataclass

from automation.intents import BandwidthProfile


@dataclass(frozen=True, slots=True)
class Offer:
    """One speed of a product. `monthly_pence_by_term` maps the term in months to the monthly price."""

    bandwidth_mbps: int
    profile: BandwidthProfile
    monthly_pence_by_term: dict[int, int]
    setup_pence: int
    needs_approval: bool


@dataclass(frozen=True, slots=True)
class Product:
    """One catalogue entry, the same for every ISP."""

    code: str
    name: str
    description: str
    class_of_service: str
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that is sold."""

    version: str
    products: tuple[Product, ...]
