"""`neutralhost netbox ...`: the record of what exists."""

from pathlib import Path

import click

from provisioning.cli.command import group

FOLDER = click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="NEUTRALHOST_NETBOX_DIR",
    default=Path(".netbox"),
    show_default=True,
    help="Where everything of it is kept.",
)


@group("netbox")
def command() -> None:
    """Bring up, prepare, fill and read a NetBox.

    Which one: NEUTRALHOST_NETBOX_URL and NEUTRALHOST_NETBOX_TOKEN.
    """


@command.command("up", runs="provisioning.cli.netbox:up")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="Loopback port: the last one used, or 28080.")
@click.option("--fill", is_flag=True, help="Prepare it, and push the example of Manchester into it.")
@FOLDER
def up() -> None:
    """Bring up a real NetBox on loopback, for tests and to try; installs what is missing.

    Not durable, not for production. Needs PostgreSQL (Debian's package) and a minute; half a minute more to fill it.
    """


@command.command("stop", runs="provisioning.cli.netbox:stop")
@FOLDER
def stop() -> None:
    """Stop the NetBox that `up` started; its data stays."""


@command.command("status", runs="provisioning.cli.netbox:status")
@FOLDER
def status() -> None:
    """Say whether the NetBox that `up` started answers.

    Exit codes: 0 it does, 1 it does not.
    """


@command.command("bootstrap", runs="provisioning.cli.netbox:run_bootstrap")
def run_bootstrap() -> None:
    """Make the custom fields, roles, groups and export templates we need. Safe to run again."""


@command.command("show", runs="provisioning.cli.netbox:show")
def show() -> None:
    """Show every active service in NetBox, again: for when NetBox was away while orders ended. Safe to run again."""


@command.command("push", runs="provisioning.cli.netbox:run_push")
def run_push() -> None:
    """Make NetBox hold the inventory (without its premises), writing only what differs."""
