"""A new DXP from the likeness of one that stands: its place, its switch, links to exchanges, NTEs at premises. Pure.

What it gives is planned, and carries nothing until it is commissioned. Metres of the British national grid.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network
from math import hypot

from inventory.devices import Device, DeviceRole, Lifecycle, Port, PortRef, PortRole
from inventory.links import Link
from inventory.places import NETWORK_KINDS, Place, PlaceKind
from inventory.premises import Premises
from inventory.snapshot import Inventory, Snapshot
from provisioning.playbook_errors import NotReady

WAY_FACTOR = 1.3
"""A duct is about so much longer than a straight line through a city; what was measured overrules it."""
POOL_BITS = 24  # where no pool is named, addresses come from the network of this size that the likeness stands in


@dataclass(frozen=True, slots=True)
class NewDxp:
    """What is wanted. `to` are codes of the places it is linked to, `like` is the DXP whose switch it gets.

    `length_m` is that of each link where it was measured. `ntes` are UPRNs that get an NTE and a drop; premises
    that no place serves yet, and are within `serves_within_m`, are served from it. `pool` is where management
    addresses come from, None for the network its likeness stands in.
    """

    code: str
    name: str
    area: str
    easting_m: float
    northing_m: float
    to: tuple[str, ...]
    like: str
    zone: str = ""
    length_m: float | None = None
    ntes: tuple[str, ...] = ()
    serves_within_m: float = 0.0
    pool: IPv4Network | None = None
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Addition:
    """What a new DXP adds, and the inventory with it."""

    inventory: Inventory = field(repr=False)
    place: Place
    devices: tuple[Device, ...]
    ports: int
    links: tuple[Link, ...]
    premises: tuple[str, ...]


def with_dxp(snapshot: Snapshot, wanted: NewDxp) -> Addition:
    """Return the inventory with the new DXP. Same input, same answer: names and addresses are the first free ones.

    Raises:
        UnknownThing, UnknownPremises: the likeness, a place it is linked to, or premises with an NTE.
        NotReady: everything that stands in the way, by name.
    """
    return _Adding(snapshot, wanted).added()


class _Adding:
    """One addition while it is put together; `_taken` are ports that links have, those of the addition too."""

    def __init__(self, snapshot: Snapshot, wanted: NewDxp) -> None:
        self._snapshot = snapshot
        self._wanted = wanted
        self._taken = {end for link in snapshot.inventory.links for end in (link.a, link.z)}
        self._used = {device.management_address for device in snapshot.inventory.devices}
        self._faults: list[str] = []

    def added(self) -> Addition:
        wanted, old = self._wanted, self._snapshot.inventory
        likeness = self._switch_at(wanted.like)
        self._check_name()
        place = self._place(self._snapshot.place(wanted.like))
        switch = self._switch(likeness)
        ports = [replace(port, ref=PortRef(switch.name, port.ref.port)) for port in self._ports_like(likeness)]
        links = [link for code in wanted.to if (link := self._uplink(place, switch, ports, code))]
        homes = [self._home(uprn, switch, ports) for uprn in wanted.ntes]
        if self._faults:
            raise NotReady(f"{wanted.code} cannot be added", self._faults)
        devices = (switch, *(device for device, _, _ in homes))
        new_ports = (*ports, *(port for _, some, _ in homes for port in some))
        new_links = (*links, *(drop for _, _, drop in homes))
        served = self._served()
        return Addition(
            replace(
                old,
                places=(*old.places, place),
                devices=(*old.devices, *devices),
                ports=(*old.ports, *new_ports),
                links=(*old.links, *new_links),
                premises=tuple(
                    replace(one, serving_place=place.code) if one.uprn in served else one for one in old.premises
                ),
            ),
            place,
            devices,
            len(new_ports),
            new_links,
            tuple(sorted(served)),
        )

    def _check_name(self) -> None:
        if self._wanted.code in self._snapshot.places:
            self._faults.append(f"There is a place {self._wanted.code} already.")
        if not self._wanted.to:
            self._faults.append("It must be linked to at least one exchange.")

    def _place(self, like: Place) -> Place:
        wanted = self._wanted
        return Place(
            wanted.code,
            wanted.name,
            PlaceKind.DXP,
            wanted.area or like.area,
            wanted.easting_m,
            wanted.northing_m,
            wanted.zone or like.resilience_zone,
            like.owner,
            like.operator,
            like.used_by,
        )

    def _switch_at(self, code: str) -> Device:
        """The first live switch of a place. Raises: UnknownThing, NotReady."""
        self._snapshot.place(code)
        for device in self._snapshot.inventory.devices:
            if device.place_code == code and device.role is DeviceRole.SWITCH and device.lifecycle is Lifecycle.LIVE:
                return device
        raise NotReady(f"{self._wanted.code} cannot be added", [f"No live switch stands at {code}."])

    def _switch(self, likeness: Device) -> Device:
        name = f"sw-{self._wanted.code.removeprefix('dxp-')}-1"
        if name in self._snapshot.devices:
            self._faults.append(f"There is a device {name} already.")
        return replace(
            likeness,
            name=name,
            serial=self._serial(0),
            place_code=self._wanted.code,
            management_address=self._address(likeness),
            lifecycle=Lifecycle.PLANNED,
        )

    def _serial(self, number: int) -> str:
        """What is on the box, "" where nobody has it in hand yet: then commissioning cannot hold it against."""
        return self._wanted.serials[number] if number < len(self._wanted.serials) else ""

    def _address(self, likeness: Device) -> str | None:
        pool = self._wanted.pool or IPv4Network(f"{likeness.management_address}/{POOL_BITS}", strict=False)
        for address in pool.hosts():
            if str(address) not in self._used:
                self._used.add(str(address))
                return str(address)
        self._faults.append(f"No management address of {pool} is free.")
        return None

    def _ports_like(self, likeness: Device) -> tuple[Port, ...]:
        """Its ports, without handovers: those are an exchange's."""
        ports = self._snapshot.ports_of(likeness.name)
        return tuple(port for port in ports if port.role is not PortRole.HANDOVER)

    def _uplink(self, place: Place, switch: Device, ports: Sequence[Port], code: str) -> Link | None:
        """The two fastest free ports that are equally fast, one on each side."""
        far_place = self._snapshot.place(code)
        far_ports = [
            port
            for device in self._snapshot.inventory.devices
            if device.place_code == code and device.role is DeviceRole.SWITCH and device.lifecycle is Lifecycle.LIVE
            for port in self._snapshot.ports_of(device.name, PortRole.NNI)
        ]
        pair = self._fastest_pair(ports, far_ports)
        if pair is None or far_place.kind not in NETWORK_KINDS:
            self._faults.append(f"No port of a live switch at {code} is free that is as fast as one of {switch.name}.")
            return None
        near, far = pair
        self._taken |= {near.ref, far.ref}
        straight = hypot(place.easting_m - far_place.easting_m, place.northing_m - far_place.northing_m)
        length = self._wanted.length_m if self._wanted.length_m is not None else round(straight * WAY_FACTOR, 1)
        name = f"{_short(switch.name)}--{_short(far.ref.device)}"
        return Link(name, near.ref, far.ref, near.speed_mbps, length)

    def _fastest_pair(self, ports: Iterable[Port], far_ports: Sequence[Port]) -> tuple[Port, Port] | None:
        free = [port for port in ports if port.role is PortRole.NNI and port.ref not in self._taken]
        for near in sorted(free, key=lambda port: -port.speed_mbps):
            for far in far_ports:
                if far.ref not in self._taken and far.speed_mbps == near.speed_mbps:
                    return near, far
        return None

    def _home(self, uprn: str, switch: Device, ports: Sequence[Port]) -> tuple[Device, tuple[Port, ...], Link]:
        premises = self._snapshot.premises_at(uprn)
        likeness = self._nte_likeness()
        there = [device.name for device in self._snapshot.ntes_at(uprn) if device.lifecycle is not Lifecycle.RETIRED]
        if there:
            self._faults.append(f"There is an NTE at UPRN {uprn} already: {', '.join(there)}.")
        nte = replace(
            likeness,
            name=f"nte-{uprn}",
            serial=self._serial(1 + self._wanted.ntes.index(uprn)),
            place_code=None,
            uprn=uprn,
            management_address=self._address(likeness),
            lifecycle=Lifecycle.PLANNED,
        )
        own = tuple(
            replace(port, ref=PortRef(nte.name, port.ref.port)) for port in self._snapshot.ports_of(likeness.name)
        )
        up = next(port for port in own if port.role is PortRole.NNI)
        free = [port for port in ports if port.role is PortRole.NNI and port.ref not in self._taken]
        end = min(free, key=lambda port: (port.speed_mbps < up.speed_mbps, port.speed_mbps), default=None)
        if end is None:
            self._faults.append(f"No port of {switch.name} is free for the drop to UPRN {uprn}.")
            end = ports[0]
        self._taken.add(end.ref)
        length = self._straight(premises) * WAY_FACTOR
        capacity = min(up.speed_mbps, end.speed_mbps)
        return nte, own, Link(f"drop-{nte.name}", up.ref, end.ref, capacity, round(length, 1))

    def _nte_likeness(self) -> Device:
        """An NTE of the likeness, or any that is live. Raises: NotReady."""
        live = [
            device
            for device in self._snapshot.inventory.devices
            if device.role is DeviceRole.NTE
            and device.lifecycle is Lifecycle.LIVE
            and self._snapshot.ports_of(device.name, PortRole.NNI)
        ]
        if not live:
            raise NotReady(f"{self._wanted.code} cannot be added", ["No live NTE is there to take as an example."])
        return live[0]

    def _straight(self, premises: Premises) -> float:
        return hypot(premises.easting_m - self._wanted.easting_m, premises.northing_m - self._wanted.northing_m)

    def _served(self) -> frozenset[str]:
        near = {
            one.uprn
            for one in self._snapshot.inventory.premises
            if one.serving_place is None and self._straight(one) <= self._wanted.serves_within_m
        }
        return frozenset(near | set(self._wanted.ntes))


def _short(switch: str) -> str:
    return switch.removeprefix("sw-")
