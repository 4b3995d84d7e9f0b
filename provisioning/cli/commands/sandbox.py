"""`neutralhost sandbox ...`: the switches of a running sandbox."""

from pathlib import Path

import click

from provisioning.cli.command import group

KINDS = [
    "devices-away",
    "devices-refuse",
    "devices-slow",
    "devices-lost-after-commit",
    "api-unavailable",
    "api-slow",
    "operator-away",
    "operator-declines",
]

var = click.option(
    "--var",
    "root",
    default=None,
    type=click.Path(path_type=Path),
    help="Folder of the sandbox.  [default: var/sandbox]",
)


@group("sandbox")
def command() -> None:
    """Switch failures on and off in the sandbox that `neutralhost demo --sandbox` runs, and reset it."""


@command.command("show", runs="provisioning.cli.sandbox:show")
@var
def show() -> None:
    """Show what is switched on, and who may sign in with which token."""


@command.command("failures", runs="provisioning.cli.sandbox:failures")
@var
def failures() -> None:
    """List the failures there are, and what each does."""


@command.command("fail", runs="provisioning.cli.sandbox:fail")
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--device", default=None, help="Only this device.  [default: every device]")
@click.option("--seconds", default=0.0, type=click.FloatRange(0, 60), help="How slow.")
@click.option("--times", default=0, type=click.IntRange(0, 1000), help="For so many requests; 0: until it is healed.")
@var
def fail() -> None:
    """Switch a failure on."""


@command.command("heal", runs="provisioning.cli.sandbox:heal")
@click.argument("kind", type=click.Choice(KINDS), required=False)
@var
def heal() -> None:
    """Switch a failure off; without a name, all of them."""


@command.command("reset", runs="provisioning.cli.sandbox:reset")
@var
def reset() -> None:
    """Bring the seeded data back: tokens stay, everything done since is gone. Takes a few seconds."""
