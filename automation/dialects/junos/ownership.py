"""Whose the statements of a Junos device are, and what may not be there when a service comes. Pure.

A service owns whole: the bridge domain `nh-<label>`, the policer `nh-<label>`, and on its ports the unit that bears
`nh-<label>` as its description. Of a port it takes over it owns besides a few statements (`PORT_KINDS`), which a
cease puts back as they were found. Everything is told by name and by unit; what stands where ours should go is
refused, never overwritten.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from automation.dialects.junos.render import options_of
from automation.dialects.junos.text import Config, Words, joined, words_of
from automation.errors import PortNotIdle, PortUnfit, TagNotFree, UnsafeText
from automation.intents import (
    BaselineIntent,
    CircuitIntent,
    ExchangePortIntent,
    HandoverIntent,
    Intent,
    LagMemberIntent,
    TrunkIntent,
)
from automation.masking import without_secrets
from automation.redaction import printable

PREFIX = "nh-"
PEERING = f"{PREFIX}peering-"
MANAGEMENT = f"{PREFIX}management"
S_TPID = "0x88a8"
# What a service owns on the port it takes, besides a unit; the first two are what a free port may say.
PORT_KINDS = ("description", "disable", "encapsulation", "flexible-vlan-tagging")
_IDLE_KINDS = PORT_KINDS[:2]
# What says how a port is, not what it carries: it stays, whoever uses the port.
_HARMLESS: tuple[Words, ...] = (
    ("mtu",), ("speed",), ("hold-time",), ("link-mode",), ("traps",), ("no-traps",), ("optics-options",),
    ("gigether-options", "no-auto-negotiation"), ("gigether-options", "auto-negotiation"), ("gigether-options", "fec"),
    ("gigether-options", "flow-control"), ("gigether-options", "no-flow-control"),
)  # fmt: skip
_TPID: Words = ("ethernet-switch-profile", "tag-protocol-id", S_TPID)
ROOM: Words = ("chassis", "aggregated-devices", "ethernet", "device-count")
_LONGEST_IDLE = 250

type Service = CircuitIntent | ExchangePortIntent


@dataclass(frozen=True, slots=True)
class Taken:
    """The port a service takes over on its device, and the unit of it that is in the bridge domain."""

    device: str
    label: str
    port: str
    unit: str
    description: str
    idle_lines: tuple[str, ...]


def name_of(intent: Intent) -> str:
    """What the service's own things are called on the device."""
    return f"{PREFIX}{intent.label}"


def taken(intent: Intent) -> Taken | None:
    match intent:
        case CircuitIntent(uni=uni) if uni is not None:
            unit = "0" if uni.c_vlan is None else str(intent.s_vlan)
            return Taken(intent.device, intent.label, uni.port, unit, uni.description, uni.idle_lines)
        case ExchangePortIntent():
            unit = str(intent.vlan) if intent.tagged else "0"
            return Taken(intent.device, intent.label, intent.port, unit, intent.description, intent.idle_lines)
        case _:
            return None


def services(intents: Iterable[Intent]) -> list[Service]:
    return [intent for intent in intents if isinstance(intent, CircuitIntent | ExchangePortIntent)]


def whole(intent: Intent) -> tuple[Words, ...]:
    """What is the intent's with all below it: nobody else's statements can stand there."""
    own = taken(intent)
    of_port = (("interfaces", own.port, "unit", own.unit),) if own else ()
    match intent:
        case CircuitIntent():
            units = tuple(("interfaces", port, "unit", str(intent.s_vlan)) for port in intent.tagged_ports)
            policers = _policers(intent) if own else ()
            return (("bridge-domains", name_of(intent)), *units, *of_port, *policers)
        case ExchangePortIntent() if own:
            member = f"{own.port}.{own.unit}"
            domain: Words = ("bridge-domains", f"{PEERING}{intent.vlan}")
            options: Words = (*domain, "bridge-options", "interface", member)
            return ((*domain, "interface", member), options, *of_port, *_policers(intent))
        case BaselineIntent():
            return tuple(_of_baseline(intent))
        case _:
            return ()


def _policers(intent: Intent) -> tuple[Words, ...]:
    return tuple(("firewall", kind, name_of(intent)) for kind in ("policer", "three-color-policer"))


def _of_baseline(intent: BaselineIntent) -> Iterator[Words]:
    yield from (("system", "syslog", "host", server) for server in intent.syslog_servers)
    yield from (("system", "ntp", "server", server) for server in intent.ntp_servers)
    if intent.management_from:
        yield ("firewall", "family", "inet", "filter", MANAGEMENT)
        yield ("interfaces", "lo0", "unit", "0", "family", "inet", "filter", "input", MANAGEMENT)


def partly(intent: Intent) -> tuple[Words, ...]:
    """Where the intent has statements beside others': only those of these beginnings are within its bounds."""
    own = taken(intent)
    match intent:
        case TrunkIntent() | HandoverIntent():
            options = options_of(intent.port)
            room = (ROOM,) if options == "aggregated-ether-options" else ()
            says = (*_kinds(), (options, *_TPID), (options, "lacp"))
            return (*(("interfaces", intent.port, *words) for words in says), *room)
        case LagMemberIntent():
            return tuple(("interfaces", intent.port, *words) for words in (*_kinds(), ("gigether-options", "802.3ad")))
        case BaselineIntent():
            domains = (("bridge-domains", f"{PEERING}{vlan}") for vlan in intent.peering_vlans)
            idle = (("interfaces", port, "disable") for port in intent.idle_ports)
            return (("system", "host-name"), ("protocols", "lldp", "interface", "all"), *domains, *idle)
        case _:
            return tuple(("interfaces", own.port, *words) for words in _kinds()) if own else ()


def _kinds() -> tuple[Words, ...]:
    return tuple((kind,) for kind in PORT_KINDS)


def begins(line: Words, roots: Iterable[Words]) -> bool:
    return any(line[: len(root)] == root for root in roots)


# ---- what is there ----


def members(config: Config, tag: int) -> frozenset[str]:
    """The units, as `port.unit`, in the bridge domain whose VLAN this is."""
    return frozenset(
        line[1]
        for lines in config.domains.values()
        if ("vlan-id", str(tag)) in lines
        for line in lines
        if line[:1] == ("interface",)
    )


def carriers(config: Config, tag: int) -> frozenset[str]:
    """The ports that carry the tag: with a unit in its bridge domain, or one that is chosen by it as an outer tag."""
    found = {member.rpartition(".")[0] for member in members(config, tag)}
    for port, lines in config.ports.items():
        if any(outer_tag(line) == tag or tag in bridged_tags(line) for line in lines):
            found.add(port)
    return frozenset(found)


def outer_tag(line: Words) -> int | None:
    """The S-VLAN of a unit's `vlan-tags outer` line with the TPID of S-VLANs; `line` is that of its port."""
    if line[2:4] != ("vlan-tags", "outer") or len(line) < 5:
        return None
    tpid, _, tag = line[4].rpartition(".")
    return int(tag) if tpid == S_TPID and tag.isdecimal() else None


def bridged_tags(line: Words) -> range:
    """The VLANs of one line of a trunk in the other style: `family bridge vlan-id-list`."""
    if line[2:5] != ("family", "bridge", "vlan-id-list") or len(line) < 6:
        return range(0)
    first, _, last = line[5].partition("-")
    return range(int(first), int(last or first) + 1) if first.isdecimal() and (last or first).isdecimal() else range(0)


def unit_owner(config: Config, port: str, unit: str) -> str | None:
    """The description of a unit, "" where it has none; None where there is no such unit."""
    lines = [line[2:] for line in config.ports.get(port, []) if line[:2] == ("unit", unit)]
    if not lines:
        return None
    return next((line[1] for line in lines if line[:1] == ("description",) and len(line) > 1), "")


def holds_port(config: Config, own: Taken) -> bool:
    """Is the service on its port? By its name on a unit or a policer there; not where another has taken it over."""
    lines = config.ports.get(own.port, [])
    names = {line[-1] for line in lines if line[:1] == ("unit",) and line[-1].startswith(PREFIX)}
    if f"{PREFIX}{own.label}" in names:
        return True
    return not names and ("description", own.description) in lines


# ---- what may not be there ----


def check_tag(config: Config, intent: CircuitIntent, leaving: Sequence[CircuitIntent]) -> None:
    """Raises: TagNotFree. The S-VLAN is nobody's on the device, or this circuit's, or one's that it replaces."""
    names = {name_of(one) for one in (intent, *leaving)}
    for name, lines in config.domains.items():
        if ("vlan-id", str(intent.s_vlan)) in lines and name not in names:
            raise TagNotFree(intent.device, intent.s_vlan, f"it is the bridge domain named {name!r} there")
    for port in intent.tagged_ports:
        owner = unit_owner(config, port, str(intent.s_vlan))
        if owner is not None and owner not in names:
            raise TagNotFree(intent.device, intent.s_vlan, f"{port} has a unit {intent.s_vlan} that is not ours")
    own = frozenset(port for one in (intent, *leaving) for port in ports_of(one))
    strays = sorted(carriers(config, intent.s_vlan) - own)
    if strays:
        raise TagNotFree(intent.device, intent.s_vlan, f"it is carried by {', '.join(strays)}")


def ports_of(intent: Service) -> frozenset[str]:
    own = taken(intent)
    tagged = intent.tagged_ports if isinstance(intent, CircuitIntent) else ()
    return frozenset((*tagged, *([own.port] if own else [])))


def ready(port: str, c_tagged: Collection[str] = ()) -> tuple[tuple[Words, str], ...]:
    """What a port must say to have units with an outer tag of their own, and what it lacks where it does not.

    One that is `c_tagged` has the TPID 0x8100, which every port takes.
    """
    takes_tpid = ((options_of(port), *_TPID), f"does not take the TPID {S_TPID}")
    return (
        (("flexible-vlan-tagging",), "has no flexible-vlan-tagging"),
        (("encapsulation", "flexible-ethernet-services"), "has no encapsulation flexible-ethernet-services"),
        *(() if port in c_tagged else (takes_tpid,)),
    )


def check_tagged_port(config: Config, device: str, port: str, c_tagged: Collection[str] = ()) -> None:
    """Raises: PortUnfit. The port can have units with an outer tag of their own."""
    lines = config.ports.get(port)
    if lines is None:
        raise PortUnfit(device, port, "is not configured")
    for words, lack in ready(port, c_tagged):
        if words not in lines:
            raise PortUnfit(device, port, lack)


def check_peering(config: Config, intent: ExchangePortIntent) -> None:
    """Raises: PortUnfit. The exchange's bridge domain is on the device: it is shared, so no member brings it."""
    if ("vlan-id", str(intent.vlan)) not in config.domains.get(f"{PEERING}{intent.vlan}", []):
        raise PortUnfit(intent.device, intent.port, f"cannot peer: the device has no {PEERING}{intent.vlan}")


def check_taken(config: Config, own: Taken, ours: Sequence[Service]) -> None:
    """The port says nothing but what describes it, and what these services put there.

    Raises: PortNotIdle, UnsafeText (an idle line that could not be put back).
    """
    names = {name_of(one) for one in ours}
    roots = [root for one in ours for root in whole(one)]
    held = any(holds_port(config, one) for service in ours if (one := taken(service)) and one.port == own.port)
    foreign = [
        line
        for line in config.ports.get(own.port, [])
        if line
        and not begins(line, _HARMLESS)
        and line[0] not in (PORT_KINDS if held else _IDLE_KINDS)
        and not (held and begins(("interfaces", own.port, *line), roots))
    ]
    elsewhere = [
        ("bridge-domains", name, *line)
        for name, lines in config.domains.items()
        for line in lines
        if line[:1] == ("interface",) and line[1].rpartition(".")[0] == own.port
        if name not in names and not begins(("bridge-domains", name, *line), roots)
    ]
    if foreign or elsewhere:
        words = [printable(without_secrets(joined(line), "junos")) for line in (*foreign, *elsewhere)]
        raise PortNotIdle(own.device, own.port, words)
    check_idle_lines(idle_lines(config, own.port))


def leaves_free(config: Config, port: str) -> bool:
    """Does the port say nothing that a service would be in the way of?"""
    return all(not line or line[0] in _IDLE_KINDS or begins(line, _HARMLESS) for line in config.ports.get(port, []))


def idle_lines(config: Config, port: str) -> tuple[str, ...]:
    """Those of a free port's statements that a service takes the place of; "" where it is there and says nothing."""
    return tuple(joined(line) for line in config.ports.get(port, []) if not line or line[0] in _IDLE_KINDS)


def check_idle_lines(lines: Iterable[str]) -> None:
    """Raises: UnsafeText. These statements may be said of the port again."""
    for line in lines:
        words = words_of(line)
        kind = words[0] if words else ""
        fits = line == "" or (kind == "description" and len(words) == 2) or words == ("disable",)
        if not fits or not line.isprintable() or not line.isascii() or len(line) > _LONGEST_IDLE:
            raise UnsafeText("idle line of a UNI", "a description of printable ASCII, or disable,")
