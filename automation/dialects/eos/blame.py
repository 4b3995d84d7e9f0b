"""Whose the lines of an EOS device are, and what of ours is nobody's. Pure."""

import re
from collections.abc import Iterable, Sequence

from automation.change_plan import Finding
from automation.dialects.dialect import UNKNOWN, Blamed, Statement
from automation.dialects.eos.ownership import TRUNK_LIST, RunningConfig, parse_tags, taken
from automation.dialects.eos.statements import statements
from automation.intents import CircuitIntent

_POLICER = "policy-map type quality-of-service nh-"
_OURS = re.compile(rf"{_POLICER}|service-policy type qos input nh-")

type Circuits = Sequence[CircuitIntent]


def blame(running: str, intents: Circuits) -> tuple[Blamed, ...]:
    """Every statement, in order, and whose it is by these intents."""
    return tuple(Blamed(statement, _owners(statement, intents)) for statement in statements(running))


def _owners(statement: Statement, intents: Circuits) -> tuple[str, ...]:
    header = statement.path[0] if statement.path else statement.line
    found = [intent.label for intent in intents if _owns(statement, header, intent)]
    if found:
        return tuple(dict.fromkeys(found))
    return (UNKNOWN,) if _OURS.match(header) or _OURS.match(statement.line) else ()


def _owns(statement: Statement, header: str, intent: CircuitIntent) -> bool:
    if header in {f"vlan {intent.s_vlan}", f"{_POLICER}{intent.label}"}:
        return True
    if not statement.path:
        return False
    port = header.removeprefix("interface ")
    if statement.line.startswith(TRUNK_LIST) and port in intent.tagged_ports:
        return intent.s_vlan in _tags(statement.line)
    own = taken(intent)
    return own is not None and port == own.port and statement.line in own.marks


def _tags(line: str) -> frozenset[int]:
    try:
        return parse_tags(line.removeprefix(TRUNK_LIST).removeprefix("add "))
    except ValueError:
        return frozenset()


def strays(device: str, running: str, intents: Circuits) -> tuple[Finding, ...]:
    """What is ours by pattern or tag, and no intent asks for."""
    config = RunningConfig(running)
    return (*_foreign_tags(device, config, intents), *_orphans(device, config, intents))


def _foreign_tags(device: str, config: RunningConfig, intents: Circuits) -> Iterable[Finding]:
    """Tags on a trunk that no circuit puts there: a forgotten one, a wrong port, or somebody's hand."""
    intended = {(port, intent.s_vlan) for intent in intents for port in intent.tagged_ports}
    intended |= {(intent.uni.port, intent.s_vlan) for intent in intents if intent.uni and intent.uni.c_vlan}
    for port, tags in sorted(config.carried.items()):
        if tags is None:
            yield Finding(device, "foreign tag", False, f"{port} has no list of tags, so it carries every tag")
        else:
            for tag in sorted(tag for tag in tags if (port, tag) not in intended):
                yield Finding(device, "foreign tag", False, f"{port} carries {tag}, which is nobody's")


def _orphans(device: str, config: RunningConfig, intents: Circuits) -> Iterable[Finding]:
    """Policy-maps of ours whose circuit is gone."""
    labels = {intent.label for intent in intents if intent.uni is not None}
    gone = [header.removeprefix(_POLICER) for header in config.blocks if header.startswith(_POLICER)]
    for label in sorted(gone):
        if label not in labels:
            yield Finding(device, "orphan", False, f"a bandwidth profile of {label} is left behind", label=label)
