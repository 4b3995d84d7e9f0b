"""Can a cable be pulled from a place to another? The shortest way over ducts that have room for it. Pure.

A duct can be pulled through where it is there on the day, it and the places at its ends have their
consents, and one of its bores has room for the cable. A bore that somebody else than the duct's
user or operator uses is theirs. No way passes through a building that is somebody else's. Ways are
found with scipy's Dijkstra over the ducts, one edge for each pair of places: the shortest of the
ducts between them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from inventory.cable_sizes import fill_with, fits, room_mm, usual_diameter_mm, usual_strands
from inventory.consents import ConsentGap
from inventory.places import ENDS_ONLY
from inventory.plant import AssetKind, AssetRef, Bore, BoreRef, Duct
from inventory.plant_errors import SamePlace
from inventory.plant_map import plant_of
from inventory.readiness import is_there, why_not_there
from inventory.snapshot import Snapshot
from inventory.windows import Window

CM = 2  # decimals that metres are given with


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A cable of `strands` from a place to another. `diameter_mm` is None for that of a usual cable."""

    a_place: str
    z_place: str
    strands: int
    day: date
    diameter_mm: float | None = None


@dataclass(frozen=True, slots=True)
class PulledBore:
    """One bore of a way, and its fill before and after."""

    bore: BoreRef
    a_place: str
    z_place: str
    length_m: float
    fill_percent: float
    new_fill_percent: float
    fill_limit_percent: float


@dataclass(frozen=True, slots=True)
class InTheWay:
    """A duct that a shorter way would need, and why it cannot be pulled through, as the end of a sentence.

    `room_mm` is the thickest cable that still fits.
    """

    duct: str
    reason: str
    room_mm: float


@dataclass(frozen=True, slots=True)
class ThinnerCable:
    """The thickest cable that can be pulled instead, its usual strands, and its way."""

    diameter_mm: float
    strands: int
    length_m: float
    bores: tuple[PulledBore, ...]


@dataclass(frozen=True, slots=True)
class PullAnswer:
    """Yes, with the bores from `a_place` on; or no, with what is in the way and perhaps a thinner cable.

    `in_the_way` also stands beside a yes whose way is a detour. A no without it: no ducts join the places.
    """

    a_place: str
    z_place: str
    day: date
    strands: int
    diameter_mm: float
    is_possible: bool
    length_m: float
    bores: tuple[PulledBore, ...]
    in_the_way: tuple[InTheWay, ...]
    thinner: ThinnerCable | None


type Hop = tuple[Duct, str, str]
"""A duct, walked from a place to the next."""


def find_pull(snapshot: Snapshot, request: PullRequest) -> PullAnswer:
    """Answer a request.

    Raises: UnknownThing (a place), SamePlace, CableSizeUnknown.
    """
    for place in (request.a_place, request.z_place):
        snapshot.place(place)
    if request.a_place == request.z_place:
        raise SamePlace(request.a_place)
    diameter_mm = usual_diameter_mm(request.strands) if request.diameter_mm is None else request.diameter_mm
    return _Search(snapshot, request, diameter_mm).answer()


class _Search:
    """One request over one plant."""

    def __init__(self, snapshot: Snapshot, request: PullRequest, diameter_mm: float) -> None:
        self._plant = plant_of(snapshot)
        self._request = request
        ends = {request.a_place, request.z_place}
        self._never_passed = {each.code for each in snapshot.inventory.places if each.kind in ENDS_ONLY} - ends
        self._diameter_mm = diameter_mm
        self._window = Window(request.day)

    def answer(self) -> PullAnswer:
        way = self._way(self._diameter_mm)
        direct = self._between(self._usable) or self._between(self._passable)
        return PullAnswer(
            self._request.a_place,
            self._request.z_place,
            self._request.day,
            self._request.strands,
            self._diameter_mm,
            bool(way),
            _length_m(way),
            tuple(self._pulled(way, self._diameter_mm)),
            () if _length_m(way) == _length_m(direct) else tuple(self._in_the_way(direct)),
            None if way else self._thinner(),
        )

    @cached_property
    def _passable(self) -> list[Duct]:
        """The ducts that lead nowhere they may not."""
        return [duct for duct in self._plant.ducts.values() if not {duct.a_place, duct.z_place} & self._never_passed]

    @cached_property
    def _usable(self) -> list[Duct]:
        """Those of them that are there on the day, and have their consents."""
        day = self._request.day
        return [duct for duct in self._passable if is_there(duct, day) and not self._lacks(duct)]

    def _lacks(self, duct: Duct) -> tuple[ConsentGap, ...]:
        ends = (AssetRef(AssetKind.PLACE, place) for place in (duct.a_place, duct.z_place))
        return self._plant.consents.gaps((duct.ref, *ends), self._window)

    def _bores(self, duct: Duct) -> Iterator[Bore]:
        ours = {"", duct.used_by, duct.operator}
        return (bore for bore in self._plant.bores_of.get(duct.code, ()) if bore.used_by in ours)

    def _room_mm(self, duct: Duct) -> float:
        return max((room_mm(bore) for bore in self._bores(duct)), default=0.0)

    def _best_bore(self, duct: Duct, diameter_mm: float) -> Bore | None:
        """Of the bores with room the one that is least full afterwards."""
        fitting = [bore for bore in self._bores(duct) if fits(bore, diameter_mm)]
        return min(fitting, key=lambda bore: (fill_with(bore, diameter_mm), bore.ref.number), default=None)

    def _has_room(self, duct: Duct, diameter_mm: float) -> bool:
        return any(fits(bore, diameter_mm) for bore in self._bores(duct))

    def _way(self, diameter_mm: float) -> list[Hop]:
        """The shortest way over usable ducts that have room. [] where there is none."""
        return self._between([duct for duct in self._usable if self._has_room(duct, diameter_mm)])

    def _between(self, ducts: Sequence[Duct]) -> list[Hop]:
        return shortest_way(ducts, self._request.a_place, self._request.z_place)

    def _pulled(self, way: Iterable[Hop], diameter_mm: float) -> Iterator[PulledBore]:
        for duct, a_place, z_place in way:
            bore = self._best_bore(duct, diameter_mm)
            if bore is not None:
                yield PulledBore(
                    bore.ref,
                    a_place,
                    z_place,
                    duct.length_m,
                    bore.fill_percent,
                    round(fill_with(bore, diameter_mm), 2),
                    bore.fill_limit_percent,
                )

    def _in_the_way(self, way: Iterable[Hop]) -> Iterator[InTheWay]:
        for duct, _, _ in way:
            reasons = [why_not_there(duct, self._request.day), *map(_lacking, self._lacks(duct))]
            if not self._has_room(duct, self._diameter_mm):
                reasons.append("none of its bores has room")
            told = " and ".join(filter(None, reasons))
            if told:
                yield InTheWay(duct.code, told, self._room_mm(duct))

    def _thinner(self) -> ThinnerCable | None:
        """The thickest cable there is a way for: halving the list of all rooms there are."""
        rooms = sorted({self._room_mm(duct) for duct in self._usable} - {0.0})
        best: tuple[float, list[Hop]] = (0.0, [])
        low, high = 0, len(rooms)
        while low < high:
            middle = (low + high) // 2
            way = self._way(rooms[middle])
            if way:
                best, low = (rooms[middle], way), middle + 1
            else:
                high = middle
        diameter_mm, way = best
        if not way:
            return None
        bores = tuple(self._pulled(way, diameter_mm))
        return ThinnerCable(diameter_mm, usual_strands(diameter_mm), _length_m(way), bores)


def shortest_way(ducts: Sequence[Duct], a_place: str, z_place: str) -> list[Hop]:
    """The shortest way over these ducts from a place to another; [] where there is none."""
    names = sorted({place for duct in ducts for place in (duct.a_place, duct.z_place)})
    numbers = {name: number for number, name in enumerate(names)}
    if a_place not in numbers or z_place not in numbers:
        return []
    best: dict[tuple[int, int], Duct] = {}
    for duct in sorted(ducts, key=lambda duct: (duct.length_m, duct.code)):
        a, z = numbers[duct.a_place], numbers[duct.z_place]
        best.setdefault((min(a, z), max(a, z)), duct)
    ends = np.array(list(best), dtype=np.int32).reshape(-1, 2)
    lengths = np.fromiter((duct.length_m for duct in best.values()), np.float64, len(best))
    matrix = csr_array((lengths, (ends[:, 0], ends[:, 1])), shape=(len(names), len(names)))
    _, before = dijkstra(matrix, directed=False, indices=numbers[a_place], return_predecessors=True)
    return _walk_back(best, names, before.tolist(), numbers[z_place])


def _walk_back(best: dict[tuple[int, int], Duct], names: Sequence[str], before: Sequence[int], at: int) -> list[Hop]:
    hops: list[Hop] = []
    while before[at] >= 0:
        duct = best[min(at, before[at]), max(at, before[at])]
        hops.append((duct, names[before[at]], names[at]))
        at = before[at]
    return hops[::-1]


def _lacking(gap: ConsentGap) -> str:
    if gap.nearest is None:
        return f"{gap.asset} has no consent"
    return f"{gap.asset} is outside consent {gap.nearest.code}"


def _length_m(way: Iterable[Hop]) -> float:
    return round(sum(duct.length_m for duct, _, _ in way), CM)
