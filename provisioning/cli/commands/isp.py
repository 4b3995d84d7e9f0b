"""`neutralhost isp ...`: who takes part, and where ISPs take their traffic."""

import click

from provisioning.cli.command import group


@group("isp")
def command() -> None:
    """Show the ISPs and other members, and their handovers."""


@command.command("list", runs="provisioning.cli.isp:list_isps")
@click.option("--all", "everybody", is_flag=True, help="Members that are no ISP too.")
def list_isps() -> None:
    """List the ISPs."""


@command.command("show", runs="provisioning.cli.isp:show")
@click.argument("code")
def show() -> None:
    """Show a member and its handovers."""
