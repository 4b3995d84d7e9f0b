"""`neutralhost certificate ...`: check, list and follow certificates of diversity."""

from pathlib import Path

import click

from provisioning.cli.command import group


@group("certificate")
def command() -> None:
    """Check, list and follow certificates of diversity. `diversity-certificate SERVICE` makes one."""


@command.command("verify", runs="provisioning.cli.certificate:verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--public-key", default=None, help="The issuer's, 64 hexadecimal digits; that of the own key where left out."
)
def verify() -> None:
    """Check a certificate's signature, and reckon anew what it says.

    `python -m provisioning.verify_certificate FILE PUBLIC_KEY` does the same without settings or database.
    """


@command.command("list", runs="provisioning.cli.certificate:list_certificates")
@click.option("--broken", is_flag=True, help="Only those that are no longer true, and what broke them.")
@click.option("--after", default="", help="Go on behind this service.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 500), help="How many at most.")
def list_certificates() -> None:
    """List current certificates, by the id of their service."""


@command.command("history", runs="provisioning.cli.certificate:history")
@click.argument("service_id", metavar="SERVICE")
def history() -> None:
    """Show what happened last to a service's certificates, oldest first."""


@command.command("events", runs="provisioning.cli.certificate:events")
@click.option("--after", default=0, type=click.IntRange(0), help="Only those with a number above this one.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 500), help="How many at most.")
def events() -> None:
    """Show what happened to all certificates, oldest first."""


@command.command("prove", runs="provisioning.cli.certificate:prove")
def prove() -> None:
    """Prove again whatever changes of the plant have touched: what a worker does by itself."""


@command.command("public-key", runs="provisioning.cli.certificate:public_key")
def public_key() -> None:
    """Show the public key that certificates are checked with."""


@command.command("new-key", runs="provisioning.cli.certificate:print_new_key")
def new_key() -> None:
    """Make a private key, and print it as a line for a file of settings. It is kept nowhere."""
