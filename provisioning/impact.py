"""What a cut of the plant means for services, ISPs and premises. Pure.

A service on lit links is lost with any link of its circuit, and goes on where a link between two port-channels has
members left; one that is strands loses a leg with any cable of it, and its diversity where another leg is left.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from inventory.cut import Cut, SiteCut
from inventory.graph import NO_ROOM, graph_of
from inventory.plant import StrandRef
from inventory.premises import PremisesKind
from inventory.routes import StrandLeg
from inventory.snapshot import Snapshot
from provisioning.hits import HeldStrand, LinkService
from provisioning.services import Service


class Fate(StrEnum):
    """What a cut leaves of a service, worst first."""

    LOST = "lost"  # nothing that is left can carry it
    OTHER_LINKS = "other-links"  # it is off, and the links that are left have another path with room
    DIVERSITY = "diversity"  # it is on, on the one leg that is left
    PROTECTED = "protected"  # it is on, on the members of its links that are left


FATES = tuple(Fate)
_STILL_ON = frozenset({Fate.DIVERSITY, Fate.PROTECTED})


@dataclass(frozen=True, slots=True)
class ServiceHit:
    """A service that a cut hits, and what is left of it. `uprn` is "" where it is strands."""

    id: str
    isp_code: str
    product: str
    state: str
    uprn: str
    fate: Fate


@dataclass(frozen=True, slots=True)
class IspHit:
    """How many services of one ISP a cut hits, by what is left of them."""

    isp_code: str
    services: int
    lost: int
    other_links: int
    diversity: int
    protected: int = 0


@dataclass(frozen=True, slots=True)
class PublicSite:
    """Public premises that a cut touches: by services, and by the fibres that end there (`lost` of `fibres`)."""

    uprn: str | None
    place: str | None
    name: str
    services: int
    fibres: int
    lost: int


@dataclass(frozen=True, slots=True)
class Impact:
    """Everything that a cut takes away from people. Services: worst first, then by ISP and id; `premises` are UPRNs."""

    services: tuple[ServiceHit, ...]
    isps: tuple[IspHit, ...]
    premises: tuple[str, ...]
    public_sites: tuple[PublicSite, ...]
    held_strands: int
    reservations: tuple[str, ...]

    def count(self, fate: Fate) -> int:
        return sum(hit.fate is fate for hit in self.services)


def weigh(snapshot: Snapshot, cut: Cut, hits: Iterable[ServiceHit], held: Collection[HeldStrand]) -> Impact:
    """Return what the cut means, of the services it hits and the holds on the strands it takes."""
    services = tuple(sorted(hits, key=lambda hit: (FATES.index(hit.fate), hit.isp_code, hit.id)))
    return Impact(
        services=services,
        isps=_by_isp(services),
        premises=tuple(sorted({hit.uprn for hit in services if hit.uprn}, key=lambda uprn: (len(uprn), uprn))),
        public_sites=tuple(_public_sites(snapshot, cut.sites, services)),
        held_strands=len({hold.strand for hold in held}),
        reservations=tuple(sorted({hold.reservation_id for hold in held if hold.reservation_id is not None})),
    )


def hits_on_links(
    snapshot: Snapshot, lost_links: Collection[str], services: Iterable[LinkService], committed_mbps: Mapping[str, int]
) -> Iterator[ServiceHit]:
    """Say of each service on a lost link whether the links that are left have another path with room for it.

    `committed_mbps` is what other services than these hold, by link. Each service is looked at alone:
    all of them together may be more than there is room for.
    """
    graph = graph_of(snapshot)
    taken = dict(committed_mbps) | dict.fromkeys(lost_links, NO_ROOM)
    by_cir: dict[int, list[LinkService]] = {}
    for service in services:
        by_cir.setdefault(service.cir_mbps, []).append(service)
    for cir_mbps, some in by_cir.items():
        islands = graph.islands(bandwidth_mbps=cir_mbps, committed_mbps=taken)
        for service in some:
            handover = snapshot.handovers.get(service.handover)
            is_joined = handover is not None and all(
                islands.join(start, handover.port.device) for start in service.starts
            )
            fate = Fate.OTHER_LINKS if is_joined else Fate.LOST
            yield ServiceHit(service.id, service.isp_code, service.product, service.state, service.uprn, fate)


def hits_on_weakened(services: Iterable[LinkService], lost: Collection[str]) -> Iterator[ServiceHit]:
    """Of services on links that have members left: those that are not among the `lost` (ids) go on."""
    for one in services:
        if one.id not in lost:
            yield ServiceHit(one.id, one.isp_code, one.product, one.state, one.uprn, Fate.PROTECTED)


def hit_on_strands(service: Service, lost: Collection[StrandRef]) -> ServiceHit:
    """What is left of a service that is strands, where it holds these that are lost."""
    is_left = any(not _is_cut(leg, lost) for leg in service.legs)
    fate = Fate.DIVERSITY if is_left else Fate.LOST
    return ServiceHit(service.id, service.isp_code, service.product, service.state.value, service.uprn, fate)


def _is_cut(leg: StrandLeg, lost: Collection[StrandRef]) -> bool:
    return any(strand in lost for fibre in leg.fibres for strand in fibre)


def _by_isp(services: Sequence[ServiceHit]) -> tuple[IspHit, ...]:
    counts = Counter((hit.isp_code, hit.fate) for hit in services)
    return tuple(
        IspHit(isp, sum(by_fate), *by_fate)
        for isp in sorted({hit.isp_code for hit in services})
        for by_fate in [[counts[isp, fate] for fate in FATES]]
    )


def _public_sites(snapshot: Snapshot, sites: Iterable[SiteCut], services: Iterable[ServiceHit]) -> Iterator[PublicSite]:
    """Public premises with a service that is hit or a fibre that is cut; those with most services first."""
    by_uprn = Counter(hit.uprn for hit in services if hit.fate not in _STILL_ON and is_public(snapshot, hit.uprn))
    by_site = {site.uprn: site for site in sites if site.uprn is not None and is_public(snapshot, site.uprn)}
    for uprn in sorted(by_uprn.keys() | by_site.keys(), key=lambda each: (-by_uprn[each], len(each), each)):
        site = by_site.get(uprn)
        name = snapshot.premises[uprn].address if site is None else snapshot.places[site.place].name
        fibres, lost = (0, 0) if site is None else (site.fibres, site.lost)
        yield PublicSite(uprn, None if site is None else site.place, name, by_uprn[uprn], fibres, lost)


def is_public(snapshot: Snapshot, uprn: str) -> bool:
    """Whether premises are those of a public service."""
    premises = snapshot.premises.get(uprn)
    return premises is not None and premises.kind is PremisesKind.PUBLIC
