"""What a Junos configuration does with frames. Pure.

L2, "Configuring VLAN Identifiers for Bridge Domains and VPLS Routing Instances": a bridge domain with a `vlan-id` has
frames carry that tag inside it. What a member's unit is chosen by (nothing, a VLAN, an outer tag) is exchanged for
it coming in, and back going out. A port that is disabled, or in no bridge domain, forwards nothing.
"""

from collections.abc import Iterator, Mapping

from automation.twin.forwarding import C_TPID, S_TPID, Exchange, Forwarding, Lag, Policer, PortForwarding, PortMode
from automation.twin.junos.tree import Node
from automation.twin.junos.values import number


def forwarding_of(root: Node) -> Forwarding:
    """Return what the device does with frames."""
    domains = dict(_domains(root))
    policers = dict(_policers(root))
    channels = channels_of(root)
    inside = {member for members in channels.values() for member in members}
    ports = {port.value: port for port in _interfaces(root)}
    does = {
        name: one
        for name, port in ports.items()
        if name not in inside and (one := _port(port, domains, policers)) is not None
    }
    lags = (
        _lag(ports[name], members, does.get(name) or PortForwarding(name, PortMode.TRUNK))
        for name, members in channels.items()
        if members and ports[name].child("disable") is None
    )
    return Forwarding(tuple(one for name, one in does.items() if name not in channels), tuple(lags))


def channels_of(root: Node) -> Mapping[str, tuple[str, ...]]:
    """The open members of each port-channel that is configured and there is room for (`device-count`)."""
    room = _room(root)
    found: dict[str, list[str]] = {port.value: [] for port in _interfaces(root) if _number(port.value) < room}
    for port in _interfaces(root):
        options = port.child("gigether-options")
        channel = options.leaf("802.3ad") if options is not None else ""
        if channel in found and port.child("disable") is None:
            found[channel].append(port.value)
    return {name: tuple(members) for name, members in found.items()}


def _number(port: str) -> int:
    """The number of a port-channel; of another port, more than there can be."""
    number_of = port.removeprefix("ae")
    return int(number_of) if port.startswith("ae") and number_of.isdecimal() else 1_000_000


def _room(root: Node) -> int:
    level = root.find("chassis", "aggregated-devices", "ethernet")
    return int(level.leaf("device-count") or 0) if level is not None else 0


def _interfaces(root: Node) -> tuple[Node, ...]:
    level = root.child("interfaces")
    return tuple(level.entries("")) if level else ()


def _lag(channel: Node, members: tuple[str, ...], does: PortForwarding) -> Lag:
    lacp = channel.find("aggregated-ether-options", "lacp")
    fast = lacp is not None and lacp.leaf("periodic") != "slow"  # CLI, "periodic": fast where nothing is said
    return Lag(channel.value, members, fast, lacp is not None and lacp.child("active") is not None, does)


def _domains(root: Node) -> Iterator[tuple[str, int]]:
    """The VLAN of every unit that is in a bridge domain, by `port.unit`."""
    level = root.child("bridge-domains")
    for domain in level.entries("") if level else ():
        if domain.leaf("vlan-id").isdecimal():
            for member in domain.entries("interface"):
                yield member.value, int(domain.leaf("vlan-id"))


def _port(port: Node, domains: Mapping[str, int], policers: Mapping[str, Policer]) -> PortForwarding | None:
    if port.child("disable") is not None:
        return None
    units = [
        (unit, domains[f"{port.value}.{unit.value}"])
        for unit in port.entries("unit")
        if f"{port.value}.{unit.value}" in domains and unit.child("disable") is None
    ]
    if not units:
        return None
    policer = next((policers[name] for unit, _ in units if (name := _applied(unit)) in policers), None)
    if port.leaf("encapsulation") == "ethernet-bridge":
        return PortForwarding(port.value, PortMode.TUNNEL, vlan=units[0][1], tpid=S_TPID, policer=policer)
    exchanges = tuple(Exchange(int(c), s, keeps_tag=False) for unit, s in units if (c := unit.leaf("vlan-id")))
    tagged = frozenset(s for _, s in units)
    tpid = C_TPID if exchanges else S_TPID
    return PortForwarding(port.value, PortMode.TRUNK, vlans=tagged, tpid=tpid, exchanges=exchanges, policer=policer)


def _applied(unit: Node) -> str:
    applied = unit.child("layer2-policer")
    return (applied.leaf("input-three-color") or applied.leaf("input-policer")) if applied else ""


def _policers(root: Node) -> Iterator[tuple[str, Policer]]:
    """Above the peak, or the one limit there is, frames are dropped."""
    level = root.child("firewall")
    for policer in level.entries("policer") if level else ():
        limits = policer.child("if-exceeding")
        if limits is not None and policer.child("then") is not None:
            yield policer.value, _policer(limits, "bandwidth-limit", "burst-size-limit")
    for policer in level.entries("three-color-policer") if level else ():
        rates = policer.child("two-rate")
        if rates is not None and policer.child("action") is not None:
            yield policer.value, _policer(rates, "peak-information-rate", "peak-burst-size")


def _policer(limits: Node, rate: str, burst: str) -> Policer:
    return Policer(number(limits.leaf(rate)) // 1000, number(limits.leaf(burst)))
