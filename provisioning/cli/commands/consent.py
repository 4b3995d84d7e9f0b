"""`neutralhost consent ...`: wayleaves and other permissions, and when they end."""

import click

from provisioning.cli.command import group


@group("consent")
def command() -> None:
    """Show consents (wayleaves and the like), when they end, and what depends on them."""


@command.command("list", runs="provisioning.cli.consent:list_consents")
@click.option("--expires-within", "days", type=click.IntRange(0, 36_500), default=None, help="Days from today.")
def list_consents() -> None:
    """List consents, those that end first first.

    "uncovered" are those of a consent's assets that have no other one on the day after its last.

    With --expires-within only those that end within so many days, and those that ended and left an asset without any.
    """


@command.command("show", runs="provisioning.cli.consent:show")
@click.argument("code")
def show() -> None:
    """Show a consent, the assets it covers, and how much depends on them."""
