"""An access point's text without what is too much, and with what is ours of an earlier one. Pure.

What is ours are whole sections with names of our making, so nothing of anybody else's is in any of them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from automation.dialects.dialect import Blamed, Statement
from automation.dialects.openwrt.account import PACKAGES
from automation.dialects.openwrt.blame import owners_of, said, sections, statements
from automation.dialects.openwrt.names import DAY_ZERO, label_of
from automation.dialects.openwrt.render import render
from automation.intents import BASELINE, AccessPointIntent, Intent
from automation.owning import to_bring_back
from automation.uci import Section, Value, export, parse

type Names = Mapping[tuple[str, str], str]


def excess(running: str, intents: Sequence[Intent]) -> tuple[Blamed, ...]:
    """Options and values of lists that an intent's section has and is not meant to have; day 0's sections no more."""
    owners, wanted = _owners(running, intents), _wanted(intents)
    return tuple(
        Blamed(statement, (owners[section.package, section.name],))
        for section in sections(parse(running))
        if (section.package, section.name) in owners
        for statement in said(section)
        if statement not in wanted
    )


def without_excess(running: str, intents: Sequence[Intent], left_behind: Collection[str] = ()) -> str:
    """See `Dialect.without_excess`."""
    config, gone = parse(running), {one.statement for one in excess(running, intents)}
    found = {
        package: tuple(left for one in kept for left in _left(one, gone) if label_of(one.name) not in left_behind)
        for package, kept in config.items()
    }
    return running if found == config else export(found)


def with_ours_of(running: str, earlier: str, intents: Sequence[Intent]) -> str:
    """See `Dialect.with_ours_of`."""
    back = to_bring_back(earlier, intents, statements, render)
    owners = owners_of(back)
    lean = without_excess(earlier, [intent for intent in back if intent.label != BASELINE])
    now, then = parse(running), parse(lean)
    was = {(one.package, one.name): one for one in sections(then) if (one.package, one.name) in owners}
    there = {(one.package, one.name) for one in sections(now)}
    return export(
        {
            package: (
                *(was.get((package, one.name), one) for one in now.get(package, ())),
                *(one for key, one in was.items() if key[0] == package and key not in there),
            )
            for package in {*now, *(package for package, _ in was)}
        }
    )


def _owners(running: str, intents: Sequence[Intent]) -> Names:
    """Whose the sections are that intents own, that bear the name of one, and that are day 0's where that is known."""
    labels = {intent.label for intent in intents}
    knows_day_zero = any(isinstance(intent, AccessPointIntent) for intent in intents)
    found: dict[tuple[str, str], str] = {}
    for one in sections(parse(running)):
        if one.name.startswith(DAY_ZERO) and knows_day_zero and one.package in PACKAGES:
            found[one.package, one.name] = BASELINE
        elif label_of(one.name) in labels:
            found[one.package, one.name] = label_of(one.name)
    return found | dict(owners_of(intents))


def _wanted(intents: Sequence[Intent]) -> Collection[Statement]:
    return {statement for section in sections(parse(render(intents))) for statement in said(section)}


def _left(section: Section, gone: Collection[Statement]) -> Iterator[Section]:
    """The section without what is too much, and none where it is too much itself."""
    header, *_ = said(section)
    if header in gone:
        return
    options: dict[str, Value] = {}
    for option, value in section.options.items():
        kept = [one for one in _values(value) if _statement(section, option, one, value) not in gone]
        if kept:
            options[option] = kept[0] if isinstance(value, str) else tuple(kept)
    yield replace(section, options=options)


def _values(value: Value) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _statement(section: Section, option: str, one: str, value: Value) -> Statement:
    """The one statement of a section with nothing but this."""
    alone = replace(section, options={option: one if isinstance(value, str) else (one,)})
    _header, statement = said(alone)
    return statement
