"""Which services a glance at a Junos device does not show to be as they should be. Pure, and made for speed.

A plan reads the whole text for every service; here it is read once for all. A circuit needs no plan where all that is
its own says exactly what it should, its ports are ready and open, and nobody else carries its tag.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from automation.dialects.junos.ownership import bridged_tags, outer_tag, ports_of, ready, taken, whole
from automation.dialects.junos.render import wanted_tree
from automation.dialects.junos.text import Config, Words, written
from automation.errors import AutomationError
from automation.intents import CircuitIntent, Intent

type Grouped = dict[Words, set[Words]]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A device's text beside what all intents together want it to say, each grouped by what is whole somebody's."""

    config: Config
    there: Grouped
    wanted: Grouped
    of_ports: Grouped
    carrying: dict[int, set[str]]


def suspects(running: str, intents: Sequence[Intent]) -> Sequence[Intent]:
    """Return those that have to be planned before anybody can say whether they are as they should be."""
    try:
        wanted = Config(written(wanted_tree(intents)))
    except (AutomationError, ValueError):
        return intents  # something here cannot be rendered: planning says what
    config = Config(running)
    roots = {root for intent in intents for root in whole(intent)}
    seen = _Seen(config, _grouped(config, roots), _grouped(wanted, roots), _by_port(wanted), _carrying(config))
    return [intent for intent in intents if not (isinstance(intent, CircuitIntent) and _is_plain(seen, intent))]


def _is_plain(seen: _Seen, intent: CircuitIntent) -> bool:
    if any(seen.there.get(root, set()) != seen.wanted.get(root, set()) for root in whole(intent)):
        return False
    if any(
        words not in seen.config.ports.get(port, ())
        for port in intent.tagged_ports
        for words, _ in ready(port, intent.c_tagged_ports)
    ):
        return False
    own = taken(intent)
    if own is not None and not _says_port(seen, own.port):
        return False
    return seen.carrying.get(intent.s_vlan) == set(ports_of(intent))


def _says_port(seen: _Seen, port: str) -> bool:
    """The port is open and says all that its services want of it."""
    says = set(seen.config.ports.get(port, ()))
    return ("disable",) not in says and seen.of_ports[("interfaces", port)] <= says


def _grouped(config: Config, roots: Iterable[Words]) -> Grouped:
    known = set(roots)
    lengths = sorted({len(root) for root in known})
    found: Grouped = {}
    for line in config.lines:
        for size in lengths:
            if line[:size] in known:
                found.setdefault(line[:size], set()).add(line)
    return found


def _by_port(wanted: Config) -> Grouped:
    return {("interfaces", port): set(lines) for port, lines in wanted.ports.items()}


def _carrying(config: Config) -> dict[int, set[str]]:
    """The ports that carry each tag: see `ownership.carriers`, of all tags at once."""
    found: dict[int, set[str]] = {}
    for lines in config.domains.values():
        tags = [int(line[1]) for line in lines if line[:1] == ("vlan-id",) and line[1].isdecimal()]
        for tag in tags:
            found.setdefault(tag, set()).update(line[1].rpartition(".")[0] for line in lines if line[0] == "interface")
    for port, lines in config.ports.items():
        for line in lines:
            if (outer := outer_tag(line)) is not None:
                found.setdefault(outer, set()).add(port)
            for bridged in bridged_tags(line):
                found.setdefault(bridged, set()).add(port)
    return found
