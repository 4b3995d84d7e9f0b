"""Which DX is nearest to each place over ducts, also after some DXs are closed. Distances in whole centimetres.

One search finds the nearest DX of every place at once: from an extra node that an edge joins to each
DX. A weight is the length times one more than there are DXs, the extra edges weigh 1, 2, ... in the
order of the DXs' codes: so of equally near DXs the first by code wins, and the sum says which it was.
All numbers are whole and below 2**53: sums are exact.

When a DX closes only the places that were its own need a new one: they are searched from their borders.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

type Integers = NDArray[np.int64]

NONE = -1


class DuctDistances:
    """The nearest open DX of each place."""

    def __init__(
        self, size: int, ends: NDArray[np.int32], lengths_cm: Integers, exchange_nodes: NDArray[np.int32]
    ) -> None:
        self._step = len(exchange_nodes) + 1
        self._matrix = _shortest_between(size, ends, lengths_cm * self._step)
        entries = np.full(size, np.inf)
        entries[exchange_nodes] = np.arange(1, self._step)
        self._sums = _search(self._matrix, entries)

    def nearest(self) -> tuple[NDArray[np.int32], Integers]:
        """Of each place the position of its nearest open DX (-1: it reaches none), and how far that is."""
        return self._split(self._sums)

    def close(self, exchange: int) -> NDArray[np.int32]:
        """Close a DX; return the places whose nearest it was: they have another one now, or none."""
        own = np.flatnonzero(self._split(self._sums)[0] == exchange).astype(np.int32)
        rows = self._matrix[own]
        is_own = np.zeros(len(self._sums), dtype=np.bool_)
        is_own[own] = True
        row_numbers = np.repeat(np.arange(len(own)), np.diff(rows.indptr))
        from_outside = ~is_own[rows.indices]
        entries = np.full(len(own), np.inf)
        sums = self._sums[rows.indices[from_outside]] + rows.data[from_outside]
        np.minimum.at(entries, row_numbers[from_outside], sums)
        self._sums[own] = _search(csr_array(rows[:, own]), entries)
        return own

    def _split(self, sums: NDArray[np.float64]) -> tuple[NDArray[np.int32], Integers]:
        is_reached = np.isfinite(sums)
        whole = np.where(is_reached, sums, 0).astype(np.int64)
        exchanges = np.where(is_reached, whole % self._step - 1, NONE).astype(np.int32)
        return exchanges, whole // self._step


def _shortest_between(size: int, ends: NDArray[np.int32], weights: Integers) -> csr_array:
    """The ducts as a symmetric matrix; of parallel ones the shortest (a sparse matrix would add them up)."""
    tails, heads = np.concatenate((ends[:, 0], ends[:, 1])), np.concatenate((ends[:, 1], ends[:, 0]))
    both = np.tile(weights, 2)
    order = np.lexsort((both, heads, tails))
    tails, heads, both = tails[order], heads[order], both[order]
    is_first = np.ones(len(tails), dtype=np.bool_)
    is_first[1:] = (tails[1:] != tails[:-1]) | (heads[1:] != heads[:-1])
    kept = (both[is_first].astype(np.float64), (tails[is_first], heads[is_first]))
    return csr_array(kept, shape=(size, size))


def _search(matrix: csr_array, entries: NDArray[np.float64]) -> NDArray[np.float64]:
    """The least sum to each node, where a search may enter at any node for its entry (infinite: not there)."""
    size = len(entries)
    inside = np.flatnonzero(np.isfinite(entries))
    if not len(inside):
        return np.full(size, np.inf)
    starts = np.concatenate((matrix.indptr, [matrix.indptr[-1] + len(inside)]))
    nodes = np.concatenate((matrix.indices, inside))
    weights = np.concatenate((matrix.data, entries[inside]))
    with_root = csr_array((weights, nodes, starts), shape=(size + 1, size + 1))
    return np.asarray(dijkstra(with_root, directed=True, indices=size), dtype=np.float64)[:size]
