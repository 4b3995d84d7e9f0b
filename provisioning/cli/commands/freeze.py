"""`neutralhost freeze ...`: let no change reach a place, a device, what a product is on, or anything."""

import click

from provisioning.cli.command import as_person, group
from provisioning.pauses import PauseScope

SCOPES = [scope.value for scope in PauseScope]


@group("freeze")
def command() -> None:
    """Let no change reach what is frozen: change plans are refused with who froze it and why, orders wait.

    `pause` holds our work still, and everything waits for its end. A freeze also says no.
    """


@command.command("add", runs="provisioning.cli.freeze:add")
@click.argument("scope", type=click.Choice(SCOPES))
@click.argument("name", default="")
@click.option("--why", required=True, help="Why, in one line: whoever is refused reads it, and ISPs whose orders wait.")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]),
    default=None,
    help="When it ends by itself, UTC; until it is lifted where left out.",
)
def add() -> None:
    """Freeze everything, or one product, place or device: `freeze add device sw-quay --why "elections"`."""


@command.command("list", runs="provisioning.cli.freeze:list_freezes")
@click.option("--all", "all_of_them", is_flag=True, help="Also those that are over, the newest first.")
def list_freezes() -> None:
    """List the freezes that stand."""


@command.command("lift", runs="provisioning.cli.freeze:lift")
@click.argument("freeze_id")
@as_person
def lift() -> None:
    """Lift a freeze: orders that nothing else holds go on at once. One of everything takes two people."""
