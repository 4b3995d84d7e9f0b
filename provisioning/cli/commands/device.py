"""`neutralhost device ...`: the switches, NTEs and access points, by record and by wire."""

import click

from inventory.devices import DeviceRole
from provisioning.cli.command import group

ROLES = [role.value for role in DeviceRole]

LIMIT = click.option("--limit", "patterns", multiple=True, metavar="GLOB", help="Only devices like this; repeatable.")


@group("device")
def command() -> None:
    """Show devices, their configuration, and whether they answer."""


@command.command("list", runs="provisioning.cli.device:list_devices")
@click.option("--role", type=click.Choice(ROLES), default=None, help="Only devices of this role.")
@click.option("--place", "place_code", default=None, help="Only devices at this place.")
@LIMIT
def list_devices() -> None:
    """List the devices."""


@command.command("show", runs="provisioning.cli.device:show")
@click.argument("name")
def show() -> None:
    """Show a device and its ports."""


@command.command("config", runs="provisioning.cli.device_answers:config")
@click.argument("name")
def config() -> None:
    """Print a device's running configuration, without its secrets."""


@command.command("check", runs="provisioning.cli.device_answers:check")
@LIMIT
def check() -> None:
    """Say which devices answer now.

    Exit codes: 0 all do, 1 some do not.
    """
