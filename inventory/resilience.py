"""How well each place is joined to the Digital Exchanges, and what would cut most people off. Pure.

The network is the ducts that are there on the day and hold a cable that is; a place reaches a DX where
such ducts join them. Two paths are disjoint where they share no duct and no place but the one they begin
at, and end at two different DXs (for a DX: at two others). Beyond two nobody counts: the answer is 0, 1
or 2 ("two or more"). Corridors, bridges and entries are not part of that count: those that alone cut a
place off (a DX: from all other DXs) are named beside it. A way to a site ends there: nobody's path leads
through a school or a clinic.

A single point of failure is a duct, place, corridor, bridge or entry without which premises reach no DX
that reached one before; a lost place also takes what it serves itself.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice, pairwise

from inventory.disjoint import count_to_two, first_way
from inventory.places import Place, PlaceKind
from inventory.plant import AssetKind, AssetRef, Duct
from inventory.plant_map import plant_of
from inventory.premises import PremisesKind
from inventory.readiness import is_there
from inventory.separators import Separators
from inventory.site_entries import Entry, Point, SiteEntries
from inventory.snapshot import Snapshot

MOST_PATHS = 2
MOST_NAMED = 10
"""How many of the single points a place hangs on are named, nearest first."""


@dataclass(frozen=True, slots=True)
class PlaceResilience:
    """One DX, DXP or public site: how many disjoint paths to two DXs, and what it hangs on, nearest first.

    `risks` are the corridors, bridges and entries that alone cut it off from every DX, and a DX from every other one.
    A DX has no `hangs_on`: its `paths` say whether one place or duct parts it from the others.
    """

    place: str
    name: str
    kind: PlaceKind
    paths: int
    hangs_on: tuple[AssetRef, ...]
    risks: tuple[AssetRef, ...]
    premises: int


@dataclass(frozen=True, slots=True)
class SinglePoint:
    """What loses every DX with one asset or risk: premises, those of them that are public, and places that count."""

    asset: AssetRef
    premises: int
    public: int
    places: int


@dataclass(frozen=True, slots=True)
class Resilience:
    """Every place that counts, least joined first, and the single points of failure, worst first."""

    day: date
    places: tuple[PlaceResilience, ...]
    points: tuple[SinglePoint, ...]

    def with_paths(self, paths: int) -> int:
        """How many places have so many."""
        return sum(place.paths == paths for place in self.places)


def resilience(snapshot: Snapshot, day: date) -> Resilience:
    """Return both lists for the plant as it is on a day."""
    network = _Network(snapshot, day)
    risks = {risk: network.lost_with(risk) for risk in network.ducts_of_risk}
    places = sorted(network.judge(risks), key=lambda each: (each.paths, -each.premises, each.place))
    points = sorted(network.points(risks), key=lambda each: (-each.public - each.premises, -each.places, each.asset))
    return Resilience(day, tuple(places), tuple(points))


class _Network:
    """The ducts with cable in them as a graph. The last node stands for all DXs: an edge joins it to each."""

    def __init__(self, snapshot: Snapshot, day: date) -> None:
        self.ducts = tuple(_ducts_with_cable(snapshot, day))
        self.places = snapshot.inventory.places
        self.numbers = {place.code: number for number, place in enumerate(self.places)}
        self.root = len(self.places)
        self.exchanges = [number for number, place in enumerate(self.places) if place.kind is PlaceKind.DX]
        self.counted = {n for n, place in enumerate(self.places) if _counts(snapshot, place)}
        self._weigh(snapshot)
        self.is_site = [place.kind is PlaceKind.SITE for place in self.places]
        entries = self._entries()
        # A site with several ways in is no node to pass: its ducts lead nowhere in the graph, and it stands beside it.
        ends = [self._ends(duct, entries) for duct in self.ducts]
        tails, heads = [a for a, _ in ends] + self.exchanges, [z for _, z in ends] + [self.root] * len(self.exchanges)
        self.separators = Separators(self.root + 1, tails, heads, self.root)
        self.sites = SiteEntries(self.separators, entries)

    def _entries(self) -> Mapping[int, Sequence[Entry]]:
        """The ways into each site that has them from several places; never from another site."""
        found: dict[int, list[Entry]] = {}
        for number, duct in enumerate(self.ducts):
            a, z = self.numbers[duct.a_place], self.numbers[duct.z_place]
            if self.is_site[a] != self.is_site[z]:
                found.setdefault(a if self.is_site[a] else z, []).append(Entry(number, z if self.is_site[a] else a))
        return {site: ways for site, ways in found.items() if len({entry.node for entry in ways}) > 1}

    def _ends(self, duct: Duct, entries: Mapping[int, Sequence[Entry]]) -> tuple[int, int]:
        """The nodes a duct joins; one of them with itself, where it may not be passed."""
        a, z = self.numbers[duct.a_place], self.numbers[duct.z_place]
        is_barred = (self.is_site[a] and self.is_site[z]) or a in entries or z in entries
        return (a, a) if is_barred else (a, z)

    def _weigh(self, snapshot: Snapshot) -> None:
        """Count the premises at each place: those of a site at the site, others where their drop begins."""
        self.premises, self.public = [0] * (self.root + 1), [0] * (self.root + 1)
        site_of = {place.uprn: place.code for place in self.places if place.uprn is not None}
        for premises in snapshot.inventory.premises:
            place = site_of.get(premises.uprn) or premises.serving_place
            if place is not None:
                self.premises[self.numbers[place]] += 1
                self.public[self.numbers[place]] += premises.kind is PremisesKind.PUBLIC

    @property
    def weights(self) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
        return self.premises, self.public, [number in self.counted for number in range(self.root + 1)]

    @cached_property
    def ducts_of_risk(self) -> Mapping[AssetRef, Sequence[int]]:
        found: dict[AssetRef, dict[int, None]] = {}
        for number, duct in enumerate(self.ducts):
            for risk in duct.risks:
                found.setdefault(risk, {})[number] = None
        return {risk: tuple(ducts) for risk, ducts in found.items()}

    def lost_with(self, risk: AssetRef) -> Collection[int]:
        """The nodes that reach no DX without the ducts of a risk."""
        ducts = self.ducts_of_risk[risk]
        nodes = self.separators.cut_off_by_group(ducts)
        return frozenset(nodes).union(self.sites.lost_with(frozenset(ducts), nodes))

    def judge(self, risks: Mapping[AssetRef, Collection[int]]) -> Iterator[PlaceResilience]:
        """Every place that counts, with what it hangs on."""
        risks_of: dict[int, list[AssetRef]] = {}
        for risk, lost in sorted(risks.items()):
            for number in self.counted.intersection(lost):
                risks_of.setdefault(number, []).append(risk)
        for number in sorted(self.counted):
            place = self.places[number]
            hangs_on = tuple(islice(self._hangs_on(number), MOST_NAMED))
            paths = self._paths(number, is_alone=bool(hangs_on))
            is_exchange = place.kind is PlaceKind.DX
            named = tuple(self._parting(number) if is_exchange else risks_of.get(number, ()))
            premises = self.premises[number]
            yield PlaceResilience(place.code, place.name, place.kind, paths, hangs_on, named, premises)

    def _parting(self, number: int) -> Iterator[AssetRef]:
        """The risks that alone part a DX from all others. Each is on every way there is, so on the one found here."""
        others = self._exchange_set - {number}
        way = first_way(lambda node: self._around[node], number, others) or []
        met = {risk for here, there in pairwise(way) for risk in self.ducts[self._ducts_to[here][there][0]].risks}
        for risk in sorted(met):
            if first_way(self._around_without(frozenset(self.ducts_of_risk[risk])), number, others) is None:
                yield risk

    def _around_without(self, gone: frozenset[int]) -> Callable[[int], Iterator[int]]:
        def around(here: int) -> Iterator[int]:
            return (there for there, ducts in self._ducts_to[here].items() if not gone.issuperset(ducts))

        return around

    def _paths(self, number: int, *, is_alone: bool) -> int:
        if self.places[number].kind is PlaceKind.DX or number in self.sites.entries:
            return count_to_two(self._around, number, self._exchange_set)
        if not self.separators.is_reached(number):
            return 0
        return 1 if is_alone else MOST_PATHS

    def _hangs_on(self, number: int) -> Iterator[AssetRef]:
        if number in self.sites.entries:
            points: Iterable[Point] = self.sites.hangs_on(number)
        else:
            points = (
                ("node", node) if node is not None else ("edge", edge or 0)
                for edge, node in self.separators.above(number)
            )
        return (self._ref(point) for point in points if point[0] == "node" or point[1] < len(self.ducts))

    def _ref(self, point: Point) -> AssetRef:
        kind, number = point
        return AssetRef(AssetKind.PLACE, self.places[number].code) if kind == "node" else self.ducts[number].ref

    def points(self, risks: Mapping[AssetRef, Collection[int]]) -> Iterator[SinglePoint]:
        """Everything whose loss takes all DXs from anybody, in no order."""
        weights = self.weights
        lost: dict[AssetRef, list[int]] = {}
        by_node = zip(*(self.separators.cut_off_by_nodes(each) for each in weights), strict=True)
        for number, (place, each) in enumerate(zip(self.places, by_node, strict=False)):
            if self.separators.is_reached(number) or self.sites.entries.get(number):
                lost[AssetRef(AssetKind.PLACE, place.code)] = list(each)
        by_edge = [self.separators.cut_off_by_edges(each) for each in weights]
        for edge in (edge for edge in by_edge[0] if edge < len(self.ducts)):
            lost[self.ducts[edge].ref] = [each[edge] for each in by_edge]
        for site in self.sites.entries:
            for asset in self._hangs_on(site):
                known = lost.setdefault(asset, [0] * len(weights))
                lost[asset] = [sum_so_far + each[site] for sum_so_far, each in zip(known, weights, strict=True)]
        for risk, gone in risks.items():
            lost[risk] = [sum(each[number] for number in gone) for each in weights]
        for asset, (premises, public, places) in lost.items():
            if premises or places:
                yield SinglePoint(asset, premises, public, places)

    @cached_property
    def _exchange_set(self) -> frozenset[int]:
        return frozenset(self.exchanges)

    @property
    def _around(self) -> Sequence[Collection[int]]:
        return self._ducts_to

    @cached_property
    def _ducts_to(self) -> Sequence[Mapping[int, Sequence[int]]]:
        """Whom each place may be left for, and by which ducts: never for a site, where ways end."""
        found: list[dict[int, list[int]]] = [{} for _ in self.places]
        for number, duct in enumerate(self.ducts):
            a, z = self.numbers[duct.a_place], self.numbers[duct.z_place]
            for here, there in ((a, z), (z, a)):
                if not self.is_site[there]:
                    found[here].setdefault(there, []).append(number)
        return found


def _ducts_with_cable(snapshot: Snapshot, day: date) -> Iterator[Duct]:
    plant = plant_of(snapshot)
    live = {cable.code for cable in snapshot.inventory.cables if is_there(cable, day)}
    used = {each.bore.duct for each in snapshot.inventory.cable_bores if each.cable in live}
    return (duct for duct in plant.ducts.values() if duct.code in used and is_there(duct, day))


def _counts(snapshot: Snapshot, place: Place) -> bool:
    """Whether a place is a DX, a DXP or a public site."""
    if place.kind is PlaceKind.SITE:
        premises = None if place.uprn is None else snapshot.premises.get(place.uprn)
        return premises is not None and premises.kind is PremisesKind.PUBLIC
    return place.kind in (PlaceKind.DX, PlaceKind.DXP)
