"""`neutralhost charge ...`: what orders cost besides what was ordered."""

from collections.abc import Sequence
from datetime import timedelta

from provisioning.charges import Charge, ChargeItemState, ChargeKind
from provisioning.charging import ChargeAsked, answer_charge, charge, charges, raise_charge, withdraw_charge
from provisioning.cli.house import open_house
from provisioning.cli.output import Output, Sheet, current_output, sheet
from provisioning.cli.words import moment, money
from provisioning.rights import SYSTEM


def list_charges(is_open: bool, limit: int) -> None:
    output = current_output()
    with open_house() as house:
        found = charges(house.tools, SYSTEM, is_open=True if is_open else None, limit=limit)
    output.answer({"items": found}, lambda: output.table(charges_sheet(found)))


def raise_one(order_id: str, pence: int, text: str, monthly: bool, beside: bool, days: int | None) -> None:
    output = current_output()
    asked = ChargeAsked(ChargeKind.MONTHLY if monthly else ChargeKind.ONCE, pence, text, blocking=not beside)
    with open_house() as house:
        due_at = None if days is None else house.tools.now() + timedelta(days=days)
        made = raise_charge(house.tools, SYSTEM, order_id, [asked], due_at=due_at)
    _answer(output, made, f"Charge {made.id} awaits an answer until {moment(made.due_at)}.")


def accept(charge_id: str) -> None:
    _say(charge_id, accepts=True)


def decline(charge_id: str) -> None:
    _say(charge_id, accepts=False)


def withdraw(charge_id: str) -> None:
    output = current_output()
    with open_house() as house:
        found = withdraw_charge(house.tools, SYSTEM, charge_id)
    _answer(output, found, f"Charge {charge_id} is taken back.")


def charges_sheet(found: Sequence[Charge]) -> Sheet:
    """Return charges as a table, a line for each item."""
    rows = (
        (
            each.id,
            each.order_id or each.product_order_id,
            each.cause.value,
            item.text,
            money(item.pence),
            item.kind.value,
            "yes" if item.blocking else "no",
            item.state.value,
            moment(each.due_at),
        )
        for each in found
        for item in each.items
    )
    columns = ("charge", "of", "cause", "what", "price", "paid", "blocks", "answer", "due")
    return sheet(columns, rows, right=("price",))


def _say(charge_id: str, *, accepts: bool) -> None:
    output = current_output()
    with open_house() as house:
        asked = charge(house.tools, SYSTEM, charge_id)
        awaiting = [item.id for item in asked.items if item.state is ChargeItemState.AWAITING_RESPONSE]
        found = answer_charge(house.tools, SYSTEM, charge_id, dict.fromkeys(awaiting or ["1"], accepts))
    _answer(output, found, f"Charge {charge_id} is {'accepted' if accepts else 'declined'}.")


def _answer(output: Output, found: Charge, text: str) -> None:
    output.answer({"charge": found}, lambda: output.say(text))
