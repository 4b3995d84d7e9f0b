"""`neutralhost order cancel|amend|date|note|built|far-ends|grant|refuse`: what becomes of an order under way."""

from datetime import datetime

from provisioning import front_desk
from provisioning.amending import Amendment, add_note, amend_order
from provisioning.cancelling import cancel_order
from provisioning.chargeable_tasks import Cancellation, DateChange, TaskState
from provisioning.cli.house import open_house
from provisioning.cli.last_words import EXIT_CHANGES, EXIT_DONE, EXIT_ERROR
from provisioning.cli.output import Output, current_output, sheet
from provisioning.cli.words import moment, safe
from provisioning.confirming import confirm_built
from provisioning.far_end_desk import far_ends, grant_far_end, refuse_far_end
from provisioning.rescheduling import change_date
from provisioning.rights import SYSTEM


def cancel(order_id: str, reason: str) -> int:
    output = current_output()
    with open_house() as house:
        asked = cancel_order(house.tools, SYSTEM, order_id, reason=reason)
    output.answer({"cancellation": asked}, lambda: print_task("Cancellation", asked, output))
    return task_exit(asked)


def date(order_id: str, on: datetime | None, expedite: bool) -> int:
    output = current_output()
    with open_house() as house:
        wanted = None if on is None else on.date()
        asked = change_date(house.tools, SYSTEM, order_id, wanted, expedite=expedite)
    output.answer({"date_change": asked}, lambda: print_task("Change of date", asked, output))
    return task_exit(asked)


def amend(
    order_id: str,
    reference: str | None,
    end_customer: str | None,
    handover: str | None,
    bandwidth_mbps: int | None,
    term_months: int | None,
) -> None:
    output = current_output()
    said = Amendment(
        reference=reference,
        end_customer=end_customer,
        handover=handover,
        bandwidth_mbps=bandwidth_mbps,
        term_months=term_months,
    )
    with open_house() as house:
        order = amend_order(house.tools, SYSTEM, order_id, said)
    output.answer({"order": order}, lambda: output.say(f"Order {order.id} is amended."))


def note(order_id: str, text: str) -> None:
    output = current_output()
    with open_house() as house:
        add_note(house.tools, SYSTEM, order_id, text)
        found = front_desk.order(house.tools, SYSTEM, order_id)
    output.answer({"order": found}, lambda: output.say(f"It stands under {order_id}."))


def built(order_id: str) -> None:
    output = current_output()
    with open_house() as house:
        order = confirm_built(house.tools, SYSTEM, order_id)
    output.answer({"order": order}, lambda: output.say(f"Order {order.id} goes on: it can be delivered now."))


def list_far_ends() -> None:
    output = current_output()
    with open_house() as house:
        found = far_ends(house.tools, SYSTEM)
    rows = [(one.order_id, one.asked_for, one.isp_code, one.what, moment(one.due_at)) for one in found]
    columns = ("order", "of", "asks", "to land on", "until")
    output.answer({"items": found}, lambda: output.table(sheet(columns, rows)))


def grant(order_id: str) -> None:
    output = current_output()
    with open_house() as house:
        found = grant_far_end(house.tools, SYSTEM, order_id)
    output.answer({"far_end": found}, lambda: output.say(f"Order {order_id} may land on {safe(found.what)}."))


def refuse(order_id: str, reason: str) -> None:
    output = current_output()
    with open_house() as house:
        found = refuse_far_end(house.tools, SYSTEM, order_id, reason=reason)
    output.answer({"far_end": found}, lambda: output.say(f"Order {order_id} may not land there, and ends."))


def print_task(what: str, task: Cancellation | DateChange, output: Output) -> None:
    """Say what became of a cancellation or a change of date."""
    ends = {
        TaskState.DONE: "is done",
        TaskState.DECLINED: "is not done: what it costs was declined",
        TaskState.REJECTED: f"is rejected: {safe(task.denied)}",
        TaskState.ASSESSING_CHARGE: f"waits for charge {task.charge_id} to be answered",
    }
    output.say(f"{what} {task.id} {ends.get(task.state, task.state.value)}".rstrip(".") + ".")


def task_exit(task: Cancellation | DateChange) -> int:
    """The exit code that says what became of it."""
    if task.state is TaskState.DONE:
        return EXIT_DONE
    return EXIT_CHANGES if task.state is TaskState.ASSESSING_CHARGE else EXIT_ERROR
