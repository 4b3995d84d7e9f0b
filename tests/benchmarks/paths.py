"""Shortest paths on a large network: against networkx, and against scipy's search with nothing of ours around it."""

from collections.abc import Iterator

import networkx as nx
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from inventory.graph import Graph
from inventory.snapshot import Inventory, Snapshot
from tests.benchmarks.cities import network
from tests.benchmarks.measure import Line, compare

DEVICES, LINKS = 10_000, 20_000
COMMITTED = {f"l{number}": 99_500 for number in range(0, LINKS, 40)}


def measure() -> Iterator[Line]:
    """One tree from one device to all others, one path, and what a new snapshot costs."""
    inventory = network(DEVICES, LINKS)
    graph, theirs = Graph(Snapshot(inventory)), _networkx(inventory)
    start, end = "sw-17", f"sw-{DEVICES - 1}"
    graph.reach(start)
    yield compare(
        f"paths: one device to {DEVICES:,} over {LINKS:,} links",
        lambda: graph.reach(start, bandwidth_mbps=1_000, committed_mbps=COMMITTED),
        "networkx, `single_source_dijkstra_path_length`",
        lambda: nx.single_source_dijkstra_path_length(theirs, start),
        note="ours also leaves out links without room",
    )
    matrix, number = _matrix(graph), graph.numbers[start]
    yield compare(
        "paths: the same search",
        lambda: graph.reach(start, bandwidth_mbps=1_000, committed_mbps=COMMITTED),
        "scipy's `dijkstra` alone on the same matrix (the lower bound)",
        lambda: dijkstra(matrix, directed=True, indices=number),
    )
    yield compare(
        "paths: one path with its ports, across the network",
        lambda: graph.reach(start, bandwidth_mbps=1_000).path_to(end),
        "networkx, `bidirectional_dijkstra`",
        lambda: nx.bidirectional_dijkstra(theirs, start, end),
    )
    yield compare(
        "paths: the graph of a new snapshot",
        lambda: Graph(Snapshot(inventory)).edges,
        "building networkx's graph",
        lambda: _networkx(inventory),
        rounds=5,
    )


def _networkx(inventory: Inventory) -> "nx.Graph[str]":
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(device.name for device in inventory.devices)
    for link in inventory.links:
        if not graph.has_edge(link.a.device, link.z.device):
            graph.add_edge(link.a.device, link.z.device, weight=link.length_m)
    return graph


def _matrix(graph: Graph) -> csr_array:
    edges, size = graph.edges, len(graph.names)
    best = np.minimum.reduceat(edges.weights, edges.pair_starts)
    return csr_array((best, edges.pair_heads, edges.row_starts), shape=(size, size))
