"""`neutralhost doctor`."""

import click

from provisioning.cli.command import command as make_command


@make_command("doctor", runs="provisioning.cli.doctor:examine")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where portal and API should listen.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535), help="On which port.")
def command() -> None:
    """Check this installation, with a next step for each finding. Changes nothing.

    Exit codes: 0 nothing failed, 1 something did.
    """
