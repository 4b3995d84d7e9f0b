"""What `check` tells of an estate that keeps every rule."""

import dataclasses
from datetime import date

import pytest

from inventory.check import check
from inventory.devices import Lifecycle, PortRef
from inventory.issues import Severity
from inventory.organisations import Organisation
from inventory.places import Place, PlaceKind
from inventory.snapshot import Inventory, Snapshot
from inventory.vlans import TagRange
from tests.unit.inventory.estates import SMALL_ESTATE, changed, with_more, without

TODAY = date(2026, 11, 22)
SECOND_HANDOVER = dataclasses.replace(
    SMALL_ESTATE.handovers[0], code="ho-2", port=PortRef("sw-a", "Ethernet42"), s_vlans=TagRange(119, 200)
)


def test_a_sound_estate_and_an_empty_one_have_no_issue() -> None:
    assert check(Snapshot(SMALL_ESTATE), TODAY) == ()
    assert check(Snapshot(Inventory()), TODAY) == ()


@pytest.mark.parametrize(
    ("estate", "code", "subject", "part"),
    [
        (changed("devices", 1, management_address=None), "management-address-missing", "sw-b", "no management address"),
        (changed("devices", 1, management_address="127.1.0.1"), "management-address-shared", "sw-a", "sw-a and sw-b"),
        (without("links", 1), "nte-without-uplink", "nte-1", "no link ends at it"),
        (without("ports", 5), "nte-without-uni", "nte-1", "has no UNI"),
        (changed("links", 0, capacity_mbps=10_001), "link-above-port-speed", "a--b", "10001 Mbit/s"),
        (changed("handovers", 0, capacity_mbps=40_000), "handover-above-port-speed", "ho-1", "40000 Mbit/s"),
        (changed("places", 0, kind=PlaceKind.CABINET), "no-exchange", "", "No live switch stands at a DX"),
    ],
)
def test_what_would_fail_or_be_oversold_is_an_error(estate: Inventory, code: str, subject: str, part: str) -> None:
    issue = next(issue for issue in check(Snapshot(estate), TODAY) if issue.code == code)

    assert (issue.severity, issue.subject) == (Severity.ERROR, subject)
    assert part in issue.sentence


@pytest.mark.parametrize(
    ("estate", "code", "subject", "part"),
    [
        (changed("devices", 1, serial="S1"), "serial-shared", "sw-a", "serial number S1"),
        (changed("devices", 0, lifecycle=Lifecycle.RETIRED), "handover-not-live", "ho-1", "which is retired"),
        (changed("places", 0, kind=PlaceKind.CABINET), "handover-not-at-dx", "ho-1", "cabinet and no DX"),
        (with_more("handovers", SECOND_HANDOVER), "handover-tags-overlap", "ho-1", "S-VLANs 119-119"),
        (
            with_more("organisations", Organisation("late", "Late", frozenset(), True)),
            "isp-without-handover",
            "late",
            "no handover",
        ),
        (
            with_more("places", Place("dxp-c", "C", PlaceKind.DXP, "North", 0.0, 0.0)),
            "place-without-devices",
            "dxp-c",
            "No device",
        ),
        (
            changed("devices", 1, lifecycle=Lifecycle.PLANNED),
            "serving-place-without-switch",
            "dxp-b",
            "1 premises are served from dxp-b",
        ),
        (without("links", 0), "switch-unreachable", "sw-b", "joins sw-b with any DX"),
        (changed("premises", 0, northing_m=410_000.0), "premises-far-away", "dxp-b", "more than 10 km"),
        (changed("links", 0, length_m=20.0), "link-shorter-than-straight", "a--b", "20 m of fibre"),
    ],
)
def test_what_somebody_should_look_at_is_a_warning(estate: Inventory, code: str, subject: str, part: str) -> None:
    issue = next(issue for issue in check(Snapshot(estate), TODAY) if issue.code == code)

    assert (issue.severity, issue.subject) == (Severity.WARNING, subject)
    assert part in issue.sentence


def test_errors_come_before_warnings_and_every_issue_says_what_to_do() -> None:
    estate = dataclasses.replace(changed("devices", 1, serial="S1"), links=())

    issues = check(Snapshot(estate), TODAY)

    assert [issue.severity for issue in issues] == sorted(issue.severity for issue in issues)
    assert {issue.severity for issue in issues} == set(Severity)
    assert all(issue.next_step.endswith(".") for issue in issues)


def test_ranges_side_by_side_do_not_overlap() -> None:
    beside = dataclasses.replace(SECOND_HANDOVER, s_vlans=TagRange(120, 200))

    assert check(Snapshot(with_more("handovers", beside)), TODAY) == ()
