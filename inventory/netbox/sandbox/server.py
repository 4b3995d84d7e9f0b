"""NetBox itself in the sandbox: its settings, its database, its web server."""

import http.client
import json
import os
import time
from pathlib import Path
from typing import Any

from inventory.errors import SandboxFailed
from inventory.netbox.sandbox.databases import DATABASE, PRISTINE, forget_cache, psql
from inventory.netbox.sandbox.environment import VERSION
from inventory.netbox.sandbox.inside import PREPARE, WSGI
from inventory.netbox.sandbox.state import Child, Home, State
from inventory.netbox.sandbox.system import (
    HOST,
    SHOWN_OUTPUT,
    free_port,
    run,
    say,
    start,
    start_ticks,
    write_private,
)

START_SECONDS = 180.0


def url(state: State) -> str:
    return f"http://{HOST}:{state.port}"


def write_settings(home: Home, state: State) -> None:
    """Write NetBox's configuration for the ports of this start."""
    for folder in ("conf", "media", "scripts", "reports"):
        (home.netbox_root / folder).mkdir(parents=True, exist_ok=True)
    body = "# Written at every start.\n" + "".join(f"{name} = {value!r}\n" for name, value in _settings(state).items())
    for name, text in (("__init__.py", ""), ("configuration.py", body), ("sandbox_wsgi.py", WSGI)):
        write_private(home.netbox_root / "conf" / name, text)
    (home.folder / "prepare.py").write_text(PREPARE)


def _settings(state: State) -> dict[str, Any]:
    redis = {"HOST": HOST, "PORT": state.redis_port, "USERNAME": "", "PASSWORD": state.redis_password, "SSL": False}
    database = {
        "NAME": DATABASE,
        "USER": "netbox",
        "PASSWORD": state.db_password,
        "HOST": HOST,
        "PORT": str(state.pg_port),
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
    }
    return {
        "ALLOWED_HOSTS": ["*"],
        "DATABASES": {"default": database},
        "REDIS": {"tasks": {**redis, "DATABASE": 0}, "caching": {**redis, "DATABASE": 1}},
        "SECRET_KEY": state.secret_key,
        "API_TOKEN_PEPPERS": {1: state.pepper},
        "CENSUS_REPORTING_ENABLED": False,
        "TRANSLATION_ENABLED": False,
        "ISOLATED_DEPLOYMENT": True,  # no release check and no plug-in catalogue: nothing leaves this host
    }


def environment(home: Home) -> dict[str, str]:
    """The environment of NetBox's commands: ours must not lead them to other Python code."""
    ours = {"PYTHONPATH", "PYTHONHOME", "DJANGO_SETTINGS_MODULE", "VIRTUAL_ENV"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "NETBOX_ROOT": str(home.netbox_root)}


def ensure_database(home: Home, state: State) -> None:
    """Build the schema from NetBox's final models: 15 s, where its migrations take 17 minutes.

    For the release installed here the result was compared with that of the migrations, catalogue by catalogue.

    Raises: SandboxFailed.
    """
    if state.database_version == VERSION:
        return
    if state.database_version:
        raise SandboxFailed(
            f"{home.folder} holds a NetBox {state.database_version}; use another directory for {VERSION}"
        )
    say("building the schema, the admin user and its token")
    for name in (DATABASE, PRISTINE):
        psql(state, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    psql(state, f"CREATE DATABASE {DATABASE}")
    answer = home.folder / "prepared.json"
    prepare = [home.python, home.folder / "prepare.py", answer]
    secret = {**environment(home), "SANDBOX_PASSWORD": state.password}
    run(prepare, log=home.log("prepare"), environment=secret, folder=home.folder)
    state.token = json.loads(answer.read_text())["token"]
    answer.unlink()
    psql(state, f"CREATE DATABASE {PRISTINE} TEMPLATE {DATABASE}")
    state.database_version = VERSION
    home.save(state)


def reset_database(state: State) -> None:
    """Back to the empty database, with the same token, in about a second.

    Raises: SandboxFailed.
    """
    psql(state, f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    psql(state, f"CREATE DATABASE {DATABASE} TEMPLATE {PRISTINE}")
    forget_cache(state)


def running_version(state: State) -> str | None:
    """The release that answers, None where none does."""
    connection = http.client.HTTPConnection(HOST, state.port, timeout=10)
    try:
        connection.request("GET", "/api/status/", headers={"Authorization": f"Bearer {state.token}"})
        return str(json.load(connection.getresponse())["netbox-version"])
    except (OSError, ValueError, KeyError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def ensure_web(home: Home, state: State) -> None:
    """Start NetBox's web server where it is down.

    Raises: SandboxFailed.
    """
    child = state.children.get("web")
    if child is not None and child.is_alive and running_version(state):
        return
    if free_port(state.port) != state.port:
        raise SandboxFailed(f"port {state.port} is in use; choose another with --port")
    say(f"starting NetBox on {url(state)}")
    command: list[str | Path] = [home.venv / "bin" / "gunicorn", "--bind", f"{HOST}:{state.port}", "--preload"]
    command += ["--workers", "2", "--threads", "4", "--timeout", "300", "--keep-alive", "30"]
    command += ["--no-control-socket", "sandbox_wsgi:application"]
    pid = start(command, home.log("web"), home.netbox_root / "conf", environment(home))
    state.children["web"] = Child(pid, start_ticks(pid) or "")
    home.save(state)
    _wait_for_web(home, state)


def _wait_for_web(home: Home, state: State) -> None:
    until = time.monotonic() + START_SECONDS
    while running_version(state) is None:
        if not state.children["web"].is_alive or time.monotonic() > until:
            raise SandboxFailed(
                f"NetBox did not come up: {home.log('web').read_text(errors='replace')[-SHOWN_OUTPUT:]}"
            )
        time.sleep(0.2)
