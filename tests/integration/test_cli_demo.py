"""`neutralhost demo` as a person starts it: a process of its own, with a real order on simulated devices."""

import json
import os
import re
import socket
import subprocess
import sys

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from automation.twin import running
from automation.twin.eapi import Credentials
from automation.twin.fleet import Fleet
from automation.twin.topology import twin_devices
from inventory.snapshot import Snapshot
from provisioning.cli import demo
from provisioning.cli.demo_folder import DemoFolder
from provisioning.cli.demo_twin import asked_as_a_twin, free_folder
from provisioning.cli.errors import FolderNotOurs
from provisioning.cli.logs import stop_logging
from provisioning.cli.main import command
from tests.integration.street import street

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


def test_the_devices_of_a_demo_are_asked_like_a_twin_and_gone_with_it(tmp_path, monkeypatch):
    monkeypatch.setenv("NEUTRALHOST_VAR", str(tmp_path))
    snapshot = Snapshot(street(1))
    with Fleet.start(twin_devices(snapshot), credentials=Credentials("nh", SecretStr("pw"))) as fleet:
        with asked_as_a_twin(fleet, snapshot, free_folder(tmp_path)):
            assert answer("twin", "cut", "trunk", "--json")["state"] == "cut"
            seen = answer("twin", "status", "--json")

            assert {one["code"]: one["state"] for one in seen["links"]} == {"trunk": "cut", "drop-1": "up"}
            assert running.read_server(tmp_path / "twin-up").pid == os.getpid()  # whom `twin down` ends

        ended = CliRunner().invoke(command, ["twin", "status"])
        assert ended.exit_code == 1
        assert "No twin is up." in ended.stderr
        assert free_folder(tmp_path) == tmp_path / "twin-up"


def test_a_demo_beside_a_twin_of_its_folder_is_refused_before_it_made_anything(tmp_path, monkeypatch):
    monkeypatch.setenv("NEUTRALHOST_VAR", str(tmp_path))
    folder = free_folder(tmp_path)
    with monkeypatch.context() as as_another:
        as_another.setattr(os, "getpid", os.getppid)
        running.write_server(folder, "ovs")

    ports = ["--port", str(free_port()), "--device-port", str(free_port())]
    ended = CliRunner().invoke(command, ["demo", *ports, "--exit-after-order"])
    stop_logging()

    assert ended.exit_code == 1
    assert f"A twin is up already (ovs, process {os.getppid()})." in ended.stderr
    assert not (tmp_path / "neutralhost.db").exists()
    assert running.read_server(folder).pid == os.getppid()


def test_a_demo_does_not_believe_a_record_that_others_may_write(tmp_path):
    free_folder(tmp_path).chmod(0o770)

    with pytest.raises(FolderNotOurs, match="mode 770"):
        free_folder(tmp_path)
