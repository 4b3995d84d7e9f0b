"""Junos configuration text, read and written: levels in curly braces, or flat as the words of `set` lines. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from automation.dialects.dialect import Statement

type Words = tuple[str, ...]
type Tree = dict[Words, "Tree"]

_INDENT = "    "
_TOKEN = re.compile(r'/\*.*?\*/|#[^\n]*|"((?:[^"\\]|\\.)*)"|([{};\[\]])|([^\s{};\[\]"]+)', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PLAIN = re.compile(r"[A-Za-z0-9._:/+@%*~-]+")


@dataclass(frozen=True)
class Config:
    """A configuration, read. `lines` are its statements flat, in order: what a `set` line has behind `set`."""

    text: str

    @cached_property
    def tree(self) -> Tree:
        return parse(self.text)

    @cached_property
    def lines(self) -> dict[Words, None]:
        return dict.fromkeys((*(word for level in path for word in level), *words) for path, words in leaves(self.tree))

    @cached_property
    def ports(self) -> dict[str, list[Words]]:
        """Every interface that is configured, with what it says, flat; `()` where it says nothing."""
        found: dict[str, list[Words]] = {}
        for line in self.lines:
            if line[0] == "interfaces" and len(line) > 1:
                found.setdefault(line[1], []).append(line[2:])
        return found

    @cached_property
    def domains(self) -> dict[str, list[Words]]:
        """Every bridge domain, with what it says, flat."""
        found: dict[str, list[Words]] = {}
        for line in self.lines:
            if line[0] == "bridge-domains" and len(line) > 1:
                found.setdefault(line[1], []).append(line[2:])
        return found

    @cached_property
    def unit_names(self) -> dict[Words, str]:
        """The description of every unit that has one, by (port, unit)."""
        return {
            (port, line[1]): line[3]
            for port, lines in self.ports.items()
            for line in lines
            if line[:1] == ("unit",) and line[2:3] == ("description",) and len(line) > 3
        }

    def below(self, root: Words) -> list[Words]:
        """The lines that begin with these words."""
        return [line for line in self.lines if line[: len(root)] == root]


def _tokens(text: str) -> Iterator[tuple[str, bool]]:
    """Words, unquoted, and signs (True); no comments."""
    for token in _TOKEN.finditer(text):
        in_quotes, sign, word = token.groups()
        if in_quotes is not None:
            yield _ESCAPED.sub(r"\1", in_quotes), False
        elif sign or word:
            yield sign or word, bool(sign)


def words_of(line: str) -> Words:
    """The words of one line, unquoted."""
    return tuple(word for word, _ in _tokens(line))


def parse(text: str) -> Tree:
    """Read text in curly braces. Levels named twice are one, those with nothing in them none."""
    root: Tree = {}
    above: list[tuple[Words, Tree]] = [((), root)]
    words: list[str] = []
    values: list[str] | None = None
    for part, is_sign in _tokens(text):
        if not is_sign:
            (words if values is None else values).append(part)
            continue
        here = above[-1][1]
        if part == "[":
            values = []
            continue
        if part == "{":
            above.append((tuple(words), here.get(tuple(words), {})))
        elif part == "}" and len(above) > 1:
            _attach(above)
        elif part == "]":
            here.update({(*words, value): {} for value in values or ()})
            values = None
        elif part == ";" and words:
            here.setdefault(tuple(words), {})
        words = []
    return root


def _attach(above: list[tuple[Words, Tree]]) -> None:
    """A level has ended: it is part of the one above it, unless it is empty."""
    words, level = above.pop()
    if level:
        above[-1][1][words] = level


def leaves(tree: Tree, above: tuple[Words, ...] = ()) -> Iterator[tuple[tuple[Words, ...], Words]]:
    """Every statement that has nothing below it: the levels it stands in, and its own words."""
    for words, below in tree.items():
        if below:
            yield from leaves(below, (*above, words))
        else:
            yield above, words


def statements(text: str) -> tuple[Statement, ...]:
    """Everything a configuration says, in order."""
    return tuple(
        Statement(tuple(joined(level) for level in path), joined(words)) for path, words in leaves(parse(text))
    )


def written(tree: Tree, depth: int = 0) -> str:
    """The tree as text in curly braces."""
    return "".join(_written(words, below, depth) for words, below in tree.items())


def _written(words: Words, below: Tree, depth: int) -> str:
    indent = _INDENT * depth
    if not below:
        return f"{indent}{joined(words)};\n"
    return f"{indent}{joined(words)} {{\n{written(below, depth + 1)}{indent}}}\n"


def joined(words: Iterable[str]) -> str:
    return " ".join(quoted(word) for word in words)


def quoted(word: str) -> str:
    if _PLAIN.fullmatch(word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
