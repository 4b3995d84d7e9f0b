"""The benchmarks: `python -m tests.benchmarks [--only NAME]... [--json | --markdown]`.

Each line of the table is a ratio to a baseline or a bound that was measured in the same run, in
turn with ours. Seconds belong to one machine on one day; ratios travel better.
"""

import argparse
import sys
from collections.abc import Callable, Iterable
from importlib import import_module

import structlog

from tests.benchmarks.measure import Line
from tests.benchmarks.table import as_json, as_markdown, as_text

BENCHMARKS = (
    "command_line",
    "paths",
    "premises",
    "mirror",
    "record",
    "plant_load",
    "plant_coverage",
    "plant_cut",
    "lists",
    "orders",
    "engine",
    "workers",
    "telling",
    "identity",
    "deploy",
    "drift",
    "lines",
    "live",
    "push",
    "twin",
    "plant_paths",
)


def main(arguments: list[str]) -> int:
    """Run those that are asked for, or all; the table goes to standard output, progress to standard error."""
    asked = _parser().parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50), cache_logger_on_first_use=True)
    lines = [line for name in asked.only or BENCHMARKS for line in _run(name)]
    show = as_json if asked.json else as_markdown if asked.markdown else as_text
    print(show(lines))
    return 0


def _run(name: str) -> Iterable[Line]:
    measure: Callable[[], Iterable[Line]] = import_module(f"tests.benchmarks.{name}").measure
    for line in measure():
        print(f"{line.name}: {line.ratio:.3g} times {line.against}", file=sys.stderr, flush=True)
        yield line


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.benchmarks", description="Measure what things cost.")
    parser.add_argument("--only", action="append", choices=BENCHMARKS, help="only this one; may be given again")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="every round of every line, and where it was measured")
    shape.add_argument("--markdown", action="store_true", help="the table of docs/benchmarks.md")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
