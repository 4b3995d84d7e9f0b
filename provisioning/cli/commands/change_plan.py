"""`neutralhost change-plan ...`: changes of devices that are not an order's, looked at and decided."""

import click

from automation.limits import Limit
from provisioning.change_plans import PlanState
from provisioning.cli.command import as_person, group

STATES = [state.value for state in PlanState]
LIMITS = [limit.value for limit in Limit]


@group("change-plan")
def command() -> None:
    """Look at changes of devices before they are made, and decide on them.

    A plan is proposed by a playbook (fix, restore, commission ...). Its devices say what they would change and change
    nothing; a person approves exactly that; then all of its devices are changed, or none.
    """


@command.command("list", runs="provisioning.cli.change_plan:list_plans")
@click.option("--state", type=click.Choice(STATES), default=None, help="Only those in this state.")
def list_plans() -> None:
    """List the last plans, the newest first."""


@command.command("show", runs="provisioning.cli.change_plan:show")
@click.argument("plan_id")
@click.option("--diff", "with_diffs", is_flag=True, help="What every device says it would change, or has changed.")
def show() -> None:
    """Show a plan: its devices, what stands in its way, what it waits for, and its life.

    Exit code 2 where it would change devices and has not.
    """


@command.command("approve", runs="provisioning.cli.change_plan:approve")
@click.argument("plan_id")
@click.option("--digest", default=None, help="What was looked at, from `show`; refused where it has changed since.")
@as_person
def approve() -> None:
    """Approve exactly what the devices said; the worker goes on with it.

    On a terminal it is shown first, and asked about. In a pipe the digest has to say what was looked at. Exit code 2
    where it waits for a second person, or was not agreed to.
    """


@command.command("cancel", runs="provisioning.cli.change_plan:cancel")
@click.argument("plan_id")
@click.option("--why", required=True, help="Why, in one line.")
@as_person
def cancel() -> None:
    """End a plan that has changed nothing yet."""


@command.command("lift", runs="provisioning.cli.change_plan:lift")
@click.argument("plan_id")
@click.argument("limit", type=click.Choice(LIMITS))
@click.option("--why", required=True, help="Why, in one line: it is kept with the plan.")
@as_person
def lift() -> None:
    """Lift a safety limit for this one plan; its approval takes two other people then."""


@command.command("undo", runs="provisioning.cli.change_plan:undo")
@click.argument("plan_id")
@click.option("--why", required=True, help="Why, in one line.")
@as_person
def undo() -> None:
    """Propose the opposite of a plan that is done, as a plan of its own."""


@command.command("uncertain", runs="provisioning.cli.change_plan:uncertain")
def uncertain() -> None:
    """List devices of which nobody knows for certain what they say.

    They could not be told to go back. The next audit that reads them right takes them off this list. Exit code 2
    where there are any.
    """
