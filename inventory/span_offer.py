"""What of the plant a request may use: which spans, over which cables, at which length. Masks over the span graph.

Built for each request from arrays of the snapshot and from what is held now; nothing is rebuilt.
Why something may not be used is one of four causes, so that a refusal can say which one it is.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from inventory.errors import UnknownThing
from inventory.plant import AssetKind, AssetRef, StrandRef, StrandState
from inventory.plant_use import PlantUse
from inventory.routes import RouteRequest
from inventory.span_graph import Flags, Ints, SpanGraph
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
    """The arcs a search may use, in rows of their tails as csgraph wants them. `spans` is each arc's span.

    Weights are whole numbers (`UNITS_PER_CM`), `carries` as in `span_graph.Arcs`.
    """

    starts: NDArray[np.int32]
    tails: Ints
    heads: NDArray[np.int32]
    weights: NDArray[np.float64]
    spans: Ints
    carries: Flags

    @property
    def size(self) -> int:
        """How many nodes there are."""
        return len(self.starts) - 1

    def matrix(self, weights: NDArray[np.float64] | None = None) -> csr_array:
        """For csgraph, with these weights in place of its own."""
        values = self.weights if weights is None else weights
        return csr_array((values, self.heads, self.starts), shape=(self.size, self.size))

    def arc(self, tail: int, head: int) -> int:
        """The arc from a node to a neighbour."""
        low, high = self.starts[tail], self.starts[tail + 1]
        return int(low + np.searchsorted(self.heads[low:high], head))

    def without(self, dropped: Flags) -> "Network":
        """The same nodes without some arcs."""
        kept = ~dropped
        starts = np.concatenate(([0], np.cumsum(kept)))[self.starts].astype(np.int32)
        return Network(
            starts, self.tails[kept], self.heads[kept], self.weights[kept], self.spans[kept], self.carries[kept]
        )


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
        return np.asarray(found, dtype=np.float64)

    def network(self, relaxed: Collection[Cause] = ()) -> Network:
        """The arcs of the usable spans."""
        arcs = self.graph.arcs
        lengths = self.lengths_cm(relaxed)[arcs.spans]
        weights = np.where(arcs.carries, lengths * UNITS_PER_CM + 1, 0.0)
        whole = Network(
            arcs.starts.astype(np.int32), arcs.tails, arcs.heads.astype(np.int32), weights, arcs.spans, arcs.carries
        )
        dropped = np.isinf(lengths)
        return whole.without(dropped) if dropped.any() else whole

    def cables_of(self, span: int) -> tuple[str, ...]:
        """The usable cables of a span."""
        low, high = self.graph.cable_starts[span], self.graph.cable_starts[span + 1]
        usable = self._usable[low:high]
        return tuple(cable for cable, flag in zip(self.graph.cables[low:high], usable, strict=True) if flag)

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


class Avoidance:
    """What a request avoids, as spans, cables and strands. A link is avoided with all ducts it lies in."""

    def __init__(self, graph: SpanGraph, avoid: Collection[AssetRef]) -> None:
        self.spans: Flags = np.zeros(len(graph.spans), dtype=np.bool_)
        self.cables: Flags = np.zeros(len(graph.cables), dtype=np.bool_)
        self.strands: set[StrandRef] = set()
        self._graph = graph
        for asset in sorted(avoid):
            self._add(asset)

    def _add(self, asset: AssetRef) -> None:
        plant, kind, code = self._graph.plant, asset.kind, asset.code
        if kind is AssetKind.CABLE:
            self._add_cable(plant.cable(code).code)
        elif kind is AssetKind.BORE:
            bores = {str(bore): bore for bore in plant.bores}
            for cable in plant.cables_in_bore.get(_known(bores, asset), ()):
                self._add_cable(cable)
        elif kind is AssetKind.STRAND:
            self.strands.add(_known({str(strand): strand for strand in plant.strands}, asset))
        elif kind is AssetKind.POSITION:
            behind = {str(each.ref): each.strand for each in plant.inventory.odf_positions}
            strand = _known(behind, asset)
            self.strands.update({strand} if strand is not None else ())
        elif kind is AssetKind.LINK:
            for fibre in plant.fibres_of_link.get(_known(plant.links, asset).code, ()):
                for duct in {duct for strand in fibre for duct in plant.ducts_of(strand.cable)}:
                    self._add_risk(AssetRef(AssetKind.DUCT, duct))
        else:
            self._add_risk(self._standing(asset))

    def _standing(self, asset: AssetRef) -> AssetRef:
        """The risk an asset is, or the place it stands at."""
        plant = self._graph.plant
        if asset.kind is AssetKind.CLOSURE:
            return AssetRef(AssetKind.PLACE, _known(plant.closures, asset).place)
        if asset.kind is AssetKind.ODF:
            return AssetRef(AssetKind.PLACE, _known(plant.odfs, asset).place)
        return asset

    def _add_cable(self, cable: str) -> None:
        number = self._graph.cable_numbers.get(cable)
        if number is not None:
            self.cables[number] = True

    def _add_risk(self, risk: AssetRef) -> None:
        spans = self._graph.spans_by_risk.get(risk)
        if spans is None and risk not in self._graph.known_risks:
            raise UnknownThing(risk.kind, risk.code)
        self.spans[list(spans or ())] = True


def _known[T](things: Mapping[str, T], asset: AssetRef) -> T:
    try:
        return things[asset.code]
    except KeyError:
        raise UnknownThing(asset.kind, asset.code) from None
