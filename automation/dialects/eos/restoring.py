"""A text in which what is ours is as it was in an earlier one, and all else as it is. Pure."""

from collections.abc import Collection, Mapping, Sequence

from automation.dialects.dialect import UNKNOWN, Statement
from automation.dialects.eos.blame import blame
from automation.dialects.eos.leftovers import raw_blocks, without_excess
from automation.dialects.eos.ownership import TRUNK_LIST, RunningConfig, kind_of
from automation.dialects.eos.render import render
from automation.dialects.eos.statements import statements
from automation.intents import BASELINE, Intent
from automation.owning import to_bring_back

type Lines = Mapping[str, Collection[str]]


def with_ours_of(running: str, earlier: str, intents: Sequence[Intent]) -> str:
    """See `Dialect.with_ours_of`. Lists of tags stay: whose tags are in them is a question of now."""
    back = to_bring_back(earlier, intents, statements, render, _is_list)
    earlier = without_excess(earlier, [intent for intent in back if intent.label != BASELINE])
    now, then = _owned(running, intents), _owned(earlier, back)
    was, lines = dict(raw_blocks(earlier)), list[str]()
    for head, body in raw_blocks(running):
        if head in now[""]:
            lines += [head, *(was[head] if head in then[""] else body)]
        elif head in then[""]:  # it is somebody else's by now
            lines += [head, *body]
        else:
            lines += [head, *_merged(body, [line for line in was.get(head, ()) if line.strip() in then.get(head, ())])]
    known = {head for head, _ in raw_blocks(running)} | {f"vlan {tag}" for tag in RunningConfig(running).vlans}
    for head, body in was.items():
        if head in then[""] and head not in known:
            lines += [head, *body]
    return "\n".join((*lines, ""))


def _merged(body: Sequence[str], earlier: Sequence[str]) -> Sequence[str]:
    """A port's lines with those of ours; a port has one line of each kind that services own."""
    come = [line for line in earlier if line not in body]
    kinds = {kind_of(line.strip()) for line in come} - {None}
    return [*(line for line in body if kind_of(line.strip()) not in kinds), *come]


def _is_list(statement: Statement) -> bool:
    return statement.line.startswith(TRUNK_LIST)


def _owned(text: str, intents: Sequence[Intent]) -> Lines:
    """By block, the lines that intents claim, lists left out; under "" the blocks that are theirs whole."""
    found: dict[str, set[str]] = {"": set()}
    for one in blame(text, intents):
        if set(one.owners) - {UNKNOWN} and not _is_list(one.statement):
            head = one.statement.path[0] if one.statement.path else ""
            found.setdefault(head, set()).add(one.statement.line)
    return found
