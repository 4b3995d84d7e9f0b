"""A new access point from the likeness of another: its ports, its link to a switch, its address. Pure.

What it gives is planned, and carries nothing until it has phoned home.
"""

from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network

from inventory.devices import Device, DeviceRole, Lifecycle, Port, PortRef, PortRole
from inventory.links import Link
from inventory.snapshot import Inventory, Snapshot
from provisioning.playbook_errors import NotReady

POOL_BITS = 24  # where no address is given, it comes from the network of this size that its switch stands in


@dataclass(frozen=True, slots=True)
class NewAccessPoint:
    """What is wanted. `like` is an access point of the same model; `to` is the switch it is joined to.

    `port` is that switch's port, "" for the first that is free; `length_m` is the cable's length in metres.
    """

    name: str
    place: str
    serial: str
    like: str
    to: str
    port: str = ""
    address: str = ""
    length_m: float = 30.0


@dataclass(frozen=True, slots=True)
class NewDevice:
    """What is added, and the inventory with it."""

    inventory: Inventory = field(repr=False)
    device: Device
    link: Link


def with_access_point(snapshot: Snapshot, wanted: NewAccessPoint) -> NewDevice:
    """Return the inventory with the new access point. Same input, same answer.

    Raises:
        UnknownThing: the place, the likeness or the switch.
        NotReady: everything that stands in the way.
    """
    snapshot.place(wanted.place)
    like, switch = snapshot.device(wanted.like), snapshot.device(wanted.to)
    ports = [replace(port, ref=PortRef(wanted.name, port.ref.port)) for port in snapshot.ports_of(like.name)]
    uplink = next((port for port in ports if port.role is PortRole.NNI), None)
    far = _far_port(snapshot, wanted)
    address = wanted.address or _free_address(snapshot, switch)
    faults = _faults(snapshot, wanted, like, switch, uplink, far, address)
    if faults or uplink is None or far is None:
        raise NotReady(f"{wanted.name} cannot be added", faults)
    device = replace(
        like,
        name=wanted.name,
        serial=wanted.serial,
        place_code=wanted.place,
        management_address=address,
        lifecycle=Lifecycle.PLANNED,
    )
    capacity_mbps = min(uplink.speed_mbps, far.speed_mbps)
    link = Link(f"drop-{wanted.name}", uplink.ref, far.ref, capacity_mbps, wanted.length_m)
    old = snapshot.inventory
    with_it = replace(old, devices=(*old.devices, device), ports=(*old.ports, *ports), links=(*old.links, link))
    return NewDevice(with_it, device, link)


def _far_port(snapshot: Snapshot, wanted: NewAccessPoint) -> Port | None:
    """The switch's port: the one that is named, or the first towards the network that nothing is joined to."""
    for port in snapshot.ports_of(wanted.to):
        is_meant = port.ref.port == wanted.port or (not wanted.port and port.role is PortRole.NNI)
        if is_meant and port.ref not in snapshot.far_ends:
            return port
    return None


def _free_address(snapshot: Snapshot, switch: Device) -> str:
    """The first address nobody has, of the network the switch stands in; "" where there is none."""
    if switch.management_address is None:
        return ""
    taken = {device.management_address for device in snapshot.inventory.devices}
    pool = IPv4Network(f"{switch.management_address}/{POOL_BITS}", strict=False)
    return next((str(one) for one in pool.hosts() if str(one) not in taken), "")


def _faults(
    snapshot: Snapshot,
    wanted: NewAccessPoint,
    like: Device,
    switch: Device,
    uplink: Port | None,
    far: Port | None,
    address: str,
) -> list[str]:
    others = snapshot.inventory.devices
    lacking = {
        f"There is a device {wanted.name} already.": wanted.name in snapshot.devices,
        f"{wanted.like} is no access point.": like.role is not DeviceRole.ACCESS_POINT,
        f"{wanted.to} is not live.": switch.lifecycle is not Lifecycle.LIVE,
        f"{wanted.like} has no port towards the network.": uplink is None,
        f"{wanted.to} has no free port{f' {wanted.port}' if wanted.port else ''}.": far is None,
        "It has no serial.": not wanted.serial.strip(),
        f"A device of serial {wanted.serial} is known already.": any(one.serial == wanted.serial for one in others),
        "There is no address left for it; name one.": not address,
        f"{address} is no IPv4 address.": bool(address) and not _is_address(address),
        f"{address} is another device's.": any(one.management_address == address for one in others if address),
    }
    return [sentence for sentence, is_so in lacking.items() if is_so]


def _is_address(text: str) -> bool:
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return True
