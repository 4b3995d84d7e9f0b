"""`neutralhost inventory ...`: load, pull, check and show what exists."""

from dataclasses import fields
from pathlib import Path

import click

from inventory.snapshot import Inventory
from provisioning.cli.command import group

KINDS = [kind.name for kind in fields(Inventory)]
FORMATS = ("bundle", "ofds-json", "ofds-geojson", "geopackage", "open-uprn")
ADD_WITHIN = "Also add premises that are so close to a place. OS Open UPRN only."
DRY_RUN = click.option("--dry-run", is_flag=True, help="Write nothing; say what would change, with exit code 2.")


@group("inventory")
def command() -> None:
    """Load, check and show what exists."""


@command.command("load", runs="provisioning.cli.inventory_load:load")
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


@command.command("import", runs="provisioning.cli.inventory_files:import_file")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--prefix", default="", help="What new codes begin with, to tell an owner's from others'. OFDS only.")
@click.option("--owner", default="", help="The organisation that owns what names no owner. OFDS only.")
@click.option("--alone", is_flag=True, help="Leave the bundle beside the file unread. OFDS only.")
@click.option("--add-within", type=float, default=None, metavar="METRES", help=ADD_WITHIN)
@DRY_RUN
def import_file() -> None:
    """Take FILE into the inventory: Open Fibre Data Standard, GeoPackage, or OS Open UPRN.

    The ending says which: .json and .geojson are OFDS, .gpkg is GeoPackage, .csv is OS Open UPRN. All or
    nothing: every fault is listed with its file, its row or path and the reason, and nothing is changed.
    A GeoPackage, and an OFDS file with the bundle that was exported with it, become the inventory; an OFDS
    file of somebody else is added to it, with a report of what it lacks.
    """


@command.command("export", runs="provisioning.cli.inventory_files:export")
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--format", type=click.Choice(FORMATS), default=None, help="Where the ending of TARGET does not say it.")
@click.option("--name", default="neutralhost", show_default=True, help="What the inventory or network calls itself.")
def export() -> None:
    """Write the inventory to TARGET: a folder as `load` reads it, or one file for others.

    The ending says which: .json and .geojson are Open Fibre Data Standard 0.4 (with a bundle beside it for
    what the standard has no words for), .gpkg is GeoPackage for QGIS, .csv is OS Open UPRN, none is a folder.
    """


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
