"""The example's port-channels: links that got a second cable on another way, and the two of them made one."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from inventory.devices import Port, PortRef, PortRole
from inventory.examples import estate
from inventory.examples.equipment import Patching
from inventory.links import Link
from inventory.snapshot import Inventory

CHANNEL = "Port-Channel"


@dataclass(frozen=True, slots=True)
class SecondCable:
    """The second member of a link: it is the same between other ports. `first` is the code of what the link was."""

    first: str
    link: Link


def second_cables(links: Iterable[Link], patching: Patching) -> tuple[SecondCable, ...]:
    """For each link of `estate.TWO_CABLES` another, at the next ports; its length is not known yet."""
    by_code = {link.code: link for link in links}
    return tuple(
        SecondCable(code, replace(by_code[code], code=f"{code}-b", a=patching.inwards(a), z=patching.inwards(z)))
        for code in estate.TWO_CABLES
        for a, z in [(by_code[code].a.device, by_code[code].z.device)]
    )


def with_port_channels(inventory: Inventory, seconds: Mapping[str, Link]) -> Inventory:
    """Make each link that has a second cable (by its code) one of two members; circuits are put on it as before."""
    names = dict(_names(inventory, seconds))
    by_code = {link.code: link for link in inventory.links}
    lags: dict[PortRef, str] = {}
    for code, second in seconds.items():
        for end in (*_ends(by_code[code]), *_ends(second)):
            lags[end] = names[code, end.device]
    ports = tuple(replace(port, lag=lags.get(port.ref, "")) for port in inventory.ports)
    rates = {port.ref: port.speed_mbps for port in inventory.ports}
    return replace(
        inventory,
        ports=(*ports, *_channels(by_code, seconds, names, rates)),
        links=tuple(each for link in inventory.links for each in _members_first(link, seconds, names)),
    )


def _names(inventory: Inventory, seconds: Mapping[str, Link]) -> Iterator[tuple[tuple[str, str], str]]:
    """By link and device: port-channels are numbered from 1 on each device."""
    numbers: dict[str, int] = {}
    for link in inventory.links:
        if link.code in seconds:
            for end in _ends(link):
                numbers[end.device] = numbers.get(end.device, 0) + 1
                yield (link.code, end.device), f"{CHANNEL}{numbers[end.device]}"


def _channels(
    by_code: Mapping[str, Link],
    seconds: Mapping[str, Link],
    names: Mapping[tuple[str, str], str],
    rates: Mapping[PortRef, int],
) -> Iterator[Port]:
    for code, second in seconds.items():
        for one, other in zip(_ends(by_code[code]), _ends(second), strict=True):
            yield Port(PortRef(one.device, names[code, one.device]), PortRole.NNI, rates[one] + rates[other])


def _members_first(link: Link, seconds: Mapping[str, Link], names: Mapping[tuple[str, str], str]) -> tuple[Link, ...]:
    if link.code not in seconds:
        return (link,)
    second = seconds[link.code]
    a, z = (PortRef(end.device, names[link.code, end.device]) for end in _ends(link))
    length_m = max(link.length_m, second.length_m)
    return replace(link, code=f"{link.code}-a"), second, replace(link, a=a, z=z, length_m=length_m)


def _ends(link: Link) -> tuple[PortRef, PortRef]:
    return link.a, link.z
