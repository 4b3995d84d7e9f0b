"""The complete system of docker/compose.yml as plain processes: same commands, same settings, real servers.

Only addresses differ: what compose calls postgres, netbox and twin stands on free loopback ports here.
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker" / "compose.yml").read_text())
NEUTRALHOST = str(Path(sys.executable).with_name("neutralhost"))
PATIENCE_S = 120


def compose_command(service: str) -> list[str]:
    """What the image runs for this service, as compose says it."""
    asked = COMPOSE["services"][service]
    return [*asked.get("entrypoint", [NEUTRALHOST]), *asked["command"]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(what: str, is_so: Callable[[], Any], patience_s: float = PATIENCE_S) -> Any:
    """Return the first true answer. A thing that does not come fails the test with its name."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        answer = is_so()
        if answer:
            return answer
        time.sleep(0.2)
    raise AssertionError(f"waited {patience_s:.0f} s in vain: {what}")


@dataclass
class Complete:
    """The running system, and how to speak to it."""

    folder: Path
    environment: dict[str, str]
    web_port: int = field(default_factory=free_port)
    metrics_port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    def run(self, *words: str, stdin: str = "") -> str:
        """Run one of our commands to its end; return what it printed."""
        return self._run([NEUTRALHOST, *words], stdin)

    def run_service(self, service: str) -> str:
        """Run a one-shot service of compose to its end."""
        return self._run(compose_command(service))

    def start(self, service: str, command: list[str] | None = None) -> None:
        """Start a service of compose, its fixed ports changed for free ones."""
        words = [str(self.metrics_port) if word == "9464" else word for word in command or compose_command(service)]
        with (self.folder / f"{service}.log").open("wb") as log:
            self.processes[service] = subprocess.Popen(
                words, cwd=self.folder, env=self.environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )

    def stop(self, service: str) -> int:
        """Ask it to end, as compose does; return how it ended."""
        process = self.processes.pop(service)
        process.send_signal(signal.SIGTERM)
        return process.wait(60)

    def log(self, service: str) -> str:
        return (self.folder / f"{service}.log").read_text(errors="replace")

    def config(self, device: str) -> str:
        return str(json.loads(self.run("device", "config", device, "--json"))["config"])

    def _run(self, command: list[str], stdin: str = "") -> str:
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, input=stdin, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout


@contextmanager
def complete_system(folder: Path, database_url: str, netbox_url: str, netbox_token: str) -> Iterator[Complete]:
    """migrate, load, twin, worker, web: in compose's order, each when what it depends on is healthy."""
    system = Complete(folder, _environment(folder, database_url, netbox_url, netbox_token))
    system.environment["NEUTRALHOST_LISTEN_PORT"] = str(system.web_port)
    try:
        system.run_service("migrate")
        system.run_service("load")
        system.start("twin")
        wait_until("the twin is healthy", lambda: _healthy(system, "twin"))
        system.start("worker")
        system.start("web")
        wait_until("the portal is ready", lambda: _answers(f"{system.url}/readyz"))
        yield system
    finally:
        ends = {service: system.stop(service) for service in ("web", "worker", "twin") if service in system.processes}
    assert set(ends.values()) == {0}, f"a process told to end did not end cleanly: {ends}"


def _environment(folder: Path, database_url: str, netbox_url: str, netbox_token: str) -> dict[str, str]:
    """Exactly the settings of compose's processes and image, each with a value of our own."""
    values = {
        "NEUTRALHOST_DATABASE_URL": database_url,
        "NEUTRALHOST_TOKEN_PEPPER": secrets.token_urlsafe(32),
        "NEUTRALHOST_CERTIFICATE_KEY": secrets.token_urlsafe(32),
        "NEUTRALHOST_DEVICE_USERNAME": "neutralhost",
        "NEUTRALHOST_DEVICE_PASSWORD": secrets.token_urlsafe(16),
        "NEUTRALHOST_EAPI_TRANSPORT": "http",
        "NEUTRALHOST_EAPI_PORT": str(free_port()),
        "NEUTRALHOST_NETBOX_URL": netbox_url,
        "NEUTRALHOST_NETBOX_TOKEN": netbox_token,
        "NEUTRALHOST_TRUSTED_HOSTS": '["localhost","127.0.0.1"]',
        "NEUTRALHOST_COOKIES_SECURE": "false",
    }
    assert set(values) == set(COMPOSE["x-neutralhost"]["environment"]), (
        "compose.yml sets other variables than this test"
    )
    of_the_image = {"NEUTRALHOST_LISTEN_HOST": "127.0.0.1", "NEUTRALHOST_VAR": str(folder)}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {"PATH": path, "HOME": str(folder), "PYTHONUNBUFFERED": "1", **values, **of_the_image}


def _healthy(system: Complete, service: str) -> bool:
    """What the service's own health check says."""
    kind, *words = COMPOSE["services"][service]["healthcheck"]["test"]
    assert kind == "CMD"
    done = subprocess.run(words, cwd=system.folder, env=system.environment, capture_output=True, check=False)
    return done.returncode == 0


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).ok
    except requests.ConnectionError:
        return False


@contextmanager
def prometheus(system: Complete) -> Iterator[str]:
    """A real Prometheus with the configuration of compose, its targets changed for ours; yields its URL."""
    settings = yaml.safe_load((ROOT / "docker" / "prometheus" / "prometheus.yml").read_text())
    own = {"twin:8080": f"127.0.0.1:{system.web_port}", "twin:9464": f"127.0.0.1:{system.metrics_port}"}
    job = next(each for each in settings["scrape_configs"] if each["job_name"] == "neutralhost")
    job["static_configs"] = [{"targets": [own[target] for target in job["static_configs"][0]["targets"]]}]
    settings["scrape_configs"] = [job]
    settings["global"]["scrape_interval"] = "1s"
    settings["rule_files"] = [str(ROOT / "monitoring" / "rules" / "neutralhost.yml")]
    with _alertmanager(system) as alertmanager:
        settings["alerting"]["alertmanagers"] = [{"static_configs": [{"targets": [alertmanager]}]}]
        file = system.folder / "prometheus.yml"
        file.write_text(yaml.safe_dump(settings))
        port = free_port()
        with _server(system, "prometheus", [
            "prometheus", f"--config.file={file}", f"--storage.tsdb.path={system.folder / 'tsdb'}",
            f"--web.listen-address=127.0.0.1:{port}",
        ], f"http://127.0.0.1:{port}/-/ready"):  # fmt: skip
            yield f"http://127.0.0.1:{port}"


@contextmanager
def _alertmanager(system: Complete) -> Iterator[str]:
    port = free_port()
    config = ROOT / "docker" / "alertmanager" / "alertmanager.yml"
    with _server(system, "alertmanager", [
        "prometheus-alertmanager", f"--config.file={config}", f"--storage.path={system.folder / 'alerts'}",
        f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=",
    ], f"http://127.0.0.1:{port}/-/ready"):  # fmt: skip
        yield f"127.0.0.1:{port}"


@contextmanager
def _server(system: Complete, name: str, command: list[str], ready_url: str) -> Iterator[None]:
    system.start(name, command)
    try:
        wait_until(f"{name} is ready", lambda: _answers(ready_url))
        yield
    finally:
        system.stop(name)


class Api:
    """The API as an ISP's program uses it."""

    def __init__(self, url: str, token: str) -> None:
        self._url = f"{url}/api/v1"
        self._headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> Any:
        answer = requests.get(self._url + path, headers=self._headers, timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def post(self, path: str, body: Mapping[str, Any], key: str | None = None) -> requests.Response:
        extra = {"Idempotency-Key": key} if key else {}
        return requests.post(self._url + path, json=dict(body), headers={**self._headers, **extra}, timeout=30)

    def ended(self, order_id: str) -> Any:
        """The order, when it has ended."""

        def look() -> Any:
            order = self.get(f"/orders/{order_id}")
            return order if order["state"] not in ("acknowledged", "inProgress") else None

        return wait_until(f"order {order_id} ends", look)
