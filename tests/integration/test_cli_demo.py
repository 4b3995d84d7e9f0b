"""`neutralhost demo` as a person starts it: a process of its own, with a real order on simulated devices."""

import json
import os
import re
import socket
import subprocess
import sys

import pytest
from click.testing import CliRunner

from provisioning.cli import demo
from provisioning.cli.demo_folder import DemoFolder
from provisioning.cli.logs import stop_logging
from provisioning.cli.main import command

COMMAND = [sys.executable, "-c", "from provisioning.cli.main import run; run()"]


def free_port(host="127.0.0.1"):
    with socket.socket() as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


def run(folder, *arguments):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEUTRALHOST_")}
    done = subprocess.run(
        [*COMMAND, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=110
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def first_run(tmp_path_factory):
    """A demo that placed its example order and ended: its folder, its ports, and what it printed."""
    folder = tmp_path_factory.mktemp("demo")
    ports = ["--port", str(free_port()), "--device-port", str(free_port())]
    return folder, ports, run(folder, "demo", *ports, "--exit-after-order")


def test_the_first_run_brings_an_order_to_completed_and_shows_it(first_run):
    _, _, done = first_run

    assert re.search(r"^Order O-\w+ is completed\.$", done.stdout, re.MULTILINE)
    for step in ("accept", "qualify", "design", "reserve", "rehearse", "approve", "deploy", "prove", "tell"):
        assert re.search(rf"^done +{step} ", done.stdout, re.MULTILINE)
    assert "switchport mode dot1q-tunnel" in done.stdout
    assert done.stderr == ""


def test_piped_output_has_no_escape_sequences_and_no_box_drawing(first_run):
    _, _, done = first_run

    assert "\x1b" not in done.stdout
    assert not re.search("[\u2500-\u257f]", done.stdout)


def test_secrets_are_made_once_for_the_owner_only_and_never_printed(first_run):
    folder, _, done = first_run
    var = folder / "var"

    secrets = dict(line.split("=", 1) for line in (var / "secrets.env").read_text().splitlines())

    assert set(secrets) == {
        "NEUTRALHOST_DEVICE_PASSWORD",
        "NEUTRALHOST_TOKEN_PEPPER",
        "NEUTRALHOST_CERTIFICATE_KEY",
    }
    assert var.stat().st_mode & 0o777 == 0o700
    assert (var / "secrets.env").stat().st_mode & 0o777 == 0o600
    kept = (var / "demo.log").read_text() + done.stdout + done.stderr
    for secret in secrets.values():
        assert secret.strip("'") not in kept


def test_passwords_are_printed_once_and_kept_only_as_hashes(first_run):
    folder, _, done = first_run

    passwords = re.findall(r"^(?:operator|\S+-orders) +(\S{16}) ", done.stdout, re.MULTILINE)

    assert len(passwords) == 2
    everything = b"".join(path.read_bytes() for path in (folder / "var").rglob("*") if path.is_file())
    for password in passwords:
        assert password.encode() not in everything


def test_a_second_run_goes_on_with_the_same_data_and_serves_other_premises(first_run, monkeypatch):
    folder, ports, done = first_run
    monkeypatch.chdir(folder)
    monkeypatch.setattr(os, "environ", {k: v for k, v in os.environ.items() if not k.startswith("NEUTRALHOST_")})

    again = answer("demo", *ports, "--exit-after-order", "--json")

    assert again["order"]["state"] == "completed"
    assert [one["password"] for one in again["sign_ins"]] == [None, None]
    orders = answer("order", "list", "--json")["orders"]  # with the settings the demo left
    assert len(orders) == 2
    assert len({one["request"]["uprn"] for one in orders}) == 2
    assert f"Order {orders[1]['id']} is completed." in done.stdout


def answer(*arguments):
    """Call the command line in this process, and return its JSON document."""
    ended = CliRunner().invoke(command, list(arguments))
    stop_logging()
    assert ended.exit_code == 0, ended.output
    return json.loads(ended.stdout)


def test_a_demo_in_another_folder_can_open_what_it_sealed_for_its_access_points(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    (tmp_path / "other").mkdir()

    settings = demo._settings(DemoFolder(tmp_path / "other"), 8080, 18480, listeners="")

    assert settings.automation.token_pepper == settings.provisioning.token_pepper
