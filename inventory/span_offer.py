"""What of the plant a request may use: which spans, over which cables, at which length. Masks over the span graph.

Built for each request from arrays of the snapshot and from what is held now; nothing is rebuilt.
Why something may not be used is one of four causes, so that a refusal can say which one it is.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from inventory.avoidance import Avoidance
from inventory.plant import AssetRef, StrandRef, StrandState
from inventory.plant_use import PlantUse
from inventory.routes import RouteRequest
from inventory.span_graph import Arcs, Flags, Ints, SpanGraph
from inventory.windows import Window

UNITS_PER_CM = 1024
"""An arc weighs its length in centimetres times this, plus one: of equal lengths fewer spans win, up to a thousand."""


class Cause(IntEnum):
    """Why a span may not be used, in the order in which refusals look for it."""

    CONSENT = 1
    READY = 2
    STRANDS = 3
    AVOID = 4


@dataclass(frozen=True)
class Network:
    """The arcs a search may use, in rows of their tails as csgraph wants them: those of `arcs` numbered `kept`.

    Weights are whole numbers (`UNITS_PER_CM`) and the same in both directions.
    """

    arcs: Arcs
    kept: Ints
    starts: NDArray[np.int32]
    weights: NDArray[np.float64]

    @property
    def size(self) -> int:
        """How many nodes there are."""
        return len(self.starts) - 1

    @cached_property
    def tails(self) -> Ints:
        return self.arcs.tails[self.kept]

    @cached_property
    def heads(self) -> NDArray[np.int32]:
        return self.arcs.heads[self.kept].astype(np.int32)

    @cached_property
    def spans(self) -> Ints:
        """The span each arc is of."""
        return self.arcs.spans[self.kept]

    @cached_property
    def carries(self) -> Flags:
        """See `span_graph.Arcs`."""
        return self.arcs.carries[self.kept]

    @cached_property
    def _keys(self) -> Ints:
        """Tail and head of each arc in one number, in order."""
        return self.tails * self.size + self.heads

    def matrix(self, weights: NDArray[np.float64] | None = None) -> csr_array:
        """For csgraph, with these weights in place of its own."""
        values = self.weights if weights is None else weights
        return csr_array((values, self.heads, self.starts), shape=(self.size, self.size))

    def along(self, nodes: Sequence[int]) -> Ints:
        """The arcs along a row of nodes."""
        row = np.asarray(nodes, dtype=np.int64)
        return np.searchsorted(self._keys, row[:-1] * self.size + row[1:])

    def without(self, dropped: Flags) -> "Network":
        """The same nodes without some arcs."""
        kept = np.flatnonzero(~dropped)
        return Network(self.arcs, self.kept[kept], _starts(self.starts, dropped), self.weights[kept])


def _starts(starts: NDArray[np.int32], dropped: Flags) -> NDArray[np.int32]:
    """Where rows begin once some arcs are gone."""
    before = np.zeros(len(dropped) + 1, dtype=np.int32)
    np.cumsum(~dropped, out=before[1:])
    return before[starts]


class Offer:
    """What one request may use of a span graph. Raises: UnknownThing, for what is to be avoided and nobody knows."""

    def __init__(self, graph: SpanGraph, use: PlantUse, request: RouteRequest) -> None:
        self.graph = graph
        self.request = request
        self._use = use
        self._avoided = Avoidance(graph, request.avoid)

    def avoiding(self, asset: AssetRef) -> "Avoidance":
        """What avoiding one asset alone bars."""
        return Avoidance(self.graph, {asset})

    @cached_property
    def free_strands(self) -> Ints:
        """How many strands of each cable may be used all through the window."""
        graph, window = self.graph, self.request.window
        found = graph.cable_strands.copy()
        for strand in chosen_strands(graph, self._use, window, self._avoided.strands):
            found[graph.cable_numbers[strand.cable]] -= 1
        return found

    @cached_property
    def _days(self) -> tuple[int, int]:
        """The days consents are needed for: of a window without an end, the first (see `Consents.gap`)."""
        window = self.request.window
        return window.first.toordinal(), (window.last or window.first).toordinal()

    @cached_property
    def span_bars(self) -> Mapping[Cause, Flags]:
        """Which spans may not be used, by cause, whatever cable."""
        graph, count = self.graph, len(self.graph.spans)
        cover, pairs = graph.span_cover
        return {
            Cause.CONSENT: pairs.count(cover.lacking(*self._days), count) > 0,
            Cause.READY: graph.span_ready > self._days[0],
            Cause.AVOID: self._avoided.spans,
        }

    @cached_property
    def cable_bars(self) -> Mapping[Cause, Flags]:
        """Which cables may not be used, by cause."""
        graph, count = self.graph, len(self.graph.cables)
        cover, pairs = graph.cable_cover
        return {
            Cause.CONSENT: pairs.count(cover.lacking(*self._days), count) > 0,
            Cause.READY: graph.cable_ready > self._days[0],
            Cause.STRANDS: self.free_strands < self.request.strands,
            Cause.AVOID: self._avoided.cables,
        }

    def usable_cables(self, relaxed: Collection[Cause] = ()) -> Flags:
        """The cables that may be used, were it not for the `relaxed` causes."""
        found = np.ones(len(self.graph.cables), dtype=np.bool_)
        for cause, barred in self.cable_bars.items():
            if cause not in relaxed:
                found &= ~barred
        return found

    def lengths_cm(self, relaxed: Collection[Cause] = ()) -> NDArray[np.float64]:
        """The shortest usable cable of each span; infinite where it may not be used."""
        graph = self.graph
        if not graph.spans:
            return np.empty(0)
        lengths = np.where(self.usable_cables(relaxed), graph.cable_lengths_cm, np.inf)
        found = np.minimum.reduceat(lengths, graph.cable_starts[:-1])
        for cause, barred in self.span_bars.items():
            if cause not in relaxed:
                found[barred] = np.inf
        found[self._passes_building] = np.inf
        return np.asarray(found, dtype=np.float64)

    @cached_property
    def _passes_building(self) -> Flags:
        """The spans that lead through a building or column that is none of the request's own ends."""
        graph, request = self.graph, self.request
        is_barred = graph.is_end_only.copy()
        own = [graph.numbers[place] for place in (request.a_place, request.z_place) if place in graph.numbers]
        is_barred[own] = False
        return np.asarray(graph.is_through_building | is_barred[graph.span_ends].any(axis=1))

    def network(self, relaxed: Collection[Cause] = ()) -> Network:
        """The arcs of the usable spans."""
        arcs = self.graph.arcs
        lengths = self.lengths_cm(relaxed)
        dropped = np.isinf(lengths)[arcs.spans]
        kept = np.flatnonzero(~dropped)
        weights = np.where(arcs.carries[kept], lengths[arcs.spans[kept]] * UNITS_PER_CM + 1, 0.0)
        return Network(arcs, kept, _starts(arcs.starts, dropped), weights)

    def cables_of(self, span: int) -> tuple[str, ...]:
        """The usable cables of a usable span."""
        cables = self.graph.spans[span].cables
        if len(cables) == 1:
            return cables
        low, high = self.graph.cable_starts[span], self.graph.cable_starts[span + 1]
        usable = self._usable[low:high]
        return tuple(cable for cable, flag in zip(cables, usable, strict=True) if flag)

    @cached_property
    def _usable(self) -> Flags:
        return self.usable_cables()


def chosen_strands(graph: SpanGraph, use: PlantUse, window: Window, more: Collection[StrandRef]) -> Iterator[StrandRef]:
    """The strands that `SpanGraph.cable_strands` counts and that are held in the window, or are among `more`."""
    plant, lit = graph.plant, graph.plant.lit_strands
    held = (strand for strand in use.strands if not use.is_free(strand, window))
    for strand in {*more, *held}:
        known = plant.strands.get(strand)
        is_usable = known is not None and known.state is StrandState.USABLE and strand not in lit
        if is_usable and strand.cable in graph.cable_numbers:
            yield strand
