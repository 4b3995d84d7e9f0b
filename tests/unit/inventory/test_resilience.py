"""How well places are joined to exchanges, against each thing taken away in turn and the rest searched."""

from dataclasses import replace
from datetime import date
from itertools import combinations
from random import Random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.places import Place, PlaceKind
from inventory.plant import AssetKind, AssetRef, AssetStatus, BoreRef, Cable, CableBore, Duct
from inventory.premises import Premises, PremisesKind
from inventory.resilience import Resilience, SinglePoint, resilience
from inventory.snapshot import Inventory, Snapshot
from tests.plants import PARTIES

TODAY = date(2026, 11, 22)


def network(places: dict[str, PlaceKind], ducts: list[Duct], premises: tuple[Premises, ...] = ()) -> Snapshot:
    """A plant of these ducts, with one cable in each."""
    uprns = {each.address: each.uprn for each in premises if each.serving_place is None}
    return Snapshot(
        Inventory(
            places=tuple(Place(code, code, kind, "", 0.0, 0.0, uprn=uprns.get(code)) for code, kind in places.items()),
            premises=premises,
            ducts=tuple(ducts),
            cables=tuple(Cable(f"k-{d.code}", d.a_place, d.z_place, 12, 12, 8.0, 0.0, *PARTIES) for d in ducts),
            cable_bores=tuple(CableBore(f"k-{duct.code}", 1, BoreRef(duct.code, 1)) for duct in ducts),
        )
    )


def duct(code: str, a: str, z: str, corridor: str = "", bridge: str = "", entry: str = "") -> Duct:
    return Duct(code, a, z, (), 1.0, *PARTIES, corridor=corridor, bridge=bridge, a_entry=entry)


def home(uprn: str, place: str) -> Premises:
    return Premises(uprn, "", "", PremisesKind.HOME, 0.0, 0.0, place)


SPUR = network(
    {"x": PlaceKind.DX, "y": PlaceKind.DX, "c": PlaceKind.CHAMBER, "n": PlaceKind.DXP, "m": PlaceKind.DXP},
    [
        duct("xc", "x", "c", "tram"),
        duct("yc", "y", "c", "tram"),
        duct("cn", "c", "n"),
        duct("xm", "x", "m"),
        duct("my", "m", "y"),
    ],
    (home("1", "n"), home("2", "n"), home("3", "m")),
)


def test_a_place_behind_one_chamber_hangs_on_it_and_is_named_with_it() -> None:
    found = {each.place: each for each in resilience(SPUR, TODAY).places}

    assert (found["n"].paths, found["m"].paths) == (1, 2)
    assert list(map(str, found["n"].hangs_on)) == ["duct:cn", "place:c"]
    assert list(map(str, found["n"].risks)) == ["corridor:tram"]
    assert found["m"].hangs_on == found["m"].risks == ()


def test_single_points_are_ranked_by_whom_they_take_along() -> None:
    points = resilience(SPUR, TODAY).points

    assert [(str(point.asset), point.premises, point.places) for point in points] == [
        ("corridor:tram", 2, 1),
        ("duct:cn", 2, 1),
        ("place:c", 2, 1),
        ("place:n", 2, 1),
        ("place:m", 1, 1),
        ("place:x", 0, 1),
        ("place:y", 0, 1),
    ]


def test_an_exchange_counts_the_others_and_not_itself() -> None:
    alone = network({"x": PlaceKind.DX, "y": PlaceKind.DX}, [duct("xy", "x", "y"), duct("xy2", "x", "y")])

    assert [(each.place, each.paths) for each in resilience(alone, TODAY).places] == [("x", 1), ("y", 1)]


def test_a_duct_without_a_cable_or_not_live_joins_nothing() -> None:
    retired = tuple(replace(each, status=AssetStatus.RETIRED) for each in SPUR.inventory.ducts)
    for inventory in (replace(SPUR.inventory, ducts=retired), replace(SPUR.inventory, cable_bores=())):
        assert {each.paths for each in resilience(Snapshot(inventory), TODAY).places} == {0}


def test_a_public_site_counts_and_a_home_with_fibre_does_not() -> None:
    school = Premises("9", "s", "", PremisesKind.PUBLIC, 0.0, 0.0, None)
    flat = Premises("8", "f", "", PremisesKind.HOME, 0.0, 0.0, None)
    ends = {"x": PlaceKind.DX, "s": PlaceKind.SITE, "f": PlaceKind.SITE}
    found = resilience(network(ends, [duct("xs", "x", "s"), duct("xf", "x", "f")], (school, flat)), TODAY)

    assert {(each.place, each.paths) for each in found.places} == {("x", 0), ("s", 1)}
    assert SinglePoint(AssetRef(AssetKind.DUCT, "xs"), 1, 1, 1) in found.points
    assert SinglePoint(AssetRef(AssetKind.DUCT, "xf"), 1, 0, 0) in found.points


def test_a_spur_of_many_thousand_chambers_is_no_deeper_than_it_is_long() -> None:
    chambers = {f"c{number}": PlaceKind.CHAMBER for number in range(5_000)}
    ducts = [duct(f"d{number}", f"c{number}", f"c{number + 1}") for number in range(4_999)]
    found = resilience(
        network({"x": PlaceKind.DX, **chambers, "n": PlaceKind.DXP}, [duct("x0", "x", "c0"), *ducts]), TODAY
    )

    assert [(each.place, each.paths) for each in found.places] == [("n", 0), ("x", 0)]


def test_a_bridge_that_alone_parts_an_exchange_from_all_others_is_named() -> None:
    ends = {"x": PlaceKind.DX, "y": PlaceKind.DX, "z": PlaceKind.DX}
    ducts = [duct("xy", "x", "y", "", "m56", ""), duct("xz", "x", "z", "", "m56", ""), duct("yz", "y", "z")]
    found = {each.place: each for each in resilience(network(ends, ducts), TODAY).places}

    assert list(map(str, found["x"].risks)) == ["bridge:m56"]
    assert (found["x"].paths, found["y"].risks, found["z"].risks) == (2, (), ())


@given(st.integers(0, 10**9))
@settings(max_examples=150, deadline=None)
def test_random_plants_are_judged_as_when_everything_is_taken_away_in_turn(seed: int) -> None:
    snapshot = random_network(Random(seed))
    inventory = snapshot.inventory
    found = resilience(snapshot, TODAY)

    assert {each.place: each.paths for each in found.places} == {
        place.code: paths_one_by_one(inventory, place)
        for place in inventory.places
        if place.kind is not PlaceKind.CHAMBER
    }
    assert points_of(found) == points_one_by_one(inventory)
    for each in found.places:
        alone = {
            asset
            for asset in all_assets(inventory)
            if asset.code != each.place and each.place in lost(inventory, asset)
        }
        risks = {AssetKind.CORRIDOR, AssetKind.BRIDGE, AssetKind.ENTRY}
        parting = alone if each.kind is not PlaceKind.DX else parting_one_by_one(inventory, each.place)
        assert set(each.risks) == {asset for asset in parting if asset.kind in risks}
        assert set(each.hangs_on) == {asset for asset in alone if asset.kind not in risks}


def random_network(random: Random) -> Snapshot:
    codes = [f"p{number}" for number in range(random.randint(2, 8))]
    among = [PlaceKind.DX, PlaceKind.DXP, PlaceKind.CHAMBER, PlaceKind.SITE]
    kinds = random.choices(among, weights=[2, 2, 3, 2], k=len(codes))
    ducts = []
    for number in range(random.randint(1, 12)):
        a, z = random.sample(codes, 2)
        risks = [random.choice(["", "", "r1", "r2"]) for _ in range(3)]
        ducts.append(duct(f"d{number}", a, z, *risks))
    homes = [home(str(number), random.choice(codes)) for number in range(1, random.randint(1, 9))]
    schools = [
        Premises(f"9{number}", code, "", PremisesKind.PUBLIC, 0.0, 0.0, None)
        for number, (code, kind) in enumerate(zip(codes, kinds, strict=True))
        if kind is PlaceKind.SITE
    ]
    return network(dict(zip(codes, kinds, strict=True)), ducts, (*homes, *schools))


def graph_of(inventory: Inventory) -> "nx.MultiGraph[str]":
    graph: nx.MultiGraph[str] = nx.MultiGraph()
    graph.add_nodes_from(place.code for place in inventory.places)
    graph.add_edges_from((each.a_place, each.z_place, each.code) for each in inventory.ducts)
    return graph


def exchanges(inventory: Inventory) -> set[str]:
    return {place.code for place in inventory.places if place.kind is PlaceKind.DX}


def paths_one_by_one(inventory: Inventory, place: Place) -> int:
    """The most of two, by looking at all simple paths to other exchanges and all pairs of them."""
    graph = nx.Graph(graph_of(inventory))
    graph.remove_nodes_from(sites(inventory) - {place.code})
    ways = [way for end in exchanges(inventory) - {place.code} for way in nx.all_simple_paths(graph, place.code, end)]
    if place.kind is PlaceKind.DX or not ways:
        return 2 if any(_apart(*pair) for pair in combinations(ways, 2)) else min(1, len(ways))
    return 2 if any(_apart(*pair) for pair in combinations(ways, 2)) else 1


def parting_one_by_one(inventory: Inventory, exchange: str) -> set[AssetRef]:
    """What alone parts an exchange from all others that it is joined with."""

    def joined(gone: AssetRef | None) -> set[str]:
        graph = graph_of(inventory)
        for each in inventory.ducts:
            if gone in (each.ref, *each.risks):
                graph.remove_edge(each.a_place, each.z_place, each.code)
        graph.remove_nodes_from(sites(inventory))
        component: set[str] = nx.node_connected_component(graph, exchange)
        return (exchanges(inventory) & component) - {exchange}

    return {asset for asset in all_assets(inventory) if joined(None) and not joined(asset)}


def _apart(one: list[str], other: list[str]) -> bool:
    return set(one[1:]).isdisjoint(other[1:])


def all_assets(inventory: Inventory) -> set[AssetRef]:
    assets = {AssetRef(AssetKind.PLACE, place.code) for place in inventory.places}
    return assets | {each for duct in inventory.ducts for each in (duct.ref, *duct.risks)}


def reached(inventory: Inventory, gone: AssetRef | None = None) -> set[str]:
    """The places from which some exchange is reached, when something is gone."""
    graph = graph_of(inventory)
    for each in inventory.ducts:
        if gone is not None and gone in (each.ref, *each.risks):
            graph.remove_edge(each.a_place, each.z_place, each.code)
    if gone is not None and gone.kind is AssetKind.PLACE:
        graph.remove_node(gone.code)
    inside = graph.subgraph(set(graph) - sites(inventory))
    ends = exchanges(inventory) & set(graph)
    joined = {each for part in nx.connected_components(inside) if part & ends for each in part}
    return joined | {site for site in sites(inventory) & set(graph) if joined & set(graph[site])}


def sites(inventory: Inventory) -> set[str]:
    """Where ways end: nobody's way leads through them."""
    return {place.code for place in inventory.places if place.kind is PlaceKind.SITE}


def lost(inventory: Inventory, gone: AssetRef) -> set[str]:
    return reached(inventory) - reached(inventory, gone)


def points_of(found: Resilience) -> dict[AssetRef, tuple[int, int]]:
    return {point.asset: (point.premises, point.places) for point in found.points}


def points_one_by_one(inventory: Inventory) -> dict[AssetRef, tuple[int, int]]:
    found = {}
    counted = {place.code for place in inventory.places if place.kind is not PlaceKind.CHAMBER}
    for asset in all_assets(inventory):
        gone = lost(inventory, asset)
        behind = sum((each.serving_place or each.address) in gone for each in inventory.premises)
        if behind or gone & counted:
            found[asset] = (behind, len(gone & counted))
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_of_all_places_the_least_joined_come_first(seed: int) -> None:
    found = resilience(random_network(Random(seed)), TODAY).places

    assert [each.paths for each in found] == sorted(each.paths for each in found)
