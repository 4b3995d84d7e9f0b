"""The image and the compose system, as far as they can be checked without an engine."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker" / "compose.yml"
SECRETS = (
    "POSTGRES_PASSWORD",
    "NETBOX_DB_PASSWORD",
    "REDIS_PASSWORD",
    "NETBOX_SECRET_KEY",
    "NETBOX_TOKEN_PEPPER",
    "NETBOX_ADMIN_PASSWORD",
    "NETBOX_TOKEN_KEY",
    "NETBOX_TOKEN",
    "TOKEN_PEPPER",
    "CERTIFICATE_KEY",
    "DEVICE_PASSWORD",
    "GRAFANA_ADMIN_PASSWORD",
)


def tool(name: str) -> str:
    """A tool of the development environment, wherever the tests were started from."""
    found = Path(sys.executable).with_name(name)
    return str(found) if found.exists() else (shutil.which(name) or name)


def resolved(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [tool("docker-compose"), "-f", str(COMPOSE), "config", "--format", "json"]
    return subprocess.run(
        command,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def system() -> dict:
    done = resolved({name: f"value-of-{name}" for name in SECRETS})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_image_passes_the_linter():
    done = subprocess.run(
        [tool("hadolint"), str(ROOT / "docker" / "Dockerfile")], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("secret", [name for name in SECRETS if name != "NETBOX_DB_PASSWORD"])
def test_a_missing_secret_stops_compose_with_the_next_step(secret: str):
    done = resolved({name: "x" for name in SECRETS if name != secret})

    assert done.returncode != 0
    assert "run docker/make-secrets first" in done.stderr


def test_secrets_are_made_once_and_one_that_is_missing_is_added(tmp_path: Path):
    script = Path(shutil.copy(ROOT / "docker" / "make-secrets", tmp_path / "make-secrets"))
    file = tmp_path / "secrets.env"

    def made() -> dict[str, str]:
        subprocess.run([str(script)], check=True, capture_output=True)
        return dict(line.split("=", 1) for line in file.read_text().splitlines())

    first, second = made(), made()
    file.write_text("".join(f"{name}={value}\n" for name, value in first.items() if name != "CERTIFICATE_KEY"))
    third = made()

    assert set(first) == set(SECRETS)
    assert first == second
    assert {name: value for name, value in third.items() if name != "CERTIFICATE_KEY"}.items() <= first.items()
    assert len(third["CERTIFICATE_KEY"]) == len(first["CERTIFICATE_KEY"]) == 43
    assert file.stat().st_mode & 0o077 == 0


def test_nothing_listens_beyond_loopback(system: dict):
    published = [port for service in system["services"].values() for port in service.get("ports", [])]

    assert published
    assert {port["host_ip"] for port in published} == {"127.0.0.1"}


def test_our_processes_run_without_privileges_and_with_a_health_check(system: dict):
    ours = {name: service for name, service in system["services"].items() if service["image"] == "neutralhost"}

    assert {"web", "worker", "twin", "migrate", "load"} <= set(ours)
    for name, service in ours.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert not service.get("privileged"), name
    last_stage = (ROOT / "docker" / "Dockerfile").read_text().split("FROM ")[-1]
    assert "USER 10001" in last_stage
    assert "HEALTHCHECK" in last_stage


def test_every_host_that_is_scraped_is_a_service(system: dict):
    scrapes = yaml.safe_load((ROOT / "docker" / "prometheus" / "prometheus.yml").read_text())["scrape_configs"]
    hosts = {
        target.split(":")[0] for scrape in scrapes for group in scrape["static_configs"] for target in group["targets"]
    }

    assert hosts - {"localhost"} <= set(system["services"])


def test_files_that_compose_mounts_are_in_the_repository(system: dict):
    binds = [
        volume["source"]
        for service in system["services"].values()
        for volume in service.get("volumes", [])
        if volume["type"] == "bind"
    ]

    assert binds
    for source in binds:
        assert Path(source).exists(), source


def test_the_compose_file_has_no_secret_in_it():
    document = yaml.safe_load(COMPOSE.read_text())
    for name, service in document["services"].items():
        for key, value in (service.get("environment") or {}).items():
            if any(word in key for word in ("PASSWORD", "TOKEN", "SECRET", "PEPPER", "KEY")):
                assert "${" in str(value), f"{name}: {key}"
