"""`neutralhost line move-all` and what follows it: jobs that move many lines."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from provisioning import front_desk
from provisioning.bootstrap import House
from provisioning.cli.errors import InputRefused
from provisioning.cli.house import open_house
from provisioning.cli.last_words import EXIT_CHANGES, EXIT_DONE
from provisioning.cli.output import Output, Sheet, current_output, sheet
from provisioning.cli.words import moment, safe
from provisioning.front_desk import SYSTEM
from provisioning.line_moves import LineMove, LineMoveReport, LineMoveRow, PlanRow, read_plan

MOST_PLAN_BYTES = 16 * 1024 * 1024
CSV_COLUMNS = (
    "access_line_id", "uprn", "isp_code", "handover", "product", "bandwidth_mbps", "term_months", "state", "order_id",
    "why",
)  # fmt: skip


def move_all(
    from_isp: str,
    plan: str | None,
    to_isp: str | None,
    handover: str | None,
    dry_run: bool,
    reason: str,
    at_a_time: int,
) -> int:
    output = current_output()
    with open_house() as house:
        rows = _plan(house, from_isp, plan, to_isp, handover)
        if dry_run:
            found = front_desk.foresee_line_moves(house.tools, SYSTEM, from_isp, rows)
        else:
            found = front_desk.move_lines(house.tools, SYSTEM, from_isp, rows, reason=reason, at_a_time=at_a_time)
    output.answer(_document(found), lambda: _print_report(found, output))
    if found.move is not None:
        output.say(f"Job {found.move.id} waits until two other people have approved it.")
    return EXIT_CHANGES if dry_run else EXIT_DONE


def report(move_id: str, as_csv: bool) -> None:
    output = current_output()
    with open_house() as house:
        found = front_desk.line_move_report(house.tools, SYSTEM, move_id)
    if as_csv:
        output.answer(_document(found), lambda: output.say(csv_of(found.rows).rstrip("\n")))
        return
    output.answer(_document(found), lambda: _print_report(found, output))


def list_moves() -> None:
    output = current_output()
    with open_house() as house:
        found = front_desk.line_moves(house.tools, SYSTEM)
    output.answer({"moves": found}, lambda: output.table(_moves_sheet(found)))


def approve(move_id: str) -> None:
    _tell(lambda house: front_desk.approve_line_move(house.tools, SYSTEM, move_id))


def pause(move_id: str) -> None:
    _tell(lambda house: front_desk.pause_line_move(house.tools, SYSTEM, move_id))


def resume(move_id: str) -> None:
    _tell(lambda house: front_desk.resume_line_move(house.tools, SYSTEM, move_id))


def csv_of(rows: Sequence[LineMoveRow]) -> str:
    """Every line of a report as CSV. A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    writer.writerows([_cell(getattr(row, name)) for name in CSV_COLUMNS] for row in rows)
    return written.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else safe(str(value))
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text


def _plan(
    house: House, from_isp: str, file: str | None, to_isp: str | None, handover: str | None
) -> tuple[PlanRow, ...]:
    if file is not None:
        if to_isp is not None or handover is not None:
            raise InputRefused("--plan says who takes each line: leave --to and --handover out")
        return read_plan(_text(Path(file)))
    if to_isp is None or handover is None:
        raise InputRefused("say who takes the lines: --plan FILE, or --to ISP and --handover CODE")
    return front_desk.plan_by_rule(house.tools, SYSTEM, from_isp, to_isp, handover)


def _text(file: Path) -> str:
    if file.stat().st_size > MOST_PLAN_BYTES:
        raise InputRefused(f"{file} is larger than {MOST_PLAN_BYTES // 1024 // 1024} MB")
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputRefused(f"{file} is not text in UTF-8") from error


def _tell(act: Callable[[House], LineMove]) -> None:
    output = current_output()
    with open_house() as house:
        move = act(house)
    output.answer({"move": move}, lambda: output.say(f"Job {move.id} is {move.state}."))


def _document(found: LineMoveReport) -> dict[str, object]:
    return {**asdict(found), "counts": found.counts}


def _print_report(found: LineMoveReport, output: Output) -> None:
    if found.move is not None:
        output.facts(_facts(found.move))
    output.table(_rows_sheet(found.rows))
    output.say(", ".join(f"{count} {state}" for state, count in found.counts.items()) + ".")


def _facts(move: LineMove) -> tuple[tuple[str, str], ...]:
    return (
        ("job", move.id),
        ("from", move.from_isp),
        ("state", move.state.value),
        ("reason", safe(move.reason)),
        ("made", f"{moment(move.made_at)} by {move.made_by}"),
        ("approved by", move.approved_by or ""),
        ("ended", moment(move.ended_at)),
    )


def _rows_sheet(rows: Sequence[LineMoveRow]) -> Sheet:
    shown = (
        (
            row.access_line_id,
            row.uprn,
            row.isp_code,
            row.handover,
            f"{row.bandwidth_mbps:,}",
            row.state.value,
            row.order_id or "",
            safe(row.why),
        )
        for row in rows
    )
    return sheet(("line", "uprn", "isp", "handover", "mbit/s", "state", "order", "why"), shown, right=("mbit/s",))


def _moves_sheet(moves: Sequence[LineMove]) -> Sheet:
    rows = ((move.id, move.from_isp, move.state.value, moment(move.made_at), move.made_by) for move in moves)
    return sheet(("job", "from", "state", "made", "by"), rows)
