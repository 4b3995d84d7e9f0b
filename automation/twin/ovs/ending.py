"""End programs by what they are, not by a number alone: a pid is given to somebody else once its program has ended.

What is found is kept with the moment it began (proc(5), `starttime`), and signalled through a pidfd that is opened
before that moment is read again: what the pidfd stands for cannot change any more (pidfd_open(2)).
"""

import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PATIENCE_S = 3.0
_STATE, _STARTED = 0, 19  # proc(5): fields 3 and 22 of stat, counted behind the name, which may hold anything


@dataclass(frozen=True, slots=True)
class Running:
    """A program that runs; `began` in clock ticks since the machine booted."""

    pid: int
    began: int


def running(pid: int) -> Running | None:
    """The program that has this pid now, None where none has, or only its exit status is left."""
    fields = _stat(pid)
    return Running(pid, int(fields[_STARTED])) if fields and fields[_STATE] != "Z" else None


def end(found: Iterable[Running]) -> None:
    """Ask, wait, and insist. Our own program may be among them for a moment: it is never ended."""
    left = {one for one in found if one.pid != os.getpid()}
    for number in (signal.SIGTERM, signal.SIGKILL):
        for one in left:
            _tell(one, number)
        deadline = time.monotonic() + PATIENCE_S
        while left and time.monotonic() < deadline:
            left = {one for one in left if running(one.pid) == one}
            if left:
                time.sleep(0.02)
        if not left:
            return


def _tell(one: Running, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        handle = os.pidfd_open(one.pid)
        try:
            if running(one.pid) == one:
                signal.pidfd_send_signal(handle, number)
        finally:
            os.close(handle)


def _stat(pid: int) -> list[str]:
    with suppress(OSError):
        return (Path("/proc") / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()
    return []
