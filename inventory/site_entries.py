"""Buildings that nobody's way leads through: what they hang on, when they have several ways in. Pure.

A site with ways in from two or more places stands beside the graph: it is cut off where every way in is,
by the loss of its duct or of what the place at the other end hangs on.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from inventory.separators import Separators

type Point = tuple[str, int]
"""What may be lost: ("edge", its number) or ("node", its number)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One way into a site: the edge, and the node at its other end."""

    edge: int
    node: int


class SiteEntries:
    """The sites with ways in from several nodes of a graph, by a number each that is no node of it that is reached."""

    def __init__(self, separators: Separators, entries: Mapping[int, Sequence[Entry]]) -> None:
        self._separators = separators
        self.entries: Mapping[int, Sequence[Entry]] = {
            site: [entry for entry in ways if separators.is_reached(entry.node)] for site, ways in entries.items()
        }
        self._sites_at: dict[Point, list[int]] = {}
        for site, ways in self.entries.items():
            for entry in ways:
                self._sites_at.setdefault(("edge", entry.edge), []).append(site)
                self._sites_at.setdefault(("node", entry.node), []).append(site)

    def hangs_on(self, site: int) -> tuple[Point, ...]:
        """What alone cuts a site off, nearest first."""
        ways = [dict.fromkeys(self._before(entry)) for entry in self.entries[site]]
        if not ways:
            return ()
        return tuple(point for point in ways[0] if all(point in way for way in ways[1:]))

    def lost_with(self, edges: Collection[int], nodes: Collection[int]) -> Iterator[int]:
        """The sites that are cut off when these edges and nodes are gone."""
        touched = {site for edge in edges for site in self._sites_at.get(("edge", edge), ())}
        touched.update(site for node in nodes for site in self._sites_at.get(("node", node), ()))
        for site in touched:
            if all(entry.edge in edges or entry.node in nodes for entry in self.entries[site]):
                yield site

    def _before(self, entry: Entry) -> Iterator[Point]:
        yield "edge", entry.edge
        yield "node", entry.node
        for edge, node in self._separators.above(entry.node):
            if node is not None:
                yield "node", node
            elif edge is not None:
                yield "edge", edge
