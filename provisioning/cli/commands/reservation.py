"""`neutralhost reservation ...`: strands, positions and ports kept for a window of days."""

import click

from provisioning.cli.command import group
from provisioning.reservations import ReservationState

STATES = [state.value for state in ReservationState]


@group("reservation")
def command() -> None:
    """Keep strands, positions and ports for somebody for a window of days: research, a festival.

    Nothing is booked twice, and all is given back at the end of the last day by itself.
    """


@command.command("make", runs="provisioning.cli.reservation:make")
@click.option("--isp", "isp_code", required=True, help="Code of the ISP it is kept for.")
@click.option("--purpose", required=True, help="Why, in one line.")
@click.option("--from", "first_day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="First day; today.")
@click.option("--until", "last_day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Last day.")
@click.option("--strand", "strands", multiple=True, metavar="CABLE:NUMBER", help="Keep it; may be given again.")
@click.option("--position", "positions", multiple=True, metavar="ODF:NUMBER", help="Keep it; may be given again.")
@click.option("--port", "ports", multiple=True, metavar="DEVICE:PORT", help="Keep it; may be given again.")
@click.option("--between", nargs=2, default=None, metavar="A B", help="Keep a pair of strands between two places.")
def make() -> None:
    """Keep things for a window of days: all of them, or nothing."""


@command.command("list", runs="provisioning.cli.reservation:list_reservations")
@click.option("--state", type=click.Choice(STATES), default=None, help="Only reservations in this state.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 500), help="How many at most.")
@click.option("--cursor", default=None, help="Where the page before ended (its next_cursor).")
def list_reservations() -> None:
    """List reservations, newest first."""


@command.command("show", runs="provisioning.cli.reservation:show")
@click.argument("reservation_id")
def show() -> None:
    """Show a reservation, and what it holds."""


@command.command("release", runs="provisioning.cli.reservation:release")
@click.argument("reservation_id")
def release() -> None:
    """Give back what a reservation holds before its end."""
