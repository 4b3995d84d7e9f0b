"""Every statement of a device has one class of owner, and it is who put it there: on every platform, at random.

Told independently of how blame tells it: by what came when somebody's change was applied, and by what the baseline's
intents render.
"""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.dialects.dialect import UNKNOWN, Blamed, Statement
from automation.intents import BASELINE, Intent
from automation.owning import with_levels
from tests.unit.automation.bench import Bench
from tests.unit.automation.benches import BENCHES

type Key = tuple[tuple[str, ...], str]
_LIST = "switchport trunk allowed vlan "
_EVERYBODYS = "interface "  # the port itself stands on every device of EOS
orders = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 59)), max_size=3)
hands = st.sets(st.integers(0, 5))


def key_of(one: Statement) -> Key:
    """A list of tags is the same line, whatever its members."""
    return one.path, _LIST if one.line.startswith(_LIST) else one.line


class Told:
    """A device as it fills, and who brought each of its statements."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.text = bench.fresh
        self.brought: dict[Key, set[str]] = {}
        self.apply(bench.platform.dialect.plan(self.text, (), bench.baseline).commands, "")
        rendered = self.statements(bench.platform.dialect.render(bench.baseline))
        self.baseline = {one for one in rendered if one.path or not one.line.startswith(_EVERYBODYS)}

    def statements(self, text: str) -> tuple[Statement, ...]:
        return self.bench.platform.dialect.statements(text)

    def apply(self, commands: str, who: str) -> None:
        before = set(self.statements(self.text))
        self.text = self.bench.apply(self.text, commands)
        for one in self.statements(self.text):
            if who and one not in before:
                self.brought.setdefault(key_of(one), set()).add(who)

    def order(self, number: int, chosen: tuple[int, int]) -> Intent:
        maker = self.bench.makers[chosen[0] % len(self.bench.makers)]
        plan = self.bench.platform.dialect.plan(self.text, (), (maker(number, number - 1, chosen[1]),))
        self.apply(plan.commands, plan.intents[0].label)
        return plan.intents[0]

    def owners(self, one: Statement) -> set[str]:
        return self.brought.get(key_of(one)) or ({BASELINE} if one in self.baseline else set())


def told(bench: Bench, kept: Sequence[tuple[int, int]], chosen: set[int]) -> tuple[Told, tuple[Intent, ...]]:
    device = Told(bench)
    intents = tuple(device.order(number, one) for number, one in enumerate(kept, 1))
    for number in sorted(chosen):
        if number < len(bench.by_hand):
            device.text = bench.apply(device.text, bench.by_hand[number])
    return device, (*bench.baseline, *intents)


@pytest.mark.parametrize("bench", BENCHES, ids=str)
@settings(max_examples=6, deadline=None)
@given(kept=orders, chosen=hands)
def test_each_statement_is_whose_change_brought_it_and_nobody_elses(
    bench: Bench, kept: list[tuple[int, int]], chosen: set[int]
) -> None:
    device, intents = told(bench, kept, chosen)

    blamed = bench.platform.dialect.blame(device.text, intents)

    assert [one.statement for one in blamed] == list(device.statements(device.text))
    assert {one.statement: set(one.owners) for one in blamed} == {
        one: device.owners(one) for one in device.statements(device.text)
    }
    assert all(len(classes(one)) == 1 for one in blamed)


def classes(one: Blamed) -> set[str]:
    return {owner if owner in {BASELINE, UNKNOWN} else "service" for owner in one.owners} or {"not ours"}


@pytest.mark.parametrize("bench", BENCHES, ids=str)
@settings(max_examples=4, deadline=None)
@given(kept=orders, chosen=hands, forgotten=st.tuples(st.integers(0, 9), st.integers(0, 59)))
def test_of_a_service_that_nobody_knows_nothing_is_somebody_elses_and_what_bears_our_mark_is_unknown(
    bench: Bench, kept: list[tuple[int, int]], chosen: set[int], forgotten: tuple[int, int]
) -> None:
    device, intents = told(bench, kept, chosen)
    label = device.order(4, forgotten).label

    for one in bench.platform.dialect.blame(device.text, intents):
        owners = device.owners(one.statement)
        if owners == {label}:
            assert one.owners in {(), (UNKNOWN,)}
            assert one.owners or f"nh-{label}" not in one.statement.line
        elif label not in owners:
            assert set(one.owners) == owners


def printed(lines: Sequence[Blamed]) -> Iterator[Statement]:
    """What somebody reads who sees nothing but lines and how deep each stands."""
    above: list[str] = []
    for one in lines:
        above = above[: len(one.statement.path)]
        yield Statement(tuple(above), one.statement.line)
        above.append(one.statement.line)


@pytest.mark.parametrize("bench", BENCHES, ids=str)
def test_the_lines_that_are_printed_are_the_whole_configuration(bench: Bench) -> None:
    device, intents = told(bench, [(0, 0), (1, 1), (2, 2)], {0, 1})
    blamed = bench.platform.dialect.blame(device.text, intents)

    lines = list(with_levels(blamed))

    seen = list(printed(lines))
    assert [one for one in seen if one in set(device.statements(device.text))] == list(device.statements(device.text))
    levels = {one.path for one in seen if one.path}
    assert all((*one.path, one.line) in levels for one in seen if one not in set(device.statements(device.text)))
    assert [one.statement for one in lines] == seen


def test_a_level_is_the_owners_of_all_below_it_where_they_agree() -> None:
    def line(path: str, word: str, *owners: str) -> Blamed:
        return Blamed(Statement(tuple(path.split("/")), word), owners)

    lines = with_levels([line("a/b", "x", "S-1"), line("a/b", "y", "S-1"), line("a/c", "x"), line("a", "z", BASELINE)])

    assert [(one.statement.path, one.statement.line, one.owners) for one in lines] == [
        ((), "a", ()),
        (("a",), "b", ("S-1",)),
        (("a", "b"), "x", ("S-1",)),
        (("a", "b"), "y", ("S-1",)),
        (("a",), "c", ()),
        (("a", "c"), "x", ()),
        (("a",), "z", (BASELINE,)),
    ]
