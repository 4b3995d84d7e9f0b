"""Fibres end to end: what light meets, in which order, how far on, and what it loses."""

from dataclasses import replace
from itertools import combinations
from random import Random

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.devices import PortRef
from inventory.errors import StrandLoop, UnknownThing
from inventory.link_check import fibres_of
from inventory.links import Link
from inventory.optics import LossFigures
from inventory.plant import (
    AssetKind,
    BoreRef,
    CableBore,
    OdfPosition,
    Patch,
    PositionRef,
    Splice,
    StrandRef,
)
from inventory.plant_errors import EndUnclear
from inventory.plant_map import Plant
from inventory.routes import StrandLeg
from inventory.snapshot import Inventory, Snapshot
from inventory.trace import HIDDEN, FibreTrace, LossBasis, TraceSection, for_isp, trace_of
from inventory.trace_ends import find_end, trace_circuit, trace_end, trace_leg
from tests.plants import planted_town, random_plant

FIGURES = LossFigures(per_km_db=0.5, per_splice_db=0.1, per_connector_db=0.25)


def plant_with(**changes: object) -> Plant:
    return Plant(Snapshot(replace(planted_town(), **changes)))  # type: ignore[arg-type]  # fields by name


def traced(text: str, plant: Plant | None = None) -> tuple[FibreTrace, ...]:
    plant = plant or plant_with()
    return trace_end(plant, find_end(plant, text), FIGURES, {}).fibres


def met(fibre: FibreTrace) -> list[str]:
    return [str(event.asset) for event in fibre.events]


FROM_MILL = [
    "port:sw-mill:Ethernet49",
    "patch:odf-mill:1--sw-mill:Ethernet49",
    "position:odf-mill:1",
    "strand:k-west:1",
    "splice:box:k-east:1+k-west:1",
    "strand:k-east:1",
    "position:odf-quay:1",
    "patch:odf-quay:1--sw-quay:Ethernet49",
    "port:sw-quay:Ethernet49",
]


def test_a_link_is_traced_on_every_fibre_from_its_a_port_to_its_z_port() -> None:
    one, two = traced("trunk")

    assert met(one) == FROM_MILL
    assert met(two) == [
        name.replace("odf-mill:1", "odf-mill:2")
        .replace("odf-quay:1", "odf-quay:2")
        .replace("east:1", "east:2")
        .replace("west:1", "west:2")
        for name in FROM_MILL
    ]
    assert (one.a_place, one.z_place, one.link, one.length_m) == ("mill", "quay", "trunk", 1220.0)


@pytest.mark.parametrize(
    ("end", "is_reversed"),
    [
        ("strand:k-east:1", True),
        ("strand:k-east:1@quay", True),
        ("strand:k-east:1@pit", False),
        ("strand:k-west:1", True),
        ("strand:k-west:1@mill", False),
        ("odf-mill:1", False),
        ("position:odf-quay:1", True),
    ],
)
def test_one_fibre_is_the_same_from_wherever_it_is_asked_for(end: str, is_reversed: bool) -> None:
    (fibre,) = traced(end)

    assert met(fibre) == (FROM_MILL[::-1] if is_reversed else FROM_MILL)
    assert fibre.budget == traced("trunk")[0].budget


def test_a_port_is_traced_on_each_of_its_patches() -> None:
    assert traced("sw-mill:Ethernet49") == traced("port:sw-mill:Ethernet49") == traced("trunk")


def test_distances_run_along_and_end_at_the_length() -> None:
    events = traced("trunk")[0].events

    assert [event.at_m for event in events] == [0, 0, 0, 0, 720, 720, 1220, 1220, 1220]
    west, east = (event.strand for event in events if event.strand is not None)
    assert [(str(part.bore), part.a_place, part.z_place, part.at_m, part.length_m) for part in west.stretches] == [
        ("d-west:1", "mill", "pit", 0.0, 700.0)
    ]
    assert [(str(part.bore), part.at_m, part.parties.owner) for part in east.stretches] == [("d-east:1", 720.0, "tram")]
    assert west.slack_m == 20.0


def test_stretches_of_a_cable_follow_the_direction_of_the_trace() -> None:
    town = planted_town()
    routes = (CableBore("k-west", 1, BoreRef("d-west", 1)), CableBore("k-west", 2, BoreRef("d-east", 1)))
    cables = tuple(replace(each, z_place="quay", a_place="mill", slack_m=0.0) for each in town.cables[1:])
    plant = plant_with(cables=cables, cable_bores=routes, splices=(), patches=(), odf_positions=())

    (there,), (back,) = traced("strand:k-west:4", plant), traced("strand:k-west:4@quay", plant)

    def walked(fibre: FibreTrace) -> list[tuple[str, str, float]]:
        assert fibre.events[0].strand is not None
        return [(part.a_place, part.z_place, part.at_m) for part in fibre.events[0].strand.stretches]

    assert walked(there) == [("mill", "pit", 0.0), ("pit", "quay", 700.0)]
    assert walked(back) == [("quay", "pit", 0.0), ("pit", "mill", 500.0)]


def test_a_strand_tells_its_tube_and_its_colours() -> None:
    details = traced("strand:k-east:9")[0].events[1].strand

    assert details is not None
    assert (details.tube, details.tube_colour, details.colour) == (2, "orange", "green")


def test_a_joint_of_no_loss_is_a_strand_that_passes_uncut() -> None:
    (fibre,) = traced("strand:k-east:3")

    assert [event.basis for event in fibre.events if event.closure == "box"] == [LossBasis.NONE]
    assert (fibre.budget.splices, fibre.budget.connectors) == (0, 2)


def test_a_strand_that_ends_nowhere_is_traced_as_far_as_it_goes() -> None:
    (fibre,) = traced("strand:k-west:12")

    assert met(fibre) == ["strand:k-west:12", "position:odf-mill:12"]
    assert (fibre.a_place, fibre.z_place, fibre.link, fibre.budget.optic) == ("pit", "mill", "", "")


def test_a_patch_between_two_positions_leads_on() -> None:
    patches = (Patch(PositionRef("odf-quay", 20), None, PositionRef("odf-quay", 5)),)
    plant = plant_with(patches=patches)

    (from_behind,), (from_front,) = traced("odf-quay:5", plant), traced("odf-quay:20", plant)

    assert met(from_behind) == [
        "position:odf-quay:20",
        "patch:odf-quay:20--odf-quay:5",
        "position:odf-quay:5",
        "strand:k-east:5",
    ]
    assert met(from_front) == met(from_behind)[::-1]
    assert (from_front.a_place, from_front.z_place) == ("pit", "quay")


def test_who_holds_a_strand_uses_it() -> None:
    plant = plant_with()
    users = {StrandRef("k-east", 3): "alder"}

    (fibre,) = trace_end(plant, find_end(plant, "strand:k-west:3"), FIGURES, users).fibres

    used = {str(e.asset): e.parties.used_by for e in fibre.events if e.parties and e.asset.kind is AssetKind.STRAND}
    assert used == {"strand:k-west:3": "coop", "strand:k-east:3": "alder"}


def test_an_isp_reads_its_own_name_and_owners_and_no_other_isps() -> None:
    plant = plant_with(bores=tuple(replace(bore, used_by="birch") for bore in planted_town().bores))
    section = trace_end(plant, find_end(plant, "trunk"), FIGURES, {StrandRef("k-west", 1): "alder"})

    shown = for_isp(trace_of("S-1", [section]), "alder", frozenset({"alder", "birch"}))

    assert "birch" not in repr(shown)
    assert all(name in repr(shown) for name in ("alder", "tram", "canal", HIDDEN))
    assert (shown.length_m, shown.loss_db) == (1220.0, 1.19)


# Circuits and legs.


def test_a_circuit_is_traced_link_by_link_in_its_own_direction() -> None:
    plant = plant_with()

    drop, trunk, gone = trace_circuit(plant, "nte-1", ("drop-1", "trunk", "gone"), FIGURES, {})
    (back,) = trace_circuit(plant, "sw-quay", ("trunk",), FIGURES, {})

    assert (drop, gone) == (TraceSection("link:drop-1", ()), TraceSection("link:gone", ()))
    assert (trunk.name, met(trunk.fibres[0])) == ("link:trunk", FROM_MILL)
    assert met(back.fibres[0]) == FROM_MILL[::-1]


def leg_of(*strands: StrandRef) -> StrandLeg:
    return StrandLeg("quay", "mill", (strands,), ("d-east", "d-west"), 1220.0, 1.0)


def test_a_leg_is_traced_on_its_own_strands_and_no_farther() -> None:
    section = trace_leg(plant_with(), "leg 1", leg_of(StrandRef("k-east", 1), StrandRef("k-west", 1)), FIGURES, {})

    assert met(section.fibres[0]) == FROM_MILL[2:-2][::-1]


def test_a_join_of_a_leg_that_is_not_there_yet_is_reckoned_as_a_planned_splice() -> None:
    section = trace_leg(plant_with(), "leg 1", leg_of(StrandRef("k-east", 6), StrandRef("k-west", 7)), FIGURES, {})

    (fibre,) = section.fibres
    planned = fibre.events[2]
    assert (str(planned.asset), planned.loss_db, planned.place) == ("splice:k-east:6+k-west:7", 0.1, "pit")
    assert planned.basis is LossBasis.PLANNED
    assert (fibre.budget.planned_splices, fibre.budget.splices, fibre.budget.loss_db) == (1, 1, 1.21)


def test_a_leg_over_two_positions_has_two_connectors_there_patched_or_not() -> None:
    town = planted_town()
    middle = (
        OdfPosition(PositionRef("odf-pit", 1), StrandRef("k-east", 8)),
        OdfPosition(PositionRef("odf-pit", 2), StrandRef("k-west", 8)),
    )
    odfs = (*town.odfs, replace(town.odfs[0], code="odf-pit", place="pit"))
    rows = {"odfs": odfs, "odf_positions": (*town.odf_positions, *middle)}
    patched = {**rows, "patches": (*town.patches, Patch(middle[0].ref, None, middle[1].ref))}
    leg = leg_of(StrandRef("k-east", 8), StrandRef("k-west", 8))

    bare, joined = (trace_leg(plant_with(**each), "leg 1", leg, FIGURES, {}).fibres[0] for each in (rows, patched))

    assert (
        (bare.budget.connectors, bare.budget.loss_db) == (joined.budget.connectors, joined.budget.loss_db) == (4, 1.61)
    )
    assert [name for name in met(joined) if name not in met(bare)] == ["patch:odf-pit:1--odf-pit:2"]


# What names nothing.


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("strand:k-east", "is no strand"),
        ("strand:k-east:x", "is no strand"),
        ("strand:k-east:0", "is no strand"),
        ("strand:k-east:-1", "is no strand"),
        ("strand:k-east:1e3", "is no strand"),
        ("strand::1", "is no strand"),
        ("strand:k-east:1@mill", "ends at quay and pit"),
    ],
)
def test_a_malformed_end_is_refused_with_the_form_it_should_have(text: str, words: str) -> None:
    with pytest.raises(EndUnclear, match=words):
        traced(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", ":", "nothing", "odf-quay:99", "odf-quay:0", "sw-quay:Ethernet99", "strand:k-none:1", "strand:k-east:13"),
        *("link:drop-9", "port:trunk", "position:trunk", "x" * 10_000, "a\x00b", "link:", "\ud800", "strand:k\n:1"),
    ],
)
def test_an_end_that_nothing_is_called_is_unknown(text: str) -> None:
    with pytest.raises(UnknownThing):
        traced(text)


def test_an_end_that_is_two_things_asks_for_its_kind() -> None:
    town = planted_town()
    odd = replace(town.links[0], code="odf-quay:1")
    plant = plant_with(links=(odd, *town.links[1:]))

    with pytest.raises(EndUnclear, match="several things: put port:, position: or link:"):
        traced("odf-quay:1", plant)
    assert met(traced("position:odf-quay:1", plant)[0]) == FROM_MILL[::-1]


@pytest.mark.parametrize(
    "splices",
    [
        [Splice("box", StrandRef("k-east", 5), StrandRef("k-east", 5), 0.1)],
        [
            Splice("box", StrandRef("k-east", 5), StrandRef("k-west", 5), 0.1),
            Splice("yard", StrandRef("k-west", 5), StrandRef("k-west", 6), 0.1),
            Splice("box", StrandRef("k-west", 6), StrandRef("k-east", 6), 0.1),
            Splice("hall", StrandRef("k-east", 6), StrandRef("k-east", 5), 0.1),
        ],
    ],
)
def test_strands_that_lead_back_into_themselves_are_told_and_not_walked_for_ever(splices: list[Splice]) -> None:
    town = planted_town()
    (box,) = town.closures
    closures = (box, replace(box, code="yard", place="mill"), replace(box, code="hall", place="quay"))
    plant = plant_with(splices=tuple(splices), closures=closures, odf_positions=(), patches=())

    with pytest.raises(StrandLoop, match="k-east:5"):
        traced("strand:k-east:5", plant)


# Compared with another reading of the same rows: joints as a graph of ends, in which every fibre is a component.


def ends_of_light(inventory: Inventory) -> "networkx.MultiGraph[object]":
    """Strand ends, backs and fronts of positions and ports as nodes; what joins two of them as named edges."""
    graph: networkx.MultiGraph[object] = networkx.MultiGraph()
    where = {closure.code: closure.place for closure in inventory.closures}
    where |= {odf.code: odf.place for odf in inventory.odfs}
    cables = {cable.code: cable for cable in inventory.cables}
    for strand in inventory.strands:
        cable = cables[strand.ref.cable]
        graph.add_edge((strand.ref, cable.a_place), (strand.ref, cable.z_place), name=f"strand:{strand.ref}")
    for splice in inventory.splices:
        place = where[splice.closure]
        name = f"splice:{splice.closure}:{splice.a}+{splice.z}"
        graph.add_edge((splice.a, place), (splice.z, place), name=name, loss_db=splice.loss_db)
    for position in inventory.odf_positions:
        graph.add_edge((position.ref, "back"), (position.ref, "front"), name=f"position:{position.ref}")
        if position.strand is not None:
            graph.add_edge((position.strand, where[position.ref.odf]), (position.ref, "back"), name="")
    for patch in inventory.patches:
        far = patch.port if patch.port is not None else (patch.other, "front")
        name = f"patch:{patch.position}--{patch.port or patch.other}"
        graph.add_edge((patch.position, "front"), far, name=name)
        if isinstance(far, PortRef):
            graph.add_edge(far, (far, patch.position), name=f"port:{far}")
    return graph


def naive_names(graph: "networkx.MultiGraph[object]", begin: object) -> list[str]:
    """The names of the edges from an end of a component to its other end."""
    names, before, at = [], None, begin
    while True:
        onward = [(z, e["name"]) for _, z, e in graph.edges(at, data=True) if z != before]
        if not onward:
            return [name for name in names if name]
        before, (at, name) = at, onward[0]
        names.append(name)


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_every_trace_of_a_random_plant_is_the_naive_walk_over_its_rows(seed: int) -> None:
    inventory = random_plant(Random(seed))
    plant, graph = Plant(Snapshot(inventory)), ends_of_light(inventory)
    for strand in inventory.strands:
        component = graph.subgraph(networkx.node_connected_component(graph, (strand.ref, cable_end(plant, strand.ref))))
        tips = [node for node in component if component.degree(node) == 1]
        if not tips:
            with pytest.raises(StrandLoop):
                traced(f"strand:{strand.ref}", plant)
            continue
        (fibre,) = traced(f"strand:{strand.ref}", plant)
        names = [naive_names(graph, tip) for tip in tips]
        assert met(fibre) in names
        assert_sums_of_rows(inventory, fibre)


def cable_end(plant: Plant, strand: StrandRef) -> str:
    return plant.cables[strand.cable].a_place


def assert_sums_of_rows(inventory: Inventory, fibre: FibreTrace) -> None:
    """Length and loss, added up anew from the rows that the names name."""
    names = met(fibre)
    length_m = loss_db = 0.0
    for cable in inventory.cables:
        times = sum(name.startswith(f"strand:{cable.code}:") for name in names)
        ducts = [each.bore.duct for each in inventory.cable_bores if each.cable == cable.code]
        length_m += times * (cable.slack_m + sum(duct.length_m * ducts.count(duct.code) for duct in inventory.ducts))
    for splice in inventory.splices:
        loss_db += splice.loss_db if f"splice:{splice.closure}:{splice.a}+{splice.z}" in names else 0
    loss_db += 0.25 * sum(name.startswith("position:") for name in names) + 0.5 * length_m / 1_000
    assert fibre.length_m == pytest.approx(length_m)
    assert fibre.budget.loss_db == pytest.approx(loss_db, abs=0.01)


@given(st.integers(0, 2**32))
@settings(max_examples=30, deadline=None)
def test_a_random_fibre_is_the_same_backwards(seed: int) -> None:
    inventory = random_plant(Random(seed))
    plant = Plant(Snapshot(inventory))
    for strand in inventory.strands:
        cable = plant.cables[strand.ref.cable]
        try:
            (there,), (back,) = (traced(f"strand:{strand.ref}@{at}", plant) for at in (cable.a_place, cable.z_place))
        except StrandLoop:
            continue
        assert met(there) == met(back)[::-1]
        assert (there.a_place, there.z_place, there.budget) == (back.z_place, back.a_place, back.budget)


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_the_fibres_of_random_links_are_the_components_that_join_their_ports(seed: int) -> None:
    inventory = random_plant(Random(seed))
    ports = sorted({patch.port for patch in inventory.patches if patch.port is not None})
    links = tuple(Link(f"{a}--{z}", a, z, 10_000, 1.0) for a, z in combinations(ports, 2))
    plant, graph = Plant(Snapshot(replace(inventory, links=links))), ends_of_light(inventory)
    for link in links:
        joined = [
            patch
            for patch in inventory.patches
            if patch.port == link.a
            and any(
                isinstance(node, tuple) and node[0] == link.z
                for node in networkx.node_connected_component(graph, (patch.position, "front"))
            )
        ]
        fibres = fibres_of(plant, link)
        assert len(fibres) == len(joined)
        strands = {step for fibre in fibres for step in fibre.steps if isinstance(step, StrandRef)}
        assert {strand for strand, code in plant.link_on_strand.items() if code == link.code} == strands
