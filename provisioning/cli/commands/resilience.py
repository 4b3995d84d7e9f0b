"""`neutralhost resilience`."""

import click

from provisioning.cli.command import command as make_command


@make_command("resilience", runs="provisioning.cli.resilience:resilience")
@click.option("--place", default=None, help="Only this DX, DXP or public site, and what it hangs on.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="On this day; today if left out.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1), help="How many lines of each table.")
def command() -> None:
    """Say how well every DX, DXP and public site is joined, and what would cut most people off.

    Counted are paths over ducts with live cable that share no duct and no place and end at two different DXs (of a DX:
    two others): 0, 1, or 2 for two or more. Corridors, bridges and entries that alone cut a place off are named.

    A single point of failure is a duct, place, corridor, bridge or entry without which premises reach no DX any more.
    """
