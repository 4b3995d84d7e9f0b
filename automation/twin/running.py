"""The record of a twin that runs in the background, and how it is found and ended, also after its server was killed."""

import json
import os
import signal
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from automation.twin.control import SOCKET
from automation.twin.errors import TwinNeedsRoot
from automation.twin.ovs.naming import Naming
from automation.twin.ovs.network import remove_all

STATE = "state.json"
_PATIENCE_S = 15.0


@dataclass(frozen=True, slots=True)
class Server:
    """The server of a twin: its process, told from another that got the same number by when it began."""

    pid: int
    began: int
    backend: str

    @property
    def is_alive(self) -> bool:
        return began_at(self.pid) == self.began


def began_at(pid: int) -> int | None:
    """When a process began, in ticks since boot (proc(5), field 22); None where there is none."""
    try:
        words = (Path("/proc") / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None
    return None if words[0] == "Z" else int(words[19])


def write_server(folder: Path, backend: str) -> None:
    """Note that this process is the server of the folder's twin."""
    server = Server(os.getpid(), began_at(os.getpid()) or 0, backend)
    (folder / STATE).write_text(json.dumps(asdict(server)), encoding="utf-8")


def read_server(folder: Path) -> Server | None:
    """The server that was noted last, whether or not it still lives."""
    try:
        return Server(**json.loads((folder / STATE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def end(folder: Path) -> tuple[bool, tuple[str, ...]]:
    """End the folder's twin, and remove what it made. Twice is the same as once.

    Returns whether there was anything, and the names of what could not be removed.

    Raises: TwinNeedsRoot, where it is one with packets and we are not root.
    """
    server = read_server(folder)
    if server is not None and server.backend == "ovs" and os.geteuid() != 0:
        raise TwinNeedsRoot
    was_there = server is not None
    if server is not None and server.is_alive:
        _end_process(server)
    left: tuple[str, ...] = ()
    if os.geteuid() == 0:
        left = remove_all(Naming.of(folder))
    forget(folder)
    return was_there, left


def forget(folder: Path) -> None:
    """Remove the record: there is no twin any more."""
    for name in (STATE, SOCKET):
        (folder / name).unlink(missing_ok=True)


def _end_process(server: Server) -> None:
    """Ask it to end, and insist: one that hangs must not hold what it made."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.kill(server.pid, number)
        deadline = time.monotonic() + _PATIENCE_S
        while server.is_alive and time.monotonic() < deadline:
            time.sleep(0.02)
        if not server.is_alive:
            return
