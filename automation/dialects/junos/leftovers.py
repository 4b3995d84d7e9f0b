"""What a service that nobody intends any more left behind on a Junos device, and the text without it. Pure."""

from collections.abc import Collection

from automation.dialects.junos.ownership import PORT_KINDS, PREFIX
from automation.dialects.junos.text import Tree, Words, parse, written

_POLICERS = ("policer", "three-color-policer")


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
