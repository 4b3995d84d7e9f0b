"""Plan the commands that put circuits on a device, or take them off. Pure.

The intended text is rendered, the running text is read, and only what differs is commanded: a
device that already says it gets no command, one that says half of it gets the other half. A tag
is added to and removed from a port's list, never the list set, so a plan stays right whatever
circuits come and go beside it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from automation.change_plan import ChangeAction
from automation.dialects.dialect import DevicePlan
from automation.dialects.eos.ownership import (
    NEGATED_WHOLE,
    TRUNK_LIST,
    UNI_KINDS,
    RunningConfig,
    check_idle_lines,
    check_isolation,
    check_tag,
    check_tagged_port,
    check_uni,
    holds_port,
    idle_lines,
    kind_of,
    policer_name,
)
from automation.dialects.eos.render import render
from automation.errors import PlanOutOfBounds
from automation.intents import CircuitIntent, UniIntent

type Block = tuple[str, tuple[str, ...]]  # a line at the margin, and the lines below it


def plan_device(running: str, intents: Sequence[CircuitIntent], action: ChangeAction) -> DevicePlan:
    """Return the commands that take one device from what it says to what it should.

    Raises:
        TagNotFree, PortNotIdle, PortUnfit: something of somebody else's stands there.
        UnsafeText: it cannot be rendered.
        PlanOutOfBounds: the plan would touch what the intents do not own.
    """
    config = RunningConfig(running)
    plan_one = _plan_add if action is ChangeAction.ADD else _plan_remove
    blocks: list[Block] = []
    for intent in intents:
        wanted = RunningConfig(render([intent]))
        blocks += plan_one(config, wanted, intent)
    commands = text_of(blocks)
    check_bounds(commands, intents)
    return DevicePlan(commands, tuple(_as_found(config, intent) for intent in intents))


def _as_found(config: RunningConfig, intent: CircuitIntent) -> CircuitIntent:
    """The intent with the lines to put back one day: what the port says while free, else what it remembers."""
    if intent.uni is None:
        return intent
    lines = config.ports.get(intent.uni.port, ())
    return intent if holds_port(lines, intent, intent.uni) else _with_uni_lines(intent, idle_lines(lines))


def _with_uni_lines(intent: CircuitIntent, lines: tuple[str, ...]) -> CircuitIntent:
    return intent if intent.uni is None else replace(intent, uni=replace(intent.uni, idle_lines=lines))


def check_bounds(commands: str, intents: Sequence[CircuitIntent]) -> None:
    """Raises: PlanOutOfBounds. Every line of `commands` is about what the intents own on that device."""
    allowed = frozenset(header for intent in intents for header in _headers(intent))
    tags = {str(intent.s_vlan) for intent in intents}
    outside = [header for header in RunningConfig(commands).blocks if header not in allowed]
    outside += [
        line
        for line in map(str.strip, commands.splitlines())
        if line.startswith(TRUNK_LIST) and line.removeprefix(TRUNK_LIST).split(" ")[-1] not in tags
    ]
    if outside:
        raise PlanOutOfBounds(intents[0].device if intents else "a device", outside)


def _headers(intent: CircuitIntent) -> tuple[str, ...]:
    policer = f"policy-map type quality-of-service {policer_name(intent)}"
    vlan = f"vlan {intent.s_vlan}"
    ports = (*intent.tagged_ports, *([intent.uni.port] if intent.uni else []))
    return (vlan, f"no {vlan}", policer, f"no {policer}", *(f"interface {port}" for port in ports))


def _plan_add(config: RunningConfig, wanted: RunningConfig, intent: CircuitIntent) -> list[Block]:
    check_tag(config, intent)
    for port in intent.tagged_ports:
        check_tagged_port(config, intent, port)
    if intent.uni is not None:
        check_uni(config, intent, intent.uni, wanted.ports[intent.uni.port])
    check_isolation(config, intent)
    blocks = [block for block in whole_blocks(wanted) if config.blocks.get(block[0]) != block[1]]
    if intent.uni is not None:
        blocks += _uni_added(config, wanted, intent.uni)
    return blocks + [
        (f"interface {port}", (f"{TRUNK_LIST}add {intent.s_vlan}",))
        for port in intent.tagged_ports
        if intent.s_vlan not in (config.carried[port] or ())
    ]


def whole_blocks(wanted: RunningConfig) -> Iterable[Block]:
    """The VLAN and the policer: theirs is the whole block, a port never is."""
    return [(header, lines) for header, lines in wanted.blocks.items() if not header.startswith("interface ")]


def _uni_added(config: RunningConfig, wanted: RunningConfig, uni: UniIntent) -> list[Block]:
    present = config.ports[uni.port]
    missing = [line for line in wanted.ports[uni.port] if line != "no shutdown" and line not in present]
    if "shutdown" in present:
        missing.append("no shutdown")  # last, so that the port never carries what it should not
    return [(f"interface {uni.port}", tuple(missing))] if missing else []


def _plan_remove(config: RunningConfig, wanted: RunningConfig, intent: CircuitIntent) -> list[Block]:
    blocks = _released(config, wanted, intent)
    is_ours = config.vlans.get(intent.s_vlan, intent.label) == intent.label
    if blocks and not is_ours:
        check_tag(config, intent)  # raises: nobody can say whose the tag on these ports is
    gone = [
        header
        for header, _ in whole_blocks(wanted)
        if header in config.blocks and (is_ours or header != f"vlan {intent.s_vlan}")
    ]
    return blocks + [(f"no {header}", ()) for header in reversed(gone)]


def _released(config: RunningConfig, wanted: RunningConfig, intent: CircuitIntent) -> list[Block]:
    """The ports' share: the tag out of the lists, the UNI as it was found."""
    blocks: list[Block] = [
        (f"interface {port}", (f"{TRUNK_LIST}remove {intent.s_vlan}",))
        for port in intent.tagged_ports
        if intent.s_vlan in (config.carried.get(port) or ())
    ]
    return blocks + (uni_removed(config, wanted, intent, intent.uni) if intent.uni is not None else [])


def uni_removed(config: RunningConfig, wanted: RunningConfig, intent: CircuitIntent, uni: UniIntent) -> list[Block]:
    """The UNI's owned lines as they were found; nothing where the circuit has left the port already."""
    check_idle_lines(uni.idle_lines)
    present = config.ports.get(uni.port, ())
    if not holds_port(present, intent, uni):
        return []
    check_uni(config, intent, uni, wanted.ports[uni.port])
    lines = tuple(line for kind in UNI_KINDS if (line := _given_back(kind, present, uni.idle_lines)) is not None)
    return [(f"interface {uni.port}", lines)] if lines else []


def _given_back(kind: str, present: Sequence[str], idle: Sequence[str]) -> str | None:
    now = next((line for line in present if kind_of(line) == kind), None)
    then = next((line for line in idle if kind_of(line) == kind), None)
    if now == then:
        return None
    if then is not None:
        return then
    return f"no {now}" if kind in NEGATED_WHOLE else f"no {kind}"


def text_of(blocks: Iterable[Block]) -> str:
    return "".join(f"{header}\n" + "".join(f"   {line}\n" for line in lines) for header, lines in blocks)
