"""`neutralhost incident ...`: one trouble of the network, told to every ISP that feels it."""

import click

from provisioning.cli.command import group
from provisioning.incidents import IncidentKind, IncidentState
from provisioning.tickets import Observed, Severity

STATES = [state.value for state in IncidentState]
MOMENT = click.DateTime(["%Y-%m-%dT%H:%M"])


@group("incident")
def command() -> None:
    """Tell ISPs of a trouble that many services feel.

    Each ISP sees the incidents that hit a service of its own, and of what they hit its own services alone.
    """


@command.command("open", runs="provisioning.cli.incident:open_incident")
@click.argument("description")
@click.option("--service", "services", multiple=True, help="A service that feels it; may be given again.")
@click.option("--cut", default=None, metavar="TARGET", help="What is cut, as `neutralhost cut` takes it.")
@click.option(
    "--kind",
    type=click.Choice([each.value for each in IncidentKind]),
    default="repair",
    show_default=True,
    help="What it is.",
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
    default="significant",
    show_default=True,
    help="How bad it is.",
)
@click.option("--started", "started_at", type=MOMENT, default=None, help="When it began, in UTC; now.")
@click.option("--expected", "expected_at", type=MOMENT, default=None, help="When it is meant to be over, in UTC.")
def open_incident() -> None:
    """Open an incident, and tell every ISP that it hits."""


@command.command("update", runs="provisioning.cli.incident:update")
@click.argument("incident_id")
@click.option("--note", default=None, help="How it goes.")
@click.option("--service", "services", multiple=True, help="One more service that feels it; may be given again.")
@click.option("--expected", "expected_at", type=MOMENT, default=None, help="When it is meant to be over, in UTC.")
def update() -> None:
    """Say how it goes."""


@command.command("close", runs="provisioning.cli.incident:close")
@click.argument("incident_id")
@click.argument("how")
def close() -> None:
    """Say that it is over, and how."""


@command.command("list", runs="provisioning.cli.incident:list_incidents")
@click.option("--state", type=click.Choice(STATES), default=None, help="Only incidents in this state.")
@click.option("--service", "service_id", default=None, help="Only incidents that hit this service.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 200), help="How many at most.")
@click.option("--cursor", default=None, help="Where the page before ended (its next_cursor).")
def list_incidents() -> None:
    """List incidents, newest first."""


@command.command("show", runs="provisioning.cli.incident:show")
@click.argument("incident_id")
def show() -> None:
    """Show an incident, whom it hits, and all that was said about it."""
