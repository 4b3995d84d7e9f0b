"""`neutralhost path A B`: the legs, and what they have to do with each other."""

from collections.abc import Iterator
from datetime import date, datetime

from provisioning.cli.house import open_house
from provisioning.cli.last_words import EXIT_DONE, EXIT_ERROR
from provisioning.cli.output import Output, current_output, sheet
from provisioning.cli.words import in_runs, safe
from provisioning.questions.path import PathAnswer, PathLeg, PathQuestion, find_path
from provisioning.rights import SYSTEM


def path(
    a_place: str,
    z_place: str,
    diverse: bool,
    first_day: datetime | None,
    last_day: datetime | None,
    strands: int,
    avoid: tuple[str, ...],
    max_loss_db: float | None,
) -> int:
    output = current_output()
    days = _day(first_day), _day(last_day)
    question = PathQuestion(a_place, z_place, *days, strands, diverse, avoid, max_loss_db)
    with open_house() as house:
        answer = find_path(house.tools, SYSTEM, question)
    output.answer({"sentence": answer.sentence, "path": answer}, lambda: print_path(answer, output))
    return EXIT_ERROR if answer.shared else EXIT_DONE


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def print_path(answer: PathAnswer, output: Output) -> None:
    """Print the sentence, then each leg: what it is, and hop by hop where it goes."""
    until = "on" if answer.last_day is None else f"to {answer.last_day}"
    output.say(
        f"{answer.a_place} to {answer.z_place}, {answer.strands} strand{'s' if answer.strands > 1 else ''}"
        f" free from {answer.first_day} {until}"
    )
    output.say(safe(answer.sentence), style="bold yellow" if answer.shared else "bold")
    for number, leg in enumerate(answer.legs, start=1):
        output.say()
        output.facts(tuple(_facts(leg, f"leg {number}" if answer.diverse else "path")))
        rows = tuple(_hops(leg))
        output.table(sheet(("from", "to", "ducts", "cables"), rows))
    output.say()
    output.say(f"Found by: {answer.method}{'' if answer.is_exact else ' (not exact)'}.")


def _facts(leg: PathLeg, title: str) -> Iterator[tuple[str, str]]:
    yield title, f"{leg.length_m:,.0f} m, {leg.loss_db:.2f} dB, {len(leg.ducts)} ducts"
    yield "owners", ", ".join(leg.owners)
    for name, codes in (("corridors", leg.corridors), ("bridges", leg.bridges), ("entries", leg.entries)):
        if codes:
            yield name, ", ".join(codes)


def _hops(leg: PathLeg) -> Iterator[tuple[str, str, str, str]]:
    for a, z, span in zip(leg.places, leg.places[1:], leg.spans, strict=False):
        yield a, z, ", ".join(in_runs(span.ducts)), ", ".join(in_runs(span.cables))
