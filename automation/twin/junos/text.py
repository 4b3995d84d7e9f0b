"""Configuration text, read: curly braces and `set` lines. What it means is told by the grammar (`tree`)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from automation.twin.junos.refusals import refuse

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<comment>\#[^\n]*|/\*.*?\*/)
        |(?P<sign>[{};\[\]])
        |"(?P<quoted>(?:[^"\\]|\\.)*)"
        |(?P<word>[^\s{};\[\]"]+)
        |(?P<end>$)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
VERBS = ("set", "delete")


@dataclass(frozen=True, slots=True)
class Token:
    """One word, or one of `{};[]` where `is_sign`."""

    text: str
    is_sign: bool = False


def tokens(text: str) -> Iterator[Token]:
    """Raises: Refused (a quote that does not end)."""
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise refuse("unterminated string", text[at : at + 20].split("\n")[0])
        at = found.end()
        if found["sign"]:
            yield Token(found["sign"], is_sign=True)
        elif found["quoted"] is not None:
            yield Token(_ESCAPED.sub(r"\1", found["quoted"]))
        elif found["word"]:
            yield Token(found["word"])


@dataclass(slots=True)
class _Reading:
    """Where a reader of curly text is: the levels above, the words of this statement, the values in brackets."""

    above: list[tuple[str, ...]]
    words: list[str]
    values: list[str] | None = None

    def sign(self, sign: str) -> Iterator[tuple[tuple[str, ...], bool]]:
        """Raises: Refused."""
        match sign:
            case "{":
                self.above.append(tuple(self.words))
                yield self._way(()), True  # a list's entry is there even if nothing is in it
            case "}" if self.above and not self.words:
                self.above.pop()
            case "[" if self.values is None:
                self.values = []
                return
            case "]" if self.values is not None:
                for value in self.values:
                    yield self._way((*self.words, value)), False
                self.values = None
            case ";":
                if self.words:
                    yield self._way(self.words), False
            case other:
                raise refuse("syntax error", other)
        self.words = []

    def _way(self, words: Sequence[str]) -> tuple[str, ...]:
        return (*(word for level in self.above for word in level), *words)


def statements(text: str) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Every statement of text in curly braces, as the words of the whole way down; True for one that opens a brace.

    Raises: Refused.
    """
    reading = _Reading([], [])
    for token in tokens(text):
        if token.is_sign:
            yield from reading.sign(token.text)
        elif reading.values is not None:
            reading.values.append(token.text)
        else:
            reading.words.append(token.text)
    if reading.above or reading.words:
        raise refuse("missing '}' or ';' at the end", " ".join(reading.words))


def commands(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every `set` and `delete` line: the verb, and the words of the way down. Raises: Refused."""
    for line in text.splitlines():
        words = tuple(token.text for token in tokens(line))
        if not words:
            continue
        if words[0] not in VERBS or len(words) < 2:
            raise refuse("unknown command", words[0])
        yield words[0], words[1:]
