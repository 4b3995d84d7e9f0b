"""`neutralhost inventory ...`: load, pull, check and show what exists."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from rich.text import Text

from inventory.check import check as look_for_issues
from inventory.errors import UnknownThing
from inventory.issues import Issue, Severity
from inventory.settings import InventorySettings
from inventory.snapshot import Snapshot
from inventory.store.mirror import MirrorChanges, read_inventory
from inventory.store.row_changes import KindChanges
from provisioning.cli.inventory_sheets import KINDS, counts, things_of
from provisioning.cli.last_words import EXIT_CHANGES, EXIT_DONE, EXIT_ERROR
from provisioning.cli.output import Output, current_output, sheet
from provisioning.cli.surroundings import open_database, read_settings
from provisioning.cli.words import safe


def check() -> int:
    output = current_output()
    with open_database() as engine:
        inventory = read_inventory(engine)
    snapshot = Snapshot(inventory)
    figures = read_settings(InventorySettings).loss_figures
    issues = look_for_issues(snapshot, datetime.now(UTC).date(), figures)
    output.answer({"issues": issues, "counts": counts(snapshot)}, lambda: print_issues(issues, output))
    return EXIT_ERROR if any(issue.severity is Severity.ERROR for issue in issues) else EXIT_DONE


def show(kind: str | None, place: str | None, rows: int) -> None:
    output = current_output()
    with open_database() as engine:
        snapshot = Snapshot(read_inventory(engine))
    if place is not None and place not in snapshot.places:
        raise UnknownThing("place", place)
    if kind is None:
        found = counts(snapshot, place)
        output.answer({"counts": found}, lambda: print_counts(found, output))
        return
    things = things_of(snapshot, kind, place)
    shown = things[:rows] if rows else things
    output.answer({kind: shown, "count": len(things)}, lambda: output.table(KINDS[kind].sheet(shown)))
    if len(shown) < len(things):
        output.say(f"{len(shown):,} of {len(things):,}; --rows 0 shows all.", style="dim")


def shown_changes(changes: MirrorChanges) -> Mapping[str, object]:
    """What a document says of a replacement: how much, not each thing."""
    return {"by_kind": changes.by_kind, "revision": changes.revision}


def answer_dry_run(by_kind: Mapping[str, KindChanges], output: Output, **more: object) -> int:
    """Print what would change; return the exit code that says whether anything would. `more` is for the document."""
    differs = any(changes != KindChanges() for changes in by_kind.values())
    document = {"changes": {"by_kind": by_kind}, "dry_run": True, **more}
    output.answer(document, lambda: print_changes(by_kind, output))
    output.say("Nothing was written." if differs else "Nothing would change.")
    return EXIT_CHANGES if differs else EXIT_DONE


def print_counts(found: Mapping[str, int], output: Output) -> None:
    """Print how much of each kind there is."""
    rows = ((kind, f"{count:,}") for kind, count in found.items())
    output.table(sheet(("kind", "count"), rows, right=("count",)))


def print_changes(by_kind: Mapping[str, KindChanges], output: Output) -> None:
    """Print what a replacement of the inventory did, or would do."""
    rows = ((kind, f"{one.added:,}", f"{one.changed:,}", f"{one.removed:,}") for kind, one in by_kind.items())
    titles = ("kind", "added", "changed", "removed")
    output.table(sheet(titles, rows, right=titles[1:]))


def print_issues(issues: Sequence[Issue], output: Output) -> None:
    """Print every issue with its next step, and the sum."""
    for issue in issues:
        style = "red" if issue.severity is Severity.ERROR else "yellow"
        output.say(Text.assemble((f"{issue.severity.value:<8}", style), f" {safe(issue.sentence)}"))
        output.say(f"{'':<8} {safe(issue.next_step)}", style="dim")
    errors = sum(issue.severity is Severity.ERROR for issue in issues)
    output.say(f"{errors} errors, {len(issues) - errors} warnings.")
