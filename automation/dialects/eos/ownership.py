"""Which lines of a device's configuration are a circuit's, and which are not ours to touch. Pure.

A circuit owns on a device: the VLAN block of its S-VLAN, as long as that bears the circuit's
label; its tag within the lists of its tagged ports, never the list; the policy-map named after
it; and its UNI's lines of a few kinds. A member's port at the exchange owns the same kinds of line of its
port, and its policy-map; the peering VLAN is everybody's, and stands before any member comes. Whatever else
a device says belongs to somebody else. What stands where ours should go is refused, never overwritten.

Read from EOS running-config text: blocks begin at the margin, their lines are indented, defaults
are not shown, a list of tags is written as `2001-2003,2010` or `none`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from automation.dialects.eos.secrets import without_secrets
from automation.errors import PortNotIdle, PortUnfit, TagNotFree, UnsafeText
from automation.intents import CircuitIntent, ExchangePortIntent
from automation.redaction import printable
from inventory.vlans import HIGHEST_TAG, LOWEST_TAG

TRUNK_LIST = "switchport trunk allowed vlan "
TRUNK_MODE = "switchport mode trunk"
# The kinds of line a service owns on the port it takes, in the order in which they are given back: dark first.
UNI_KINDS = (
    "shutdown",
    "service-policy type qos input",
    "switchport port-security mac-address maximum",
    "switchport port-security",
    "switchport mode",
    "switchport access vlan",
    "switchport trunk allowed vlan",
    "switchport vlan translation in required",
    "switchport vlan translation",
    "description",
)
# EOS takes what these name in their negation too; of the others it needs the keyword only.
NEGATED_WHOLE = ("service-policy type qos input", "switchport vlan translation")
_TUNNEL = "switchport mode dot1q-tunnel"
_LIMITED = "switchport port-security"
_POLICED = "service-policy type qos input nh-"  # and the circuit's label: see `policer_name`
_IDLE_KINDS = ("shutdown", "description")
# Lines that say how a port is, not what it carries: they stay, whoever uses the port.
_HARMLESS = (
    "mtu ", "l2 mtu ", "speed ", "load-interval ", "logging event ", "no logging event ", "spanning-tree ",
    "lldp ", "no lldp ", "flowcontrol ", "error-correction ", "transceiver ", "poe ", "storm-control ", "snmp trap ",
)  # fmt: skip
_HEREDOC = re.compile(r"banner (login|motd|exec)$")
_SAFE_IDLE = re.compile(r"shutdown|description [!-~]([ -~]{0,248}[!-~])?")


type Service = CircuitIntent | ExchangePortIntent


@dataclass(frozen=True, slots=True)
class Taken:
    """A port that a service takes over, and the lines that are there only while it has it (`marks`)."""

    device: str
    label: str
    port: str
    idle_lines: tuple[str, ...]
    marks: frozenset[str]


@dataclass(frozen=True)
class RunningConfig:
    """A running-config, read. `blocks` maps each line at the margin to its lines, without indentation."""

    text: str

    @cached_property
    def blocks(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        header = ""
        for line in config_lines(self.text):
            if line[0].isspace():
                found.setdefault(header, []).append(line.strip())
            else:
                header = line.strip()
                found.setdefault(header, [])
        return {header: tuple(lines) for header, lines in found.items()}

    @cached_property
    def ports(self) -> Mapping[str, tuple[str, ...]]:
        """The lines of every interface, by the interface's name."""
        return {
            header.removeprefix("interface "): lines
            for header, lines in self.blocks.items()
            if header.startswith("interface ")
        }

    @cached_property
    def vlans(self) -> Mapping[int, str]:
        """The name of every VLAN that stands in the configuration, "" where it has none."""
        found: dict[int, str] = {}
        for header, lines in self.blocks.items():
            if re.fullmatch(r"vlan [0-9,-]+", header):
                name = next((line.removeprefix("name ") for line in lines if line.startswith("name ")), "")
                found.update(dict.fromkeys(parse_tags(header.removeprefix("vlan ")), name))
        return found

    @cached_property
    def carried(self) -> Mapping[str, frozenset[int] | None]:
        """The tags each trunk port carries; None where it has no list, and so carries all."""
        return {port: tags_of(lines) for port, lines in self.ports.items() if TRUNK_MODE in lines}

    @cached_property
    def access(self) -> Mapping[str, int]:
        """The VLAN of each port that puts what it receives in one that is not the default."""
        return {
            port: int(line.rsplit(" ", 1)[1])
            for port, lines in self.ports.items()
            for line in lines
            if re.fullmatch(r"switchport access vlan [0-9]+", line)
        }

    def carriers(self, tag: int) -> frozenset[str]:
        """The ports that carry this tag, or put what they receive in its VLAN."""
        trunks = {port for port, tags in self.carried.items() if tags is None or tag in tags}
        return frozenset(trunks | {port for port, vlan in self.access.items() if vlan == tag})


@lru_cache(maxsize=4)
def read_running(text: str) -> RunningConfig:
    """A device's text, read once while it is looked at from several sides."""
    return RunningConfig(text)


def config_lines(text: str) -> Iterator[str]:
    """Lines that configure: no comments, no blank ones, and nothing a banner says."""
    in_banner = False
    for line in text.splitlines():
        if in_banner:
            in_banner = line.strip() != "EOF"
        elif _HEREDOC.match(line):
            in_banner = True
        elif line.strip() and not line.lstrip().startswith("!"):
            yield line


def parse_tags(text: str) -> frozenset[int]:
    """Return the tags of a list such as `2001-2003,2010`, or of `none`. Raises: ValueError."""
    if text == "none":
        return frozenset()
    tags: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        tags.update(range(int(first), int(last or first) + 1))
    if any(not LOWEST_TAG <= tag <= HIGHEST_TAG for tag in tags):
        raise ValueError(f"{text!r} is no list of tags")
    return frozenset(tags)


def tags_of(lines: Iterable[str]) -> frozenset[int] | None:
    """The tags a trunk port's lines allow; None where they have no list, or one that cannot be read.

    EOS breaks a long list into several `add` lines. What cannot be read is taken for all tags:
    then nothing is put on the port, and nothing is put beside it.
    """
    found: frozenset[int] | None = None
    for line in lines:
        if line.startswith(TRUNK_LIST):
            try:
                found = (found or frozenset()) | parse_tags(line.removeprefix(TRUNK_LIST).removeprefix("add "))
            except ValueError:
                return None
    return found


def kind_of(line: str) -> str | None:
    """Which of the kinds of line that a service owns on the port it takes this is."""
    return next((kind for kind in UNI_KINDS if line == kind or line.startswith(f"{kind} ")), None)


def policer_name(intent: Service) -> str:
    return f"nh-{intent.label}"


def tagged_ports(intent: Service) -> tuple[str, ...]:
    """The ports to whose lists the service adds its tag."""
    return intent.tagged_ports if isinstance(intent, CircuitIntent) else ()


def ports_of(intent: Service) -> frozenset[str]:
    own = taken(intent)
    return frozenset((*tagged_ports(intent), *([own.port] if own else [])))


def taken(intent: Service) -> Taken | None:
    """The port that the service takes over on its device: one of its marks there, and the port is not idle."""
    if isinstance(intent, ExchangePortIntent):
        return _taken(intent, intent.port, intent.description, intent.idle_lines, (_LIMITED,))
    uni = intent.uni
    if uni is None:
        return None
    where: tuple[str, ...] = (_TUNNEL, f"switchport access vlan {intent.s_vlan}")
    if uni.c_vlan is not None:
        where = (f"switchport vlan translation {uni.c_vlan} {intent.s_vlan}",)
    return _taken(intent, uni.port, uni.description, uni.idle_lines, where)


def _taken(intent: Service, port: str, description: str, idle_lines: tuple[str, ...], where: tuple[str, ...]) -> Taken:
    marks = frozenset((f"{_POLICED}{intent.label}", f"description {description}", *where))
    return Taken(intent.device, intent.label, port, idle_lines, marks)


def holds_port(lines: Iterable[str], own: Taken) -> bool:
    """Whether the service is on its port: not where another has taken it over, which looks alike but for its name."""
    present = frozenset(lines)
    found = own.marks & present
    taken_over = any(line.startswith(_POLICED) and line != f"{_POLICED}{own.label}" for line in present)
    return bool(found - {_TUNNEL, _LIMITED} if taken_over else found)


def check_tag(config: RunningConfig, intent: CircuitIntent) -> None:
    """Raises: TagNotFree. The S-VLAN is absent from the device, or bears this circuit's label."""
    name = config.vlans.get(intent.s_vlan)
    if name is not None and name != intent.label:
        raise TagNotFree(intent.device, intent.s_vlan, f"it is the VLAN named {name!r} there" if name else "it exists")


def check_isolation(config: RunningConfig, intent: CircuitIntent) -> None:
    """Raises: TagNotFree. No port that is not the circuit's carries its tag."""
    strays = stray_ports(config, intent)
    if strays:
        raise TagNotFree(intent.device, intent.s_vlan, f"it is carried by {', '.join(strays)}")


def stray_ports(config: RunningConfig, intent: CircuitIntent) -> tuple[str, ...]:
    """The ports that carry the circuit's tag and are not the circuit's."""
    return tuple(sorted(config.carriers(intent.s_vlan) - ports_of(intent)))


def check_peering_vlan(config: RunningConfig, intent: ExchangePortIntent) -> None:
    """Raises: PortUnfit. The exchange's VLAN is on the device: it is shared, so no member brings it."""
    if intent.vlan not in config.vlans:
        raise PortUnfit(intent.device, intent.port, f"cannot peer: the device has no VLAN {intent.vlan}")


def check_tagged_port(config: RunningConfig, device: str, port: str) -> None:
    """Raises: PortUnfit. The port is a trunk with a list of its own, so that one tag can come and go."""
    if port not in config.ports:
        raise PortUnfit(device, port, "does not exist")
    if port not in config.carried:
        raise PortUnfit(device, port, "is not a trunk")
    if config.carried[port] is None:
        raise PortUnfit(device, port, "has no list of allowed tags, so it carries every tag")


def check_taken(config: RunningConfig, own: Taken, wanted: Iterable[str]) -> None:
    """The port carries nothing but what describes it, and what this service put there.

    Raises: PortUnfit, PortNotIdle, UnsafeText (an idle line that could not be put back).
    """
    if own.port not in config.ports:
        raise PortUnfit(own.device, own.port, "does not exist")
    wanted = frozenset(wanted)
    foreign = [line for line in config.ports[own.port] if line not in wanted and not leaves_port_free(line)]
    if foreign:
        raise PortNotIdle(own.device, own.port, [printable(without_secrets(line)) for line in foreign])
    check_idle_lines(idle_lines(config.ports[own.port]))


def check_idle_lines(lines: Iterable[str]) -> None:
    """Raises: UnsafeText. These lines may be sent back to the port."""
    for line in lines:
        if not _SAFE_IDLE.fullmatch(line) or "MULTILINE:" in line:
            raise UnsafeText("idle line of a UNI", "a description of printable ASCII, or shutdown,")


def idle_lines(lines: Iterable[str]) -> tuple[str, ...]:
    """Those of a free port's lines that a circuit will take the place of."""
    return tuple(line for line in lines if kind_of(line) in _IDLE_KINDS)


def leaves_port_free(line: str) -> bool:
    return kind_of(line) in _IDLE_KINDS or line.startswith(_HARMLESS)
