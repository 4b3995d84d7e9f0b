"""Walk jobs of moves: place the next orders, note what became of those before, and end a job that has no line left.

Durable by the rows alone: whatever was not noted is found again at the next look, by whichever worker looks, and an
order is placed under a key of its line in the job, so that it is placed once however often it is tried.
"""

import structlog

from inventory.errors import DatabaseUnavailable, NeutralhostError
from provisioning.isps import Principal, Role
from provisioning.line_errors import LineBusy
from provisioning.line_moves import LineMove, LineMoveRow, LineMoveState, RowState
from provisioning.orders import ENDED, Order, OrderRequest, OrderState
from provisioning.request_checks import check_request
from provisioning.tools import Tools
from provisioning.workflows.accept import accept_add

log = structlog.get_logger(__name__)

_LOOKED_PAST = 100  # lines that are busy just now, and keep no other from its turn


def advance_line_moves(tools: Tools) -> tuple[str, ...]:
    """Take every job a step further; return the ids of the orders that were placed.

    Raises: DatabaseUnavailable.
    """
    with tools.open_unit_of_work(reading=True) as work:
        going_on = work.line_moves.going_on()
    return tuple(order_id for move_id in going_on for order_id in _advance(move_id, tools))


def _advance(move_id: str, tools: Tools) -> tuple[str, ...]:
    at_work = _settle(move_id, tools)
    with tools.open_unit_of_work(reading=True) as work:
        move = work.line_moves.get(move_id)
        free = max(0, move.at_a_time - at_work)
        waiting = work.line_moves.rows(move_id, RowState.WAITING, free + _LOOKED_PAST)
    if not waiting and not at_work:
        _end(move, tools)
    if move.state is not LineMoveState.RUNNING:
        return ()
    placed: list[str] = []
    for row in waiting:
        if len(placed) < free:
            placed += _place(move, row, tools)
    return tuple(placed)


def _settle(move_id: str, tools: Tools) -> int:
    """Note what became of the lines at work; return how many still are."""
    with tools.open_unit_of_work(reading=True) as work:
        rows = work.line_moves.rows(move_id, RowState.AT_WORK)
        orders = {row.number: work.orders.get(row.order_id) for row in rows if row.order_id is not None}
    ended = {number: order for number, order in orders.items() if order.state in ENDED}
    if ended:
        with tools.open_unit_of_work() as work:
            for number, order in ended.items():
                moved = order.state is OrderState.COMPLETED
                work.line_moves.set_row(
                    move_id, number, RowState.MOVED if moved else RowState.FAILED, why="" if moved else _why(order)
                )
            work.commit()
    return len(orders) - len(ended)


def _place(move: LineMove, row: LineMoveRow, tools: Tools) -> list[str]:
    """Order one line's move; the id of the order, none where it could not be placed, or not yet."""
    who = Principal(move.made_by, Role.OPERATOR, None)
    request = OrderRequest(
        row.product,
        row.uprn,
        row.handover,
        row.bandwidth_mbps,
        row.term_months,
        reference=move.id,
        takes_over=row.access_line_id,
    )

    def check() -> None:
        check_request(tools, tools.load_snapshot(), row.isp_code, request)

    try:
        # A key of people cannot be like this one: what they send is held to characters that can be printed.
        order, _new = accept_add(tools, who, row.isp_code, request, f"line move\n{move.id}\n{row.number}", check)
    except DatabaseUnavailable:
        raise
    except LineBusy as busy:
        _note(move, row, RowState.WAITING, tools, why=busy.sentence)
        return []
    except NeutralhostError as error:
        log.warning("a line could not be moved", job=move.id, line=row.access_line_id, code=error.code)
        _note(move, row, RowState.FAILED, tools, why=error.sentence)
        return []
    _note(move, row, RowState.AT_WORK, tools, order_id=order.id)
    return [order.id]


def _note(
    move: LineMove, row: LineMoveRow, state: RowState, tools: Tools, *, order_id: str | None = None, why: str = ""
) -> None:
    with tools.open_unit_of_work() as work:
        work.line_moves.set_row(move.id, row.number, state, order_id=order_id, why=why)
        work.commit()


def _end(move: LineMove, tools: Tools) -> None:
    with tools.open_unit_of_work() as work:
        work.line_moves.set_state(move.id, LineMoveState.ENDED, move.state)
        work.commit()


def _why(order: Order) -> str:
    return " ".join(reason.sentence for reason in order.reasons) or f"The order is {order.state}."
