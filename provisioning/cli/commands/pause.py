"""`neutralhost pause ...`: hold work still while somebody works on what it would change."""

import click

from provisioning.cli.command import as_person, group
from provisioning.pauses import PauseScope

SCOPES = [scope.value for scope in PauseScope]


@group("pause")
def command() -> None:
    """Hold work still: an order that would change what is paused waits, visibly, and goes on by itself.

    Nothing stops in the middle of a change. Whether something can be delivered is answered as ever.
    """


@command.command("add", runs="provisioning.cli.pause:add")
@click.argument("scope", type=click.Choice(SCOPES))
@click.argument("name", default="")
@click.option("--why", required=True, help="Why, in one line: ISPs whose orders wait read it.")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]),
    default=None,
    help="When it ends by itself, UTC; until it is lifted where left out.",
)
def add() -> None:
    """Pause everything, or one product, place or device: `pause add place dx-3 --why "fibre work"`."""


@command.command("list", runs="provisioning.cli.pause:list_pauses")
@click.option("--all", "all_of_them", is_flag=True, help="Also those that are over, the newest first.")
def list_pauses() -> None:
    """List the pauses that stand, and how many orders rest."""


@command.command("remove", runs="provisioning.cli.pause:remove")
@click.argument("pause_id")
@as_person
def remove() -> None:
    """Lift a pause: what nothing else holds goes on at once. One of everything takes two people."""
