"""`neutralhost device ...`: the switches, NTEs and access points, by record and by wire."""

import click

from inventory.devices import DeviceRole
from provisioning.cli.command import group

ROLES = [role.value for role in DeviceRole]

LIMIT = click.option("--limit", "patterns", multiple=True, metavar="GLOB", help="Only devices like this; repeatable.")


@group("device")
def command() -> None:
    """Show devices, their configuration, and whether they answer."""


@command.command("list", runs="provisioning.cli.device:list_devices")
@click.option("--role", type=click.Choice(ROLES), default=None, help="Only devices of this role.")
@click.option("--place", "place_code", default=None, help="Only devices at this place.")
@LIMIT
def list_devices() -> None:
    """List the devices."""


@command.command("show", runs="provisioning.cli.device:show")
@click.argument("name")
def show() -> None:
    """Show a device and its ports."""


@command.command("config", runs="provisioning.cli.device_answers:config")
@click.argument("name")
def config() -> None:
    """Print a device's running configuration, without its secrets."""


@command.command("facts", runs="provisioning.cli.device_answers:facts")
@click.argument("name")
def facts() -> None:
    """Ask a device what it is: vendor, model, software, serial, since when it runs.

    Also of platforms that are only read.
    """


@command.command("check", runs="provisioning.cli.device_answers:check")
@LIMIT
def check() -> None:
    """Say which devices answer now.

    Exit codes: 0 all do, 1 some do not.
    """


@command.command("add-ap", runs="provisioning.cli.access_points:add_ap")
@click.argument("name")
@click.option("--place", required=True, help="Code of the place it stands at.")
@click.option("--serial", required=True, help="As its label says.")
@click.option("--like", required=True, help="Access point of the same model: it has the same ports.")
@click.option("--to", required=True, help="Switch that it is joined to.")
@click.option("--port", default="", help="Port of that switch; the first free one where left out.")
@click.option("--address", default="", help="Its management address; a free one of the switch's /24 where left out.")
@click.option("--length", "length_m", default=30.0, type=click.FloatRange(0, min_open=True), help="Metres of cable.")
def add_ap() -> None:
    """Write a new access point into the inventory, as planned, and give it a key to phone home with.

    The key is shown once, and is good once. Where a NetBox is set it is written there first.
    """


@command.command("enrol", runs="provisioning.cli.access_points:enrol")
@click.argument("name")
def enrol() -> None:
    """Expect an access point to phone home, and give it a key that is good once.

    One that it was given before is good no more.
    """


@command.command("enrolments", runs="provisioning.cli.access_points:enrolments")
def enrolments() -> None:
    """List the access points that are, or were, expected: expected, expired, phoned home, serving."""


@command.command("backup", runs="provisioning.cli.backups:take")
@LIMIT
@click.option("--dry-run", is_flag=True, help="Keep nothing; say what would be new, with exit code 2.")
def backup() -> None:
    """Back up what the devices say, without their secrets: a version is kept where something changed.

    Exit codes: 0 done, 1 a device could not be read, 2 something would be kept (dry run).
    """


@command.command("history", runs="provisioning.cli.backups:history")
@click.argument("name")
def history() -> None:
    """List the backups of a device: when each was taken, and last seen unchanged."""


@command.command("text", runs="provisioning.cli.backups:text")
@click.argument("name")
@click.argument("number", type=click.IntRange(min=1), required=False)
def text() -> None:
    """Print a backup of a device (the last one, where no version is named)."""


@command.command("diff", runs="provisioning.cli.backups:diff")
@click.argument("name")
@click.argument("a", type=click.IntRange(min=1), required=False)
@click.argument("b", type=click.IntRange(min=1), required=False)
def diff() -> None:
    """Show what changed from backup A (the last) to B (what the device says now).

    Exit codes: 0 nothing, 2 something.
    """


@command.command("accept", runs="provisioning.cli.backups:accept")
@click.argument("name")
@click.argument("number", type=click.IntRange(min=1), required=False)
def accept() -> None:
    """Say that a backup (the last one) is how the device should be.

    Platforms that are only read have no intents here: the audit holds them against the backup accepted last.
    """


@command.command("blame", runs="provisioning.cli.drift:blame")
@click.argument("name")
def blame() -> None:
    """Print what a device says, each line with whose it is: a service's, the baseline's, unknown, or not ours."""


@command.command("restore", runs="provisioning.cli.drift:restore")
@click.argument("name")
@click.argument("number", type=click.IntRange(min=1), required=False)
@click.option("--whole", is_flag=True, help="The whole text, not only what is ours of it.")
@click.option("--why", required=True, help="Kept with the change plan.")
def restore() -> None:
    """Propose a change plan that takes a device back to a backup (its last one): a person approves it, as any.

    What is ours of it: the baseline as it was, and services that are to be now as they were then.

    What was masked in the backup is taken from the device; where the device has it no more, it is refused.
    """
