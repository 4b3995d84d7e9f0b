"""What separates the nodes of an undirected graph from its root: nodes, edges, and groups of edges.

One depth-first search (Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1,
1972): a node separates a child's subtree where nothing in it reaches above the node, an edge where
nothing but the edge does. Groups are sieved by random labels of the cycle space (Pritchard and
Thurimella, "Fast computation of small cuts via cycle space sampling", ACM Trans. Algorithms 7, 2011):
labels of edges that separate anything add up to nothing, so where no sum of a group's labels is
nothing the group separates nothing. What the sieve lets through is searched.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from random import Random

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

LABEL_BITS = 64
SEED = 20_26
UNSEEN = -1


class Separators:
    """The answers for one graph. Nodes are numbers from 0, edges positions in `tails` and `heads`."""

    def __init__(self, size: int, tails: Sequence[int], heads: Sequence[int], root: int) -> None:
        self.size = size
        self.root = root
        self._tails, self._heads = tails, heads
        self.parents = [UNSEEN] * size
        self.edges_up = [UNSEEN] * size  # the edge to the parent
        self.numbers = [UNSEEN] * size  # in the order in which nodes were found
        self._lows = [0] * size
        self.found: list[int] = []
        self._search()

    def is_reached(self, node: int) -> bool:
        return self.numbers[node] != UNSEEN

    def separates_at_parent(self, node: int) -> bool:
        """Whether the node's parent (not the root) separates it, and all in its subtree, from the root."""
        parent = self.parents[node]
        return parent not in (UNSEEN, self.root) and self._lows[node] >= self.numbers[parent]

    def is_bridge_above(self, node: int) -> bool:
        """Whether the edge to the node's parent separates it, and all in its subtree, from the root."""
        parent = self.parents[node]
        return parent != UNSEEN and self._lows[node] > self.numbers[parent]

    def subtree_sums(self, weights: Iterable[int]) -> list[int]:
        """Of each node the sum of the weights in its subtree of the search."""
        sums = list(weights)
        for node in reversed(self.found[1:]):
            sums[self.parents[node]] += sums[node]
        return sums

    def cut_off_by_nodes(self, weights: Sequence[int]) -> list[int]:
        """Of each node the weight that its loss takes: its own, and what it separates from the root."""
        sums, lost = self.subtree_sums(weights), list(weights)
        for node in self.found[1:]:
            if self.separates_at_parent(node):
                lost[self.parents[node]] += sums[node]
        return lost

    def cut_off_by_edges(self, weights: Iterable[int]) -> dict[int, int]:
        """The weight that the loss of each separating edge takes."""
        sums = self.subtree_sums(weights)
        return {self.edges_up[node]: sums[node] for node in self.found[1:] if self.is_bridge_above(node)}

    def cut_off_by_group(self, edges: Sequence[int]) -> Collection[int]:
        """The nodes that lose the root when all these edges go."""
        # A smallest set of edges that separates anything is one such edge, or has none in it.
        alone = [edge for edge in edges if edge in self._node_below]
        together = [edge for edge in edges if edge not in self._node_below]
        if self._may_separate(together):
            return self._searched_without(edges)
        return frozenset[int]().union(*(self._subtree(self._node_below[edge]) for edge in alone))

    def _searched_without(self, edges: Sequence[int]) -> Collection[int]:
        kept = np.ones(len(self._tails), dtype=np.bool_)
        kept[list(edges)] = False
        tails, heads = self._arrays
        ones = np.ones(int(kept.sum()), dtype=np.int8)
        matrix = csr_array((ones, (tails[kept], heads[kept])), shape=(self.size, self.size))
        _, labels = connected_components(matrix, directed=False)
        return frozenset(np.flatnonzero((labels != labels[self.root]) & self._reached).tolist())

    def _subtree(self, node: int) -> Sequence[int]:
        """A node and all below it: they were found one after the other."""
        first = self.numbers[node]
        return self.found[first : first + self._sizes[node]]

    @cached_property
    def _sizes(self) -> list[int]:
        return self.subtree_sums([1] * self.size)

    @cached_property
    def _node_below(self) -> dict[int, int]:
        """Of each edge that separates by itself: the node below it."""
        return {self.edges_up[node]: node for node in self.found[1:] if self.is_bridge_above(node)}

    def above(self, node: int) -> Iterator[tuple[int | None, int | None]]:
        """What separates a node from the root, nearest first: (edge, None) or (None, other node)."""
        while node != self.root and node != UNSEEN:
            if self._bridges_above[node] == node:
                yield self.edges_up[node], None
            if self.separates_at_parent(node):
                yield None, self.parents[node]
            node = self._next_above[node]

    def _search(self) -> None:
        """Without recursion: a city's longest spur is longer than Python's stack."""
        around = self._neighbours()
        self.numbers[self.root] = 0
        self.found.append(self.root)
        stack = [(self.root, iter(around[self.root]))]
        while stack:
            node, onward = stack[-1]
            for edge, other in onward:
                if self.numbers[other] == UNSEEN:
                    self._enter(other, node, edge)
                    stack.append((other, iter(around[other])))
                    break
                if edge != self.edges_up[node]:
                    self._lows[node] = min(self._lows[node], self.numbers[other])
            else:
                stack.pop()
                if stack:
                    parent = stack[-1][0]
                    self._lows[parent] = min(self._lows[parent], self._lows[node])

    def _enter(self, node: int, parent: int, edge: int) -> None:
        self.parents[node], self.edges_up[node] = parent, edge
        self.numbers[node] = self._lows[node] = len(self.found)
        self.found.append(node)

    def _neighbours(self) -> list[list[tuple[int, int]]]:
        around: list[list[tuple[int, int]]] = [[] for _ in range(self.size)]
        for edge, (tail, head) in enumerate(zip(self._tails, self._heads, strict=True)):
            around[tail].append((edge, head))
            around[head].append((edge, tail))
        return around

    @cached_property
    def _bridges_above(self) -> list[int]:
        """Of each node itself, where the edge above it separates it; any other number otherwise."""
        return [node if self.is_bridge_above(node) else UNSEEN for node in range(self.size)]

    @cached_property
    def _next_above(self) -> list[int]:
        """The nearest node above at which something separates again: spurs are long, and most of a path is none."""
        found = [self.root] * self.size
        for node in self.found[1:]:
            parent = self.parents[node]
            is_stop = self._bridges_above[parent] == parent or self.separates_at_parent(parent)
            found[node] = parent if is_stop else found[parent]
        return found

    @cached_property
    def _labels(self) -> list[int]:
        """Random bits for each edge off the tree; of a tree edge the sum (exclusive or) of those round it."""
        random = Random(SEED)  # noqa: S311 - a sieve, no secret
        labels, sums = [0] * len(self._tails), [0] * self.size
        on_tree = set(self.edges_up)
        for edge, (tail, head) in enumerate(zip(self._tails, self._heads, strict=True)):
            if edge not in on_tree:
                labels[edge] = random.getrandbits(LABEL_BITS)
                sums[tail] ^= labels[edge]
                sums[head] ^= labels[edge]
        for node in reversed(self.found[1:]):
            labels[self.edges_up[node]] = sums[node]
            sums[self.parents[node]] ^= sums[node]
        return labels

    def _may_separate(self, edges: Iterable[int]) -> bool:
        """Whether some of the labels add up to nothing: Gaussian elimination, a bit a column."""
        by_top_bit: dict[int, int] = {}
        for edge in edges:
            label = self._labels[edge]
            while label and label.bit_length() in by_top_bit:
                label ^= by_top_bit[label.bit_length()]
            if not label:
                return True
            by_top_bit[label.bit_length()] = label
        return False

    @cached_property
    def _arrays(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        return np.array(self._tails, dtype=np.int32), np.array(self._heads, dtype=np.int32)

    @cached_property
    def _reached(self) -> NDArray[np.bool_]:
        return np.array([number != UNSEEN for number in self.numbers], dtype=np.bool_)
