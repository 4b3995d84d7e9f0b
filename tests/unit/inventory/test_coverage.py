"""Coverage of all premises at once, against every pair of premises and exchange taken one by one."""

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from random import Random

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.confidence import Confidence
from inventory.coverage import Coverage, Ground, cover, rows_of
from inventory.coverage import make_ground as ground_of_rows
from inventory.coverage_nouns import (
    CONFIDENCE,
    REASONS,
    CoverageReason,
    CoverageRules,
    GroundRows,
    PlaceRow,
    free_ports,
    ground_rows,
)
from inventory.devices import Lifecycle
from inventory.plant import AssetStatus
from inventory.snapshot import Snapshot
from tests.plants import planted_town
from tests.towns import with_device

TODAY = date(2026, 11, 22)


def make_ground(
    places: list[PlaceRow],
    ducts: list[tuple[str, str, float]],
    premises: list[tuple[str, float, float]],
    with_nte: Collection[str],
    free: dict[str, int],
) -> Ground:
    return ground_of_rows(GroundRows(places, ducts, premises, with_nte, free))


@dataclass(frozen=True)
class Answer:
    """What one premises got."""

    place: str | None
    dx: str | None
    distance_cm: int | None
    reason: CoverageReason


def answers(ground: Ground, found: Coverage) -> dict[str, Answer]:
    return {
        uprn: Answer(
            ground.places[found.places[n]] if found.places[n] >= 0 else None,
            ground.exchanges[found.exchanges[n]] if found.exchanges[n] >= 0 else None,
            int(found.distances_cm[n]) if found.exchanges[n] >= 0 else None,
            REASONS[found.reasons[n]],
        )
        for n, uprn in enumerate(ground.uprns)
    }


def street(free: dict[str, int], nte: tuple[str, ...] = ()) -> Ground:
    """x - 100 m - c - 300 m - y, and homes 1 to 4 at 10, 20, 30 and 400 m from c."""
    places = [("x", 0.0, 0.0, True), ("c", 100.0, 0.0, False), ("y", 400.0, 0.0, True), ("z", 0.0, 900.0, True)]
    homes = [("1", 100.0, 10.0), ("2", 100.0, 20.0), ("3", 100.0, 30.0), ("4", 100.0, 400.0)]
    return make_ground(places, [("x", "c", 100.0), ("c", "y", 300.0)], homes, nte, free)


ONE_A_PORT = CoverageRules(drop_limit_m=150.0, premises_per_port=1)


def test_each_premises_gets_the_nearest_exchange_and_the_way_to_it() -> None:
    ground = street({"x": 9, "y": 9})
    found = answers(ground, cover(ground, ONE_A_PORT))

    assert found["1"] == Answer("c", "x", 11_000, CoverageReason.DROP_NEEDED)
    assert found["4"] == Answer(None, None, None, CoverageReason.TOO_FAR)


def test_an_exchange_keeps_the_nearest_and_sends_the_others_on() -> None:
    ground = street({"x": 2, "y": 1})
    found = answers(ground, cover(ground, ONE_A_PORT))

    assert [found[uprn].dx for uprn in "123"] == ["x", "x", "y"]
    assert found["3"] == Answer("c", "y", 33_000, CoverageReason.FARTHER_DX)


def test_where_every_exchange_that_is_reached_is_full_there_is_no_port() -> None:
    ground = street({"x": 1, "y": 1})

    assert answers(ground, cover(ground, ONE_A_PORT))["3"] == Answer("c", None, None, CoverageReason.NO_FREE_PORT)


def test_an_answer_becomes_a_row_in_metres() -> None:
    ground = street({"x": 9}, nte=("2",))

    assert list(rows_of(ground, cover(ground, ONE_A_PORT)))[1:] == [
        ("2", "green", "installed", "c", "x", 20.0, 120.0),
        ("3", "yellow", "drop-needed", "c", "x", 30.0, 130.0),
        ("4", "red", "too-far", None, None, None, None),
    ]


def test_premises_with_an_nte_take_no_port_and_are_green() -> None:
    ground = street({"x": 1, "y": 0}, nte=("1",))
    found = answers(ground, cover(ground, ONE_A_PORT))

    assert found["1"] == Answer("c", "x", 11_000, CoverageReason.INSTALLED)
    assert found["2"].dx == "x"
    assert CONFIDENCE[found["1"].reason] is Confidence.GREEN
    assert set(CONFIDENCE) == set(CoverageReason)


def test_a_port_serves_as_many_premises_as_the_rules_say() -> None:
    ground = street({"x": 1})
    found = answers(ground, cover(ground, CoverageRules(150.0, 3)))

    assert [found[uprn].dx for uprn in "123"] == ["x", "x", "x"]


def test_of_equally_near_places_and_exchanges_the_first_by_code_counts_however_many_there_are() -> None:
    corners = [(f"c{number}", 10.0 * x, 10.0 * y, False) for number, (x, y) in enumerate(_circle())]
    ways = [(code, dx, 50.0) for code, *_ in corners for dx in ("b", "a")]
    places = [*corners[::-1], ("b", 900.0, 0.0, True), ("a", 0.0, 900.0, True)]
    ground = make_ground(places, ways, [("7", 0.0, 0.0)], (), {"a": 1, "b": 1})

    assert answers(ground, cover(ground, ONE_A_PORT))["7"] == Answer("c0", "a", 10_000, CoverageReason.DROP_NEEDED)


def _circle() -> list[tuple[int, int]]:
    return [(x, y) for x in range(-5, 6) for y in range(-5, 6) if x * x + y * y == 25]


def test_without_places_without_ducts_or_without_premises_there_is_an_answer() -> None:
    homes = [("1", 0.0, 0.0)]
    nowhere, alone = make_ground([], [], homes, (), {}), make_ground([("x", 0.0, 50.0, True)], [], homes, (), {"x": 1})

    assert answers(nowhere, cover(nowhere, ONE_A_PORT))["1"].reason is CoverageReason.TOO_FAR
    assert answers(alone, cover(alone, ONE_A_PORT))["1"] == Answer("x", "x", 5_000, CoverageReason.DROP_NEEDED)
    nobody = make_ground([("x", 0.0, 50.0, True)], [], [], (), {"x": 1})
    assert answers(nobody, cover(nobody, ONE_A_PORT)) == {}


def test_the_ground_of_a_snapshot_is_what_is_there_on_the_day() -> None:
    town = planted_town()
    ground = ground_of_rows(ground_rows(Snapshot(town), TODAY))

    assert (list(ground.places), list(ground.exchanges)) == (["mill", "pit", "quay"], ["quay"])
    assert ground.duct_lengths_cm.tolist() == [50_000, 70_000]
    assert dict(zip(ground.uprns, ground.has_nte.tolist(), strict=True))["9002"] is False
    retired = replace(town, ducts=tuple(replace(duct, status=AssetStatus.RETIRED) for duct in town.ducts))
    assert list(ground_of_rows(ground_rows(Snapshot(retired), TODAY)).places) == ["quay"]


def test_free_ports_are_those_of_live_switches_without_a_link() -> None:
    town = planted_town()
    assert free_ports(Snapshot(town)) == {"quay": 0, "mill": 0}
    unlinked = replace(town, links=tuple(link for link in town.links if link.code != "trunk"), patches=())
    assert free_ports(Snapshot(unlinked)) == {"quay": 1, "mill": 1}
    assert free_ports(Snapshot(with_device(unlinked, "sw-quay", Lifecycle.PLANNED))) == {"mill": 1}


@given(st.integers(0, 10**9))
@settings(max_examples=200, deadline=None)
def test_random_towns_are_covered_as_when_every_pair_is_taken_in_order(seed: int) -> None:
    random = Random(seed)
    ground = random_ground(random)
    rules = CoverageRules(drop_limit_m=float(random.choice((5, 12, 40))), premises_per_port=random.choice((1, 2)))
    found = answers(ground, cover(ground, rules))

    assert found == pair_by_pair(ground, rules)
    for uprn, answer in found.items():
        if answer.reason not in (CoverageReason.INSTALLED, CoverageReason.NO_ROUTE, CoverageReason.TOO_FAR):
            assert answer.dx == nearest_that_takes_it(ground, rules, found, uprn)


def random_ground(random: Random) -> Ground:
    count = random.randint(1, 9)
    places = [
        (f"p{number}", float(random.randint(0, 30)), float(random.randint(0, 30)), random.random() < 0.4)
        for number in range(count)
    ]
    codes = [place[0] for place in places]
    pairs = [random.sample(codes, 2) for _ in range(random.randint(0, 12))] if count > 1 else []
    ducts = [(a, z, float(random.randint(1, 6))) for a, z in pairs]
    homes = [
        (str(number), float(random.randint(0, 30)), float(random.randint(0, 30)))
        for number in random.sample(range(1, 200), random.randint(0, 14))
    ]
    nte = {uprn for uprn, _, _ in homes if random.random() < 0.1}
    return make_ground(places, ducts, homes, nte, {code: random.randint(0, 3) for code in codes})


def ways_cm(ground: Ground, rules: CoverageRules) -> dict[str, tuple[str | None, dict[str, int]]]:
    """Of each premises its place, and how far each exchange is from it that is reached."""
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(ground.places)
    for (a, z), length in zip(ground.duct_ends.tolist(), ground.duct_lengths_cm.tolist(), strict=True):
        a_place, z_place = ground.places[a], ground.places[z]
        known = graph.get_edge_data(a_place, z_place, {"weight": length})["weight"]
        graph.add_edge(a_place, z_place, weight=min(known, length))
    found: dict[str, tuple[str | None, dict[str, int]]] = {}
    for uprn, position in zip(ground.uprns, ground.premises_positions.tolist(), strict=True):
        drops = [
            (round(math.dist(position, there) * 100), code)
            for code, there in zip(ground.places, ground.place_positions.tolist(), strict=True)
        ]
        drop, place = min(drops, default=(10**9, ""))
        if drop > rules.drop_limit_m * 100:
            found[uprn] = (None, {})
        else:
            lengths = nx.single_source_dijkstra_path_length(graph, place)
            found[uprn] = (place, {dx: drop + lengths[dx] for dx in ground.exchanges if dx in lengths})
    return found


def pair_by_pair(ground: Ground, rules: CoverageRules) -> dict[str, Answer]:
    """Every pair of premises and exchange, nearest first: a pair is made where both are still free for it."""
    ways = ways_cm(ground, rules)
    with_nte = {uprn for uprn, has in zip(ground.uprns, ground.has_nte.tolist(), strict=True) if has}
    room = {dx: n * rules.premises_per_port for dx, n in zip(ground.exchanges, ground.free_ports.tolist(), strict=True)}
    pairs = sorted((cm, int(uprn), dx) for uprn, (_, to) in ways.items() for dx, cm in to.items())
    made: dict[str, tuple[str, int]] = {}
    for cm, number, dx in pairs:
        uprn = str(number)
        if uprn not in made and (uprn in with_nte or room[dx]):
            made[uprn] = (dx, cm)
            room[dx] -= uprn not in with_nte
    found = {}
    for uprn, (place, to) in ways.items():
        dx, cm = made.get(uprn, (None, None))
        nearest = min(to.items(), key=lambda item: (item[1], item[0]))[0] if to else None
        reason = (
            CoverageReason.TOO_FAR
            if place is None
            else CoverageReason.NO_ROUTE
            if nearest is None
            else CoverageReason.INSTALLED
            if uprn in with_nte
            else CoverageReason.NO_FREE_PORT
            if dx is None
            else CoverageReason.DROP_NEEDED
            if dx == nearest
            else CoverageReason.FARTHER_DX
        )
        found[uprn] = Answer(place, dx, cm, reason)
    return found


def nearest_that_takes_it(ground: Ground, rules: CoverageRules, found: dict[str, Answer], uprn: str) -> str | None:
    """The same by the words of the definition, for one premises, given who else is where."""
    _, to = ways_cm(ground, rules)[uprn]
    for dx, cm in sorted(to.items(), key=lambda item: (item[1], item[0])):
        others = [
            (answer.distance_cm, int(each))
            for each, answer in found.items()
            if answer.dx == dx and answer.reason is not CoverageReason.INSTALLED and each != uprn
        ]
        room = int(ground.free_ports[list(ground.exchanges).index(dx)]) * rules.premises_per_port
        if len(others) < room or (room and (cm, int(uprn)) < max(others)):
            return dx
    return None
