"""Which devices are meant: a small readable expression, compiled to Nornir's own filters.

    place=dx-* and not role=nte
    area="Central Manchester" and (platform=eos or name~"^ap-[0-9]+$")
    sw-*                                the same as name=sw-*

    expression   either ("or" either)...          any of them holds
    either       one ("and" one)...               all of them hold
    one          "not" one | "(" expression ")" | test
    test         ATTRIBUTE ("=" | "!=") VALUE     VALUE may have * ? [..] in it, as file names have
                 ATTRIBUTE ("~" | "!~") VALUE     VALUE is a regular expression, found anywhere in it
                 VALUE                            short for name=VALUE

`not` binds closer than `and`, `and` closer than `or`. Capitals and small letters are the same. A value with
spaces, parentheses or quotes stands in double quotes. Only technical attributes are known: who uses a device
cannot be asked for.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import translate

from nornir.core.filter import F_BASE, F
from nornir.core.inventory import Host, Hosts, Inventory

from automation.limit_errors import LimitInvalid, LimitMatchesNothing, LimitUnknownAttribute
from inventory.devices import Device
from inventory.snapshot import Snapshot

ATTRIBUTES = ("name", "role", "platform", "manufacturer", "model", "place", "kind", "area", "zone", "lifecycle")
"""What a device can be asked for. `kind`, `area` and `zone` are those of its place."""

NESTED_AT_MOST = 50  # parentheses and nots
FACTS = "facts"  # where a Nornir host keeps them
OPERATORS = {"=": "glob", "~": "regex"}

_TOKEN = re.compile(r"""\s*(?:(?P<mark>[()]|!=|!~|=|~)|"(?P<quoted>[^"]*)"|(?P<word>[^\s()"=~!]+))""")


class Text(str):
    """A fact of a device, as Nornir's filters call it: `F(facts__place__glob=...)`."""

    __slots__ = ()

    def glob(self, pattern: re.Pattern[str]) -> bool:
        """Whether all of it is like this."""
        return pattern.fullmatch(self) is not None

    def regex(self, pattern: re.Pattern[str]) -> bool:
        """Whether this is found in it."""
        return pattern.search(self) is not None


def facts_of(snapshot: Snapshot, device: Device) -> dict[str, Text]:
    """What a limit can ask of a device: one text for each of `ATTRIBUTES`, "" where nobody knows."""
    premises = snapshot.premises.get(device.uprn or "")
    code = device.place_code or (premises.serving_place if premises is not None else None) or ""
    place = snapshot.places.get(code)
    found = {
        "name": device.name,
        "role": device.role.value,
        "platform": device.platform,
        "manufacturer": device.manufacturer,
        "model": device.model,
        "place": code,
        "kind": "" if place is None else place.kind.value,
        "area": "" if place is None else place.area,
        "zone": "" if place is None else place.resilience_zone,
        "lifecycle": device.lifecycle.value,
    }
    return {name: Text(value) for name, value in found.items()}


def choose(snapshot: Snapshot, devices: Collection[Device], limits: Sequence[str]) -> tuple[Device, ...]:
    """Return those of the devices that fit any of the limits, in the order given; all, where there is no limit.

    Raises:
        LimitInvalid, LimitUnknownAttribute: a limit cannot be read.
        LimitMatchesNothing: one fits no device.
    """
    if not limits:
        return tuple(devices)
    hosts = {device.name: Host(device.name, data={FACTS: facts_of(snapshot, device)}) for device in devices}
    nornir = Inventory(hosts=Hosts(hosts))
    chosen: set[str] = set()
    for limit in limits:
        fit = nornir.filter(filter_func=_as_function(compiled(limit))).hosts
        if not fit:
            raise LimitMatchesNothing(limit, len(devices))
        chosen |= fit.keys()
    return tuple(device for device in devices if device.name in chosen)


def _as_function(fits: F_BASE) -> Callable[..., bool]:
    """A filter as a Nornir wants one, by its types: they say that it is called with more than the host."""
    return lambda host, **_: fits(host)


def compiled(text: str) -> F_BASE:
    """Return the expression as one of Nornir's filters. Raises: LimitInvalid, LimitUnknownAttribute."""
    return _Reader(text).read()


@dataclass(frozen=True, slots=True)
class _Token:
    """`mark` is an operator, a parenthesis or a keyword; "" for a value. `at` counts from 1."""

    at: int
    mark: str
    value: str = ""


class _Reader:
    """Reads one expression from left to right; `is_not` is whether what is read is to be turned round.

    Nornir's filters know no `not` of a combination: it is pushed down to the tests here (De Morgan).
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tuple(_tokens(text))
        self._next = 0
        self._depth = 0

    def read(self) -> F_BASE:
        found = self._expression(is_not=False)
        if self._now.mark != "end":
            raise self._unexpected("`and`, `or` or the end")
        return found

    def _expression(self, *, is_not: bool) -> F_BASE:
        return self._joined("or", self._either, is_not=is_not)

    def _either(self, *, is_not: bool) -> F_BASE:
        return self._joined("and", self._one, is_not=is_not)

    def _joined(self, word: str, read_part: Callable[..., F_BASE], *, is_not: bool) -> F_BASE:
        found = read_part(is_not=is_not)
        while self._take(word):
            more = read_part(is_not=is_not)
            # Of what is turned round, "or" is "and", and the other way.
            found = _both(found, more) if (word == "and") != is_not else _any(found, more)
        return found

    def _one(self, *, is_not: bool) -> F_BASE:
        if self._depth > NESTED_AT_MOST:
            raise LimitInvalid(self._text, self._now.at, "nested too deeply")
        self._depth += 1
        try:
            if self._take("not"):
                return self._one(is_not=not is_not)
            if not self._take("("):
                return self._test(is_not=is_not)
            found = self._expression(is_not=is_not)
            if not self._take(")"):
                raise self._unexpected("`)`, `and` or `or`")
            return found
        finally:
            self._depth -= 1

    def _test(self, *, is_not: bool) -> F_BASE:
        first = self._value("a device, an attribute, `not` or `(`")
        operator = self._now.mark
        if operator not in {"=", "!=", "~", "!~"}:
            return self._filter("name", "=", first, is_not=is_not)
        self._next += 1
        attribute = first.value.lower()
        if attribute not in ATTRIBUTES:
            raise LimitUnknownAttribute(self._text, first.at, first.value, ATTRIBUTES)
        value = self._value(f"what {attribute} is to be")
        return self._filter(attribute, operator[-1], value, is_not=is_not != operator.startswith("!"))

    def _filter(self, attribute: str, operator: str, token: _Token, *, is_not: bool) -> F_BASE:
        try:
            pattern = re.compile(translate(token.value) if operator == "=" else token.value, re.IGNORECASE)
        except re.error as error:
            raise LimitInvalid(self._text, token.at, f"not a regular expression ({error.msg})") from None
        found = F(**{f"{FACTS}__{attribute}__{OPERATORS[operator]}": pattern})
        return ~found if is_not else found

    def _value(self, expected: str) -> _Token:
        token = self._now
        if token.mark:
            raise self._unexpected(expected)
        self._next += 1
        return token

    def _take(self, mark: str) -> bool:
        if self._now.mark != mark:
            return False
        self._next += 1
        return True

    @property
    def _now(self) -> _Token:
        return self._tokens[self._next]

    def _unexpected(self, expected: str) -> LimitInvalid:
        found = "the end" if self._now.mark == "end" else f"`{self._now.mark or self._now.value}`"
        return LimitInvalid(self._text, self._now.at, f"expected {expected}, and found {found}")


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    end = len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            begin = at + len(text[at:]) - len(text[at:].lstrip())
            why = "a quote that is not closed" if text[begin] == '"' else f"`{text[begin]}` means nothing here"
            raise LimitInvalid(text, begin + 1, why)
        kind = found.lastgroup or "word"
        begin, piece = found.start(kind), found[kind]
        if kind == "mark" or (kind == "word" and piece.lower() in {"and", "or", "not"}):
            yield _Token(begin + 1, piece.lower())
        else:
            yield _Token(begin + 1, "", piece)
        at = found.end()
    yield _Token(end + 1, "end")


def _both(one: F_BASE, other: F_BASE) -> F_BASE:
    return one & other  # type: ignore[operator,no-any-return]  # every filter of Nornir has it; their base does not say so


def _any(one: F_BASE, other: F_BASE) -> F_BASE:
    return one | other  # type: ignore[operator,no-any-return]  # the same
