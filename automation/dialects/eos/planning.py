"""Plan the commands that put services on a device, or take them off. Pure.

The intended text is rendered, the running text is read, and only what differs is commanded: a
device that already says it gets no command, one that says half of it gets the other half. A tag
is added to and removed from a port's list, never the list set, so a plan stays right whatever
circuits come and go beside it.
"""

from collections.abc import Iterable, Sequence

from automation.change_plan import ChangeAction
from automation.dialects.dialect import DevicePlan
from automation.dialects.eos.ownership import (
    NEGATED_WHOLE,
    TRUNK_LIST,
    UNI_KINDS,
    RunningConfig,
    Service,
    Taken,
    check_idle_lines,
    check_isolation,
    check_peering_vlan,
    check_tag,
    check_tagged_port,
    check_taken,
    holds_port,
    idle_lines,
    kind_of,
    policer_name,
    ports_of,
    read_running,
    tagged_ports,
    taken,
)
from automation.dialects.eos.render import render
from automation.errors import PlanOutOfBounds
from automation.intents import CircuitIntent, with_found_lines

type Block = tuple[str, tuple[str, ...]]  # a line at the margin, and the lines below it


def plan_device(running: str, intents: Sequence[Service], action: ChangeAction) -> DevicePlan:
    """Return the commands that take one device from what it says to what it should.

    Raises:
        TagNotFree, PortNotIdle, PortUnfit: something of somebody else's stands there.
        UnsafeText: it cannot be rendered.
        PlanOutOfBounds: the plan would touch what the intents do not own.
    """
    config = read_running(running)
    plan_one = _plan_add if action is ChangeAction.ADD else _plan_remove
    blocks: list[Block] = []
    for intent in intents:
        wanted = RunningConfig(render([intent]))
        blocks += plan_one(config, wanted, intent)
    commands = text_of(blocks)
    check_bounds(commands, intents)
    return DevicePlan(commands, tuple(_as_found(config, intent) for intent in intents))


def _as_found(config: RunningConfig, intent: Service) -> Service:
    """The intent with the lines to put back one day: what the port says while free, else what it remembers."""
    own = taken(intent)
    if own is None:
        return intent
    lines = config.ports.get(own.port, ())
    return intent if holds_port(lines, own) else with_found_lines(intent, idle_lines(lines))


def check_bounds(commands: str, intents: Sequence[Service]) -> None:
    """Raises: PlanOutOfBounds. Every line of `commands` is about what the intents own on that device."""
    allowed = frozenset(header for intent in intents for header in _headers(intent))
    tags = {str(_tag_of(intent)) for intent in intents}
    outside = [header for header in RunningConfig(commands).blocks if header not in allowed]
    outside += [
        line
        for line in map(str.strip, commands.splitlines())
        if line.startswith(TRUNK_LIST) and line.removeprefix(TRUNK_LIST).split(" ")[-1] not in tags
    ]
    if outside:
        raise PlanOutOfBounds(intents[0].device if intents else "a device", outside)


def _tag_of(intent: Service) -> int:
    return intent.s_vlan if isinstance(intent, CircuitIntent) else intent.vlan


def _headers(intent: Service) -> tuple[str, ...]:
    policer = f"policy-map type quality-of-service {policer_name(intent)}"
    vlan = (f"vlan {intent.s_vlan}", f"no vlan {intent.s_vlan}") if isinstance(intent, CircuitIntent) else ()
    return (*vlan, policer, f"no {policer}", *(f"interface {port}" for port in ports_of(intent)))


def check_room(config: RunningConfig, intent: Service) -> None:
    """Raises: PortUnfit. What the service needs of others is there: trunks with lists, the exchange's VLAN."""
    for port in tagged_ports(intent):
        check_tagged_port(config, intent.device, port)
    if not isinstance(intent, CircuitIntent):
        check_peering_vlan(config, intent)


def tags_added(config: RunningConfig, intent: Service) -> list[Block]:
    """The tag into the lists of those of its ports that do not carry it. They are trunks with a list."""
    return [
        (f"interface {port}", (f"{TRUNK_LIST}add {_tag_of(intent)}",))
        for port in tagged_ports(intent)
        if _tag_of(intent) not in (config.carried[port] or ())
    ]


def _plan_add(config: RunningConfig, wanted: RunningConfig, intent: Service) -> list[Block]:
    if isinstance(intent, CircuitIntent):
        check_tag(config, intent)
    check_room(config, intent)
    own = taken(intent)
    if own is not None:
        check_taken(config, own, wanted.ports[own.port])
    if isinstance(intent, CircuitIntent):
        check_isolation(config, intent)
    blocks = [block for block in whole_blocks(wanted) if config.blocks.get(block[0]) != block[1]]
    if own is not None:
        blocks += _port_added(config, wanted, own)
    return blocks + tags_added(config, intent)


def whole_blocks(wanted: RunningConfig) -> Iterable[Block]:
    """The VLAN and the policer: theirs is the whole block, a port never is."""
    return [(header, lines) for header, lines in wanted.blocks.items() if not header.startswith("interface ")]


def _port_added(config: RunningConfig, wanted: RunningConfig, own: Taken) -> list[Block]:
    present = config.ports[own.port]
    missing = [line for line in wanted.ports[own.port] if line != "no shutdown" and line not in present]
    if "shutdown" in present:
        missing.append("no shutdown")  # last, so that the port never carries what it should not
    return [(f"interface {own.port}", tuple(missing))] if missing else []


def _plan_remove(config: RunningConfig, wanted: RunningConfig, intent: Service) -> list[Block]:
    blocks = _released(config, wanted, intent)
    not_ours = vlan_of_others(config, intent, {intent.label})
    if blocks and not_ours and isinstance(intent, CircuitIntent):
        check_tag(config, intent)  # raises: nobody can say whose the tag on these ports is
    gone = [header for header, _ in whole_blocks(wanted) if header in config.blocks and header != not_ours]
    return blocks + [(f"no {header}", ()) for header in reversed(gone)]


def vlan_of_others(config: RunningConfig, intent: Service, labels: Iterable[str]) -> str:
    """The line of the circuit's VLAN where it bears none of these names; "" where it does, or is not there."""
    if not isinstance(intent, CircuitIntent) or config.vlans.get(intent.s_vlan, intent.label) in labels:
        return ""
    return f"vlan {intent.s_vlan}"


def _released(config: RunningConfig, wanted: RunningConfig, intent: Service) -> list[Block]:
    """The ports' share: the tag out of the lists, the port that was taken as it was found."""
    blocks: list[Block] = [
        (f"interface {port}", (f"{TRUNK_LIST}remove {_tag_of(intent)}",))
        for port in tagged_ports(intent)
        if _tag_of(intent) in (config.carried.get(port) or ())
    ]
    own = taken(intent)
    return blocks + (port_removed(config, wanted, own) if own is not None else [])


def port_removed(config: RunningConfig, wanted: RunningConfig, own: Taken) -> list[Block]:
    """The port's owned lines as they were found; nothing where the service has left the port already."""
    check_idle_lines(own.idle_lines)
    present = config.ports.get(own.port, ())
    if not holds_port(present, own):
        return []
    check_taken(config, own, wanted.ports[own.port])
    lines = tuple(line for kind in UNI_KINDS if (line := _given_back(kind, present, own.idle_lines)) is not None)
    return [(f"interface {own.port}", lines)] if lines else []


def _given_back(kind: str, present: Sequence[str], idle: Sequence[str]) -> str | None:
    now = next((line for line in present if kind_of(line) == kind), None)
    then = next((line for line in idle if kind_of(line) == kind), None)
    if now == then:
        return None
    if then is not None:
        return then
    return f"no {now}" if kind in NEGATED_WHOLE else f"no {kind}"


def blocks_of(commands: str) -> list[Block]:
    """Commands as the blocks they were made of, in order; `text_of` the other way round."""
    found: list[tuple[str, list[str]]] = []
    for line in commands.splitlines():
        if line.startswith(" ") and found:
            found[-1][1].append(line.strip())
        elif line.strip():
            found.append((line.strip(), []))
    return [(header, tuple(lines)) for header, lines in found]


def text_of(blocks: Iterable[Block]) -> str:
    return "".join(f"{header}\n" + "".join(f"   {line}\n" for line in lines) for header, lines in blocks)
