"""Which strands of a route to take: those that are joined already, as far as there are. Pure.

A fibre is a row of strands, one a span. Where it goes from one span to the next its two strands are spliced or
patched to each other already, or somebody must splice them: as few as can be, found by dynamic programming
from the route's end. Of equally good rows the one over the first cable and the lowest strand is taken.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from inventory.optics import LossFigures
from inventory.plant import StrandRef, StrandState
from inventory.plant_errors import StrandsExhausted
from inventory.plant_map import Plant, StrandEnd, plant_of
from inventory.plant_use import PlantUse
from inventory.routes import Route, StrandLeg
from inventory.snapshot import Snapshot
from inventory.span_paths import joint_db
from inventory.windows import Window

NEW_SPLICE, CUT_OFF = 1_000, 1
"""What a row costs for each join to be made, and for each strand to be cut off from another one for it."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """A strand of a span, what follows it in the best row from it on, and what that row costs."""

    cost: int
    strand: StrandRef
    onward: "_Choice | None" = field(default=None, compare=False)


def pick_fibres(
    snapshot: Snapshot,
    use: PlantUse,
    window: Window,
    route: Route,
    count: int = 2,
    figures: LossFigures = LossFigures(),  # noqa: B008 - frozen, and every caller's default
) -> StrandLeg:
    """Choose `count` fibres along a route, side by side in one cable in every span.

    The first has the fewest new splices there can be, each further one the fewest in the cables of the first.

    No strand of them is lit, held on a day of the window, faulty or set aside. A strand that leads on into
    one that may not be taken is taken only where it must be: somebody has to cut it off there.
    `loss_db` is that of the worst fibre: measured splices count as measured, all else by the figures.

    Raises: StrandsExhausted.
    """
    plant = plant_of(snapshot)
    picker = _Picker(plant, use, window, route)
    rows = picker.rows(count)
    joins = tuple(join for row in rows for join in picker.new_splices(row))
    lengths_m = [sum(plant.length_m(strand.cable) for strand in row) for row in rows]
    losses_db = [picker.loss_db(row, length_m, figures) for row, length_m in zip(rows, lengths_m, strict=True)]
    length_m, loss_db = round(max(lengths_m), 2), round(max(losses_db), 4)
    return StrandLeg(route.places[0], route.places[-1], rows, route.ducts, length_m, loss_db, joins)


class _Picker:
    """The choice of strands along one route."""

    def __init__(self, plant: Plant, use: PlantUse, window: Window, route: Route) -> None:
        self._plant = plant
        self._use = use
        self._window = window
        self._route = route

    def rows(self, count: int) -> tuple[tuple[StrandRef, ...], ...]:
        """So many rows of strands, each the best one of those that are left.

        Raises: StrandsExhausted.
        """
        free = [self._free(span, count) for span in range(len(self._route.spans))]
        found: list[tuple[StrandRef, ...]] = []
        while len(found) < count:
            row = self._best_row([self._in_step(span, strands, found) for span, strands in enumerate(free)])
            found.append(row)
            free = [[strand for strand in strands if strand not in row] for strands in free]
        return tuple(found)

    def _in_step(
        self, span: int, strands: Sequence[StrandRef], found: Sequence[tuple[StrandRef, ...]]
    ) -> Sequence[StrandRef]:
        """The strands in the cable the fibres before lie in: fibres of one service lie side by side."""
        return [strand for strand in strands if not found or strand.cable == found[0][span].cable]

    def _free(self, span: int, count: int) -> Sequence[StrandRef]:
        """The strands of a span that may be taken, in cables with enough of them.

        Raises: StrandsExhausted.
        """
        found: list[StrandRef] = []
        for cable in self._route.spans[span].cables:
            strands = [strand.ref for strand in self._plant.strands_of.get(cable, ()) if self._may_take(strand.ref)]
            found += sorted(strands) if len(strands) >= count else []
        if not found:
            a_place, z_place = self._route.places[span : span + 2]
            cables = ", ".join(self._route.spans[span].cables)
            full = f"{a_place} to {z_place} (cable {cables})"
            raise StrandsExhausted(self._route.places[0], self._route.places[-1], self._window, count, (full,))
        return found

    def _may_take(self, strand: StrandRef) -> bool:
        plant = self._plant
        is_usable = plant.strands[strand].state is StrandState.USABLE and strand not in plant.lit_strands
        return is_usable and self._use.is_free(strand, self._window)

    def _best_row(self, spans: Sequence[Sequence[StrandRef]]) -> tuple[StrandRef, ...]:
        """The row with the fewest new joins, found from the last span to the first."""
        onward: dict[StrandRef, _Choice] = {}
        for span in range(len(spans) - 1, -1, -1):
            onward = self._choices(span, spans[span], onward)
        choice: _Choice | None = min(onward.values(), key=lambda each: (each.cost, each.strand))
        found = []
        while choice is not None:
            found.append(choice.strand)
            choice = choice.onward
        return tuple(found)

    def _choices(
        self, span: int, strands: Sequence[StrandRef], onward: dict[StrandRef, _Choice]
    ) -> dict[StrandRef, _Choice]:
        """The best row from each strand of a span on: into the strand it is joined to, or into the cheapest one."""
        begins, place = self._route.places[span : span + 2]
        begin_costs = {strand: self._end_cost(strand, begins) if span == 0 else 0 for strand in strands}
        if not onward:
            ends = {strand: self._end_cost(strand, place) for strand in strands}
            return {strand: _Choice(begin_costs[strand] + ends[strand], strand) for strand in strands}
        cost, _, cheapest = min(
            (self._cut_off(each.strand, place) + each.cost, each.strand, each) for each in onward.values()
        )
        found = {}
        for strand in strands:
            joined = onward.get(self._joined(strand, place) or strand)
            new = NEW_SPLICE + self._cut_off(strand, place) + cost
            if joined is not None and joined.cost <= new:
                found[strand] = _Choice(begin_costs[strand] + joined.cost, strand, joined)
            else:
                found[strand] = _Choice(begin_costs[strand] + new, strand, cheapest)
        return found

    def _end_cost(self, strand: StrandRef, place: str) -> int:
        """What it takes to patch a strand at the route's own end: nothing at a free position, a splice elsewhere."""
        position = self._plant.position_at.get((strand, place))
        if position is None:
            return NEW_SPLICE + self._cut_off(strand, place)
        is_free = self._use.is_free_position(position, self._window) and position not in self._plant.patch_at
        return 0 if is_free else NEW_SPLICE

    def _cut_off(self, strand: StrandRef, place: str) -> int:
        """What it costs that the strand must first be cut off from another one; nothing where it is not joined."""
        return CUT_OFF if (strand, place) in self._plant.splice_at else 0

    def _joined(self, strand: StrandRef, place: str) -> StrandRef | None:
        """The strand that a strand is spliced or patched to at a place."""
        return joined_strand(self._plant, (strand, place))

    def new_splices(self, row: Sequence[StrandRef]) -> Iterator[tuple[StrandRef, StrandRef, str]]:
        """The joins of a row that nobody has made yet."""
        for strand, onward, place in zip(row, row[1:], self._route.places[1:], strict=False):
            if self._joined(strand, place) != onward:
                yield strand, onward, place

    def loss_db(self, row: Sequence[StrandRef], length_m: float, figures: LossFigures) -> float:
        """What light loses from the connector at one end to that at the other."""
        joints = zip(row, row[1:], self._route.places[1:], strict=False)
        lost_db = sum(self._joint_db(strand, onward, place, figures) for strand, onward, place in joints)
        return length_m / 1000 * figures.per_km_db + lost_db + 2 * figures.per_connector_db

    def _joint_db(self, strand: StrandRef, onward: StrandRef, place: str, figures: LossFigures) -> float:
        if self._joined(strand, place) != onward:
            return joint_db(self._plant, place, figures)
        splice = self._plant.splice_at.get((strand, place))
        return 2 * figures.per_connector_db if splice is None else splice.loss_db


def joined_strand(plant: Plant, end: StrandEnd) -> StrandRef | None:
    """The strand that a strand's end is spliced to, or patched to from position to position; None where neither."""
    splice = plant.splice_at.get(end)
    if splice is not None:
        return splice.z if splice.a == end[0] else splice.a
    position = plant.position_at.get(end)
    patch = None if position is None else plant.patch_at.get(position)
    if patch is None or patch.other is None:
        return None
    other = patch.other if patch.position == position else patch.position
    return plant.strand_behind.get(other)
