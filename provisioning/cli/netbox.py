"""`neutralhost netbox ...`: the record of what exists."""

from inventory.netbox.bootstrap import bootstrap
from inventory.netbox.client import NetBox
from inventory.netbox.push import PushReport, push
from inventory.settings import InventorySettings
from inventory.store.mirror import read_inventory
from provisioning.cli.command import group
from provisioning.cli.output import Output, current_output, sheet
from provisioning.cli.surroundings import open_database, read_settings
from provisioning.cli.words import duration


@group("netbox")
def command() -> None:
    """Bring up, prepare, fill and read a NetBox.

    Which one: NEUTRALHOST_NETBOX_URL and NEUTRALHOST_NETBOX_TOKEN.
    """


@command.command("bootstrap")
def run_bootstrap() -> None:
    """Make the custom fields, roles, groups and export templates we need. Safe to run again."""
    output = current_output()
    report = bootstrap(NetBox.from_settings(read_settings(InventorySettings)))
    made, mended = len(report.made), len(report.mended)
    output.answer(
        {"bootstrap": report},
        lambda: output.say(f"{made} made, {mended} mended, {report.present} were as they should be."),
    )


@command.command("push")
def run_push() -> None:
    """Make NetBox hold the inventory (without its premises), writing only what differs."""
    output = current_output()
    with open_database() as engine:
        inventory = read_inventory(engine)
    netbox = NetBox.from_settings(read_settings(InventorySettings))
    with output.working("NetBox") as tell:
        report = push(netbox, inventory, lambda path, done, total: tell(f"{path} {done:,} of {total:,}"))
    output.answer({"push": report}, lambda: print_push(report, output))


def print_push(report: PushReport, output: Output) -> None:
    """Print what a push did, list by list."""
    titles = ("list", "created", "changed", "unchanged", "took")
    rows = (
        (one.path, f"{one.created:,}", f"{one.changed:,}", f"{one.unchanged:,}", duration(one.seconds))
        for one in report.tables
    )
    output.table(sheet(titles, rows, right=titles[1:]))
    output.say(f"{report.created:,} created, {report.changed:,} changed in {duration(report.seconds)}.")
