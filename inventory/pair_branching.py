"""The exact search for two legs that share nothing more than they must: best first, by branching on spans.

Each state says of some spans that leg one or leg two must not use them, and of some that it must. Suurballe's pair
over what either leg may use, with the surplus of each leg's own best way, bounds what the state can hold. Where the
pair cannot be the two legs (a span that only the other leg may use, a risk that both use), one span of it is chosen:
in any answer it is used by no leg, by leg one, or by leg two; and who uses it bars the other from all its risks.
"""

import heapq
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from inventory.pair_limits import Legs, Solved
from inventory.routes import SearchLimits
from inventory.span_graph import Ints, SpanGraph
from inventory.span_offer import Network
from inventory.span_paths import spans_along
from inventory.suurballe import Tolls, least_pair, tree

type Floats = NDArray[np.float64]
type Spans = frozenset[int]


@dataclass(frozen=True, slots=True)
class State:
    """What the legs must not use and what they must: spans, of leg one and of leg two."""

    barred: tuple[Spans, Spans] = (frozenset(), frozenset())
    wanted: tuple[Spans, Spans] = (frozenset(), frozenset())

    @property
    def is_even(self) -> bool:
        """Whether it says the same of both legs: then it does not matter which is which."""
        return self.barred[0] == self.barred[1] and self.wanted[0] == self.wanted[1]

    def unused(self, span: int) -> "State":
        """No leg uses the span."""
        return State((self.barred[0] | {span}, self.barred[1] | {span}), self.wanted)

    def using(self, span: int, leg: int, conflicts: Spans) -> "State":
        """A leg uses the span, and the other one nothing that has a risk of it."""
        wanted, barred = list(self.wanted), list(self.barred)
        wanted[leg] |= {span}
        barred[1 - leg] |= conflicts
        return State((barred[0], barred[1]), (wanted[0], wanted[1]))


@dataclass(frozen=True, slots=True)
class _Bounded:
    """A state with what its legs weigh at least, and the relaxed pair that says so."""

    state: State
    bound: float
    legs: Legs


class PairBranching:
    """One search. `forced` are the risks that every pair shares; any other may not be, and costs a toll."""

    def __init__(
        self,
        graph: SpanGraph,
        network: Network,
        ends: tuple[int, int],
        tolls: Tolls,
        forced: Ints,
        limits: SearchLimits,
    ) -> None:
        self._graph = graph
        self._network = network
        self._a, self._z = ends
        self._tolls = tolls
        self._free = frozenset(forced.tolist()) | {self._a, self._z}
        self._limits = limits
        self._conflicts: dict[int, Spans] = {}
        self.is_undivided = False  # whether it ended at a state that no span divides

    def solve(self, best: float) -> Solved:
        """The lightest two legs below `best` that share what is forced only; None where there are none."""
        found: Legs | None = None
        waiting: list[tuple[float, int, _Bounded]] = []
        numbers = itertools.count()
        states = [State()]
        ends_at = time.monotonic() + self._limits.seconds
        for _ in range(self._limits.branches):
            for state in states:
                bounded = self._bounded(state, best)
                if bounded is None:
                    continue
                for legs in self._repaired(bounded.legs):
                    if self._weight(legs) < best:
                        best, found = self._weight(legs), legs
                heapq.heappush(waiting, (bounded.bound, next(numbers), bounded))
            if not waiting or waiting[0][0] >= best:
                return Solved(found, True)
            states = self._children(heapq.heappop(waiting)[2])
            if not states:
                self.is_undivided = True
                break
            if time.monotonic() > ends_at:
                break
        return Solved(found, False)

    def _bounded(self, state: State, best: float) -> _Bounded | None:
        """The state with its bound; None where it holds nothing lighter than `best`."""
        dropped = np.isin(self._network.spans, list(state.barred[0] & state.barred[1]))
        network = self._network.without(dropped)
        first = tree(network, self._z)
        tolls = Tolls(self._tolls.arcs[~dropped], self._tolls.nodes)
        pair = least_pair(network, first, self._a, self._z, tolls)
        if pair is None or pair.value >= best:
            return None
        bound = pair.value
        for leg in range(2):
            if bound < best and not state.is_even:
                bound += self._least_surplus(network, pair.surplus, state.barred[leg], state.wanted[leg])
        return _Bounded(state, bound, pair.legs) if bound < best else None

    def _least_surplus(self, network: Network, surplus: Floats, barred: Spans, wanted: Spans) -> float:
        """The least surplus of a way over nothing that is barred, and over each two of the spans that are wanted."""
        dropped = np.isin(network.spans, list(barred))
        left, costs = network.without(dropped), surplus[~dropped]
        arcs = [np.flatnonzero((left.spans == span) & left.carries).tolist() for span in sorted(wanted)]
        if not all(arcs):
            return float("inf")
        heads = sorted({int(left.heads[arc]) for row in arcs for arc in row} | {self._a})
        far = dijkstra(left.matrix(costs), directed=True, indices=heads)
        row_of = {head: row for row, head in enumerate(heads)}

        def way(passed: Sequence[int]) -> float:
            """Over these arcs, in this order."""
            at, sum_ = self._a, 0.0
            for arc in passed:
                sum_ += float(far[row_of[at], left.tails[arc]] + costs[arc])
                at = int(left.heads[arc])
            return sum_ + float(far[row_of[at], self._z])

        found = way(())
        for one, other in itertools.combinations_with_replacement(arcs, 2):
            orders = itertools.product(one, other) if one is not other else ((arc,) for arc in one)
            ways = (way(order) for passed in orders for order in itertools.permutations(passed))
            found = max(found, min(ways))
        return found

    def _repaired(self, legs: Legs) -> Iterator[Legs]:
        """Two legs that share nothing more, as near as can be to a relaxed pair: it, and each leg with another one."""
        network = self._network
        spans = [spans_along(network, leg).tolist() for leg in legs]
        barred = [frozenset[int]().union(*(self._conflicts_of(span) for span in row)) for row in spans]
        if not barred[0] & set(spans[1]):
            yield legs
            return
        for leg, around in zip(legs, barred, strict=True):
            left = network.without(np.isin(network.spans, list(around)))
            other = tree(left, self._z).path_from(self._a)
            if other is not None:
                yield leg, other

    def _weight(self, legs: Legs) -> float:
        return sum(float(self._network.weights[self._network.along(leg)].sum()) for leg in legs)

    def _conflicts_of(self, span: int) -> Spans:
        """The spans that two legs must not use beside this one, itself among them: they have a risk of it."""
        found = self._conflicts.get(span)
        if found is None:
            graph = self._graph
            risks = {*graph.risks_of([span]).tolist(), *graph.span_ends[span].tolist()} - self._free
            found = frozenset(each for risk in risks for each in graph.spans_by_risk[graph.risks[risk]])
            self._conflicts[span] = found
        return found

    def _children(self, bounded: _Bounded) -> list[State]:
        """The state divided by who uses one span; none where nothing is left to divide by."""
        state = bounded.state
        span = self._span_to_decide(state, bounded.legs)
        if span is None:
            return []
        users = [leg for leg in range(2) if span not in state.barred[leg]]
        if state.is_even:
            users = users[:1]
        conflicts = self._conflicts_of(span)
        return [state.unused(span), *(state.using(span, leg, conflicts) for leg in users)]

    def _span_to_decide(self, state: State, legs: Legs) -> int | None:
        """A span that keeps the relaxed pair from being the two legs."""
        rows = [spans_along(self._network, leg).tolist() for leg in legs]
        if sum(map(len, self._misused(state, rows))) > sum(map(len, self._misused(state, rows[::-1]))):
            rows.reverse()
        misused = [span for row in self._misused(state, rows) for span in row]
        other = set(rows[1])
        clashing = [span for span in rows[0] if self._conflicts_of(span) & other]
        decided = state.wanted[0] | state.wanted[1]
        for span in (*misused, *clashing, *rows[0], *rows[1]):
            if span not in decided and span in self._conflicts_of(span):
                return int(span)
        return None

    def _misused(self, state: State, rows: list[list[int]]) -> list[list[int]]:
        """The spans of each row that its leg must not use."""
        return [[span for span in row if span in barred] for row, barred in zip(rows, state.barred, strict=True)]
