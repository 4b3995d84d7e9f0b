"""Join the example's strands: every link from port to port, splices and their losses, frames, positions and patches."""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise
from random import Random

from inventory.devices import PortRef
from inventory.examples.cables import TUBE, Pulled
from inventory.examples.plant_plan import GINNEL
from inventory.links import Link
from inventory.optics import OPTICS, LossFigures, Optic
from inventory.places import Place, PlaceKind
from inventory.plant import (
    AssetStatus,
    Cable,
    Closure,
    Odf,
    OdfPosition,
    Patch,
    PositionRef,
    Splice,
    StrandRef,
)

SPLICE_COSTS_M = 90.0  # a cable's end costs as much as so many metres
USED_BEFORE = 12.0  # how much farther a duct seems that the same switch's other link uses
SPINE_COSTS = 0.6  # how much nearer than it is the spine seems
WRONG_TIER = 2.5  # the same for a trunk strand in a drop's link, and the other way round
SPLICE_DB = (0.02, 0.15)
MARGIN_DB = 0.6
CLOSURES = (24, 48, 96, 144, 288, 432, 576, 864, 1152, 1728)
JOINTS = frozenset({PlaceKind.CHAMBER, PlaceKind.POLE})
FIGURES = LossFigures()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Strands wanted from place to place, next to each other.

    Those that are `local` lie in distribution cables where they can, others in trunk cables.
    `apart_from` is whose other strands to keep away from: those wanted before with the same text; `never` are ducts
    that they may not lie in.
    """

    code: str
    a_place: str
    z_place: str
    strands: int
    is_local: bool
    apart_from: str = ""
    never: frozenset[str] = frozenset()


@dataclass(slots=True)
class Joined:
    """What has been joined."""

    links: list[Link] = field(default_factory=list)
    closures: list[Closure] = field(default_factory=list)
    splices: list[Splice] = field(default_factory=list)
    odfs: list[Odf] = field(default_factory=list)
    positions: list[OdfPosition] = field(default_factory=list)
    patches: list[Patch] = field(default_factory=list)
    taken: set[StrandRef] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Laid:
    """Fibres over a row of cables. `spliced_db` is what the splices of the worst of them lose."""

    cables: Sequence[Cable]
    fibres: Sequence[Sequence[StrandRef]]
    spliced_db: float


class LinkNotLaid(Exception):
    """The generator's plan is at fault: no strands are left for a link."""

    def __init__(self, link: str) -> None:
        super().__init__(f"No strands are left for link {link}.")


class Joiner:
    """Gives strands to links, one link after the other."""

    def __init__(self, random: Random, places: Mapping[str, Place], pulled: Pulled) -> None:
        self._random = random
        self._places = places
        self._pulled = pulled
        self._taken = 0  # how many of the cables pulled it has taken in
        self._free: dict[str, int] = {}
        self._around: dict[str, list[Cable]] = {}
        self._used_ducts: dict[str, set[str]] = {}
        self._frame_counts: dict[str, int] = {}
        self._position_of: dict[tuple[str, str], str] = {}
        self._ducts_under: dict[str, frozenset[str]] = {}
        self.joined = Joined()

    def take_in(self) -> Sequence[Cable]:
        """Take in what has been pulled since the last time: frames at the ends, free strands. Returns these cables."""
        cables = self._pulled.cables[self._taken :]
        self._taken += len(cables)
        in_run = Counter(self._pulled.run_of[cable.code] for cable in cables)
        for cable in cables:
            self._free[cable.code] = _free(cable, self._pulled, in_run[self._pulled.run_of[cable.code]] == 1)
            if cable.status is AssetStatus.LIVE:
                self._around.setdefault(cable.a_place, []).append(cable)
                self._around.setdefault(cable.z_place, []).append(cable)
            self._frame(cable)
        return cables

    def _frame(self, cable: Cable) -> None:
        """Put an ODF wherever a cable ends in a building or on a column, with every strand of it at a position."""
        for place in (cable.a_place, cable.z_place):
            if self._places[place].kind not in JOINTS:
                count = self._frame_counts[place] = self._frame_counts.get(place, 0) + 1
                code = f"odf-{place}-{count}"
                self.joined.odfs.append(Odf(code, place, cable.strand_count, GINNEL, GINNEL, GINNEL))
                self._position_of[cable.code, place] = code
                self.joined.positions.extend(
                    OdfPosition(PositionRef(code, number), StrandRef(cable.code, number))
                    for number in range(1, cable.strand_count + 1)
                )

    def carry(self, link: Link, wanted: Wanted) -> None:
        """Give a link its strands, its splices, its optic and its length."""
        laid = self.join(wanted)
        length_m = round(sum(self._pulled.lengths_m[cable.code] for cable in laid.cables), 1)
        loss_db = laid.spliced_db + 2 * FIGURES.per_connector_db + length_m / 1000 * FIGURES.per_km_db
        optic = _optic(link, wanted.strands, length_m, loss_db)
        for fibre in laid.fibres:
            self._patch(fibre[0], wanted.a_place, link.a, optic)
            self._patch(fibre[-1], wanted.z_place, link.z, optic)
        self._ducts_under[link.code] = frozenset(
            duct for cable in laid.cables for duct in self._pulled.ducts_of[cable.code]
        )
        self.joined.links.append(replace(link, length_m=length_m))

    def carry_elsewhere(self, link: Link, wanted: Wanted, first: str, random: Random) -> Link:
        """Carry a link in no duct that another one lies in, and return it with its length, not among the `joined`.

        What its splices lose is drawn by `random`: everything else of the example stays as it was without it.
        """
        drawn, self._random = self._random, random
        self.carry(link, replace(wanted, never=self._ducts_under[first]))
        self._random = drawn
        return self.joined.links.pop()

    def join_if_free(self, wanted: Wanted) -> None:
        """The same, where strands are left."""
        with suppress(LinkNotLaid):
            self.join(wanted)

    def join(self, wanted: Wanted) -> Laid:
        """Splice strands through from frame to frame; nothing is patched to them yet."""
        cables = self._route(wanted)
        fibres = [self._choose(cables) for _ in range(wanted.strands)]
        losses_db = [self._splice(fibre, cables, wanted.a_place) for fibre in fibres]
        if wanted.apart_from:
            used = self._used_ducts.setdefault(wanted.apart_from, set())
            used.update(duct for cable in cables for duct in self._pulled.ducts_of[cable.code])
        return Laid(cables, fibres, max(losses_db))

    def pass_uncut(self, cables: Sequence[Cable]) -> None:
        """Let the last tube of two cables of one way go on without a cut where only a drop leaves the way."""
        for one, other in pairwise(cables):
            runs = self._pulled.run_of
            if runs[one.code] != runs[other.code] or one.z_place != other.a_place:
                continue
            if self._is_branch(other.a_place) or one.status is not AssetStatus.LIVE:
                continue
            for number in range(one.strand_count - TUBE + 1, one.strand_count + 1):
                a, z = StrandRef(one.code, number), StrandRef(other.code, number)
                self.joined.splices.append(Splice(f"cl-{other.a_place}", a, z, 0.0))

    def close(self) -> None:
        """Put a closure wherever cables end in a chamber, large enough for all their strands."""
        ends: dict[str, int] = {}
        for cable in self._pulled.cables:
            for place in (cable.a_place, cable.z_place):
                if self._places[place].kind in JOINTS:
                    ends[place] = ends.get(place, 0) + cable.strand_count
        for place, strands in ends.items():
            capacity = next(size for size in CLOSURES if 2 * size >= strands)
            owner = self._places[place].owner or GINNEL
            self.joined.closures.append(Closure(f"cl-{place}", place, capacity, owner, GINNEL, GINNEL))

    def _is_branch(self, place: str) -> bool:
        """Whether more than drops leave a way here."""
        return sum(1 for cable in self._around.get(place, ()) if not cable.code.startswith("dr-")) > 2

    def _route_out_and_in(self, wanted: Wanted) -> list[Cable]:
        """Between two rooms of one building: out by its first entry, in by its last."""
        tails = [cable for cable in self._around[wanted.a_place] if cable.code.startswith("tr-")]
        out, back = tails[0], tails[-1]
        ends = [cable.a_place if cable.z_place == wanted.a_place else cable.z_place for cable in (out, back)]
        return [out, *self._route(replace(wanted, a_place=ends[0], z_place=ends[1])), back]

    def _route(self, wanted: Wanted) -> list[Cable]:
        """The cheapest row of cables with free strands; it passes through no building."""
        if wanted.a_place == wanted.z_place:
            return self._route_out_and_in(wanted)
        used = self._used_ducts.get(wanted.apart_from, set())
        best: dict[str, float] = {wanted.a_place: 0.0}
        came_by: dict[str, Cable] = {}
        heap = [(0.0, wanted.a_place)]
        while heap:
            cost, place = heapq.heappop(heap)
            if place == wanted.z_place:
                return _walk_back(came_by, wanted.a_place, place)
            if cost > best[place] or (place != wanted.a_place and self._places[place].kind not in JOINTS):
                continue
            for cable in self._around.get(place, ()):
                if self._free[cable.code].bit_count() < wanted.strands:
                    continue
                if wanted.never and not wanted.never.isdisjoint(self._pulled.ducts_of[cable.code]):
                    continue
                other = cable.z_place if cable.a_place == place else cable.a_place
                onward = cost + self._cost(cable, wanted.is_local, used)
                if onward < best.get(other, float("inf")):
                    best[other], came_by[other] = onward, cable
                    heapq.heappush(heap, (onward, other))
        raise LinkNotLaid(wanted.code)

    def _cost(self, cable: Cable, is_local: bool, used: set[str]) -> float:
        metres = self._pulled.lengths_m[cable.code] * (SPINE_COSTS if cable.code in self._pulled.spine else 1.0)
        if is_local == cable.code.startswith("tr-"):
            metres *= WRONG_TIER
        if used and not used.isdisjoint(self._pulled.ducts_of[cable.code]):
            metres *= USED_BEFORE
        return metres + SPLICE_COSTS_M

    def _choose(self, cables: Sequence[Cable]) -> list[StrandRef]:
        """One strand of each cable; the same number all along a run, where there is one."""
        fibre: list[StrandRef] = []
        for group in _groups(cables, self._pulled.run_of):
            common = self._free[group[0].code]
            for cable in group[1:]:
                common &= self._free[cable.code]
            for cable in group:
                number = _lowest(common or self._free[cable.code])
                self._free[cable.code] &= ~(1 << number)
                fibre.append(StrandRef(cable.code, number))
        self.joined.taken.update(fibre)
        return fibre

    def _splice(self, fibre: Sequence[StrandRef], cables: Sequence[Cable], place: str) -> float:
        """Join a fibre's strands; returns the loss of its splices in dB."""
        loss_db = 0.0
        for a, z, cable in zip(fibre, fibre[1:], cables, strict=False):
            place = cable.z_place if cable.a_place == place else cable.a_place
            is_uncut = a.number == z.number and self._pulled.run_of[a.cable] == self._pulled.run_of[z.cable]
            splice_db = 0.0 if is_uncut else round(self._random.uniform(*SPLICE_DB), 2)
            self.joined.splices.append(Splice(f"cl-{place}", a, z, splice_db))
            loss_db += splice_db
        return loss_db

    def _patch(self, strand: StrandRef, place: str, port: PortRef, optic: Optic) -> None:
        position = PositionRef(self._position_of[strand.cable, place], strand.number)
        self.joined.patches.append(Patch(position, port, None, optic.name))


def _free(cable: Cable, pulled: Pulled, is_alone: bool) -> int:
    """The strands that may be taken, as bits. The last tube of a cable that goes on passes uncut."""
    last = cable.strand_count if is_alone else cable.strand_count - TUBE
    return sum(1 << number for number in range(1, last + 1) if StrandRef(cable.code, number) not in pulled.unusable)


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1


def _groups(cables: Iterable[Cable], run_of: Mapping[str, int]) -> Iterator[list[Cable]]:
    group: list[Cable] = []
    for cable in cables:
        if group and run_of[group[-1].code] != run_of[cable.code]:
            yield group
            group = []
        group.append(cable)
    yield group


def _walk_back(came_by: Mapping[str, Cable], a_place: str, place: str) -> list[Cable]:
    found: list[Cable] = []
    while place != a_place:
        cable = came_by[place]
        found.append(cable)
        place = cable.a_place if cable.z_place == place else cable.z_place
    return found[::-1]


def _optic(link: Link, strands: int, length_m: float, loss_db: float) -> Optic:
    """The first optic that is fast enough and bears the loss."""
    for optic in OPTICS.values():
        if optic.strands != strands or optic.speed_mbps < link.capacity_mbps:
            continue
        if loss_db + MARGIN_DB <= optic.max_loss_db and length_m <= optic.max_length_km * 1000:
            return optic
    raise LinkNotLaid(f"{link.code} ({length_m:.0f} m, {loss_db:.2f} dB)")
