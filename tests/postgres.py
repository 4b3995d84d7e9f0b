"""A private PostgreSQL cluster for tests: `python -m tests.postgres -- CMD...`.

Starts Debian's PostgreSQL on a free loopback port (as nobody, where we are root), runs CMD with
NEUTRALHOST_DATABASE_URL naming it, stops and removes it, and exits as CMD did.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

# What a cluster need not do that is thrown away: outlive a crash, be copied from, plan for tables that grow.
SPARED = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "jit=off",
)
KEEPS_NOTHING = " ".join(f"-c {setting}" for setting in SPARED)


@contextmanager
def cluster() -> Iterator[str]:
    """Yield the URL of a fresh cluster's `postgres` database; durability is off, it lives for one test run."""
    with restartable_cluster() as (url, _restart):
        yield url


@contextmanager
def restartable_cluster() -> Iterator[tuple[str, Callable[[], None]]]:
    """The same, with what restarts it: every session ends, as when an administrator does so."""
    bin_folder = _bin_folder()
    folder = Path(tempfile.mkdtemp(prefix="nh-postgres-"))
    account = _account()
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)

    def run(name: str, *arguments: str) -> None:
        command = [str(bin_folder / name), *arguments]
        user = None if account is None else account.pw_name
        group = None if account is None else account.pw_gid
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            user=user,
            group=group,
            extra_groups=None if user is None else [],
        )

    port = _free_port()
    pgdata = str(folder / "cluster")
    try:
        run("initdb", "-D", pgdata, "-U", "neutralhost", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
        options = f"-p {port} -h 127.0.0.1 -k {folder} -c max_connections=300 {KEEPS_NOTHING}"
        run("pg_ctl", "-D", pgdata, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            url = f"postgresql://neutralhost@127.0.0.1:{port}/postgres"
            yield url, lambda: run("pg_ctl", "-D", pgdata, "-w", "-m", "fast", "-l", str(folder / "log"), "restart")
        finally:
            run("pg_ctl", "-D", pgdata, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _bin_folder() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    on_path = shutil.which("pg_ctl")
    if found:
        return found[-1].parent
    if on_path is None:
        sys.exit("PostgreSQL's pg_ctl is not installed: apt install postgresql")
    return Path(on_path).parent


def _account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    sys.exit("PostgreSQL does not run as root, and there is no account postgres or nobody")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(arguments: list[str]) -> int:
    """Run the command after `--`; return its exit code."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        print("usage: python -m tests.postgres -- CMD...", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that the cluster is stopped
    with cluster() as url:
        return subprocess.run(command, check=False, env={**os.environ, "NEUTRALHOST_DATABASE_URL": url}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
