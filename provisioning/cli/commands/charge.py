"""`neutralhost charge ...`: what orders cost besides what was ordered."""

import click

from provisioning.cli.command import group


@group("charge")
def command() -> None:
    """Raise, answer and take back charges of orders in progress."""


@command.command("list", runs="provisioning.cli.charge:list_charges")
@click.option("--open", "is_open", is_flag=True, help="Only those that await an answer.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 200), help="How many at most.")
def list_charges() -> None:
    """List charges, newest first."""


@command.command("raise", runs="provisioning.cli.charge:raise_one")
@click.argument("order_id")
@click.option("--pence", required=True, type=click.IntRange(1, 10**9), help="How much, in pence without VAT.")
@click.option("--text", required=True, help="What for; the buyer reads it.")
@click.option("--monthly", is_flag=True, help="Every month, and not once.")
@click.option("--beside", is_flag=True, help="Work goes on meanwhile, and a no changes nothing.")
@click.option("--days", default=None, type=click.IntRange(1, 365), help="Days to answer.")
def raise_one() -> None:
    """Ask the buyer for more money for an order. Work on it rests until that is answered, unless it is beside."""


@command.command("accept", runs="provisioning.cli.charge:accept")
@click.argument("charge_id")
def accept() -> None:
    """Accept a charge for its buyer, all of it."""


@command.command("decline", runs="provisioning.cli.charge:decline")
@click.argument("charge_id")
def decline() -> None:
    """Decline a charge for its buyer, all of it."""


@command.command("withdraw", runs="provisioning.cli.charge:withdraw")
@click.argument("charge_id")
def withdraw() -> None:
    """Take an open charge back."""
