"""A Junos text without what is too much: what services left behind, and statements that they do not want. Pure."""

from collections.abc import Collection, Sequence
from functools import lru_cache

from automation.dialects.dialect import Blamed
from automation.dialects.junos.blame import blame
from automation.dialects.junos.ownership import PORT_KINDS, PREFIX, begins, whole
from automation.dialects.junos.render import wanted_tree
from automation.dialects.junos.text import Config, Tree, Words, parse, words_of, written
from automation.intents import Intent

_POLICERS = ("policer", "three-color-policer")


def excess(running: str, intents: Sequence[Intent]) -> tuple[Blamed, ...]:
    """Statements at or below what is an intent's whole, and that it does not want.

    Another port in a circuit's bridge domain is not among them: it is somebody's, and a person's to judge.
    """
    return _excess(running, tuple(intents))


@lru_cache(maxsize=4)  # it is told, and what is left without it is planned
def _excess(running: str, intents: tuple[Intent, ...]) -> tuple[Blamed, ...]:
    if not intents:
        return ()
    roots = [root for intent in intents for root in whole(intent)]
    wanted = Config(written(wanted_tree(intents))).lines
    inside = ((one, line_of(one)) for one in blame(running, intents) if len(one.owners) == 1)
    return tuple(
        one for one, line in inside if line not in wanted and begins(line, roots) and not _is_somebodys_port(line)
    )


def line_of(one: Blamed) -> Words:
    """The statement flat, as a `set` line has it."""
    return tuple(word for level in (*one.statement.path, one.statement.line) for word in words_of(level))


def _is_somebodys_port(line: Words) -> bool:
    return line[:1] == ("bridge-domains",) and line[2:3] == ("interface",)


def without_excess(running: str, intents: Sequence[Intent], left_behind: Collection[str] = ()) -> str:
    """See `Dialect.without_excess`."""
    gone = {line_of(one) for one in excess(running, intents)}
    text = without_leftovers(running, left_behind) if left_behind else running
    return written(pruned(parse(text), gone)) if gone else text


def pruned(tree: Tree, gone: Collection[Words], above: Words = ()) -> Tree:
    """The tree without these lines, and without levels that have nothing else."""
    found: Tree = {}
    for words, below in tree.items():
        way = (*above, *words)
        left = pruned(below, gone, way)
        if left or (not below and way not in gone):
            found[words] = left
    return found


def without_leftovers(running: str, labels: Collection[str]) -> str:
    """The text without any bridge domain, policer and unit that bears one of these labels; a port that had one is shut.

    A port that carries other units too loses only the one: it is a trunk, and stays open.
    """
    names = {f"{PREFIX}{label}" for label in labels}
    tree = parse(running)
    members = _members(tree, names)
    found: Tree = {}
    for words, below in tree.items():
        match words:
            case ("interfaces",):
                found[words] = {port: _port(port, lines, members) for port, lines in below.items()}
            case ("bridge-domains",):
                found[words] = _domains(below, names, members)
            case ("firewall",):
                found[words] = {one: lines for one, lines in below.items() if not _is_policer(one, names)}
            case _:
                found[words] = below
    return written({words: below for words, below in found.items() if below or not tree[words]})


def _members(tree: Tree, names: Collection[str]) -> frozenset[str]:
    """The units that bear one of the names, as `port.unit`."""
    return frozenset(
        f"{port[0]}.{words[1]}"
        for port, lines in tree.get(("interfaces",), {}).items()
        for words, below in lines.items()
        if words[0] == "unit" and any(("description", name) in below for name in names)
    )


def _port(port: Words, lines: Tree, members: Collection[str]) -> Tree:
    left = {words: below for words, below in lines.items() if not _is_member(port, words, members)}
    if left == lines or any(words[0] == "unit" for words in left) or _is_trunk(left):
        return left
    return {("disable",): {}, **{words: below for words, below in left.items() if words[0] not in PORT_KINDS}}


def _is_member(port: Words, words: Words, members: Collection[str]) -> bool:
    return words[0] == "unit" and f"{port[0]}.{words[1]}" in members


def _is_trunk(lines: Tree) -> bool:
    return ("ethernet-switch-profile",) in lines.get(("gigether-options",), {})


def _domains(domains: Tree, names: Collection[str], members: Collection[str]) -> Tree:
    """Without those of the names; of the shared ones their members."""
    return {words: _without_members(below, members) for words, below in domains.items() if words[0] not in names}


def _without_members(below: Tree, members: Collection[str]) -> Tree:
    left = {
        words: _without_members(inner, members)
        for words, inner in below.items()
        if not (words[0] == "interface" and words[1] in members)
    }
    return {words: inner for words, inner in left.items() if inner or not below[words]}


def _is_policer(words: Words, names: Collection[str]) -> bool:
    return words[0] in _POLICERS and words[1] in names
