"""What a request is to keep off, as spans, cables and strands that it may not use."""

from collections.abc import Callable, Collection, Mapping

import numpy as np

from inventory.errors import UnknownThing
from inventory.plant import AssetKind, AssetRef, StrandRef
from inventory.span_graph import Flags, SpanGraph

NOT_BY_THEMSELVES = frozenset({AssetKind.SPLICE, AssetKind.PATCH, AssetKind.PORT})


class Avoidance:
    """The spans, cables and strands that assets take away. A link is avoided with all ducts it lies in.

    Raises: UnknownThing, also for a splice, patch or port: these are avoided with the strand they are at.
    """

    def __init__(self, graph: SpanGraph, avoid: Collection[AssetRef]) -> None:
        self.spans: Flags = np.zeros(len(graph.spans), dtype=np.bool_)
        self.cables: Flags = np.zeros(len(graph.cables), dtype=np.bool_)
        self.strands: set[StrandRef] = set()
        self._graph = graph
        self._plant = graph.plant
        adders: Mapping[AssetKind, Callable[[AssetRef], None]] = {
            AssetKind.CABLE: self._add_cable,
            AssetKind.BORE: self._add_bore,
            AssetKind.STRAND: self._add_strand,
            AssetKind.POSITION: self._add_position,
            AssetKind.LINK: self._add_link,
            AssetKind.CLOSURE: self._add_closure,
            AssetKind.ODF: self._add_odf,
        }
        for asset in sorted(avoid):
            adders.get(asset.kind, self._add_risk)(asset)

    def _add_cable(self, asset: AssetRef) -> None:
        self._bar_cable(self._plant.cable(asset.code).code)

    def _add_bore(self, asset: AssetRef) -> None:
        bores = {str(bore): bore for bore in self._plant.bores}
        for cable in self._plant.cables_in_bore.get(_known(bores, asset), ()):
            self._bar_cable(cable)

    def _bar_cable(self, cable: str) -> None:
        number = self._graph.cable_numbers.get(cable)
        if number is not None:
            self.cables[number] = True

    def _add_strand(self, asset: AssetRef) -> None:
        self.strands.add(_known({str(strand): strand for strand in self._plant.strands}, asset))

    def _add_position(self, asset: AssetRef) -> None:
        strand = _known({str(each.ref): each.strand for each in self._plant.inventory.odf_positions}, asset)
        if strand is not None:
            self.strands.add(strand)

    def _add_link(self, asset: AssetRef) -> None:
        fibres = self._plant.fibres_of_link.get(_known(self._plant.links, asset).code, ())
        for duct in {duct for fibre in fibres for strand in fibre for duct in self._plant.ducts_of(strand.cable)}:
            self._add_risk(AssetRef(AssetKind.DUCT, duct))

    def _add_closure(self, asset: AssetRef) -> None:
        self._bar_ends_at(_known(self._plant.closures, asset).place)

    def _add_odf(self, asset: AssetRef) -> None:
        self._bar_ends_at(_known(self._plant.odfs, asset).place)

    def _bar_ends_at(self, place: str) -> None:
        """The spans that end at a place, where a closure or ODF joins them; those pulled past it do not use it."""
        number = self._graph.numbers.get(place)
        if number is not None:
            self.spans |= (self._graph.span_ends == number).any(axis=1)

    def _add_risk(self, asset: AssetRef) -> None:
        spans = self._graph.spans_by_risk.get(asset)
        if asset.kind in NOT_BY_THEMSELVES:
            sentence = f"A route cannot keep off a {asset.kind} by itself: name its strand, position, link or place."
            raise UnknownThing(asset.kind, asset.code, sentence)
        if spans is None and asset not in self._graph.known_risks:
            raise UnknownThing(asset.kind, asset.code)
        self.spans[list(spans or ())] = True


def _known[T](things: Mapping[str, T], asset: AssetRef) -> T:
    try:
        return things[asset.code]
    except KeyError:
        raise UnknownThing(asset.kind, asset.code) from None
