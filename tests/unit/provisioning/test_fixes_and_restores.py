"""What a fix and a restore leave of a device, on every platform: what is ours right, and what is not as it was.

Devices have random services, some that nobody wants any more, and lines of somebody else. Statements of services are
taken off at random. The text is changed by the configuration engine of the platform's own simulator.
"""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from automation.change_plan import ChangeAction, DeviceChange
from automation.dialects.dialect import UNKNOWN, Statement
from automation.drift import device_drift
from automation.drift_kinds import DriftKind
from automation.intents import Intent, takes_port
from automation.masking import without_secrets
from automation.planning import plan_change
from automation.texts import DeviceText
from automation.twin.junos.refusals import Refused as JunosRefused
from automation.twin.openwrt.files import Refused as UciRefused
from automation.twin.refusals import CommandRefused
from provisioning.backup_errors import NothingToRestore
from provisioning.backups import Backup
from provisioning.remedies import Wrong, fix_of, restore_of
from tests.unit.automation.bench import Bench
from tests.unit.automation.benches import BENCHES
from tests.unit.automation.test_byte_for_byte import Device, one_step

NOW = datetime(2026, 11, 22, tzinfo=UTC)
MOST_FIXES = 3
DEFAULTS = {"spanning-tree mode mstp"}
OURS = {DriftKind.MISSING, DriftKind.EXTRA}
orders = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 59)), max_size=3)
by_hand = st.sets(st.integers(0, 5))


@dataclass
class Town:
    """A bench device: its text, and the intents that are wanted of it, those of before any service among them."""

    bench: Bench
    text: str
    intents: tuple[Intent, ...]

    def add(self, chosen: Sequence[tuple[int, int]], first: int) -> tuple[Intent, ...]:
        """Put services on it, numbered from `first`, each on a port of its own."""
        found: list[Intent] = []
        for number, (maker, variant) in enumerate(chosen, first):
            makers = self.bench.makers
            intent = makers[maker % len(makers)](number, number - 1, variant)
            plan = self.bench.platform.dialect.plan(self.text, (), (intent,))
            self.text = self.bench.apply(self.text, plan.commands)
            found += plan.intents
        return tuple(found)

    def by_hand(self, chosen: set[int]) -> None:
        changes = self.bench.by_hand
        for number in sorted(chosen):
            if number < len(changes):
                self.text = self.bench.apply(self.text, changes[number])

    def load(self, change: DeviceChange) -> None:
        dialect = self.bench.platform.dialect
        self.text = self.bench.apply(self.text, plan_change(dialect, self.text, change).commands)

    def owned(self, text: str) -> Counter[Statement]:
        """The statements that intents claim, but those of which only members are somebody's."""
        blamed = self.bench.platform.dialect.blame(text, self.intents)
        return Counter(one.statement for one in blamed if is_claimed(one.owners) and not is_list(one.statement))

    def rest(self, text: str) -> Counter[Statement]:
        """The statements that nobody claims, but defaults that the device says where nobody says anything."""
        said = Counter(self.bench.platform.dialect.statements(text)) - self.owned(text)
        return Counter({one: times for one, times in said.items() if one.line not in DEFAULTS})


def is_claimed(owners: Sequence[str]) -> bool:
    return bool(set(owners) - {UNKNOWN})


def is_list(statement: Statement) -> bool:
    return "trunk allowed vlan" in statement.line


def town(bench: Bench) -> Town:
    found = Town(bench, bench.fresh, bench.baseline)
    found.text = bench.apply(bench.fresh, bench.platform.dialect.plan(bench.fresh, (), bench.baseline).commands)
    return found


def damage(here: Town, drawn: st.DataObject) -> None:
    """Take some of what services claim off, as far as the device lets go of it."""
    claimed = sorted(here.owned(here.text), key=str)
    for gone in drawn.draw(st.lists(st.sampled_from(claimed), max_size=3, unique=True)) if claimed else []:
        with suppress(JunosRefused, CommandRefused, UciRefused):
            here.text = here.bench.without(here.text, gone)


def named(here: Town) -> set[str]:
    """The services that something of theirs was found too much of, or left behind."""
    dialect, intents = here.bench.platform.dialect, here.intents
    found = device_drift(dialect, "bench", here.text, intents)
    return {one.label for one in found if one.kind in {DriftKind.EXTRA, DriftKind.UNKNOWN}}


def marks_lost(here: Town) -> bool:
    """Whether something lost the name by which it is told whose it is: it is a person's to judge then."""
    dialect, wanted = here.bench.platform.dialect, {intent.label for intent in here.intents}
    found = device_drift(dialect, "bench", here.text, here.intents)
    return any(one.kind is DriftKind.FOREIGN and one.label in wanted for one in found)


def fix(here: Town, left_behind: set[str]) -> int:
    """Fix until there is nothing more to fix; returns how often."""
    name = here.bench.platform.name
    wrong = Wrong(here.intents, frozenset(left_behind))
    for times in range(MOST_FIXES + 1):
        change = fix_of(DeviceText("bench", name, here.text), wrong)
        if change is None:
            return times
        here.load(change)
    raise AssertionError("a fix that is never done")


@pytest.mark.parametrize("bench", BENCHES, ids=str)
@settings(max_examples=4, deadline=None)
@given(kept=orders, left=orders, hands=by_hand, drawn=st.data())
def test_a_fix_puts_right_what_is_ours_and_nothing_else(
    bench: Bench, kept: list[tuple[int, int]], left: list[tuple[int, int]], hands: set[int], drawn: st.DataObject
) -> None:
    here = town(bench)
    here.intents += here.add(kept, 1)
    here.by_hand(hands)
    right = here.text
    gone = here.add(left[: bench.ports - len(kept)], 1 + len(kept))
    shut = any(takes_port(intent) for intent in gone)
    damage(here, drawn)
    assume(not marks_lost(here))

    fix(here, named(here) & {intent.label for intent in gone})

    found = device_drift(bench.platform.dialect, "bench", here.text, here.intents)
    assert [one for one in found if one.kind in OURS] == []
    assert not any(f"nh-{intent.label}" in here.text for intent in gone)
    if not shut:
        assert bench.platform.dialect.same(here.text, right)


TOO_MUCH = {
    "eos": "policy-map type quality-of-service nh-S-1\n   class class-default\n      set cos 5\n",
    "junos": "set bridge-domains nh-S-1 bridge-options interface xe-0/1/0.2001 interface-mac-limit 9",
    "openwrt": "set wireless.nh_S__1_radio0.hidden='1'\nadd_list network.nh_S__1_vlan.ports='eth1:t'\n"
    "set wireless.nh_S__1_radio7='wifi-iface'\nset wireless.nh_S__1_radio7.ssid='more'\n",
}


@pytest.mark.parametrize("bench", BENCHES, ids=str)
def test_what_is_too_much_within_what_is_ours_is_named_so_and_taken_off_by_lines_a_person_can_read(
    bench: Bench,
) -> None:
    here = town(bench)
    here.intents += here.add([(0, 0)], 1)
    right = here.text
    here.text = bench.apply(right, TOO_MUCH[bench.platform.name])
    found = device_drift(bench.platform.dialect, "bench", here.text, here.intents)

    assert [(one.kind, one.label) for one in found if one.kind in OURS] == [(DriftKind.EXTRA, "S-1")]
    change = fix_of(DeviceText("bench", bench.platform.name, here.text), Wrong(here.intents, frozenset()))
    assert change is not None
    assert change.action is ChangeAction.LINES
    was = here.text
    here.load(change)
    assert here.text == right
    assert bench.apply(right, change.undo) == was


def expected(here: Town, then: str) -> Counter[Statement]:
    """What an earlier text said of the baseline, and of services that it said whole."""
    dialect, said = here.bench.platform.dialect, set(here.bench.platform.dialect.statements(then))
    as_then = tuple(
        one
        for one in here.intents
        if all(is_list(each) or each in said for each in dialect.statements(dialect.render([one])))
    )
    wanted = set(dialect.statements(dialect.render(as_then)))
    of_baseline = replace(here, intents=here.bench.baseline).owned(then)
    owned = replace(here, intents=(*here.bench.baseline, *as_then)).owned(then)
    return Counter({one: times for one, times in owned.items() if one in wanted or one in of_baseline})


def backup_of(here: Town) -> tuple[Backup, str]:
    name = here.bench.platform.name
    return Backup("bench", 3, name, NOW, NOW, "digest", "fingerprint", 9), without_secrets(here.text, name)


@pytest.mark.parametrize("bench", BENCHES, ids=str)
@settings(max_examples=4, deadline=None)
@given(
    kept=orders,
    come=orders,
    gone=orders,
    hands=st.tuples(by_hand, by_hand),
    drawn=st.data(),
)
def test_a_restore_of_what_is_ours_leaves_alone_what_is_not_what_came_and_what_went_since(
    bench: Bench,
    kept: list[tuple[int, int]],
    come: list[tuple[int, int]],
    gone: list[tuple[int, int]],
    hands: tuple[set[int], set[int]],
    drawn: st.DataObject,
) -> None:
    here = town(bench)
    stays = here.add(kept[:2], 1)
    before = here.text
    here.add(gone[:1], 3)
    here.by_hand(hands[0])
    then = here.text
    backup, masked = backup_of(here)

    here.text = before
    here.intents += (*stays, *here.add(come[:1], 4))
    here.by_hand(hands[1])
    damage(here, drawn)
    running, was_owned, rest = here.text, here.owned(here.text), here.rest(here.text)
    read = DeviceText("bench", bench.platform.name, running)
    try:
        change = restore_of(read, backup, masked, here.intents, whole=False)
    except NothingToRestore:
        assert not expected(here, then) - was_owned or marks_lost(here)
        return
    here.load(change)

    assert not expected(here, then) - here.owned(here.text) or marks_lost(here)
    assert not here.owned(here.text) - was_owned - here.owned(then)
    levels = {one.path for one in bench.platform.dialect.statements(here.text)}
    lost = (rest - here.rest(here.text)).elements()
    assert [one for one in lost if (*one.path, one.line) not in levels] == []  # an empty level has its content again
    assert here.rest(here.text) - rest == Counter()
    assert bench.apply(here.text, change.undo) == running


def drift_and_fix(device: Device, drawn: st.DataObject) -> None:
    """Somebody's hand takes some of a service off, and a fix puts it back as it was."""
    here, was = here_of(device), device.text
    damage(here, drawn)
    if marks_lost(here):
        return
    fix(here, set())
    device.text = here.text
    assert device.bench.platform.dialect.same(device.text, was)


def restore_and_fix(device: Device, then: str) -> None:
    """What is ours is as in an earlier text, and then again as it is ordered by now."""
    here, was = here_of(device), device.text
    backup, masked = backup_of(replace(here, text=then))
    read = DeviceText("bench", device.bench.platform.name, here.text)
    with suppress(NothingToRestore):
        here.load(restore_of(read, backup, masked, here.intents, whole=False))
    fix(here, set())
    device.text = here.text
    assert device.bench.platform.dialect.same(device.text, was)


def here_of(device: Device) -> Town:
    return Town(device.bench, device.text, (*device.bench.baseline, *device.live.values()))


@pytest.mark.parametrize("bench", BENCHES, ids=str)
@settings(max_examples=4, deadline=None)
@given(drawn=st.data())
def test_the_last_cease_leaves_the_text_before_the_first_order_also_with_fixes_and_restores_between(
    bench: Bench, drawn: st.DataObject
) -> None:
    device, fresh = Device(bench), town(bench).text
    device.text, texts = fresh, [fresh]

    for number in range(1, drawn.draw(st.integers(2, 6)) + 1):
        one_step(device, drawn.draw, number)
        drift_and_fix(device, drawn)
        restore_and_fix(device, drawn.draw(st.sampled_from(texts)))
        texts.append(device.text)
    for number in drawn.draw(st.permutations(sorted(device.live))):
        device.cease(number)

    assert bench.platform.dialect.same(device.text, fresh)
    assert sorted(device.text.splitlines()) == sorted(fresh.splitlines())
