"""What an EOS configuration does with frames. Pure.

UM: VLANs (switchport mode, trunk allowed vlan, vlan translation), Quality of Service (police rate), Port Channels
and LACP, Spanning Tree. A routed port, a port without VLANs and one whose VLANs do not exist forward nothing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from automation.twin.config import DeviceConfig, Head, interface_head
from automation.twin.configure import allowed_vlans
from automation.twin.forwarding import (
    C_TPID,
    S_TPID,
    Exchange,
    Forwarding,
    Lag,
    Policer,
    PortForwarding,
    PortMode,
)

_RATES_KBPS = {"bps": 0.001, "kbps": 1.0, "mbps": 1_000.0, "gbps": 1_000_000.0}
_BURSTS = {"bytes": 1, "kbytes": 1_000, "mbytes": 1_000_000}
_POLICE = re.compile(
    r"police rate (\d+) (\w+) burst-size (\d+) (\w+)(?: action .* rate (\d+) (\w+) burst-size (\d+) (\w+))?"
)
_MAP = re.compile(r"switchport vlan translation (?:in )?(\d+) (dot1q-tunnel )?(\d+)$")
_GROUP = re.compile(r"channel-group (\d+) mode (on|active|passive)")


def forwarding_of(config: DeviceConfig) -> Forwarding:
    """Return what the device does with frames."""
    known = frozenset(int(str(head.key[0])) for head in config.heads("vlan")) | {1}
    policers = dict(_policers(config))
    members = _members(config)
    ports = tuple(
        port
        for head in config.heads("Ethernet")
        if _name(head) not in {one for group in members.values() for one in group}
        and (port := _port(_name(head), config.lines_of(head), known, policers)) is not None
    )
    return Forwarding(ports, tuple(_lags(config, members, known, policers)), _rstp(config), _priority(config))


def _port(
    name: str, lines: Sequence[str], known: frozenset[int], policers: Mapping[str, Policer]
) -> PortForwarding | None:
    if "shutdown" in lines or "no switchport" in lines:
        return None
    mode = _value(lines, "switchport mode ", "access")
    policer = policers.get(_value(lines, "service-policy type qos input "))
    tpid = S_TPID if _value(lines, "switchport dot1q ethertype ").lower() == "0x88a8" else C_TPID
    if mode == "trunk":
        vlans = known & allowed_vlans(next((one for one in lines if one.startswith("switchport trunk allowed")), None))
        if not vlans:
            return None
        exchanges = tuple(one for one in _exchanges(lines) if one.s_vlan in vlans)
        return PortForwarding(name, PortMode.TRUNK, vlans=vlans, tpid=tpid, exchanges=exchanges, policer=policer)
    vlan = int(_value(lines, "switchport access vlan ", "1"))
    if vlan not in known:
        return None
    kind = PortMode.TUNNEL if mode == "dot1q-tunnel" else PortMode.ACCESS
    return PortForwarding(name, kind, vlan=vlan, exchanges=tuple(_exchanges(lines)), policer=policer)


def _exchanges(lines: Sequence[str]) -> Iterator[Exchange]:
    for line in lines:
        if found := _MAP.match(line):
            yield Exchange(int(found[1]), int(found[3]), keeps_tag=bool(found[2]))


def _policers(config: DeviceConfig) -> Iterator[tuple[str, Policer]]:
    """Every policy map's policer for all traffic: above CIR + EIR frames are dropped (MEF 10.4 clause 12)."""
    for path, block in config.blocks.items():
        if len(path) == 2 and path[0].mode == "policy-map" and path[1].text == "class class-default":
            for line in block.values():
                if found := _POLICE.match(line):
                    rate, unit, burst, burst_unit = (
                        (found[5], found[6], found[7], found[8])
                        if found[5]
                        else (found[1], found[2], found[3], found[4])
                    )
                    name = path[0].text.rsplit(" ", 1)[1]
                    yield name, Policer(int(int(rate) * _RATES_KBPS[unit]), int(burst) * _BURSTS[burst_unit])


def _members(config: DeviceConfig) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for head in config.heads("Ethernet"):
        lines = config.lines_of(head)
        group = next((match[1] for line in lines if (match := _GROUP.match(line))), None)
        if group is not None and "shutdown" not in lines:
            found.setdefault(f"Port-Channel{group}", []).append(_name(head))
    return found


def _lags(
    config: DeviceConfig, members: Mapping[str, Sequence[str]], known: frozenset[int], policers: Mapping[str, Policer]
) -> Iterator[Lag]:
    for name, ports in members.items():
        own = config.lines_of(interface_head(name))
        if "shutdown" not in own:  # LACP is spoken before there is anything to carry
            does = _port(name, own, known, policers) or PortForwarding(name, PortMode.TRUNK)
            lines = [line for port in ports for line in config.lines_of(interface_head(port))]
            active = any(line.endswith(" mode active") for line in lines)
            yield Lag(name, tuple(ports), "lacp timer fast" in lines, active, does)


def _rstp(config: DeviceConfig) -> bool:
    lines = config.blocks[()].values()
    return not any(line in {"spanning-tree mode none", "spanning-tree mode backup"} for line in lines)


def _priority(config: DeviceConfig) -> int:
    return int(_value(tuple(config.blocks[()].values()), "spanning-tree priority ", "32768"))


def _value(lines: Sequence[str], beginning: str, default: str = "") -> str:
    return next((line.removeprefix(beginning) for line in lines if line.startswith(beginning)), default)


def _name(head: Head) -> str:
    return head.text.removeprefix("interface ")
