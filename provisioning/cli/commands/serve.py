"""`neutralhost serve`."""

import click

from provisioning.cli.command import command as make_command


@make_command("serve", runs="provisioning.cli.serve:serve")
@click.option("--host", "listen_host", default=None, help="Address to listen on, instead of the settings'.")
@click.option("--port", "listen_port", type=click.IntRange(1, 65535), default=None, help="TCP port, likewise.")
@click.option("--worker/--no-worker", default=True, show_default=True, help="Work on orders in the same program.")
def command() -> None:
    """Serve portal and API until Ctrl-C or SIGTERM."""
