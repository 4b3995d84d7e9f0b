"""`neutralhost trace END`."""

from collections.abc import Iterator

from inventory.optics import LossBudget
from inventory.plant import AssetKind, Parties
from inventory.trace import Event, FibreTrace, LossBasis, StrandDetails, Trace
from provisioning.cli.house import open_house
from provisioning.cli.output import Output, Sheet, current_output, sheet
from provisioning.questions import trace as question
from provisioning.rights import SYSTEM

COLUMNS = ("at m", "dB", "sum", "what light meets", "m", "whose")
NUMBERS = ("at m", "dB", "sum", "m")
INDENT = "  "


def trace(end: str) -> None:
    output = current_output()
    with open_house() as house:
        found = question.trace(house.tools, SYSTEM, end)
    output.answer({"trace": found}, lambda: print_trace(found, output))


def print_trace(found: Trace, output: Output) -> None:
    """Print every fibre as a table of events, each with its sum; then the sum of all sections, where there are more."""
    if not found.sections:
        output.say(f"{found.asked} holds neither links nor strands.")
    for section in found.sections:
        if not section.fibres:
            output.say(f"{section.name}: no strands are known that carry it.", style="yellow")
        for number, fibre in enumerate(section.fibres, start=1):
            output.say(f"{section.name}, {_which(fibre, number, len(section.fibres))}", style="bold")
            output.table(fibre_sheet(fibre))
            _print_budget(fibre.budget, output)
            output.say()
    if len(found.sections) > 1:
        output.say(f"In all {found.length_m:,.0f} m, {found.loss_db:.2f} dB.", style="bold")


def fibre_sheet(fibre: FibreTrace) -> Sheet:
    """Return one fibre as a table: one line a thing, what lies within another one indented under it."""
    return sheet(COLUMNS, _rows(fibre), right=NUMBERS)


def _which(fibre: FibreTrace, number: int, count: int) -> str:
    which = f"fibre {number} of {count}: " if count > 1 else ""
    carries = f", carries {fibre.link}" if fibre.link else ""
    figures = f"{fibre.length_m:,.0f} m, {fibre.budget.loss_db:.2f} dB"
    return f"{which}{fibre.a_place} to {fibre.z_place}, {figures}{carries}"


def _rows(fibre: FibreTrace) -> Iterator[tuple[str, ...]]:
    sum_db = 0.0
    for event in fibre.events:
        sum_db += event.loss_db
        figures = (f"{event.loss_db:.2f}", f"{sum_db:.2f}") if event.basis is not LossBasis.NONE else ("", "")
        length = f"{event.length_m:,.0f}" if event.strand is not None else ""
        yield f"{event.at_m:,.0f}", *figures, _words(event), length, _parties(event.parties)
        if event.strand is not None:
            yield from _lines_within(event, event.strand)


def _lines_within(event: Event, strand: StrandDetails) -> Iterator[tuple[str, ...]]:
    for part in strand.stretches:
        where = f"{INDENT}duct {part.bore.duct}, bore {part.bore.number}, to {part.z_place}"
        yield f"{part.at_m:,.0f}", "", "", where, f"{part.length_m:,.0f}", _parties(part.parties)
    if strand.slack_m:
        at_m = event.at_m + event.length_m - strand.slack_m
        yield f"{at_m:,.0f}", "", "", f"{INDENT}slack", f"{strand.slack_m:,.0f}", ""


def _words(event: Event) -> str:
    match event.asset.kind:
        case AssetKind.PORT:
            return f"port {event.asset.code}" + (f", {event.optic}" if event.optic else "")
        case AssetKind.POSITION:
            return f"position {event.asset.code}"
        case AssetKind.SPLICE:
            return _splice_words(event)
        case AssetKind.STRAND if event.strand is not None:
            return _strand_words(event.strand)
        case _:
            return event.asset.kind.value


def _splice_words(event: Event) -> str:
    if event.basis is LossBasis.PLANNED:
        return f"splice at {event.place}, not recorded yet"
    word = "uncut through" if event.basis is LossBasis.NONE else "splice in"
    return f"{word} {event.closure}"


def _strand_words(strand: StrandDetails) -> str:
    state = "" if strand.state == "usable" else f", {strand.state}"
    return f"strand {strand.cable}:{strand.number}, tube {strand.tube} {strand.tube_colour}, {strand.colour}{state}"


def _parties(parties: Parties | None) -> str:
    """All three, or one name where they are one."""
    if parties is None:
        return ""
    names = (parties.owner, parties.operator, parties.used_by)
    return names[0] if len(set(names)) == 1 else ", ".join(names)


def _print_budget(budget: LossBudget, output: Output) -> None:
    output.say(f"{' + '.join(budget.items)} = {budget.loss_db:.2f} dB")
    if budget.allowed_db is None or budget.margin_db is None:
        return
    allowed = f"{budget.optic} allows {budget.allowed_db:.2f} dB"
    if budget.margin_db < 0:
        output.say(f"{allowed}: {-budget.margin_db:.2f} dB too much is lost.", style="red")
    else:
        output.say(f"{allowed}: {budget.margin_db:.2f} dB to spare.", style="green")
