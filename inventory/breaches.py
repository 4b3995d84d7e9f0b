"""What a rule says when it is broken, and what rules may look things up in. Pure."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from inventory.devices import PortRef
from inventory.places import Place
from inventory.plant import Bore, BoreRef, Cable, Closure, Duct, Odf, PositionRef, StrandRef
from inventory.snapshot import Inventory

type Key = tuple[str, Hashable]
"""A thing that is referred to: the field of Inventory it should stand in, and its key (None: any of them)."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One broken rule: by which thing (field of Inventory, position in it), why, and what it lacks, if that is why."""

    field: str
    position: int
    reason: str
    lacks: Key | None = None


type Reason = tuple[str, Key | None]
"""Why a thing breaks a rule, its name left out, and what it lacks, if that is why."""


class Known:
    """What the plant may refer to. Of two things with one key, the last counts."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory

    @cached_property
    def organisations(self) -> frozenset[str]:
        return frozenset(organisation.code for organisation in self.inventory.organisations)

    @cached_property
    def places(self) -> Mapping[str, Place]:
        return {place.code: place for place in self.inventory.places}

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
    def closures(self) -> Mapping[str, Closure]:
        return {closure.code: closure for closure in self.inventory.closures}

    @cached_property
    def odfs(self) -> Mapping[str, Odf]:
        return {odf.code: odf for odf in self.inventory.odfs}

    @cached_property
    def positions(self) -> frozenset[PositionRef]:
        return frozenset(each.ref for each in self.inventory.odf_positions)

    @cached_property
    def ports(self) -> frozenset[PortRef]:
        return frozenset(port.ref for port in self.inventory.ports)

    @cached_property
    def where_strands_are_reached(self) -> frozenset[str]:
        """The places with a closure or an ODF."""
        in_closures = frozenset(closure.place for closure in self.inventory.closures)
        return in_closures.union(odf.place for odf in self.inventory.odfs)

    def no_organisation(self, what: str, code: str) -> Iterator[Reason]:
        """What is wrong with a party: `what` is owner, operator or user."""
        if code not in self.organisations:
            yield f"has the {what} {code!r}, no known organisation", ("organisations", code)

    def no_parties(self, owner: str, operator: str, used_by: str) -> Iterator[Reason]:
        """What is wrong with the three parties of an asset."""
        known = self.organisations
        if owner not in known or operator not in known or used_by not in known:
            yield from self.no_organisation("owner", owner)
            yield from self.no_organisation("operator", operator)
            yield from self.no_organisation("user", used_by)

    def no_places(self, a_place: str, z_place: str) -> Iterator[Reason]:
        """What is wrong with the two places something joins."""
        for place in (a_place, z_place):
            if place not in self.places:
                yield f"ends at {place!r}, no known place", ("places", place)
        if a_place == z_place:
            yield f"runs from {a_place!r} to itself", None

    def no_strand(self, strand: StrandRef) -> Iterator[Reason]:
        """What is wrong with a reference to a strand. That each cable has all its strands is a rule of its own."""
        cable = self.cables.get(strand.cable)
        if cable is None:
            yield f"names strand {strand}, of no known cable", ("cables", strand.cable)
        elif not 1 <= strand.number <= cable.strand_count:
            yield f"names strand {strand}, and its cable has {cable.strand_count}", ("strands", strand)

    def no_end(self, strand: StrandRef, place: str) -> Iterator[Reason]:
        """What is wrong with a strand, known or not, that should have an end at a place."""
        cable = self.cables.get(strand.cable)
        if cable is None or not 1 <= strand.number <= cable.strand_count:
            yield from self.no_strand(strand)
        elif place not in (cable.a_place, cable.z_place):
            ends = f"its cable runs from {cable.a_place} to {cable.z_place}"
            yield f"is at {place}, where strand {strand} has no end: {ends}", None
