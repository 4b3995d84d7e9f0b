"""How the API shows what is sold, to where, and whether it can be delivered. Money in pence without VAT."""

from collections.abc import Mapping

from pydantic import Field

from inventory.confidence import Confidence
from inventory.handovers import Handover
from inventory.premises import PremisesKind
from provisioning.catalogue import Offer, Product
from provisioning.qualification import Qualification, SpeedAnswer
from web.api.fields import Shown
from web.api.products import HandProductShown
from web.api.strands import StrandProductShown


class ReasonShown(Shown):
    """Why: a stable code, one sentence with the facts, and the next step."""

    code: str
    sentence: str
    next_step: str


class PriceShown(Shown):
    """The monthly price at one term."""

    term_months: int
    monthly_pence: int


def prices_shown(monthly_pence_by_term: Mapping[int, int]) -> list[PriceShown]:
    """Shortest term first."""
    return [PriceShown(term_months=term, monthly_pence=pence) for term, pence in sorted(monthly_pence_by_term.items())]


class ProfileShown(Shown):
    """A bandwidth profile (MEF 10.4 clause 12)."""

    cir_mbps: int
    eir_mbps: int
    cbs_bytes: int
    ebs_bytes: int


class OfferShown(Shown):
    """One speed of a product."""

    bandwidth_mbps: int
    profile: ProfileShown
    prices: list[PriceShown]
    setup_pence: int
    needs_approval: bool

    @classmethod
    def of(cls, offer: Offer) -> "OfferShown":
        return cls(
            bandwidth_mbps=offer.bandwidth_mbps,
            profile=ProfileShown.model_validate(offer.profile),
            prices=prices_shown(offer.monthly_pence_by_term),
            setup_pence=offer.setup_pence,
            needs_approval=offer.needs_approval,
        )


class ProductShown(Shown):
    """One catalogue entry."""

    code: str
    name: str
    description: str
    class_of_service: str
    protected: bool = Field(description="whether its circuits go on when any one cable between the switches is cut")
    offers: list[OfferShown]

    @classmethod
    def of(cls, product: Product) -> "ProductShown":
        return cls(
            code=product.code,
            name=product.name,
            description=product.description,
            class_of_service=product.class_of_service,
            protected=product.protected,
            offers=[OfferShown.of(offer) for offer in product.offers],
        )


class ProductsShown(Shown):
    """All that is sold by the price list that holds today: Access E-Lines in `items`, the other kinds beside."""

    version: str
    items: list[ProductShown]
    e_lines: list[ProductShown]
    strands: list[StrandProductShown]
    by_hand: list[HandProductShown]


class TagRangeShown(Shown):
    """S-VLANs, both ends included."""

    first: int
    last: int


class HandoverShown(Shown):
    """A port where an ISP takes its traffic."""

    code: str
    isp_code: str
    place_code: str
    port: str
    capacity_mbps: int
    s_vlans: TagRangeShown

    @classmethod
    def of(cls, handover: Handover) -> "HandoverShown":
        return cls(
            code=handover.code,
            isp_code=handover.isp_code,
            place_code=handover.place_code,
            port=str(handover.port),
            capacity_mbps=handover.capacity_mbps,
            s_vlans=TagRangeShown(first=handover.s_vlans.first, last=handover.s_vlans.last),
        )


class HandoversShown(Shown):
    items: list[HandoverShown]


class PremisesShown(Shown):
    """One addressable building or part of it. Position in metres of the British national grid."""

    uprn: str
    address: str
    postcode: str
    kind: PremisesKind
    easting_m: float
    northing_m: float
    serving_place: str | None


class PremisesListShown(Shown):
    items: list[PremisesShown]


class BuildPartShown(Shown):
    """One thing to build, in pence once and working days."""

    code: str
    what: str
    once_pence: int
    lead_days: int


class BuildShown(Shown):
    """What must be built first: all of it in pence once, and the working days until the slowest is there."""

    items: list[BuildPartShown]
    once_pence: int
    lead_days: int


class SpeedShown(Shown):
    """One speed at the premises. Where it is yellow, `build` says what must be built first.

    Of a protected product, `protected_between` are the devices between which it would go on when any one cable is cut.
    """

    bandwidth_mbps: int
    confidence: Confidence
    reasons: list[ReasonShown]
    prices: list[PriceShown]
    build: BuildShown | None
    protected_between: list[str]

    @classmethod
    def of(cls, answer: SpeedAnswer) -> "SpeedShown":
        return cls(
            bandwidth_mbps=answer.bandwidth_mbps,
            confidence=answer.confidence,
            reasons=[ReasonShown.model_validate(reason) for reason in answer.reasons],
            prices=prices_shown(answer.monthly_pence_by_term),
            build=None if answer.build is None else BuildShown.model_validate(answer.build),
            protected_between=list(answer.protected_between),
        )


class QualificationShown(Shown):
    """Can it be delivered there? `confidence` as in MEF 87 clause 7.2."""

    product: str
    uprn: str
    address: str
    postcode: str
    confidence: Confidence
    reasons: list[ReasonShown]
    speeds: list[SpeedShown]
    serving_place: str | None
    nte: str | None

    @classmethod
    def of(cls, answer: Qualification) -> "QualificationShown":
        return cls(
            product=answer.product,
            uprn=answer.uprn,
            address=answer.address,
            postcode=answer.postcode,
            confidence=answer.confidence,
            reasons=[ReasonShown.model_validate(reason) for reason in answer.reasons],
            speeds=[SpeedShown.of(speed) for speed in answer.speeds],
            serving_place=answer.serving_place,
            nte=answer.nte,
        )
