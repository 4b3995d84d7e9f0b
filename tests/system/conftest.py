"""A real NetBox for the system tests, filled with the Manchester example once a session.

NEUTRALHOST_NETBOX_URL and NEUTRALHOST_NETBOX_TOKEN name one that is up already and may be written to;
otherwise a sandbox of the tests' own is brought up, and emptied first.
"""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from inventory.examples import example_folder
from inventory.files.bundle import read_bundle
from inventory.netbox.bootstrap import bootstrap
from inventory.netbox.client import NetBox
from inventory.netbox.push import PushReport, push
from inventory.snapshot import Inventory

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 120.0
SANDBOX = os.environ.get("NEUTRALHOST_TEST_NETBOX_DIR", "var/netbox-test")  # not the one people try things in


@dataclass(frozen=True)
class LoadedNetBox:
    """A NetBox that holds `inventory`, pushed by `first_push`."""

    client: NetBox
    url: str
    token: SecretStr
    inventory: Inventory
    first_push: PushReport


@pytest.fixture(scope="session")
def netbox_address() -> Iterator[tuple[str, SecretStr]]:
    """The URL and token of a NetBox that nobody else uses now; one of ours is stopped at the end."""
    if "NEUTRALHOST_NETBOX_URL" in os.environ:
        yield os.environ["NEUTRALHOST_NETBOX_URL"], SecretStr(os.environ["NEUTRALHOST_NETBOX_TOKEN"])
        return
    with _alone(Path(f"{SANDBOX}.lock")):
        try:
            _sandbox("up")
            _sandbox("reset")
            lines = dict(line.split("=", 1) for line in _sandbox("env").splitlines())
            yield lines["NEUTRALHOST_NETBOX_URL"], SecretStr(lines["NEUTRALHOST_NETBOX_TOKEN"])
        finally:
            _sandbox("stop")  # also what came up before something else did not


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Fail where another run of these tests uses the sandbox: it would be emptied under it."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


@pytest.fixture(scope="session")
def netbox(netbox_address: tuple[str, SecretStr]) -> LoadedNetBox:
    """A real NetBox, bootstrapped, with the Manchester example in it."""
    url, token = netbox_address
    client = NetBox(url, token, TIMEOUT_S)
    inventory = read_bundle(example_folder("manchester"))
    bootstrap(client)
    return LoadedNetBox(client, url, token, inventory, push(client, inventory))


def _sandbox(command: str) -> str:
    words = [sys.executable, "-m", "inventory.netbox.sandbox", "--dir", SANDBOX, command]
    return subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
