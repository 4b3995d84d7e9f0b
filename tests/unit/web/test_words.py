from datetime import UTC, datetime

import pytest

from inventory.confidence import Confidence
from provisioning.by_hand import ByHand
from provisioning.orders import ENDED, STEPS, OrderState
from provisioning.services import ServiceState
from web.portal import words


@pytest.mark.parametrize(
    ("pence", "text"), [(0, "£0.00"), (5, "£0.05"), (2400, "£24.00"), (125050, "£1,250.50"), (-3110, "-£31.10")]
)
def test_money_is_shown_in_pounds(pence: int, text: str) -> None:
    assert words.pounds(pence) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, ""), (0.042, "42 ms"), (1.26, "1.3 s"), (59.9, "59.9 s"), (250.0, "4 min 10 s")]
)
def test_durations_carry_their_unit(seconds: float | None, text: str) -> None:
    assert words.duration(seconds) == text


def test_speeds_and_lengths_carry_their_unit() -> None:
    assert (words.mbps(10_000), words.length(850), words.length(12_440)) == ("10,000 Mbit/s", "850 m", "12.4 km")


def test_moments_say_that_they_are_utc() -> None:
    at = datetime(2026, 11, 3, 9, 5, 7, tzinfo=UTC)
    assert (words.moment(at), words.moment(None), words.clock(at)) == ("3 Nov 2026, 09:05 UTC", "–", "09:05:07 UTC")


def test_every_state_and_step_there_is_has_words_of_its_own() -> None:
    assert all(words.order_state(state) and words.tone(state) for state in OrderState)
    assert all(words.service_state(state) and words.tone(state) for state in ServiceState)
    assert all(words.confidence(answer) and words.tone(answer) for answer in Confidence)
    assert {step for steps in STEPS.values() for step in steps} <= set(words.STEPS)
    assert all(words.tone(state) != "busy" for state in ENDED)


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ("inProgress", "in progress"),
        ("held.assessingCharge", "held: assessing charge"),
        ("withdrawnBySeller", "withdrawn by seller"),
        ("date-change", "date change"),
        ("", ""),
    ],
)
def test_states_in_the_standard_s_spelling_are_words_to_people(state: str, text: str) -> None:
    assert words.spelled(state) == text


def test_a_step_nobody_has_words_for_is_shown_by_its_name() -> None:
    assert words.step("light_the_fibre") == "Light the fibre"


@pytest.mark.parametrize(
    ("name", "label"), [("access points", "Access points"), ("ssid", "SSID"), ("shared ssid", "Shared SSID")]
)
def test_a_fact_is_named_as_people_write_it(name: str, label: str) -> None:
    assert words.label(name) == label


def test_a_list_says_what_there_are_two_of() -> None:
    ssid = ByHand((), (), ssid="41", facts={"access points": "2 in dxp-hulme", "security": "open"})
    patch = ByHand((), (), facts={"between": "odf-1:1 and odf-1:2"})

    assert (ssid.where, patch.where) == ("access points 2 in dxp-hulme", "odf-1:1 and odf-1:2")
    assert ByHand((), ()).where == ""


def test_diff_lines_are_told_apart_by_their_first_character() -> None:
    lines = words.diff_lines("@@ -1 +1 @@\n vlan 1\n+vlan 2\n-vlan 3")
    assert [kind for kind, _ in lines] == ["place", "same", "add", "remove"]


def test_what_somebody_wrote_on_a_device_can_neither_turn_a_diff_round_nor_begin_a_line_of_it():
    diff = " description \N{RIGHT-TO-LEFT OVERRIDE}nwodtuhs on\N{LINE SEPARATOR}- vlan 7\x1b[31m\n+ vlan 8\n"

    assert words.diff_lines(diff) == [
        ("same", " description \ufffdnwodtuhs on\ufffd- vlan 7\ufffd[31m"),
        ("add", "+ vlan 8"),
    ]
    assert words.diff_lines("+\toption x 'y'\n") == [("add", "+\toption x 'y'")]
    assert words.diff_lines("") == []
    assert words.FILTERS["visible"]("Café\u200b") == "Café\ufffd"
