"""Match a typed line against many command syntaxes at once, and say where it stops making sense.

A syntax is words and arguments: `switchport access vlan <vlan:VLAN>`. `(a|b)` is a choice of
words, `[...]` may be left out, `<*x:KIND>` is an argument that tells one line from another of
the same command, LINE takes the rest of the line as it is.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from automation.twin.arguments import kind_called
from automation.twin.refusals import CommandRefused, ambiguous, incomplete_command, incomplete_token, invalid_input

_PART = re.compile(r"\[|\]|<(\*?)([a-z0-9-]+):([A-Za-z.0-9]+)>|\(([^)]+)\)|[^\s\[\]<>()]+")


@dataclass(frozen=True, slots=True)
class Part:
    """One token of a syntax: words to choose from, or an argument of a kind."""

    words: tuple[str, ...] = ()
    argument: str = ""
    kind: str = ""
    is_key: bool = False

    def canonical(self, token: str) -> str | None:
        """Return the token as EOS prints it, None where it does not fit (a shortened word does not)."""
        if self.words:
            return next((word for word in self.words if word.lower() == token.lower()), None)
        return kind_called(self.kind)(token)

    def longer_words(self, token: str) -> tuple[str, ...]:
        """The words this token is a beginning of."""
        return tuple(word for word in self.words if word.lower().startswith(token.lower()))


type Variant = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A whole line matched: which of the syntaxes given, its canonical tokens, its arguments and keys."""

    index: int
    tokens: tuple[str, ...]
    arguments: dict[str, str]
    keys: tuple[str, ...]

    @property
    def line(self) -> str:
        return " ".join(self.tokens)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A variant that fits all tokens so far."""

    index: int
    variant: Variant
    tokens: tuple[str, ...] = ()

    @property
    def next_part(self) -> Part | None:
        return self.variant[len(self.tokens)] if len(self.tokens) < len(self.variant) else None

    def taking(self, canonical: str) -> "_Candidate":
        return _Candidate(self.index, self.variant, (*self.tokens, canonical))


@cache
def variants(syntax: str) -> tuple[Variant, ...]:
    """Return every way to write a syntax, longest first: optional parts there or not."""
    grown: list[list[Part]] = [[]]
    before_option: list[list[list[Part]]] = []
    for found in _PART.finditer(syntax):
        if found[0] == "[":
            before_option.append([list(one) for one in grown])
        elif found[0] == "]":
            grown += before_option.pop()
        else:
            for one in grown:
                one.append(_part(found))
    return tuple(sorted((tuple(one) for one in grown), key=len, reverse=True))


def _part(found: re.Match[str]) -> Part:
    if found[3]:
        return Part(argument=found[2], kind=found[3], is_key=bool(found[1]))
    return Part(words=tuple(found[4].split("|")) if found[4] else (found[0],))


@cache
def negated_variants(syntax: str) -> tuple[Variant, ...]:
    """Every way to write it after `no` or `default`: whole, or cut behind its last key, or before its first value.

    EOS ignores what follows there ("no switchport access vlan" needs no number).
    """
    cut: list[Variant] = []
    for variant in variants(syntax):
        keys = [place for place, part in enumerate(variant) if part.is_key]
        arguments = [place for place, part in enumerate(variant) if part.argument or len(part.words) > 1]
        length = keys[-1] + 1 if keys else arguments[0] if arguments else len(variant)
        cut += [variant, variant[:length]]
    return tuple(dict.fromkeys(cut))


def match_line(
    line: str, syntaxes: Sequence[tuple[int, Variant]], *, offset: int = 0, auto_complete: bool = False
) -> Match:
    """Return the one syntax a line fits. `offset` is added to token numbers in refusals.

    Raises:
        CommandRefused: invalid input, incomplete, ambiguous, or a shortened word without `auto_complete`.
    """
    tokens = line.split()
    candidates = [_Candidate(index, variant) for index, variant in syntaxes]
    for place, token in enumerate(tokens):
        finished = [one for one in candidates if _takes_rest(one)]
        if finished:
            return _finish(_take_rest(finished[0], line.split(None, place)[place]))
        candidates = _step(candidates, token, place + offset, auto_complete)
    complete = [one for one in candidates if one.next_part is None]
    if not complete:
        raise incomplete_command(len(tokens) - 1 + offset, tokens[-1] if tokens else "")
    return _finish(complete[0])


def _takes_rest(candidate: _Candidate) -> bool:
    part = candidate.next_part
    return part is not None and part.kind == "LINE"


def _take_rest(candidate: _Candidate, rest: str) -> _Candidate:
    part = candidate.variant[len(candidate.tokens)]
    canonical = part.canonical(rest)
    if canonical is None:
        raise invalid_input(len(candidate.tokens), rest.split()[0])
    return candidate.taking(canonical)


def _step(candidates: Iterable[_Candidate], token: str, place: int, auto_complete: bool) -> list[_Candidate]:
    """Return the candidates that can take this token; whole words before arguments and beginnings of words."""
    waiting = [(one, one.next_part) for one in candidates]
    fitting = [
        (one.taking(canonical), part)
        for one, part in waiting
        if part is not None and (canonical := part.canonical(token)) is not None
    ]
    if fitting:
        whole_words = [one for one, part in fitting if part.words]
        return whole_words or [one for one, _ in fitting]
    longer = {(one, word) for one, part in waiting if part is not None for word in part.longer_words(token)}
    words = {word for _, word in longer}
    if not words:
        raise invalid_input(place, token)
    if not auto_complete:
        raise incomplete_token(place, token)
    if len(words) > 1:
        raise ambiguous(place, token)
    return [one.taking(word) for one, word in sorted(longer, key=lambda pair: pair[0].index)]


def _finish(candidate: _Candidate) -> Match:
    pairs = list(zip(candidate.variant, candidate.tokens, strict=True))
    return Match(
        candidate.index,
        candidate.tokens,
        {part.argument: token for part, token in pairs if part.argument},
        tuple(token for part, token in pairs if part.is_key),
    )


def place_of(refusal: CommandRefused) -> int:
    """How far into the line a refusal is, to choose the most helpful of several."""
    found = re.search(r"at token (\d+)", refusal.text)
    return int(found[1]) if found else -1
