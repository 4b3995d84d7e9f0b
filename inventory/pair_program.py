"""The exact search for two legs in what is left of a network: an integer program, solved by HiGHS (scipy's `milp`).

For each leg a flow of one from end to end (x), what it uses of each risk (y), and what both use (s). Risks that
the same spans and nodes have are one, with their number as weight. Two questions, one after the other:
how few risks can be shared, and how short can two legs be that share no more.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import coo_array, csr_array

from inventory.pair_limits import Legs, LossBound, Solved
from inventory.routes import SearchLimits
from inventory.span_graph import Ints, SpanGraph
from inventory.span_offer import UNITS_PER_CM, Network

type Floats = NDArray[np.float64]
type Cell = tuple[int, int, float]
"""Row, column and value."""

OPTIMAL, CUT_OFF = 0, 1  # scipy.optimize.milp's status


class PairProgram:
    """One network's integer program. Columns: x of leg one, x of leg two, y of both, s."""

    def __init__(
        self, graph: SpanGraph, network: Network, ends: tuple[int, int], loss: LossBound | None, limits: SearchLimits
    ) -> None:
        self._graph = graph
        self._network = network
        self._a, self._z = ends
        self._loss = loss
        self._limits = limits

    def solve(self, at_most: int | None) -> Solved:
        """The shortest legs that share at most so many risks; None: as few as can be."""
        if at_most is None:
            fewest = self._run(self._shared_costs, None)
            if fewest.x is None:
                return Solved(None, fewest.status != CUT_OFF)
            at_most = round(float(self._shared_costs @ fewest.x))
            shortest = self._run(self._length_costs, at_most)
            legs = None if shortest.x is None else self._legs(shortest.x)
            return Solved(legs or self._legs(fewest.x), fewest.status == shortest.status == OPTIMAL)
        shortest = self._run(self._length_costs, at_most)
        if shortest.x is None:
            return Solved(None, shortest.status != CUT_OFF)
        return Solved(self._legs(shortest.x), shortest.status == OPTIMAL)

    @cached_property
    def _groups(self) -> Sequence[tuple[tuple[int, ...], int]]:
        """Risks by who has them: columns of arcs within a leg, negative ones beginning a new member; and how many."""
        found: dict[tuple[int, ...], int] = {}
        for members in self._members().values():
            key = tuple(sorted(members))
            found[key] = found.get(key, 0) + 1
        return tuple(found.items())

    def _members(self) -> Mapping[int, list[int]]:
        """The spans that have each risk, and after them, less one and negative, the node that is it."""
        network, found = self._network, dict[int, list[int]]()
        for span in sorted({int(span) for span in network.spans}):
            for risk in self._graph.risks_of([span]):
                found.setdefault(int(risk), []).append(span)
        for node in sorted({int(node) for node in network.heads}):
            if node < len(self._graph.places):
                found.setdefault(node, []).append(-node - 1)
        return {risk: members for risk, members in found.items() if risk not in {self._a, self._z}}

    @cached_property
    def _arcs_of_member(self) -> Mapping[int, list[int]]:
        """The arcs that use a span (in either direction), or lead into a node."""
        network, found = self._network, dict[int, list[int]]()
        for arc, (span, head, carries) in enumerate(zip(network.spans, network.heads, network.carries, strict=True)):
            if carries:
                found.setdefault(int(span), []).append(arc)
            found.setdefault(-int(head) - 1, []).append(arc)
        return found

    @property
    def _arc_count(self) -> int:
        return len(self._network.heads)

    @property
    def _columns(self) -> int:
        return 2 * self._arc_count + 3 * len(self._groups)

    def _y(self, leg: int, group: int) -> int:
        return 2 * self._arc_count + leg * len(self._groups) + group

    def _s(self, group: int) -> int:
        return self._y(2, group)

    @cached_property
    def _shared_costs(self) -> Floats:
        costs = np.zeros(self._columns)
        costs[self._s(0) :] = [weight for _, weight in self._groups]
        return costs

    @cached_property
    def _length_costs(self) -> Floats:
        costs = np.zeros(self._columns)
        costs[: 2 * self._arc_count] = np.tile(self._network.weights / UNITS_PER_CM, 2)
        return costs

    def _run(self, costs: Floats, at_most: int | None) -> OptimizeResult:
        limits = self._limits
        constraints = [*self._constraints]
        if at_most is not None:
            constraints.append(LinearConstraint(csr_array(self._shared_costs[None, :]), -np.inf, at_most))
        integrality = np.zeros(self._columns, dtype=np.int64)
        integrality[: 2 * self._arc_count] = 1
        return milp(
            costs,
            constraints=constraints,
            integrality=integrality,
            bounds=self._bounds,
            options={"time_limit": limits.seconds, "node_limit": limits.branches, "mip_rel_gap": 0.0},
        )

    @cached_property
    def _bounds(self) -> Bounds:
        """No arc leads back to the beginning or on from the end."""
        upper = np.ones(self._columns)
        network = self._network
        upper[: 2 * self._arc_count] = np.tile((network.heads != self._a) & (network.tails != self._z), 2)
        return Bounds(0, upper)

    @cached_property
    def _constraints(self) -> Sequence[LinearConstraint]:
        wanted = np.zeros(len(self._nodes))
        wanted[self._row_of(self._a)], wanted[self._row_of(self._z)] = 1, -1
        flow = self._matrix(self._flow_cells(), 2 * len(wanted))
        used = self._matrix(self._use_cells())
        shared = self._matrix(self._share_cells())
        found = [
            LinearConstraint(flow, np.tile(wanted, 2), np.tile(wanted, 2)),
            LinearConstraint(used, -np.inf, 0),
            LinearConstraint(shared, -np.inf, 1),
        ]
        if self._loss is not None:
            lost = self._matrix(self._loss_cells(self._loss))
            found.append(LinearConstraint(lost, -np.inf, self._loss.bound_db))
        return found

    @cached_property
    def _nodes(self) -> Ints:
        """The nodes that still have an arc, and both ends."""
        return np.unique(np.concatenate((self._network.tails, self._network.heads, (self._a, self._z))))

    def _row_of(self, node: int) -> int:
        return int(np.searchsorted(self._nodes, node))

    def _flow_cells(self) -> Iterator[Cell]:
        network, size = self._network, len(self._nodes)
        for leg in range(2):
            for arc, (tail, head) in enumerate(zip(network.tails, network.heads, strict=True)):
                yield leg * size + self._row_of(tail), leg * self._arc_count + arc, 1.0
                yield leg * size + self._row_of(head), leg * self._arc_count + arc, -1.0

    def _use_cells(self) -> Iterator[Cell]:
        row = 0
        for leg, (group, (members, _)) in itertools.product(range(2), enumerate(self._groups)):
            for member in members:
                yield from ((row, leg * self._arc_count + arc, 1.0) for arc in self._arcs_of_member.get(member, ()))
                yield row, self._y(leg, group), -1.0
                row += 1

    def _share_cells(self) -> Iterator[Cell]:
        for group in range(len(self._groups)):
            yield group, self._y(0, group), 1.0
            yield group, self._y(1, group), 1.0
            yield group, self._s(group), -1.0

    def _loss_cells(self, loss: LossBound) -> Iterator[Cell]:
        for leg in range(2):
            yield from ((leg, leg * self._arc_count + arc, float(lost)) for arc, lost in enumerate(loss.arcs_db))

    def _matrix(self, cells: Iterator[Cell], least_height: int = 0) -> csr_array:
        table = np.array(list(cells), dtype=np.float64).reshape(-1, 3)
        rows, columns = table[:, 0].astype(np.int64), table[:, 1].astype(np.int64)
        height = max(least_height, int(rows.max(initial=-1)) + 1)
        return csr_array(coo_array((table[:, 2], (rows, columns)), shape=(height, self._columns)))

    def _legs(self, solution: Floats) -> Legs:
        return self._leg(solution[: self._arc_count]), self._leg(solution[self._arc_count : 2 * self._arc_count])

    def _leg(self, used: Floats) -> list[int]:
        """The nodes of one leg."""
        network = self._network
        onward = {int(network.tails[arc]): int(network.heads[arc]) for arc in np.flatnonzero(used > 0.5)}
        found = [self._a]
        while found[-1] != self._z:
            found.append(onward[found[-1]])
        return found
