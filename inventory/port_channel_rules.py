"""The rules of port-channels: whose member a port may be, and what joins two of them. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from inventory.breaches import Breach
from inventory.devices import Port, PortRef, PortRole
from inventory.links import Link
from inventory.port_channels import channels_of, left_mbps, members_of
from inventory.snapshot import Inventory

_LENGTH_SLACK_M = 0.01  # lengths are kept in whole centimetres


def find_channel_breaches(inventory: Inventory) -> Iterator[Breach]:
    """Yield every broken rule of ports that are members, and of the links of port-channels."""
    ports = {port.ref: port for port in inventory.ports}
    for position, port in enumerate(inventory.ports):
        if port.lag:
            yield from _member_breaches(position, port, ports)
    channels = channels_of(inventory.ports)
    if channels:
        yield from _link_breaches(inventory, channels)


def _member_breaches(position: int, port: Port, ports: Mapping[PortRef, Port]) -> Iterator[Breach]:
    channel = ports.get(PortRef(port.ref.device, port.lag))
    if channel is None:
        lacks = ("ports", PortRef(port.ref.device, port.lag))
        yield Breach("ports", position, f"port {port.ref} is a member of {port.lag!r}, no known port there", lacks)
        return
    if channel.lag:
        yield Breach("ports", position, f"port {port.ref} is a member of {channel.ref}, which is a member itself")
    for one in (port, channel):
        if one.role is not PortRole.NNI:
            reason = f"port {port.ref} is a member of {channel.ref}, and {one.ref} is {one.role} and not nni"
            yield Breach("ports", position, reason)


def _link_breaches(inventory: Inventory, channels: Mapping[PortRef, PortRef]) -> Iterator[Breach]:
    members = members_of(inventory.ports, inventory.links)
    inside = {member.code for found in members.values() for member in found}
    aggregates = set(channels.values())
    for position, link in enumerate(inventory.links):
        if link.code not in inside and (link.a in channels or link.z in channels):
            other = link.z if link.a in channels else link.a
            reason = f"link {link.code} ends at a member of a port-channel, and no link joins that with one at {other}"
            yield Breach("links", position, reason)
        elif link.code in members:
            yield from _channel_breaches(position, link, members[link.code])
        elif link.a in aggregates or link.z in aggregates:
            reason = f"link {link.code} ends at a port-channel, and no members of it are joined with {link.z}"
            yield Breach("links", position, reason)


def _channel_breaches(position: int, link: Link, members: Sequence[Link]) -> Iterator[Breach]:
    longest_m = max(member.length_m for member in members)
    if abs(link.length_m - longest_m) > _LENGTH_SLACK_M:
        reason = f"link {link.code} has {link.length_m:g} m of fibre, and the longest of its members {longest_m:g} m"
        yield Breach("links", position, reason)
    if len(members) > 1 and link.capacity_mbps > left_mbps(members):
        reason = (
            f"link {link.code} is to carry {link.capacity_mbps} Mbit/s, and {left_mbps(members)} Mbit/s are left "
            "when the largest of its members is lost"
        )
        yield Breach("links", position, reason)
