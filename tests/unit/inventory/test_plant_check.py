"""What `check` tells of a plant that keeps every rule, on one day."""

import dataclasses
from datetime import date

import pytest

from inventory.check import check
from inventory.issues import Severity
from inventory.optics import LossFigures
from inventory.plant import AssetStatus
from inventory.snapshot import Inventory, Snapshot
from tests.unit.inventory.planted import PLANTED, changed, without

TODAY = date(2026, 11, 22)


def told(inventory: Inventory, today: date = TODAY, figures: LossFigures | None = None) -> list[tuple[str, str, str]]:
    issues = check(Snapshot(inventory), today, figures or LossFigures())
    assert all(issue.next_step for issue in issues)
    return [(issue.code, issue.subject, issue.sentence) for issue in issues]


def test_a_sound_plant_has_no_issue() -> None:
    assert told(PLANTED) == []


@pytest.mark.parametrize(
    ("plant", "code", "subject", "sentence"),
    [
        (
            without("consent_covers", 1, 2),
            "duct-without-consent",
            "ducts",
            "Of ducts's live ducts 2 have no consent today: d-2 and d-3.",
        ),
        (
            changed("consents", 0, last_day=date(2027, 2, 1)),
            "consent-expires",
            "w-1",
            "Consent w-1 of The council ends on 2027-02-01, in 71 days; it covers 3 assets.",
        ),
        (
            changed("ducts", 1, status=AssetStatus.PLANNED),
            "cable-before-duct",
            "c-2",
            "Cable c-2 is live, and its duct d-2 is planned.",
        ),
        (
            changed("ducts", 2, ready_from=date(2026, 12, 1)),
            "cable-before-duct",
            "c-3",
            "Cable c-3 is live, and its duct d-3 is ready from 2026-12-01.",
        ),
        (
            changed("strands", 0, state=PLANTED.strands[1].state),
            "strand-faulty",
            "a--b",
            "Link a--b is on strand c-1:1, which is faulty.",
        ),
        (
            without("splices", 0),
            "link-not-carried",
            "a--b",
            "Link a--b is not carried: no strands join sw-a:Ethernet1 and sw-b:Ethernet1.",
        ),
        (
            changed("devices", 0, place_code="dxp-b"),
            "patched-elsewhere",
            "sw-a:Ethernet1",
            "Port sw-a:Ethernet1 is patched at dx-a, and sw-a stands at dxp-b.",
        ),
    ],
)
def test_what_somebody_should_look_at_is_a_warning(plant: Inventory, code: str, subject: str, sentence: str) -> None:
    found = [issue for issue in check(Snapshot(plant), TODAY) if issue.code == code]

    assert [(issue.subject, issue.sentence, issue.severity) for issue in found] == [
        (subject, sentence, Severity.WARNING)
    ], told(plant)


def test_a_link_that_loses_too_much_is_told_with_the_figures_of_the_settings() -> None:
    assert told(PLANTED) == []

    ((code, subject, _),) = told(PLANTED, figures=LossFigures(per_km_db=30.0))

    assert (code, subject) == ("loss-over-budget", "a--b")


@pytest.mark.parametrize(
    ("today", "codes"),
    [
        (date(2025, 1, 1), {"link-not-carried", "cable-before-duct"}),
        (date(2028, 12, 30), set()),
        (date(2028, 12, 31), {"consent-expires"}),
        (date(2029, 12, 31), {"consent-expires"}),
        (date(2030, 1, 1), {"duct-without-consent"}),
    ],
)
def test_what_is_told_depends_on_the_day(today: date, codes: set[str]) -> None:
    assert {code for code, _, _ in told(PLANTED, today)} == codes


def test_a_duct_that_is_not_there_yet_needs_no_consent() -> None:
    without_consent = without("consent_covers", 1)
    planned = dataclasses.replace(
        without_consent,
        ducts=(PLANTED.ducts[0], dataclasses.replace(PLANTED.ducts[1], ready_from=date(2027, 1, 1)), PLANTED.ducts[2]),
    )

    assert "duct-without-consent" in {code for code, *_ in told(without_consent)}
    assert "duct-without-consent" not in {code for code, *_ in told(planned)}
