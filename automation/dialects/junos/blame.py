"""Whose the statements of a Junos device are, and what of ours is nobody's. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from automation.change_plan import Finding
from automation.dialects.dialect import UNKNOWN, Blamed, Statement
from automation.dialects.junos.ownership import MANAGEMENT, PEERING, PREFIX, outer_tag, taken, whole
from automation.dialects.junos.render import wanted_tree
from automation.dialects.junos.text import Config, Words, joined, leaves, written
from automation.intents import BaselineIntent, CircuitIntent, Intent

type Intents = Sequence[Intent]


def blame(running: str, intents: Intents) -> tuple[Blamed, ...]:
    """Every statement, in order, and whose it is by these intents."""
    config, claims = Config(running), _claims(intents)
    return tuple(_blamed(config, path, words, claims) for path, words in leaves(config.tree))


@dataclass(frozen=True, slots=True)
class _Claims:
    """Whose a statement is: by what it says, and by the words it begins with (of these many lengths)."""

    says: dict[Words, list[str]]
    roots: dict[Words, list[str]]
    lengths: tuple[int, ...]

    def owners(self, line: Words) -> dict[str, None]:
        by_root = (label for size in self.lengths for label in self.roots.get(line[:size], ()))
        return dict.fromkeys((*self.says.get(line, ()), *by_root))


def _claims(intents: Intents) -> _Claims:
    says: dict[Words, list[str]] = {}
    roots: dict[Words, list[str]] = {}
    for intent in intents:
        for line in _says(intent):
            says.setdefault(line, []).append(intent.label)
        for root in whole(intent):
            roots.setdefault(root, []).append(intent.label)
    return _Claims(says, roots, tuple(sorted({len(root) for root in roots})))


def _blamed(config: Config, path: tuple[Words, ...], words: Words, claims: _Claims) -> Blamed:
    line = (*(word for level in path for word in level), *words)
    owners = claims.owners(line)
    if not owners and _is_ours(config, line):
        owners = {UNKNOWN: None}
    return Blamed(Statement(tuple(joined(level) for level in path), joined(words)), tuple(owners))


def _says(intent: Intent) -> Iterator[Words]:
    yield from Config(written(wanted_tree([intent]))).lines


def _is_ours(config: Config, line: Words) -> bool:
    """By its name, or by that of the unit it is in."""
    if any(word.startswith(PREFIX) for word in line[:5]) or line[-1].startswith(PREFIX):
        return True
    return line[2:3] == ("unit",) and config.unit_names.get((line[1], line[3]), "").startswith(PREFIX)


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
