"""`neutralhost coverage ...`: what all premises could have."""

import click

from provisioning.cli.command import group

CONFIDENCES = ["green", "yellow", "red"]


@group("coverage")
def command() -> None:
    """Work out and show what all premises could have, over the ducts that are there."""


@command.command("refresh", runs="provisioning.cli.coverage:refresh")
def refresh() -> None:
    """Look at all premises again: nearest place for a drop, nearest DX with a free port, distance, confidence.

    Green: an NTE is installed and live. Yellow: a drop is needed (drop-needed), also where the nearest DX is full and a
    farther one has a port (farther-dx). Red: too far from live plant (too-far), no way over live ducts to a DX
    (no-route), or no free port at any that is reached (no-free-port).

    NEUTRALHOST_COVERAGE_DROP_LIMIT_M is the longest drop, NEUTRALHOST_COVERAGE_PREMISES_PER_PORT how many premises a
    free port of a DX serves. Each DX takes the nearest premises; others get the nearest DX that still takes them.
    """


@command.command("show", runs="provisioning.cli.coverage:show")
@click.option("--confidence", type=click.Choice(CONFIDENCES), default=None, help="List only premises with this one.")
@click.option("--dx", default=None, help="List only premises with this DX.")
@click.option("--after", default="", help="List premises whose UPRN comes after this one.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(0, 100_000), help="How many to list.")
def show() -> None:
    """Show the counts by DX and confidence as last refreshed, and the first premises."""
