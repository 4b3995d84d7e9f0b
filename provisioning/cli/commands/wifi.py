"""`neutralhost wifi ...`: what access points need beside themselves."""

from pathlib import Path

import click

from provisioning.cli.command import group


@group("wifi")
def command() -> None:
    """Make what access points need beside themselves: the RADIUS server's configuration; list SSIDs that are shared."""


@command.command("shared", runs="provisioning.cli.wifi:shared")
def shared() -> None:
    """List the SSIDs that ISPs and the community share: a realm is ordered on one by its service id."""


@command.command("radius", runs="provisioning.cli.wifi:radius")
@click.option(
    "--write",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder to write the files into; FreeRADIUS is started with `-d` and this folder.",
)
def radius() -> None:
    """Write the configuration of a FreeRADIUS server: access points, realms, and each tenant's S-VLAN.

    From the orders as they are now: write it again, and restart the server, when an SSID came or went.
    """
