"""`neutralhost order history` and `neutralhost service history`: every state a thing had."""

from collections.abc import Sequence

from provisioning import front_desk
from provisioning.changes import STATE, ChangeKind, StateChange
from provisioning.cli.house import open_house
from provisioning.cli.output import Sheet, current_output, sheet
from provisioning.cli.words import moment
from provisioning.front_desk import SYSTEM


def of_order(order_id: str) -> None:
    _show(ChangeKind.ORDER, order_id)


def of_service(service_id: str) -> None:
    _show(ChangeKind.SERVICE, service_id)


def _show(kind: ChangeKind, subject_id: str) -> None:
    output = current_output()
    with open_house() as house:
        changes = front_desk.history(house.tools, SYSTEM, kind, subject_id)
    output.answer({"history": changes}, lambda: output.table(history_sheet(changes)))


def history_sheet(changes: Sequence[StateChange]) -> Sheet:
    """Return a history as a table."""
    rows = (
        (moment(each.at), each.was, each.now if each.about == STATE else each.about, each.by, each.why)
        for each in changes
    )
    return sheet(("at", "was", "became", "by", "why"), rows)
