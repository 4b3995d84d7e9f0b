"""Two legs that share nothing but their ends: the shortest such pair, or the one that shares least.

What is minimised: first the number of risks that both legs use, of ducts, places passed, corridors,
bridges and building entries, each counting one, the two end places none; then the metres of both.

How: (1) Suurballe's pair, at a toll for each place and span used twice, is a bound and often the answer. (2) A
risk that cuts the two places apart is shared by every pair: it is set aside, and counted. (3) Each leg
with the best other one to it gives a pair. (4) Between bound and pair lies a gap; an arc whose surplus
is larger is in no better pair. What is left is searched exactly (`pair_program`). See docs/decisions/diverse-paths.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from inventory.limited import ROUNDING_DB, shortest_within
from inventory.pair_branching import PairBranching
from inventory.pair_limits import Legs, LossBound
from inventory.plant_errors import LossTooHigh
from inventory.routes import Route, RouteAnswer, SearchLimits
from inventory.separation import near_end_m, nearest_route, separation
from inventory.span_graph import Flags, Ints, SpanGraph
from inventory.span_offer import Network, Offer
from inventory.span_paths import Losses, refs, risks_along, route_of
from inventory.suurballe import Pair, Tolls, Tree, least_pair, tree

SHARED = 2.0**42
"""What sharing one risk costs: more than any two legs weigh (43,000 km), and two thousand of it below 2**53."""


NO_RISKS: Ints = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Found:
    """Two legs as rows of nodes, whether no better ones exist, and how they were found."""

    legs: Legs
    is_exact: bool
    method: str


def find_pair(
    offer: Offer, losses: Losses, network: Network, first: Tree, ends: tuple[int, int], limits: SearchLimits
) -> RouteAnswer:
    """The two legs of a request, shorter one first; `first` is the tree of its last place, and reaches the first.

    Raises: LossTooHigh.
    """
    sharing = Sharing(offer.graph, network)
    found = PairSearch(sharing, first, ends, loss_bound(offer, losses, network, ends)).run(limits)
    shared = refs(offer.graph, sharing.between(found.legs))
    legs = sorted((route_of(offer, losses, network, nodes) for nodes in found.legs), key=lambda leg: leg.length_m)
    metres, closest = separation_of(offer.graph, legs[0], legs[1])
    return RouteAnswer(tuple(legs), shared, metres, found.is_exact, found.method, closest)


def loss_bound(offer: Offer, losses: Losses, network: Network, ends: tuple[int, int]) -> LossBound | None:
    """What each leg of a request may lose at most; None where it does not say."""
    allowed_db = offer.request.max_loss_db
    if allowed_db is None:
        return None
    return LossBound(losses.arcs_db(network, ends[1]), allowed_db, losses.ends_db)


@dataclass(frozen=True)
class Sharing:
    """What legs of one network share, and what that costs."""

    graph: SpanGraph
    network: Network
    _known: dict[tuple[int, ...], Ints] = field(default_factory=dict, repr=False)

    def between(self, legs: Legs) -> Ints:
        """The risks both legs use, in order."""
        return np.intersect1d(self.risks(legs[0]), self.risks(legs[1]), assume_unique=True)

    def risks(self, nodes: Sequence[int]) -> Ints:
        """See `risks_along`; looked up once for each leg."""
        key = tuple(nodes)
        if key not in self._known:
            self._known[key] = risks_along(self.graph, self.network, nodes)
        return self._known[key]

    def cost(self, legs: Legs) -> float:
        """What is minimised."""
        return SHARED * len(self.between(legs)) + sum(self.weight(leg) for leg in legs)

    def weight(self, nodes: Sequence[int]) -> float:
        """What the arcs along a row of nodes weigh."""
        return float(self.network.weights[self.network.along(nodes)].sum())

    def tolls(self, forced: Ints) -> Tolls:
        """For using a span or place twice; risks that every pair shares are free here, and counted elsewhere."""
        network, graph = self.network, self.graph
        risks, spans = graph.risk_owners
        if len(forced):
            spans = spans[~np.isin(risks, forced)]
        owned = np.bincount(spans, minlength=len(graph.spans))
        nodes = np.zeros(network.size)
        nodes[: len(graph.places)] = SHARED
        nodes[forced[forced < len(graph.places)]] = 0.0
        return Tolls(np.where(network.carries, owned[network.spans] * SHARED, 0.0), nodes)

    def count_on_arcs(self, risks: Ints, z: int) -> NDArray[np.float64]:
        """How many of these risks each arc uses, with the place it leads into."""
        graph, network = self.graph, self.network
        chosen: Flags = np.zeros(len(graph.risks), dtype=np.bool_)
        chosen[risks] = True
        on_spans = graph.span_risks.count(chosen, len(graph.spans))
        into = np.zeros(network.size)
        into[: len(graph.places)] = chosen[: len(graph.places)]
        into[z] = 0.0
        return np.where(network.carries, on_spans[network.spans], 0) + into[network.heads]


class PairSearch:
    """The search for one pair of legs."""

    def __init__(self, sharing: "Sharing", first: Tree, ends: tuple[int, int], loss: LossBound | None) -> None:
        self._sharing = sharing
        self._graph = sharing.graph
        self._network = sharing.network
        self._first = first
        self._a, self._z = ends
        self._loss = loss

    def run(self, limits: SearchLimits) -> Found:
        """Raises: LossTooHigh."""
        relaxed, forced = self._bound()
        bound = relaxed.value + SHARED * len(forced)
        if self._is_within(relaxed.legs) and self._sharing.cost(relaxed.legs) == bound:
            return Found(relaxed.legs, True, "Suurballe")
        best = min(self._pairs(relaxed.legs), key=self._sharing.cost)
        gap = self._sharing.cost(best) - bound
        if gap == 0:
            return Found(best, True, "Suurballe, other leg searched anew")
        return self._search(best, forced, relaxed, limits)

    def _bound(self) -> tuple[Pair, Ints]:
        """The least pair by tolls; and where it shares what tolls do not count in full, the risks every pair shares."""
        relaxed = self._least_pair(NO_RISKS)
        if self._sharing.cost(relaxed.legs) == relaxed.value:
            return relaxed, NO_RISKS
        forced = self._cutting(self._sharing.between(relaxed.legs))
        return (self._least_pair(forced), forced) if len(forced) else (relaxed, forced)

    def _least_pair(self, forced: Ints) -> Pair:
        found = least_pair(self._network, self._first, self._a, self._z, self._sharing.tolls(forced))
        if found is None:  # the tree reaches both ends, and tolls are finite
            raise AssertionError("a path was found, and then no pair")
        return found

    def _cutting(self, risks: Ints) -> Ints:
        """Those of these risks without which the ends are not joined."""
        if not len(risks) or self._is_joined_without(risks):
            return NO_RISKS
        return np.array([risk for risk in risks if not self._is_joined_without(risk)], dtype=np.int64)

    def _is_joined_without(self, risks: Ints) -> bool:
        used = self._sharing.count_on_arcs(risks, self._z) > 0
        return tree(self._network.without(used), self._z).path_from(self._a) is not None

    def _pairs(self, legs: Legs) -> list[Legs]:
        """Pairs that keep to the loss bound, one of them at least: these legs, and each with the best other one."""
        candidates = [legs, *((leg, self._other_leg(leg)) for leg in legs)]
        if self._loss is not None:
            within = self._within(self._loss)
            candidates += [(within, self._other_leg(within)), (within, within)]
        return [pair for pair in candidates if self._is_within(pair)]

    def _within(self, loss: LossBound) -> list[int]:
        """Raises: LossTooHigh."""
        found = shortest_within(self._network, loss.arcs_db, self._a, self._z, loss.bound_db)
        if found.nodes is None:
            places = self._graph.places
            raise LossTooHigh(places[self._a], places[self._z], loss.allowed_db, found.least_db + loss.ends_db)
        return found.nodes

    def _other_leg(self, leg: list[int]) -> list[int]:
        """The leg that shares least with this one, as tolls count it."""
        network = self._network
        counts = self._sharing.count_on_arcs(self._sharing.risks(leg), self._z)
        weights = network.weights + SHARED * counts
        found = dijkstra(network.matrix(weights), directed=True, indices=self._a, return_predecessors=True)
        back = Tree(*found).path_from(self._z)
        return back[::-1] if back else leg

    def _is_within(self, legs: Legs) -> bool:
        loss = self._loss
        if loss is None:
            return True
        rows = (self._network.along(leg) for leg in legs)
        return all(float(loss.arcs_db[arcs].sum()) <= loss.bound_db + ROUNDING_DB for arcs in rows)

    def _search(self, best: Legs, forced: Ints, relaxed: Pair, limits: SearchLimits) -> Found:
        """Search what may hold a better pair: first, if that may be, for one that shares only what all must."""
        if self._loss is None and relaxed.value < SHARED:
            found, is_undivided = self._branch(best, forced, relaxed, limits)
            if len(self._sharing.between(found.legs)) == len(forced) and not is_undivided:
                return found
            best = found.legs
        return self._program(best, forced, relaxed, limits)

    def _branch(self, best: Legs, forced: Ints, relaxed: Pair, limits: SearchLimits) -> tuple[Found, bool]:
        """What branching finds, and whether it ended where it could not go on, with time left."""
        is_feasible = len(self._sharing.between(best)) == len(forced)
        most = sum(self._sharing.weight(leg) for leg in best) if is_feasible else SHARED
        dropped = self._too_far(relaxed, most - relaxed.value)
        tolls = self._sharing.tolls(forced)
        branching = PairBranching(
            self._graph,
            self._network.without(dropped),
            (self._a, self._z),
            Tolls(tolls.arcs[~dropped], tolls.nodes),
            forced,
            limits,
        )
        solved = branching.solve(most)
        method = "Suurballe, then branching"
        found = Found(solved.legs or best, solved.is_exact, method if solved.is_exact else f"{method}, cut off")
        return found, branching.is_undivided

    def _program(self, best: Legs, forced: Ints, relaxed: Pair, limits: SearchLimits) -> Found:
        from inventory.pair_program import PairProgram  # the solver takes half a second to import, and is seldom needed

        bound = relaxed.value + SHARED * len(forced)
        dropped = self._too_far(relaxed, self._sharing.cost(best) - bound)
        left = self._network.without(dropped)
        if len(left.heads) > limits.arcs:
            return Found(best, False, f"Suurballe; {len(left.heads)} arcs are too many to search exactly")
        loss = self._loss
        if loss is not None:
            loss = LossBound(loss.arcs_db[~dropped], loss.allowed_db, loss.ends_db)
        fewest, shares = int(bound // SHARED), len(self._sharing.between(best))
        program = PairProgram(self._graph, left, (self._a, self._z), loss, limits)
        solved = program.solve(shares if shares == fewest else None)
        if solved.legs is not None:
            best = min(best, solved.legs, key=self._sharing.cost)
        method = "Suurballe, then an integer program"
        return Found(best, solved.is_exact, method if solved.is_exact else f"{method}, cut off")

    def _too_far(self, relaxed: Pair, gap: float) -> Flags:
        """The arcs of spans no better pair uses: those on no path whose surplus is less than the gap."""
        network = self._network
        ahead = network.matrix(relaxed.surplus)
        from_a = dijkstra(ahead, directed=True, indices=self._a, limit=gap)
        to_z = dijkstra(ahead.T.tocsr(), directed=True, indices=self._z, limit=gap)
        is_near = from_a[network.tails] + relaxed.surplus + to_z[network.heads] < gap
        stays = np.zeros(len(self._graph.spans), dtype=np.bool_)
        stays[network.spans[is_near]] = True
        return np.asarray(~stays[network.spans])


def separation_of(graph: SpanGraph, one: Route, other: Route) -> tuple[float | None, tuple[str, str] | None]:
    """The smallest distance in metres between two legs away from their ends, and the two ducts that are so near."""
    ducts = graph.plant.ducts
    places = [graph.all_places[code] for code in (one.places[0], one.places[-1])]
    points = [(place.easting_m, place.northing_m) for place in places]
    routes = [[ducts[code].route for code in leg.ducts] for leg in (one, other)]
    radius_m = near_end_m([(points[0], points[1])])
    found = separation(routes[0], routes[1], points, radius_m)
    if found is None:
        return None, None
    a_duct = one.ducts[nearest_route(routes[0], found.a_point)]
    z_duct = other.ducts[nearest_route(routes[1], found.z_point)]
    return round(found.metres, 2), (a_duct, z_duct)
