"""Whose each statement of a configuration is: the part that is the same on every platform. Pure.

A platform's dialect says what its intents claim, as data: whole blocks, single lines, tags within
lists that several share. And what is ours by its look, whoever claims it: the marks. A line
that bears a mark and that nobody claims is `unknown`; a line with neither is not ours.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from automation.dialects.dialect import UNKNOWN, Blamed, Statement
from automation.intents import BASELINE, Intent


@dataclass(frozen=True, slots=True)
class Marks:
    """What is ours by its look. Each pattern has a group `label`: whose it says it is.

    `heads` are the first lines of blocks that are ours whole, `named` lines by which the block that they stand
    in is ours whole, `lines` what is ours alone. `lists` are the lines of which only entries are somebody's.
    """

    heads: tuple[re.Pattern[str], ...]
    named: tuple[re.Pattern[str], ...]
    lines: tuple[re.Pattern[str], ...]
    lists: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Claims:
    """What the intents of one device claim, by label: blocks by their first line, lines by block, tags by block."""

    blocks: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[tuple[str, str], str] = field(default_factory=dict)
    tags: Mapping[str, Mapping[int, str]] = field(default_factory=dict)


def blame_statements(
    statements: tuple[Statement, ...], claims: Claims, marks: Marks, tags_of: Callable[[str], Iterable[int]]
) -> tuple[Blamed, ...]:
    """Every statement, in order, with its owners. `tags_of` reads a list's line; unreadable: no tags."""
    marked = marked_heads(statements, marks)
    return tuple(Blamed(one, _owners(one, claims, marks, marked, tags_of)) for one in statements)


def marked_heads(statements: Iterable[Statement], marks: Marks) -> Mapping[str, str]:
    """The first lines of all blocks that are ours by their look, each with the label it says."""
    found: dict[str, str] = {}
    for one in statements:
        head = one.path[0] if one.path else one.line
        patterns = marks.heads if not one.path else marks.named
        label = _label(patterns, one.line)
        if label is not None:
            found.setdefault(head, label)
    return found


def _owners(
    one: Statement, claims: Claims, marks: Marks, marked: Mapping[str, str], tags_of: Callable[[str], Iterable[int]]
) -> tuple[str, ...]:
    head = one.path[0] if one.path else one.line
    if head in claims.blocks:
        return (claims.blocks[head],)
    if one.path and head in claims.tags and any(pattern.match(one.line) for pattern in marks.lists):
        known = claims.tags[head]
        owners = tuple(dict.fromkeys(known[tag] for tag in sorted(tags_of(one.line)) if tag in known))
        if owners:
            return owners
    if (head, one.line) in claims.lines:
        return (claims.lines[head, one.line],)
    return (UNKNOWN,) if head in marked or _label(marks.lines, one.line) is not None else ()


def to_bring_back(
    earlier: str,
    intents: Iterable[Intent],
    statements: Callable[[str], Iterable[Statement]],
    render: Callable[[Sequence[Intent]], str],
    is_shared: Callable[[Statement], bool] = lambda _: False,
) -> tuple[Intent, ...]:
    """Those of which an earlier text may say what a device is to say again: the baseline, and services ordered as then.

    A service that was changed since is none: its tag of then may be another's by now. Statements that several share
    (lists of tags) are not looked at.
    """
    said = set(statements(earlier))

    def is_as_then(intent: Intent) -> bool:
        return all(one in said or is_shared(one) for one in statements(render([intent])))

    return tuple(intent for intent in intents if intent.label == BASELINE or is_as_then(intent))


def with_levels(blamed: Sequence[Blamed]) -> Iterator[Blamed]:
    """The statements, each below the levels it stands in: a level is the owners' of all below it, where they agree.

    So the whole configuration can be printed line by line, also of a platform where a level says nothing by itself.
    """
    owners = _owners_of_levels(blamed)
    above: tuple[str, ...] = ()
    for one in blamed:
        path = one.statement.path
        shared = next((depth for depth, pair in enumerate(zip(above, path, strict=False)) if pair[0] != pair[1]), None)
        first = min(len(above), len(path)) if shared is None else shared
        for depth in range(first, len(path)):
            yield Blamed(Statement(path[:depth], path[depth]), owners[path[: depth + 1]])
        yield one
        above = (*path, one.statement.line)


def _owners_of_levels(blamed: Iterable[Blamed]) -> Mapping[tuple[str, ...], tuple[str, ...]]:
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for one in blamed:
        path = one.statement.path
        for depth in range(1, len(path) + 1):
            if found.setdefault(path[:depth], one.owners) != one.owners:
                found[path[:depth]] = ()
    return found


def _label(patterns: Iterable[re.Pattern[str]], line: str) -> str | None:
    for pattern in patterns:
        if (found := pattern.match(line)) is not None:
            return found["label"]
    return None
