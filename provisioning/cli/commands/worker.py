"""`neutralhost worker`."""

import click

from provisioning.cli.command import WorkingGroup


@click.group("worker", cls=WorkingGroup, runs="provisioning.cli.worker:work")
@click.option(
    "--metrics-port",
    type=click.IntRange(0, 65535),
    default=None,
    help="Serve metrics on this port; not where left out.",
)
@click.option("--metrics-host", default="127.0.0.1", show_default=True, help="On this address.")
def command() -> None:
    """Work on orders until Ctrl-C or SIGTERM, without portal and API.

    Several workers may share one PostgreSQL. Killed anywhere, an order goes on from its first unfinished step.
    """


@command.command("list", runs="provisioning.cli.worker:list_workers")
def list_workers() -> None:
    """List the workers: which live, on which machine, when each was heard, and what it is at."""
