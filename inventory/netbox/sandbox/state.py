"""What the sandbox remembers between two commands: ports, secrets, processes."""

import contextlib
import fcntl
import json
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from inventory.netbox.sandbox import system

# Below the ports that Linux gives to who connects (32768 to 60999): any of those may be in use for a while.
DEFAULT_PORT = 28080


@dataclass(frozen=True, slots=True)
class Child:
    """A process of ours."""

    pid: int
    ticks: str

    @property
    def is_alive(self) -> bool:
        return system.start_ticks(self.pid) == self.ticks


@dataclass(slots=True)
class State:
    """The content of `state.json`, which only its owner can read."""

    port: int = 0
    pg_port: int = 0
    redis_port: int = 0
    pg_bin: str = ""
    pg_home: str = ""
    database_version: str = ""
    token: str = field(default="", repr=False)
    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)
    pepper: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)
    db_password: str = field(default_factory=lambda: secrets.token_urlsafe(18), repr=False)
    redis_password: str = field(default_factory=lambda: secrets.token_urlsafe(18), repr=False)
    password: str = field(default_factory=lambda: f"Nb-1-{secrets.token_urlsafe(12)}", repr=False)
    children: dict[str, Child] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Home:
    """The sandbox's directory and what is where in it."""

    folder: Path

    @property
    def netbox_root(self) -> Path:
        return self.folder / "root"

    @property
    def venv(self) -> Path:
        return self.folder / "venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def env_file(self) -> Path:
        return self.folder / "env"

    def log(self, name: str) -> Path:
        return self.folder / "log" / f"{name}.log"

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """One command at a time."""
        (self.folder / "log").mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def load(self) -> State | None:
        """What was remembered, None where nothing has been set up."""
        path = self.folder / "state.json"
        if not path.exists():
            return None
        known = {item.name for item in fields(State)}
        kept = {name: value for name, value in json.loads(path.read_text()).items() if name in known}
        children = {name: Child(**child) for name, child in kept.pop("children", {}).items()}
        return State(**kept, children=children)

    def save(self, state: State) -> None:
        """Remember it, whole or not at all."""
        new = self.folder / "state.json.new"
        system.write_private(new, json.dumps(asdict(state), indent=1, sort_keys=True))
        new.replace(self.folder / "state.json")
