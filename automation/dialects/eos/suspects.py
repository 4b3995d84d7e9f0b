"""Which intents an EOS device may not say, at a glance: everything is read once, and rendered once. Pure.

Only a service whose every line stands there just as its template writes it, with nothing beside it on its port
and its tag on no other, is passed over; whatever is not as plain as that is left to the planner.
"""

from collections.abc import Mapping, Sequence

from automation.dialects.eos.ownership import (
    RunningConfig,
    kind_of,
    leaves_port_free,
    ports_of,
    read_running,
    tagged_ports,
    taken,
)
from automation.dialects.eos.planning import whole_blocks
from automation.dialects.eos.render import render
from automation.errors import AutomationError
from automation.intents import CircuitIntent, Intent


def suspects(running: str, intents: Sequence[Intent]) -> Sequence[Intent]:
    """Return those that have to be planned before anybody can say whether they are as they should be."""
    try:
        wanted = RunningConfig(render(intents))
    except (AutomationError, ValueError):
        return intents  # something here cannot be rendered: planning says what
    config = read_running(running)
    if None in config.carried.values():
        return intents  # a trunk without a list carries every tag
    whole = dict(whole_blocks(wanted))
    carrying = _carrying(config)
    return [
        intent
        for intent in intents
        if not (isinstance(intent, CircuitIntent) and _is_plain(config, wanted, whole, carrying, intent))
    ]


def _is_plain(
    config: RunningConfig,
    wanted: RunningConfig,
    whole: Mapping[str, tuple[str, ...]],
    carrying: Mapping[int, frozenset[str]],
    intent: CircuitIntent,
) -> bool:
    own = taken(intent)
    heads = [f"vlan {intent.s_vlan}", *([f"policy-map type quality-of-service nh-{intent.label}"] if own else [])]
    if any(config.blocks.get(head) != whole.get(head) for head in heads):
        return False
    carried = [config.carried.get(port) for port in tagged_ports(intent)]
    if any(tags is None or intent.s_vlan not in tags for tags in carried):
        return False
    if carrying.get(intent.s_vlan, frozenset()) - ports_of(intent):
        return False
    return own is None or _is_its_port(config.ports.get(own.port, ()), wanted.ports[own.port])


def _is_its_port(present: Sequence[str], wanted: Sequence[str]) -> bool:
    """Every line is there, and beside them only what says how the port is, not what it carries."""
    needed = set(wanted) - {"no shutdown"}
    beside = set(present) - needed
    return needed <= set(present) and all(kind_of(line) is None and leaves_port_free(line) for line in beside)


def _carrying(config: RunningConfig) -> Mapping[int, frozenset[str]]:
    """By tag, the ports that carry it."""
    found: dict[int, set[str]] = {}
    for port, tags in config.carried.items():
        for tag in tags or ():
            found.setdefault(tag, set()).add(port)
    for port, tag in config.access.items():
        found.setdefault(tag, set()).add(port)
    return {tag: frozenset(ports) for tag, ports in found.items()}
