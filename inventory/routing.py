"""Routes over the plant: the shortest, two that share nothing, the k shortest. Pure.

What a route may use (`span_offer`): cables that are there on the first day, with strands that nobody lights or
holds in the window; ducts, and what a consent names, with a consent for it; nothing that is to be avoided; no
site or column (`places.ENDS_ONLY`) but those the route begins or ends at.
A shortest route has the least strand; of equal ones that with fewer spans, then the first by code.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import yen

from inventory.barred import barred_pair
from inventory.diverse import find_pair
from inventory.limited import shortest_within
from inventory.optics import LossFigures
from inventory.plant_errors import LossTooHigh, NoRoute, SamePlace
from inventory.plant_use import PlantUse
from inventory.route_refusals import why_none
from inventory.routes import Route, RouteAnswer, RouteRequest, SearchLimits
from inventory.snapshot import Snapshot
from inventory.span_graph import SpanGraph, span_graph_of
from inventory.span_offer import Network, Offer
from inventory.span_paths import Losses, route_of
from inventory.suurballe import Tree, tree


def find_routes(
    snapshot: Snapshot,
    use: PlantUse,
    request: RouteRequest,
    figures: LossFigures = LossFigures(),  # noqa: B008 - frozen, and every caller's default
    limits: SearchLimits = SearchLimits(),  # noqa: B008 - frozen, and every caller's default
) -> RouteAnswer:
    """Answer a request: one leg, or two where it asks for `diverse` ones.

    Raises:
        UnknownThing: a place, or something to be avoided, that nobody knows.
        SamePlace, NoRoute: a place to itself, or two places no cables join.
        ConsentMissing, PlantNotReady, StrandsExhausted, Avoided: why there is no route (`route_refusals`).
        LossTooHigh: every route loses more than it may.
    """
    offer, network, first, ends = _begin(snapshot, use, request)
    losses = Losses(offer.graph, figures)
    if request.diverse:
        answer = find_pair(offer, losses, network, first, ends, limits)
        return replace(answer, barred=barred_pair(offer, losses, network, ends, limits, answer))
    nodes = _one_leg(network, first, ends, request, losses)
    return RouteAnswer((route_of(offer, losses, network, nodes),), (), None, True, "shortest path")


def rank_routes(
    snapshot: Snapshot,
    use: PlantUse,
    request: RouteRequest,
    count: int,
    figures: LossFigures = LossFigures(),  # noqa: B008 - frozen, and every caller's default
) -> tuple[Route, ...]:
    """The `count` shortest routes that visit no place twice, shortest first; fewer where there are not so many.

    With `max_loss_db`, those of them that keep to it. Raises: as `find_routes`.
    """
    offer, network, _, (a, z) = _begin(snapshot, use, request)
    losses = Losses(offer.graph, figures)
    _, before = yen(network.matrix(), a, z, count, return_predecessors=True)
    routes = (route_of(offer, losses, network, _walk_back(row, z)) for row in before)
    bound_db = request.max_loss_db
    return tuple(route for route in routes if bound_db is None or route.loss_db <= bound_db)


def _begin(snapshot: Snapshot, use: PlantUse, request: RouteRequest) -> tuple[Offer, Network, Tree, tuple[int, int]]:
    """What may be used, and the tree of the request's last place, which reaches the first."""
    graph = span_graph_of(snapshot)
    a, z = _ends(snapshot, graph, request)
    offer = Offer(graph, use, request)
    network = offer.network()
    first = tree(network, z)
    if first.path_from(a) is None:
        raise why_none(offer)
    return offer, network, first, (a, z)


def _ends(snapshot: Snapshot, graph: SpanGraph, request: RouteRequest) -> tuple[int, int]:
    """Raises: UnknownThing, SamePlace, NoRoute."""
    a, z = (snapshot.place(code).code for code in (request.a_place, request.z_place))
    if a == z:
        raise SamePlace(a)
    if a not in graph.numbers or z not in graph.numbers:
        raise NoRoute(a, z)
    return graph.numbers[a], graph.numbers[z]


def _one_leg(network: Network, first: Tree, ends: tuple[int, int], request: RouteRequest, losses: Losses) -> list[int]:
    a, z = ends
    if request.max_loss_db is None:
        return first.path_from(a) or []
    bound_db = request.max_loss_db - losses.ends_db
    found = shortest_within(network, losses.arcs_db(network, z), a, z, bound_db)
    if found.nodes is None:
        least_db = found.least_db + losses.ends_db
        raise LossTooHigh(request.a_place, request.z_place, request.max_loss_db, least_db)
    return found.nodes


def _walk_back(before: NDArray[np.int32], node: int) -> list[int]:
    found = [node]
    while (node := int(before[node])) >= 0:
        found.append(node)
    return found[::-1]
