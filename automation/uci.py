"""OpenWrt's configuration (UCI) as text, and the commands that change it. Pure.

Two forms, both OpenWrt's own ("The UCI system", OpenWrt wiki): what `uci export` prints is how a device's
configuration is shown and kept; what `uci batch` reads is how a change is written:

    set wireless.nh_S_1_radio0='wifi-iface'
    set wireless.nh_S_1_radio0.ssid='Bob'\\''s place'
    add_list network.nh_S_1_vlan.ports='eth0:t'
    delete network.nh_S_1

A value stands in single quotes, a single quote in it as in a shell. Nothing that cannot be printed is a value
here, though UCI would take a line feed: what is one line stays one line.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from automation.uci_errors import UciUnreadable

type Value = str | tuple[str, ...]  # an option, or a list

_NAME = r"[A-Za-z0-9_]+"
_TYPE = r"[A-Za-z0-9_-]+"
_QUOTED = r"'(?:[^'\x00-\x1f\x7f]|'\\'')*'"
_NONE: Mapping[str, Value] = MappingProxyType({})
_COMMAND = re.compile(
    rf"(?:(?P<verb>set|add_list|del_list) (?P<package>{_TYPE})\.(?P<section>{_NAME})(?:\.(?P<option>{_NAME}))?"
    rf"=(?P<value>{_QUOTED})"
    rf"|delete (?P<gone_package>{_TYPE})\.(?P<gone_section>{_NAME})(?:\.(?P<gone_option>{_NAME}))?)"
)
_PACKAGE_LINE = re.compile(rf"package ({_TYPE})")
_SECTION_LINE = re.compile(rf"config ({_TYPE})(?: '({_NAME})')?")
_OPTION_LINE = re.compile(rf"(option|list) ({_NAME}) ({_QUOTED})")


class Verb(StrEnum):
    """What a command does."""

    SET = "set"
    ADD_LIST = "add_list"
    DEL_LIST = "del_list"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class UciCommand:
    """One line of a change. `option` is "" where the section itself is made (its type is the value) or deleted."""

    verb: Verb
    package: str
    section: str
    option: str = ""
    value: str = ""

    def __str__(self) -> str:
        path = ".".join(filter(None, (self.package, self.section, self.option)))
        return f"{self.verb} {path}" + ("" if self.verb is Verb.DELETE else f"={quoted(self.value)}")


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a package. One without a name has the name `@type[n]`, n counting those of its type."""

    package: str
    name: str
    type: str
    options: Mapping[str, Value] = field(default=_NONE)

    @property
    def is_anonymous(self) -> bool:
        return self.name.startswith("@")

    def one(self, option: str) -> str:
        """The option's value, "" where there is none; a list's with spaces between, as netifd reads it."""
        value = self.options.get(option, "")
        return value if isinstance(value, str) else " ".join(value)

    def many(self, option: str) -> tuple[str, ...]:
        """The list's values; an option with spaces is taken for a list, as netifd takes it."""
        value = self.options.get(option, ())
        return tuple(value.split()) if isinstance(value, str) else value


type Uci = Mapping[str, tuple[Section, ...]]  # the sections of each package, in order


def quoted(value: str) -> str:
    """A value in quotes. Raises: ValueError, it cannot be printed."""
    if not value.isprintable():
        raise ValueError("a value of a configuration must be printable")
    return "'" + value.replace("'", "'\\''") + "'"


def unquoted(text: str) -> str:
    """What stands between the quotes."""
    return text[1:-1].replace("'\\''", "'")


def export(config: Uci) -> str:
    """The configuration as `uci export` prints it, equal ones as equal texts.

    Packages, options, and sections that have a name stand in order of their names: UCI finds them by it, so their
    order means nothing, and a section that is deleted and made again has another place in the file.
    """
    return "\n".join("".join(f"{line}\n" for line in _package_lines(name, config[name])) for name in sorted(config))


def _package_lines(package: str, sections: Sequence[Section]) -> Iterator[str]:
    yield f"package {package}"
    for section in sorted(sections, key=lambda one: (one.type, "" if one.is_anonymous else one.name)):
        yield ""
        yield f"config {section.type}" + ("" if section.is_anonymous else f" '{section.name}'")
        for option, value in sorted(section.options.items()):
            if isinstance(value, str):
                yield f"\toption {option} {quoted(value)}"
            else:
                yield from (f"\tlist {option} {quoted(one)}" for one in value)


def parse(text: str) -> Uci:
    """Read what `uci export` prints. Raises: UciUnreadable, naming the line by its number."""
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and not line.lstrip().startswith("#") and not reader.take(line.strip()):
            raise UciUnreadable(number)
    return reader.config


class _Reader:
    """A configuration as far as it has been read."""

    def __init__(self) -> None:
        self._packages: dict[str, list[tuple[str, str, dict[str, Value]]]] = {}
        self._package: list[tuple[str, str, dict[str, Value]]] | None = None

    @property
    def config(self) -> Uci:
        return {
            package: tuple(Section(package, name, kind, options) for name, kind, options in sections)
            for package, sections in self._packages.items()
        }

    def take(self, line: str) -> bool:
        """Whether the line, without what is around it, was understood."""
        if match := _PACKAGE_LINE.fullmatch(line):
            self._package = self._packages.setdefault(match[1], [])
            return True
        if self._package is None:
            return False
        if match := _SECTION_LINE.fullmatch(line):
            number = sum(kind == match[1] for _, kind, _ in self._package)
            self._package.append((match[2] or f"@{match[1]}[{number}]", match[1], {}))
            return True
        match = _OPTION_LINE.fullmatch(line)
        return match is not None and bool(self._package) and self._set(match[1], match[2], unquoted(match[3]))

    def _set(self, kind: str, option: str, value: str) -> bool:
        options = (self._package or [])[-1][2]
        before = options.get(option, ())
        options[option] = value if kind == "option" else (*((before,) if isinstance(before, str) else before), value)
        return value.isprintable()


def parse_commands(text: str) -> tuple[UciCommand, ...]:
    """Read a change. Raises: UciUnreadable, at the first line that is not a command."""
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            match = _COMMAND.fullmatch(line.strip())
            if match is None or not line.isprintable():
                raise UciUnreadable(number)
            found.append(_command(match))
    return tuple(found)


def _command(match: re.Match[str]) -> UciCommand:
    if match["verb"] is None:
        return UciCommand(Verb.DELETE, match["gone_package"], match["gone_section"], match["gone_option"] or "")
    value = unquoted(match["value"])
    return UciCommand(Verb(match["verb"]), match["package"], match["section"], match["option"] or "", value)


def text_of(commands: Iterable[UciCommand]) -> str:
    """The commands as text, one a line."""
    return "".join(f"{command}\n" for command in commands)


def added(section: Section) -> Iterator[UciCommand]:
    """The commands that make a section."""
    yield UciCommand(Verb.SET, section.package, section.name, value=section.type)
    for option, value in section.options.items():
        yield from _option(section, option, value)


def changed(old: Section, new: Section) -> Iterator[UciCommand]:
    """The commands that make the old section, of the same name and type, the new one."""
    for option in old.options:
        if option not in new.options:
            yield UciCommand(Verb.DELETE, old.package, old.name, option)
    for option, value in new.options.items():
        before = old.options.get(option)
        if before == value:
            continue
        if before is not None and not (isinstance(before, str) and isinstance(value, str)):
            yield UciCommand(Verb.DELETE, old.package, old.name, option)
        yield from _option(new, option, value)


def _option(section: Section, option: str, value: Value) -> Iterator[UciCommand]:
    if isinstance(value, str):
        yield UciCommand(Verb.SET, section.package, section.name, option, value)
    else:
        yield from (UciCommand(Verb.ADD_LIST, section.package, section.name, option, one) for one in value)


def difference(old: Uci, new: Uci) -> tuple[UciCommand, ...]:
    """The commands that make the old configuration the new one; the order of sections is left as it comes.

    Raises: ValueError, a section without a name would have to be changed: there is no safe way to point at one.
    """
    found: list[UciCommand] = []
    for package in sorted({*old, *new}):
        was = {section.name: section for section in old.get(package, ())}
        wanted = {section.name: section for section in new.get(package, ())}
        for name in [*was, *(name for name in wanted if name not in was)]:
            found += _section_difference(was.get(name), wanted.get(name))
    return tuple(found)


def _section_difference(old: Section | None, new: Section | None) -> Iterator[UciCommand]:
    if old == new or (old and new and dict(old.options) == dict(new.options) and old.type == new.type):
        return
    known = old or new
    if known is None or known.is_anonymous:
        raise ValueError("a section without a name would have to be changed")
    if old is not None and new is not None and old.type == new.type:
        yield from changed(old, new)
        return
    if old is not None:
        yield UciCommand(Verb.DELETE, old.package, old.name)
    if new is not None:
        yield from added(new)
