"""What a buyer is asked to pay beside its orders, and its answers."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Self, cast

from pydantic import Field

from provisioning import errors, life_errors
from provisioning.charges import Charge, ChargeCause, ChargeItemState, ChargeKind, ChargeState
from provisioning.charging import ChargeAsked, answer_charge, charge, charges, raise_charge, withdraw_charge
from provisioning.policy import Action
from web.api.fields import Asked, AskedInQuery, ItemId, Moment, PageSize, QueryFlag, Sentence, ShortText, Shown
from web.api.operation import Answer, Call, Operation

type Pence = Annotated[int, Field(ge=1, le=10**9)]


class ChargeItemBody(Asked):
    """One component of a charge, in pence. Work on the order rests until one that is `blocking` is answered."""

    kind: ChargeKind = ChargeKind.ONCE
    pence: Pence
    text: Sentence
    blocking: bool = True


class ChargeBody(Asked):
    """What the buyer is asked to pay besides, and until when to answer (14 days where left out)."""

    items: list[ChargeItemBody] = Field(min_length=1, max_length=20)
    due_at: Moment | None = None


class ChargeAnswerBody(Asked):
    """The buyer's answer to items of a charge, by their ids: true accepts."""

    items: dict[ItemId, bool] = Field(min_length=1, max_length=20)
    note: ShortText = ""


class ChargesQuery(AskedInQuery):
    """Which charges, newest first."""

    open: QueryFlag | None = None
    limit: PageSize = 50


class ChargeItemShown(Shown):
    """One component of a charge, in pence, and what the buyer said to it."""

    id: str
    kind: ChargeKind
    pence: int
    text: str
    blocking: bool
    state: ChargeItemState
    note: str


class ChargeShown(Shown):
    """A charge; states as in MEF 57.2. Silence until `due_at` counts as declined."""

    id: str
    isp_code: str
    product_order_id: str
    order_id: str | None
    cause: ChargeCause
    items: list[ChargeItemShown]
    state: ChargeState
    created_at: datetime
    due_at: datetime
    raised_by: str
    task_id: str | None
    ended_at: datetime | None

    @classmethod
    def of(cls, found: Charge) -> Self:
        return cls.model_validate(found)


class ChargesShown(Shown):
    items: list[ChargeShown]


def _raise_charge(call: Call) -> Answer:
    body = cast("ChargeBody", call.body)
    items = [ChargeAsked(item.kind, item.pence, item.text, item.blocking) for item in body.items]
    made = raise_charge(call.tools, call.who, call.path["order_id"], items, due_at=body.due_at)
    return Answer(ChargeShown.of(made), HTTPStatus.CREATED, f"/charges/{made.id}")


def _charges(call: Call) -> Answer:
    query = cast("ChargesQuery", call.query)
    found = charges(call.tools, call.who, is_open=query.open, limit=query.limit)
    return Answer(ChargesShown(items=[ChargeShown.of(each) for each in found]))


def _charge(call: Call) -> Answer:
    return Answer(ChargeShown.of(charge(call.tools, call.who, call.path["charge_id"])))


def _answer_charge(call: Call) -> Answer:
    body = cast("ChargeAnswerBody", call.body)
    said = dict.fromkeys(body.items, body.note)
    return Answer(ChargeShown.of(answer_charge(call.tools, call.who, call.path["charge_id"], body.items, said)))


def _withdraw_charge(call: Call) -> Answer:
    return Answer(ChargeShown.of(withdraw_charge(call.tools, call.who, call.path["charge_id"])))


CHARGE_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "raiseCharge",
        "POST",
        "/orders/{order_id}/charges",
        "Ask the buyer to pay more for an order in progress",
        "orders",
        _raise_charge,
        ChargeShown,
        action=Action.SET_CHARGES,
        body=ChargeBody,
        statuses=(HTTPStatus.CREATED,),
        errors=(
            errors.Forbidden,
            errors.UnknownOrder,
            errors.RequestInvalid,
            errors.WrongState,
            life_errors.TooLateToStop,
        ),
    ),
    Operation(
        "listCharges",
        "GET",
        "/charges",
        "Charges, newest first",
        "orders",
        _charges,
        ChargesShown,
        action=Action.READ_ORDERS,
        query=ChargesQuery,
    ),
    Operation(
        "getCharge",
        "GET",
        "/charges/{charge_id}",
        "One charge",
        "orders",
        _charge,
        ChargeShown,
        action=Action.READ_ORDERS,
        errors=(life_errors.UnknownCharge,),
    ),
    Operation(
        "answerCharge",
        "POST",
        "/charges/{charge_id}/answer",
        "Accept or decline items of a charge",
        "orders",
        _answer_charge,
        ChargeShown,
        action=Action.PLACE_ORDERS,
        body=ChargeAnswerBody,
        errors=(errors.Forbidden, life_errors.UnknownCharge, errors.RequestInvalid, errors.WrongState),
    ),
    Operation(
        "withdrawCharge",
        "POST",
        "/charges/{charge_id}/withdrawal",
        "Take an open charge back",
        "orders",
        _withdraw_charge,
        ChargeShown,
        action=Action.SET_CHARGES,
        errors=(errors.Forbidden, life_errors.UnknownCharge, errors.WrongState),
    ),
)
