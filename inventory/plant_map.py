"""The plant of one snapshot, indexed: what lies in what, what joins what, and which strands carry which link.

Built at the first question about a snapshot, kept with it, never changed. Everything in here is
derived; the rows of the inventory are the record.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

from inventory.consents import Consents
from inventory.devices import PortRef
from inventory.errors import StrandLoop, UnknownThing
from inventory.links import Link
from inventory.plant import (
    Bore,
    BoreRef,
    Cable,
    Closure,
    Duct,
    Odf,
    OdfPosition,
    Patch,
    PositionRef,
    Splice,
    Strand,
    StrandRef,
)
from inventory.port_channels import cables_of
from inventory.snapshot import Snapshot

type StrandEnd = tuple[StrandRef, str]
"""A strand, and the place its end is at."""


@dataclass(frozen=True, slots=True)
class PlannedSplice:
    """A splice of two strands that a person must still make."""

    a: StrandRef
    z: StrandRef


type Step = PositionRef | StrandRef | Splice | PlannedSplice | Patch | PortRef
"""What light meets on its way, one after the other."""


@dataclass(frozen=True, slots=True)
class Fibre:
    """All that light meets from where it can enter to where it ends, in order, and the place it enters at."""

    begins_at: str
    steps: tuple[Step, ...]


class Plant:
    """Indexes over the plant of a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.inventory = snapshot.inventory
        self.links = snapshot.links
        self.members = snapshot.members
        self.channel_of = snapshot.channel_of
        self.ports = snapshot.ports

    @cached_property
    def ducts(self) -> Mapping[str, Duct]:
        return {duct.code: duct for duct in self.inventory.ducts}

    @cached_property
    def bores(self) -> Mapping[BoreRef, Bore]:
        return {bore.ref: bore for bore in self.inventory.bores}

    @cached_property
    def cables(self) -> Mapping[str, Cable]:
        return {cable.code: cable for cable in self.inventory.cables}

    @cached_property
    def strands(self) -> Mapping[StrandRef, Strand]:
        return {strand.ref: strand for strand in self.inventory.strands}

    @cached_property
    def closures(self) -> Mapping[str, Closure]:
        return {closure.code: closure for closure in self.inventory.closures}

    @cached_property
    def odfs(self) -> Mapping[str, Odf]:
        return {odf.code: odf for odf in self.inventory.odfs}

    @cached_property
    def consents(self) -> Consents:
        return Consents(self.inventory.consents, self.inventory.consent_covers)

    @cached_property
    def bores_of(self) -> Mapping[str, Sequence[Bore]]:
        """The bores of each duct that has any."""
        return _grouped((bore.ref.duct, bore) for bore in self.inventory.bores)

    @cached_property
    def route_of(self) -> Mapping[str, Sequence[BoreRef]]:
        """The bores each cable lies in, from its `a_place` on."""
        ordered = sorted(self.inventory.cable_bores, key=lambda each: (each.cable, each.position))
        return _grouped((each.cable, each.bore) for each in ordered)

    @cached_property
    def cables_in_bore(self) -> Mapping[BoreRef, Sequence[str]]:
        return _grouped((each.bore, each.cable) for each in self.inventory.cable_bores)

    @cached_property
    def cables_in_duct(self) -> Mapping[str, Sequence[str]]:
        """Each cable once, though it may lie in two bores of a duct."""
        found: dict[str, dict[str, None]] = {}
        for each in self.inventory.cable_bores:
            found.setdefault(each.bore.duct, {})[each.cable] = None
        return {duct: tuple(cables) for duct, cables in found.items()}

    @cached_property
    def strands_of(self) -> Mapping[str, Sequence[Strand]]:
        """The strands of each cable."""
        return _grouped((strand.ref.cable, strand) for strand in self.inventory.strands)

    @cached_property
    def ducts_at(self) -> Mapping[str, Sequence[Duct]]:
        """The ducts that end at each place."""
        return _grouped((place, duct) for duct in self.inventory.ducts for place in (duct.a_place, duct.z_place))

    @cached_property
    def cables_at(self) -> Mapping[str, Sequence[Cable]]:
        """The cables that end at each place."""
        return _grouped((place, cable) for cable in self.inventory.cables for place in (cable.a_place, cable.z_place))

    @cached_property
    def closures_at(self) -> Mapping[str, Sequence[Closure]]:
        return _grouped((closure.place, closure) for closure in self.inventory.closures)

    @cached_property
    def odfs_at(self) -> Mapping[str, Sequence[Odf]]:
        return _grouped((odf.place, odf) for odf in self.inventory.odfs)

    @cached_property
    def splices_in(self) -> Mapping[str, Sequence[Splice]]:
        """The splices of each closure."""
        return _grouped((splice.closure, splice) for splice in self.inventory.splices)

    @cached_property
    def splice_at(self) -> Mapping[StrandEnd, Splice]:
        """The splice at a strand's end."""
        found: dict[StrandEnd, Splice] = {}
        for splice in self.inventory.splices:
            place = self.closures[splice.closure].place
            found[splice.a, place] = found[splice.z, place] = splice
        return found

    @cached_property
    def position_at(self) -> Mapping[StrandEnd, PositionRef]:
        """The position a strand's end is at the back of."""
        return {
            (each.strand, self.odfs[each.ref.odf].place): each.ref
            for each in self.inventory.odf_positions
            if each.strand is not None
        }

    @cached_property
    def positions(self) -> Mapping[PositionRef, OdfPosition]:
        return {position.ref: position for position in self.inventory.odf_positions}

    @cached_property
    def positions_of(self) -> Mapping[str, Sequence[PositionRef]]:
        """The positions of each ODF."""
        return _grouped((position.ref.odf, position.ref) for position in self.inventory.odf_positions)

    @cached_property
    def strand_behind(self) -> Mapping[PositionRef, StrandRef]:
        """The strand at the back of a position."""
        return {each.ref: each.strand for each in self.inventory.odf_positions if each.strand is not None}

    @cached_property
    def patch_at(self) -> Mapping[PositionRef, Patch]:
        """The patch in front of a position; one between two positions stands at both."""
        found: dict[PositionRef, Patch] = {}
        for patch in self.inventory.patches:
            found[patch.position] = patch
            if patch.other is not None:
                found[patch.other] = patch
        return found

    @cached_property
    def patches_of_port(self) -> Mapping[PortRef, Sequence[Patch]]:
        return _grouped((patch.port, patch) for patch in self.inventory.patches if patch.port is not None)

    @cached_property
    def link_between(self) -> Mapping[frozenset[PortRef], str]:
        """The link of two ports."""
        return {frozenset((link.a, link.z)): link.code for link in self.inventory.links}

    @cached_property
    def fibres_of_link(self) -> Mapping[str, Sequence[Sequence[StrandRef]]]:
        """Of each link that strands join from port to port: its fibres, each a row of strands from `a` to `z`.

        Those of a link between two port-channels are its members' fibres.
        """
        found: dict[str, Sequence[Sequence[StrandRef]]] = {}
        for link in self.inventory.links:
            fibres = [fibre for cable in self.cables_of(link) for fibre in self.rows_of(cable)]
            if fibres:
                found[link.code] = fibres
        return found

    def rows_of(self, cable: Link) -> Iterator[tuple[StrandRef, ...]]:
        """The fibres of a link with a cable, each a row of strands from `a` to `z`. Raises: StrandLoop."""
        for patch in self.patches_of_port.get(cable.a, ()):
            steps = tuple(self.walk(patch.position))
            if steps[-1] == cable.z:
                yield tuple(step for step in steps if isinstance(step, StrandRef))

    def cables_of(self, link: Link) -> tuple[Link, ...]:
        """See `inventory.port_channels.cables_of`."""
        return cables_of(self.members, link)

    @cached_property
    def link_on_strand(self) -> Mapping[StrandRef, str]:
        """The link that lights a strand: of a port-channel, the member."""
        lit = ((code, fibres) for code, fibres in self.fibres_of_link.items() if code not in self.members)
        return {strand: code for code, fibres in lit for fibre in fibres for strand in fibre}

    @cached_property
    def lit_strands(self) -> frozenset[StrandRef]:
        """Every strand that light of a port may be on: also one patched at a single end."""
        found: set[StrandRef] = set()
        for patch in self.inventory.patches:
            if patch.port is not None:
                found.update(step for step in self.walk(patch.position) if isinstance(step, StrandRef))
        return frozenset(found)

    def duct(self, code: str) -> Duct:
        """Raises: UnknownThing."""
        return _known(self.ducts, "duct", code)

    def cable(self, code: str) -> Cable:
        """Raises: UnknownThing."""
        return _known(self.cables, "cable", code)

    def ducts_of(self, cable: str) -> tuple[str, ...]:
        """The ducts a cable lies in, from its `a_place` on."""
        return tuple(bore.duct for bore in self.route_of.get(cable, ()))

    def length_m(self, cable: str) -> float:
        """Metres of strand in a cable: its ducts and its slack."""
        return sum(self.ducts[duct].length_m for duct in self.ducts_of(cable)) + self.cables[cable].slack_m

    def far_end(self, cable: str, place: str) -> str:
        """The place a cable's other end is at."""
        found = self.cables[cable]
        return found.z_place if place == found.a_place else found.a_place

    def walk(self, position: PositionRef) -> Iterator[Step]:
        """What light meets that enters at a position's front, in order, as far as it gets. Begins with the position.

        Raises: StrandLoop, when it comes back to a strand it was on.
        """
        yield position
        place = self.odfs[position.odf].place
        strand = self.strand_behind.get(position)
        if strand is not None:
            yield from self.walk_strand(strand, place)

    def walk_strand(self, strand: StrandRef, place: str) -> Iterator[Step]:
        """The same for light that enters a strand by its end at `place`. Begins with the strand.

        Raises: StrandLoop.
        """
        seen: set[StrandRef] = set()
        at: StrandEnd | None = (strand, place)
        while at is not None:
            entered, place = at
            if entered in seen:
                raise StrandLoop(str(entered))
            seen.add(entered)
            yield entered
            at = yield from self._join(entered, self.far_end(entered.cable, place))

    def fibre_through(self, strand: StrandRef, place: str) -> Fibre:
        """The whole fibre a strand is part of, in the direction in which light enters the strand at `place`.

        Raises: StrandLoop.
        """
        onward = tuple(self.walk_strand(strand, place))
        back = tuple(self.walk_strand(strand, self.far_end(strand.cable, place)))[1:]
        return Fibre(self.place_behind(back, place), (*reversed(back), *onward))

    def fibre_behind(self, position: PositionRef) -> Fibre:
        """The whole fibre that a position is part of, from what is in front of it on to what is behind it.

        Raises: StrandLoop.
        """
        place = self.odfs[position.odf].place
        strand = self.strand_behind.get(position)
        if strand is not None:
            return self.fibre_through(strand, place)
        front: list[Step] = list(self._front_of(position))
        if front and isinstance(front[-1], PositionRef):
            front[-1:] = self.walk(front[-1])
        return Fibre(self.place_behind(front, place), (*reversed(front), position))

    def fibres_of_port(self, port: PortRef) -> tuple[Fibre, ...]:
        """The fibres of a port, one a patch, from the port on.

        Raises: StrandLoop.
        """
        return tuple(
            Fibre(self.odfs[patch.position.odf].place, (port, patch, *self.walk(patch.position)))
            for patch in self.patches_of_port.get(port, ())
        )

    def place_behind(self, steps: Iterable[Step], place: str) -> str:
        """Where light is that went on from `place` over these steps."""
        for step in steps:
            if isinstance(step, StrandRef):
                place = self.far_end(step.cable, place)
            elif isinstance(step, PositionRef):
                place = self.odfs[step.odf].place
        return place

    def _join(self, strand: StrandRef, place: str) -> Generator[Step, None, StrandEnd | None]:
        """What follows a strand's end, and the strand end it leads into, if any."""
        splice = self.splice_at.get((strand, place))
        if splice is not None:
            yield splice
            return (splice.z if splice.a == strand else splice.a), place
        position = self.position_at.get((strand, place))
        if position is None:
            return None
        yield position
        return (yield from self._front_of(position))

    def _front_of(self, position: PositionRef) -> Generator[Step, None, StrandEnd | None]:
        """What is in front of a position, and the strand end it leads into, if any."""
        patch = self.patch_at.get(position)
        if patch is None:
            return None
        yield patch
        if patch.port is not None:
            yield patch.port
            return None
        other = patch.other if patch.position == position else patch.position
        if other is None:
            return None
        yield other
        strand = self.strand_behind.get(other)
        return None if strand is None else (strand, self.odfs[other.odf].place)


_plants: WeakKeyDictionary[Snapshot, Plant] = WeakKeyDictionary()


def plant_of(snapshot: Snapshot) -> Plant:
    """The plant of a snapshot, built at the first call for it."""
    plant = _plants.get(snapshot)
    if plant is None:
        plant = _plants.setdefault(snapshot, Plant(snapshot))
    return plant


def _grouped[K, V](pairs: Iterator[tuple[K, V]]) -> dict[K, Sequence[V]]:
    found: dict[K, list[V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return dict(found.items())


def _known[T](things: Mapping[str, T], kind: str, code: str) -> T:
    try:
        return things[code]
    except KeyError:
        raise UnknownThing(kind, code) from None
