"""The folder a demo lives in: its data, its secrets (for its owner only), its settings for a second terminal."""

import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from provisioning.cli.errors import DemoRunning

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
SECRETS = ("NEUTRALHOST_DEVICE_PASSWORD", "NEUTRALHOST_TOKEN_PEPPER", "NEUTRALHOST_CERTIFICATE_KEY")
SECRET_BYTES = 32  # of randomness in each: 256 bits, and as long as an Ed25519 key must be


@dataclass(frozen=True, slots=True)
class DemoFolder:
    """The paths of one demo."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "neutralhost.db"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets.env"

    @property
    def settings(self) -> Path:
        return self.root / "demo.env"

    @property
    def twin(self) -> Path:
        return self.root / "twin"

    @property
    def ubus_authority(self) -> Path:
        return self.root / "access-points.pem"

    @property
    def log(self) -> Path:
        return self.root / "demo.log"

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.database.resolve()}"


@contextmanager
def claimed(folder: DemoFolder) -> Iterator[None]:
    """Make the folder, and hold it: two demos on one folder would be two networks with one database.

    Raises:
        DemoRunning: another demo holds it.
    """
    folder.root.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    folder.root.chmod(PRIVATE_FOLDER)
    descriptor = os.open(folder.root / "demo.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoRunning(str(folder.root)) from None
        yield
    finally:
        os.close(descriptor)


def make_secrets(folder: DemoFolder) -> dict[str, str]:
    """Return the demo's secrets; they are made at the first run and never change, nor are they printed."""
    known = _read(folder.secrets) if folder.secrets.exists() else {}
    found = {name: known.get(name) or secrets.token_urlsafe(SECRET_BYTES) for name in SECRETS}
    if found != known:
        write_private(folder.secrets, found)
    return found


def write_private(path: Path, values: Mapping[str, str]) -> None:
    """Write settings to a file that only its owner may read; it is whole or not there."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=PRIVATE_FILE)
    draft.write_text("".join(f"{name}='{value}'\n" for name, value in values.items()), encoding="utf-8")
    draft.replace(path)


def _read(path: Path) -> dict[str, str]:
    pairs = (line.split("=", 1) for line in path.read_text(encoding="utf-8").splitlines() if "=" in line)
    return {name: value.strip("'") for name, value in pairs}
