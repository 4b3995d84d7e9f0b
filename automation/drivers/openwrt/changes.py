"""Staged changes: what is asked of `uci set`, and what `uci changes` answers as lines. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from automation.sealing import Sealer
from automation.uci import UciCommand, Verb, quoted
from automation.uci_secrets import is_secret, sealed_text


def merged(commands: Iterable[UciCommand], now: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """The options that these commands set in a section, whole: ubus sets a list, and cannot add to one."""
    found: dict[str, str | list[str]] = {}
    for command in commands:
        if command.verb is Verb.SET:
            found[command.option] = command.value
            continue
        before = found.get(command.option, now.get(command.option, []))
        values = [before] if isinstance(before, str) else list(before)
        if command.verb is Verb.ADD_LIST:
            found[command.option] = [*values, command.value]
        else:
            found[command.option] = [one for one in values if one != command.value]
    return found


def lines_of(
    changes: Mapping[str, Sequence[Sequence[str]]], ssids: Mapping[tuple[str, str], str], secrets: Sealer | None
) -> Iterator[str]:
    """The changes as `uci changes` prints them on a command line, secrets sealed where there is a sealer."""
    for package in sorted(changes):
        for verb, section, *rest in changes[package]:
            about = ssids.get((package, section), "")
            yield _line(verb, f"{package}.{section}", [str(one) for one in rest], about, secrets)


def _line(verb: str, path: str, rest: Sequence[str], about: str, secrets: Sealer | None) -> str:
    if verb == "remove":
        return "-" + ".".join((path, *rest[:1]))
    if len(rest) < 2:
        return f"+{path}={quoted(rest[0])}"
    option, value = rest[0], rest[1]
    if is_secret(option) and secrets is not None:
        value = sealed_text(value, about, secrets)
    sign = {"list-add": "+=", "list-del": "-="}.get(verb, "=")
    return f"{'-' if verb == 'list-del' else '+'}{path}.{option}{sign}{quoted(value)}"
