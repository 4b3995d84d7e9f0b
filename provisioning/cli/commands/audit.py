"""`neutralhost audit ...`: who did what. (What devices say is audited by `neutralhost playbook audit`.)"""

import click

from provisioning.cli.command import group


@group("audit")
def command() -> None:
    """Show, export and check the audit trail: who did what, when.

    Every row is chained to the one before by its hash. Keep what `audit head` prints where nobody who can write the
    database can write: with it `audit verify` finds even a trail that was cut off or written anew.
    """


@command.command("show", runs="provisioning.cli.audit:show")
@click.option("--by", default=None, help="Only what this user did.")
@click.option("--action", default=None, help="Only this action, in the words of the list.")
@click.option("--subject", default=None, help="Only what was done on this id.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 200), help="How many at most.")
@click.option("--cursor", default=None, help="Where the page before ended (its next_cursor).")
def show() -> None:
    """Show what was done, newest first."""


@command.command("head", runs="provisioning.cli.audit:head")
def head() -> None:
    """Print how many rows there are and the hash of the last, as COUNT:HASH, to be kept elsewhere."""


@command.command("verify", runs="provisioning.cli.audit:verify")
@click.option("--head", "heads", multiple=True, metavar="COUNT:HASH", help="A head that was kept; may be repeated.")
def verify() -> None:
    """Find a row that was changed, taken out, put in or moved.

    Exit codes: 0 whole, 1 not, with every fault and its row.
    """


@command.command("export", runs="provisioning.cli.audit:export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, allow_dash=True))
def export() -> None:
    """Write all of it to a file, one JSON object a line, for `python -m provisioning.verify_audit FILE`."""
