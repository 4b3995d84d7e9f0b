"""NetBox's own virtual environment: it needs other versions of much than we do."""

import contextlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from inventory.errors import SandboxFailed
from inventory.netbox.sandbox.state import Home
from inventory.netbox.sandbox.system import run, say

VERSION = "4.7.3"
PYTHONS = ("3.12", "3.13", "3.14")
# Only needed to build NetBox's own documentation; together they are half of a full installation.
UNNEEDED = frozenset(
    {"mkdocs", "mkdocs-material", "mkdocstrings", "mkdocstrings-python", "pymdown-extensions", "zensical"}
)


def ensure_environment(home: Home, python: str | None) -> None:
    """Install NetBox where it is not installed yet.

    Raises: SandboxFailed.
    """
    mark = home.venv / "neutralhost.ok"
    if mark.exists() and mark.read_text() == VERSION:
        return
    interpreter = find_python(python)
    say(f"installing NetBox {VERSION} for {interpreter}")
    shutil.rmtree(home.venv, ignore_errors=True)
    uv = shutil.which("uv")
    make = [uv, "venv", "-q", "--seed", "-p", interpreter] if uv else [interpreter, "-m", "venv"]
    run([*make, home.venv], log=home.log("install"))
    install(home, "--no-deps", f"netbox=={VERSION}")
    install(home, *_requirements(home))
    mark.write_text(VERSION)
    say("installed")


def install(home: Home, *requirements: str) -> None:
    """Install packages with uv where there is one, else with pip.

    Raises: SandboxFailed.
    """
    log = home.log("install")
    uv = _uv(home)
    if uv is not None:
        with contextlib.suppress(SandboxFailed):
            run([uv, "pip", "install", "-q", "--python", home.python, *requirements], log=log)
            return
        say("uv could not install; trying pip")
    run([home.python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *requirements], log=log)


def _uv(home: Home) -> str | None:
    """uv of PATH, else one of the environment's own: it installs NetBox five times as fast as pip."""
    own = home.venv / "bin" / "uv"
    if shutil.which("uv") is None and not own.exists():
        with contextlib.suppress(SandboxFailed):
            run([home.python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "uv"])
    return shutil.which("uv") or (str(own) if own.exists() else None)


def _requirements(home: Home) -> Iterator[str]:
    script = 'import importlib.metadata as m; print("\\n".join(m.requires("netbox")))'
    for line in run([home.python, "-c", script]).splitlines():
        name = re.match(r"[A-Za-z0-9._-]+", line)
        if name is not None and "extra ==" not in line and name.group().lower() not in UNNEEDED:
            # The binary build of psycopg needs neither a compiler nor libpq's headers.
            yield line.replace("psycopg[c,", "psycopg[binary,")


def find_python(named: str | None) -> str:
    """An interpreter NetBox runs on: the one named, else ours, else one of PATH or of uv.

    Raises: SandboxFailed.
    """
    for path in [named] if named else _interpreters():
        if _version(path) in PYTHONS:
            return path
    raise SandboxFailed("NetBox needs Python 3.12, 3.13 or 3.14 and none was found; name one with --python")


def _interpreters() -> Iterator[str]:
    yield sys.executable
    yield from (found for version in PYTHONS if (found := shutil.which(f"python{version}")))
    root = Path.home() / ".pyenv" / "versions"
    yield from (str(path) for version in PYTHONS for path in sorted(root.glob(f"{version}*/bin/python{version}")))
    uv = shutil.which("uv")
    if uv is not None:
        for version in PYTHONS:
            with contextlib.suppress(SandboxFailed):
                yield run([uv, "python", "find", version]).strip()


def _version(python: str) -> str:
    script = 'import sys, ssl, venv; print("%d.%d" % sys.version_info[:2])'
    try:
        done = subprocess.run([python, "-c", script], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()
