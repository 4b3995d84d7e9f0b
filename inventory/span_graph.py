"""The plant of one snapshot as arrays to search: the places where cables end, and the spans between them.

A span is one row of ducts in which one cable or more lie exactly, from one place where their strands
can be reached to the next. Two places may have several spans between them; all but the first get a
node of their own in the middle, so that no two arcs join the same two nodes and every span is in
both directions an arc or two. Everything is numbered in the order of its code: equal answers come
out equal. Lengths are whole centimetres here: sums of them are exact.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from inventory.consents import Consent
from inventory.places import ENDS_ONLY
from inventory.plant import AssetKind, AssetRef, AssetStatus, Cable, Duct, StrandState
from inventory.plant_map import Plant, plant_of
from inventory.snapshot import Snapshot

type Ints = NDArray[np.int64]
type Flags = NDArray[np.bool_]

ALWAYS, NEVER = 0, 2**31  # days, as `date.toordinal` counts them


@dataclass(frozen=True, slots=True)
class SpanRow:
    """One span: the two places it joins, in the order of their codes, its ducts from `a` on, what lies in it."""

    a: str
    z: str
    ducts: tuple[str, ...]
    cables: tuple[str, ...]


@dataclass(frozen=True)
class Arcs:
    """Every span in both directions, in rows of their tails: row n is `starts[n]` to `starts[n + 1]`.

    `carries` says of which of a span's two arcs in one direction its length is.
    """

    starts: NDArray[np.int32]
    tails: Ints
    heads: Ints
    spans: Ints
    carries: Flags


@dataclass(frozen=True)
class Pairs:
    """Which rows have which items: many to many."""

    rows: Ints
    items: Ints

    def count(self, chosen: Flags, size: int) -> Ints:
        """How many chosen items each of `size` rows has."""
        return np.bincount(self.rows[chosen[self.items]], minlength=size)


class Cover:
    """When assets have consents, as arrays: one lookup for all of them."""

    def __init__(self, assets: Sequence[AssetRef], plant: Plant) -> None:
        self.assets = assets
        stretches = [
            (number, first, last)
            for number, asset in enumerate(assets)
            for first, last in _stretches(plant.consents.of(asset))
        ]
        self._stretches = np.array(stretches, dtype=np.int64).reshape(-1, 3)

    def lacking(self, first: int, last: int) -> Flags:
        """Which assets have no consent from day `first` to day `last`."""
        found = np.ones(len(self.assets), dtype=np.bool_)
        covers = (self._stretches[:, 1] <= first) & (self._stretches[:, 2] >= last)
        found[self._stretches[covers, 0]] = False
        return found


class SpanGraph:
    """The spans of one snapshot, ready for many searches. Never changes; safe in several threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.plant = plant_of(snapshot)
        self.all_places = snapshot.places
        self.spans = tuple(_spans(self.plant))
        self.places = tuple(sorted({place for span in self.spans for place in (span.a, span.z)}))
        self.numbers: Mapping[str, int] = {place: number for number, place in enumerate(self.places)}

    @cached_property
    def span_ends(self) -> Ints:
        """The nodes each span joins, as rows of two."""
        ends = [(self.numbers[span.a], self.numbers[span.z]) for span in self.spans]
        return np.array(ends, dtype=np.int64).reshape(-1, 2)

    @cached_property
    def is_end_only(self) -> Flags:
        """Which places may begin or end a route and never be passed (`places.ENDS_ONLY`)."""
        return np.array([self._is_end_only(place) for place in self.places], dtype=np.bool_)

    @cached_property
    def is_through_building(self) -> Flags:
        """Which spans are pulled through such a place."""
        found = np.zeros(len(self.spans), dtype=np.bool_)
        for number, (span, risks) in enumerate(zip(self.spans, self._risks_of_spans, strict=True)):
            through = (risk.code for risk in risks if risk.kind is AssetKind.PLACE)
            found[number] = any(self._is_end_only(place) for place in through if place not in (span.a, span.z))
        return found

    def _is_end_only(self, place: str) -> bool:
        return self.all_places[place].kind in ENDS_ONLY

    @cached_property
    def _is_parallel(self) -> Flags:
        """Which spans join two places that an earlier span joins."""
        seen: set[tuple[str, str]] = set()
        found = np.zeros(len(self.spans), dtype=np.bool_)
        for number, span in enumerate(self.spans):
            found[number] = (span.a, span.z) in seen
            seen.add((span.a, span.z))
        return found

    @property
    def node_count(self) -> int:
        """Places, and after these the middles of parallel spans."""
        return len(self.places) + int(self._is_parallel.sum())

    @cached_property
    def arcs(self) -> Arcs:
        """Built once a snapshot."""
        a, z = self.span_ends.T
        numbers = np.arange(len(self.spans))
        plain, split = numbers[~self._is_parallel], numbers[self._is_parallel]
        middles = len(self.places) + np.arange(len(split))
        tails = np.concatenate((a[plain], z[plain], a[split], middles, z[split], middles))
        heads = np.concatenate((z[plain], a[plain], middles, z[split], middles, a[split]))
        spans = np.concatenate((plain, plain, split, split, split, split))
        lasting = (plain, plain, split), (split, split), (split,)
        carries = np.concatenate(
            [np.full(sum(map(len, part)), flag) for part, flag in zip(lasting, (True, False, True), strict=True)]
        )
        order = np.lexsort((heads, tails))
        tails = tails[order]
        starts = np.searchsorted(tails, np.arange(self.node_count + 1)).astype(np.int32)
        return Arcs(starts, tails, heads[order], spans[order], carries[order])

    @cached_property
    def cables(self) -> tuple[str, ...]:
        """Every cable in a span, by span."""
        return tuple(cable for span in self.spans for cable in span.cables)

    @cached_property
    def cable_numbers(self) -> Mapping[str, int]:
        return {cable: number for number, cable in enumerate(self.cables)}

    @cached_property
    def cable_starts(self) -> Ints:
        """The first cable of each span, and the number of cables after the last."""
        return np.cumsum([0, *(len(span.cables) for span in self.spans)])

    @cached_property
    def cable_spans(self) -> Ints:
        return np.repeat(np.arange(len(self.spans)), np.diff(self.cable_starts))

    @cached_property
    def cable_lengths_cm(self) -> Ints:
        """Centimetres of strand in each cable: the ducts and its slack."""
        ducts_cm = np.array([sum(self._duct_cm[duct] for duct in span.ducts) for span in self.spans], dtype=np.int64)
        slack_cm = [round(self.plant.cables[cable].slack_m * 100) for cable in self.cables]
        return ducts_cm[self.cable_spans] + np.array(slack_cm, dtype=np.int64)

    @cached_property
    def _duct_cm(self) -> Mapping[str, int]:
        return {duct.code: round(duct.length_m * 100) for duct in self.plant.inventory.ducts}

    @cached_property
    def cable_ready(self) -> Ints:
        """The day from which each cable is there."""
        return np.array([ready_day(self.plant.cables[cable]) for cable in self.cables], dtype=np.int64)

    @cached_property
    def span_ready(self) -> Ints:
        """The day from which all ducts of a span are there."""
        days = {code: ready_day(duct) for code, duct in self.plant.ducts.items()}
        return np.array([max((days[duct] for duct in span.ducts), default=ALWAYS) for span in self.spans], np.int64)

    @cached_property
    def cable_strands(self) -> Ints:
        """How many strands of each cable are usable and unlit."""
        found = np.zeros(len(self.cables), dtype=np.int64)
        for cable, strands in self.plant.strands_of.items():
            if cable in self.cable_numbers:
                states = [strand.state for strand in strands]
                found[self.cable_numbers[cable]] = states.count(StrandState.USABLE)
        for strand in self.plant.lit_strands:
            is_counted = strand.cable in self.cable_numbers and strand in self.plant.strands
            if is_counted and self.plant.strands[strand].state is StrandState.USABLE:
                found[self.cable_numbers[strand.cable]] -= 1
        return found

    @cached_property
    def _risks_of_spans(self) -> tuple[tuple[AssetRef, ...], ...]:
        return tuple(self._risks_of(span) for span in self.spans)

    def _risks_of(self, span: SpanRow) -> tuple[AssetRef, ...]:
        """What a leg over this span must not share: its ducts and their risks, and the places it is pulled through."""
        if not span.ducts:
            return (AssetRef(AssetKind.CABLE, span.cables[0]),)
        ducts = [self.plant.ducts[code] for code in span.ducts]
        through = {place for duct in ducts for place in (duct.a_place, duct.z_place)} - {span.a, span.z}
        places = [AssetRef(AssetKind.PLACE, place) for place in sorted(through)]
        return tuple(dict.fromkeys([*(duct.ref for duct in ducts), *places, *_named(ducts)]))

    @cached_property
    def risks(self) -> tuple[AssetRef, ...]:
        """Everything that two legs could share: the places that are nodes first, in their order."""
        nodes = [AssetRef(AssetKind.PLACE, place) for place in self.places]
        return tuple(dict.fromkeys(chain(nodes, chain.from_iterable(self._risks_of_spans))))

    @cached_property
    def risk_numbers(self) -> Mapping[AssetRef, int]:
        return {risk: number for number, risk in enumerate(self.risks)}

    @cached_property
    def span_risks(self) -> Pairs:
        """The risks of each span, without the places it joins."""
        rows = np.repeat(np.arange(len(self.spans)), [len(risks) for risks in self._risks_of_spans])
        items = [self.risk_numbers[risk] for risks in self._risks_of_spans for risk in risks]
        return Pairs(rows, np.array(items, dtype=np.int64))

    @cached_property
    def risk_starts(self) -> Ints:
        """Where in `span_risks` each span begins."""
        return np.searchsorted(self.span_risks.rows, np.arange(len(self.spans) + 1))

    def risks_of(self, spans: Sequence[int] | Ints) -> Ints:
        """The risks of some spans, one span's after the other's."""
        chosen = np.asarray(spans, dtype=np.int64)
        counts = self.risk_starts[chosen + 1] - self.risk_starts[chosen]
        before = np.cumsum(counts) - counts
        at = np.arange(counts.sum()) - np.repeat(before - self.risk_starts[chosen], counts)
        return np.asarray(self.span_risks.items[at], dtype=np.int64)

    @cached_property
    def risk_owners(self) -> tuple[Ints, Ints]:
        """The risks that are no nodes, and the first span that has each."""
        risks, at = np.unique(self.span_risks.items, return_index=True)
        is_node = risks < len(self.places)
        return risks[~is_node], self.span_risks.rows[at[~is_node]]

    @cached_property
    def spans_by_risk(self) -> Mapping[AssetRef, Sequence[int]]:
        """The spans that have each risk: for a place, also those that end there."""
        found: dict[AssetRef, list[int]] = {}
        for number, (span, risks) in enumerate(zip(self.spans, self._risks_of_spans, strict=True)):
            for risk in (*risks, AssetRef(AssetKind.PLACE, span.a), AssetRef(AssetKind.PLACE, span.z)):
                found.setdefault(risk, []).append(number)
        return found

    @cached_property
    def known_risks(self) -> frozenset[AssetRef]:
        """Every place, duct and shared risk there is, also where no cable lies."""
        ducts = self.plant.inventory.ducts
        places = (AssetRef(AssetKind.PLACE, place.code) for place in self.plant.inventory.places)
        return frozenset(chain(places, (duct.ref for duct in ducts), _named(ducts)))

    @cached_property
    def span_cover(self) -> tuple[Cover, Pairs]:
        """The assets that spans need a consent for, and which need which."""
        return self._covered([self.assets_of(span) for span in self.spans])

    @cached_property
    def cable_cover(self) -> tuple[Cover, Pairs]:
        """The same for cables."""
        return self._covered([(AssetRef(AssetKind.CABLE, cable),) for cable in self.cables])

    def assets_of(self, span: SpanRow) -> tuple[AssetRef, ...]:
        """The assets of a span that a consent may be needed for: ducts, places passed, what stands at its ends."""
        ducts = [self.plant.ducts[code] for code in span.ducts]
        places = {span.a, span.z, *(place for duct in ducts for place in (duct.a_place, duct.z_place))}
        ends = (span.a, span.z)
        boxes = [AssetRef(AssetKind.CLOSURE, each.code) for end in ends for each in self.plant.closures_at.get(end, ())]
        frames = [AssetRef(AssetKind.ODF, each.code) for end in ends for each in self.plant.odfs_at.get(end, ())]
        named = [AssetRef(AssetKind.PLACE, place) for place in sorted(places)]
        return (*(duct.ref for duct in ducts), *named, *boxes, *frames)

    def _covered(self, rows: Sequence[Sequence[AssetRef]]) -> tuple[Cover, Pairs]:
        consents = self.plant.consents
        needing: dict[AssetRef, int] = {}
        pairs = [
            (number, needing.setdefault(asset, len(needing)))
            for number, assets in enumerate(rows)
            for asset in assets
            if asset.kind is AssetKind.DUCT or consents.of(asset)
        ]
        found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return Cover(tuple(needing), self.plant), Pairs(found[:, 0], found[:, 1])


_graphs: WeakKeyDictionary[Snapshot, SpanGraph] = WeakKeyDictionary()


def span_graph_of(snapshot: Snapshot) -> SpanGraph:
    """The span graph of a snapshot, built at the first call for it."""
    graph = _graphs.get(snapshot)
    if graph is None:
        graph = _graphs.setdefault(snapshot, SpanGraph(snapshot))
    return graph


def ready_day(asset: Cable | Duct) -> int:
    """The day from which a duct or cable is there (see `readiness`), `NEVER` for one that is not to be."""
    if asset.status in {AssetStatus.PROPOSED, AssetStatus.RETIRED}:
        return NEVER
    if asset.ready_from is not None:
        return asset.ready_from.toordinal()
    return ALWAYS if asset.status is AssetStatus.LIVE else NEVER


def _spans(plant: Plant) -> Iterator[SpanRow]:
    """Every span, ordered by its places and ducts."""
    found: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for cable in sorted(plant.inventory.cables, key=lambda each: each.code):
        ducts = plant.ducts_of(cable.code)
        if cable.a_place < cable.z_place:
            found.setdefault((cable.a_place, cable.z_place, ducts), []).append(cable.code)
        elif cable.a_place > cable.z_place:
            found.setdefault((cable.z_place, cable.a_place, ducts[::-1]), []).append(cable.code)
    return (SpanRow(*key, tuple(found[key])) for key in sorted(found))


def _named(ducts: Iterable[Duct]) -> Iterator[AssetRef]:
    return chain.from_iterable(duct.risks for duct in ducts)


def _stretches(consents: Iterable[Consent]) -> Iterator[tuple[int, int]]:
    """The days on which consents hold, first and last of each unbroken stretch."""
    days = sorted((each.first_day.toordinal(), _last(each)) for each in consents)
    if not days:
        return
    first, last = days[0]
    for begins, ends in days[1:]:
        if begins > last + 1:
            yield first, last
            first, last = begins, ends
        last = max(last, ends)
    yield first, last


def _last(consent: Consent) -> int:
    return NEVER if consent.last_day is None else consent.last_day.toordinal()
