"""`neutralhost qualify UPRN`."""

import click

from provisioning.cli.command import command as make_command


@make_command("qualify", runs="provisioning.cli.qualify:qualify")
@click.argument("uprn")
@click.option("--product", default=None, help="Product code; the catalogue's first where left out.")
@click.option("--handover", default=None, help="Towards this handover; any where left out.")
@click.option("--bandwidth", "bandwidth_mbps", type=int, default=None, help="Mbit/s; every speed where left out.")
def command() -> None:
    """Say whether, how and for how much premises can be served. Changes nothing.

    Green: now, on what is there. Yellow: after work the operator must plan. Red: not. Exit codes: 0 green or yellow, 1
    red.
    """
