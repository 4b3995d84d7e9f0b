"""`neutralhost place ...`: what stands where, and a new DXP."""

import click

from provisioning.cli.command import group


@group("place")
def command() -> None:
    """Add places of the network."""


@command.command("add-dxp", runs="provisioning.cli.place:add_dxp")
@click.argument("code")
@click.option("--name", default="", help="As people know it; the code where left out.")
@click.option("--at", required=True, metavar="EASTING,NORTHING", help="Metres of the British national grid.")
@click.option("--to", multiple=True, required=True, help="Place that it is linked to, a DX or DXP; repeatable.")
@click.option("--like", required=True, help="DXP whose switch and ports it gets: the template.")
@click.option("--area", default="", help="Area; that of its likeness where left out.")
@click.option("--zone", default="", help="Resilience zone; that of its likeness where left out.")
@click.option("--length", "length_m", type=click.FloatRange(0, min_open=True), help="Metres of each link, if measured.")
@click.option("--nte", "ntes", multiple=True, metavar="UPRN", help="Premises that get an NTE and a drop; repeatable.")
@click.option("--serves-within", "serves_within_m", default=0.0, type=float, help="Metres: serves what nothing serves.")
@click.option("--pool", default="", metavar="PREFIX", help="Where management addresses come from; its likeness's /24.")
@click.option("--serial", "serials", multiple=True, help="On the boxes: the switch's, then each NTE's; repeatable.")
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would be added, with exit code 2.")
def add_dxp() -> None:
    """Write a new DXP into the inventory, as planned: its place, switch, links and NTEs.

    Then `neutralhost playbook run commission --limit place=CODE` puts the baseline on, hears the neighbours and makes
    it live: its premises can be ordered. Where a NetBox is set it is written there first.

    Exit codes: 0 written, 2 a dry run.
    """
