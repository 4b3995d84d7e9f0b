"""What API answers carry. Money in pence without VAT, rates in Mbit/s, bursts in bytes, times in UTC."""

from collections.abc import Mapping
from datetime import date, datetime

from pydantic import Field

from automation.change_plan import Finding
from automation.drift_kinds import DriftKind
from inventory.confidence import Confidence
from inventory.handovers import Handover
from inventory.premises import PremisesKind
from provisioning.catalogue import Offer, Product
from provisioning.front_desk import OrderStory
from provisioning.orders import EventStatus, Order, OrderAction, OrderPage, OrderRequest, OrderState, WaitsFor
from provisioning.qualification import Qualification, SpeedAnswer
from provisioning.services import Circuit, Service, ServicePage, ServiceState
from provisioning.wanted import CrossConnectWanted, ELineWanted, SiteHostingWanted, SsidWanted
from web.api.fields import Shown
from web.api.plant.fields import Key
from web.api.products import (
    ByHandShown,
    CrossConnectShown,
    ELineShown,
    HandProductShown,
    SiteHostingShown,
    SsidShown,
)
from web.api.strands import LegShown, StrandProductShown, StrandsShown


class ReasonShown(Shown):
    """Why: a stable code, one sentence with the facts, and the next step."""

    code: str
    sentence: str
    next_step: str


class PriceShown(Shown):
    """The monthly price at one term."""

    term_months: int
    monthly_pence: int


def _prices(monthly_pence_by_term: Mapping[int, int]) -> list[PriceShown]:
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
            prices=_prices(offer.monthly_pence_by_term),
            setup_pence=offer.setup_pence,
            needs_approval=offer.needs_approval,
        )


class ProductShown(Shown):
    """One catalogue entry."""

    code: str
    name: str
    description: str
    class_of_service: str
    offers: list[OfferShown]

    @classmethod
    def of(cls, product: Product) -> "ProductShown":
        return cls(
            code=product.code,
            name=product.name,
            description=product.description,
            class_of_service=product.class_of_service,
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
    """One speed at the premises. Where it is yellow, `build` says what must be built first."""

    bandwidth_mbps: int
    confidence: Confidence
    reasons: list[ReasonShown]
    prices: list[PriceShown]
    build: BuildShown | None

    @classmethod
    def of(cls, answer: SpeedAnswer) -> "SpeedShown":
        return cls(
            bandwidth_mbps=answer.bandwidth_mbps,
            confidence=answer.confidence,
            reasons=[ReasonShown.model_validate(reason) for reason in answer.reasons],
            prices=_prices(answer.monthly_pence_by_term),
            build=None if answer.build is None else BuildShown.model_validate(answer.build),
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


class OrderRequestShown(Shown):
    """What was asked for: an Access E-Line, or what the one of the last fields says that is not null.

    What a product has no use for is "" or 0: strands have no premises, handover or bandwidth.
    """

    product: str
    uprn: str
    handover: str
    bandwidth_mbps: int
    term_months: int
    reference: str
    strands: StrandsShown | None
    e_line: ELineShown | None
    cross_connect: CrossConnectShown | None
    ssid: SsidShown | None
    site_hosting: SiteHostingShown | None
    start: date | None
    stop: date | None
    quote_id: str
    takes_over: str
    end_customer: str

    @classmethod
    def of(cls, request: OrderRequest) -> "OrderRequestShown":
        wanted = request.wanted
        return cls(
            product=request.product,
            uprn=request.uprn,
            handover=request.handover,
            bandwidth_mbps=request.bandwidth_mbps,
            term_months=request.term_months,
            reference=request.reference,
            strands=None if request.strands is None else StrandsShown.of(request.strands),
            e_line=ELineShown.of(wanted) if isinstance(wanted, ELineWanted) else None,
            cross_connect=CrossConnectShown.of(wanted) if isinstance(wanted, CrossConnectWanted) else None,
            ssid=SsidShown.of(wanted) if isinstance(wanted, SsidWanted) else None,
            site_hosting=SiteHostingShown.of(wanted) if isinstance(wanted, SiteHostingWanted) else None,
            start=request.start,
            stop=request.stop,
            quote_id=request.quote_id,
            takes_over=request.takes_over,
            end_customer=request.end_customer,
        )


class OrderShown(Shown):
    """One order; the states are those of MEF 57.2.

    `item_id` is its id within its product order, `after` the items that must be complete before it begins. It waits
    for what `waits_for` says, until `wait_until` at most.
    """

    id: str
    action: OrderAction
    isp_code: str
    request: OrderRequestShown
    product_order_id: str
    item_id: str
    after: list[str]
    state: OrderState
    step: str
    waits_for: WaitsFor | None
    wait_until: datetime | None
    awaiting_approval: bool
    expected_on: date | None
    reasons: list[ReasonShown]
    service_id: str | None
    monthly_pence: int
    setup_pence: int
    catalogue_version: str
    requested_by: str
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, order: Order) -> "OrderShown":
        return cls(
            id=order.id,
            action=order.action,
            isp_code=order.isp_code,
            request=OrderRequestShown.of(order.request),
            product_order_id=order.product_order_id,
            item_id=order.item_id,
            after=list(order.after),
            state=order.state,
            step=order.step,
            waits_for=order.waits_for,
            wait_until=order.wait_until,
            awaiting_approval=order.awaiting_approval,
            expected_on=order.expected_on,
            reasons=[ReasonShown.model_validate(reason) for reason in order.reasons],
            service_id=order.service_id,
            monthly_pence=order.monthly_pence,
            setup_pence=order.setup_pence,
            catalogue_version=order.catalogue_version,
            requested_by=order.requested_by,
            created_at=order.created_at,
            updated_at=order.updated_at,
        )


class OrderPageShown(Shown):
    items: list[OrderShown]
    next_cursor: str | None

    @classmethod
    def of(cls, page: OrderPage) -> "OrderPageShown":
        return cls(items=[OrderShown.of(order) for order in page.orders], next_cursor=page.next_cursor)


class EventShown(Shown):
    """One line of an order's life. `seconds` is how long the step took."""

    number: int
    at: datetime
    step: str
    status: EventStatus
    text: str
    facts: dict[str, str]
    seconds: float | None


class OrderEventsShown(Shown):
    """An order's life since `after`. `steps` are all steps of its workflow in order; ask again until `state` ends."""

    state: OrderState
    steps: list[str]
    items: list[EventShown]

    @classmethod
    def of(cls, story: OrderStory) -> "OrderEventsShown":
        return cls(
            state=story.order.state,
            steps=list(story.steps),
            items=[EventShown.model_validate(event) for event in story.events],
        )


class DiffShown(Shown):
    """What one device said it would change (step `rehearse`), or did (`deploy`)."""

    step: str
    device: str
    commands: str
    diff: str


class OrderDiffsShown(Shown):
    """The diffs kept with an order, and the digest an approval of them is bound to (null before there is a plan).

    `tasks` are what an engineer must splice and patch for an order of strands, before it is approved.
    """

    digest: str | None
    items: list[DiffShown]
    tasks: list[str]

    @classmethod
    def of(cls, story: OrderStory) -> "OrderDiffsShown":
        items = [DiffShown.model_validate(diff) for diff in story.diffs]
        return cls(digest=story.plan_digest, items=items, tasks=list(story.tasks))


class HopShown(Shown):
    """One device of a circuit, and its ports that carry the S-VLAN tagged."""

    device: str
    tagged_ports: list[str]


class CircuitShown(Shown):
    """The path that carries a service, UNI first.

    An E-Line ends at `z_uni` (its `handover_port` too); `c_vlan` and `z_c_vlan` are what the UNIs of an EVPL send.
    """

    uni: str
    handover_port: str
    z_uni: str | None
    c_vlan: int | None
    z_c_vlan: int | None
    s_vlan: int = Field(description="outer tag (IEEE 802.1ad) at the handover, 1 to 4094")
    hops: list[HopShown]
    link_codes: list[str]
    strands: list[Key] = Field(description="what its links were lit on when it was designed; none where not known")
    length_m: float
    loss_db: float | None = Field(description="dB, of the fibre of its links that loses most; null where not known")
    profile: ProfileShown

    @classmethod
    def of(cls, circuit: Circuit) -> "CircuitShown":
        return cls(
            uni=str(circuit.uni),
            handover_port=str(circuit.handover_port),
            z_uni=None if circuit.z_uni is None else str(circuit.z_uni),
            c_vlan=circuit.c_vlan,
            z_c_vlan=circuit.z_c_vlan,
            s_vlan=circuit.s_vlan,
            hops=[HopShown(device=hop.device, tagged_ports=list(hop.tagged_ports)) for hop in circuit.hops],
            link_codes=list(circuit.link_codes),
            strands=[str(strand) for strand in circuit.strands],
            length_m=circuit.length_m,
            loss_db=circuit.loss_db,
            profile=ProfileShown.model_validate(circuit.profile),
        )


class ServiceShown(Shown):
    """What an ISP has and pays for; the states are those of MEF 81.

    A service that is strands has `legs` and days, one that an engineer delivers `by_hand` and days, and neither
    a circuit; "" and 0 stand where a circuit has its premises.
    """

    id: str
    isp_code: str
    product: str
    uprn: str
    handover: str
    bandwidth_mbps: int
    term_months: int
    reference: str
    state: ServiceState
    circuit: CircuitShown | None
    legs: list[LegShown]
    by_hand: ByHandShown | None
    first_day: date | None
    last_day: date | None
    monthly_pence: int
    created_at: datetime
    activated_at: datetime | None
    ended_at: datetime | None

    @classmethod
    def of(cls, service: Service) -> "ServiceShown":
        return cls(
            id=service.id,
            isp_code=service.isp_code,
            product=service.product,
            uprn=service.uprn,
            handover=service.handover,
            bandwidth_mbps=service.bandwidth_mbps,
            term_months=service.term_months,
            reference=service.reference,
            state=service.state,
            circuit=None if service.circuit is None else CircuitShown.of(service.circuit),
            legs=[LegShown.of(leg) for leg in service.legs],
            by_hand=None if service.by_hand is None else ByHandShown.of(service.by_hand),
            first_day=None if service.window is None else service.window.first,
            last_day=None if service.window is None else service.window.last,
            monthly_pence=service.monthly_pence,
            created_at=service.created_at,
            activated_at=service.activated_at,
            ended_at=service.ended_at,
        )


class ServicePageShown(Shown):
    items: list[ServiceShown]
    next_cursor: str | None

    @classmethod
    def of(cls, page: ServicePage) -> "ServicePageShown":
        return cls(items=[ServiceShown.of(service) for service in page.services], next_cursor=page.next_cursor)


class FindingShown(Shown):
    """One thing looked at on a device, and whether it was as intended."""

    device: str
    check: str
    ok: bool
    detail: str
    kind: DriftKind | None = Field(None, description="how it drifted, of what is not ok in an audit")
    label: str = Field("", description="of what it is, where that is known: a service's id, or baseline")


class AuditShown(Shown):
    """`ok` where every finding is."""

    ok: bool
    items: list[FindingShown]

    @classmethod
    def of(cls, findings: tuple[Finding, ...]) -> "AuditShown":
        return cls(
            ok=all(finding.ok for finding in findings),
            items=[FindingShown.model_validate(finding) for finding in findings],
        )


class ProblemShown(Shown):
    """Problem details (RFC 9457). `code` is the last part of `type`; `facts` are the figures behind `detail`."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    facts: dict[str, str | int | float | bool | list[str] | None]
