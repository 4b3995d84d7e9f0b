"""What a person waits for before the command line says anything."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.measure import Line, compare

BOUND_S = 0.3


def measure() -> Iterator[Line]:
    """`--help` against an interpreter that does nothing, and against one that imports click."""
    command = str(Path(sys.executable).with_name("neutralhost"))
    note = f"asked for: under {BOUND_S} s"
    yield compare(
        "`neutralhost --help`", _call(command, "--help"), "`python -c pass`", _python("pass"), rounds=9, note=note
    )
    yield compare(
        "`neutralhost --help`",
        _call(command, "--help"),
        "`python -c 'import click'`",
        _python("import click"),
        rounds=9,
    )
    yield compare(
        "`neutralhost order --help`",
        _call(command, "order", "--help"),
        "`python -c 'import click'`",
        _python("import click"),
    )


def _python(code: str) -> Callable[[], object]:
    return _call(sys.executable, "-c", code)


def _call(*command: str) -> Callable[[], object]:
    return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
