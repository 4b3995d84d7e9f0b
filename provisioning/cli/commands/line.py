"""`neutralhost line ...`: lines as the switching of providers sees them, and their moves to other ISPs."""

import click

from provisioning.cli.command import group


@group("line")
def command() -> None:
    """Show lines, match them for a gaining ISP, and move them.

    A line is a UNI at premises. Its access line id stays for as long as the premises have it, whoever serves it.
    """


@command.command("list", runs="provisioning.cli.line:list_lines")
@click.option("--uprn", default=None, help="Only lines at these premises.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 500), help="How many at most.")
@click.option("--cursor", default=None, help="Where the page before ended (its next_cursor).")
def list_lines() -> None:
    """List lines by access line id."""


@command.command("show", runs="provisioning.cli.line:show")
@click.argument("name", metavar="LINE|SERVICE")
def show() -> None:
    """Show a line, by its access line id or by the service on it."""


@command.command("match", runs="provisioning.cli.line:match")
@click.argument("access_line_id", metavar="LINE")
@click.option("--uprn", required=True, help="The premises the subscriber names.")
def match() -> None:
    """Say whether a live line has this id at this UPRN, as a gaining ISP is told. Leaves 1 where it has not."""


@command.command("move", runs="provisioning.cli.line:move")
@click.argument("access_line_id", metavar="LINE")
@click.option("--uprn", required=True, help="The premises; with the line the proof of the switch.")
@click.option("--isp", "isp_code", required=True, help="Code of the ISP that takes the line over.")
@click.option("--handover", required=True, help="Code of its handover.")
@click.option("--bandwidth", "bandwidth_mbps", type=int, required=True, help="Mbit/s.")
@click.option("--term", "term_months", default=12, show_default=True, type=int, help="Months.")
@click.option("--product", default="access-eline", show_default=True, help="Code of the product.")
@click.option("--reference", default="", help="The ISP's own words, at most 64 characters.")
@click.option("--key", "idempotency_key", default=None, help="Idempotency key: the same key never orders twice.")
@click.option("--follow", is_flag=True, help="Stay, and show the steps as they happen.")
def move() -> None:
    """Order a line's move to another ISP: the new circuit is built whole before the port is switched."""


@command.command("move-all", runs="provisioning.cli.line_moves:move_all")
@click.option("--from", "from_isp", required=True, metavar="ISP", help="Code of the ISP whose lines move.")
@click.option(
    "--plan",
    type=click.Path(exists=True, dir_okay=False),
    default=None,
    help="CSV: access_line_id, isp, handover, product, bandwidth_mbps; the last two may be `same`.",
)
@click.option("--to", "to_isp", default=None, metavar="ISP", help="In place of a plan: all lines to this ISP.")
@click.option("--handover", default=None, help="With --to: at this handover.")
@click.option("--dry-run", is_flag=True, help="Say what would become of every line, and make no job.")
@click.option("--reason", default="the ISP has failed", show_default=True, help="Why, in one line.")
@click.option("--at-a-time", default=8, show_default=True, type=click.IntRange(1, 64), help="Lines at work at once.")
def move_all() -> None:
    """Move all lines of an ISP to others in one job. It begins when two other people have approved it."""


@command.command("move-report", runs="provisioning.cli.line_moves:report")
@click.argument("move_id", metavar="JOB")
@click.option("--csv", "as_csv", is_flag=True, help="Print every line as CSV.")
def move_report() -> None:
    """Report a job: every line moved, failed and why, or not possible."""


@command.command("moves", runs="provisioning.cli.line_moves:list_moves")
def moves() -> None:
    """List the jobs that move many lines, newest first."""


@command.command("move-approve", runs="provisioning.cli.line_moves:approve")
@click.argument("move_id", metavar="JOB")
def move_approve() -> None:
    """Approve a job that somebody else made; the second approval starts it."""


@command.command("move-pause", runs="provisioning.cli.line_moves:pause")
@click.argument("move_id", metavar="JOB")
def move_pause() -> None:
    """Order no further lines of a job; those at work go on."""


@command.command("move-resume", runs="provisioning.cli.line_moves:resume")
@click.argument("move_id", metavar="JOB")
def move_resume() -> None:
    """Let a paused job go on."""
