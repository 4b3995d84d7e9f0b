"""From one whole Junos text to another, held to the text it leads to."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.dialects.junos.leftovers import without_leftovers
from automation.dialects.junos.remediation import remediation
from automation.errors import PlatformCannot
from automation.intents import BaselineIntent, takes_port
from tests.unit.automation.bench_junos import JUNOS_BENCH

FRESH, apply, DIALECT = JUNOS_BENCH.fresh, JUNOS_BENCH.apply, JUNOS_BENCH.platform.dialect
BASELINE = BaselineIntent("bench", "other", (), ("192.0.2.3",), ("192.0.2.2",), ("192.0.2.0/24",), (900,))
orders = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 59)), max_size=4)


def with_orders(chosen: list[tuple[int, int]], *, baseline: bool) -> str:
    text = FRESH
    if baseline:
        text = apply(text, DIALECT.plan(text, (), (BASELINE,)).commands)
    for number, (maker, variant) in enumerate(chosen, 1):
        intent = JUNOS_BENCH.makers[maker](number, number - 1, variant)
        text = apply(text, DIALECT.plan(text, (), (intent,)).commands)
    return text


@settings(max_examples=25, deadline=None)
@given(before=orders, after=orders, baselines=st.tuples(st.booleans(), st.booleans()))
def test_the_lines_lead_from_any_text_to_any_other(
    before: list[tuple[int, int]], after: list[tuple[int, int]], baselines: tuple[bool, bool]
) -> None:
    running = with_orders(before, baseline=baselines[0])
    target = with_orders(after, baseline=baselines[1])

    lines = remediation("bench", running, target)

    assert apply(running, lines) == target if lines else running == target


def test_what_goes_whole_is_named_once_and_one_value_takes_the_others_place() -> None:
    text = apply(FRESH, "set interfaces ge-0/0/0 description new\nset snmp location here\nset snmp contact me")

    assert remediation("bench", text, FRESH).splitlines() == [
        "delete snmp",
        'set interfaces ge-0/0/0 description "Free UNI"',
    ]


def test_a_policy_read_from_the_top_down_is_said_anew_in_its_order() -> None:
    wanted = with_orders([], baseline=True)
    filter_ = "firewall family inet filter nh-management"
    moved = apply(wanted, f"delete {filter_} term people\nset {filter_} term people then accept")

    lines = remediation("bench", moved, wanted).splitlines()

    assert lines[0] == f"delete {filter_}"
    assert apply(moved, "\n".join(lines)) == wanted


def test_what_no_set_line_can_say_is_not_attempted() -> None:
    with pytest.raises(PlatformCannot, match="deactivated"):
        remediation("bench", FRESH, FRESH.replace("    host-name bench;", "    inactive: host-name bench;"))


def test_the_version_is_the_devices_to_say() -> None:
    assert remediation("bench", FRESH, FRESH.replace("22.4R3.25", "23.2R1.14")) == ""


@settings(max_examples=25, deadline=None)
@given(kept=orders, left=st.tuples(st.integers(0, 2), st.integers(0, 59)))
def test_what_a_service_left_behind_goes_and_all_others_stay(
    kept: list[tuple[int, int]], left: tuple[int, int]
) -> None:
    before = with_orders(kept, baseline=False)
    intent = JUNOS_BENCH.makers[left[0]](9, 4, left[1])
    running = apply(before, DIALECT.plan(before, (), (intent,)).commands)

    lines = remediation("bench", running, without_leftovers(running, {"S-9"}))

    after = apply(running, lines)
    assert "S-9" not in after
    shut = {"set interfaces ge-0/0/4 disable"} if takes_port(intent) else set()
    assert set(remediation("bench", before, after).splitlines()) == shut
