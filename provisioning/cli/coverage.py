"""`neutralhost coverage refresh|show`."""

from inventory.confidence import Confidence
from provisioning.cli.house import open_house
from provisioning.cli.output import Output, current_output, sheet
from provisioning.cli.words import moment
from provisioning.questions.coverage import CoverageAnswer, refresh_coverage, show_coverage
from provisioning.rights import SYSTEM


def refresh() -> None:
    output = current_output()
    with open_house() as house:
        with output.working("looking at all premises"):
            refresh_coverage(house.tools, SYSTEM)
        answer = show_coverage(house.tools, SYSTEM, limit=0)
    output.answer({"sentence": answer.sentence, "coverage": answer}, lambda: print_coverage(answer, output))


def show(confidence: str | None, dx: str | None, after: str, limit: int) -> None:
    output = current_output()
    wanted = None if confidence is None else Confidence(confidence)
    with open_house() as house:
        answer = show_coverage(house.tools, SYSTEM, confidence=wanted, dx=dx, after=after, limit=limit)
    output.answer({"sentence": answer.sentence, "coverage": answer}, lambda: print_coverage(answer, output))


def print_coverage(answer: CoverageAnswer, output: Output) -> None:
    """Print the sentence, the counts by DX, and the premises."""
    output.say(answer.sentence, style="bold")
    rules = answer.round.rules
    output.say(
        f"Refreshed {moment(answer.round.refreshed_at)}; drops up to {rules.drop_limit_m:g} m,"
        f" {rules.premises_per_port} premises a port."
    )
    rows = (
        (each.dx or "none", each.confidence.value, each.reason.value, f"{each.premises:,}") for each in answer.counts
    )
    output.say()
    output.table(sheet(("dx", "answer", "why", "premises"), rows, right=("premises",)))
    if answer.premises:
        _print_premises(answer, output)


def _print_premises(answer: CoverageAnswer, output: Output) -> None:
    rows = (
        (
            each.uprn,
            each.confidence.value,
            each.reason.value,
            each.place or "",
            each.dx or "",
            _metres(each.drop_m),
            _metres(each.distance_m),
        )
        for each in answer.premises
    )
    columns = ("premises", "answer", "why", "place", "dx", "drop m", "m to dx")
    output.say()
    output.table(sheet(columns, rows, right=("drop m", "m to dx")))
    if answer.next_uprn is not None:
        output.say(f"... and more: --after {answer.next_uprn}")


def _metres(metres: float | None) -> str:
    return "" if metres is None else f"{metres:,.0f}"
