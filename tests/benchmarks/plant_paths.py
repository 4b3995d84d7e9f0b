"""Two legs over a city's plant: against two bare shortest-path trees, networkx, and an integer program.

Each figure is a whole answer of `find_routes`: what may be used on the day, the search, both legs by name,
and the distance between them. A line's note has the 95th percentile; the baselines are pairs of the same queries.
"""

import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from math import ceil

import networkx as nx
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from inventory.examples.generate import make_estate
from inventory.pair_program import PairProgram
from inventory.plant_use import PlantUse
from inventory.routes import RouteAnswer, RouteRequest, SearchLimits
from inventory.routing import find_routes
from inventory.snapshot import Inventory, Snapshot
from inventory.span_graph import SpanGraph, span_graph_of
from inventory.span_offer import Network, Offer
from inventory.span_paths import weight_m
from inventory.windows import Window
from tests.benchmarks.measure import Line, compare
from tests.benchmarks.plants import SEED, city_plant

WINDOW = Window(date(2026, 11, 22))
NOTHING_HELD = PlantUse()
TWO_TREES = "two shortest-path trees of scipy's `dijkstra` on the same graph"
SOLVER_S = 60.0


@dataclass(frozen=True)
class City:
    """A plant, its graph, and pairs of places that are joined."""

    snapshot: Snapshot
    graph: SpanGraph
    network: Network
    pairs: Sequence[tuple[int, int]]

    def request(self, pair: tuple[int, int]) -> RouteRequest:
        a, z = (self.graph.places[number] for number in pair)
        return RouteRequest(a, z, WINDOW, diverse=True)

    def answer(self, pair: tuple[int, int]) -> RouteAnswer:
        return find_routes(self.snapshot, NOTHING_HELD, self.request(pair))

    def two_trees(self, pair: tuple[int, int]) -> None:
        _two_trees(self.network.matrix(), pair)


def measure() -> Iterator[Line]:
    """At 10,000 and 100,000 places, without and with shared risks."""
    plain = _made_up(10_000, queries=60, shares_risks=False)
    yield _against_trees("plant paths: two legs, node and duct disjoint, 10,000 places", plain)
    yield _against_networkx(plain)
    risky = _made_up(10_000, queries=100, shares_risks=True)
    yield _against_trees("plant paths: the same with corridors, bridges and long cables", risky)
    yield _against_solver(risky)
    yield _graph_line(risky)
    yield from _in_the_example()
    yield _against_trees(
        "plant paths: two legs, node and duct disjoint, 100,000 places",
        _made_up(100_000, queries=15, shares_risks=False),
    )
    yield _against_trees(
        "plant paths: the same with corridors, bridges and long cables",
        _made_up(100_000, queries=25, shares_risks=True),
    )


def _in_the_example() -> Iterator[Line]:
    """The graph searched has only the places where cables end; the city has twice as many, which its ducts join."""
    city = _city(make_estate(scale=10), 60)
    line = _against_trees("plant paths: two legs, the example's city at scale 10", city)
    yield line
    ducts = _duct_graph(city.snapshot.inventory)
    places = {place.code: number for number, place in enumerate(city.snapshot.inventory.places)}
    trees = [
        min(_cpu_s(partial(_two_trees, ducts, [places[city.graph.places[end]] for end in pair])) for _ in range(3))
        for pair in city.pairs
    ]
    against = f"two such trees over all its {len(places):,} places and {len(city.snapshot.inventory.ducts):,} ducts"
    yield Line("plant paths: the same", line.ours, trees, against)


def _duct_graph(inventory: Inventory) -> csr_array:
    number = {place.code: index for index, place in enumerate(inventory.places)}
    a = [number[duct.a_place] for duct in inventory.ducts]
    z = [number[duct.z_place] for duct in inventory.ducts]
    metres = [duct.length_m for duct in inventory.ducts]
    return csr_array((metres * 2, (a + z, z + a)), shape=(len(number), len(number)))


def _two_trees(matrix: csr_array, ends: Sequence[int]) -> None:
    for root in ends:
        dijkstra(matrix, directed=True, indices=root, return_predecessors=True)


def _made_up(places: int, *, queries: int, shares_risks: bool) -> City:
    return _city(city_plant(places, shares_risks=shares_risks), queries)


def _city(inventory: Inventory, queries: int) -> City:
    snapshot = Snapshot(inventory)
    graph = span_graph_of(snapshot)
    network = Offer(graph, NOTHING_HELD, RouteRequest("", "", WINDOW)).network()
    _, parts = connected_components(network.matrix())
    of_places = parts[: len(graph.places)]
    joined = np.flatnonzero(of_places == np.bincount(of_places).argmax()).tolist()
    rng = random.Random(SEED)
    found = City(snapshot, graph, network, [tuple(rng.sample(joined, 2)) for _ in range(queries)])
    found.answer(found.pairs[0])
    return found


def _against_trees(name: str, city: City) -> Line:
    """Processor time, of each query the fastest of three runs in turn with the trees: what else runs does not count."""
    ours, trees, answers = list[float](), list[float](), list[RouteAnswer]()
    for pair in city.pairs:
        answers.append(city.answer(pair))
        rounds = [(_cpu_s(partial(city.answer, pair)), _cpu_s(partial(city.two_trees, pair))) for _ in range(3)]
        ours.append(min(seconds for seconds, _ in rounds))
        trees.append(min(seconds for _, seconds in rounds))
    exact = sum(answer.is_exact for answer in answers)
    diverse = sum(not answer.shared for answer in answers)
    note = (
        f"processor time; p95 {_p95(ours) * 1000:.0f} ms, at most {max(ours) * 1000:.0f} ms;"
        f" {exact} of {len(answers)} exact, {diverse} diverse"
    )
    return Line(name, ours, trees, TWO_TREES, note=note)


def _cpu_s(run: Callable[[], object]) -> float:
    """Seconds of the processor one run took; all of it is in one thread."""
    began = time.thread_time()
    run()
    return time.thread_time() - began


def _p95(seconds: Sequence[float]) -> float:
    return sorted(seconds)[ceil(len(seconds) * 0.95) - 1]


def _against_networkx(city: City) -> Line:
    """Two units of flow at least cost, every place with room for one: networkx's own way to a disjoint pair."""
    graph = _flow_graph(city)
    ours, theirs, equal = list[float](), list[float](), 0
    for pair in city.pairs[:3]:
        answer, seconds = _median_of_three(city, pair)
        cost, their_seconds = _timed(partial(_flow_cost, graph, pair))
        ours.append(seconds)
        theirs.append(their_seconds)
        equal += round(_weight(answer)) == round(cost)
    note = f"`network_simplex` on places in two halves; same length in {equal} of {len(ours)}"
    return Line("plant paths: the same", ours, theirs, "networkx", note=note)


def _flow_graph(city: City) -> "nx.DiGraph[tuple[int, int]]":
    graph: nx.DiGraph[tuple[int, int]] = nx.DiGraph()
    network = city.network
    for node in range(network.size):
        graph.add_edge((node, 0), (node, 1), capacity=1, weight=0)
    for tail, head, weight in zip(network.tails, network.heads, network.weights, strict=True):
        graph.add_edge((int(tail), 1), (int(head), 0), capacity=1, weight=int(weight))
    return graph


def _flow_cost(graph: "nx.DiGraph[tuple[int, int]]", pair: tuple[int, int]) -> float:
    a, z = pair
    graph.nodes[a, 1]["demand"], graph.nodes[z, 0]["demand"] = -2, 2
    cost, _ = nx.network_simplex(graph)
    graph.nodes[a, 1]["demand"] = graph.nodes[z, 0]["demand"] = 0
    return float(cost)


def _median_of_three(city: City, pair: tuple[int, int]) -> tuple[RouteAnswer, float]:
    """The answer, and the median of three runs."""
    runs = [_timed(partial(city.answer, pair)) for _ in range(3)]
    return runs[0][0], statistics.median(seconds for _, seconds in runs)


def _timed[T](run: Callable[[], T]) -> tuple[T, float]:
    began = time.perf_counter()
    found = run()
    return found, time.perf_counter() - began


def _weight(answer: RouteAnswer) -> float:
    """What both legs weigh as arcs of the network: metres and hops."""
    return sum(leg.length_m * 100 * 1024 + len(leg.spans) for leg in answer.legs)


def _against_solver(city: City) -> Line:
    """The whole problem given to HiGHS, on queries whose legs share nothing."""
    ours, theirs, equal, ended = list[float](), list[float](), 0, 0
    limits = SearchLimits(seconds=SOLVER_S, branches=1_000_000)
    for pair in [pair for pair in city.pairs if not city.answer(pair).shared][:2]:
        answer, seconds = _median_of_three(city, pair)
        solved, their_seconds = _timed(partial(PairProgram(city.graph, city.network, pair, None, limits).solve, 0))
        ours.append(seconds)
        theirs.append(their_seconds)
        ended += solved.is_exact
        if solved.is_exact and solved.legs is not None:
            metres = sum(weight_m(city.network, leg) for leg in solved.legs)
            equal += abs(metres - sum(leg.length_m for leg in answer.legs)) < 0.02
    note = f"ended within {SOLVER_S:.0f} s in {ended} of {len(ours)}, with the same length in {equal}"
    return Line("plant paths: the same, shared risks", ours, theirs, "`scipy.optimize.milp` on the whole", note=note)


def _graph_line(city: City) -> Line:
    inventory = city.snapshot.inventory
    plant = city.graph.plant

    def ours() -> None:
        graph = SpanGraph(city.snapshot)
        _ = graph.arcs, graph.cable_lengths_cm, graph.cable_strands, graph.span_risks, graph.span_cover

    def theirs() -> None:
        graph: nx.MultiGraph[str] = nx.MultiGraph()
        for cable in inventory.cables:
            graph.add_edge(cable.a_place, cable.z_place, weight=plant.length_m(cable.code))

    return compare(
        "plant paths: the arrays of a new snapshot, 10,000 places",
        ours,
        "building networkx's graph",
        theirs,
        rounds=5,
        note="ours also counts strands and indexes risks and consents; the indexes of the plant are there before both",
    )
