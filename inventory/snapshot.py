"""The whole inventory, frozen and indexed, as one value that pure functions can be given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from inventory.consents import Consent, ConsentCover
from inventory.devices import Device, DeviceRole, Port, PortRef, PortRole
from inventory.errors import UnknownPremises, UnknownThing
from inventory.handovers import Handover
from inventory.hosting import HostingPosition, SiteSlot
from inventory.links import Link
from inventory.organisations import Organisation
from inventory.places import Place
from inventory.plant import (
    Bore,
    Cable,
    CableBore,
    Closure,
    Duct,
    Odf,
    OdfPosition,
    Patch,
    Splice,
    Strand,
)
from inventory.port_channels import cables_of, members_of
from inventory.premises import Premises
from inventory.premises_search import PremisesSearch


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Inventory:
    """What exists, as plain rows: what a folder of files, a NetBox or our mirror hold."""

    places: tuple[Place, ...] = ()
    premises: tuple[Premises, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    devices: tuple[Device, ...] = ()
    ports: tuple[Port, ...] = ()
    links: tuple[Link, ...] = ()
    handovers: tuple[Handover, ...] = ()
    ducts: tuple[Duct, ...] = ()
    bores: tuple[Bore, ...] = ()
    cables: tuple[Cable, ...] = ()
    cable_bores: tuple[CableBore, ...] = ()
    strands: tuple[Strand, ...] = ()
    closures: tuple[Closure, ...] = ()
    splices: tuple[Splice, ...] = ()
    odfs: tuple[Odf, ...] = ()
    odf_positions: tuple[OdfPosition, ...] = ()
    patches: tuple[Patch, ...] = ()
    consents: tuple[Consent, ...] = ()
    consent_covers: tuple[ConsentCover, ...] = ()
    hosting_positions: tuple[HostingPosition, ...] = ()
    site_slots: tuple[SiteSlot, ...] = ()


@dataclass(frozen=True, eq=False)
class Snapshot:
    """An inventory with its indexes. Build one with `Snapshot(inventory)`; never change it.

    Two snapshots are equal only if they are one: comparing or hashing a whole city is never meant.
    `revision` is that of the mirror it was read from, 0 where it was not.
    """

    inventory: Inventory = field(repr=False)
    revision: int = 0

    @cached_property
    def places(self) -> Mapping[str, Place]:
        return {place.code: place for place in self.inventory.places}

    @cached_property
    def premises(self) -> Mapping[str, Premises]:
        return {premises.uprn: premises for premises in self.inventory.premises}

    @cached_property
    def organisations(self) -> Mapping[str, Organisation]:
        return {organisation.code: organisation for organisation in self.inventory.organisations}

    @cached_property
    def devices(self) -> Mapping[str, Device]:
        return {device.name: device for device in self.inventory.devices}

    @cached_property
    def ports(self) -> Mapping[PortRef, Port]:
        return {port.ref: port for port in self.inventory.ports}

    @cached_property
    def links(self) -> Mapping[str, Link]:
        return {link.code: link for link in self.inventory.links}

    @cached_property
    def handovers(self) -> Mapping[str, Handover]:
        return {handover.code: handover for handover in self.inventory.handovers}

    @cached_property
    def members(self) -> Mapping[str, tuple[Link, ...]]:
        """See `inventory.port_channels.members_of`."""
        return members_of(self.inventory.ports, self.inventory.links)

    @cached_property
    def channel_of(self) -> Mapping[str, str]:
        """Of each link that is a member of a port-channel: the code of the link it helps to carry."""
        return {member.code: code for code, members in self.members.items() for member in members}

    def cables_of(self, link: Link) -> tuple[Link, ...]:
        """See `inventory.port_channels.cables_of`."""
        return cables_of(self.members, link)

    @cached_property
    def cabled_links(self) -> tuple[Link, ...]:
        """The links that have a cable, in inventory order: all but those between two port-channels."""
        return tuple(link for link in self.inventory.links if link.code not in self.members)

    @cached_property
    def circuit_links(self) -> tuple[Link, ...]:
        """The links that circuits are put on, in inventory order: all but the members of port-channels."""
        return tuple(link for link in self.inventory.links if link.code not in self.channel_of)

    @cached_property
    def site_slots(self) -> Mapping[str, SiteSlot]:
        """By device."""
        return {slot.device: slot for slot in self.inventory.site_slots}

    @cached_property
    def far_ends(self) -> Mapping[PortRef, PortRef]:
        """What each port at the end of a link is joined to."""
        ends: dict[PortRef, PortRef] = {}
        for link in self.inventory.links:
            ends |= {link.a: link.z, link.z: link.a}
        return ends

    @cached_property
    def handovers_by_port(self) -> Mapping[PortRef, Handover]:
        return {handover.port: handover for handover in self.inventory.handovers}

    @cached_property
    def _ports_by_device(self) -> Mapping[str, tuple[Port, ...]]:
        found: dict[str, list[Port]] = {}
        for port in self.inventory.ports:
            found.setdefault(port.ref.device, []).append(port)
        return {device: tuple(ports) for device, ports in found.items()}

    @cached_property
    def _ntes_by_uprn(self) -> Mapping[str, tuple[Device, ...]]:
        found: dict[str, list[Device]] = {}
        for device in self.inventory.devices:
            if device.role is DeviceRole.NTE and device.uprn is not None:
                found.setdefault(device.uprn, []).append(device)
        return {uprn: tuple(devices) for uprn, devices in found.items()}

    @cached_property
    def premises_search(self) -> PremisesSearch:
        """Built at the first search."""
        return PremisesSearch(self.inventory.premises)

    def premises_at(self, uprn: str) -> Premises:
        """Raises: UnknownPremises."""
        try:
            return self.premises[uprn]
        except KeyError:
            raise UnknownPremises(uprn) from None

    def place(self, code: str) -> Place:
        """Raises: UnknownThing."""
        try:
            return self.places[code]
        except KeyError:
            raise UnknownThing("place", code) from None

    def handover(self, code: str) -> Handover:
        """Raises: UnknownThing."""
        try:
            return self.handovers[code]
        except KeyError:
            raise UnknownThing("handover", code) from None

    def device(self, name: str) -> Device:
        """Raises: UnknownThing."""
        try:
            return self.devices[name]
        except KeyError:
            raise UnknownThing("device", name) from None

    def ntes_at(self, uprn: str) -> tuple[Device, ...]:
        """The NTEs installed at premises, in inventory order."""
        return self._ntes_by_uprn.get(uprn, ())

    def ports_of(self, device: str, role: PortRole | None = None) -> tuple[Port, ...]:
        """The ports of a device, in inventory order."""
        ports = self._ports_by_device.get(device, ())
        return ports if role is None else tuple(port for port in ports if port.role is role)
