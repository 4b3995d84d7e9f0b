"""Two legs on networks too large to try every path, against networkx's flow and against an integer program of our own
making; and what the two have between them."""

import itertools
from collections.abc import Mapping
from datetime import date

import networkx as nx
import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from inventory.plant import AssetKind, AssetRef, Duct
from inventory.plant_use import PlantUse
from inventory.routes import RouteAnswer, RouteRequest
from inventory.routing import find_routes
from inventory.snapshot import Snapshot
from inventory.span_graph import SpanRow, span_graph_of
from inventory.windows import Window
from tests.benchmarks.plants import city_plant

TODAY = Window(date(2026, 11, 22))
PAIRS = [(0, 48), (6, 42), (24, 3), (10, 38)]


def city(*, shares_risks: bool) -> Snapshot:
    return Snapshot(city_plant(49, shares_risks=shares_risks))


def legs(snapshot: Snapshot, a: int, z: int) -> RouteAnswer:
    return find_routes(snapshot, PlantUse(), RouteRequest(f"p{a:06}", f"p{z:06}", TODAY, diverse=True))


def usable(snapshot: Snapshot) -> list[tuple[SpanRow, float]]:
    graph = span_graph_of(snapshot)
    lengths = [graph.plant.length_m(span.cables[0]) for span in graph.spans]
    full = [graph.cable_strands[graph.cable_numbers[span.cables[0]]] == 0 for span in graph.spans]
    return [row for row, is_full in zip(zip(graph.spans, lengths, strict=True), full, strict=True) if not is_full]


@pytest.mark.parametrize(("a", "z"), PAIRS)
def test_without_shared_risks_two_legs_are_as_long_as_the_cheapest_flow_of_two(a: int, z: int) -> None:
    snapshot = city(shares_risks=False)
    graph: nx.DiGraph[tuple[str, str]] = nx.DiGraph()
    for span, length_m in usable(snapshot):
        for tail, head in ((span.a, span.z), (span.z, span.a)):
            graph.add_edge((tail, "out"), (head, "in"), capacity=1, weight=round(length_m * 100))
            graph.add_edge((tail, "in"), (tail, "out"), capacity=1, weight=0)
    graph.nodes[f"p{a:06}", "out"]["demand"] = -2
    graph.nodes[f"p{z:06}", "in"]["demand"] = 2
    found = legs(snapshot, a, z)

    try:
        cost, _ = nx.network_simplex(graph)
    except nx.NetworkXUnfeasible:
        assert found.shared
        return
    assert not found.shared
    assert sum(leg.length_m for leg in found.legs) == pytest.approx(cost / 100, abs=0.01)


@pytest.mark.parametrize(("a", "z"), PAIRS)
def test_with_shared_risks_two_legs_share_and_measure_what_an_integer_program_says(a: int, z: int) -> None:
    snapshot = city(shares_risks=True)
    found = legs(snapshot, a, z)

    shares, length_m = _program(snapshot, f"p{a:06}", f"p{z:06}")

    assert found.is_exact
    assert len(found.shared) == shares
    assert sum(leg.length_m for leg in found.legs) == pytest.approx(length_m, abs=0.05)


def _program(snapshot: Snapshot, a: str, z: str) -> tuple[int, float]:
    """Columns: each leg's use of each span in each direction, each leg's use of each risk, and the sharing of each."""
    spans = usable(snapshot)
    arcs = [
        (tail, head, at) for at, (span, _) in enumerate(spans) for tail, head in ((span.a, span.z), (span.z, span.a))
    ]
    plant = span_graph_of(snapshot).plant
    risks = [_risks(plant.ducts, span) - {place_ref(a), place_ref(z)} for span, _ in spans]
    names = sorted(set().union(*risks))
    width = 2 * len(arcs) + 3 * len(names)
    rows, low, high = [], [], []

    def row(cells: dict[int, float], least: float, most: float) -> None:
        line = np.zeros(width)
        for column, value in cells.items():
            line[column] += value
        rows.append(line)
        low.append(least)
        high.append(most)

    for leg, place in itertools.product(range(2), sorted({tail for tail, _, _ in arcs})):
        flow = {leg * len(arcs) + at: 1.0 for at, (tail, _, _) in enumerate(arcs) if tail == place}
        flow |= {leg * len(arcs) + at: -1.0 for at, (_, head, _) in enumerate(arcs) if head == place}
        wanted = (place == a) - (place == z)
        row(flow, wanted, wanted)
    for leg, (at, (_, _, span)) in itertools.product(range(2), enumerate(arcs)):
        for risk in risks[span]:
            row({leg * len(arcs) + at: 1.0, 2 * len(arcs) + leg * len(names) + names.index(risk): -1.0}, -np.inf, 0)
    for number in range(len(names)):
        base = 2 * len(arcs) + number
        row({base: 1.0, base + len(names): 1.0, base + 2 * len(names): -1.0}, -np.inf, 1)
    far = sum(length_m for _, length_m in spans) * 2
    costs = np.zeros(width)
    costs[: 2 * len(arcs)] = [spans[span][1] for _ in range(2) for _, _, span in arcs]
    costs[2 * len(arcs) + 2 * len(names) :] = far
    integers = np.array([at < 2 * len(arcs) for at in range(width)], dtype=int)
    solved = milp(
        costs,
        constraints=LinearConstraint(np.array(rows), low, high),
        integrality=integers,
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    shares, length_m = divmod(solved.fun, far)
    return round(shares), length_m


def _risks(ducts: Mapping[str, Duct], span: SpanRow) -> set[AssetRef]:
    found = set()
    for code in span.ducts:
        duct = ducts[code]
        found |= {duct.ref, *duct.risks, place_ref(duct.a_place), place_ref(duct.z_place)}
    return found


def place_ref(code: str) -> AssetRef:
    return AssetRef(AssetKind.PLACE, code)


def test_diverse_legs_are_measured_apart_and_the_ducts_that_are_closest_are_named() -> None:
    found = next(answer for answer in (legs(city(shares_risks=False), a, z) for a, z in PAIRS) if not answer.shared)

    assert found.separation_m is not None
    assert found.closest is not None
    assert found.closest[0] in found.legs[0].ducts
    assert found.closest[1] in found.legs[1].ducts
    assert 0 < found.separation_m < 200
