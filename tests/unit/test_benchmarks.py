"""The benchmarks' arithmetic and tables. Nothing is timed here: what is measured is shown, never judged by a test."""

import json
from importlib import import_module

import pytest

from tests.benchmarks.__main__ import BENCHMARKS
from tests.benchmarks.measure import MEGABYTES, Line, compare
from tests.benchmarks.table import as_json, as_markdown, as_text

LINE = Line("finding", [2.0, 9.0, 0.002], [1.0, 3.0, 0.004], "reading all", note="by hand")


def test_the_ratio_is_the_median_of_the_rounds_ratios() -> None:
    assert LINE.ratios == [2.0, 3.0, 0.5]
    assert LINE.ratio == 2.0


def test_both_are_run_in_turn_after_a_round_that_does_not_count() -> None:
    ran: list[str] = []

    line = compare("a", lambda: ran.append("ours"), "b", lambda: ran.append("theirs"), rounds=2, times=2)

    assert ran == ["ours", "theirs", *["ours", "ours", "theirs", "theirs"] * 2]
    assert len(line.ours) == len(line.baseline) == 2


def test_a_line_names_amounts_in_their_unit_and_the_spread() -> None:
    [_headings, cells] = [line.split("  ") for line in as_text([LINE]).splitlines()]
    assert [cell.strip() for cell in cells if cell.strip()] == [
        "finding",
        "2 s",
        "1 s",
        "2",
        "0.5, 3",
        "reading all; by hand",
    ]
    assert "0.25 MB" in as_text([Line("memory", [0.25], [0.5], "nothing", MEGABYTES)])
    assert "250 ms" in as_text([Line("time", [0.25], [0.00005], "nothing")])
    assert "50 µs" in as_text([Line("time", [0.25], [0.00005], "nothing")])


def test_the_page_says_where_it_was_measured_and_json_keeps_every_round() -> None:
    assert "| finding | 2 s | 1 s | 2 | 0.5, 3 | reading all; by hand |" in as_markdown([LINE])
    assert "Measured on 2" in as_markdown([LINE])
    [line] = json.loads(as_json([LINE]))["lines"]
    assert line["ours"] == [2.0, 9.0, 0.002]


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_benchmark_can_be_asked_for_by_its_name(name: str) -> None:
    assert callable(import_module(f"tests.benchmarks.{name}").measure)
