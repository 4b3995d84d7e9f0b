"""Port-channels: several links between two devices that are one (IEEE 802.1AX, link aggregation). Pure.

Circuits are put on the link between two port-channels, and light is on its members: what has a cable, a neighbour
and strands is a member, what has tags is the port-channel.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from inventory.devices import Port, PortRef
from inventory.links import Link


def members_of(ports: Iterable[Port], links: Sequence[Link]) -> Mapping[str, tuple[Link, ...]]:
    """Of each link between two port-channels, by its code: the links that carry it, in the order of their codes."""
    channels = channels_of(ports)
    if not channels:
        return {}
    between = {frozenset((link.a, link.z)): link.code for link in links}
    members: dict[str, list[Link]] = {}
    for link in sorted(links, key=lambda one: one.code):
        a, z = channels.get(link.a), channels.get(link.z)
        code = None if a is None or z is None else between.get(frozenset((a, z)))
        if code is not None:
            members.setdefault(code, []).append(link)
    return {code: tuple(found) for code, found in members.items()}


def channels_of(ports: Iterable[Port]) -> Mapping[PortRef, PortRef]:
    """The port-channel of each port that is a member of one."""
    return {port.ref: port.channel for port in ports if port.channel is not None}


def cables_of(members: Mapping[str, Sequence[Link]], link: Link) -> tuple[Link, ...]:
    """The links with a cable each that a link stands on, from its `a` device on: its members, or itself."""
    return tuple(
        one if one.a.device == link.a.device else replace(one, a=one.z, z=one.a)
        for one in members.get(link.code, (link,))
    )


def left_mbps(members: Sequence[Link]) -> int:
    """What is left of a port-channel when the largest of its members is lost."""
    return sum(member.capacity_mbps for member in members) - max((one.capacity_mbps for one in members), default=0)
