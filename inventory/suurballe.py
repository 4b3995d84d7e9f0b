"""Two paths of least total weight that share as little as can be: Suurballe's search, with tolls.

Suurballe and Tarjan, "A quick method for finding shortest pairs of disjoint paths" (Networks 14, 1984),
on a graph whose nodes are split as in Bhandari's "Survivable Networks" (1999). Here a node or arc may
be used by both paths at a toll, so that a pair is always found where a path is; its tolls are the
least there can be. The nodes off the first path need no splitting: the second search's graph is
the first one with a few dozen arcs more. All numbers are whole, below 2**53: sums are exact.

The second search also gives prices. With them every arc has a surplus, never negative, such that no
pair of paths costs less than `value` and the surplus of its arcs (linear programming duality).
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from inventory.span_offer import Network

type Floats = NDArray[np.float64]


FIRST_LIMITS = (0.15, 1.0)
"""How much longer than the first path the second search looks, as shares of it, before it looks everywhere."""


@dataclass(frozen=True)
class Tree:
    """Shortest paths between one node and all others: weights (infinite where none), and the next node to the root."""

    weights: Floats
    onward: NDArray[np.int32]

    def path_from(self, node: int) -> list[int] | None:
        """The nodes from a node to the tree's root; None where there is no path."""
        if not np.isfinite(self.weights[node]):
            return None
        found = [node]
        while (node := int(self.onward[node])) >= 0:
            found.append(node)
        return found


@dataclass(frozen=True)
class Tolls:
    """What the second use of each arc and each node costs, on top of the weight."""

    arcs: Floats
    nodes: Floats


@dataclass(frozen=True)
class Pair:
    """Two paths as rows of nodes, and what both weigh with the tolls they pay."""

    legs: tuple[list[int], list[int]]
    value: float
    _split: "_Split"
    _second: Tree

    @cached_property
    def surplus(self) -> Floats:
        """What a pair that uses an arc costs more than this one, at least; never negative."""
        return self._split.surplus(self._second)


def tree(network: Network, root: int, weights: Floats | None = None) -> Tree:
    """Search from everywhere to a node; arcs weigh the same in both directions."""
    found = dijkstra(network.matrix(weights), directed=True, indices=root, return_predecessors=True)
    return Tree(*found)


def least_pair(network: Network, first: Tree, a: int, z: int, tolls: Tolls) -> Pair | None:
    """The two paths from `a` to `z` with the least weight and tolls; None where there is no path.

    `first` is the tree of `z`.
    """
    path = first.path_from(a)
    if path is None:
        return None
    split = _Split(network, first, path, tolls)
    second = split.search()
    way_back = second.path_from(z)
    if way_back is None:
        return None
    steps = [split.step(*step) for step in _steps(way_back[::-1])]
    value = 2 * float(first.weights[a]) + float(second.weights[z])
    return Pair(_two_walks(_flow(path, steps), a, z), value, split, second)


class _Split:
    """The residual graph after the first path: its inner nodes are split into where paths come in and go out.

    Node v stays where paths come in; where they go out of the path's i-th node is node `size + i - 1`. Weights
    are reduced by what is left to the end, so that the second search goes towards it.
    """

    def __init__(self, network: Network, first: Tree, path: Sequence[int], tolls: Tolls) -> None:
        self._network = network
        self._root, self._end = path[0], path[-1]
        self._length = float(first.weights[path[0]])
        self._size = network.size
        self._inner = np.array(path[1:-1], dtype=np.int64)
        self._potentials = -np.where(np.isfinite(first.weights), first.weights, 0.0)
        self._out = np.arange(self._size)
        self._out[self._inner] = self._size + np.arange(len(self._inner))
        self._reduced = network.weights + self._potentials[network.tails] - self._potentials[network.heads]
        along = network.along(path)
        self._reduced[along] = tolls.arcs[along]
        self._tolls = tolls.nodes[self._inner]

    def search(self) -> Tree:
        """The shortest path tree of the second search by reduced weights, as far as it was looked for."""
        matrix = self._matrix()
        for limit in (*(share * self._length for share in FIRST_LIMITS), np.inf):
            weights, before = dijkstra(matrix, directed=True, indices=self._root, return_predecessors=True, limit=limit)
            if np.isfinite(weights[self._end]):
                break
        return Tree(weights, before)

    def _matrix(self) -> csr_array:
        """An arc goes from where paths leave its tail to where they enter its head; see `_back_arcs` for the others."""
        network, count = self._network, len(self._inner)
        more_tails, more_heads, more_weights = self._back_arcs()
        rows = self._out[network.tails]
        lengths = np.zeros(self._size + count, dtype=np.int64)
        lengths[: self._size] = np.diff(network.starts)
        lengths[self._size :] = lengths[self._inner]
        lengths[self._inner] = 0
        offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
        np.cumsum(lengths + np.bincount(more_tails, minlength=len(lengths)), out=offsets[1:])
        at = np.arange(len(rows)) + (offsets[rows] - network.starts[network.tails])
        heads = np.empty(offsets[-1], dtype=np.int32)
        weights = np.empty(offsets[-1])
        heads[at], weights[at] = network.heads, self._reduced
        filled = offsets[:-1] + lengths
        for tail, head, weight in zip(more_tails.tolist(), more_heads.tolist(), more_weights.tolist(), strict=True):
            heads[filled[tail]], weights[filled[tail]] = head, weight
            filled[tail] += 1
        return csr_array((weights, heads, offsets.astype(np.int32)), shape=(len(lengths), len(lengths)))

    def _back_arcs(self) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
        """Back along the first path's arcs, back through its nodes, and through its nodes a second time at a toll."""
        inner, count = self._inner, len(self._inner)
        outs = self._size + np.arange(count)
        before = np.concatenate(([self._root], outs[:-1])) if count else outs
        nothing = np.zeros(count)
        return (
            np.concatenate((inner, outs, inner)),
            np.concatenate((before, inner, outs)),
            np.concatenate((nothing, nothing, self._tolls)),
        )

    def step(self, tail: int, head: int) -> tuple[int, int, bool] | None:
        """A step of the second path as one of the network: from, to, and whether it takes the first path's arc back."""
        real_tail, real_head = self._real(tail), self._real(head)
        if real_tail == real_head:
            return None
        enters = self._out[real_tail] != tail
        return (real_head, real_tail, True) if enters else (real_tail, real_head, False)

    def _real(self, node: int) -> int:
        return node if node < self._size else int(self._inner[node - self._size])

    def surplus(self, second: Tree) -> Floats:
        """See `Pair.surplus`."""
        size, count = self._size, len(self._inner)
        whole = np.concatenate((self._potentials, self._potentials[self._inner]))
        prices = whole + np.minimum(second.weights, second.weights[self._end])
        going_out = prices[:size].copy()
        going_out[self._inner] = prices[size : size + count]
        network = self._network
        reduced = network.weights + going_out[network.tails] - prices[network.heads]
        return np.asarray(np.maximum(reduced, 0.0), dtype=np.float64)


def _steps(nodes: Sequence[int]) -> list[tuple[int, int]]:
    return list(itertools.pairwise(nodes))


def _flow(path: Sequence[int], steps: Sequence[tuple[int, int, bool] | None]) -> Mapping[int, list[int]]:
    """Where both paths together go from each node, the nearer one first by number."""
    onward: dict[int, list[int]] = {tail: [head] for tail, head in _steps(path)}
    for step in steps:
        if step is None:
            continue
        tail, head, takes_back = step
        if takes_back:
            onward[tail].remove(head)
        elif tail in onward.get(head, ()):
            onward[head].remove(tail)
        else:
            onward.setdefault(tail, []).append(head)
    return {tail: sorted(heads) for tail, heads in onward.items() if heads}


def _two_walks(onward: Mapping[int, list[int]], a: int, z: int) -> tuple[list[int], list[int]]:
    """Both paths, taken out of where they go together."""
    left = {tail: list(heads) for tail, heads in onward.items()}

    def walk() -> list[int]:
        found = [a]
        while found[-1] != z:
            found.append(left[found[-1]].pop(0))
        return found

    return walk(), walk()
