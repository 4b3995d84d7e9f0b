"""A device's configuration as blocks of lines, and the one text EOS prints for it.

Equal configurations give equal text, byte for byte, however they came about: lines stand in the
grammar's order, interfaces and VLANs in natural order, defaults are left out.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from automation.twin.arguments import INTERFACE_KINDS
from automation.twin.grammar import INTERFACE_MODES, RULES, SLOTS, Kind, Rule, shown_defaults
from automation.twin.vlan_lists import compress

type SortKey = tuple[int | str, ...]
type Slot = tuple[int, SortKey]

INDENT = "   "
_ALWAYS_THERE = frozenset({"ssh"})  # modes that EOS does not print while all in them is as by default
_SECRETS = re.compile(r"^(.* secret (?:sha512|5) |snmp-server community |snmp-server host \S+ version 2c )(\S+)")


@dataclass(frozen=True, slots=True, order=True)
class Head:
    """The line that opens a block, with the place it is printed at and the mode it opens."""

    order: int
    key: SortKey
    text: str
    mode: str


type Path = tuple[Head, ...]
type Block = dict[Slot, str]

ROOT: Path = ()


@cache
def natural(text: str) -> SortKey:
    """A key that puts 10 behind 9: text and numbers alternate, always beginning with text."""
    return tuple(int(part) if part.isdigit() else part for part in re.split(r"(\d+)", text))


def rule_number(mode: str, enters: str) -> int:
    """The number of the rule by which a block of this mode is entered."""
    return next(order for order, rule in enumerate(RULES) if rule.mode == mode and rule.enters == enters)


_INTERFACE_RULE = rule_number("config", "interface")
_VLAN_RULE = rule_number("config", "vlan")


@cache
def interface_head(name: str) -> Head:
    """The head of an interface's block; `name` in full."""
    kind = next(kind for kind in INTERFACE_KINDS if name.startswith(kind))
    return Head(_INTERFACE_RULE, (INTERFACE_KINDS.index(kind), *natural(name)), f"interface {name}", kind)


@cache
def vlan_head(vlan: int) -> Head:
    return Head(_VLAN_RULE, (vlan,), f"vlan {vlan}", "vlan")


@dataclass(slots=True)
class DeviceConfig:
    """What one device is configured to do. Change it by `configure.Configurator` only."""

    blocks: dict[Path, Block] = field(default_factory=dict)

    def copy(self) -> "DeviceConfig":
        return DeviceConfig({path: dict(block) for path, block in self.blocks.items()})

    def open(self, path: Path) -> None:
        """Make sure the block is there."""
        self.blocks.setdefault(path, {})

    def drop(self, path: Path) -> None:
        """Remove a block and all blocks in it; absent already is fine."""
        for other in [one for one in self.blocks if one[: len(path)] == path]:
            del self.blocks[other]

    def line(self, path: Path, slot: Slot) -> str | None:
        return self.blocks.get(path, {}).get(slot)

    def put(self, path: Path, slot: Slot, line: str) -> None:
        self.blocks.setdefault(path, {})[slot] = line

    def clear(self, path: Path, slot: Slot) -> None:
        self.blocks.get(path, {}).pop(slot, None)

    def lines_of(self, head: Head) -> tuple[str, ...]:
        """The lines of a block of the root, in order, without those of blocks in it."""
        return tuple(line for _, line in sorted(self.blocks.get((head,), {}).items()))

    def heads(self, mode: str) -> tuple[Head, ...]:
        """The root's blocks that open this mode, in order."""
        return tuple(sorted(path[0] for path in self.blocks if len(path) == 1 and path[0].mode == mode))


def clean_config(ports: Iterable[str]) -> DeviceConfig:
    """The factory default of a device that has these ports."""
    config = DeviceConfig({ROOT: {}})
    for port in ports:
        config.open((interface_head(port),))
    return config


def render(config: DeviceConfig, *, sanitized: bool = False) -> str:
    """Return the configuration as `show running-config` prints it, without its header; ends in `end`."""
    lines = list(_root_lines(config))
    if sanitized:
        lines = [_SECRETS.sub(r"\1<removed>", line) for line in lines]
    return "\n".join([*lines, "!", "end", ""])


def _root_lines(config: DeviceConfig) -> Iterator[str]:
    children = _children(config)
    pieces = [*_root_sections(config), *_root_blocks(config, children)]
    for _, lines in sorted(pieces, key=lambda piece: piece[0]):
        yield "!"
        yield from lines


def _root_sections(config: DeviceConfig) -> Iterator[tuple[tuple[int, SortKey], list[str]]]:
    """The root's own lines, one piece a section, each with where it stands."""
    slots = {(order, ()): line for order, line in shown_defaults("config")} | config.blocks[ROOT]
    sections: dict[object, tuple[tuple[int, SortKey], list[str]]] = {}
    for (order, key), line in sorted(slots.items()):
        name = RULES[order].section or order
        sections.setdefault(name, ((order, key), []))[1].append(line)
    return iter(sections.values())


def _root_blocks(
    config: DeviceConfig, children: dict[Path, list[Path]]
) -> Iterator[tuple[tuple[int, SortKey], list[str]]]:
    plain_vlans = [head for head in config.heads("vlan") if not config.blocks[(head,)]]
    ids = [int(head.text.removeprefix("vlan ")) for head in plain_vlans if head.text != "vlan 1"]
    if ids:
        yield (_VLAN_RULE, (min(ids),)), [f"vlan {compress(ids)}"]
    for path in children.get(ROOT, ()):
        if path[0] not in plain_vlans and not (path[0].mode in _ALWAYS_THERE and not config.blocks[path]):
            yield (path[0].order, path[0].key), _block_lines(config, children, path, 0)


def _block_lines(config: DeviceConfig, children: dict[Path, list[Path]], path: Path, depth: int) -> list[str]:
    body = [INDENT * (depth + 1) + line for _, line in sorted(config.blocks[path].items())]
    for child in sorted(children.get(path, ())):
        body += [INDENT * (depth + 1) + "!"] if body else []
        body += _block_lines(config, children, child, depth + 1)
    return [INDENT * depth + path[-1].text, *body]


def _children(config: DeviceConfig) -> dict[Path, list[Path]]:
    found: dict[Path, list[Path]] = {}
    for path in config.blocks:
        if path:
            found.setdefault(path[:-1], []).append(path)
    return found


def render_all(config: DeviceConfig) -> str:
    """Like `render`, with the defaults the grammar knows that EOS leaves out otherwise (`show running-config all`)."""
    full = config.copy()
    for path, block in full.blocks.items():
        for slot, line in _defaults_of(path):
            block.setdefault(slot, line)
    return render(full)


def _defaults_of(path: Path) -> Iterator[tuple[Slot, str]]:
    mode = path[-1].mode if path else "config"
    groups = INTERFACE_MODES.get(mode, (mode,))
    for order, rule in enumerate(RULES):
        if rule.default and rule.kind is Kind.LINE and rule.mode in groups:
            yield (SLOTS[order], ()), default_line(rule, path)


def default_line(rule: Rule, path: Path) -> str:
    """The line of a rule that is the default in this block, "" where there is none."""
    if "{vlan" not in rule.default:
        return rule.default
    return rule.default.format(vlan=int(path[-1].text.removeprefix("vlan ")))


def tree(lines: Sequence[str]) -> dict[str, object]:
    """The configuration as eAPI's JSON gives it: every command a key, its block's commands under `cmds`."""
    cmds: dict[str, object] = {}
    stack: list[dict[str, object]] = [cmds]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        depth = _depth(line)
        if line.strip() in {"!", "end", ""}:
            continue
        del stack[depth + 1 :]
        inner: dict[str, object] = {}
        stack[depth][line.strip()] = {"cmds": inner, "comments": []} if _depth(following) > depth else None
        stack.append(inner)
    return cmds


def _depth(line: str) -> int:
    return (len(line) - len(line.lstrip(" "))) // len(INDENT)
