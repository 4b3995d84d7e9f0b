"""The demo's devices are a twin like one that `neutralhost twin up` starts, and are asked in the same way."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from automation.twin import running
from automation.twin.backend import MEMORY, MemoryTwin
from automation.twin.control import answering
from automation.twin.fleet import Fleet
from automation.twin.serving import TwinService
from inventory.snapshot import Snapshot
from provisioning.cli.twin_asked import must_not_be_up, twin_folder


def free_folder(var: Path) -> Path:
    """Where the demo's devices are asked, looked at before anything is started.

    Raises: TwinIsUp, where another program's twin is asked there; FolderNotOurs.
    """
    folder = twin_folder(var)
    must_not_be_up(folder)
    return folder


@contextmanager
def asked_as_a_twin(fleet: Fleet, snapshot: Snapshot, folder: Path) -> Iterator[None]:
    """Let `neutralhost twin status|cut|repair|fault` reach these devices; `twin down` ends this program."""
    running.write_server(folder, MEMORY)
    try:
        with answering(folder, TwinService(MemoryTwin(fleet), snapshot).answer):
            yield
    finally:
        running.forget(folder)
