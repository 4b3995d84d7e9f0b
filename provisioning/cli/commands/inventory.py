"""`neutralhost inventory ...`: load, pull, check and show what exists."""

from dataclasses import fields
from pathlib import Path

import click

from inventory.snapshot import Inventory
from provisioning.cli.command import group

KINDS = [kind.name for kind in fields(Inventory)]
DRY_RUN = click.option("--dry-run", is_flag=True, help="Write nothing; say what would change, with exit code 2.")


@group("inventory")
def command() -> None:
    """Load, check and show what exists."""


@command.command("load", runs="provisioning.cli.inventory:load")
@click.argument("folder")
@click.option("--if-empty", is_flag=True, help="Do nothing where there is an inventory already.")
@DRY_RUN
def load() -> None:
    """Make the inventory that of FOLDER, or of the example of that name (manchester).

    All or nothing: a broken row is named with its file and its reason, and nothing is loaded.
    """


@command.command("pull", runs="provisioning.cli.inventory_pull:pull_netbox")
@DRY_RUN
def pull_netbox() -> None:
    """Make the inventory what NetBox holds. Premises, which NetBox does not hold, stay as they are."""


@command.command("export", runs="provisioning.cli.inventory:export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", default="export", show_default=True, help="What the folder's inventory calls itself.")
def export() -> None:
    """Write the inventory to a folder of files, as `load` reads it."""


@command.command("check", runs="provisioning.cli.inventory:check")
def check() -> None:
    """Say what is wrong or suspicious with the inventory, with a next step each.

    Exit codes: 0 nothing or warnings only, 1 errors: something will fail, or be oversold.
    """


@command.command("show", runs="provisioning.cli.inventory:show")
@click.argument("kind", type=click.Choice(KINDS), required=False)
@click.option("--place", default=None, help="Only what is at this place (premises: served from it).")
@click.option("--rows", default=200, show_default=True, type=click.IntRange(0), help="At most so many; 0 for all.")
def show() -> None:
    """Show how much of each kind there is, or every thing of one kind."""
