"""Paths over a network of spans: as arcs, as the spans they go over, and as routes with lengths and losses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from inventory.optics import LossFigures
from inventory.plant import AssetRef
from inventory.plant_map import Plant
from inventory.routes import Route, Span
from inventory.span_graph import Ints, SpanGraph
from inventory.span_offer import UNITS_PER_CM, Network, Offer


@dataclass(frozen=True)
class Losses:
    """What light loses: in each span of a graph by its length in centimetres, and at the joint in each place."""

    graph: SpanGraph
    figures: LossFigures

    @property
    def ends_db(self) -> float:
        """The connectors at both ends of a route."""
        return 2 * self.figures.per_connector_db

    @cached_property
    def joints_db(self) -> NDArray[np.float64]:
        """At each node: a splice, two connectors where only an ODF joins the strands, nothing amid a parallel span."""
        places = [joint_db(self.graph.plant, place, self.figures) for place in self.graph.places]
        return np.array(places + [0.0] * (self.graph.node_count - len(places)))

    def arcs_db(self, network: Network, z: int) -> NDArray[np.float64]:
        """What each arc and the joint at its head lose; at `z` no joint is made."""
        lengths_km = (network.weights - network.carries) / UNITS_PER_CM / 100_000
        joints = np.where(network.heads == z, 0.0, self.joints_db[network.heads])
        return np.asarray(lengths_km * self.figures.per_km_db + joints)


def joint_db(plant: Plant, place: str, figures: LossFigures) -> float:
    """What a strand loses where it is joined to the next at a place: a splice, or two connectors of an ODF."""
    if plant.odfs_at.get(place) and not plant.closures_at.get(place):
        return 2 * figures.per_connector_db
    return figures.per_splice_db


def spans_along(network: Network, nodes: Sequence[int]) -> Ints:
    """The spans a row of nodes goes over, in order."""
    arcs = network.along(nodes)
    return network.spans[arcs[network.carries[arcs]]]


def places_along(graph: SpanGraph, nodes: Iterable[int]) -> tuple[str, ...]:
    """The places of a row of nodes."""
    return tuple(graph.places[node] for node in nodes if node < len(graph.places))


def route_of(offer: Offer, losses: Losses, network: Network, nodes: Sequence[int]) -> Route:
    """A row of nodes as people read it."""
    graph = offer.graph
    places = places_along(graph, nodes)
    spans = spans_along(network, nodes).tolist()
    hops = tuple(_hop(offer, span, place) for span, place in zip(spans, places, strict=False))
    length_m = weight_m(network, nodes)
    joints = sum(joint_db(graph.plant, place, losses.figures) for place in places[1:-1])
    loss_db = length_m / 1000 * losses.figures.per_km_db + joints + losses.ends_db
    return Route(places, hops, round(length_m, 2), round(loss_db, 4))


def weight_m(network: Network, nodes: Sequence[int]) -> float:
    """Metres of strand along a row of nodes."""
    arcs = network.along(nodes)
    return float((network.weights[arcs] - network.carries[arcs]).sum()) / UNITS_PER_CM / 100


def risks_along(graph: SpanGraph, network: Network, nodes: Sequence[int]) -> Ints:
    """What another leg must not use: the risks of its spans, and all places but those at both ends of it. In order."""
    places = np.asarray([node for node in nodes if node < len(graph.places)], dtype=np.int64)
    found = np.unique(np.concatenate((graph.risks_of(spans_along(network, nodes)), places)))
    return np.asarray(found[(found != nodes[0]) & (found != nodes[-1])], dtype=np.int64)


def refs(graph: SpanGraph, risks: Iterable[int]) -> tuple[AssetRef, ...]:
    """Risks by name, in order."""
    return tuple(sorted(graph.risks[risk] for risk in risks))


def _hop(offer: Offer, span: int, entered_at: str) -> Span:
    row = offer.graph.spans[span]
    ducts = row.ducts if row.a == entered_at else row.ducts[::-1]
    return Span(ducts, offer.cables_of(span))
