"""`neutralhost device backup|history|diff|accept`: what devices said, and when."""

import click

from provisioning import backup_desk
from provisioning.backups import Taken, Verdict
from provisioning.cli.house import open_house
from provisioning.cli.last_words import EXIT_CHANGES, EXIT_DONE, EXIT_ERROR
from provisioning.cli.managed import managed_devices
from provisioning.cli.output import Output, Sheet, current_output, diff_text, sheet
from provisioning.cli.words import moment, safe
from provisioning.rights import SYSTEM


def take(patterns: tuple[str, ...], dry_run: bool) -> int:
    output = current_output()
    with open_house() as house, output.working("Reading the devices"):
        names = [device.name for device in managed_devices(house.tools.load_snapshot(), patterns)]
        taken = backup_desk.take_backups(house.tools, SYSTEM, names, keep=not dry_run)
    output.answer({"backups": taken, "dry_run": dry_run}, lambda: print_taken(taken, output))
    if any(each.verdict is Verdict.FAILED for each in taken):
        return EXIT_ERROR
    return EXIT_CHANGES if dry_run and any(each.verdict is not Verdict.SAME for each in taken) else EXIT_DONE


def print_taken(taken: tuple[Taken, ...], output: Output) -> None:
    """Print one line a device, and the sum."""
    output.table(taken_sheet(taken))
    sums = {verdict: sum(each.verdict is verdict for each in taken) for verdict in Verdict}
    output.say(", ".join(f"{count} {verdict}" for verdict, count in sums.items() if count) + ".")


def taken_sheet(taken: tuple[Taken, ...]) -> Sheet:
    """Return what became of backups as a table."""
    rows = ((each.device, each.verdict.value, str(each.number or ""), each.detail) for each in taken)
    return sheet(("device", "backup", "version", "why"), rows, right=("version",))


def history(name: str) -> None:
    output = current_output()
    with open_house() as house:
        found = backup_desk.backups(house.tools, SYSTEM, name)
    rows = (
        (str(each.number), moment(each.taken_at), moment(each.seen_at), str(each.lines), safe(each.accepted_by))
        for each in found
    )
    titles = ("version", "taken", "last seen", "lines", "accepted by")
    output.answer({"backups": found}, lambda: output.table(sheet(titles, rows, right=("version", "lines"))))


def text(name: str, number: int | None) -> None:
    output = current_output()
    with open_house() as house:
        found = backup_desk.backup_text(house.tools, SYSTEM, name, number)
    output.answer(
        {"device": name, "version": number, "config": found},
        lambda: click.echo("\n".join(safe(line.expandtabs(4)) for line in found.removesuffix("\n").split("\n"))),
    )


def diff(name: str, a: int | None, b: int | None) -> int:
    output = current_output()
    with open_house() as house:
        found = backup_desk.backup_diff(house.tools, SYSTEM, name, a, b)
    output.answer({"device": name, "diff": found}, lambda: output.say(diff_text(found) if found else "No difference."))
    return EXIT_CHANGES if found else EXIT_DONE


def accept(name: str, number: int | None) -> None:
    output = current_output()
    with open_house() as house:
        found = backup_desk.accept_backup(house.tools, SYSTEM, name, number)
    output.answer(
        {"backup": found},
        lambda: output.say(f"Version {found.number} of {safe(name)} is how it should be, from now on."),
    )
