"""The shortest path whose loss stays within a bound: exact, by label setting.

Labels (weight, loss) are taken up in the order of the least weight a path through them can have
(Desrochers and Soumis, 1988, with the exact distances to the end as bounds). A label that another one
at its node beats in both is dropped, and so is one whose least loss to the end breaks the bound.
"""

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from inventory.span_offer import Network

type Floats = NDArray[np.float64]

ROUNDING_DB = 1e-9


@dataclass(frozen=True)
class Limited:
    """The shortest path within the bound (None: there is none), and the least loss any path has."""

    nodes: list[int] | None
    least_db: float


def shortest_within(network: Network, losses_db: Floats, a: int, z: int, bound_db: float) -> Limited:
    """The shortest path from `a` to `z` that loses at most `bound_db`; `losses_db` is what each arc loses.

    The network joins the two.
    """
    to_end_db = _distances_to(network, losses_db, z)
    least_db = float(to_end_db[a])
    if least_db > bound_db + ROUNDING_DB:
        return Limited(None, least_db)
    to_end = _distances_to(network, network.weights, z)
    return Limited(_search(network, losses_db, a, z, bound_db + ROUNDING_DB, to_end, to_end_db), least_db)


def _distances_to(network: Network, weights: Floats, z: int) -> Floats:
    """From every node to `z`, along the arcs."""
    turned = network.matrix(weights).T.tocsr()
    return np.asarray(dijkstra(turned, directed=True, indices=z), dtype=np.float64)


def _search(
    network: Network, losses_db: Floats, a: int, z: int, bound_db: float, to_end: Floats, to_end_db: Floats
) -> list[int] | None:
    # A label: least weight through it, loss so far, its number, its node, its weight so far, the label before it.
    before: list[tuple[int, int]] = [(a, -1)]
    waiting: list[tuple[float, float, int, int, float]] = [(float(to_end[a]), 0.0, 0, a, 0.0)]
    least_db_at: dict[int, float] = {}
    while waiting:
        _, loss_db, label, node, weight = heapq.heappop(waiting)
        if node == z:
            return _nodes(before, label)
        if least_db_at.get(node, np.inf) <= loss_db:
            continue
        least_db_at[node] = loss_db
        for arc in range(network.starts[node], network.starts[node + 1]):
            head = int(network.heads[arc])
            onward_db = loss_db + float(losses_db[arc])
            if onward_db + to_end_db[head] > bound_db or least_db_at.get(head, np.inf) <= onward_db:
                continue
            onward = weight + float(network.weights[arc])
            before.append((head, label))
            heapq.heappush(waiting, (onward + float(to_end[head]), onward_db, len(before) - 1, head, onward))
    return None


def _nodes(before: list[tuple[int, int]], label: int) -> list[int]:
    found = []
    while label >= 0:
        node, label = before[label]
        found.append(node)
    return found[::-1]
