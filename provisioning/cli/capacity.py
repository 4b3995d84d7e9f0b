"""`neutralhost capacity [ASSET]`."""

from collections.abc import Sequence
from datetime import date, datetime

from inventory.capacity import Capacity, StrandCounts
from inventory.pulling import PullAnswer, PulledBore
from provisioning.cli.errors import InputRefused
from provisioning.cli.house import open_house
from provisioning.cli.last_words import EXIT_DONE, EXIT_ERROR
from provisioning.cli.output import Output, Sheet, current_output, sheet
from provisioning.cli.words import safe
from provisioning.questions import capacity as question
from provisioning.rights import SYSTEM


def capacity(
    asset: str | None,
    day: datetime | None,
    strands: int | None,
    a_place: str | None,
    z_place: str | None,
    diameter_mm: float | None,
) -> int:
    on = None if day is None else day.date()
    if asset is not None and strands is None and a_place is None and z_place is None and diameter_mm is None:
        return _show(asset, on)
    if asset is None and strands is not None and a_place is not None and z_place is not None:
        return _pull(strands, a_place, z_place, diameter_mm, on)
    raise InputRefused("Give either an ASSET, or --pull STRANDS with --from and --to.")


def _show(asset: str, day: date | None) -> int:
    output = current_output()
    with open_house() as house:
        found = question.capacity(house.tools, SYSTEM, asset, day=day)
    output.answer({"capacity": found}, lambda: print_capacity(found, output))
    return EXIT_DONE


def _pull(strands: int, a_place: str, z_place: str, diameter_mm: float | None, day: date | None) -> int:
    output = current_output()
    with open_house() as house:
        found = question.pull(house.tools, SYSTEM, a_place, z_place, strands, diameter_mm=diameter_mm, day=day)
    output.answer({"pull": found}, lambda: print_pull(found, output))
    return EXIT_DONE if found.is_possible else EXIT_ERROR


def print_capacity(found: Capacity, output: Output) -> None:
    """Print a table each of bores, cables and ODFs, where there are any, and the days on which that changes."""
    output.say(f"{found.asset} on {found.day}{_free(found)}", style="bold")
    if found.away:
        output.say(f"Not there on that day: {safe(found.away)}.", style="yellow")
    for table in (bores_sheet(found), cables_sheet(found), odfs_sheet(found), changes_sheet(found)):
        if table.rows:
            output.say()
            output.table(table)
    if not (found.bores or found.cables or found.odfs):
        output.say("It has no bores, cables or ODFs.")


def _free(found: Capacity) -> str:
    """How much is free, in short; "" where there is nothing to count."""
    strands = sum(each.strands.free for each in found.cables), sum(each.strands.total for each in found.cables)
    positions = sum(each.free for each in found.odfs), sum(each.total for each in found.odfs)
    counted = ((strands, "strands"), (positions, "positions"))
    told = [f"{free:,} of {total:,} {noun} free" for (free, total), noun in counted if total]
    return f": {', '.join(told)}" if told else ""


def bores_sheet(found: Capacity) -> Sheet:
    """Return the bores, and what still fits into each."""
    rows = (
        (
            str(bore.bore),
            f"{bore.diameter_mm:g}",
            f"{bore.fill_percent:.1f}",
            f"{bore.fill_limit_percent:.1f}",
            f"{bore.room_mm:g}",
            str(bore.room_strands or "none"),
            bore.used_by,
            ", ".join(bore.cables),
        )
        for bore in found.bores
    )
    titles = ("bore", "mm", "fill %", "limit %", "fits mm", "strands", "used by", "cables")
    return sheet(titles, rows, right=titles[1:6])


COUNTED = ("strands", "free", "lit", "sold", "held", "faulty", "set aside")


def cables_sheet(found: Capacity) -> Sheet:
    """Return the cables, with their strands by what they are; and why some are not there, if any is not."""
    titles: tuple[str, ...] = ("cable", "from", "to", *COUNTED)
    rows: list[tuple[str, ...]] = [
        (each.cable, each.a_place, each.z_place, *_counts(each.strands)) for each in found.cables
    ]
    if any(each.away for each in found.cables):
        titles = (*titles, "not there because")
        rows = [(*row, each.away) for row, each in zip(rows, found.cables, strict=True)]
    return sheet(titles, rows, right=COUNTED)


def _counts(counts: StrandCounts) -> tuple[str, ...]:
    found = counts.total, counts.free, counts.lit, counts.sold, counts.held, counts.faulty, counts.set_aside
    return tuple(map(str, found))


def odfs_sheet(found: Capacity) -> Sheet:
    """Return the ODFs, with their positions by what they are."""
    titles = ("odf", "positions", "free", "of these idle", "used", "sold", "held")
    rows = (
        (each.odf, *map(str, (each.total, each.free, each.idle, each.used, each.sold, each.held)))
        for each in found.odfs
    )
    return sheet(titles, rows, right=titles[1:])


def changes_sheet(found: Capacity) -> Sheet:
    """Return the days on which holds begin or end."""
    titles = ("changes on", "strands taken", "strands freed", "positions taken", "positions freed")
    rows = (
        (
            str(each.day),
            *map(str, (each.strands_taken, each.strands_freed, each.positions_taken, each.positions_freed)),
        )
        for each in found.changes
    )
    return sheet(titles, rows, right=titles[1:])


def print_pull(found: PullAnswer, output: Output) -> None:
    """Print yes with the bores, or no with what is in the way and the thickest cable that would go."""
    what = f"a cable of {found.strands} strands ({found.diameter_mm:g} mm) from {found.a_place} to {found.z_place}"
    if found.is_possible:
        output.say(f"Yes: {what}, {found.length_m:,.0f} m.", style="green")
        output.table(way_sheet(found.bores))
    else:
        output.say(f"No: {what} on {found.day}.", style="red")
    if found.in_the_way:
        output.say("In the way of the shortest:" if found.is_possible else "In the way:")
        rows = ((each.duct, f"{each.room_mm:g}", each.reason) for each in found.in_the_way)
        output.table(sheet(("duct", "fits mm", "because"), rows, right=("fits mm",)))
    elif not found.is_possible:
        output.say("No ducts join the two places.")
    if found.thinner is not None:
        thinner = found.thinner
        usual = f"usually {thinner.strands} strands" if thinner.strands else "thinner than any usual cable"
        output.say(f"The thickest that goes: {thinner.diameter_mm:g} mm ({usual}), {thinner.length_m:,.0f} m.")
        output.table(way_sheet(thinner.bores))


def way_sheet(bores: Sequence[PulledBore]) -> Sheet:
    """Return the bores of a way, with their fill before and after."""
    titles = ("bore", "to", "m", "fill %", "new fill %", "limit %")
    rows = (
        (
            str(each.bore),
            each.z_place,
            f"{each.length_m:,.0f}",
            f"{each.fill_percent:.1f}",
            f"{each.new_fill_percent:.1f}",
            f"{each.fill_limit_percent:.1f}",
        )
        for each in bores
    )
    return sheet(titles, rows, right=titles[2:])
