"""`neutralhost site ...`: slots for LoRaWAN gateways and small cells on columns, poles and roofs."""

import click

from provisioning.cli.command import group


@group("site")
def command() -> None:
    """Show site slots: which are free, who hangs where, and what they carry."""


@command.command("slots", runs="provisioning.cli.site:slots")
@click.argument("place", default="")
@click.option("--free", is_flag=True, help="Only those that are free today.")
@click.option("--isp", "isp_code", default="", help="As this ISP sees them: others' tenancies are not shown.")
def slots() -> None:
    """Show the hosting positions of a place, or of all places, their tenants, and what a slot costs.

    `order site` orders one.
    """


@command.command("usage", runs="provisioning.cli.site:usage")
@click.argument("service_id", metavar="SERVICE")
def usage() -> None:
    """Read from its switch how much a slot's backhaul is used."""
