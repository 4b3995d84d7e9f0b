"""Services changed where they are, lines as the switching of providers sees them, and jobs that move many of them."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Self, cast

from pydantic import Field, StringConstraints, model_validator

from provisioning import errors, front_desk, line_errors, people_errors, product_errors, ssid_desk
from provisioning.line_moves import (
    MOST_AT_A_TIME,
    SAME,
    LineMove,
    LineMoveReport,
    LineMoveState,
    PlanRow,
    RowState,
)
from provisioning.lines import LineFacts, LineMatch, LinePage
from provisioning.policy import Action
from web.api.fields import PRINTABLE, Asked, AskedInQuery, Mbps, Months, Name, PageSize, Sentence, Shown, Uprn
from web.api.operation import Answer, Call, Operation
from web.api.products import SsidChangeBody
from web.api.shown import OrderShown

type LineId = Annotated[str, StringConstraints(pattern=PRINTABLE, min_length=1, max_length=32)]
MOST_ROWS_IN_ONE_BODY = 10_000


class ModifyBody(Asked):
    """Another bandwidth, another term, or both; of a hosted SSID `ssid` alone. What is left out stays."""

    bandwidth_mbps: Mbps | None = Field(None, description="Mbit/s, one of the product's speeds")
    term_months: Months | None = Field(None, description="months, one of the product's terms")
    ssid: SsidChangeBody | None = Field(None, description="what is to be otherwise of a hosted SSID")

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        if self.ssid is not None and (self.bandwidth_mbps is not None or self.term_months is not None):
            raise ValueError("a hosted SSID has no bandwidth, and keeps its term: `ssid` stands alone")
        return self


class LinesQuery(AskedInQuery):
    """Which lines, by access line id."""

    uprn: Uprn | None = None
    cursor: LineId | None = Field(None, description="`next_cursor` of the page before")
    limit: PageSize = 50


class LineMatchBody(Asked):
    """What the subscriber says: the access line id and the UPRN. Both are needed, and are the proof of the switch."""

    access_line_id: LineId
    uprn: Uprn


class PlanRowBody(Asked):
    """Who takes one line, at which handover, and as what."""

    access_line_id: LineId
    isp_code: Name
    handover: Name
    product: Name = Field(SAME, description='a product\'s code, or "same": what the line has')
    bandwidth_mbps: Mbps | None = Field(None, description="Mbit/s; what the line has where left out")

    def noun(self) -> PlanRow:
        return PlanRow(self.access_line_id, self.isp_code, self.handover, self.product, self.bandwidth_mbps)


class PlanBody(Asked):
    """Whose lines move, and to whom each."""

    from_isp: Name
    plan: Annotated[list[PlanRowBody], Field(min_length=1, max_length=MOST_ROWS_IN_ONE_BODY)]


class LineMoveBody(PlanBody):
    """A job: the plan, why, and how many lines may be at work at any moment."""

    reason: Sentence
    at_a_time: Annotated[int, Field(ge=1, le=MOST_AT_A_TIME)] = 8


class LineShown(Shown):
    """A line, for the ISP that serves it and the operator."""

    access_line_id: str
    uprn: str
    live: bool
    network_operator: str
    nte: str
    nte_serial: str
    nte_port: str
    service_id: str
    isp_code: str
    product: str
    bandwidth_mbps: int
    made_at: datetime

    @classmethod
    def of(cls, facts: LineFacts) -> "LineShown":
        line = facts.line
        return cls(
            access_line_id=line.access_line_id,
            uprn=line.uprn,
            live=line.is_live,
            network_operator=facts.network_operator,
            nte=line.uni.device,
            nte_serial=facts.nte_serial,
            nte_port=line.uni.port,
            service_id=line.service_id,
            isp_code=line.isp_code,
            product=facts.product,
            bandwidth_mbps=facts.bandwidth_mbps,
            made_at=line.made_at,
        )


class LinePageShown(Shown):
    items: list[LineShown]
    next_cursor: str | None

    @classmethod
    def of(cls, page: LinePage) -> "LinePageShown":
        return cls(items=[LineShown.of(each) for each in page.lines], next_cursor=page.next_cursor)


class LineMatchShown(Shown):
    """Whether that line is there and live. Nothing of whose it is; not matched, the other fields are empty."""

    matched: bool
    access_line_id: str
    uprn: str
    network_operator: str
    nte: str
    nte_serial: str
    nte_port: str


class LineMoveRowShown(Shown):
    """One line of a job: what is or would be ordered, what became of it, and why where it did not move."""

    number: int
    access_line_id: str
    uprn: str
    isp_code: str
    handover: str
    product: str
    bandwidth_mbps: int
    term_months: int
    state: RowState
    order_id: str | None
    why: str


class LineMoveShown(Shown):
    """A job of moves."""

    id: str
    from_isp: str
    state: LineMoveState
    at_a_time: int
    reason: str
    made_by: str
    made_at: datetime
    approved_by: str | None
    ended_at: datetime | None


class LineMovesShown(Shown):
    items: list[LineMoveShown]


class LineMoveReportShown(Shown):
    """Every line of a job, or of a dry run (`move` is null then), and how many are in each state."""

    move: LineMoveShown | None
    from_isp: str
    counts: dict[str, int]
    lines: list[LineMoveRowShown]

    @classmethod
    def of(cls, report: LineMoveReport) -> "LineMoveReportShown":
        return cls(
            move=None if report.move is None else LineMoveShown.model_validate(report.move),
            from_isp=report.from_isp,
            counts=report.counts,
            lines=[LineMoveRowShown.model_validate(row) for row in report.rows],
        )


def modify_service(call: Call) -> Answer:
    body = cast("ModifyBody", call.body)
    service_id, key = call.path["service_id"], call.idempotency_key
    if body.ssid is not None:
        change, passphrase = body.ssid.noun(), body.ssid.passphrase
        order, new = ssid_desk.change_ssid(
            call.tools, call.who, service_id, change, passphrase=passphrase, idempotency_key=key
        )
    else:
        order, new = front_desk.modify_service(
            call.tools,
            call.who,
            service_id,
            bandwidth_mbps=body.bandwidth_mbps,
            term_months=body.term_months,
            idempotency_key=key,
        )
    return Answer(OrderShown.of(order), HTTPStatus.CREATED if new else HTTPStatus.OK, f"/orders/{order.id}")


def get_service_line(call: Call) -> Answer:
    return Answer(LineShown.of(front_desk.line(call.tools, call.who, service_id=call.path["service_id"])))


def list_lines(call: Call) -> Answer:
    query = cast("LinesQuery", call.query)
    page = front_desk.lines(call.tools, call.who, uprn=query.uprn, cursor=query.cursor, limit=query.limit)
    return Answer(LinePageShown.of(page))


def get_line(call: Call) -> Answer:
    return Answer(LineShown.of(front_desk.line(call.tools, call.who, access_line_id=call.path["access_line_id"])))


def match_line(call: Call) -> Answer:
    body = cast("LineMatchBody", call.body)
    found: LineMatch = front_desk.match_line(call.tools, call.who, body.access_line_id, body.uprn)
    return Answer(LineMatchShown.model_validate(found))


def foresee_line_moves(call: Call) -> Answer:
    body = cast("PlanBody", call.body)
    report = front_desk.foresee_line_moves(call.tools, call.who, body.from_isp, [row.noun() for row in body.plan])
    return Answer(LineMoveReportShown.of(report))


def move_lines(call: Call) -> Answer:
    body = cast("LineMoveBody", call.body)
    rows = [row.noun() for row in body.plan]
    report = front_desk.move_lines(
        call.tools, call.who, body.from_isp, rows, reason=body.reason, at_a_time=body.at_a_time
    )
    where = "" if report.move is None else f"/line-moves/{report.move.id}"
    return Answer(LineMoveReportShown.of(report), HTTPStatus.CREATED, where)


def list_line_moves(call: Call) -> Answer:
    found: tuple[LineMove, ...] = front_desk.line_moves(call.tools, call.who)
    return Answer(LineMovesShown(items=[LineMoveShown.model_validate(each) for each in found]))


def get_line_move(call: Call) -> Answer:
    return Answer(LineMoveReportShown.of(front_desk.line_move_report(call.tools, call.who, call.path["move_id"])))


def approve_line_move(call: Call) -> Answer:
    return _move(front_desk.approve_line_move(call.tools, call.who, call.path["move_id"]))


def pause_line_move(call: Call) -> Answer:
    return _move(front_desk.pause_line_move(call.tools, call.who, call.path["move_id"]))


def resume_line_move(call: Call) -> Answer:
    return _move(front_desk.resume_line_move(call.tools, call.who, call.path["move_id"]))


def _move(move: LineMove) -> Answer:
    return Answer(LineMoveShown.model_validate(move))


_FINDING = (errors.Forbidden, line_errors.UnknownLine, line_errors.AccessLineIdInvalid)
_PLANNING = (errors.Forbidden, errors.UnknownIsp, line_errors.PlanFileInvalid, errors.RequestInvalid)
_TURNING = (errors.Forbidden, line_errors.UnknownLineMove, errors.WrongState)

LINE_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "modifyService",
        "POST",
        "/services/{service_id}/modify",
        "Order another bandwidth or term for a service, or another name or area for an SSID, where it is",
        "services",
        modify_service,
        OrderShown,
        action=Action.PLACE_ORDERS,
        body=ModifyBody,
        needs_idempotency_key=True,
        statuses=(HTTPStatus.CREATED, HTTPStatus.OK),
        errors=(
            errors.UnknownService,
            errors.Forbidden,
            errors.WrongState,
            line_errors.NotModifiable,
            line_errors.NothingToModify,
            product_errors.SsidAsItIs,
            product_errors.SsidInvalid,
            errors.SpeedNotOffered,
            errors.TermNotOffered,
            errors.IdempotencyConflict,
        ),
        notes="The service is `active.pendingChange` until the order ends, and carries its traffic meanwhile.",
    ),
    Operation(
        "getServiceLine",
        "GET",
        "/services/{service_id}/line",
        "The line of a service: what a switch of providers needs",
        "lines",
        get_service_line,
        LineShown,
        action=Action.READ_SERVICES,
        errors=(errors.Forbidden, errors.UnknownService, line_errors.UnknownLine),
    ),
    Operation(
        "listLines",
        "GET",
        "/lines",
        "Your lines (the operator: all), by access line id",
        "lines",
        list_lines,
        LinePageShown,
        action=Action.READ_SERVICES,
        query=LinesQuery,
        errors=(errors.Forbidden, line_errors.AccessLineIdInvalid),
    ),
    Operation(
        "getLine",
        "GET",
        "/lines/{access_line_id}",
        "One line",
        "lines",
        get_line,
        LineShown,
        action=Action.READ_SERVICES,
        errors=_FINDING,
    ),
    Operation(
        "matchLine",
        "POST",
        "/lines/match",
        "Whether a live line has this access line id at this UPRN",
        "lines",
        match_line,
        LineMatchShown,
        action=Action.PLACE_ORDERS,
        body=LineMatchBody,
        errors=(errors.Forbidden, line_errors.AccessLineIdInvalid),
        notes="For a gaining ISP: it says nothing of whose the line is. Order with `takes_over` to take it over.",
    ),
    Operation(
        "foreseeLineMoves",
        "POST",
        "/line-moves/dry-run",
        "What a plan of moves would do, line by line; changes nothing",
        "lines",
        foresee_line_moves,
        LineMoveReportShown,
        action=Action.MOVE_LINES,
        body=PlanBody,
        errors=_PLANNING,
    ),
    Operation(
        "moveLines",
        "POST",
        "/line-moves",
        "Make a job that moves many lines; it awaits the approval of two others",
        "lines",
        move_lines,
        LineMoveReportShown,
        action=Action.MOVE_LINES,
        body=LineMoveBody,
        statuses=(HTTPStatus.CREATED,),
        errors=_PLANNING,
    ),
    Operation(
        "listLineMoves",
        "GET",
        "/line-moves",
        "Jobs that move many lines, newest first",
        "lines",
        list_line_moves,
        LineMovesShown,
        action=Action.MOVE_LINES,
        errors=(errors.Forbidden,),
    ),
    Operation(
        "getLineMove",
        "GET",
        "/line-moves/{move_id}",
        "A job, and what became of every line of it",
        "lines",
        get_line_move,
        LineMoveReportShown,
        action=Action.MOVE_LINES,
        errors=(errors.Forbidden, line_errors.UnknownLineMove),
    ),
    Operation(
        "approveLineMove",
        "POST",
        "/line-moves/{move_id}/approve",
        "Approve a job; the second person's approval starts it",
        "lines",
        approve_line_move,
        LineMoveShown,
        action=Action.APPROVE_ORDERS,
        errors=(*_TURNING, people_errors.SecondEyesNeeded),
    ),
    Operation(
        "pauseLineMove",
        "POST",
        "/line-moves/{move_id}/pause",
        "Order no further lines of a job",
        "lines",
        pause_line_move,
        LineMoveShown,
        action=Action.MOVE_LINES,
        errors=_TURNING,
    ),
    Operation(
        "resumeLineMove",
        "POST",
        "/line-moves/{move_id}/resume",
        "Let a paused job go on",
        "lines",
        resume_line_move,
        LineMoveShown,
        action=Action.MOVE_LINES,
        errors=_TURNING,
    ),
)
