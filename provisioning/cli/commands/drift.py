"""`neutralhost drift ...`: where devices do not say what they should, and putting that right."""

import click

from provisioning.cli.command import group

KINDS = ["missing", "extra-ours", "foreign", "unknown", "unreachable"]


@group("drift")
def command() -> None:
    """Look where devices do not say what they should, and propose to put it right.

    Exit codes: 0 all as intended, 1 a device could not be read, 2 drift.
    """


@command.command("list", runs="provisioning.cli.drift:list_drift")
@click.argument("devices", nargs=-1)
@click.option("--kind", type=click.Choice(KINDS), default=None, help="Only drift of this kind.")
@click.option("--last", is_flag=True, help="Ask no device: what the last look at each found.")
def list_drift() -> None:
    """Compare what devices say (all live ones, or those named) with what they should."""


@command.command("fix", runs="provisioning.cli.drift:fix")
@click.argument("devices", nargs=-1)
@click.option("--why", default="drift", show_default=True, help="Kept with the change plan.")
def fix() -> None:
    """Propose a change plan that puts right what is ours: a person approves it, as any.

    What is missing is added, what a service we know left behind is taken off. What is foreign or unknown is never
    touched: it is listed, for a person.
    """
