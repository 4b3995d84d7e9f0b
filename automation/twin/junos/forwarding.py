"""What a Junos configuration does with frames. Pure.

L2, "Configuring VLAN Identifiers for Bridge Domains and VPLS Routing Instances": a bridge domain with a `vlan-id` has
frames carry that tag inside it. What a member's unit is chosen by (nothing, a VLAN, an outer tag) is exchanged for
it coming in, and back going out. A port that is disabled, or in no bridge domain, forwards nothing.
"""

from collections.abc import Iterator, Mapping

from automation.twin.forwarding import C_TPID, S_TPID, Exchange, Forwarding, Policer, PortForwarding, PortMode
from automation.twin.junos.tree import Node
from automation.twin.junos.values import number


def forwarding_of(root: Node) -> Forwarding:
    """Return what the device does with frames."""
    domains = dict(_domains(root))
    policers = dict(_policers(root))
    ports = root.child("interfaces")
    found = (_port(port, domains, policers) for port in (ports.entries("") if ports else ()))
    return Forwarding(tuple(one for one in found if one is not None))


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
