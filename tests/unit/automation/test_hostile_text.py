"""Whatever anybody types, a device is told no more statements than with a harmless word in its place.

At every text field of every intent of every platform that is written to: line feeds, quotes, braces, comments,
control characters, unicode, 10 kB, and what a shell, a template or a client library would take for more than
text. Either the field is refused by name, or the commands and the parsed configuration have the same number of
statements as with a harmless text of that field, and differ in nothing but that text.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from functools import cache, partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.errors import AutomationError, UnsafeText
from automation.intents import Intent, takes_port, with_found_lines
from automation.platform import Can, needs_of
from automation.twin.junos.refusals import Refused as JunosRefused
from automation.twin.refusals import CommandRefused
from tests.unit.automation.bench import Bench
from tests.unit.automation.benches import BENCHES

# Not text of anybody's: which device, which kind, and lines that the device itself said.
_NOT_TYPED = frozenset({"device", "kind"})
HOSTILE = (
    "x\nusername eve privilege 15 secret eve",
    "x\r\nno aaa root",
    "x\rno aaa root",
    "\n",
    "x\n",
    "x\x0busername eve",
    "x\x0cusername eve",
    "x\x1c\x1d\x1e\x85y",
    "x\u2028username eve\u2029z",
    "x\x00y",
    "x\x1b[2Jy",
    "x\x7fy",
    "x\x08\x08\x08no shutdown",
    "!",
    "! comment",
    "x!",
    "# comment",
    "}",
    "{",
    "x; } system { services telnet; } interfaces { x {",
    "x;",
    "/* x",
    "x */",
    '"',
    'x" y',
    'a "quoted" one',
    "'",
    "it's",
    "x'\nconfig wifi-iface 'evil'\n\toption ssid 'free",
    "x'; uci commit; '",
    "\\",
    "x\\",
    "x\\n",
    "$(reboot)",
    "`reboot`",
    "x | reboot",
    "x && reboot",
    "x > flash:startup-config",
    "MULTILINE:x",
    "EOF",
    "{{ 7 * 7 }}",
    "{% include 'device.j2' %}",
    "x {# y",
    "<configuration><system/></configuration>",
    "]]>]]>",
    "&amp;",
    "%p%n",
    "\u00e9\u00df\u6c34\U0001f4a9",
    "\u202egnirts",
    "\uff33\uff0d\uff11",
    "x\u200by",
    "\ud800",
    " ",
    " leading",
    "trailing ",
    "two  spaces",
    "\t",
    "",
    "-x",
    "--",
    "?",
    "no",
    "set",
    "delete interfaces",
    "end",
    "exit",
    "nh-S-2",
    "../../etc/passwd",
    "x" * 10_240,
    "x\n" * 5_120,
)


@dataclass(frozen=True)
class Place:
    """Where a text stands in an intent: names and positions, from the outside in."""

    path: tuple[str | int, ...]

    def __str__(self) -> str:
        return ".".join(map(str, self.path))


def places_of(thing: object, path: tuple[str | int, ...] = ()) -> Iterator[Place]:
    """Every text within a thing, however deep; not where it says nothing, because it may not say anything there."""
    if isinstance(thing, str) and not isinstance(thing, Enum):
        if thing:
            yield Place(path)
    elif isinstance(thing, tuple):
        for position, part in enumerate(thing):
            yield from places_of(part, (*path, position))
    elif is_dataclass(thing) and not isinstance(thing, type):
        for field in fields(thing):
            if field.name not in _NOT_TYPED:
                yield from places_of(getattr(thing, field.name), (*path, field.name))


def put(thing: Any, path: tuple[str | int, ...], text: str) -> Any:
    """The thing with another text there."""
    if not path:
        return text
    first, *rest = path
    if isinstance(first, int):
        return (*thing[:first], put(thing[first], tuple(rest), text), *thing[first + 1 :])
    return replace(thing, **{first: put(getattr(thing, first), tuple(rest), text)})


def text_at(thing: Any, path: tuple[str | int, ...]) -> str:
    for step in path:
        thing = thing[step] if isinstance(step, int) else getattr(thing, step)
    return str(thing)


def thrown(sample: Intent, place: Place, text: str) -> Intent:
    """The intent with the text there, and at every field of that name that said the same: what must agree, does."""
    was, found = text_at(sample, place.path), sample
    for other in places_of(sample):
        if other.path[-1] == place.path[-1] and text_at(sample, other.path) == was:
            found = put(found, other.path, text)
    return found


CASES = [
    pytest.param(bench, sample, place, id=f"{bench}-{sample.kind}-{place}")
    for bench in BENCHES
    for sample in bench.samples
    for place in places_of(sample)
]


def told(bench: Bench, intent: Intent) -> tuple[int, int]:
    """How many lines a device is commanded, and how many statements its configuration then has."""
    dialect = bench.platform.dialect
    commands = dialect.plan(bench.fresh, (), (intent,)).commands
    running = bench.apply(bench.fresh, commands)
    return len(commands.splitlines()), len(dialect.statements(running))


@cache
def harmless(bench: Bench, sample: Intent) -> tuple[int, int, int]:
    """What the sample as it is makes of the device: lines commanded, statements then, statements of its own."""
    dialect = bench.platform.dialect
    return (*told(bench, sample), len(dialect.statements(dialect.render((sample,)))))


def throw(bench: Bench, sample: Intent, place: Place, text: str) -> None:
    """Put the text there, and see that it is refused by name or the device is told no more than with the sample."""
    dialect, hostile = bench.platform.dialect, thrown(sample, place, text)
    rendered = told_or_why_not(lambda: dialect.render((hostile,)))
    if isinstance(rendered, Exception):
        see_that_it_names_the_field(rendered, text)
        return
    assert len(dialect.statements(rendered)) == harmless(bench, sample)[2]
    assert all(one.isprintable() or one in "\n\t" for one in rendered)
    result = told_or_why_not(lambda: told(bench, hostile))
    if isinstance(result, Exception):  # the text would do; another thing is in the way: no such port, for one
        assert not isinstance(result, UnsafeText | ValueError)
    else:
        assert result == harmless(bench, sample)[:2]


def told_or_why_not[T](act: Callable[[], T]) -> T | AutomationError | ValueError:
    try:
        return act()
    except (AutomationError, ValueError) as error:
        return error


def see_that_it_names_the_field(refusal: Exception, text: str) -> None:
    if not text:  # what is missing may be refused as a contradiction: a passphrase is needed, and there is none
        return
    assert isinstance(refusal, UnsafeText), f"refused, but not as text: {refusal}"
    assert refusal.field
    assert str(refusal).isprintable()
    assert len(text) < 8 or text not in str(refusal)


@pytest.mark.parametrize(("bench", "sample", "place"), CASES)
def test_hostile_text_is_refused_by_name_or_tells_the_device_no_more(
    bench: Bench, sample: Intent, place: Place
) -> None:
    for text in HOSTILE:
        throw(bench, sample, place, text)


@pytest.mark.parametrize("bench", BENCHES, ids=str)
@settings(max_examples=40, deadline=None)
@given(drawn=st.data(), text=st.text(max_size=80))
def test_any_text_at_all_is_refused_by_name_or_tells_the_device_no_more(
    bench: Bench, drawn: st.DataObject, text: str
) -> None:
    sample = drawn.draw(st.sampled_from(bench.samples))
    throw(bench, sample, drawn.draw(st.sampled_from(list(places_of(sample)))), text)


# As a port's lines begin on one platform or another: behind such a beginning a text is nearer to being sent.
_LINES_OF_PORTS = ("{}", "description {}", 'description "{}"', "shutdown{}", "disable{}")


@pytest.mark.parametrize("bench", BENCHES, ids=str)
def test_a_line_that_was_never_found_on_a_port_is_not_put_back_there(bench: Bench) -> None:
    """What a port said before a service is kept in the database, and said again when it goes: it is held to account."""
    dialect = bench.platform.dialect
    for sample in filter(takes_port, bench.samples):
        plan = dialect.plan(bench.fresh, (), (sample,))
        running = bench.apply(bench.fresh, plan.commands)
        for text in (begun.format(text) for text in HOSTILE if text.strip() for begun in _LINES_OF_PORTS):
            forged = with_found_lines(plan.intents[0], (text,))
            undone = told_or_why_not(partial(dialect.plan, running, (forged,), ()))
            if isinstance(undone, Exception):
                see_that_it_names_the_field(undone, text or "nothing")
            else:
                with suppress(CommandRefused, JunosRefused):  # a device that refuses has been told nothing
                    after = bench.apply(running, undone.commands)
                    assert len(dialect.statements(after)) <= len(dialect.statements(bench.fresh)) + 1, text


@pytest.mark.parametrize("bench", BENCHES, ids=str)
def test_the_harmless_samples_are_told_and_have_every_kind_the_platform_can(bench: Bench) -> None:
    assert all(told(bench, sample)[0] > 0 for sample in bench.samples)
    assert needs_of(bench.samples) == bench.platform.can - {Can.READ, Can.COMMIT_TIMER, Can.REPLACE}
