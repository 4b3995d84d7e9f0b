"""`neutralhost ticket ...`: trouble tickets, the same verbs as the API's."""

import click

from provisioning.cli.command import group
from provisioning.tickets import AboutKind, Observed, Priority, Severity, TicketKind, TicketState

STATES = [state.value for state in TicketState]


@group("ticket")
def command() -> None:
    """Raise, follow, answer, resolve and close trouble tickets.

    A ticket is about one service or order of an ISP. The operator says that it is resolved; the ISP confirms by closing
    it, or opens it again. Five days without an answer are a confirmation.
    """


@command.command("raise", runs="provisioning.cli.ticket:raise_ticket")
@click.argument("about_id", metavar="SERVICE|ORDER")
@click.argument("description")
@click.option("--about", type=click.Choice([each.value for each in AboutKind]), default=None, help="What kind it is.")
@click.option(
    "--kind",
    type=click.Choice([each.value for each in TicketKind]),
    default="maintenance",
    show_default=True,
    help="What kind of ticket it is.",
)
@click.option(
    "--observed",
    type=click.Choice([each.value for each in Observed]),
    default="down",
    show_default=True,
    help="What is felt of it.",
)
@click.option(
    "--severity",
    type=click.Choice([each.value for each in Severity]),
    default="moderate",
    show_default=True,
    help="How bad it is for the ISP.",
)
@click.option(
    "--priority",
    type=click.Choice([each.value for each in Priority]),
    default="medium",
    show_default=True,
    help="How soon the ISP would have it looked at.",
)
@click.option("--external-id", default="", help="The ISP's own name for it, at most 64 characters.")
def raise_ticket() -> None:
    """Report that a service or an order is not as it should be."""


@command.command("list", runs="provisioning.cli.ticket:list_tickets")
@click.option("--state", type=click.Choice(STATES), default=None, help="Only tickets in this state.")
@click.option("--isp", "isp_code", default=None, help="Only this ISP's tickets.")
@click.option("--about", "about_id", default=None, help="Only tickets about this service or order.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 200), help="How many at most.")
@click.option("--cursor", default=None, help="Where the page before ended (its next_cursor).")
def list_tickets() -> None:
    """List tickets, newest first."""


@command.command("show", runs="provisioning.cli.ticket:show")
@click.argument("ticket_id")
def show() -> None:
    """Show a ticket, and all that was said about it."""


@command.command("note", runs="provisioning.cli.ticket:note")
@click.argument("ticket_id")
@click.argument("text")
@click.option("--ask", is_flag=True, help="Ask the ISP: the ticket is pending until it answers.")
def note() -> None:
    """Say something about a ticket."""


@command.command("progress", runs="provisioning.cli.ticket:progress")
@click.argument("ticket_id")
def progress() -> None:
    """Say that somebody is working on it."""


@command.command("judge", runs="provisioning.cli.ticket:judge")
@click.argument("ticket_id")
@click.option("--severity", type=click.Choice([each.value for each in Severity]), default=None, help="Ours.")
@click.option("--priority", type=click.Choice([each.value for each in Priority]), default=None, help="Ours.")
@click.option("--expected", "expected_at", type=click.DateTime(["%Y-%m-%dT%H:%M"]), default=None, help="In UTC.")
def judge() -> None:
    """Say how severe and urgent it is for the operator, and when it is meant to be resolved."""


@command.command("resolve", runs="provisioning.cli.ticket:resolve")
@click.argument("ticket_id")
@click.argument("how")
def resolve() -> None:
    """Say that it is as it should be again, and how."""


@command.command("close", runs="provisioning.cli.ticket:close")
@click.argument("ticket_id", required=False)
@click.option("--unanswered", is_flag=True, help="All that were resolved five days ago and nobody opened again.")
def close() -> None:
    """Confirm for the ISP that a resolved ticket is resolved."""


@command.command("reopen", runs="provisioning.cli.ticket:reopen")
@click.argument("ticket_id")
@click.argument("reason")
def reopen() -> None:
    """Say for the ISP that a resolved ticket is not."""


@command.command("cancel", runs="provisioning.cli.ticket:cancel")
@click.argument("ticket_id")
@click.option("--assessed", is_flag=True, help="Let through a cancellation that the ISP has asked for.")
def cancel() -> None:
    """Say for the ISP that nothing need be done."""
