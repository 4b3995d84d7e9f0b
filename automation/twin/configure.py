"""Type configuration commands on a device: modes, `no`, `default`, ranges, and refusals in EOS's words."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from automation.twin.arguments import INTERFACE_KINDS
from automation.twin.config import (
    ROOT,
    DeviceConfig,
    Head,
    Path,
    Slot,
    clean_config,
    default_line,
    interface_head,
    natural,
    vlan_head,
)
from automation.twin.grammar import RULES, SLOTS, Kind, Rule, negated_syntaxes, syntaxes
from automation.twin.matching import Match, match_line, place_of
from automation.twin.refusals import CommandRefused, incomplete_command, invalid_input
from automation.twin.vlan_lists import EVERY_VLAN, compress, parse_vlans

_SPLIT_INTERFACE = re.compile(r"^((?:(?:no|default)\s+)?interface\s+[A-Za-z-]+)\s+(\d)", re.IGNORECASE)
_LOGICAL_KINDS = ("Port-Channel", "Loopback", "Vlan")
_ALLOWED = "switchport trunk allowed vlan"


@dataclass(frozen=True, slots=True)
class Frame:
    """One mode one is in: its name and the blocks what is typed applies to (more than one for a range)."""

    mode: str
    paths: tuple[Path, ...]


@dataclass(slots=True)
class Configurator:
    """One person at the configuration prompt of one device, working on `config`.

    `ports` are the interfaces the device has in hardware; others of their kind do not exist.
    """

    config: DeviceConfig
    ports: Collection[str]
    auto_complete: bool = False
    stack: list[Frame] = field(default_factory=lambda: [Frame("config", (ROOT,))])

    def type(self, line: str) -> None:
        """Do what one line says.

        Raises:
            CommandRefused: it is not a command here, or a value is out of range. Nothing was changed.
        """
        line = _SPLIT_INTERFACE.sub(r"\1\2", line.strip())
        if not line or line.startswith("!"):
            return
        if line.lower() == "exit":
            del self.stack[max(1, len(self.stack) - 1) :]
            return
        prefix, rest = _prefix(line)
        depth, match = self._match(rest, prefix)
        del self.stack[depth + 1 :]
        self._do(RULES[match.index], match, prefix)

    def type_all(self, lines: Iterable[str]) -> None:
        """Type one line after the other. Raises: CommandRefused, at the first line that is refused."""
        for line in lines:
            if line.strip().lower() != "end":
                self.type(line)

    def _match(self, rest: str, prefix: str) -> tuple[int, Match]:
        """Look from the innermost mode outwards, as EOS leaves a mode for a command of the one around it."""
        refusals: list[CommandRefused] = []
        for depth in range(len(self.stack) - 1, -1, -1):
            found = _look_up(self.stack[depth].mode, rest, bool(prefix), self.auto_complete)
            if isinstance(found, Match):
                return depth, found
            refusals.append(found)
        told = max(refusals, key=lambda refusal: (place_of(refusal), refusal.text.startswith("Incomplete command")))
        raise CommandRefused(told.code, told.summary, told.text)

    def _do(self, rule: Rule, match: Match, prefix: str) -> None:
        if rule.kind is Kind.RESET:
            self._reset(match)
        elif rule.kind is Kind.BLOCK:
            self._block(rule, match, prefix)
        else:
            for path in self.stack[-1].paths:
                self._line(rule, match, prefix, path)

    def _reset(self, match: Match) -> None:
        for head in self._interfaces(match, token=2):
            self.config.drop((head,))
            self.config.open((head,))

    def _block(self, rule: Rule, match: Match, prefix: str) -> None:
        heads = self._heads(rule, match, 2 if prefix else 1)
        if prefix and rule.enters == "interface":
            self._take_away_interfaces(heads, prefix, match)
            return
        paths = tuple((*around, head) for around in self.stack[-1].paths for head in heads)
        for path in paths:
            (self.config.drop if prefix else self.config.open)(path)
        if not prefix:
            self.stack.append(Frame(heads[0].mode, paths))

    def _take_away_interfaces(self, heads: tuple[Head, ...], prefix: str, match: Match) -> None:
        if prefix == "no" and any(head.mode not in _LOGICAL_KINDS for head in heads):
            raise invalid_input(2, match.tokens[1])
        for head in heads:
            self.config.drop((head,))
            if prefix == "default":
                self.config.open((head,))

    def _heads(self, rule: Rule, match: Match, token: int) -> tuple[Head, ...]:
        if rule.enters == "interface":
            return self._interfaces(match, token)
        if rule.enters == "vlan":
            return tuple(vlan_head(vlan) for vlan in sorted(parse_vlans(match.tokens[1]) or ()))
        return (Head(match.index, natural(match.line), match.line, rule.enters),)

    def _interfaces(self, match: Match, token: int) -> tuple[Head, ...]:
        names = match.keys[0].split()
        for name in names:
            if not name.startswith(_LOGICAL_KINDS) and name not in self.ports:
                raise invalid_input(token, name)
        heads = tuple(interface_head(name) for name in names)
        if len({head.mode for head in heads}) != 1:
            raise invalid_input(token, names[0])
        return heads

    def _line(self, rule: Rule, match: Match, prefix: str, path: Path) -> None:
        slot = (SLOTS[match.index], tuple(part for key in match.keys for part in natural(key)))
        stored = self._stored(rule, match, prefix, path, slot)
        if stored is None or stored == default_line(rule, path):
            self.config.clear(path, slot)
        else:
            self.config.put(path, slot, stored)
        if stored and "group" in match.arguments and rule.slot == "lag":
            self.config.open((interface_head(f"Port-Channel{match.arguments['group']}"),))

    def _stored(self, rule: Rule, match: Match, prefix: str, path: Path, slot: Slot) -> str | None:
        """The line to keep, None where what is left is the default."""
        if rule.kind is Kind.NEGATIVE:
            return f"no {match.line}" if prefix == "no" else None
        if prefix:
            return None
        if rule.kind is Kind.VLAN_SET:
            return _allowed_line(match, self.config.line(path, slot))
        return match.line


@lru_cache(maxsize=8192)
def _look_up(mode: str, rest: str, negated: bool, auto_complete: bool) -> Match | CommandRefused:
    """What a line is in a mode. Remembered, because the devices of a fleet are told much the same."""
    first = rest.split(maxsplit=1)[0].lower()
    table = (negated_syntaxes if negated else syntaxes)(mode, first)
    try:
        return match_line(rest, table, offset=1 if negated else 0, auto_complete=auto_complete)
    except CommandRefused as refusal:
        return refusal.with_traceback(None)


def _prefix(line: str) -> tuple[str, str]:
    """Split `no` or `default` off a line; `default interface X` is a command of its own."""
    first, _, rest = line.partition(" ")
    lowered = first.lower()
    if lowered not in {"no", "default"} or (lowered == "default" and rest.lower().startswith("interface")):
        return "", line
    if not rest.strip():
        raise incomplete_command(0, first)
    return lowered, rest.strip()


def _allowed_line(match: Match, before: str | None) -> str | None:
    """What `switchport trunk allowed vlan ...` leaves: a list, `none`, or None for all of them.

    UM: VLANs, switchport trunk allowed vlan: "all" is the default; add, remove and except change the list.
    """
    named = parse_vlans(match.arguments["vlans"]) if "vlans" in match.arguments else None
    held = allowed_vlans(before)
    word = match.tokens[4]
    chosen = {
        "all": EVERY_VLAN,
        "none": frozenset[int](),
        "add": held | (named or frozenset()),
        "remove": held - (named or frozenset()),
        "except": EVERY_VLAN - (named or frozenset()),
    }.get(word, named or frozenset())
    if chosen == EVERY_VLAN:
        return None
    return f"{_ALLOWED} {compress(chosen) or 'none'}"


def allowed_vlans(line: str | None) -> frozenset[int]:
    """The VLANs a port's `switchport trunk allowed vlan` line lets through; all where there is none."""
    if line is None:
        return EVERY_VLAN
    return parse_vlans(line.removeprefix(_ALLOWED).strip()) or frozenset()


def parse_config(text: str, ports: Collection[str]) -> DeviceConfig:
    """Return what a whole configuration text says, from the factory default on.

    Raises: CommandRefused.
    """
    configurator = Configurator(clean_config(ports), ports)
    configurator.type_all(text.splitlines())
    return configurator.config


def boot_config(text: str, ports: Collection[str]) -> tuple[DeviceConfig, tuple[str, ...]]:
    """Return what a startup-config says, and the lines of it that were refused: EOS skips those and boots on."""
    configurator = Configurator(clean_config(ports), ports)
    refused: list[str] = []
    for line in text.splitlines():
        try:
            configurator.type_all([line])
        except CommandRefused:
            refused.append(line.strip())
    return configurator.config, tuple(refused)


def is_interface(name: str) -> bool:
    """Whether EOS would call an interface so."""
    return name.startswith(INTERFACE_KINDS)
