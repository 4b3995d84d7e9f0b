"""`neutralhost diversity-certificate SERVICE`."""

from pathlib import Path

import click

from provisioning.cli.command import command as make_command


@make_command("diversity-certificate", runs="provisioning.cli.certificate:show")
@click.argument("service_id", metavar="SERVICE")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Write the signed certificate to this file.",
)
def command() -> None:
    """Prove that the two legs of a service share nothing but their ends, and sign it.

    Duct, chamber, bore, cable, strand, bridge, building entry, corridor: what both legs use is named, and then there is
    no certificate. Check a file with `neutralhost certificate verify`.
    """
