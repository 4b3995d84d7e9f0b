"""From what a device forwards to Open vSwitch's own words: one transaction, and its meters. Pure.

Measured forms (ovs-vswitchd.conf.db(5), ovs-ofctl(8)): a `dot1q-tunnel` port pushes its tag with the TPID
of `other_config:qinq-ethtype`; selective Q-in-Q is a bridge of its own for the UNI, joined to br0 by a pair of
patch ports for every tag; `ingress_policing_rate` does nothing with this datapath, so rates are meters.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from automation.twin.forwarding import S_TPID, DeviceState, Exchange, Forwarding, Lag, PortForwarding, PortMode
from automation.twin.ovs.naming import interface_name

MAIN = "br0"
NO_VLAN = 4095  # IEEE 802.1Q table 9-2: reserved, never in a frame
_BRIDGE = ("datapath_type=netdev", "fail_mode=standalone")
_ETHERTYPES = {S_TPID: "802.1ad"}

type Command = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One thing in the bridge: how it is made or changed, and how it is taken out.

    Where `kind` stays the same it is changed in place, so that its traffic goes on.
    """

    kind: str
    make: tuple[Command, ...]
    drop: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class Meter:
    """A rate on what one interface receives. `bridge` is the one it is in, `number` that of its port and meter."""

    bridge: str
    number: int
    kbps: int
    burst_kbit: int


@dataclass(frozen=True, slots=True)
class BridgePlan:
    """A device's whole bridge, by interface; `up` are the interfaces whose link is up.

    `retagged` are ports (by their number) and VLANs whose outer tag begins with 0x8100 where they come in and with
    0x88a8 where they go on: a switch sets it where it sends, Open vSwitch only where a tag is pushed.
    """

    parts: Mapping[str, Part]
    meters: Mapping[str, Meter]
    up: frozenset[str]
    rstp: tuple[bool, int]
    retagged: frozenset[tuple[int, int]] = frozenset()


def plan_bridge(state: DeviceState, numbers: Mapping[str, int], *, has_radios: bool = False) -> BridgePlan:
    """Return the bridge of a device in this state.

    `numbers` are fixed OpenFlow port numbers by interface, of those that have a cable. Others do not exist,
    unless the device `has_radios`: then each is an SSID, and an interface is made that stands for who is on it.
    """
    forwarding = _cabled(state.forwarding, numbers)
    parts = {interface_name(port.port): _part(port, forwarding, numbers) for port in forwarding.ports}
    if has_radios:
        parts |= {
            name: _on_the_air(name, port, state.forwarding)
            for port in state.forwarding.ports
            if (name := interface_name(port.port)) not in numbers
        }
    for lag in forwarding.lags:
        parts[interface_name(lag.name)] = _lag(lag, forwarding)
    meters = {
        name: Meter(
            _own_bridge(name) if port.exchanges else MAIN,
            numbers[name],
            port.policer.kbps,
            max(1, port.policer.burst_bytes * 8 // 1000),
        )
        for port in forwarding.ports
        if port.policer is not None and (name := interface_name(port.port))
    }
    up = frozenset(map(interface_name, state.open_ports)) & numbers.keys()
    return BridgePlan(parts, meters, up, (forwarding.rstp, forwarding.rstp_priority), _retagged(forwarding, numbers))


def _retagged(forwarding: Forwarding, numbers: Mapping[str, int]) -> frozenset[tuple[int, int]]:
    trunks = [one for one in forwarding.ports if one.mode is PortMode.TRUNK and not one.exchanges]
    onward = {
        vlan for one in (*trunks, *(lag.does for lag in forwarding.lags)) if one.tpid == S_TPID for vlan in one.vlans
    }
    return frozenset(
        (numbers[interface_name(one.port)], vlan) for one in trunks if one.tpid != S_TPID for vlan in one.vlans & onward
    )


def _cabled(forwarding: Forwarding, numbers: Mapping[str, int]) -> Forwarding:
    def is_cabled(port: str) -> bool:
        return interface_name(port) in numbers

    lags = (replace(lag, members=tuple(filter(is_cabled, lag.members))) for lag in forwarding.lags)
    ports = tuple(one for one in forwarding.ports if is_cabled(one.port))
    return replace(forwarding, ports=ports, lags=tuple(lag for lag in lags if lag.members))


EMPTY = BridgePlan({}, {}, frozenset(), (False, 32768))


def transaction(before: BridgePlan, after: BridgePlan) -> tuple[str, ...]:
    """Return the words of the one `ovs-vsctl` call that turns one bridge into the other; none where they are equal."""
    words: list[str] = []
    for command in _commands(before, after):
        words += ["--", *command]
    return tuple(words)


def _commands(before: BridgePlan, after: BridgePlan) -> Iterator[Command]:
    for name, part in before.parts.items():
        if name not in after.parts or after.parts[name].kind != part.kind:
            yield from part.drop
    for name, part in after.parts.items():
        if before.parts.get(name) != part:
            yield from part.make
    if before.rstp != after.rstp:
        enabled, priority = after.rstp
        yield (
            "set",
            "bridge",
            MAIN,
            f"rstp_enable={'true' if enabled else 'false'}",
            f"other_config:rstp-priority={priority}",
            "other_config:rstp-forward-delay=4",
        )


def create_bridge() -> tuple[str, ...]:
    """The words of the `ovs-vsctl` call that makes an empty bridge."""
    return ("--", "--may-exist", "add-br", MAIN, "--", "set", "bridge", MAIN, *_BRIDGE)


def _part(port: PortForwarding, forwarding: Forwarding, numbers: Mapping[str, int]) -> Part:
    name = interface_name(port.port)
    if port.exchanges:
        return _exchanging(port, forwarding, numbers)
    drop = (("--if-exists", "del-port", MAIN, name),)
    return Part("port", (_add(MAIN, name, numbers), _set(name, port, forwarding)), drop)


def _on_the_air(name: str, port: PortForwarding, forwarding: Forwarding) -> Part:
    made = ("--may-exist", "add-port", MAIN, name, "--", "set", "interface", name, "type=internal")
    drop = (("--if-exists", "del-port", MAIN, name),)
    return Part("on the air", (made, _set(name, port, forwarding)), drop)


def _lag(lag: Lag, forwarding: Forwarding) -> Part:
    name, members = interface_name(lag.name), tuple(interface_name(one) for one in lag.members)
    time = "fast" if lag.fast else "slow"
    if len(members) == 1:  # Open vSwitch's aggregates have at least two
        made: Command = ("--may-exist", "add-port", MAIN, members[0])
        name = members[0]
        with_lacp: tuple[Command, ...] = ()
    else:
        made = ("--may-exist", "add-bond", MAIN, name, *members)
        mode = "active" if lag.active else "passive"
        with_lacp = (("set", "port", name, f"lacp={mode}", "bond_mode=balance-tcp", f"other_config:lacp-time={time}"),)
    drop = (("--if-exists", "del-port", MAIN, name),)
    return Part(f"lag {members}", (made, *with_lacp, _set(name, lag.does, forwarding)), drop)


def _exchanging(port: PortForwarding, forwarding: Forwarding, numbers: Mapping[str, int]) -> Part:
    """A UNI that gives each C-VLAN an S-VLAN of its own: a bridge, and a pair of patch ports for every one."""
    name = interface_name(port.port)
    own = _own_bridge(name)
    make: list[Command] = [
        ("--may-exist", "add-br", own),
        ("set", "bridge", own, *_BRIDGE),
        _add(own, name, numbers),
        ("set", "port", name, "vlan_mode=trunk", "tag=[]", _list("trunks", {one.c_vlan for one in port.exchanges})),
    ]
    drop: list[Command] = [("--if-exists", "del-port", own, name)]
    for exchange in port.exchanges:
        make += _patches(name, own, exchange, _ethertype(exchange.s_vlan, forwarding))
        drop.append(("--if-exists", "del-port", MAIN, _patch(name, "s", exchange.s_vlan)))
    drop.append(("--if-exists", "del-br", own))
    return Part(f"exchange {port.exchanges}", tuple(make), tuple(drop))


def _patches(name: str, own: str, exchange: Exchange, ethertype: str) -> Iterator[Command]:
    near, far = _patch(name, "c", exchange.c_vlan), _patch(name, "s", exchange.s_vlan)
    yield ("--may-exist", "add-port", own, near, "--", "set", "interface", near, "type=patch", f"options:peer={far}")
    if exchange.keeps_tag:
        yield ("set", "port", near, "vlan_mode=trunk", f"trunks={exchange.c_vlan}")
    else:
        yield ("set", "port", near, "vlan_mode=access", f"tag={exchange.c_vlan}")
    yield ("--may-exist", "add-port", MAIN, far, "--", "set", "interface", far, "type=patch", f"options:peer={near}")
    yield ("set", "port", far, "vlan_mode=dot1q-tunnel", f"tag={exchange.s_vlan}", ethertype)


def _add(bridge: str, name: str, numbers: Mapping[str, int]) -> Command:
    number = numbers.get(name)
    wanted = ("--", "set", "interface", name, f"ofport_request={number}") if number else ()
    return ("--may-exist", "add-port", bridge, name, *wanted)


def _set(name: str, port: PortForwarding, forwarding: Forwarding) -> Command:
    if port.mode is PortMode.TRUNK:
        return ("set", "port", name, "vlan_mode=trunk", "tag=[]", "cvlans=[]", _list("trunks", port.vlans))
    mode = "dot1q-tunnel" if port.mode is PortMode.TUNNEL else "access"
    ethertype = _ethertype(port.vlan, forwarding)
    return ("set", "port", name, f"vlan_mode={mode}", f"tag={port.vlan}", "trunks=[]", "cvlans=[]", ethertype)


def _ethertype(vlan: int, forwarding: Forwarding) -> str:
    """The TPID the S-tag is pushed with: what the trunk says that carries it on.

    A switch sets the TPID at the trunk it sends by; Open vSwitch does where the tag is pushed.
    """
    trunks = (*forwarding.ports, *(lag.does for lag in forwarding.lags))
    tpids = {one.tpid for one in trunks if one.mode is PortMode.TRUNK and vlan in one.vlans and not one.exchanges}
    chosen = _ETHERTYPES.get(max(tpids, default=S_TPID), "802.1q")
    return f"other_config:qinq-ethtype={chosen}"


def _list(column: str, vlans: set[int] | frozenset[int]) -> str:
    """To Open vSwitch no VLAN is all of them: a port of none is given the one that no frame may have."""
    vlans = vlans or {NO_VLAN}
    return f"{column}=[{','.join(str(one) for one in sorted(vlans))}]"


def _own_bridge(name: str) -> str:
    return f"x-{name}"[:15]


def _patch(name: str, letter: str, vlan: int) -> str:
    return f"{name[:9]}{letter}{vlan}"
