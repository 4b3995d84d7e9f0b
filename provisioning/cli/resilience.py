"""`neutralhost resilience`: one sentence, the places that are joined least, and the single points of failure."""

from datetime import datetime

from inventory.resilience import PlaceResilience
from provisioning.cli.house import open_house
from provisioning.cli.output import Output, current_output, sheet
from provisioning.cli.words import safe
from provisioning.questions.resilience import ResilienceAnswer, ask_resilience
from provisioning.rights import SYSTEM


def resilience(place: str | None, day: datetime | None, limit: int) -> None:
    output = current_output()
    with open_house() as house:
        answer = ask_resilience(house.tools, SYSTEM, place, None if day is None else day.date())
    output.answer({"resilience": answer}, lambda: print_resilience(answer, output, limit))


def print_resilience(answer: ResilienceAnswer, output: Output, limit: int) -> None:
    """Print the sentence, the single points of failure and the places, at most `limit` of each."""
    output.say(safe(answer.sentence), style="bold")
    points = answer.found.points[:limit]
    if points:
        rows = ((str(point.asset), f"{point.premises:,}", f"{point.public:,}", f"{point.places:,}") for point in points)
        output.say()
        numbers = ("premises", "public", "dx, dxp, sites")
        output.table(sheet(("single point of failure", *numbers), rows, right=numbers))
        _tell_rest(len(answer.found.points) - len(points), output)
    places = answer.found.places[:limit]
    output.say()
    output.table(
        sheet(("place", "kind", "paths", "premises", "hangs on"), map(_row, places), right=("paths", "premises"))
    )
    _tell_rest(len(answer.found.places) - len(places), output)


def _row(place: PlaceResilience) -> tuple[str, ...]:
    hangs_on = ", ".join(map(str, (*place.hangs_on, *place.risks)))
    paths = "2+" if place.paths == 2 else f"{place.paths}"
    return place.place, place.kind.value, paths, f"{place.premises:,}", hangs_on


def _tell_rest(count: int, output: Output) -> None:
    if count:
        output.say(f"... and {count:,} more: --limit, or --json for all.")
