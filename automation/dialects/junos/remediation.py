"""The commands that take a Junos device from one whole text to another. Pure.

Nothing of this is by owner: it is what a restore needs, and a person approves every line. What is not in the wanted
text goes by the highest level of which nothing is wanted; what is read from the top down (filters, policies) and
differs in anything is said anew.
"""

from collections.abc import Iterator

from automation.dialects.junos.planning import ONE_VALUE
from automation.dialects.junos.text import Config, Tree, Words, joined
from automation.errors import PlatformCannot

_NOT_OURS_TO_SAY: tuple[Words, ...] = (("version",),)  # the device prints it
_INACTIVE = ("inactive:", "protect:")
_IN_ORDER = (("firewall", "family"), ("policy-options", "policy-statement"))
_DEPTH = 5  # firewall family inet filter NAME; policy-options policy-statement NAME is one less


def remediation(device: str, running: str, target: str) -> str:
    """Return `set` and `delete` lines, "" where both say the same.

    Raises: PlatformCannot (a statement is deactivated or protected: no `set` line says that).
    """
    was, wanted = Config(running), Config(target)
    if any(word in line for config in (was, wanted) for line in config.lines for word in _INACTIVE):
        raise PlatformCannot(device, "junos", ["deactivated or protected statements"], [])
    anew = {root for root in map(_ordered_root, (*was.lines, *wanted.lines)) if root and _differ(was, wanted, root)}
    lines = [
        f"delete {joined(way)}" for way in _gone(was.tree, wanted.tree, (), anew) if way[:1] not in _NOT_OURS_TO_SAY
    ]
    lines += [
        f"set {joined(line)}"
        for line in wanted.lines
        if (line not in was.lines or _ordered_root(line) in anew) and line[:1] not in _NOT_OURS_TO_SAY
    ]
    return "".join(f"{line}\n" for line in lines)


def _ordered_root(line: Words) -> Words | None:
    """The filter or policy a statement is part of."""
    if line[:2] not in _IN_ORDER:
        return None
    depth = _DEPTH if line[0] == "firewall" else _DEPTH - 2
    return line[:depth] if len(line) > depth else None


def _differ(was: Config, wanted: Config, root: Words) -> bool:
    return bool(was.below(root)) and was.below(root) != wanted.below(root)


def _gone(was: Tree, wanted: Tree, above: Words, anew: set[Words]) -> Iterator[Words]:
    for words, below in was.items():
        way = (*above, *words)
        if way in anew:
            yield way
        elif words not in wanted:
            if below or not _is_replaced(words, wanted):
                yield way
        elif below:
            yield from _gone(below, wanted[words], way, anew)


def _is_replaced(words: Words, wanted: Tree) -> bool:
    """A statement of one value, of which another is wanted: to say that is enough."""
    return len(words) > 1 and words[-2] in ONE_VALUE and any(other[:-1] == words[:-1] for other in wanted)
