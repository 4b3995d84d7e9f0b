"""Jobs that move many lines: an ISP has failed, and others take its lines over.

A plan names for every line who takes it, at which handover, and with what product and bandwidth ("same": what
it has). A job is made from a plan, approved by a second person, and then walked: one order a line, a bounded
number at a time. Every line of the plan, and every line of the ISP that the plan forgot, stands in the report.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from provisioning.access_line_ids import parse_access_line_id
from provisioning.line_errors import AccessLineIdInvalid, PlanFileInvalid

SAME = "same"
MOST_ROWS = 100_000
LONGEST_FIELD = 64
COLUMNS = ("access_line_id", "isp", "handover", "product", "bandwidth_mbps")
MOST_AT_A_TIME = 64


class LineMoveState(StrEnum):
    """Where a job of moves is."""

    AWAITING_APPROVAL = "awaiting-approval"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


class RowState(StrEnum):
    """What became of one line of a job."""

    WAITING = "waiting"
    AT_WORK = "at-work"
    MOVED = "moved"
    FAILED = "failed"
    NOT_POSSIBLE = "not-possible"
    NOT_PLANNED = "not-planned"


SETTLED = frozenset({RowState.MOVED, RowState.FAILED, RowState.NOT_POSSIBLE, RowState.NOT_PLANNED})


@dataclass(frozen=True, slots=True)
class PlanRow:
    """What a plan says of one line. `product` may be "same"; `bandwidth_mbps` None is the same."""

    access_line_id: str
    isp_code: str
    handover: str
    product: str = SAME
    bandwidth_mbps: int | None = None


@dataclass(frozen=True, slots=True)
class LineMoveRow:
    """One line of a job. `why` is a sentence where it did not move, or would not."""

    number: int
    access_line_id: str
    uprn: str
    isp_code: str
    handover: str
    product: str
    bandwidth_mbps: int
    term_months: int
    state: RowState
    order_id: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class LineMove:
    """A job. At most `at_a_time` of its lines are at work at any moment."""

    id: str
    from_isp: str
    state: LineMoveState
    at_a_time: int
    reason: str
    made_by: str
    made_at: datetime
    approved_by: str | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LineMoveReport:
    """A job with every line of it; `move` is None for a dry run."""

    move: LineMove | None
    from_isp: str
    rows: tuple[LineMoveRow, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many lines are in each state; states that none is in are left out."""
        return {state.value: found for state in RowState if (found := sum(row.state is state for row in self.rows))}


def read_plan(text: str) -> tuple[PlanRow, ...]:
    """Read a plan file: CSV with a heading. Empty lines do not matter, nor columns nobody asks for.

    Raises: PlanFileInvalid, naming the row.
    """
    reader = csv.DictReader(io.StringIO(text), skipinitialspace=True)
    missing = [name for name in COLUMNS[:3] if name not in (reader.fieldnames or ())]
    if missing:
        raise PlanFileInvalid(1, f"the heading lacks {', '.join(missing)}")
    try:
        rows = tuple(_row(number, row) for number, row in enumerate(reader, 2))
    except csv.Error as error:
        raise PlanFileInvalid(reader.line_num, str(error)) from error
    return checked(rows)


def checked(rows: Sequence[PlanRow]) -> tuple[PlanRow, ...]:
    """The rows, where each line stands there once. Raises: PlanFileInvalid."""
    if not rows:
        raise PlanFileInvalid(1, "it names no line")
    if len(rows) > MOST_ROWS:
        raise PlanFileInvalid(MOST_ROWS + 1, f"at most {MOST_ROWS} lines can be moved in one job")
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, 2):
        if row.access_line_id in seen:
            raise PlanFileInvalid(number, f"{row.access_line_id} stands in row {seen[row.access_line_id]} already")
        seen[row.access_line_id] = number
    return tuple(rows)


def rows_by_rule(access_line_ids: Iterable[str], isp_code: str, handover: str) -> tuple[PlanRow, ...]:
    """The plan that gives every line to one ISP at one handover, with what it has."""
    return tuple(PlanRow(name, isp_code, handover) for name in access_line_ids)


def _row(number: int, row: dict[str, str | None]) -> PlanRow:
    if None in row:
        raise PlanFileInvalid(number, "it has more fields than the heading")
    given = {name: (row.get(name) or "").strip() for name in COLUMNS}
    for name, text in given.items():
        if len(text) > LONGEST_FIELD or not text.isprintable():
            raise PlanFileInvalid(number, f"{name} is too long, or has characters that cannot be printed")
    if not (given["isp"] and given["handover"]):
        raise PlanFileInvalid(number, "it says neither which ISP takes the line nor at which handover")
    try:
        name = parse_access_line_id(given["access_line_id"])
    except AccessLineIdInvalid as error:
        raise PlanFileInvalid(number, error.sentence) from error
    return PlanRow(name, given["isp"], given["handover"], given["product"] or SAME, _bandwidth(number, given))


def _bandwidth(number: int, given: dict[str, str]) -> int | None:
    text = given["bandwidth_mbps"]
    if text in {"", SAME}:
        return None
    if not (text.isascii() and text.isdecimal() and 1 <= len(text) <= 7):
        raise PlanFileInvalid(number, f"bandwidth_mbps is {SAME!r} or a number of Mbit/s")
    return int(text)
