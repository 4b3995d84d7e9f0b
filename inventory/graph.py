"""Paths over the links of a snapshot.

The shortest path is the one with the least fibre; equal lengths are decided by fewer hops, and
then by the codes of the devices and links, so that the same snapshot always gives the same
answer. A path passes only through switches: an NTE or access point may only stand at its end.

`Graph` is what does not change within a snapshot (indexes and a compressed sparse matrix); a
search copies the array of weights and no more. Dijkstra is scipy's (C, one tree per search).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from inventory.devices import Device, DeviceRole, Lifecycle, PortRef
from inventory.errors import NoPath, UnknownThing
from inventory.links import Link
from inventory.snapshot import Snapshot

# A weight is the length in whole centimetres, times this, plus one: sums of whole numbers below 2**53
# are exact in a float, so equal lengths are equal, and of these fewer hops win (up to 10,000 of them).
UNITS_PER_CM = 10_000


@dataclass(frozen=True, slots=True)
class PathHop:
    """One link of a path, walked from `out_port` to `in_port`."""

    link_code: str
    out_port: PortRef
    in_port: PortRef


@dataclass(frozen=True, slots=True)
class NetworkPath:
    """Ordered links from one device to another. `length_m` in metres; no hops where both are one device."""

    hops: tuple[PathHop, ...]
    length_m: float


@dataclass(frozen=True)
class _Edges:
    """Each link in both directions, ordered by tail, head, length and link.

    `pair_starts` are the edges that begin a new (tail, head); parallel links follow each other.
    `row_starts` and `pair_heads` are the compressed rows of the pairs, as csgraph wants them.
    """

    tails: NDArray[np.int32]
    heads: NDArray[np.int32]
    weights: NDArray[np.float64]
    link_numbers: NDArray[np.int32]
    pair_starts: NDArray[np.int64]
    pair_heads: NDArray[np.int32]
    row_starts: NDArray[np.int32]

    def between(self, tail: int, head: int) -> range:
        """The edges from one device to a neighbour."""
        low, high = self.row_starts[tail], self.row_starts[tail + 1]
        pair = int(low + np.searchsorted(self.pair_heads[low:high], head))
        end = self.pair_starts[pair + 1] if pair + 1 < len(self.pair_starts) else len(self.heads)
        return range(int(self.pair_starts[pair]), int(end))

    def neighbours(self, device: int) -> list[int]:
        """In the order of their names."""
        return [int(head) for head in self.pair_heads[self.row_starts[device] : self.row_starts[device + 1]]]


NO_ROOM = 2**62
"""Mbit/s: what to say is committed on a link that must not be used."""


class Graph:
    """The usable links of one snapshot, ready for many searches. Never changes; safe in several threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        devices = snapshot.inventory.devices
        live = sorted((device for device in devices if device.lifecycle is Lifecycle.LIVE), key=_name)
        self.known = frozenset(device.name for device in devices)
        self.names = tuple(device.name for device in live)
        self.numbers: Mapping[str, int] = {name: number for number, name in enumerate(self.names)}
        self.links = _usable(snapshot.circuit_links, self.numbers)
        self._is_end = np.array([device.role is not DeviceRole.SWITCH for device in live], dtype=np.bool_)

    def reach(
        self,
        a_device: str,
        *,
        bandwidth_mbps: int = 0,
        committed_mbps: Mapping[str, int] | None = None,
        avoid: Collection[str] = (),
    ) -> "Reach":
        """Search from `a_device` to everywhere, over links with `bandwidth_mbps` uncommitted.

        `committed_mbps` is what is taken, by link code; a link that is not in it is free. Links to
        `avoid` are not used. A device that is not live reaches nothing.

        Raises: UnknownThing, where no device has that name.
        """
        if a_device not in self.known:
            raise UnknownThing("device", a_device)
        a_number = self.numbers.get(a_device)
        if a_number is None:
            return Reach(self, a_device, bandwidth_mbps, np.empty(0), np.full(len(self.names), np.inf))
        weights = self._weights_from(a_number, bandwidth_mbps, committed_mbps or {}, avoid)
        return Reach(self, a_device, bandwidth_mbps, weights, self._distances(a_number, weights))

    def islands(self, *, bandwidth_mbps: int = 0, committed_mbps: Mapping[str, int] | None = None) -> "Islands":
        """Search everywhere at once: which devices have a path with `bandwidth_mbps` uncommitted between them."""
        edges = self.edges
        has_room = ~self._is_full(bandwidth_mbps, committed_mbps or {})[edges.link_numbers]
        is_inside = has_room & ~self._is_end[edges.tails] & ~self._is_end[edges.heads]
        size = len(self.names)
        inside = (np.ones(int(is_inside.sum()), dtype=np.int8), (edges.tails[is_inside], edges.heads[is_inside]))
        _, labels = connected_components(csr_array(inside, shape=(size, size)), directed=False)
        is_out = has_room & self._is_end[edges.tails]
        return Islands(self.numbers, self._is_end, labels, edges.tails[is_out].tolist(), edges.heads[is_out].tolist())

    @cached_property
    def edges(self) -> _Edges:
        """Built once a snapshot."""
        count = len(self.links)
        a = np.fromiter((self.numbers[link.a.device] for link in self.links), np.int32, count)
        z = np.fromiter((self.numbers[link.z.device] for link in self.links), np.int32, count)
        lengths_m = np.fromiter((link.length_m for link in self.links), np.float64, count)
        weights = np.tile(np.round(lengths_m * 100) * UNITS_PER_CM + 1, 2)
        tails, heads = np.concatenate((a, z)), np.concatenate((z, a))
        links = np.tile(np.arange(count, dtype=np.int32), 2)
        order = np.lexsort((links, weights, heads, tails))
        return _compressed(tails[order], heads[order], weights[order], links[order], len(self.names))

    @cached_property
    def _capacities_mbps(self) -> NDArray[np.int64]:
        return np.fromiter((link.capacity_mbps for link in self.links), np.int64, len(self.links))

    @cached_property
    def _link_numbers(self) -> Mapping[str, int]:
        return {link.code: number for number, link in enumerate(self.links)}

    def _weights_from(
        self, a_number: int, bandwidth_mbps: int, committed_mbps: Mapping[str, int], avoid: Collection[str]
    ) -> NDArray[np.float64]:
        """Each edge's weight: infinite without room, and out of an NTE other than where the search starts."""
        edges = self.edges
        is_full = self._is_full(bandwidth_mbps, committed_mbps, avoid)[edges.link_numbers]
        leaves_an_end = self._is_end[edges.tails] & (edges.tails != a_number)
        return np.where(is_full | leaves_an_end, np.inf, edges.weights)

    def _is_full(
        self, bandwidth_mbps: int, committed_mbps: Mapping[str, int], avoid: Collection[str] = ()
    ) -> NDArray[np.bool_]:
        """Of each link, whether it has less than that left, or is to be avoided."""
        free_mbps = self._capacities_mbps.copy()
        for code, taken_mbps in committed_mbps.items():
            number = self._link_numbers.get(code)
            if number is not None:
                free_mbps[number] -= taken_mbps
        for code in avoid:
            if code in self._link_numbers:
                free_mbps[self._link_numbers[code]] = -1  # less than any bandwidth
        return free_mbps < bandwidth_mbps

    def _distances(self, a_number: int, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        edges, size = self.edges, len(self.names)
        best = np.minimum.reduceat(weights, edges.pair_starts) if len(weights) else weights
        matrix = csr_array((best, edges.pair_heads, edges.row_starts), shape=(size, size))
        return np.asarray(dijkstra(matrix, directed=True, indices=a_number), dtype=np.float64)


class Reach:
    """The answer to one search from one device: which others it reaches, how far, and by which path."""

    def __init__(
        self,
        graph: Graph,
        a_device: str,
        bandwidth_mbps: int,
        weights: NDArray[np.float64],
        distances: NDArray[np.float64],
    ) -> None:
        self._graph = graph
        self._a_device = a_device
        self._bandwidth_mbps = bandwidth_mbps
        self._weights = weights
        self._distances = distances

    def __contains__(self, z_device: object) -> bool:
        return isinstance(z_device, str) and bool(np.isfinite(self._distance(z_device)))

    def nearest(self, z_devices: Collection[str]) -> str | None:
        """The nearest of `z_devices` (of equally near ones the first by name), None where none is reached."""
        reached = [(self._distance(name), name) for name in z_devices if name in self]
        return min(reached)[1] if reached else None

    def path_to(self, z_device: str) -> NetworkPath:
        """Raises: UnknownThing, NoPath."""
        if z_device not in self._graph.known:
            raise UnknownThing("device", z_device)
        if z_device not in self:
            raise NoPath(self._a_device, z_device, self._bandwidth_mbps)
        walked = self._walk_back(self._graph.numbers[z_device])
        hops = tuple(_hop(link, self._graph.names[tail]) for link, tail in reversed(walked))
        return NetworkPath(hops, round(sum(link.length_m for link, _ in walked), 2))

    def _distance(self, z_device: str) -> float:
        number = self._graph.numbers.get(z_device)
        return float("inf") if number is None else float(self._distances[number])

    def _walk_back(self, head: int) -> list[tuple[Link, int]]:
        """Links with the device each is entered from, last one first."""
        a_number = self._graph.numbers[self._a_device]
        walked: list[tuple[Link, int]] = []
        while head != a_number:
            edge = self._edge_into(head)
            head = int(self._graph.edges.tails[edge])
            walked.append((self._graph.links[int(self._graph.edges.link_numbers[edge])], head))
        return walked

    def _edge_into(self, head: int) -> int:
        """The last edge of a shortest path to `head`: from the first neighbour by name, over the first link by code."""
        edges = self._graph.edges
        return next(
            edge
            for tail in edges.neighbours(head)
            for edge in edges.between(tail, head)
            if self._distances[tail] + self._weights[edge] == self._distances[head]
        )


class Islands:
    """The answer to a search everywhere: which devices a path joins. As ever, a path passes only through switches."""

    def __init__(
        self,
        numbers: Mapping[str, int],
        is_end: NDArray[np.bool_],
        labels: NDArray[np.int32],
        tails: Collection[int],
        heads: Collection[int],
    ) -> None:
        self._numbers = numbers
        self._labels = labels
        self._shores: dict[int, set[int]] = {}
        self._joined_ends: set[tuple[int, int]] = set()
        for end, head in zip(tails, heads, strict=True):
            if is_end[head]:
                self._joined_ends.add((end, head))
            else:
                self._shores.setdefault(end, {int(labels[end])}).add(int(labels[head]))

    def join(self, a_device: str, z_device: str) -> bool:
        """Whether a path joins two devices; none does where one of them is unknown or not live."""
        a_number, z_number = self._numbers.get(a_device), self._numbers.get(z_device)
        if a_number is None or z_number is None:
            return False
        if (a_number, z_number) in self._joined_ends:
            return True
        return not self._shore(a_number).isdisjoint(self._shore(z_number))

    def _shore(self, number: int) -> set[int]:
        return self._shores.get(number) or {int(self._labels[number])}


_graphs: WeakKeyDictionary[Snapshot, Graph] = WeakKeyDictionary()


def graph_of(snapshot: Snapshot) -> Graph:
    """The graph of a snapshot, built at the first call for it."""
    graph = _graphs.get(snapshot)
    if graph is None:
        graph = _graphs.setdefault(snapshot, Graph(snapshot))
    return graph


def _name(device: Device) -> str:
    return device.name


def _usable(links: Collection[Link], numbers: Mapping[str, int]) -> tuple[Link, ...]:
    """The links between two live devices, in the order of their codes."""
    usable = (
        link
        for link in links
        if link.a.device in numbers and link.z.device in numbers and link.a.device != link.z.device
    )
    return tuple(sorted(usable, key=lambda link: link.code))


def _compressed(
    tails: NDArray[np.int32],
    heads: NDArray[np.int32],
    weights: NDArray[np.float64],
    links: NDArray[np.int32],
    size: int,
) -> _Edges:
    is_new = np.ones(len(tails), dtype=np.bool_)
    is_new[1:] = (tails[1:] != tails[:-1]) | (heads[1:] != heads[:-1])
    pair_starts = np.flatnonzero(is_new).astype(np.int64)
    row_starts = np.searchsorted(tails[pair_starts], np.arange(size + 1)).astype(np.int32)
    return _Edges(tails, heads, weights, links, pair_starts, heads[pair_starts], row_starts)


def _hop(link: Link, tail: str) -> PathHop:
    """The link as it is walked from the device called `tail`."""
    if link.a.device == tail:
        return PathHop(link.code, link.a, link.z)
    return PathHop(link.code, link.z, link.a)
