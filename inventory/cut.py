"""What a cut takes away: ducts, then the cables, strands, links and sites that need them. Pure.

A cut duct cuts every cable in it, and a cut cable all its strands; a lost place takes every duct and
cable that ends there, and every link of a device that stands there. What lies dark behind a cut
strand is not lost itself: the links and sites that light no longer reaches say so.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
from shapely import LineString, Point, STRtree

from inventory.cut_target import RISK_KINDS, Circle, CutTarget
from inventory.errors import StrandLoop
from inventory.places import PlaceKind
from inventory.plant import AssetKind, AssetRef, PositionRef, StrandRef
from inventory.plant_map import Plant, plant_of
from inventory.readiness import is_there
from inventory.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class SiteCut:
    """A site with fibre: how many fibres end there, and how many of them are cut. `uprn` is that of its premises."""

    place: str
    uprn: str | None
    fibres: int
    lost: int


@dataclass(frozen=True, slots=True)
class Weakened:
    """A link between two port-channels that goes on: members that are lost, and those it runs on now."""

    link: str
    lost: tuple[str, ...]
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """What is lost, each kind in the order of its codes.

    `lit_strands` of `strands` carry a port's light. `places` are those that are lost themselves. `weakened` are links
    that are not lost: of their members some are left.
    """

    target: CutTarget
    ducts: tuple[str, ...]
    places: tuple[str, ...]
    cables: tuple[str, ...]
    strands: int
    lit_strands: int
    links: tuple[str, ...]
    sites: tuple[SiteCut, ...]
    weakened: tuple[Weakened, ...] = ()

    @property
    def lost(self) -> frozenset[AssetRef]:
        """The ducts, cables and places, as what a route must avoid."""
        kinds = ((AssetKind.DUCT, self.ducts), (AssetKind.CABLE, self.cables), (AssetKind.PLACE, self.places))
        return frozenset(AssetRef(kind, code) for kind, codes in kinds for code in codes)


def cut(snapshot: Snapshot, target: CutTarget, day: date) -> Cut:
    """Say what is lost where `target` is cut on a day. `target` is one of `inventory.cut_target.find_target`."""
    index = _index_of(snapshot)
    ducts, places = index.hit(target)
    cables = _named_cable(target) or index.cables(ducts, places, day)
    links = lost_with(snapshot, index.links(cables, places))
    return Cut(
        target=target,
        ducts=tuple(sorted(ducts)),
        places=tuple(sorted(places)),
        cables=tuple(sorted(cables)),
        strands=sum(index.plant.cables[code].strand_count for code in cables),
        lit_strands=sum(index.lit_in[code] for code in cables),
        links=tuple(sorted(links)),
        sites=index.sites(cables),
        weakened=weakened_by(snapshot, links),
    )


def lost_with(snapshot: Snapshot, links: Collection[str]) -> frozenset[str]:
    """These links, the members of those between port-channels, and those between port-channels without a member left.

    What becomes of circuits is told by the links they are on, and these are never members.
    """
    lost = {*links, *(member.code for code in links for member in snapshot.members.get(code, ()))}
    gone = {code for code in _channels_of(snapshot, lost) if all(one.code in lost for one in snapshot.members[code])}
    return frozenset(lost | gone)


def weakened_by(snapshot: Snapshot, lost: Collection[str]) -> tuple[Weakened, ...]:
    """The links between port-channels that go on although members of theirs are lost. `lost`: see `lost_with`."""
    found = []
    for code in sorted(_channels_of(snapshot, lost) - set(lost)):
        members = [member.code for member in snapshot.members[code]]
        gone = tuple(member for member in members if member in lost)
        found.append(Weakened(code, gone, tuple(member for member in members if member not in lost)))
    return tuple(found)


def _channels_of(snapshot: Snapshot, links: Iterable[str]) -> set[str]:
    return {snapshot.channel_of[code] for code in links if code in snapshot.channel_of}


def lit_strands_in(plant: Plant, cables: Collection[str]) -> Mapping[str, int]:
    """How many strands of each of these cables are lit."""
    wanted = set(cables)
    return Counter(strand.cable for strand in plant.lit_strands if strand.cable in wanted)


def _named_cable(target: CutTarget) -> set[str]:
    return {target.code} if isinstance(target, AssetRef) and target.kind is AssetKind.CABLE else set()


class _Index:
    """Which cables lie in and end where, and which links and sites hang on which cable. One a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        # Not the snapshot itself: the index is kept as long as it, and must not keep it.
        self.inventory = snapshot.inventory
        self.plant: Plant = plant_of(snapshot)
        self._place_of_device = {device.name: device.place_code for device in snapshot.inventory.devices}

    def hit(self, target: CutTarget) -> tuple[set[str], set[str]]:
        """The ducts and places a target takes."""
        if isinstance(target, Circle):
            return self._within(target)
        if target.kind is AssetKind.PLACE:
            return set(self.ducts_at.get(target.code, ())), {target.code}
        if target.kind in RISK_KINDS:
            return set(self.ducts_of_risk[target]), set()
        return ({target.code} if target.kind is AssetKind.DUCT else set()), set()

    def _within(self, circle: Circle) -> tuple[set[str], set[str]]:
        centre = Point(circle.easting_m, circle.northing_m)
        tree, codes = self._lines
        ducts = {codes[number] for number in tree.query(centre, predicate="dwithin", distance=circle.radius_m)}
        away = np.hypot(*(self._positions - (circle.easting_m, circle.northing_m)).T)
        places = {self.inventory.places[number].code for number in np.flatnonzero(away <= circle.radius_m)}
        return ducts.union(*(self.ducts_at.get(place, ()) for place in places)), places

    def cables(self, ducts: Iterable[str], places: Iterable[str], day: date) -> set[str]:
        """The cables that are in the ground on that day, and lie in one of the ducts or end at one of the places."""
        found = {cable for duct in ducts for cable in self.plant.cables_in_duct.get(duct, ())}
        found.update(cable for place in places for cable in self.cables_at.get(place, ()))
        return {code for code in found if is_there(self.plant.cables[code], day)}

    def links(self, cables: Iterable[str], places: Iterable[str]) -> set[str]:
        found = {link for cable in cables for link in self.links_on.get(cable, ())}
        found.update(link for place in places for link in self.links_at.get(place, ()))
        return found

    def sites(self, cables: Collection[str]) -> tuple[SiteCut, ...]:
        hit = {site for cable in cables for site in self.sites_on.get(cable, ())}
        return tuple(self._site(code, cables) for code in sorted(hit))

    def _site(self, code: str, cables: Collection[str]) -> SiteCut:
        fibres = self.fibres_at[code]
        lost = sum(count for on, count in fibres.items() if not on.isdisjoint(cables))
        return SiteCut(code, self.site_uprns[code], sum(fibres.values()), lost)

    @cached_property
    def ducts_at(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for duct in self.inventory.ducts:
            for place in dict.fromkeys((duct.a_place, duct.z_place)):
                found.setdefault(place, []).append(duct.code)
        return found

    @cached_property
    def ducts_of_risk(self) -> Mapping[AssetRef, Sequence[str]]:
        found: dict[AssetRef, list[str]] = {}
        for duct in self.inventory.ducts:
            for risk in duct.risks:
                found.setdefault(risk, []).append(duct.code)
        return found

    @cached_property
    def cables_at(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for cable in self.inventory.cables:
            for place in dict.fromkeys((cable.a_place, cable.z_place)):
                found.setdefault(place, []).append(cable.code)
        return found

    @cached_property
    def lit_in(self) -> Mapping[str, int]:
        """How many strands of each cable are lit."""
        return Counter(strand.cable for strand in self.plant.lit_strands)

    @cached_property
    def links_on(self) -> Mapping[str, Sequence[str]]:
        """The links that are lost with a cable; members of port-channels, not what joins these."""
        found: dict[str, dict[str, None]] = {}
        cabled = ((code, each) for code, each in self.plant.fibres_of_link.items() if code not in self.plant.members)
        for code, fibres in cabled:
            for strand in (strand for fibre in fibres for strand in fibre):
                found.setdefault(strand.cable, {})[code] = None
        return {cable: tuple(links) for cable, links in found.items()}

    @cached_property
    def links_at(self) -> Mapping[str, Sequence[str]]:
        """The links of devices that stand at a place."""
        found: dict[str, dict[str, None]] = {}
        for link in self.inventory.links:
            for end in (link.a, link.z):
                place = self._place_of_device.get(end.device)
                if place is not None:
                    found.setdefault(place, {})[link.code] = None
        return {place: tuple(links) for place, links in found.items()}

    @cached_property
    def site_uprns(self) -> Mapping[str, str | None]:
        return {place.code: place.uprn for place in self.inventory.places if place.kind is PlaceKind.SITE}

    @cached_property
    def fibres_at(self) -> Mapping[str, Mapping[frozenset[str], int]]:
        """Of each site: the sets of cables its fibres are in, from the ODF at the site to their other end."""
        found: dict[str, Counter[frozenset[str]]] = {}
        for position in self.plant.strand_behind:
            site = self.plant.odfs[position.odf].place
            if site in self.site_uprns:
                found.setdefault(site, Counter())[self._cables_behind(position)] += 1
        return found

    def _cables_behind(self, position: PositionRef) -> frozenset[str]:
        found: set[str] = set()
        with suppress(StrandLoop):  # which is as cut as any cable of it
            for step in self.plant.walk(position):
                if isinstance(step, StrandRef):
                    found.add(step.cable)
        return frozenset(found)

    @cached_property
    def sites_on(self) -> Mapping[str, Collection[str]]:
        """The sites that have a fibre in a cable."""
        found: dict[str, dict[str, None]] = {}
        for site, fibres in self.fibres_at.items():
            for cable in frozenset[str]().union(*fibres):
                found.setdefault(cable, {})[site] = None
        return found

    @cached_property
    def _lines(self) -> tuple[STRtree, tuple[str, ...]]:
        ducts = self.inventory.ducts
        return STRtree([LineString(duct.route) for duct in ducts]), tuple(duct.code for duct in ducts)

    @cached_property
    def _positions(self) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
        return np.array([(place.easting_m, place.northing_m) for place in self.inventory.places]).reshape(-1, 2)


_indexes: WeakKeyDictionary[Snapshot, _Index] = WeakKeyDictionary()


def _index_of(snapshot: Snapshot) -> _Index:
    index = _indexes.get(snapshot)
    if index is None:
        index = _indexes.setdefault(snapshot, _Index(snapshot))
    return index
