"""How the API shows services, their circuits, and what an audit found. Money in pence without VAT, rates in Mbit/s."""

from datetime import date, datetime

from pydantic import Field

from automation.change_plan import Finding
from automation.drift_kinds import DriftKind
from provisioning.services import Circuit, Service, ServicePage, ServiceState
from web.api.catalogue_shown import ProfileShown
from web.api.fields import Shown
from web.api.plant.fields import Key
from web.api.products import ByHandShown
from web.api.strands import LegShown


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
    protected_between: list[str] = Field(
        description="the two switches between which it goes on when any one cable is cut; none where not protected"
    )

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
            protected_between=list(circuit.protected_between),
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
