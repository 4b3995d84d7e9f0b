"""A certificate says what brute force finds, and is refused where that cannot be said."""

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.fibres import pick_fibres
from inventory.plant import Point
from inventory.plant_errors import RouteRefused
from inventory.routes import RouteRequest
from inventory.routing import find_routes
from inventory.snapshot import Snapshot
from provisioning import verify_certificate
from provisioning.certificate_errors import (
    LegNotTraced,
    NoSecondLeg,
    NotDiverse,
)
from provisioning.certificate_proof import changed_assets, prove
from provisioning.cli.words import in_runs
from provisioning.verify_certificate import find_faults
from tests.certified import GENUINE, KEY, certificate_on
from tests.pairs import POSITIONS, pair_service, plant_of_two_ways
from tests.unit.inventory.mazes import WINDOW, Maze, maze

RISK = st.sampled_from(["", "", "tram", "heat"])
OFFSET = st.tuples(st.floats(-600, 600), st.floats(-600, 600))
CHANGES = st.fixed_dictionaries(
    {
        duct: st.fixed_dictionaries({"corridor": RISK, "bridge": RISK, "a_entry": RISK, "bends": st.lists(OFFSET)})
        for duct in ("n-1", "n-2", "s-1", "s-2")
    }
)
WAYS = {"n-1": ("east", "loom"), "n-2": ("loom", "west"), "s-1": ("east", "mill"), "s-2": ("mill", "west")}


def bent(duct: str, bends: list[Point]) -> tuple[Point, ...]:
    """A duct's route over points beside the straight line between its ends."""
    a, z = (POSITIONS[place] for place in WAYS[duct])
    on_the_way = (
        (
            a[0] + (z[0] - a[0]) * part / (len(bends) + 1) + bend[0],
            a[1] + (z[1] - a[1]) * part / (len(bends) + 1) + bend[1],
        )
        for part, bend in enumerate(bends, 1)
    )
    return a, *on_the_way, z


@settings(max_examples=40, deadline=None)
@given(changes=CHANGES)
def test_what_both_legs_share_and_how_near_they_come_is_what_brute_force_finds(changes: dict[str, Any]) -> None:
    routes = {duct: bent(duct, each["bends"]) for duct, each in changes.items()}
    plant = {
        duct: {**{name: each[name] for name in ("corridor", "bridge", "a_entry")}, "route": routes[duct]}
        for duct, each in changes.items()
    }
    shared = _risks(changes, "n-1", "n-2") & _risks(changes, "s-1", "s-2")
    if shared:
        with pytest.raises(NotDiverse) as refused:
            certificate_on(plant)
        assert refused.value.shared == tuple(sorted(shared))
        return
    made = certificate_on(plant)
    assert find_faults(made.document.encode(), KEY.public) == ()
    found = _nearest([routes["n-1"], routes["n-2"]], [routes["s-1"], routes["s-2"]])
    assert made.content["separation"]["mm"] / 1000 == pytest.approx(found, abs=0.06)


def _risks(changes: dict[str, Any], *ducts: str) -> set[str]:
    kinds = {"corridor": "corridor", "bridge": "bridge", "a_entry": "entry"}
    return {f"{kinds[name]}:{changes[duct][name]}" for duct in ducts for name in kinds if changes[duct][name]}


def _nearest(north: list[tuple[Point, ...]], south: list[tuple[Point, ...]]) -> float:
    """Bisection, by hand: halve both legs again and again, and drop pairs of pieces that must be farther apart."""
    best = math.inf
    pairs = [(a, z) for a in _pieces(north) for z in _pieces(south)]
    while pairs:
        nearer = []
        for a, z in pairs:
            reach = math.dist(*a) / 2 + math.dist(*z) / 2
            middles = math.dist(_middle(a), _middle(z))
            if _is_away(_middle(a)) and _is_away(_middle(z)):
                best = min(best, middles)
            if middles - reach < best - 0.01:
                nearer.append((a, z))
        pairs = [
            (a_half, z_half)
            for a, z in nearer
            if math.dist(*a) + math.dist(*z) > 0.04 and not _is_inside(a) and not _is_inside(z)
            for a_half in _halves(a)
            for z_half in _halves(z)
        ]
    return best


def _pieces(routes: list[tuple[Point, ...]]) -> Iterator[tuple[Point, Point]]:
    for route in routes:
        yield from itertools.pairwise(route)


def _middle(piece: tuple[Point, Point]) -> Point:
    return (piece[0][0] + piece[1][0]) / 2, (piece[0][1] + piece[1][1]) / 2


def _halves(piece: tuple[Point, Point]) -> tuple[tuple[Point, Point], tuple[Point, Point]]:
    return (piece[0], _middle(piece)), (_middle(piece), piece[1])


def _is_away(point: Point) -> bool:
    return all(math.dist(point, POSITIONS[end]) >= 100 for end in ("east", "west"))


def _is_inside(piece: tuple[Point, Point]) -> bool:
    return any(all(math.dist(point, POSITIONS[end]) < 100 for point in piece) for end in ("east", "west"))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000).map(lambda seed: maze(seed, is_hostile=False)))
def test_a_certificate_says_of_two_legs_what_the_search_that_found_them_said(of: Maze) -> None:
    try:
        found = find_routes(of.snapshot, of.use, RouteRequest("p0", "p1", WINDOW, diverse=True))
        legs = tuple(pick_fibres(of.snapshot, of.use, WINDOW, route, 1) for route in found.legs)
    except RouteRefused:
        return
    service = replace(pair_service(), legs=legs)
    if found.shared:
        with pytest.raises(NotDiverse) as refused:
            prove(of.snapshot, service)
        kinds = ("duct:", "place:", "corridor:", "bridge:", "entry:")
        shared = {asset for asset in refused.value.shared if asset.startswith(kinds)}
        assert shared == {str(asset) for asset in found.shared}
    else:
        assert found.separation_m is not None
        assert prove(of.snapshot, service).separation["mm"] / 1000 == pytest.approx(found.separation_m, abs=0.011)


def test_legs_that_cross_without_a_chamber_share_nothing_and_come_as_near_as_nought() -> None:
    over = {"n-1": {"route": (POSITIONS["east"], (385_200.0, 396_000.0), POSITIONS["loom"])}}
    made = certificate_on(over)
    assert (made.content["shared"], made.content["separation"]["mm"]) == ([], 0)
    assert find_faults(made.document.encode(), KEY.public) == ()


def test_it_names_everything_on_both_legs_with_its_owner() -> None:
    content = GENUINE.content
    assert content["legs"][0]["assets"] == [
        "bore:n-1:1",
        "bore:n-2:1",
        "cable:north",
        "duct:n-1",
        "duct:n-2",
        "place:east",
        "place:loom",
        "place:west",
        "strand:north:1",
        "strand:north:2",
    ]
    assert {entry["owner"] for entry in content["assets"]} == {"towpath"}
    assert content["ends"] == ["east", "west"]
    assert (content["service"], content["isp"], content["inventory_revision"]) == ("S-PAIR", "quayside", 7)


def test_the_same_facts_give_the_same_bytes() -> None:
    assert certificate_on().document == GENUINE.document


# --- what is refused


def test_one_leg_and_none_have_nothing_to_compare() -> None:
    snapshot = Snapshot(plant_of_two_ways())
    for legs in ((), pair_service().legs[:1]):
        with pytest.raises(NoSecondLeg):
            prove(snapshot, replace(pair_service(), legs=legs))


def test_two_legs_through_one_cable_share_its_cable_bores_ducts_and_chamber() -> None:
    north = pair_service().legs[0]
    other = replace(north, fibres=tuple((replace(fibre[0], number=fibre[0].number + 2),) for fibre in north.fibres))
    with pytest.raises(NotDiverse) as refused:
        prove(Snapshot(plant_of_two_ways()), replace(pair_service(), legs=(north, other)))
    assert refused.value.shared == (
        "bore:n-1:1",
        "bore:n-2:1",
        "cable:north",
        "duct:n-1",
        "duct:n-2",
        "place:loom",
    )


@pytest.mark.parametrize("gone", ["cables", "cable_bores", "ducts", "bores", "strands", "places"])
def test_a_leg_that_the_plant_does_not_tell_of_is_refused_with_what_is_missing(gone: str) -> None:
    snapshot = Snapshot(replace(plant_of_two_ways(), **{gone: ()}))
    with pytest.raises(LegNotTraced) as refused:
        prove(snapshot, pair_service())
    assert "There is no " in refused.value.why or "lies in no duct" in refused.value.why


def test_a_leg_whose_cables_do_not_meet_is_refused() -> None:
    south, north = pair_service().legs[1], pair_service().legs[0]
    apart = replace(north, fibres=((*north.fibres[0], *south.fibres[0]),))
    with pytest.raises(LegNotTraced, match="do not join east and west"):
        prove(Snapshot(plant_of_two_ways()), replace(pair_service(), legs=(apart, south)))
    with pytest.raises(LegNotTraced, match="has no strands"):
        prove(Snapshot(plant_of_two_ways()), replace(pair_service(), legs=(replace(north, fibres=()), south)))


def test_what_changed_is_what_its_fingerprint_says() -> None:
    kept = GENUINE.fingerprints.items()
    assert changed_assets(Snapshot(plant_of_two_ways()), kept) == frozenset()
    assert changed_assets(Snapshot(plant_of_two_ways({"n-1": {"usrn": "7"}})), kept) == frozenset()
    assert changed_assets(Snapshot(plant_of_two_ways({"n-1": {"owner": "other"}})), kept) == {"duct:n-1", "bore:n-1:1"}
    assert changed_assets(Snapshot(plant_of_two_ways({"s-2": {"bridge": "b"}})), kept) == {"duct:s-2"}


def test_codes_that_count_on_are_printed_as_one() -> None:
    codes = ["ch-lane", "du-lane-01", "du-lane-02", "du-lane-03", "du-lane-07", "du-road-08", "du-road-09"]
    assert list(in_runs(codes)) == ["ch-lane", "du-lane-01..03", "du-lane-07", "du-road-08..09"]
    assert list(in_runs([])) == []


def test_every_write_to_the_plant_from_above_the_inventory_proves_certificates_again() -> None:
    root = Path(verify_certificate.__file__).parents[1]
    files = (file for floor in ("provisioning", "web") for file in (root / floor).rglob("*.py"))
    writing = {file.relative_to(root).as_posix() for file in files if "replace_inventory" in file.read_text("utf-8")}
    assert writing == {"provisioning/plant_writes.py"}
