"""`neutralhost path A B`."""

import click

from provisioning.cli.command import command as make_command


@make_command("path", runs="provisioning.cli.path:path")
@click.argument("a_place", metavar="A")
@click.argument("z_place", metavar="B")
@click.option("--diverse", is_flag=True, help="Two legs that share nothing but their ends.")
@click.option("--date", "first_day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="From this day on; today.")
@click.option("--until", "last_day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="To this day; no end.")
@click.option(
    "--strands", default=1, show_default=True, type=click.IntRange(1, 1000), help="Free strands side by side."
)
@click.option("--avoid", multiple=True, metavar="X", help="Keep off this asset or risk; may be given again.")
@click.option("--max-loss-db", type=click.FloatRange(0), default=None, help="What a leg may lose at most.")
def command() -> None:
    """Find the best path between two places with free strands; with --diverse, two that share nothing.

    A and B are codes of places where cables end. X is KIND:CODE (place, duct, bore, cable, strand, closure, odf,
    position, link, corridor, bridge, entry), the code of a duct or place, or EASTING,NORTHING,RADIUS in metres of the
    British national grid. A path uses no asset without a consent on its days, and none that is not there yet.

    With --diverse the legs share no duct, place, corridor, bridge or building entry. Where there is no such pair it is
    the one that shares least, with the list of what it shares. Exit codes: 0 found as asked, 1 refused, or two legs
    that share something.
    """
