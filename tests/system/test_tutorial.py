"""docs/tutorial.md, followed to the letter on a clean checkout: what it shows is what is printed.

Every `$` line is run, in order, in one shell, in a fresh clone with an environment of its own. Each
line the page shows must come, in its place; lines may stand between where the page says that it
leaves something out. Ids, times, passwords and the interpreter's path differ, as the page says.
"""

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.complete import ROOT, free_port

pytestmark = pytest.mark.system

COLUMNS = 80
INSTALL_PATIENCE_S = 600
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ERASED = re.compile(r"[^\n]*\x1b\[2K")  # what a spinner showed on a line, and took away again
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\r")
DIFFERS = (
    (re.compile(r"\b[OS]-[0-9A-Z]{10}\b"), "ID"),
    (re.compile(r"\b\d+(\.\d+)? (ms|s)\b"), "TIME"),
    (re.compile(r"\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ"), "WHEN"),
    (re.compile(r"^(Making \.venv with) .*"), r"\1 PYTHON"),
    (re.compile(r"127\.0\.0\.1:\d+"), "PORTAL"),
    (re.compile(r"switches on \d+, 20 access points on \d+"), "switches on PORT, 20 access points on PORT"),
    (re.compile(r"^(operator|loomlight-orders) +[\w-]{16} "), r"\1 PASSWORD "),
    (re.compile(r"[─\s]+"), " "),
)


def steps() -> list[tuple[str, list[str]]]:
    """Each command of the page with the lines shown under it; a block without a command goes on with the one before."""
    found: list[tuple[str, list[str]]] = []
    for block in BLOCK.findall((ROOT / "docs" / "tutorial.md").read_text()):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


def comparable(line: str) -> str:
    for pattern, word in DIFFERS:
        line = pattern.sub(word, line)
    return line.strip()


def require_shown_in_order(shown: list[str], printed: str, command: str) -> None:
    """Fail with the first shown line that was not printed after those before it."""
    left = iter([comparable(line) for line in ESCAPES.sub("", ERASED.sub("", printed)).splitlines()])
    for line in filter(None, map(comparable, shown)):
        assert line in left, f"`{command}` did not print, in its place: {line}\n--- printed:\n{printed}"


class Terminal:
    """A program on a terminal of 80 columns, as the tutorial's reader has it."""

    def __init__(self, command: list[str], folder: Path, environment: dict[str, str]) -> None:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
        self._ours = ours
        self.printed = ""
        self._process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
        )
        os.close(theirs)

    def read_until(self, words: str, patience_s: float) -> None:
        end = time.monotonic() + patience_s
        while words not in self.printed:
            left = end - time.monotonic()
            came = left > 0 and select.select([self._ours], [], [], left)[0]
            assert came, f"waited in vain for {words!r}:\n{self.printed}"
            self.printed += self._read()

    def interrupt(self) -> None:
        """Press Ctrl-C, and read what is said at the end."""
        os.killpg(self._process.pid, signal.SIGINT)
        self.read_until("Stopped.", patience_s=60)
        self._process.wait(60)

    def close(self) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        os.close(self._ours)

    def _read(self) -> str:
        try:
            return os.read(self._ours, 65536).decode(errors="replace")
        except OSError:
            raise AssertionError(f"it ended:\n{self.printed}") from None


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A fresh clone of what is committed here."""
    subprocess.run(["git", "clone", "-q", str(ROOT), str(tmp_path / "neutralhost")], check=True)
    return tmp_path / "neutralhost"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What a newcomer has: no settings, no virtual environment, no caches of ours."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("NEUTRALHOST_", "VIRTUAL_ENV", "PYTEST"))
    }
    return {**kept, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS), "LC_ALL": "C.UTF-8"}


@pytest.fixture
def demo(checkout: Path, environment: dict[str, str]) -> Iterator[Terminal]:
    """`make run`, up. The ports are the only thing that differs from what a reader types."""
    command = ["make", "run", f"RUN=--port {free_port()} --device-port {free_port()}"]
    terminal = Terminal(command, checkout, environment)
    try:
        terminal.read_until("Ctrl-C stops everything.", INSTALL_PATIENCE_S)
        yield terminal
    finally:
        terminal.close()


def test_what_the_tutorial_shows_is_what_is_printed(checkout: Path, environment: dict[str, str], demo: Terminal):
    (first, shown), *others = steps()
    assert first == "make run"
    require_shown_in_order(shown, demo.printed, first)

    marked = "\n".join(f"echo ==={number}; {command}" for number, (command, _) in enumerate(others))
    plain = {name: value for name, value in environment.items() if name != "COLUMNS"}
    shell = shutil.which("bash") or "bash"
    done = subprocess.run(
        [shell], cwd=checkout, env=plain, input=marked, capture_output=True, text=True, check=False, timeout=900
    )
    answers = re.split(r"^===\d+\n", done.stdout + done.stderr, flags=re.MULTILINE)[1:]
    assert len(answers) == len(others), done.stdout + done.stderr
    for (command, lines), printed in zip(others, answers, strict=True):
        require_shown_in_order(lines, printed if lines and "Error" not in lines[0] else printed + done.stderr, command)

    demo.interrupt()
    assert "Traceback" not in demo.printed
