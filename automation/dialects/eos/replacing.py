"""Plan the commands that take a device from one set of circuits to another, in one commit. Pure.

Only what differs is commanded: a new bandwidth profile is one policy-map, another S-VLAN on the same
UNI changes that port's lines and leaves it enabled. What is left is the text that taking the first
set off and putting the second on would have left, and the way back is the same plan with both sets
exchanged. Circuits of neither set are not touched.
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
    check_tag,
    check_tagged_port,
    check_uni,
    holds_port,
    idle_lines,
    kind_of,
    stray_ports,
)
from automation.dialects.eos.planning import Block, check_bounds, plan_device, text_of, uni_removed, whole_blocks
from automation.dialects.eos.render import render
from automation.errors import TagNotFree
from automation.intents import CircuitIntent, UniIntent

type Intents = Sequence[CircuitIntent]


def plan_replace(running: str, before: Intents, after: Intents) -> DevicePlan:
    """Return the commands that take one device from the circuits `before` to those `after`.

    UNIs of `before` bring the lines their ports had before any circuit; where a UNI stays on its port
    the new circuit inherits them, so that its own cease puts them back.

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
        *_tags_added(config, after),
        *_unis(config, old, new, before, after),
        *_tags_removed(config, before, after),
        *_gone(config, old, new, before),
    ]
    commands = text_of(blocks)
    check_bounds(commands, (*before, *after))
    return DevicePlan(commands, tuple(_as_found(config, before, intent) for intent in after))


def _check_tags(config: RunningConfig, before: Intents, after: Intents) -> None:
    """Raises: TagNotFree, PortUnfit. Every tag of the new set is free, or is the old set's own."""
    for intent in after:
        theirs = [one for one in before if one.s_vlan == intent.s_vlan]
        if config.vlans.get(intent.s_vlan) not in {one.label for one in theirs}:
            check_tag(config, intent)
        for port in intent.tagged_ports:
            check_tagged_port(config, intent, port)
        strays = set(stray_ports(config, intent)).difference(*map(_ports_of, theirs))
        if strays:
            raise TagNotFree(intent.device, intent.s_vlan, f"it is carried by {', '.join(sorted(strays))}")


def _ports_of(intent: CircuitIntent) -> frozenset[str]:
    return frozenset((*intent.tagged_ports, *([intent.uni.port] if intent.uni else [])))


def _tags_added(config: RunningConfig, after: Intents) -> list[Block]:
    return [
        (f"interface {port}", (f"{TRUNK_LIST}add {intent.s_vlan}",))
        for intent in after
        for port in intent.tagged_ports
        if intent.s_vlan not in (config.carried[port] or ())
    ]


def _tags_removed(config: RunningConfig, before: Intents, after: Intents) -> list[Block]:
    """The old set's tags out of the lists of ports on which the new set does not have them."""
    kept = {(port, intent.s_vlan) for intent in after for port in intent.tagged_ports}
    gone = [
        (intent, port)
        for intent in before
        for port in intent.tagged_ports
        if (port, intent.s_vlan) not in kept and intent.s_vlan in (config.carried.get(port) or ())
    ]
    new_tags = {intent.s_vlan for intent in after}
    for intent, _port in gone:
        if intent.s_vlan not in new_tags:
            check_tag(config, intent)  # raises where nobody can say whose the tag on these ports is
    return [(f"interface {port}", (f"{TRUNK_LIST}remove {intent.s_vlan}",)) for intent, port in gone]


def _unis(
    config: RunningConfig, old: RunningConfig, new: RunningConfig, before: Intents, after: Intents
) -> Iterable[Block]:
    taken = {intent.uni.port for intent in after if intent.uni}
    for intent in after:
        if intent.uni is not None:
            yield from _uni_switched(config, old, new, intent, intent.uni)
    for intent in before:
        if intent.uni is not None and intent.uni.port not in taken:
            yield from uni_removed(config, old, intent, intent.uni)


def _uni_switched(
    config: RunningConfig, old: RunningConfig, new: RunningConfig, intent: CircuitIntent, uni: UniIntent
) -> Iterable[Block]:
    """The port's owned lines as the new circuit needs them; it is not shut down on the way."""
    wanted = new.ports[uni.port]
    check_uni(config, intent, uni, (*wanted, *old.ports.get(uni.port, ())))
    present = config.ports[uni.port]
    lines = [line for kind in reversed(UNI_KINDS) if kind != "shutdown" for line in _set(kind, present, wanted)]
    if "shutdown" in present:
        lines.append("no shutdown")
    if lines:
        yield f"interface {uni.port}", tuple(lines)


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


def _gone(config: RunningConfig, old: RunningConfig, new: RunningConfig, before: Intents) -> list[Block]:
    """The old set's VLANs and policers, as far as they are still its own and the new set has none of that name."""
    not_ours = {
        f"vlan {intent.s_vlan}"
        for intent in before
        if config.vlans.get(intent.s_vlan, intent.label) not in {one.label for one in before}
    }
    headers = [header for header, _ in whole_blocks(old) if header in config.blocks and header not in new.blocks]
    return [(f"no {header}", ()) for header in reversed(headers) if header not in not_ours]


def _as_found(config: RunningConfig, before: Intents, intent: CircuitIntent) -> CircuitIntent:
    """The new circuit with the lines its cease puts back: the old one's where it takes over its port."""
    if intent.uni is None:
        return intent
    present = config.ports.get(intent.uni.port, ())
    left = next((one.uni for one in before if one.uni and one.uni.port == intent.uni.port), None)
    if left is not None and any(
        holds_port(present, one, uni) for one in (*before, intent) if (uni := one.uni) and uni.port == left.port
    ):
        check_idle_lines(left.idle_lines)
        return replace(intent, uni=replace(intent.uni, idle_lines=left.idle_lines))
    if holds_port(present, intent, intent.uni):
        return intent
    return replace(intent, uni=replace(intent.uni, idle_lines=idle_lines(present)))
