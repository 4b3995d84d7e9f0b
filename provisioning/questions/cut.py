"""`cut`: what is lost when a duct, place or circle is cut, who feels it, and the ways round. The operator asks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from inventory.counted import counted
from inventory.cut import Cut, cut
from inventory.cut_target import CutTarget, find_target
from inventory.organisations import Organisation
from inventory.plant import AssetKind, AssetRef, StrandRef
from inventory.plant_map import Plant, plant_of
from inventory.snapshot import Snapshot
from provisioning.detours import Detour, detours
from provisioning.hits import HeldStrand
from provisioning.impact import Fate, Impact, ServiceHit, hit_on_strands, hits_on_links, hits_on_weakened, weigh
from provisioning.isps import Principal
from provisioning.link_services import services_on_links
from provisioning.policy import Action, must
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools


@dataclass(frozen=True, slots=True)
class CutAnswer:
    """What a cut on a day does. `title` says in words what is cut."""

    asked: str
    title: str
    day: date
    cut: Cut
    impact: Impact
    detours: tuple[Detour, ...]

    @property
    def sentence(self) -> str:
        """All of it in one line."""
        lost, impact = self.cut, self.impact
        sites = len(impact.public_sites)
        return (
            f"Cut of {self.title}: {counted(lost.strands, 'strand')}, {counted(len(lost.links), 'link')},"
            f" {counted(len(impact.services), 'service')} of {counted(len(impact.isps), 'ISP')},"
            f" {counted(len(impact.premises), 'premises', 'premises')}, {counted(sites, 'public site')};"
            f" {_lose(impact.count(Fate.DIVERSITY))} diversity{self._protected}."
        )

    @property
    def _protected(self) -> str:
        going_on = self.impact.count(Fate.PROTECTED)
        words = "is protected and goes on" if going_on == 1 else "are protected and go on"
        return f"; {going_on:,} {words}" if going_on else ""


def what_is_cut(tools: Tools, who: Principal, target: str, day: date | None = None, ways: int = 3) -> CutAnswer:
    """Say what a cut of `target` (see `inventory.cut_target`) takes on a day (None: today), and some ways round.

    Raises:
        Forbidden: an ISP asks.
        UnknownThing, TargetUnclear, CircleInvalid, CircleOutsideBritain: see `find_target`.
    """
    must(who, Action.READ_CUTS)
    snapshot = tools.load_snapshot()
    plant = plant_of(snapshot)
    found, on_day = find_target(snapshot, plant, target), day or tools.now().date()
    lost = cut(snapshot, found, on_day)
    with tools.open_unit_of_work(reading=True) as work:
        held = work.impacts.strands_held_in(lost.cables, on_day)
        off = tuple(_on_links(work, snapshot, lost))
        hits = (*off, *_on_weakened(work, snapshot, lost, off), *_on_strands(work, held))
        use = work.holds.use() if ways else None
    return CutAnswer(
        asked=target,
        title=_title(snapshot, plant, found),
        day=on_day,
        cut=lost,
        impact=weigh(snapshot, lost, hits, held),
        detours=() if use is None else detours(snapshot, use, lost, on_day, ways, tools.losses),
    )


def _on_links(work: UnitOfWork, snapshot: Snapshot, lost: Cut) -> Iterator[ServiceHit]:
    services = services_on_links(work, snapshot, lost.links)
    if not services:
        return
    given_back = work.impacts.held_with(lost.links)
    committed = work.reservations.usage((), None, None).link_committed_mbps
    others = {link: mbps - given_back.get(link, 0) for link, mbps in committed.items()}
    yield from hits_on_links(snapshot, lost.links, services, others)


def _on_weakened(work: UnitOfWork, snapshot: Snapshot, lost: Cut, off: tuple[ServiceHit, ...]) -> Iterator[ServiceHit]:
    services = services_on_links(work, snapshot, [each.link for each in lost.weakened]) if lost.weakened else ()
    yield from hits_on_weakened(services, {hit.id for hit in off})


def _on_strands(work: UnitOfWork, held: tuple[HeldStrand, ...]) -> Iterator[ServiceHit]:
    lost: dict[str, set[StrandRef]] = {}
    for hold in held:
        if hold.service_id is not None:
            lost.setdefault(hold.service_id, set()).add(hold.strand)
    for service in work.services.some(lost):
        yield hit_on_strands(service, lost[service.id])


def _title(snapshot: Snapshot, plant: Plant, target: CutTarget) -> str:
    if not isinstance(target, AssetRef):
        return f"all within {target}"
    if target.kind is AssetKind.DUCT:
        duct = plant.ducts[target.code]
        way = duct.corridor or f"{duct.a_place} to {duct.z_place}"
        return f"{target.code} ({way}, owner {_member(snapshot, duct.owner)})"
    if target.kind is AssetKind.CABLE:
        cable = plant.cables[target.code]
        return f"{target.code} ({cable.a_place} to {cable.z_place}, owner {_member(snapshot, cable.owner)})"
    if target.kind is AssetKind.PLACE:
        return f"{target.code} ({snapshot.places[target.code].name})"
    return f"{target.kind} {target.code}"


def _member(snapshot: Snapshot, code: str) -> str:
    member: Organisation | None = snapshot.organisations.get(code)
    return code if member is None else member.name


def _lose(services: int) -> str:
    return f"{services:,} {'loses only its' if services == 1 else 'lose only their'}"
