"""What an access point says once staged changes are applied, by what `uci changes` says of them. Pure.

OpenWrt wiki, "The UCI system", `uci changes`: `+package.section.option='value'`, `+=` and `-=` for a list's values,
`-` for what is deleted.
"""

import re

from automation.uci import Section, Uci, Value, export, parse, unquoted

_CHANGE = re.compile(
    r"(?P<sign>[+-])(?P<package>[A-Za-z0-9_-]+)\.(?P<section>[A-Za-z0-9_]+)(?:\.(?P<option>[A-Za-z0-9_]+))?"
    r"(?:(?P<how>\+=|-=|=)(?P<value>'(?:[^']|'\\'')*'))?"
)

type _Sections = dict[tuple[str, str], tuple[str, dict[str, Value]]]


def promised(before: str, diff: str) -> str | None:
    """The configuration with the changes applied; None where one cannot be read, or is about a nameless section."""
    sections: _Sections = {
        (package, one.name): (one.type, dict(one.options)) for package, many in parse(before).items() for one in many
    }
    for line in filter(None, diff.splitlines()):
        change = _CHANGE.fullmatch(line)
        if change is None or not _applied(sections, change):
            return None
    return export(_config(sections))


def _applied(sections: _Sections, change: re.Match[str]) -> bool:
    where, option = (change["package"], change["section"]), change["option"]
    value = "" if change["value"] is None else unquoted(change["value"])
    if option is None and change["sign"] == "+":
        sections[where] = (value, sections.get(where, ("", {}))[1])
        return True
    if where not in sections:
        return False
    if option is None:
        del sections[where]
        return True
    options = sections[where][1]
    match change["how"]:
        case None:
            return options.pop(option, None) is not None
        case "=":
            options[option] = value
        case "+=":
            options[option] = (*_many(options.get(option, ())), value)
        case _:
            options[option] = tuple(one for one in _many(options.get(option, ())) if one != value)
            if not options[option]:
                del options[option]
    return True


def _many(value: Value) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _config(sections: _Sections) -> Uci:
    found: dict[str, tuple[Section, ...]] = {}
    for (package, name), (kind, options) in sections.items():
        found[package] = (*found.get(package, ()), Section(package, name, kind, options))
    return found
