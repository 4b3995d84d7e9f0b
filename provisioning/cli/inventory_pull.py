"""`neutralhost inventory pull`: the one command of the inventory that needs a NetBox client."""

from inventory.netbox.client import NetBox
from inventory.netbox.pull import pull
from inventory.settings import InventorySettings
from inventory.store.mirror import read_inventory
from provisioning.cli.inventory import answer_dry_run
from provisioning.cli.inventory_changes import compare_inventories
from provisioning.cli.last_words import EXIT_DONE
from provisioning.cli.output import current_output
from provisioning.cli.plant_written import print_write, shown_write, write_and_prove
from provisioning.cli.surroundings import open_database, read_settings
from provisioning.cli.words import duration


def pull_netbox(dry_run: bool) -> int:
    output = current_output()
    netbox = NetBox.from_settings(read_settings(InventorySettings))
    with open_database() as engine:
        known = read_inventory(engine)
        with output.working(f"Reading {netbox.url}"):
            report = pull(netbox, known)
        if dry_run:
            return answer_dry_run(compare_inventories(known, report.inventory).by_kind, output)
        written = write_and_prove(engine, report.inventory, f"NetBox at {netbox.url}")
    document = {**shown_write(written), "ignored": report.ignored, "seconds": report.seconds}
    output.answer(document, lambda: print_write(written, output))
    output.say(f"Read in {duration(report.seconds)}; {sum(report.ignored.values()):,} foreign objects were left out.")
    return EXIT_DONE
