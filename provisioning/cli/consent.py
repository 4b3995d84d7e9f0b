"""`neutralhost consent ...`: wayleaves and other permissions, and when they end."""

from collections.abc import Iterable

from inventory.consent_answers import ConsentAnswer
from inventory.counted import counted
from inventory.plant import AssetRef
from provisioning.cli.house import open_house
from provisioning.cli.output import Output, Sheet, current_output, sheet
from provisioning.cli.words import in_runs, money
from provisioning.questions import consents as question
from provisioning.questions.consents import ConsentHolds
from provisioning.rights import SYSTEM


def list_consents(days: int | None) -> None:
    output = current_output()
    with open_house() as house:
        found = question.consents(house.tools, SYSTEM, expires_within_days=days)
    output.answer({"consents": found}, lambda: print_consents(found, output))


def show(code: str) -> None:
    output = current_output()
    with open_house() as house:
        found = question.consent(house.tools, SYSTEM, code)
    output.answer({"consent": found}, lambda: print_consent(found, output))


def print_consents(found: tuple[ConsentAnswer, ...], output: Output) -> None:
    """Print a table, and the sum of what they cost."""
    output.table(consents_sheet(found))
    pence = sum(each.consent.yearly_pence for each in found)
    output.say(f"{len(found)} consents, {money(pence)} a year.")


def consents_sheet(found: Iterable[ConsentAnswer]) -> Sheet:
    """Return consents as a table."""
    rows = (
        (
            each.consent.code,
            each.consent.grantor,
            str(each.consent.last_day or "no end"),
            "" if each.days_left is None else f"{each.days_left:,}",
            f"{len(each.assets):,}",
            f"{len(each.uncovered):,}",
            money(each.consent.yearly_pence),
        )
        for each in found
    )
    titles = ("consent", "grantor", "last day", "days left", "assets", "uncovered", "a year")
    return sheet(titles, rows, right=titles[3:])


def print_consent(found: ConsentHolds, output: Output) -> None:
    """Print one consent's facts, and how much depends on it."""
    answer, consent = found.answer, found.answer.consent
    left = "" if answer.days_left is None else f"{answer.days_left:,}"
    output.facts(
        (
            ("consent", consent.code),
            ("state", answer.state.value),
            ("grantor", consent.grantor),
            ("land", consent.land_reference),
            ("term", consent.term),
            ("from", str(consent.first_day)),
            ("to", str(consent.last_day or "no end")),
            ("days left", left),
            ("a year", money(consent.yearly_pence)),
            ("covers", _listed(answer.assets)),
            ("uncovered", "all of it" if answer.uncovered == answer.assets else _listed(answer.uncovered)),
            ("depend on it", _dependents(found)),
        )
    )


def _dependents(found: ConsentHolds) -> str:
    counts = (
        (found.cables, "cable"),
        (found.strands, "strand"),
        (found.links, "link"),
        (found.services, "service"),
        (found.reservations, "reservation"),
    )
    return ", ".join(counted(count, noun) for count, noun in counts)


def _listed(assets: tuple[AssetRef, ...]) -> str:
    return ", ".join(in_runs(map(str, assets)))
