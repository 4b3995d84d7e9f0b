"""`neutralhost playbook ...`: jobs over many devices, as network engineers run them."""

from pathlib import Path

import click

from provisioning.cli.command import group
from provisioning.cli.commands.device import LIMIT


@group("playbook")
def command() -> None:
    """Run the network engineers' jobs, on many devices at a time through Nornir.

    Exit codes: 0 all as intended, 1 a device refused or is away, 2 changes are pending (drift, a rehearsal that would
    change something, a backup that would differ).
    """


@command.command("list", runs="provisioning.cli.playbook:list_playbooks")
def list_playbooks() -> None:
    """List the playbooks."""


@command.group("run")
def run() -> None:
    """Run one playbook."""


@run.command("audit", runs="provisioning.cli.playbook:audit")
@LIMIT
@click.option("--service", "service_ids", multiple=True, help="Only what these services need; repeatable.")
@click.option("--last", is_flag=True, help="Ask no device: what the last audit by the clock found not as intended.")
def audit() -> None:
    """Compare what every device should say with what it says. Changes nothing.

    Exit codes: 0 as intended, 1 a device could not be read, 2 drift.
    """


@run.command("rehearse", runs="provisioning.cli.playbook:rehearse")
@click.argument("service_id")
@click.option("--remove", is_flag=True, help="Rehearse taking it off instead of putting it on.")
def rehearse() -> None:
    """Load a service's configuration on its devices, show the difference, and discard it."""


@run.command("backup", runs="provisioning.cli.playbook:backup")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@LIMIT
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would differ, with exit code 2.")
def backup() -> None:
    """Save the running configurations, one file a device, without secrets."""
