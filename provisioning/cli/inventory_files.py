"""`neutralhost inventory import` and `export`: the inventory from and into files of other people's tools."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from inventory.files.formats import FileFormat, ImportOptions, export_file, format_of
from inventory.files.formats import import_file as read_file
from inventory.files.report import Note
from inventory.store.mirror import read_inventory
from provisioning.cli.inventory import answer_dry_run
from provisioning.cli.inventory_changes import compare_inventories
from provisioning.cli.last_words import EXIT_DONE
from provisioning.cli.output import Output, current_output
from provisioning.cli.plant_written import print_write, shown_write, write_and_prove
from provisioning.cli.surroundings import open_database
from provisioning.cli.words import safe


def import_file(file: Path, prefix: str, owner: str, alone: bool, add_within: float | None, dry_run: bool) -> int:
    output = current_output()
    with open_database() as engine:
        present = read_inventory(engine)
        taken = read_file(file, present, ImportOptions(prefix, owner, alone, add_within))
        print_notes(taken.notes, output)
        lacks = [_shown(note) for note in taken.notes]
        if dry_run:
            return answer_dry_run(compare_inventories(present, taken.inventory).by_kind, output, lacks=lacks)
        written = write_and_prove(engine, taken.inventory, str(file))
    document = {**shown_write(written), "lacks": lacks}
    output.answer(document, lambda: print_write(written, output))
    return EXIT_DONE


def export(target: Path, format: str | None, name: str) -> None:
    output = current_output()
    file_format = FileFormat(format) if format else format_of(target)
    with open_database() as engine:
        inventory = read_inventory(engine)
    written = export_file(inventory, target, file_format, name, datetime.now(UTC).date())
    names = " and ".join(map(str, written))
    output.answer({"format": file_format, "written": written}, lambda: output.say(f"The inventory is in {names}."))


def print_notes(notes: Sequence[Note], output: Output) -> None:
    """Say what a file lacks, and what was taken in its place."""
    for note in notes:
        output.say(safe(str(note)), style="dim")


def _shown(note: Note) -> dict[str, object]:
    return {"lacks": note.lacks, "count": note.count, "done": note.done, "ids": note.ids}
