"""Plan the commands that take a device from one set of services to another, in one commit. Pure.

Only what differs is commanded: a new bandwidth profile is one policy-map, another S-VLAN on the same
UNI changes that port's lines and leaves it enabled. What is left is the text that taking the first
set off and putting the second on would have left, and the way back is the same plan with both sets
exchanged. Services of neither set are not touched.
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
    check_tag,
    check_taken,
    holds_port,
    idle_lines,
    kind_of,
    ports_of,
    stray_ports,
    taken,
)
from automation.dialects.eos.planning import (
    Block,
    check_bounds,
    check_room,
    plan_device,
    port_removed,
    tags_added,
    text_of,
    vlan_of_others,
    whole_blocks,
)
from automation.dialects.eos.render import render
from automation.errors import TagNotFree
from automation.intents import CircuitIntent, with_found_lines

type Services = Sequence[Service]


def plan_replace(running: str, before: Services, after: Services) -> DevicePlan:
    """Return the commands that take one device from the services `before` to those `after`.

    Ports taken by `before` bring the lines they had before any service; where a port stays in use the new
    service inherits them, so that its own cease puts them back.

    Raises:
        TagNotFree, PortNotIdle, PortUnfit: something of somebody else's stands there.
        UnsafeText: it cannot be rendered.
        PlanOutOfBounds: the plan would touch what the intents do not own.
    """
    if not before:
        return plan_device(running, after, ChangeAction.ADD)
    if not after:
        return DevicePlan(plan_device(running, before, ChangeAction.REMOVE).commands, ())
    config = RunningConfig(running)
    old, new = (RunningConfig(render(intents)) for intents in (before, after))
    _check_tags(config, before, after)
    blocks = [
        *(block for block in whole_blocks(new) if config.blocks.get(block[0]) != block[1]),
        *(block for intent in after for block in tags_added(config, intent)),
        *_ports(config, old, new, before, after),
        *_tags_removed(config, before, after),
        *_gone(config, old, new, before),
    ]
    commands = text_of(blocks)
    check_bounds(commands, (*before, *after))
    return DevicePlan(commands, tuple(_as_found(config, before, intent) for intent in after))


def _circuits(intents: Services) -> tuple[CircuitIntent, ...]:
    return tuple(intent for intent in intents if isinstance(intent, CircuitIntent))


def _check_tags(config: RunningConfig, before: Services, after: Services) -> None:
    """Raises: TagNotFree, PortUnfit. Every tag of the new set is free, or is the old set's own."""
    for intent in after:
        check_room(config, intent)
    for circuit in _circuits(after):
        theirs = [one for one in _circuits(before) if one.s_vlan == circuit.s_vlan]
        if config.vlans.get(circuit.s_vlan) not in {one.label for one in theirs}:
            check_tag(config, circuit)
        strays = set(stray_ports(config, circuit)).difference(*map(ports_of, theirs))
        if strays:
            raise TagNotFree(circuit.device, circuit.s_vlan, f"it is carried by {', '.join(sorted(strays))}")


def _tags_removed(config: RunningConfig, before: Services, after: Services) -> list[Block]:
    """The old set's tags out of the lists of ports on which the new set does not have them."""
    kept = {(port, circuit.s_vlan) for circuit in _circuits(after) for port in circuit.tagged_ports}
    gone = [
        (circuit, port)
        for circuit in _circuits(before)
        for port in circuit.tagged_ports
        if (port, circuit.s_vlan) not in kept and circuit.s_vlan in (config.carried.get(port) or ())
    ]
    new_tags = {circuit.s_vlan for circuit in _circuits(after)}
    for circuit, _port in gone:
        if circuit.s_vlan not in new_tags:
            check_tag(config, circuit)  # raises where nobody can say whose the tag on these ports is
    return [(f"interface {port}", (f"{TRUNK_LIST}remove {circuit.s_vlan}",)) for circuit, port in gone]


def _taken(intents: Services) -> tuple[Taken, ...]:
    return tuple(own for intent in intents if (own := taken(intent)) is not None)


def _ports(
    config: RunningConfig, old: RunningConfig, new: RunningConfig, before: Services, after: Services
) -> Iterable[Block]:
    kept = {own.port for own in _taken(after)}
    for own in _taken(after):
        yield from _port_switched(config, old, new, own)
    for own in _taken(before):
        if own.port not in kept:
            yield from port_removed(config, old, own)


def _port_switched(config: RunningConfig, old: RunningConfig, new: RunningConfig, own: Taken) -> Iterable[Block]:
    """The port's owned lines as the new service needs them; it is not shut down on the way."""
    wanted = new.ports[own.port]
    check_taken(config, own, (*wanted, *old.ports.get(own.port, ())))
    present = config.ports[own.port]
    lines = [line for kind in reversed(UNI_KINDS) if kind != "shutdown" for line in _set(kind, present, wanted)]
    if "shutdown" in present:
        lines.append("no shutdown")
    if lines:
        yield f"interface {own.port}", tuple(lines)


def _set(kind: str, present: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """What makes this kind of line the wanted one. Of some the one there was is taken off by its whole name first."""
    now = next((line for line in present if kind_of(line) == kind), None)
    then = next((line for line in wanted if kind_of(line) == kind), None)
    if now == then:
        return ()
    gone = f"no {now}" if kind in NEGATED_WHOLE else f"no {kind}"
    if then is None:
        return (gone,)
    return (gone, then) if now is not None and kind in NEGATED_WHOLE else (then,)


def _gone(config: RunningConfig, old: RunningConfig, new: RunningConfig, before: Services) -> list[Block]:
    """The old set's VLANs and policers, as far as they are still its own and the new set has none of that name."""
    labels = {one.label for one in before}
    not_ours = {vlan_of_others(config, intent, labels) for intent in before}
    headers = [header for header, _ in whole_blocks(old) if header in config.blocks and header not in new.blocks]
    return [(f"no {header}", ()) for header in reversed(headers) if header not in not_ours]


def _as_found(config: RunningConfig, before: Services, intent: Service) -> Service:
    """The new service with the lines its cease puts back: the old one's where it takes over its port."""
    own = taken(intent)
    if own is None:
        return intent
    present = config.ports.get(own.port, ())
    here = [one for one in _taken(before) if one.port == own.port]
    if here and any(holds_port(present, one) for one in (*here, own)):
        check_idle_lines(here[0].idle_lines)
        return with_found_lines(intent, here[0].idle_lines)
    return intent if holds_port(present, own) else with_found_lines(intent, idle_lines(present))
