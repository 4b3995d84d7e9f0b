"""The names we give our configuration sessions, and what a device says about the open ones.

An open session is the lock on a device, and one left behind by a killed process would hold the
device until somebody aborts it (EOS lets an uncommitted session live for 24 hours). So the name
says who opened it and when: `nh-<host>-<pid>-<run>-<time>-<any>`, all in hexadecimal. Only a session
that bears our name and whose run is certainly over is ever aborted.
"""

import os
import re
import secrets
import socket
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

LONGEST_USE_S = 3600  # seconds; no run of ours holds a session for longer, timers included
_NAME = re.compile(r"nh-([0-9a-f]{8})-([0-9a-f]{1,8})-([0-9a-f]{6})-([0-9a-f]{8})-[0-9a-f]{4}")
# Which runs this process is in the middle of: a fact about the process, hence the one global of this floor.
_RUNS_UNDER_WAY: set[str] = set()


@dataclass(frozen=True, slots=True)
class Opener:
    """One run of one process of ours. `run` is random: in a container every process may have the same pid."""

    host: str
    pid: int
    run: str


@contextmanager
def run_under_way() -> Iterator[Opener]:
    """Mark what happens inside as one run: its sessions are in use until it ends, however it ends."""
    run = secrets.token_hex(3)
    host = zlib.crc32(socket.gethostname().encode())
    _RUNS_UNDER_WAY.add(run)
    try:
        yield Opener(f"{host:08x}", os.getpid(), run)
    finally:
        _RUNS_UNDER_WAY.discard(run)


def session_name(opener: Opener, now_s: float) -> str:
    """Return a new name. Never the same twice: EOS does not let a completed session be entered again."""
    return f"nh-{opener.host}-{opener.pid:x}-{opener.run}-{int(now_s):08x}-{secrets.token_hex(2)}"


def is_leftover(name: str, me: Opener, now_s: float, is_alive: Callable[[Opener], bool]) -> bool:
    """Was the session opened by a run of ours that is over?

    True where that run was on this host and is not under way any more, or where the session is
    older than any run of ours lasts. False for every name that is not of our making.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        return False
    if now_s - int(match[4], 16) > LONGEST_USE_S:
        return True
    opener = Opener(match[1], int(match[2], 16), match[3])
    return opener.host == me.host and not is_alive(opener)


def is_of_run(name: str, opener: Opener) -> bool:
    """Was the name made by this run?"""
    match = _NAME.fullmatch(name)
    return match is not None and Opener(match[1], int(match[2], 16), match[3]) == opener


def is_alive(opener: Opener) -> bool:
    """Is this run of a process of this host still under way? Of another process we know only whether it runs."""
    if opener.pid == os.getpid():
        return opener.run in _RUNS_UNDER_WAY
    try:
        os.kill(opener.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def open_sessions(answer: Mapping[str, object]) -> dict[str, bool]:
    """The unfinished sessions of `show configuration sessions detail`: name -> is it committed, its timer running?

    EOS before 4.32 says so in the session's state, later ones name the session that has the timer.
    """
    sessions = answer.get("sessions")
    states = {
        str(name): str(facts.get("state", "")) if isinstance(facts, Mapping) else ""
        for name, facts in (sessions.items() if isinstance(sessions, Mapping) else ())
    }
    found = {name: False for name, state in states.items() if state == "pending"}
    found |= {name: True for name, state in states.items() if "pendingCommitTimer" in state}
    timed = answer.get("commitTimerSessionName")
    return found | ({str(timed): True} if timed else {})
