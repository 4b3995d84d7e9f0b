"""What an EOS device says once a session's diff is in force. Pure.

`show session-config diffs` is a unified diff of the running-config (EOS User Manual, Configure Session; GNU diffutils
manual, "Detailed Description of Unified Format"). Its line numbers are those of the running-config without
what `show running-config` says of itself at the top, so a hunk is looked for near where it says it is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_HUNK = re.compile(r"@@ -(?P<first>\d+)(?:,\d+)? \+\d+(?:,\d+)? @@")


@dataclass(frozen=True, slots=True)
class _Hunk:
    """`first` is the number, from 1, of its first line in the text before; each line begins with its sign."""

    first: int
    lines: Sequence[str]

    @property
    def old(self) -> list[str]:
        return [line[1:].rstrip() for line in self.lines if line[:1] != "+"]

    @property
    def new(self) -> list[str]:
        return [line[1:] for line in self.lines if line[:1] != "-"]


def promised(before: str, diff: str) -> str | None:
    """The text with the diff in force; None where the diff cannot be read as one of this text."""
    lines = before.splitlines()
    bare = [line.rstrip() for line in lines]
    said: list[str] = []
    at = shift = 0
    for hunk in _hunks(diff):
        place = _place_of(bare, hunk.old, at, hunk.first - 1 + shift)
        if place is None:
            return None
        said += [*lines[at:place], *hunk.new]
        at, shift = place + len(hunk.old), place - (hunk.first - 1)
    return "\n".join((*said, *lines[at:], "")) if at else None


def _hunks(diff: str) -> Iterator[_Hunk]:
    """A diff without hunks gives none: nothing says where its lines belong."""
    lines = diff.splitlines()
    heads = [(number, head) for number, line in enumerate(lines) if (head := _HUNK.match(line))]
    ends = [number for number, _ in heads[1:]] + [len(lines)]
    for (number, head), end in zip(heads, ends, strict=False):
        yield _Hunk(int(head["first"]), lines[number + 1 : end])


def _place_of(lines: Sequence[str], old: Sequence[str], begin: int, near: int) -> int | None:
    """Where these lines stand, the nearest to where they are said to; None where nowhere after `begin`."""
    if not old:
        return None
    found = (
        place
        for place in range(begin, len(lines) - len(old) + 1)
        if lines[place] == old[0] and _is_at(lines, old, place)
    )
    return min(found, key=lambda place: abs(place - near), default=None)


def _is_at(lines: Sequence[str], old: Sequence[str], place: int) -> bool:
    return lines[place : place + len(old)] == list(old)
