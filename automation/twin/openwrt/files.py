"""The configuration files of a simulated access point, and changes to them as rpcd stages and commits them."""

from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from automation.twin.openwrt.schema import knows_type, takes
from automation.uci import Section, Uci, UciCommand, Value, Verb

OK, INVALID, NO_METHOD, NOT_FOUND, NO_DATA, DENIED, UNKNOWN_ERROR = 0, 2, 3, 4, 5, 6, 9  # ubus's own (libubus.h)


class Refused(Exception):
    """The device will not do it: the code ubus answers with."""

    def __init__(self, code: int) -> None:
        super().__init__(f"ubus code {code}")
        self.code = code


@dataclass(slots=True)
class _Kept:
    """A section as it stands in a file."""

    type: str
    anonymous: bool
    options: dict[str, Value] = field(default_factory=dict)


type Files = dict[str, dict[str, _Kept]]  # package -> section's name -> section, in order


@dataclass(frozen=True, slots=True)
class Change:
    """One staged change, as `uci changes` tells it. `value` is None where something is removed."""

    verb: str  # set, remove, list-add
    package: str
    section: str
    option: str = ""
    value: str | None = None

    def told(self) -> list[str]:
        return [self.verb, self.section, *filter(None, (self.option, self.value))]


def files_of(config: Uci) -> Files:
    """A configuration as files: sections without a name get one such as libuci makes."""
    found: Files = {}
    for package, sections in config.items():
        kept = found.setdefault(package, {})
        for index, section in enumerate(sections):
            name = (
                f"cfg{index + 1:02x}{abs(hash_of(section.type, index)):04x}" if section.is_anonymous else section.name
            )
            kept[name] = _Kept(section.type, section.is_anonymous, dict(section.options))
    return found


def hash_of(kind: str, index: int) -> int:
    """Sixteen bits that are always the same for a type and a place."""
    return sum((index + 1) * (place + 7) * ord(letter) for place, letter in enumerate(kind)) & 0xFFFF


def config_of(files: Files) -> Uci:
    """Files as a configuration: sections without a name are counted, type by type."""
    found: dict[str, tuple[Section, ...]] = {}
    for package, sections in files.items():
        counts: dict[str, int] = {}
        shown = []
        for name, kept in sections.items():
            number = counts.get(kept.type, 0)
            counts[kept.type] = number + 1
            shown.append(
                Section(package, f"@{kept.type}[{number}]" if kept.anonymous else name, kept.type, dict(kept.options))
            )
        found[package] = tuple(shown)
    return found


def with_changes(files: Files, changes: Iterable[Change]) -> Files:
    """The files as they would be with these changes."""
    found = deepcopy(files)
    for change in changes:
        _apply(found, change)
    return found


def _apply(files: Files, change: Change) -> None:
    sections = files.setdefault(change.package, {})
    if change.verb == "remove" and not change.option:
        sections.pop(change.section, None)
    elif change.verb == "set" and not change.option:
        sections.setdefault(change.section, _Kept(change.value or "", anonymous=False)).type = change.value or ""
    elif change.section in sections:
        _apply_to(sections[change.section].options, change)


def _apply_to(options: dict[str, Value], change: Change) -> None:
    value = change.value or ""
    if change.verb == "remove":
        options.pop(change.option, None)
    elif change.verb == "set":
        options[change.option] = value
    else:
        before = options.get(change.option, ())
        options[change.option] = (*((before,) if isinstance(before, str) else before), value)


def section_changes(files: Files, package: str, name: str, kind: str) -> Iterator[Change]:
    """What makes a section of this name and type. Raises: Refused."""
    if package not in files:
        raise Refused(NOT_FOUND)
    if not knows_type(package, kind):
        raise Refused(INVALID)
    here = files[package].get(name)
    if here is None or here.type != kind:
        yield Change("set", package, name, value=kind)


def option_changes(kept_type: str, now: Value | None, at: tuple[str, str, str], value: Any) -> Iterator[Change]:
    """What `uci set` stages for one option or list (rpcd, rpc_uci_merge_set). Raises: Refused."""
    package, _section, option = at
    is_list = isinstance(value, list)
    if not takes(package, kept_type, option, is_list=is_list):
        raise Refused(INVALID)
    if is_list:
        if now is not None:
            yield Change("remove", *at)
        yield from (Change("list-add", *at, value=_text(one)) for one in value)
    elif isinstance(now, tuple):
        yield Change("remove", *at)
        yield Change("set", *at, value=_text(value))
    elif now != _text(value):
        yield Change("set", *at, value=_text(value))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, (str, int)):
        return str(value)
    raise Refused(INVALID)


def edited(files: Files, commands: Sequence[UciCommand]) -> Files:
    """The files after commands typed on the device itself (`uci batch`). Raises: Refused."""
    found = deepcopy(files)
    for command in commands:
        for change in _typed(found, command):
            _apply(found, change)
    return found


def _typed(files: Files, command: UciCommand) -> Iterator[Change]:
    at = (command.package, command.section, command.option)
    kept = files.get(command.package, {}).get(command.section)
    if command.verb is Verb.SET and not command.option:
        yield from section_changes(files, command.package, command.section, command.value)
    elif kept is None:
        raise Refused(NOT_FOUND)
    elif command.verb is Verb.DELETE:
        yield Change("remove", *at)
    elif command.verb is Verb.SET:
        yield from option_changes(kept.type, kept.options.get(command.option), at, command.value)
    else:
        yield from _typed_list(kept, at, command)


def _typed_list(kept: _Kept, at: tuple[str, str, str], command: UciCommand) -> Iterator[Change]:
    now = kept.options.get(command.option, ())
    before = (now,) if isinstance(now, str) else now
    if command.verb is Verb.ADD_LIST:
        wanted = [*before, command.value]
    else:
        wanted = [one for one in before if one != command.value]
    yield from option_changes(kept.type, kept.options.get(command.option), at, wanted)
