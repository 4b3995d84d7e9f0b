"""What `commit check` finds wrong in a whole configuration. Pure.

Each rule is from the statement's page in the Junos CLI Reference; the wording is Junos's where it is known from
published output (`Interface must already be defined under [edit interfaces]`, `VLAN-ID can only be specified on
tagged ethernet interfaces`), and ours elsewhere.
"""

from collections import Counter
from collections.abc import Iterator

from automation.twin.junos.refusals import RpcError
from automation.twin.junos.tree import Node
from automation.twin.junos.values import number

_TAGGED = ("vlan-tagging", "flexible-vlan-tagging")


def check(root: Node) -> tuple[RpcError, ...]:
    """Return what a commit would be refused for, empty where nothing."""
    return (*_interfaces(root), *_policers(root), *_bridge_domains(root))


def _interfaces(root: Node) -> Iterator[RpcError]:
    policers = {node.value for node in _entries(root, "firewall", "policer")}
    colors = {node.value for node in _entries(root, "firewall", "three-color-policer")}
    for port in _entries(root, "interfaces", ""):
        path = f"[edit interfaces {port.value}]"
        units = list(port.entries("unit"))
        options = port.child("gigether-options")
        if options is not None and options.leaf("802.3ad") and units:
            yield RpcError("logical unit is not allowed on aggregated links", "unit", path)
        tagged = any(port.child(word) for word in _TAGGED)
        if port.leaf("encapsulation") == "flexible-ethernet-services" and not tagged:
            yield RpcError("flexible-ethernet-services needs flexible-vlan-tagging", "encapsulation", path)
        if port.leaf("encapsulation") == "ethernet-bridge" and any(unit.value != "0" for unit in units):
            yield RpcError("only unit 0 is valid for this encapsulation", "encapsulation", path)
        for unit in units:
            yield from _unit(port, unit, tagged=tagged)
            yield from _applied(unit, f"[edit interfaces {port.value} unit {unit.value}]", policers, colors)
        yield from _twice(units, path)


def _unit(port: Node, unit: Node, *, tagged: bool) -> Iterator[RpcError]:
    path = f"[edit interfaces {port.value} unit {unit.value}]"
    if not tagged:
        for word in ("vlan-id", "vlan-tags"):
            if unit.child(word):
                yield RpcError("VLAN-ID can only be specified on tagged ethernet interfaces", word, path)
    bridged = unit.leaf("encapsulation") == "vlan-bridge"
    if bridged and port.leaf("encapsulation") not in ("flexible-ethernet-services", "extended-vlan-bridge"):
        yield RpcError("incompatible with the encapsulation of the physical interface", "encapsulation", path)
    if bridged and not (unit.child("vlan-id") or unit.child("vlan-tags")):
        yield RpcError("vlan-bridge needs a VLAN ID", "encapsulation", path)


def _applied(unit: Node, path: str, policers: set[str], colors: set[str]) -> Iterator[RpcError]:
    applied = unit.child("layer2-policer")
    if applied is None:
        return
    for side in ("input", "output"):
        one, three = applied.leaf(f"{side}-policer"), applied.leaf(f"{side}-three-color")
        if one and three:
            yield RpcError(f"{side}-policer and {side}-three-color are mutually exclusive", "layer2-policer", path)
        if (one and one not in policers) or (three and three not in colors):
            yield RpcError(f"Referenced policer '{one or three}' is not defined", "layer2-policer", path)


def _twice(units: list[Node], path: str) -> Iterator[RpcError]:
    """No tag on two units of one port."""
    tags = Counter(tag for unit in units if (tag := tag_of(unit)))
    for tag in (tag for tag, times in tags.items() if times > 1):
        yield RpcError(f"VLAN tag {tag} is used by more than one unit", "unit", path)


def tag_of(unit: Node) -> str:
    """The tags a unit is chosen by, as `tpid.vlan[ inner]`; "" where it takes what is untagged."""
    if unit.leaf("vlan-id"):
        return f"0x8100.{unit.leaf('vlan-id')}"
    tags = unit.child("vlan-tags")
    if tags is None:
        return ""
    outer = tags.leaf("outer")
    outer = outer if "." in outer else f"0x8100.{outer}"
    return f"{outer} {tags.leaf('inner')}".strip()


def _policers(root: Node) -> Iterator[RpcError]:
    for policer in _entries(root, "firewall", "policer"):
        path = f"[edit firewall policer {policer.value}]"
        limits = policer.child("if-exceeding")
        if limits is None or not (limits.leaf("bandwidth-limit") and limits.leaf("burst-size-limit")):
            yield RpcError("bandwidth-limit and burst-size-limit must be configured", "if-exceeding", path)
    for policer in _entries(root, "firewall", "three-color-policer"):
        path = f"[edit firewall three-color-policer {policer.value}]"
        rates = policer.child("two-rate")
        values = [rates.leaf(f"{one}-{two}") for one in ("committed", "peak") for two in _OF_RATE] if rates else [""]
        if not all(values):
            yield RpcError("mandatory statement is missing", "two-rate", path)
        elif number(values[2]) < number(values[0]) or number(values[3]) < number(values[1]):
            yield RpcError("the peak must not be less than what is committed", "two-rate", path)


_OF_RATE = ("information-rate", "burst-size")


def _bridge_domains(root: Node) -> Iterator[RpcError]:
    units = {f"{port.value}.{unit.value}" for port in _entries(root, "interfaces", "") for unit in port.entries("unit")}
    domains = _entries(root, "bridge-domains", "")
    ids = Counter(domain.leaf("vlan-id") for domain in domains if domain.leaf("vlan-id") not in ("", "none", "all"))
    members = Counter(one.value for domain in domains for one in domain.entries("interface"))
    for domain in domains:
        path = f"[edit bridge-domains {domain.value}]"
        if ids[domain.leaf("vlan-id")] > 1:
            yield RpcError(f"vlan-id {domain.leaf('vlan-id')} is used by another bridge domain", "vlan-id", path)
        for one in domain.entries("interface"):
            if one.value not in units:
                yield RpcError("Interface must already be defined under [edit interfaces]", one.value, path)
            elif members[one.value] > 1:
                yield RpcError("interface is a member of another bridge domain", one.value, path)


def _entries(root: Node, level: str, word: str) -> list[Node]:
    found = root.child(level)
    return list(found.entries(word)) if found else []
