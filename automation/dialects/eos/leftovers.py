"""A text without what is too much: what services left behind, and lines that they do not want. Pure."""

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from automation.dialects.dialect import UNKNOWN, Blamed
from automation.dialects.eos.blame import MARKS, blame
from automation.dialects.eos.ownership import TRUNK_LIST, config_lines, kind_of, parse_tags, read_running
from automation.dialects.eos.render import render
from automation.dialects.eos.statements import statements
from automation.intents import Intent
from automation.owning import marked_heads

_POLICED = re.compile(r"service-policy type qos input nh-(?P<label>\S+)$")
_DARK = "   shutdown"


def excess(running: str, intents: Sequence[Intent]) -> tuple[Blamed, ...]:
    """Lines of a block that is wholly somebody's of ours, and that its intent does not have."""
    return _excess(running, tuple(intents))


@lru_cache(maxsize=4)  # it is told, and what is left without it is planned
def _excess(running: str, intents: tuple[Intent, ...]) -> tuple[Blamed, ...]:
    if not intents:
        return ()
    blamed = blame(running, intents)
    whole = {one.statement.line: one.owners[0] for one in blamed if _is_somebodys_block(one)}
    inside = [one for one in blamed if one.statement.path and whole.get(one.statement.path[0]) in one.owners]
    if not inside:
        return ()
    wanted = {(one.path[0], one.line) for one in statements(render(intents)) if one.path}
    return tuple(one for one in inside if (one.statement.path[0], one.statement.line) not in wanted)


def _is_somebodys_block(one: Blamed) -> bool:
    return not one.statement.path and len(one.owners) == 1 and one.owners[0] != UNKNOWN


def without_excess(running: str, intents: Sequence[Intent], left_behind: Collection[str] = ()) -> str:
    """See `Dialect.without_excess`."""
    gone = {(one.statement.path[0], one.statement.line) for one in excess(running, intents)}
    return without_lines(without_leftovers(running, left_behind) if left_behind else running, gone)


def without_leftovers(running: str, labels: Collection[str]) -> str:
    """The text without any block, tag and port line that bears one of these labels; a port that had one is shut."""
    config = read_running(running)
    heads = {head for head, label in marked_heads(statements(running), MARKS).items() if label in labels}
    tags = {tag for tag, name in config.vlans.items() if name in labels}
    lines: list[str] = []
    for head, body in raw_blocks(running):
        if head not in heads:
            lines += [head, *(_left(body, labels, tags) if head.startswith("interface ") else body)]
    return "\n".join((*lines, ""))


def without_lines(running: str, gone: Collection[tuple[str, str]]) -> str:
    """The text without these lines, each named by the first line of its block and by itself."""
    kept = ((head, [line for line in body if (head, line.strip()) not in gone]) for head, body in raw_blocks(running))
    return "\n".join((*(line for head, body in kept for line in (head, *body)), ""))


def raw_blocks(text: str) -> Sequence[tuple[str, list[str]]]:
    """The lines at the margin, each with those below it as they stand."""
    found: list[tuple[str, list[str]]] = []
    for line in config_lines(text):
        if line[0].isspace() and found:
            found[-1][1].append(line)
        else:
            found.append((line.strip(), []))
    return found


def _left(body: Sequence[str], labels: Collection[str], tags: Collection[int]) -> Sequence[str]:
    """A port's lines without the labels' own, and without their tags in its list."""
    policed = (_POLICED.match(line.strip()) for line in body)
    if any(found is not None and found["label"] in labels for found in policed):
        return [_DARK, *(line for line in body if kind_of(line.strip()) is None)]
    return [_without_tags(line, tags) for line in body]


def _without_tags(line: str, tags: Collection[int]) -> str:
    words = line.strip()
    if not words.startswith(TRUNK_LIST):
        return line
    add = "add " if words.startswith(f"{TRUNK_LIST}add ") else ""
    kept = sorted(parse_tags(words.removeprefix(TRUNK_LIST).removeprefix("add ")) - set(tags))
    return f"   {TRUNK_LIST}{add}{','.join(map(str, kept)) or 'none'}"
