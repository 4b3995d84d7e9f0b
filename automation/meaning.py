"""What a device's own diff means: what it adds and removes, whatever else stands beside it. Pure.

An approval is bound to it. Line numbers and the lines around a change are no part of it; nor are the
other members of a list in which one is added: another circuit that came by in the meantime does not
change what was approved.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

_LIST = re.compile(r"(?P<of>.*\S) (?P<members>none|\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*)")
_SIGNS = "+-"


def meaning(diff: str) -> tuple[str, ...]:
    """Return what a diff adds ("+ ...") and removes ("- ..."), sorted; of lists only the members that differ.

    Lines that begin with `+` or `-` count (a unified diff's, Junos' and UCI's are such); white space at
    the ends and inside does not.
    """
    return tuple(sorted(f"{said.sign} {said.text}" for said in _changes(diff)))


def removed_lines(diff: str) -> int:
    """How many lines of the configuration a diff takes away; one whose list merely grows or shrinks is not."""
    return sum(said.sign == "-" and not said.is_member for said in _changes(diff))


@dataclass(frozen=True, slots=True)
class _Said:
    """One line that comes or goes, or one member of a line's list."""

    sign: str
    text: str
    is_member: bool = False


def _changes(diff: str) -> list[_Said]:
    lines = [line for line in diff.splitlines() if not line.startswith(("+++", "---"))]
    runs = groupby(lines, key=lambda line: line[:1] in _SIGNS and bool(line[1:].strip()))
    return [said for is_change, run in runs if is_change for said in _of_run(run)]


def _of_run(run: Iterable[str]) -> Iterator[_Said]:
    """Lines that stand together: a list removed and one of the same kind added is one list that changes."""
    signed = [(line[0], " ".join(line[1:].split())) for line in run]
    gone = [text for sign, text in signed if sign == "-"]
    for text in [text for sign, text in signed if sign == "+"]:
        before = next((one for one in gone if _is_same_list(one, text)), None)
        if before is None:
            yield _Said("+", text)
        else:
            gone.remove(before)
            yield from _members(before, text)
    yield from (_Said("-", text) for text in gone)


def _is_same_list(one: str, other: str) -> bool:
    first, second = _LIST.fullmatch(one), _LIST.fullmatch(other)
    return first is not None and second is not None and first["of"] == second["of"] and _is_list(one, other)


def _is_list(one: str, other: str) -> bool:
    """Two plain numbers are a value that changes, and not a list."""
    return any(not text.rsplit(" ", 1)[-1].isdecimal() for text in (one, other)) or " vlan " in f" {one} "


def _members(before: str, after: str) -> Iterator[_Said]:
    head = before.rsplit(" ", 1)[0]
    then, now = _numbers(before), _numbers(after)
    yield from (_Said("+", f"{head} {number}", is_member=True) for number in sorted(now - then))
    yield from (_Said("-", f"{head} {number}", is_member=True) for number in sorted(then - now))


def _numbers(text: str) -> frozenset[int]:
    found: set[int] = set()
    for part in text.rsplit(" ", 1)[-1].split(","):
        if part != "none":
            first, _, last = part.partition("-")
            found.update(range(int(first), int(last or first) + 1))
    return frozenset(found)
