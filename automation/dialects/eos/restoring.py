"""A text in which what is ours is as it was in an earlier one, and all else as it is. Pure."""

from collections.abc import Collection, Mapping, Sequence

from automation.dialects.eos.blame import blame
from automation.dialects.eos.leftovers import raw_blocks
from automation.dialects.eos.ownership import TRUNK_LIST
from automation.intents import Intent

type Lines = Mapping[str, Collection[str]]


def with_ours_of(running: str, earlier: str, intents: Sequence[Intent]) -> str:
    """The running text with the owned blocks and port lines of the earlier one in the place of its own.

    Lists of tags stay: whose tags are in them now is a question of now, and the audit answers it.
    """
    now, then = _owned(running, intents), _owned(earlier, intents)
    was = dict(raw_blocks(earlier))
    lines: list[str] = []
    for head, body in raw_blocks(running):
        if head in now[""]:
            lines += [head, *was[head]] if head in then[""] and head in was else []
        else:
            lines += [head, *_merged(head, body, was.get(head, ()), now, then)]
    known = {head for head, _ in raw_blocks(running)}
    for head, body in was.items():
        if head in then[""] and head not in known:
            lines += [head, *body]
    return "\n".join((*lines, ""))


def _merged(head: str, body: Sequence[str], earlier: Sequence[str], now: Lines, then: Lines) -> Sequence[str]:
    kept = [line for line in body if line.strip() not in now.get(head, ())]
    return [*kept, *(line for line in earlier if line.strip() in then.get(head, ()) and line not in kept)]


def _owned(text: str, intents: Sequence[Intent]) -> Lines:
    """By block, the lines that are ours, lists left out; under "" the blocks that are ours whole."""
    found: dict[str, set[str]] = {"": set()}
    for one in blame(text, intents):
        if one.owners and not one.statement.line.startswith(TRUNK_LIST):
            head = one.statement.path[0] if one.statement.path else ""
            found.setdefault(head, set()).add(one.statement.line)
    return found
