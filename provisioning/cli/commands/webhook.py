"""`neutralhost webhook ...`: who is told of changes, and how that went. A secret is shown once."""

import click

from provisioning.changes import ChangeKind
from provisioning.cli.command import group
from provisioning.listeners import DeliveryState

KINDS = [kind.value for kind in ChangeKind]
STATES = [state.value for state in DeliveryState]


@group("webhook")
def command() -> None:
    """Tell other systems what changed: addresses, the delivery log, replay.

    Every change of an order, service, ticket and so on is sent to the addresses that want to hear of it: signed, in
    order, and again for days where nobody answers. The worker sends.
    """


@command.command("add", runs="provisioning.cli.webhook:add")
@click.argument("url")
@click.option("--isp", "isp_code", default=None, help="Whose changes; everybody's where left out.")
@click.option("--kind", "kinds", type=click.Choice(KINDS), multiple=True, help="Only these kinds; all where left out.")
def add() -> None:
    """Tell an address of changes. Prints the secret that signs, this once."""


@command.command("list", runs="provisioning.cli.webhook:list_listeners")
def list_listeners() -> None:
    """List the addresses."""


@command.command("remove", runs="provisioning.cli.webhook:remove")
@click.argument("listener_id")
def remove() -> None:
    """Tell an address nothing more. The log stays."""


@command.command("secret", runs="provisioning.cli.webhook:secret")
@click.argument("listener_id")
def secret() -> None:
    """Sign with a new secret, printed this once. For a day the one before counts too."""


@command.command("test", runs="provisioning.cli.webhook:send_test")
@click.argument("listener_id")
def send_test() -> None:
    """Send a message of type webhook.test."""


@command.command("deliveries", runs="provisioning.cli.webhook:list_deliveries")
@click.option("--listener", "listener_id", default=None, help="Only those to this address.")
@click.option("--state", type=click.Choice(STATES), default=None, help="Only those in this state.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 200), help="How many at most.")
@click.option("--cursor", default=None, help="Where the page before ended (its next_cursor).")
def list_deliveries() -> None:
    """Show the delivery log, newest first."""


@command.command("delivery", runs="provisioning.cli.webhook:show_delivery")
@click.argument("delivery_id")
def show_delivery() -> None:
    """Show one delivery with all its tries."""


@command.command("replay", runs="provisioning.cli.webhook:replay")
@click.argument("delivery_id")
def replay() -> None:
    """Send the same once more, under the same message id."""
