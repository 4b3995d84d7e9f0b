"""`neutralhost capacity [ASSET]`."""

import click

from provisioning.cli.command import command as make_command


@make_command("capacity", runs="provisioning.cli.capacity:capacity")
@click.argument("asset", required=False)
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="On this day; today if left out.")
@click.option(
    "--pull", "strands", type=click.IntRange(1), default=None, help="Can a cable of so many strands be pulled?"
)
@click.option("--from", "a_place", default=None, help="With --pull: the place it begins at.")
@click.option("--to", "z_place", default=None, help="With --pull: the place it ends at.")
@click.option("--diameter", "diameter_mm", type=float, default=None, help="Its mm; a usual cable's if left out.")
def command() -> None:
    """Show what of a duct, cable or place is free, held and sold on a day, and when that changes next.

    ASSET is the code of a duct (its bores and cables), a cable (its strands) or a place (its ODFs, and what ends
    there); duct:CODE, cable:CODE or place:CODE where several have it.

    With --pull STRANDS --from PLACE --to PLACE instead: whether a cable of so many strands can be pulled there, through
    which bores, and what is in the way. Exit codes: 0 yes, 1 no.
    """
