"""The catalogue: what is sold, how, and for how much. Money in pence without VAT; bandwidth in Mbit/s.

A price list is one version of it and holds from a day until another; `provisioning.catalogues` says which one
holds on a day. Who asks is no input anywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from automation.intents import BandwidthProfile
from provisioning.errors import EquipmentNotOffered, SpeedNotOffered, TermNotOffered, UnknownProduct
from provisioning.wanted import HostedEquipment, ProductKind


@dataclass(frozen=True, slots=True)
class Offer:
    """One speed of a product. `monthly_pence_by_term` maps the term in months to the monthly price.

    A `protected` one goes on when any one cable between the switches is cut.
    """

    bandwidth_mbps: int
    profile: BandwidthProfile
    monthly_pence_by_term: Mapping[int, int]
    setup_pence: int
    needs_approval: bool
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Product:
    """A circuit that is sold, the same for every ISP: an Access E-Line, or an E-Line between two UNIs.

    `is_vlan_based` says of an E-Line that it is an EVPL; of an Access E-Line it says nothing.
    """

    code: str
    name: str
    description: str
    class_of_service: str
    offers: tuple[Offer, ...]
    kind: ProductKind = ProductKind.CIRCUIT
    is_vlan_based: bool = False

    @property
    def protected(self) -> bool:
        """Whether its circuits go on when any one cable between the switches is cut."""
        return any(offer.protected for offer in self.offers)

    def offer(self, bandwidth_mbps: int) -> Offer:
        """Raises: SpeedNotOffered."""
        for offer in self.offers:
            if offer.bandwidth_mbps == bandwidth_mbps:
                return offer
        raise SpeedNotOffered(self.code, bandwidth_mbps, [offer.bandwidth_mbps for offer in self.offers])

    def monthly_pence(self, bandwidth_mbps: int, term_months: int) -> int:
        """The monthly price.

        Raises: SpeedNotOffered, TermNotOffered.
        """
        return _at_term(self.code, self.offer(bandwidth_mbps).monthly_pence_by_term, term_months)


@dataclass(frozen=True, slots=True)
class StrandProduct:
    """A pair of strands between two places. Prices are those of one leg.

    `monthly_pence_per_km_by_term` is added for its length; a term it does not name costs nothing more.
    """

    code: str
    name: str
    description: str
    monthly_pence_by_term: Mapping[int, int]
    setup_pence: int
    monthly_pence_per_km_by_term: Mapping[int, int] = field(default_factory=dict)
    kind: ProductKind = ProductKind.STRANDS

    def monthly_pence(self, term_months: int, *, diverse: bool) -> int:
        """The monthly price of one leg, or of two, without what their length costs.

        Raises: TermNotOffered.
        """
        return _at_term(self.code, self.monthly_pence_by_term, term_months) * (2 if diverse else 1)


NO_SLOT_BACKHAUL = BandwidthProfile(cir_mbps=100, eir_mbps=0, cbs_bytes=125_000, ebs_bytes=0)
"""What lists from before 2026-11-22, which name no slots, were sold with."""


@dataclass(frozen=True, slots=True)
class SiteSlotOffer:
    """What a site slot is for one kind of equipment: the watts and the backhaul that are in its one price."""

    equipment: HostedEquipment
    power_w: int
    backhaul: BandwidthProfile


@dataclass(frozen=True, slots=True)
class HandProduct:
    """What an engineer delivers: a cross-connect, a hosted SSID, or a site slot for somebody's equipment.

    `monthly_pence_per_watt` is added for each watt that the equipment draws above those in the slot's price. Where
    `slots` names none, any equipment is hosted, and no watt is in the price.
    """

    code: str
    name: str
    description: str
    kind: ProductKind
    monthly_pence_by_term: Mapping[int, int]
    setup_pence: int
    monthly_pence_per_watt: int = 0
    slots: tuple[SiteSlotOffer, ...] = ()

    def monthly_pence(self, term_months: int) -> int:
        """Raises: TermNotOffered."""
        return _at_term(self.code, self.monthly_pence_by_term, term_months)

    def slot(self, equipment: HostedEquipment) -> SiteSlotOffer:
        """What is in the price for this kind of equipment. Raises: EquipmentNotOffered."""
        if not self.slots:
            return SiteSlotOffer(equipment, 0, NO_SLOT_BACKHAUL)
        for slot in self.slots:
            if slot.equipment is equipment:
                return slot
        raise EquipmentNotOffered(self.code, equipment, [slot.equipment for slot in self.slots])


@dataclass(frozen=True, slots=True)
class BuildItem:
    """What must be built before something can be delivered, and what that costs and takes.

    `for_reason` is the code of the qualification's reason it answers; `pence_per_m` is for each metre that is built.
    """

    code: str
    name: str
    for_reason: str
    once_pence: int
    pence_per_m: int
    lead_days: int


@dataclass(frozen=True, slots=True)
class Fees:
    """What is paid once beside the work: for cancelling an order that holds something already, for having it sooner."""

    cancellation_pence: int = 0
    expedite_pence: int = 0


type Sold = Product | StrandProduct | HandProduct


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One price list: all that is sold while it holds.

    It holds from `valid_from` (None: from the beginning) until `valid_until`, both included (None: until another
    begins). `text` is all that it says, written in one way, and `digest` the SHA-256 (hex) of that.
    """

    version: str
    products: tuple[Product, ...]
    strand_products: tuple[StrandProduct, ...] = ()
    e_line_products: tuple[Product, ...] = ()
    hand_products: tuple[HandProduct, ...] = ()
    build_items: tuple[BuildItem, ...] = ()
    fees: Fees = Fees()
    valid_from: date | None = None
    valid_until: date | None = None
    digest: str = ""
    text: str = field(default="", repr=False)

    @property
    def all_products(self) -> tuple[Sold, ...]:
        """Every product, in the order of the list."""
        return (*self.products, *self.e_line_products, *self.strand_products, *self.hand_products)

    def sold(self, code: str) -> Sold:
        """Raises: UnknownProduct."""
        return _named(self.all_products, code)

    def product(self, code: str) -> Product:
        """An Access E-Line. Raises: UnknownProduct."""
        return _named(self.products, code)

    def e_line_product(self, code: str) -> Product:
        """Raises: UnknownProduct."""
        return _named(self.e_line_products, code)

    def circuit_product(self, code: str) -> Product:
        """An Access E-Line or an E-Line. Raises: UnknownProduct."""
        return _named((*self.products, *self.e_line_products), code)

    def strand_product(self, code: str) -> StrandProduct:
        """Raises: UnknownProduct."""
        return _named(self.strand_products, code)

    def hand_product(self, code: str, kind: ProductKind) -> HandProduct:
        """Raises: UnknownProduct."""
        return _named([product for product in self.hand_products if product.kind is kind], code)

    def build_item(self, reason_code: str) -> BuildItem | None:
        """What is built where a qualification gives this reason; None where nothing is sold for it."""
        return next((item for item in self.build_items if item.for_reason == reason_code), None)

    def holds_on(self, day: date) -> bool:
        """Whether the day is one of its own; a later list may hold on it too, and then does."""
        has_begun = self.valid_from is None or self.valid_from <= day
        return has_begun and (self.valid_until is None or day <= self.valid_until)


def _named[T: Sold](products: Sequence[T], code: str) -> T:
    for product in products:
        if product.code == code:
            return product
    raise UnknownProduct(code, [product.code for product in products])


def _at_term(code: str, by_term: Mapping[int, int], term_months: int) -> int:
    if term_months not in by_term:
        raise TermNotOffered(code, term_months, sorted(by_term))
    return by_term[term_months]
