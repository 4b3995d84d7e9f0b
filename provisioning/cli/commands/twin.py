"""`neutralhost twin ...`: simulated devices, without the rest of a demo."""

from pathlib import Path

import click

from provisioning.cli.command import group


@group("twin")
def command() -> None:
    """Run simulated devices.

    They speak eAPI as the real ones do; their command line parser is ours, and no vendor's system runs in them.
    """


@command.command("list", runs="provisioning.cli.twin:list_devices")
def list_devices() -> None:
    """List the devices of the inventory that can be simulated, and the addresses they would have."""


@command.command("serve", runs="provisioning.cli.twin:serve")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=None, help="Port of eAPI on every device; as set where left out."
)
@click.option(
    "--startup-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="Where devices save their configuration.",
)
def serve() -> None:
    """Simulate the devices of the inventory until Ctrl-C or SIGTERM."""
