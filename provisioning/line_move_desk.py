"""Jobs that move many lines: the front desk's part. For the operator; a job begins when two others have approved it."""

import hashlib
from collections.abc import Sequence

from provisioning.carrying import Carrying
from provisioning.dangers import Danger
from provisioning.deeds import acts
from provisioning.errors import RequestInvalid
from provisioning.isps import Principal
from provisioning.line_move_plan import ALL_LINES, foresee
from provisioning.line_moves import (
    MOST_AT_A_TIME,
    LineMove,
    LineMoveReport,
    LineMoveRow,
    LineMoveState,
    PlanRow,
    RowState,
    checked,
    rows_by_rule,
)
from provisioning.policy import Action, must
from provisioning.references import new_line_move_id
from provisioning.rights import LONGEST_REASON, must_be_isp, must_be_text
from provisioning.second_eyes import approved_by_enough
from provisioning.tools import Tools


def plan_by_rule(tools: Tools, who: Principal, from_isp: str, isp_code: str, handover: str) -> tuple[PlanRow, ...]:
    """The plan that gives every live line of an ISP to another, at one handover, with what it has.

    Raises: Forbidden, UnknownIsp.
    """
    must(who, Action.MOVE_LINES)
    must_be_isp(tools.load_snapshot(), from_isp)
    with tools.open_unit_of_work(reading=True) as work:
        lines = work.lines.page(isp_code=from_isp, limit=ALL_LINES)
    return rows_by_rule([line.access_line_id for line in lines if line.is_live], isp_code, handover)


def foresee_line_moves(tools: Tools, who: Principal, from_isp: str, plan: Sequence[PlanRow]) -> LineMoveReport:
    """A dry run: what would become of every line, all counted together. Changes nothing.

    Raises: Forbidden, UnknownIsp, PlanFileInvalid.
    """
    must(who, Action.MOVE_LINES)
    snapshot = tools.load_snapshot()
    must_be_isp(snapshot, from_isp)
    carrying = Carrying(tools.now().date(), tools.losses)
    with tools.open_unit_of_work(reading=True) as work:
        rows = foresee(work, snapshot, tools.catalogue, from_isp, checked(plan), carrying)
    return LineMoveReport(None, from_isp, rows)


@acts("move the lines of an ISP", says=("from_isp", "reason"))
def move_lines(
    tools: Tools, who: Principal, from_isp: str, plan: Sequence[PlanRow], *, reason: str, at_a_time: int = 8
) -> LineMoveReport:
    """Make a job of a plan. It awaits the approval of two people, neither of them who made it.

    Raises: Forbidden, UnknownIsp, PlanFileInvalid, RequestInvalid.
    """
    must(who, Action.MOVE_LINES)
    must_be_text("reason", reason, LONGEST_REASON)
    if not 1 <= at_a_time <= MOST_AT_A_TIME:
        raise RequestInvalid("at_a_time", f"1 to {MOST_AT_A_TIME} lines can be at work at a time")
    foreseen = foresee_line_moves(tools, who, from_isp, plan)
    move = LineMove(
        id=new_line_move_id(),
        from_isp=from_isp,
        state=LineMoveState.AWAITING_APPROVAL,
        at_a_time=at_a_time,
        reason=reason,
        made_by=who.user_name,
        made_at=tools.now(),
    )
    with tools.open_unit_of_work(by=who.user_name) as work:
        work.line_moves.add(move, foreseen.rows)
        work.commit()
    return LineMoveReport(move, from_isp, foreseen.rows)


def line_move_report(tools: Tools, who: Principal, move_id: str) -> LineMoveReport:
    """A job and every line of it. Raises: Forbidden, UnknownLineMove."""
    must(who, Action.MOVE_LINES)
    with tools.open_unit_of_work(reading=True) as work:
        move = work.line_moves.get(move_id)
        return LineMoveReport(move, move.from_isp, work.line_moves.rows(move_id))


def line_moves(tools: Tools, who: Principal) -> tuple[LineMove, ...]:
    """All jobs, newest first. Raises: Forbidden."""
    must(who, Action.MOVE_LINES)
    with tools.open_unit_of_work(reading=True) as work:
        return work.line_moves.all()


@acts("approve a job of line moves", "line move", "move_id")
def approve_line_move(tools: Tools, who: Principal, move_id: str) -> LineMove:
    """Approve a job; with the second person's approval it runs.

    Raises: Forbidden, UnknownLineMove, WrongState, SecondEyesNeeded.
    """
    must(who, Action.APPROVE_ORDERS)
    with tools.open_unit_of_work(by=who.user_name) as work:
        move = work.line_moves.get(move_id)
        work.line_moves.set_state(move_id, LineMoveState.AWAITING_APPROVAL, LineMoveState.AWAITING_APPROVAL)
        enough = approved_by_enough(
            work,
            who,
            about=f"line move {move_id}",
            why=(Danger.MANY_LINES, Danger.TAKES_FROM_OTHERS),
            digest=_digest(work.line_moves.rows(move_id)),
            asked_by=move.made_by,
            now=tools.now(),
        )
        if enough:
            work.line_moves.set_state(
                move_id, LineMoveState.RUNNING, LineMoveState.AWAITING_APPROVAL, approved_by=who.user_name
            )
        move = work.line_moves.get(move_id)
        work.commit()
    return move


@acts("pause a job of line moves", "line move", "move_id")
def pause_line_move(tools: Tools, who: Principal, move_id: str) -> LineMove:
    """Place no further orders of a job; those at work go on. Raises: Forbidden, UnknownLineMove, WrongState."""
    return _turn(tools, who, move_id, LineMoveState.PAUSED, LineMoveState.RUNNING)


@acts("resume a job of line moves", "line move", "move_id")
def resume_line_move(tools: Tools, who: Principal, move_id: str) -> LineMove:
    """Let a paused job go on. Raises: Forbidden, UnknownLineMove, WrongState."""
    return _turn(tools, who, move_id, LineMoveState.RUNNING, LineMoveState.PAUSED)


def _turn(tools: Tools, who: Principal, move_id: str, state: LineMoveState, was: LineMoveState) -> LineMove:
    must(who, Action.MOVE_LINES)
    with tools.open_unit_of_work(by=who.user_name) as work:
        work.line_moves.set_state(move_id, state, was)
        move = work.line_moves.get(move_id)
        work.commit()
    return move


def _digest(rows: Sequence[LineMoveRow]) -> str:
    """SHA-256 (hex) of what the job would order."""
    planned = [
        (row.access_line_id, row.isp_code, row.handover, row.product, row.bandwidth_mbps, row.term_months)
        for row in rows
        if row.state is RowState.WAITING
    ]
    return hashlib.sha256(repr(planned).encode()).hexdigest()
