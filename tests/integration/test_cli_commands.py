"""The commands against a real database, worker and simulated devices, in this process."""

import contextlib
import json
import os
import signal
import socket
import threading
import time
from dataclasses import replace

import click
import pytest
import requests
from click.testing import CliRunner

from automation.hosts import host_addresses
from inventory.devices import PortRole
from provisioning.certificate_key import new_key
from provisioning.cli.logs import stop_logging
from provisioning.cli.main import command
from provisioning.cli.reference import walk
from tests.integration.running import PASSWORD, running, wait_until
from tests.integration.street import DX_SWITCH, HANDOVER, street, uprn_of

ADDRESSES = ["--isp", "quayside", "--handover", HANDOVER]


@pytest.fixture
def cli(monkeypatch, tmp_path):
    """Call the command line in a folder of its own; the answer has `json` where `--json` was given."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEUTRALHOST_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("NEUTRALHOST_TOKEN_PEPPER", "pepper")
    monkeypatch.setenv("NEUTRALHOST_CERTIFICATE_KEY", new_key())
    monkeypatch.setenv("NEUTRALHOST_DEVICE_PASSWORD", PASSWORD.get_secret_value())

    def call(*arguments, exits=0, **more):
        ended = CliRunner().invoke(command, [str(argument) for argument in arguments], **more)
        assert ended.exit_code == exits, ended.output
        ended.json = json.loads(ended.stdout) if "--json" in arguments else None
        return ended

    yield call
    stop_logging()


def with_fast_unis(inventory):
    """The street with UNIs that a service above the rule's limit fits through."""
    ports = tuple(replace(port, speed_mbps=10_000) if port.role is PortRole.UNI else port for port in inventory.ports)
    return replace(inventory, ports=ports)


@pytest.fixture
def town(database_url, monkeypatch):
    """A street of two homes, its devices and a worker; the settings of the commands are those of its house."""
    with running(database_url, with_fast_unis(street(homes=2))) as found:
        monkeypatch.setenv("NEUTRALHOST_DATABASE_URL", database_url)
        monkeypatch.setenv("NEUTRALHOST_EAPI_TRANSPORT", "http")
        monkeypatch.setenv("NEUTRALHOST_EAPI_PORT", str(found.fleet.port))
        yield found


def test_an_operators_day_from_qualification_to_cease(cli, town, tmp_path):
    before = town.configs()
    assert cli("qualify", uprn_of(1), "--json").json["qualification"]["confidence"] == "green"

    placed = cli("order", "place", *ADDRESSES, "--uprn", uprn_of(1), "--bandwidth", 100, "--follow")
    assert "is completed." in placed.stdout
    (service,) = cli("service", "list", "--json").json["services"]
    assert (service["state"], service["circuit"]["s_vlan"]) == ("active", 2001)
    (order,) = cli("order", "list", "--json").json["orders"]
    assert {diff["step"] for diff in cli("order", "diff", order["id"], "--json").json["diffs"]} >= {"rehearse"}
    assert "vlan 2001" in cli("device", "config", DX_SWITCH).stdout
    assert "Arista" in cli("device", "facts", DX_SWITCH).stdout

    assert "4 devices answer" in cli("device", "check").stdout.replace("4 of 4", "4")
    assert cli("playbook", "run", "audit", "--json").json["drift"] is False
    town.fleet.edit(DX_SWITCH, ["no vlan 2001"])
    drifted = cli("playbook", "run", "audit", exits=2)
    assert f"{DX_SWITCH}   drift    1 of 4 not as intended\n  circuit {service['id']}: missing: " in drifted.stdout
    assert "4 devices: 3 as intended, 1 drifted." in drifted.stdout
    rehearsed = cli("playbook", "run", "rehearse", service["id"], exits=2).stdout
    assert "+vlan 2001" in rehearsed
    assert "3 devices: 1 would change, 0 refused." in rehearsed
    town.fleet.edit(DX_SWITCH, ["vlan 2001", f"name {service['id']}"])
    assert "0 would change" in cli("playbook", "run", "rehearse", service["id"]).stdout

    ceased = cli("service", "cease", service["id"], "--follow", "--json").json
    assert ceased["order"]["state"] == "completed"
    assert town.configs() == before


def test_an_order_that_needs_a_person_waits_and_goes_on_when_it_is_approved(cli, town, monkeypatch):
    placed = cli("order", "place", *ADDRESSES, "--uprn", uprn_of(1), "--bandwidth", 2500, "--json").json["order"]
    wait_until(lambda: cli("order", "list", "--awaiting-approval", "--json").json["orders"])
    waiting = cli("order", "follow", placed["id"], "--timeout", 0.1, "--json", exits=2).json
    assert waiting["order"]["awaiting_approval"] is True
    pending = cli("order", "list", "--awaiting-approval")
    assert placed["id"] in pending.stdout

    refused = cli("order", "approve", placed["id"], "--digest", "another", "--json", exits=1).json
    assert refused["error"]["code"] == "changed-since-approval"
    unseen = cli("order", "approve", placed["id"], "--json", exits=1).json["error"]
    assert unseen["code"] == "nobody-looked"
    assert f"--digest {waiting['plan_digest']}, and is shown by `neutralhost order diff" in unseen["detail"]
    monkeypatch.setattr("provisioning.cli.looked_at.is_watched", lambda _output: True)
    declined = cli("order", "approve", placed["id"], exits=2, input="n\n")
    assert "Nothing was approved." in declined.stdout
    agreed = cli("order", "approve", placed["id"], input="y\n")
    assert f"{DX_SWITCH}: " in agreed.stdout
    assert "+   description S-" in agreed.stdout
    assert "Approve exactly this?" in agreed.stderr

    assert cli("order", "follow", placed["id"], "--timeout", 60, "--json").json["order"]["state"] == "completed"
    assert (
        cli("order", "decline", placed["id"], "--reason", "late", "--json", exits=1).json["error"]["code"]
        == "wrong-state"
    )


def test_the_same_key_orders_once(cli, town):
    asked = ["order", "place", *ADDRESSES, "--uprn", uprn_of(1), "--bandwidth", 100, "--key", "k-1", "--json"]

    first, second = cli(*asked).json, cli(*asked).json

    assert (first["new"], second["new"]) == (True, False)
    assert first["order"]["id"] == second["order"]["id"]


def test_people_and_tokens_are_made_and_their_secrets_are_shown_once(cli, town):
    secret = "correct horse battery staple"
    cli("user", "add", "ada", "--role", "isp-admin", "--isp", "quayside", "--password-stdin", input=secret + "\n")
    token = cli("user", "token", "add", "ada", "--label", "ci", "--json").json

    listed = cli("user", "token", "list", "--json").stdout + cli("user", "list", "--json").stdout
    assert token["key"] in listed
    assert token["token"].split(".")[1] not in listed
    assert secret not in listed
    cli("user", "token", "revoke", token["key"])
    assert cli("user", "token", "list", "--json").json["tokens"][0]["revoked"] is True
    assert "--password-stdin" in cli("user", "password", "ada", exits=1).stderr


def test_a_user_is_shut_out_and_let_in_again(cli, quiet_town):
    cli("user", "add", "ada", "--role", "operator", "--password-stdin", input="correct horse battery staple\n")

    shut_out = cli("user", "disable", "ada")
    assert "ada can no longer sign in, and its tokens are refused." in shut_out.stdout
    assert [one["disabled"] for one in cli("user", "list", "--json").json["users"]] == [True]

    assert cli("user", "enable", "ada", "--json").json == {"user_name": "ada", "disabled": False}
    assert [one["disabled"] for one in cli("user", "list", "--json").json["users"]] == [False]
    assert cli("user", "disable", "eve", "--json", exits=1).json["error"]["code"] == "unknown-user"


def test_who_follows_an_order_that_no_worker_takes_is_told_once_what_to_start(cli, quiet_town, monkeypatch):
    monkeypatch.setattr("provisioning.cli.follow.SILENCE_S", 0.1)
    placed = cli("order", "place", *ADDRESSES, "--uprn", uprn_of(1), "--bandwidth", 100, "--json").json

    waited = cli("order", "follow", placed["order"]["id"], "--timeout", "0.8", "--json", exits=2)

    assert waited.stderr.count("No worker has been heard of yet: start `neutralhost worker`") == 1


def test_backup_keeps_every_configuration_and_says_what_differs(cli, town, tmp_path):
    folder = tmp_path / "backup"
    assert (
        "4 new, 0 changed, 0 same, 0 failed." in cli("playbook", "run", "backup", folder, "--dry-run", exits=2).stdout
    )
    assert not folder.exists()
    cli("playbook", "run", "backup", folder)
    assert PASSWORD.get_secret_value() not in (folder / f"{DX_SWITCH}.cfg").read_text()
    cli("playbook", "run", "backup", folder, "--dry-run")

    town.fleet.edit(DX_SWITCH, ["vlan 77"])
    town.fleet.go_away("nte-1")
    again = cli("playbook", "run", "backup", folder, "--limit", "sw-*", "--limit", "nte-1", "--json", exits=1).json
    assert {one["device"]: one["verdict"] for one in again["backups"]} == {
        DX_SWITCH: "changed",
        "sw-dxp": "same",
        "nte-1": "failed",
    }
    assert cli("device", "check", "--json", exits=1).json["reachable"]["nte-1"] is False


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["qualify", "404"], "unknown-premises", "404"),
        (
            ["order", "place", "--isp", "nobody", "--handover", HANDOVER, "--uprn", uprn_of(1), "--bandwidth", 100],
            "",
            "nobody",
        ),
        (["order", "place", *ADDRESSES, "--uprn", "404", "--bandwidth", 100], "", "404"),
        (["order", "place", *ADDRESSES, "--uprn", uprn_of(1), "--bandwidth", 0], "", "0"),
        (["order", "place", *ADDRESSES, "--uprn", uprn_of(1), "--bandwidth", 100, "--product", "gold"], "", "gold"),
        (["order", "place", *ADDRESSES, "--uprn", uprn_of(1), "--bandwidth", 100, "--term", 7], "", "7"),
        (["order", "show", "O-404"], "unknown-order", "O-404"),
        (["service", "show", "S-404"], "unknown-service", "S-404"),
        (["device", "show", "sw-none"], "unknown-thing", "sw-none"),
        (["device", "config", "sw-none"], "unknown-thing", "sw-none"),
        (["device", "check", "--limit", "typo-*"], "unknown-thing", "typo-*"),
        (["inventory", "show", "devices", "--place", "nowhere"], "unknown-thing", "nowhere"),
        (["isp", "show", "nobody"], "unknown-thing", "nobody"),
        (["user", "token", "revoke", "none"], "unknown-token", "none"),
        (["netbox", "push"], "netbox-unavailable", "NEUTRALHOST_NETBOX_URL"),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, list) else "",
)
def test_bad_input_is_one_sentence_with_the_facts_and_a_next_step(cli, quiet_town, arguments, code, says):
    error = cli(*arguments, "--json", exits=1).json["error"]
    said = cli(*arguments, exits=1)

    assert code in ("", error["code"])
    assert says in error["detail"]
    assert error["next_step"]
    assert said.stdout == ""
    assert error["detail"] in said.stderr
    assert "Traceback" not in said.stderr


@pytest.fixture
def quiet_town(database_url, monkeypatch):
    """The street without a worker."""
    with running(database_url, street(homes=1), works=False) as found:
        monkeypatch.setenv("NEUTRALHOST_DATABASE_URL", database_url)
        monkeypatch.setenv("NEUTRALHOST_EAPI_TRANSPORT", "http")
        monkeypatch.setenv("NEUTRALHOST_EAPI_PORT", str(found.fleet.port))
        yield found


def test_an_empty_database_says_how_to_make_its_tables(cli, monkeypatch, tmp_path):
    monkeypatch.setenv("NEUTRALHOST_DATABASE_URL", f"sqlite:///{tmp_path / 'empty.db'}")

    assert "neutralhost database migrate" in cli("order", "list", exits=1).stderr
    assert cli("database", "status", "--json", exits=2).json["migrated"] is False
    cli("database", "migrate")
    assert cli("database", "status", "--json").json["migrated"] is True
    assert cli("order", "list", "--json").json["orders"] == []


def test_a_missing_setting_is_named_and_no_value_is_shown(cli, monkeypatch, database_url):
    monkeypatch.setenv("NEUTRALHOST_DATABASE_URL", database_url)
    monkeypatch.delenv("NEUTRALHOST_TOKEN_PEPPER")
    monkeypatch.setenv("NEUTRALHOST_EAPI_PORT", "99999")

    error = cli("order", "list", "--json", exits=1).json["error"]

    assert error["code"] == "settings-incomplete"
    assert error["facts"]["settings"] == ["NEUTRALHOST_EAPI_PORT"]
    assert "99999" not in json.dumps(error)


def test_a_folder_with_a_broken_row_names_file_row_and_reason_and_loads_nothing(cli, monkeypatch, tmp_path):
    monkeypatch.setenv("NEUTRALHOST_DATABASE_URL", f"sqlite:///{tmp_path / 'bundle.db'}")
    cli("database", "migrate")
    cli("inventory", "load", "manchester")
    folder = tmp_path / "export"
    cli("inventory", "export", folder)
    assert "Nothing would change." in cli("inventory", "load", folder, "--dry-run").stdout
    links = folder / "links.csv"
    links.write_text(links.read_text().replace(",10000,", ",ten thousand,", 1))

    said = cli("inventory", "load", folder, exits=1)

    assert "links.csv row" in said.stderr
    assert "Nothing would change." in cli("inventory", "load", "manchester", "--dry-run").stdout
    assert cli("inventory", "check").stdout.endswith("warnings.\n")


def test_a_demo_on_a_taken_port_starts_nothing(cli, tmp_path):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]

        error = cli("demo", "--port", port, "--exit-after-order", "--json", exits=1).json["error"]

    assert error["code"] == "address-taken"
    assert error["facts"] == {"host": "127.0.0.1", "port": port}
    assert not (tmp_path / "var" / "neutralhost.db").exists()


def test_the_doctor_finds_a_working_town_well(cli, quiet_town):
    found = cli("doctor", "--port", free_port(), "--json").json

    assert found["ok"] is True
    assert {check["verdict"] for check in found["checks"] if check["subject"] != "open files"} == {"ok"}
    assert len(found["checks"]) == 12


def test_the_doctor_has_a_next_step_for_everything_that_is_not_right(cli, monkeypatch, tmp_path):
    monkeypatch.setenv("NEUTRALHOST_DATABASE_URL", f"sqlite:///{tmp_path / 'empty.db'}")
    monkeypatch.setenv("NEUTRALHOST_NETBOX_URL", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("NEUTRALHOST_NETBOX_TOKEN", "nbt_none.none")
    monkeypatch.delenv("NEUTRALHOST_DEVICE_PASSWORD")
    (tmp_path / ".env").write_text("NEUTRALHOST_POLL_S=1\n")
    (tmp_path / ".env").chmod(0o644)

    found = cli("doctor", "--json", exits=1).json

    failed = {check["subject"]: check for check in found["checks"] if check["verdict"] == "fail"}
    assert set(failed) == {"settings", "secret files", "database", "inventory", "netbox", "devices", "uncertain"}
    assert all(check["next_step"] for check in failed.values())
    assert "chmod 600 .env" in failed["secret files"]["next_step"]
    assert "neutralhost database migrate" in failed["database"]["sentence"]
    assert "NEUTRALHOST_DEVICE_PASSWORD" in failed["settings"]["sentence"]


def test_the_doctor_names_devices_that_are_away(cli, quiet_town):
    quiet_town.fleet.go_away("nte-1")

    found = cli("doctor", "--port", free_port(), "--json").json

    (devices,) = (check for check in found["checks"] if check["subject"] == "devices")
    assert devices["verdict"] == "warn"
    assert "1 of 3 devices do not answer: nte-1." in devices["sentence"]


@pytest.mark.parametrize("what", ["worker", "serve", "twin"])
def test_what_stays_up_answers_and_a_signal_ends_it_with_exit_code_0(cli, quiet_town, what):
    port = free_port()
    commands = {
        "worker": ["worker", "--metrics-port", port, "--json"],
        "serve": ["serve", "--no-worker", "--port", port, "--json"],
        "twin": ["twin", "serve", "--port", port, "--json"],
    }
    twin = next(iter(host_addresses(quiet_town.snapshot).values())).address
    with Looking(f"http://{twin if what == 'twin' else '127.0.0.1'}:{port}/metrics") as looked:
        said = cli(*commands[what]).json

    assert looked.found
    assert said in (
        {"state": "working", "metrics_port": port},
        {"url": f"http://127.0.0.1:{port}"},
        {"devices": 3, "port": port},
    )


def test_serve_listens_where_the_demo_did_because_its_settings_are_the_portals_too(cli, quiet_town, tmp_path):
    port = free_port()
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "demo.env").write_text(
        f"NEUTRALHOST_LISTEN_PORT='{port}'\nNEUTRALHOST_COOKIES_SECURE='false'\n"
    )
    with Looking(f"http://127.0.0.1:{port}/sign-in") as looked:
        said = cli("serve", "--no-worker", "--json").json

    assert looked.found
    assert said == {"url": f"http://127.0.0.1:{port}"}
    assert "__Host-" not in looked.cookies


def test_a_wrong_setting_of_the_portal_is_named_and_its_value_is_not_shown(cli, quiet_town, monkeypatch):
    monkeypatch.setenv("NEUTRALHOST_WEB_THREADS", "hunter2")

    error = cli("serve", "--no-worker", "--json", exits=1).json["error"]

    assert error["code"] == "settings-incomplete"
    assert "NEUTRALHOST_WEB_THREADS" in error["detail"]
    assert "hunter2" not in json.dumps(error)


class Looking(threading.Thread):
    """Waits until an address answers, and then asks this process to stop, as Ctrl-C does, once it hears that.

    What answers may not hear signals yet: asked too early it would stay up for ever. So long as `with` lasts.
    """

    def __init__(self, url):
        super().__init__(daemon=True)
        self.url, self.found, self.cookies = url, False, ""
        self.before = signal.getsignal(signal.SIGTERM)
        self.over = threading.Event()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()

    def run(self):
        until = time.monotonic() + 60
        while not self.found and time.monotonic() < until and not self.over.wait(0.02):
            with contextlib.suppress(OSError):
                answer = requests.get(self.url, timeout=5)
                self.found = answer.status_code in {200, 401, 404, 405}
                self.cookies = answer.headers.get("Set-Cookie", "")
        while signal.getsignal(signal.SIGTERM) is self.before:
            if self.over.wait(0.02):
                return
        os.kill(os.getpid(), signal.SIGTERM)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_every_command_has_help_and_answers_with_json():

    found = list(walk(click.Context(command, info_name="neutralhost")))

    assert len(found) > 40
    for context in found:
        assert context.command.help, context.command_path
        if not isinstance(context.command, click.Group):
            assert "--json" in {name for parameter in context.command.params for name in parameter.opts}, (
                context.command_path
            )
        for parameter in context.command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{context.command_path} {parameter.name}"
