"""`neutralhost service ...`: what ISPs have, and its end."""

from pathlib import Path

import click

from provisioning.cli.command import group
from provisioning.services import ServiceState
from provisioning.wanted import SsidSecurity

SECURITIES = [security.value for security in SsidSecurity]
STATES = [state.value for state in ServiceState]


@group("service")
def command() -> None:
    """Show services, modify and cease them."""


@command.command("list", runs="provisioning.cli.service:list_services")
@click.option("--state", type=click.Choice(STATES), default=None, help="Only services in this state.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 500), help="How many at most.")
@click.option("--cursor", default=None, help="Where the page before ended (its next_cursor).")
def list_services() -> None:
    """List services, newest first."""


@command.command("show", runs="provisioning.cli.service:show")
@click.argument("service_id")
def show() -> None:
    """Show a service, and the circuit that carries it."""


@command.command("history", runs="provisioning.cli.history:of_service")
@click.argument("service_id")
def history() -> None:
    """Show every state a service had: who, when and why."""


@command.command("modify", runs="provisioning.cli.service:modify")
@click.argument("service_id")
@click.option("--bandwidth", "bandwidth_mbps", type=int, default=None, help="Mbit/s; what it has where left out.")
@click.option("--term", "term_months", type=int, default=None, help="Months; what it has where left out.")
@click.option("--ssid", default=None, help="Of a hosted SSID: its new name.")
@click.option("--area", default=None, help="Of a hosted SSID: another area, or one place.")
@click.option("--security", type=click.Choice(SECURITIES), default=None, help="Of a hosted SSID: how devices get on.")
@click.option("--passphrase-file", type=click.Path(), default=None, help="A file whose first line it is.")
@click.option("--key", "idempotency_key", default=None, help="Idempotency key: the same key never orders twice.")
@click.option("--follow", is_flag=True, help="Stay, and show the steps as they happen.")
def modify() -> None:
    """Give a service another bandwidth or term, on the circuit it has; or an SSID another name, security or area."""


@command.command("cease", runs="provisioning.cli.service:cease")
@click.argument("service_id")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="The day it ends on; today.")
@click.option("--key", "idempotency_key", default=None, help="Idempotency key: the same key never orders twice.")
@click.option("--follow", is_flag=True, help="Stay, and show the steps as they happen.")
def cease() -> None:
    """End a service, and give back all that it holds."""


@command.command("letter", runs="provisioning.cli.letter:letter")
@click.argument("service_id")
@click.option("--out", type=click.Path(), default=None, help="PDF file to write; where left out, only what it says.")
def letter() -> None:
    """Show a cross-connect's letter of authority and patch job, and write it as PDF."""


@command.command("passphrase", runs="provisioning.cli.letter:passphrase")
@click.argument("service_id")
def passphrase() -> None:
    """Print the passphrase of a hosted SSID, for the engineer who sets it on the access points."""


@command.command("test", runs="provisioning.cli.performance:test")
@click.argument("service_id")
@click.option("--minutes", default=15, show_default=True, type=click.IntRange(1, 1440), help="How long it is measured.")
@click.option("--follow", is_flag=True, help="Stay until it has ended, and show how it went.")
@click.option("--pdf", type=click.Path(dir_okay=False, path_type=Path), default=None, help="With --follow: as PDF.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=None, help="With --follow: the file.")
def test() -> None:
    """Measure a service in use: loss and delay for a while, beside its subscriber's traffic."""


@command.command("birth-certificate", runs="provisioning.cli.birth:of_service")
@click.argument("service_id")
@click.option("--all", "show_all", is_flag=True, help="Every one it has had, oldest first.")
@click.option("--pdf", type=click.Path(dir_okay=False, path_type=Path), default=None, help="Write the newest as PDF.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), default=None, help="Write the newest as the signed file."
)
def birth_certificate() -> None:
    """Show what was tested before the service was handed over, and how it went."""
