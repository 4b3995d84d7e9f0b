"""The networks of an OFDS document taken into an inventory. Pure.

What the document says stands; what the standard has no words for stays as `base` has it. A document of
others is added to the inventory there is. One that was exported by us brings its bundle as `base`, and
the result is the whole inventory: what it no longer has is gone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from inventory.errors import Fault, InventoryInvalid, UnknownThing
from inventory.files.ofds.codes import codes_of
from inventory.files.ofds.read_node import place_of
from inventory.files.ofds.read_span import duct_of
from inventory.files.ofds.reading import Reading
from inventory.files.ofds.shapes import Network, Organisation, OwnedThing, Reference
from inventory.files.report import Notes, Taken
from inventory.files.sheets import reasons_against
from inventory.organisations import MemberRole
from inventory.organisations import Organisation as Member
from inventory.places import Place
from inventory.plant import Duct
from inventory.rules import find_breaches
from inventory.snapshot import Inventory

GRANTOR = "wayleaveGrantor"
MEMBER_ROLES: Mapping[str, MemberRole] = {
    "supportingInfrastructureOwner": MemberRole.CONTRIBUTOR,
    "transmissionMediumOwner": MemberRole.CONTRIBUTOR,
    "physicalInfrastructureProvider": MemberRole.CONTRIBUTOR,
    "networkProvider": MemberRole.USER,
    "funder": MemberRole.INVESTOR,
}


@dataclass(frozen=True, slots=True)
class Manner:
    """How a document is taken. `owner` owns what names no owner; `replaces`: `base` is its own bundle."""

    file: str
    prefix: str = ""
    owner: str = ""
    replaces: bool = False


def take(networks: Sequence[Network], base: Inventory, manner: Manner) -> Taken:
    """Take the networks of a document into an inventory.

    Raises: InventoryInvalid, with every fault by its path in the document; UnknownThing, a default owner nobody knows.
    """
    work = _Work(base, manner)
    for number, network in enumerate(networks):
        work.take(network, f"/networks/{number}")
    inventory = work.inventory()
    faults = work.faults or list(_rule_faults(inventory, work.paths, manner))
    if faults:
        raise InventoryInvalid(manner.file, faults)
    return Taken(inventory, work.notes.all())


@dataclass
class _Work:
    """The inventory while networks are taken into it; `paths` says where in the document a thing comes from."""

    base: Inventory
    manner: Manner
    paths: dict[tuple[str, str], str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)

    def __post_init__(self) -> None:
        self.members = {member.code: member for member in self.base.organisations}
        self.places = {place.code: place for place in self.base.places}
        self.ducts = {duct.code: duct for duct in self.base.ducts}

    def take(self, network: Network, path: str) -> None:
        reading = self._reading(network, path)
        self._take_organisations(network, reading)
        self._take(
            "places", network.nodes, "nodes", reading, lambda node, where, old: place_of(node, where, old, reading)
        )
        self._take(
            "ducts",
            network.spans,
            "spans",
            reading,
            lambda span, where, old: duct_of(span, where, old, self.places, reading),
        )
        if network.wayleaves and not self.manner.replaces:
            for wayleave in network.wayleaves:
                self.notes.add("wayleaves without first and last day", "They were left out.", wayleave.id)

    def inventory(self) -> Inventory:
        """All of it, without what the document of our own no longer has."""
        places: Iterable[Place] = self.places.values()
        ducts: Iterable[Duct] = self.ducts.values()
        if self.manner.replaces:
            exported = {end for duct in self.base.ducts for end in (duct.a_place, duct.z_place)}
            places = [one for one in places if one.code not in exported or ("places", one.code) in self.paths]
            ducts = [one for one in ducts if ("ducts", one.code) in self.paths]
        return replace(self.base, organisations=tuple(self.members.values()), places=tuple(places), ducts=tuple(ducts))

    def _reading(self, network: Network, path: str) -> Reading:
        prefix = self.manner.prefix
        return Reading(
            self.manner.file,
            path,
            self.manner.owner,
            node_codes=codes_of((node.id for node in network.nodes), prefix),
            span_codes=codes_of((span.id for span in network.spans), prefix),
            organisation_codes=self._organisation_codes(network),
            notes=self.notes,
            faults=self.faults,
        )

    def _organisation_codes(self, network: Network) -> Mapping[str, str]:
        """An organisation of the same name as a member of ours is that member."""
        known = {member.name: code for code, member in self.members.items()}
        named = _named(network)
        members = {one.id: known[one.name] for one in named.values() if one.name in known}
        return codes_of(named, self.manner.prefix) | members

    def _take(
        self, kind: str, things: Sequence[Any], name: str, reading: Reading, read: Callable[[Any, str, Any], Any]
    ) -> None:
        known: dict[str, Any] = getattr(self, kind)
        codes = reading.node_codes if kind == "places" else reading.span_codes
        for number, thing in enumerate(things):
            path, code = f"/{name}/{number}", codes[thing.id]
            if (kind, code) in self.paths:
                reading.refuse(path, f"id {thing.id!r} stands here a second time")
                continue
            self.paths[kind, code] = f"{self.manner.file} {reading.path}{path}"
            noun = read(thing, path, known.get(code))
            if noun is not None and noun != known.get(code):
                for reason in reasons_against(kind, noun):
                    reading.refuse(path, reason)
                known[code] = noun

    def _take_organisations(self, network: Network, reading: Reading) -> None:
        for one in _named(network).values():
            code = reading.organisation_codes[one.id]
            if one.roles != [GRANTOR]:
                self.members[code] = _member(one, code, self.members.get(code))
        if self.manner.owner and self.manner.owner not in self.members:
            raise UnknownThing("organisation", self.manner.owner)


def _named(network: Network) -> dict[str, Organisation]:
    """The organisations of a network by id, then those it only refers to."""
    found = {one.id: one for one in network.organisations}
    for one in _references(network):
        found.setdefault(one.id, Organisation(id=one.id, name=one.name))
    return found


def _references(network: Network) -> Iterator[Reference]:
    things: list[OwnedThing] = [*network.nodes, *network.spans]
    for thing in things:
        owners = thing.supporting_infrastructure.owner, thing.infrastructure_provider, thing.medium_owner
        yield from (owner for owner in owners if owner is not None)
        yield from thing.network_providers


def _member(one: Organisation, code: str, old: Member | None) -> Member:
    if old is not None:
        return replace(old, name=one.name or old.name)
    roles = frozenset(MEMBER_ROLES[role] for role in one.roles if role in MEMBER_ROLES)
    return Member(code, one.name or one.id, roles)


def _rule_faults(inventory: Inventory, paths: Mapping[tuple[str, str], str], manner: Manner) -> Iterator[Fault]:
    for breach in find_breaches(inventory):
        thing = getattr(inventory, breach.field)[breach.position]
        where = paths.get((breach.field, getattr(thing, "code", "")), f"{manner.file} {breach.field}")
        yield Fault(where, None, breach.reason)
