"""Strands of a route: against every row of strands tried one by one, and on the town's own splices."""

from dataclasses import replace
from datetime import date
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.fibres import joined_strand, pick_fibres
from inventory.optics import LossFigures
from inventory.plant import PositionRef, Splice, StrandRef, StrandState
from inventory.plant_errors import RouteRefused, StrandsExhausted
from inventory.plant_map import plant_of
from inventory.plant_use import Hold, PlantUse
from inventory.routes import Route, RouteRequest
from inventory.routing import find_routes
from inventory.snapshot import Snapshot
from inventory.windows import Window
from tests.plants import planted_town
from tests.unit.inventory.mazes import WINDOW, Maze, maze

TODAY = Window(date(2026, 11, 22))
TOWN = Snapshot(planted_town())


def town_route(snapshot: Snapshot = TOWN, strands: int = 1) -> Route:
    return find_routes(snapshot, PlantUse(), RouteRequest("quay", "mill", TODAY, strands)).legs[0]


def k(cable: str, number: int) -> StrandRef:
    return StrandRef(f"k-{cable}", number)


def spliced(of: Maze, seed: int) -> Maze:
    """The maze with some strands of cables that meet at a closure spliced to each other."""
    inventory, joined, splices = of.snapshot.inventory, set[tuple[StrandRef, str]](), list[Splice]()
    for closure in inventory.closures:
        meeting = [cable for cable in inventory.cables if closure.place in (cable.a_place, cable.z_place)]
        for one, other in pairwise(meeting):
            for number in range(1, 5):
                ends = (StrandRef(one.code, number), StrandRef(other.code, (number + seed) % 4 + 1))
                if (seed + number) % 3 and not any((end, closure.place) in joined for end in ends):
                    joined |= {(end, closure.place) for end in ends}
                    splices.append(Splice(closure.code, *ends, 0.05))
    return Maze(Snapshot(replace(inventory, splices=tuple(splices))), of.use)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 100_000), st.integers(0, 5))
def test_one_fibre_needs_as_few_new_splices_as_any_row_of_free_strands(seed: int, shift: int) -> None:
    of = spliced(maze(seed, 6, 12), shift)
    try:
        route = find_routes(of.snapshot, of.use, RouteRequest("p0", "p4", WINDOW)).legs[0]
    except RouteRefused:
        return
    plant = plant_of(of.snapshot)

    leg = pick_fibres(of.snapshot, of.use, WINDOW, route, 1)

    rows = product(*(free(of, span.cables) for span in route.spans))
    places = route.places[1:]
    fewest = min(
        sum(joined_strand(plant, (a, place)) != z for a, z, place in zip(row, row[1:], places, strict=False))
        for row in rows
    )
    assert len(leg.new_splices) == fewest
    assert all(strand in free(of, span.cables) for strand, span in zip(leg.fibres[0], route.spans, strict=True))


def free(of: Maze, cables: tuple[str, ...]) -> list[StrandRef]:
    return [
        strand.ref
        for cable in cables
        for strand in plant_of(of.snapshot).strands_of[cable]
        if strand.state is StrandState.USABLE and of.use.is_free(strand.ref, WINDOW)
    ]


def test_the_strands_that_are_spliced_through_are_taken_first_and_lit_ones_never() -> None:
    leg = pick_fibres(TOWN, PlantUse(), TODAY, town_route())

    assert leg.fibres == ((k("east", 3), k("west", 3)), (k("east", 4), k("west", 4)))
    assert (leg.new_splices, leg.length_m, leg.ducts) == ((), 1220.0, ("d-east", "d-west"))
    assert leg.loss_db == pytest.approx(1.22 * 0.35 + 0.12 + 2 * 0.3)  # the worse of the two measured splices


def test_where_none_is_spliced_through_the_join_to_be_made_is_named_and_reckoned() -> None:
    hold = (Hold(TODAY, "S-1", True),)
    use = PlantUse({k("east", 3): hold, k("west", 4): hold})

    leg = pick_fibres(TOWN, use, TODAY, town_route(), 1, LossFigures(per_splice_db=0.2))

    assert leg.fibres == ((k("east", 5), k("west", 5)),)
    assert leg.new_splices == ((k("east", 5), k("west", 5), "pit"),)
    assert leg.loss_db == pytest.approx(1.22 * 0.35 + 0.2 + 2 * 0.3)


def test_a_strand_whose_position_is_held_is_taken_after_those_whose_is_free() -> None:
    use = PlantUse(positions={PositionRef("odf-quay", 3): (Hold(TODAY, "S-1", True),)})

    assert pick_fibres(TOWN, use, TODAY, town_route(), 1).fibres == ((k("east", 4), k("west", 4)),)


def test_too_few_strands_left_are_an_error_with_the_place_and_the_cable() -> None:
    with pytest.raises(StrandsExhausted, match=r"fewer than 10 strands free in pit to mill \(cable k-west\)"):
        pick_fibres(TOWN, PlantUse(), TODAY, town_route(strands=9), 10)
