"""`neutralhost catalogue ...`: price lists, side by side."""

import click

from provisioning.cli.command import group


@group("catalogue")
def command() -> None:
    """Show, check and compare price lists.

    Each is a version with a first day; which one prices an order is decided by the day alone.
    """


@command.command("list", runs="provisioning.cli.catalogue:list_catalogues")
def list_catalogues() -> None:
    """List the price lists, oldest first, and say which one holds today."""


@command.command("show", runs="provisioning.cli.catalogue:show")
@click.argument("version", required=False)
def show() -> None:
    """Show every product and price of a price list; today's where none is named."""


@command.command("check", runs="provisioning.cli.catalogue:check")
def check() -> None:
    """Read every price list, and compare those that were used with what they said then.

    Exit codes: 0 all as it was, 1 a file is wrong, or a used version says something else.
    """


@command.command("diff", runs="provisioning.cli.catalogue:diff")
@click.argument("was")
@click.argument("now")
def diff() -> None:
    """Show every price that differs between two versions.

    Exit codes: 0 none, 2 where one does.
    """
