"""`neutralhost cut TARGET`."""

import click

from provisioning.cli.command import command as make_command


@make_command("cut", runs="provisioning.cli.cut:cut")
@click.argument("target")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="On this day; today if left out.")
@click.option("--detours", default=3, show_default=True, type=click.IntRange(0, 20), help="Ways round each span.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(0), help="How many services to list.")
def command() -> None:
    """Say what a cut takes away: strands and links, then services, ISPs, premises and public sites.

    TARGET is a duct's or place's code; or KIND:CODE, where KIND is duct, cable, place, corridor, bridge or entry; or
    EASTING,NORTHING,RADIUS in metres of the British national grid, such as 384050,396900,25.

    A service is "lost" where nothing that is left can carry it, "other-links" where it is off and another path over
    the lit links that are left has room for it (each service looked at alone), and "diversity" where it is on, on the
    one leg that is left.
    """
