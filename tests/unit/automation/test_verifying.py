"""What a device may not lose by a change: a link, a neighbour, its light."""

from dataclasses import replace

import pytest

from automation.facts import DeviceFacts, Light
from automation.platforms import PLATFORMS
from automation.verifying import Seen, failed_checks
from inventory.devices import PortRef

UP = {"is_up": True, "is_enabled": True}
NEIGHBOUR = PortRef("dx", "Ethernet1")
BEFORE = DeviceFacts(
    "sw",
    PLATFORMS["eos"].dialect,
    "",
    {"Ethernet1": UP, "Ethernet2": UP},
    {"Ethernet1": (NEIGHBOUR,)},
    {"Ethernet1": Light(-10.0, -2.0)},
)


def test_a_device_that_shows_what_it_showed_fails_nothing() -> None:
    assert failed_checks(Seen(BEFORE, BEFORE)) == ()


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (
            replace(BEFORE, ports=BEFORE.ports | {"Ethernet2": {"is_up": False, "is_enabled": True}}),
            "link: Ethernet2 was up and is down",
        ),
        (replace(BEFORE, neighbours={}), "neighbours: Ethernet1 no longer hears dx:Ethernet1"),
        (
            replace(BEFORE, light={"Ethernet1": Light(-13.0, -2.0)}),
            "light: Ethernet1 received -10.0 dBm and receives -13.0 dBm",
        ),
        (
            replace(BEFORE, light={"Ethernet1": Light(None, -2.0)}),
            "light: Ethernet1 received -10.0 dBm and receives none",
        ),
    ],
)
def test_what_was_lost_is_named(now: DeviceFacts, said: str) -> None:
    assert failed_checks(Seen(BEFORE, now)) == (said,)


def test_a_port_that_the_change_shuts_is_meant_to_go_dark() -> None:
    shut = BEFORE.ports | {"Ethernet1": {"is_up": False, "is_enabled": False}}
    assert failed_checks(Seen(BEFORE, replace(BEFORE, ports=shut, neighbours={}, light={}))) == ()


def test_what_a_platform_cannot_tell_is_passed_over_and_light_that_falls_a_little_is_no_loss() -> None:
    mute = replace(BEFORE, neighbours=None, light=None)
    assert failed_checks(Seen(mute, BEFORE)) == ()
    assert failed_checks(Seen(mute, mute)) == ()
    assert failed_checks(Seen(BEFORE, replace(BEFORE, light={"Ethernet1": Light(-12.9, -2.0)}))) == ()


def test_what_was_told_before_the_change_and_is_not_told_after_it_passes_nothing() -> None:
    why = {"neighbours": "LLDP is not enabled", "light": "no such command"}
    mute = replace(BEFORE, neighbours=None, light=None, why_not=why)

    assert failed_checks(Seen(BEFORE, mute)) == (
        "neighbours: they were told and are not any more: LLDP is not enabled",
        "light: it was told and is not any more: no such command",
    )


def test_a_port_with_a_neighbour_that_is_not_shown_any_more_has_lost_it() -> None:
    without = {"Ethernet2": UP}
    assert failed_checks(Seen(BEFORE, replace(BEFORE, ports=without, neighbours={}))) == (
        "neighbours: Ethernet1 no longer hears dx:Ethernet1",
    )


def test_a_device_that_shows_no_port_any_more_has_lost_all_that_were_up() -> None:
    assert (
        failed_checks(Seen(BEFORE, replace(BEFORE, ports={})))[0] == "link: it showed ports that were up and shows none"
    )
