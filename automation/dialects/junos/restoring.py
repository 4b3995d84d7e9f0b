"""A Junos text in which what is ours is as it was in an earlier one, and all else as it is. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from automation.dialects.junos.leftovers import pruned
from automation.dialects.junos.ownership import begins, whole
from automation.dialects.junos.planning import ONE_VALUE
from automation.dialects.junos.render import render, wanted_tree
from automation.dialects.junos.text import Config, Tree, Words, leaves, statements, written
from automation.intents import BASELINE, Intent
from automation.owning import to_bring_back


def with_ours_of(running: str, earlier: str, intents: Sequence[Intent]) -> str:
    """See `Dialect.with_ours_of`. What is the baseline's whole comes whole; of services what they want today."""
    now, then = Config(running), Config(earlier)
    back = to_bring_back(earlier, intents, statements, render)
    roots = [root for intent in back if intent.label == BASELINE for root in whole(intent) if then.below(root)]
    wanted = Config(written(wanted_tree(back))).lines
    come = {line for line in then.lines if begins(line, roots) or line in wanted}
    gone = {line for line in now.lines if begins(line, roots)} | set(_displaced(now, come))
    return written(_united(pruned(now.tree, gone - come), _only(then.tree, come)))


def _displaced(config: Config, come: Iterable[Words]) -> Iterator[Words]:
    """Other values of statements that have one, and of which another comes."""
    heads = {line[:-1] for line in come if len(line) > 1 and line[-2] in ONE_VALUE}
    return (line for line in config.lines if line[:-1] in heads)


def _only(tree: Tree, lines: set[Words]) -> Tree:
    return pruned(tree, {way for path, words in leaves(tree) if (way := _flat(path, words)) not in lines})


def _flat(path: Iterable[Words], words: Words) -> Words:
    return (*(word for level in path for word in level), *words)


def _united(one: Tree, other: Tree) -> Tree:
    """The statements of both; those of the first stand first, each in its order."""
    shared = {words: _united(below, other.get(words, {})) for words, below in one.items()}
    return shared | {words: below for words, below in other.items() if words not in one}
