"""The table of a run, as text for a terminal, as Markdown for the documentation, and as JSON."""

import json
import os
import platform
import sqlite3
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from tests.benchmarks.measure import SECONDS, Line

HEADINGS = ("What", "Ours", "Baseline", "Ratio", "From, to", "Against what; remarks")
PACKAGES = ("neutralhost", "sqlalchemy", "scipy", "networkx", "napalm", "nornir", "dbos")


def as_text(lines: Sequence[Line]) -> str:
    """Columns, as wide as they must be; the last one as it comes."""
    rows = [HEADINGS, *(_cells(line) for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS) - 1)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
        for row in rows
    )


def as_markdown(lines: Sequence[Line]) -> str:
    """The table with where and when it was measured under it."""
    rows = [HEADINGS, ("---", "---:", "---:", "---:", "---:", "---"), *(_cells(line) for line in lines)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    facts = surroundings()
    versions = ", ".join(f"{name} {number}" for name, number in facts["versions"].items())
    return (
        f"{table}\n\nMeasured on {facts['date']} on {facts['cores']} cores ({facts['machine']}, load {facts['load']}"
        f" when it ended), Python {facts['python']}, SQLite {facts['sqlite']}; {versions}.\n"
    )


def as_json(lines: Sequence[Line]) -> str:
    measured = [
        {
            "name": line.name,
            "unit": line.unit,
            "ours": list(line.ours),
            "baseline": list(line.baseline),
            "ratio": line.ratio,
            "against": line.against,
            "note": line.note,
        }
        for line in lines
    ]
    return json.dumps({"surroundings": surroundings(), "lines": measured}, indent=2)


def surroundings() -> dict[str, Any]:
    """Where and when: without it a figure says nothing."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load": f"{os.getloadavg()[0]:.1f}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "versions": {name: version(name) for name in PACKAGES},
    }


def _cells(line: Line) -> tuple[str, ...]:
    remarks = f"{line.against}; {line.note}" if line.note else line.against
    low, high = min(line.ratios), max(line.ratios)
    return (
        line.name,
        _amount(statistics.median(line.ours), line.unit),
        _amount(statistics.median(line.baseline), line.unit),
        _figure(line.ratio),
        f"{_figure(low)}, {_figure(high)}",
        remarks,
    )


def _amount(value: float, unit: str) -> str:
    if unit != SECONDS:
        return f"{_figure(value)} {unit}"
    for factor, name in ((1.0, "s"), (1e-3, "ms")):
        if value >= factor:
            return f"{_figure(value / factor)} {name}"
    return f"{_figure(value * 1e6)} µs"


def _figure(value: float) -> str:
    """Three digits that count; no exponent."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
