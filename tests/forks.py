"""Processes of our own program that may be killed, forked from one that has imported it all already.

Importing the program costs seconds, and a test that kills it does so dozens of times.
"""

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["provisioning.bootstrap", "tests.forks"])


def run_apart(run: Callable[..., None], *args: str, log: Path, timeout_s: float = 120.0) -> int:
    """Run `run(*args)` in a process of its own, and return its exit code: -9 where it was killed.

    What it prints goes to `log`. Both `run` and its module must be importable by name.
    """
    process = start_apart(run, *args, log=log)
    process.join(timeout_s)
    if process.is_alive():
        process.kill()
        process.join()
    code = process.exitcode
    process.close()
    assert code is not None
    return code


def start_apart(run: Callable[..., None], *args: str, log: Path) -> BaseProcess:
    """The same, without waiting for it."""
    process = _FORKS.Process(target=_logged, args=(run, args, str(log)))
    process.start()
    return process


def _logged(run: Callable[..., None], args: tuple[str, ...], log: str) -> None:
    file = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)
    run(*args)
