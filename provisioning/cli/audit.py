"""`neutralhost audit ...`: the audit trail."""

from collections.abc import Sequence

import click

from provisioning import front_desk
from provisioning.cli.errors import InputRefused
from provisioning.cli.house import open_house
from provisioning.cli.last_words import EXIT_DONE, EXIT_ERROR
from provisioning.cli.output import Sheet, current_output, sheet
from provisioning.cli.words import moment
from provisioning.front_desk import SYSTEM
from provisioning.trail import TrailEntry
from provisioning.verify_audit import read_head


def show(by: str | None, action: str | None, subject: str | None, limit: int, cursor: str | None) -> None:
    output = current_output()
    with open_house() as house:
        page = front_desk.audit_trail(
            house.tools, SYSTEM, by=by, action=action, subject=subject, cursor=cursor, limit=limit
        )
    output.answer(page, lambda: output.table(trail_sheet(page.entries)))
    if page.next_cursor:
        output.say(f"More with --cursor {page.next_cursor}", style="dim")


def head() -> None:
    output = current_output()
    with open_house() as house:
        found = front_desk.trail_head(house.tools, SYSTEM)
    output.answer({"count": found.count, "hash": found.hash, "head": str(found)}, lambda: output.say(str(found)))


def verify(heads: Sequence[str]) -> int:
    output = current_output()
    try:
        kept = [read_head(each) for each in heads]
    except ValueError as error:
        raise InputRefused(str(error)) from error
    with open_house() as house:
        found, faults = front_desk.verify_trail(house.tools, SYSTEM, kept)

    def people() -> None:
        for fault in faults:
            output.say(fault, style="red")
        if not faults:
            output.say(f"Whole. {found.count} rows; head {found}")

    output.answer({"is_whole": not faults, "count": found.count, "head": str(found), "faults": faults}, people)
    return EXIT_ERROR if faults else EXIT_DONE


def export(file: str) -> None:
    output = current_output()
    with open_house() as house, click.open_file(file, "w", encoding="ascii") as opened:
        found = front_desk.export_trail(house.tools, SYSTEM, opened.write)
    if file != "-":
        output.answer({"file": file, "head": str(found)}, lambda: output.say(f"{found.count} rows; head {found}"))


def trail_sheet(entries: Sequence[TrailEntry]) -> Sheet:
    """Return rows of the trail as a table."""
    rows = (
        (
            str(each.number),
            moment(each.at),
            each.who,
            each.role,
            each.isp_code or "",
            each.action,
            each.outcome.value,
            f"{each.kind} {each.subject}".strip(),
            ", ".join(f"{name} {value}" for name, value in sorted(each.facts.items())),
        )
        for each in entries
    )
    return sheet(("row", "at", "who", "role", "isp", "action", "outcome", "on", "facts"), rows, right=("row",))
