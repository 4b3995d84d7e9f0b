"""Whose the statements of a Junos device are, and what of ours is nobody's. Pure."""

from collections.abc import Iterator, Sequence

from automation.change_plan import Finding
from automation.dialects.dialect import UNKNOWN, Blamed, Statement
from automation.dialects.junos.ownership import MANAGEMENT, PEERING, PREFIX, begins, outer_tag, taken, whole
from automation.dialects.junos.render import wanted_tree
from automation.dialects.junos.text import Config, Words, joined, leaves, parse, written
from automation.intents import BaselineIntent, CircuitIntent, Intent

type Intents = Sequence[Intent]


def blame(running: str, intents: Intents) -> tuple[Blamed, ...]:
    """Every statement, in order, and whose it is by these intents."""
    config = Config(running)
    claims = [(intent.label, frozenset(_says(intent)), whole(intent)) for intent in intents]
    return tuple(_blamed(config, path, words, claims) for path, words in leaves(parse(running)))


def _blamed(
    config: Config,
    path: tuple[Words, ...],
    words: Words,
    claims: Sequence[tuple[str, frozenset[Words], tuple[Words, ...]]],
) -> Blamed:
    line = (*(word for level in path for word in level), *words)
    owners = dict.fromkeys(label for label, says, roots in claims if line in says or begins(line, roots))
    if not owners and _is_ours(config, line):
        owners = {UNKNOWN: None}
    return Blamed(Statement(tuple(joined(level) for level in path), joined(words)), tuple(owners))


def _says(intent: Intent) -> Iterator[Words]:
    yield from Config(written(wanted_tree([intent]))).lines


def _is_ours(config: Config, line: Words) -> bool:
    """By its name, or by that of the unit it is in."""
    if any(word.startswith(PREFIX) for word in line[:5]) or line[-1].startswith(PREFIX):
        return True
    return line[2:3] == ("unit",) and len(line) > 3 and _unit_name(config, line).startswith(PREFIX)


def _unit_name(config: Config, line: Words) -> str:
    wanted = ("unit", line[3], "description")
    return next((one[3] for one in config.ports.get(line[1], []) if one[:3] == wanted and len(one) > 3), "")


def strays(device: str, running: str, intents: Intents) -> tuple[Finding, ...]:
    """What is ours by name or tag, and no intent asks for."""
    config = Config(running)
    return (*_foreign_tags(device, config, intents), *_orphans(device, config, intents))


def _foreign_tags(device: str, config: Config, intents: Intents) -> Iterator[Finding]:
    """S-VLANs on a port that no circuit puts there: a forgotten one, a wrong port, or somebody's hand."""
    circuits = [intent for intent in intents if isinstance(intent, CircuitIntent)]
    intended = {(port, intent.s_vlan) for intent in circuits for port in intent.tagged_ports}
    for port, lines in sorted(config.ports.items()):
        for tag in sorted(tag for line in lines if (tag := outer_tag(line)) is not None):
            if (port, tag) not in intended:
                yield Finding(device, "foreign tag", False, f"{port} carries {tag}, which is nobody's")


def _orphans(device: str, config: Config, intents: Intents) -> Iterator[Finding]:
    """Bridge domains and policers of ours whose service is gone."""
    labels = {intent.label for intent in intents}
    peering = {f"{PEERING}{vlan}" for one in intents if isinstance(one, BaselineIntent) for vlan in one.peering_vlans}
    peering |= {name for name in config.domains if name.startswith(PEERING) and not _baselines(intents)}
    limited = {intent.label for intent in intents if taken(intent)}
    for name in sorted(config.domains):
        if name.startswith(PREFIX) and name not in peering and name.removeprefix(PREFIX) not in labels:
            yield Finding(
                device, "orphan", False, f"the bridge domain {name} is left behind", label=name.removeprefix(PREFIX)
            )
    policers = {line[2] for kind in ("policer", "three-color-policer") for line in config.below(("firewall", kind))}
    for name in sorted(policers):
        if name.startswith(PREFIX) and name != MANAGEMENT and name.removeprefix(PREFIX) not in limited:
            label = name.removeprefix(PREFIX)
            yield Finding(device, "orphan", False, f"a bandwidth profile of {label} is left behind", label=label)


def _baselines(intents: Intents) -> list[BaselineIntent]:
    return [intent for intent in intents if isinstance(intent, BaselineIntent)]
