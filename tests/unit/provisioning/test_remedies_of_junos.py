"""What is wrong on a Junos device, put right: changes a person can read, line by line."""

from datetime import UTC, datetime

import pytest

from automation.change_plan import ChangeAction
from automation.dialects.junos.platform import JUNOS
from automation.errors import TagNotFree
from automation.masking import without_secrets
from automation.texts import DeviceText
from provisioning.backups import Backup
from provisioning.remedies import Wrong, fix_of, restore_of
from tests.unit.automation.bench_junos import JUNOS_BENCH

FRESH, apply = JUNOS_BENCH.fresh, JUNOS_BENCH.apply
INTENT = JUNOS_BENCH.makers[0](1, 0, 0)
THERE = apply(FRESH, JUNOS.dialect.plan(FRESH, (), (INTENT,)).commands)


def read(text: str) -> DeviceText:
    return DeviceText("bench", "junos", text)


def backup() -> Backup:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Backup("bench", 1, "junos", at, at, "digest", "fingerprint", 10)


def test_a_line_missing_of_a_circuit_is_added_again() -> None:
    bad = apply(THERE, "delete interfaces ge-0/0/0 unit 0 layer2-policer")

    change = fix_of(read(bad), Wrong((INTENT,), frozenset()))

    assert change is not None
    assert change.action is ChangeAction.ADD
    assert apply(bad, JUNOS.dialect.plan(bad, (), change.intents).commands) == THERE


def test_a_port_somebody_put_in_a_circuits_bridge_domain_is_not_ours_to_take_out() -> None:
    bad = apply(
        THERE,
        "set interfaces ge-0/0/4 encapsulation ethernet-bridge\nset interfaces ge-0/0/4 unit 0\n"
        "set bridge-domains nh-S-1 interface ge-0/0/4.0",
    )

    assert fix_of(read(bad), Wrong((INTENT,), frozenset())) is None
    with pytest.raises(TagNotFree, match=r"carried by ge-0/0/4"):
        JUNOS.dialect.plan(bad, (), (INTENT,))


def test_what_a_service_left_behind_goes_line_by_line_and_can_be_put_back() -> None:
    change = fix_of(read(THERE), Wrong((), frozenset({"S-1"})))

    assert change is not None
    assert change.action is ChangeAction.LINES
    assert "delete bridge-domains nh-S-1" in change.commands.splitlines()
    assert apply(apply(THERE, change.commands), change.undo) == THERE


def test_a_device_that_is_right_needs_no_change() -> None:
    assert fix_of(read(THERE), Wrong((INTENT,), frozenset())) is None


def test_a_masked_backup_comes_back_as_lines_with_the_secrets_the_device_has() -> None:
    change = restore_of(read(THERE), backup(), without_secrets(FRESH, "junos"), (), whole=True)

    assert change.action is ChangeAction.LINES
    assert "$6$" not in change.commands
    assert apply(THERE, change.commands) == FRESH


def test_what_no_line_can_say_is_restored_as_a_whole_text() -> None:
    deactivated = FRESH.replace("    host-name bench;", "    inactive: host-name bench;")

    change = restore_of(read(THERE), backup(), without_secrets(deactivated, "junos"), (), whole=True)

    assert change.action is ChangeAction.WHOLE
    assert change.undo == THERE
