"""`neutralhost inventory load`."""

from pathlib import Path

from inventory.examples import example_folder
from inventory.files.bundle import read_bundle
from inventory.store.mirror import read_inventory
from provisioning.cli.inventory import answer_dry_run
from provisioning.cli.inventory_changes import compare_inventories
from provisioning.cli.last_words import EXIT_DONE
from provisioning.cli.output import current_output
from provisioning.cli.plant_written import print_write, shown_write, write_and_prove
from provisioning.cli.surroundings import open_database


def load(folder: str, if_empty: bool, dry_run: bool) -> int:
    path = Path(folder)
    found = read_bundle(path if path.is_dir() or "/" in folder else example_folder(folder))
    output = current_output()
    with open_database() as engine:
        if if_empty and read_inventory(engine).places:
            output.answer({"changes": None}, lambda: output.say("There is an inventory already; nothing was loaded."))
            return EXIT_DONE
        if dry_run:
            comparison = compare_inventories(read_inventory(engine), found)
            return answer_dry_run(comparison.by_kind, output)
        written = write_and_prove(engine, found, folder)
    output.answer(shown_write(written), lambda: print_write(written, output))
    return EXIT_DONE
