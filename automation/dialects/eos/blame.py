"""Whose the lines of an EOS device are, and what of ours is nobody's. Pure. What is ours by its look: see MARKS."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from automation.change_plan import Finding
from automation.dialects.dialect import Blamed
from automation.dialects.eos.ownership import TRUNK_LIST, RunningConfig, parse_tags, policer_name, read_running, taken
from automation.dialects.eos.render import render
from automation.dialects.eos.statements import statements
from automation.intents import (
    BaselineIntent,
    CircuitIntent,
    ExchangePortIntent,
    HandoverIntent,
    Intent,
    LagMemberIntent,
    TrunkIntent,
)
from automation.owning import Claims, Marks, blame_statements, marked_heads

_POLICER = "policy-map type quality-of-service "
MARKS = Marks(
    heads=(
        re.compile(rf"{_POLICER}nh-(?P<label>\S+)$"),
        re.compile(r"ip access-list standard nh-(?P<label>management)$"),
    ),
    named=(re.compile(r"name (?P<label>S-[0-9A-Z]+|nh-peering-\d+)$"),),
    lines=(re.compile(r"service-policy type qos input nh-(?P<label>\S+)$"),),
    lists=(re.compile(re.escape(TRUNK_LIST)),),
)
# First lines of blocks that stand on every device: what is in them can be ours, they are not.
_EVERYBODYS = ("interface ", "management ssh")

type Intents = Sequence[Intent]


def blame(running: str, intents: Intents) -> tuple[Blamed, ...]:
    """Every statement, in order, and whose it is by these intents."""
    return blame_statements(statements(running), claims_of(read_running(running), intents), MARKS, _tags)


def claims_of(config: RunningConfig, intents: Intents) -> Claims:
    """What these intents claim of what the device says."""
    if not intents:
        return Claims()
    wanted = RunningConfig(render(intents))
    blocks: dict[str, str] = {}
    lines: dict[tuple[str, str], str] = {}
    tags: dict[str, dict[int, str]] = {}
    for intent in intents:
        blocks |= _blocks(config, intent)
        lines |= _lines(wanted, intent)
        for port, tag in _tagged(intent):
            tags.setdefault(f"interface {port}", {})[tag] = intent.label
    return Claims(blocks, lines, tags)


def _blocks(config: RunningConfig, intent: Intent) -> Mapping[str, str]:
    match intent:
        case CircuitIntent():
            own = {f"{_POLICER}{policer_name(intent)}": intent.label} if intent.uni is not None else {}
            is_its = config.vlans.get(intent.s_vlan) == intent.label
            return own | ({f"vlan {intent.s_vlan}": intent.label} if is_its else {})
        case ExchangePortIntent():
            return {f"{_POLICER}{policer_name(intent)}": intent.label}
        case BaselineIntent():
            heads = RunningConfig(render([intent])).blocks
            return {head: intent.label for head in heads if not head.startswith(_EVERYBODYS)}
        case _:
            return {}


def _lines(wanted: RunningConfig, intent: Intent) -> Mapping[tuple[str, str], str]:
    ports: tuple[str, ...] = ()
    match intent:
        case CircuitIntent() | ExchangePortIntent():
            own = taken(intent)
            ports = () if own is None else (own.port,)
        case TrunkIntent() | LagMemberIntent() | HandoverIntent():
            ports = (intent.port,)
        case BaselineIntent():
            ports = intent.idle_ports
            says = wanted.blocks.get("management ssh", ())
            return _of_ports(wanted, ports, intent.label) | {("management ssh", line): intent.label for line in says}
        case _:
            pass
    return _of_ports(wanted, ports, intent.label)


def _of_ports(wanted: RunningConfig, ports: Iterable[str], label: str) -> dict[tuple[str, str], str]:
    return {(f"interface {port}", line): label for port in ports for line in wanted.ports.get(port, ())}


def _tagged(intent: Intent) -> Iterator[tuple[str, int]]:
    """The ports in whose lists the intent wants its tag."""
    match intent:
        case CircuitIntent():
            own = [intent.uni.port] if intent.uni is not None and intent.uni.c_vlan else []
            yield from ((port, intent.s_vlan) for port in (*intent.tagged_ports, *own))
        case ExchangePortIntent(tagged=True):
            yield intent.port, intent.vlan


def _tags(line: str) -> frozenset[int]:
    try:
        return parse_tags(line.removeprefix(TRUNK_LIST).removeprefix("add "))
    except ValueError:
        return frozenset()


def strays(device: str, running: str, intents: Intents) -> tuple[Finding, ...]:
    """What is ours by pattern or tag, and no intent asks for."""
    config = read_running(running)
    return (*_foreign_tags(device, config, intents), *_orphans(device, config, intents))


def _foreign_tags(device: str, config: RunningConfig, intents: Intents) -> Iterator[Finding]:
    """Tags on a trunk that no service puts there: a forgotten one, a wrong port, or somebody's hand."""
    intended = {pair for intent in intents for pair in _tagged(intent)}
    ours = {tag: name for tag, name in config.vlans.items() if MARKS.named[0].match(f"name {name}")}
    for port, tags in sorted(config.carried.items()):
        if tags is None:
            yield Finding(device, "foreign tag", False, f"{port} has no list of tags, so it carries every tag")
        else:
            for tag in sorted(tag for tag in tags if (port, tag) not in intended):
                yield _stray_tag(device, port, tag, ours.get(tag, ""))


def _stray_tag(device: str, port: str, tag: int, name: str) -> Finding:
    if name:
        return Finding(device, "orphan", False, f"{port} carries {tag} of {name}, which does not go there", label=name)
    return Finding(device, "foreign tag", False, f"{port} carries {tag}, which is nobody's")


def _orphans(device: str, config: RunningConfig, intents: Intents) -> Iterator[Finding]:
    """Blocks that bear our mark, and that nobody claims."""
    claimed = claims_of(config, intents).blocks
    for head, label in sorted(marked_heads(statements(config.text), MARKS).items()):
        if head not in claimed:
            words = f"a bandwidth profile of {label}" if head.startswith(_POLICER) else f"{head} of {label}"
            yield Finding(device, "orphan", False, f"{words} is left behind", label=label)
