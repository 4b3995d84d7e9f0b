"""The plan of a mass move: read row by row, and refused with the row's number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.access_line_ids import with_check_digits
from provisioning.line_errors import PlanFileInvalid
from provisioning.line_moves import LineMoveReport, LineMoveRow, PlanRow, RowState, read_plan, rows_by_rule

A, B = with_check_digits(1), with_check_digits(2)
HEADING = "access_line_id,isp,handover,product,bandwidth_mbps\n"


def test_a_plan_says_who_takes_each_line_and_same_is_what_it_has() -> None:
    text = f"{HEADING}{A},alder,alder-dx,same,same\n\n{B.lower()}, beech ,beech-dx,access-eline,500\n"

    assert read_plan(text) == (PlanRow(A, "alder", "alder-dx"), PlanRow(B, "beech", "beech-dx", "access-eline", 500))


def test_product_and_bandwidth_may_be_left_out_and_other_columns_do_not_matter() -> None:
    assert read_plan(f"note,isp,handover,access_line_id\nx,alder,alder-dx,{A}\n") == (PlanRow(A, "alder", "alder-dx"),)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "row 1: the heading lacks access_line_id, isp, handover"),
        (HEADING, "row 1: it names no line"),
        (f"{HEADING}{A},alder,,same,same", "row 2: it says neither"),
        (f"{HEADING}NH0000000000,alder,a,same,same", "row 2: .* check digits"),
        (f"{HEADING}{A},alder,a,same,fast", "row 2: bandwidth_mbps"),
        (f"{HEADING}{A},alder,a,same,-5", "row 2: bandwidth_mbps"),
        (f"{HEADING}{A},alder,a,same,١٢", "row 2: bandwidth_mbps"),
        (f"{HEADING}{A},alder,a,same,1,2", "row 2: it has more fields"),
        (f"{HEADING}{A},{'a' * 65},a,same,1", "row 2: isp is too long"),
        (f"{HEADING}{A},alder,a,,\n{A},beech,b,,", f"row 3: {A} stands in row 2"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(text: str, why: str) -> None:
    with pytest.raises(PlanFileInvalid, match=why):
        read_plan(text)


@given(st.text(max_size=200))
def test_whatever_a_plan_says_it_is_read_or_refused(text: str) -> None:
    row = refused_row(f"{HEADING}{text}")

    assert row is None or row >= 1


def refused_row(text: str) -> int | None:
    try:
        read_plan(text)
    except PlanFileInvalid as refused:
        return refused.row
    return None


def test_a_report_counts_every_line_by_what_became_of_it() -> None:
    rows = [LineMoveRow(n, A, "1", "alder", "a", "access-eline", 100, 12, state) for n, state in enumerate(RowState)]

    assert LineMoveReport(None, "failed-isp", (*rows, rows[0])).counts == {"waiting": 2} | {
        state.value: 1 for state in RowState if state is not RowState.WAITING
    }
    assert rows_by_rule([A, B], "alder", "alder-dx")[1] == PlanRow(B, "alder", "alder-dx")
