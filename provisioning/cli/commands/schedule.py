"""`neutralhost schedule ...`: what is done by the clock."""

import click

from provisioning.cli.command import group


@group("schedule")
def command() -> None:
    """Show what is done by the clock, once in the whole system however many workers there are, and do it now."""


@command.command("list", runs="provisioning.cli.schedule:list_schedules")
def list_schedules() -> None:
    """List what is done by the clock: how the last run ended, and when the next is."""


@command.command("run", runs="provisioning.cli.schedule:run")
@click.argument("name")
def run() -> None:
    """Do it now, in this program, due or not; the next run is counted from here.

    Exit codes: 0 done, 1 it failed or a worker is at it, 2 it found something to look at.
    """
