"""Commands, ports and processes of the sandbox."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from inventory.errors import SandboxFailed

HOST = "127.0.0.1"
SHOWN_OUTPUT = 3000  # characters of a failed command's output
STARTED = time.monotonic()

type Command = Sequence[str | Path | int]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who runs a command: PostgreSQL refuses to be root."""

    user: int
    group: int


def say(message: str) -> None:
    """Tell the person at the terminal how far it is."""
    sys.stderr.write(f"[{time.monotonic() - STARTED:6.1f}s] {message}\n")
    sys.stderr.flush()


def run(
    command: Command,
    *,
    log: Path | None = None,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    identity: Identity | None = None,
) -> str:
    """Run a command to its end and return what it printed.

    Raises: SandboxFailed, with the end of what it printed.
    """
    words = [str(word) for word in command]
    done = subprocess.run(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        env=environment,
        cwd=folder,
        user=identity.user if identity else None,
        group=identity.group if identity else None,
        extra_groups=[] if identity else None,
    )
    if log is not None:
        with log.open("a") as file:
            file.write(f"$ {' '.join(words[:6])}\n{done.stdout}\n")
    if done.returncode:
        raise SandboxFailed(f"{Path(words[0]).name} failed ({done.returncode}): {done.stdout[-SHOWN_OUTPUT:].strip()}")
    return done.stdout


def write_private(path: Path, text: str) -> None:
    """Write a file only we can read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def free_port(preferred: int | None = None) -> int:
    """The preferred port where it is free, else any that is."""
    for port in (preferred, 0) if preferred else (0,):
        with contextlib.closing(socket.socket()) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind((HOST, port))
                return int(probe.getsockname()[1])
    raise SandboxFailed("no port is free")


def wait_for_port(port: int, what: str, seconds: float = 30.0) -> None:
    """Raises: SandboxFailed, when nobody listens in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.closing(socket.socket()) as probe:
            probe.settimeout(1)
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.05)
    raise SandboxFailed(f"{what} did not start to listen on port {port}; see its log")


def start_ticks(pid: int) -> str | None:
    """The kernel's start time of a live process; it tells our child from a later one with the same pid."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return None
    return None if fields[0] == "Z" else fields[19]


def start(command: Command, log: Path, folder: Path, environment: Mapping[str, str] | None = None) -> int:
    """Start a server that outlives us; return its pid."""
    with log.open("ab") as out:
        child = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            cwd=folder,
            env=environment,
        )
    return child.pid


def end(pid: int, ticks: str, seconds: float = 20.0) -> None:
    """Ask one of our processes to end, and end it where it does not."""
    for sign, patience in ((signal.SIGTERM, seconds), (signal.SIGKILL, 2.0)):
        if start_ticks(pid) != ticks:
            return
        os.kill(pid, sign)
        until = time.monotonic() + patience
        while start_ticks(pid) == ticks and time.monotonic() < until:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
            time.sleep(0.05)
