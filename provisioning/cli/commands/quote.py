"""`neutralhost quote ...`: what something would cost, the same verbs as the API's."""

import click

from provisioning.cli.command import group
from provisioning.quote_states import QuoteState

STATES = [state.value for state in QuoteState]


@group("quote")
def command() -> None:
    """Ask what a service would cost, and keep the answer.

    A quote is a function of product, route, day and price list, never of who asks. It holds for some days; an order
    that cites it (`order place --quote`) gets its price.
    """


@command.command("ask", runs="provisioning.cli.quote:ask")
@click.option("--isp", "isp_code", required=True, help="Code of the ISP that asks.")
@click.option("--uprn", required=True, help="Where: the premises' UPRN.")
@click.option("--handover", required=True, help="Code of the ISP's handover.")
@click.option("--bandwidth", "bandwidth_mbps", required=True, type=int, help="Mbit/s.")
@click.option("--term", "term_months", default=12, show_default=True, type=int, help="Months.")
@click.option("--product", default=None, help="Product code; the catalogue's first where left out.")
@click.option("--alternatives", is_flag=True, help="Quote another speed where this one cannot be had.")
@click.option("--budgetary", is_flag=True, help="An estimate that cannot be ordered by.")
@click.option("--external-id", default="", help="The ISP's own name for it, at most 64 characters.")
def ask() -> None:
    """Ask what a circuit to premises would cost, for an ISP."""


@command.command("list", runs="provisioning.cli.quote:list_quotes")
@click.option("--state", type=click.Choice(STATES), default=None, help="Only quotes in this state.")
@click.option("--isp", "isp_code", default=None, help="Only this ISP's quotes.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 200), help="How many at most.")
@click.option("--cursor", default=None, help="Where the page before ended (its next_cursor).")
def list_quotes() -> None:
    """List quotes, newest first."""


@command.command("show", runs="provisioning.cli.quote:show")
@click.argument("quote_id")
def show() -> None:
    """Show a quote: its prices, what must be built, and what became of it."""


@command.command("reject", runs="provisioning.cli.quote:reject")
@click.argument("quote_id")
@click.option("--reason", default="", help="Why, at most 200 characters.")
def reject() -> None:
    """Say that a quote is not taken."""


@command.command("cancel", runs="provisioning.cli.quote:cancel")
@click.argument("quote_id")
@click.option("--reason", default="", help="Why, at most 200 characters.")
def cancel() -> None:
    """Take back what was asked, before it is answered."""
