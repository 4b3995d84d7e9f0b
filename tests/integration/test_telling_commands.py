"""`neutralhost webhook`, `audit` and `... history` against a real database and a listener that really listens."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from inventory.store.mirror import replace_inventory
from provisioning.cli.house import open_house
from provisioning.cli.logs import stop_logging
from provisioning.cli.main import command
from provisioning.dispatch import Dispatcher
from provisioning.verify_audit import main as verify_file
from provisioning.workflows.engine import prepare_tables
from tests.integration.receivers import Receiver, listening
from tests.integration.street import HANDOVER, street, uprn_of


class Cli:
    """The command line in a folder of its own."""

    def __call__(self, *arguments: str, exits: int = 0) -> str:
        ended = CliRunner().invoke(command, list(arguments))
        assert ended.exit_code == exits, ended.output
        return ended.stdout

    def json(self, *arguments: str, exits: int = 0) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self(*arguments, "--json", exits=exits))
        return told


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as found:
        yield found


@pytest.fixture
def cli(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, engine: Engine, database_url: str, receiver: Receiver
) -> Iterator[Cli]:
    prepare_tables(engine)
    replace_inventory(engine, street(homes=2))
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "VAR": str(tmp_path / "var"),
        "TOKEN_PEPPER": "pepper",
        "DEVICE_PASSWORD": "nobody asks",
        "DATABASE_URL": database_url,
        "WEBHOOK_ALLOW": receiver.allowed,
    }.items():
        monkeypatch.setenv(f"NEUTRALHOST_{name}", value)
    yield Cli()
    stop_logging()


def place(cli: Cli) -> str:
    order = ("order", "place", "--isp", "quayside", "--handover", HANDOVER, "--uprn", uprn_of(1), "--bandwidth", "100")
    return str(cli.json(*order)["order"]["id"])


def send() -> None:
    """What a worker's round does."""
    with open_house() as house:
        dispatcher = Dispatcher(house.tools)
        dispatcher.drain()
        dispatcher.close(5.0)


def test_an_address_is_told_of_an_order_and_the_log_says_how_that_went(cli: Cli, receiver: Receiver) -> None:
    made = cli.json("webhook", "add", receiver.url, "--isp", "quayside", "--kind", "order")
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/=]{44}", made["secret"])
    assert made["listener"]["url"] == receiver.url
    assert "whsec_" not in cli("webhook", "list", "--json")

    receiver.answers = [500]
    order_id = place(cli)
    send()
    listed = cli.json("webhook", "deliveries", "--listener", made["listener"]["id"])["deliveries"]
    assert [(each["type"], each["about"], each["state"]) for each in listed] == [("order.created", order_id, "waiting")]
    story = cli.json("webhook", "delivery", listed[0]["id"])
    assert [attempt["status"] for attempt in story["attempts"]] == [500]
    assert "500" in cli("webhook", "delivery", listed[0]["id"])
    assert order_id in cli("webhook", "deliveries")


def test_a_test_message_is_sent_and_replayed_and_a_removed_address_is_told_nothing(
    cli: Cli, receiver: Receiver
) -> None:
    listener_id = cli.json("webhook", "add", receiver.url)["listener"]["id"]
    delivery_id = cli.json("webhook", "test", listener_id)["delivery"]["id"]
    assert cli.json("webhook", "replay", delivery_id, exits=1)["error"]["code"] == "not-replayable"
    send()
    again = cli.json("webhook", "replay", delivery_id)["delivery"]
    assert again["replay_of"] == delivery_id
    send()
    assert len(receiver.received) == 2
    assert cli.json("webhook", "secret", listener_id)["listener"]["secret_number"] == 2
    cli("webhook", "remove", listener_id)
    assert cli.json("webhook", "list")["listeners"] == []
    assert cli.json("webhook", "remove", listener_id, exits=1)["error"]["code"] == "unknown-listener"


def test_an_address_inside_is_refused_with_a_next_step(cli: Cli) -> None:
    error = cli.json("webhook", "add", "https://192.168.1.1/", exits=1)["error"]
    assert (error["code"], "192.168.1.1 is private" in error["detail"]) == ("listener-refused", True)


def test_the_history_of_an_order_says_who_when_and_why(cli: Cli) -> None:
    order_id = place(cli)
    (change,) = cli.json("order", "history", order_id)["history"]
    assert (change["was"], change["now"], change["by"]) == ("", "acknowledged", "system")
    assert "acknowledged" in cli("order", "history", order_id)
    assert cli.json("order", "history", "O-NOBODY0000", exits=1)["error"]["code"] == "unknown-order"
    assert cli.json("service", "history", "S-NOBODY0000", exits=1)["error"]["code"] == "unknown-service"


def test_the_audit_trail_is_shown_exported_and_checked_here_and_by_the_script(cli: Cli, tmp_path: Path) -> None:
    order_id = place(cli)
    (row,) = cli.json("audit", "show", "--subject", order_id)["entries"]
    assert (row["who"], row["action"], row["outcome"]) == ("system", "order", "done")
    assert order_id in cli("audit", "show")
    head = cli("audit", "head").strip()
    place(cli)
    assert cli.json("audit", "verify", "--head", head)["is_whole"] is True

    file = tmp_path / "trail.jsonl"
    cli("audit", "export", str(file))
    assert verify_file([str(file), "--head", head]) == 0
    count, _, value = head.partition(":")
    wrong = f"{count}:{value[::-1]}"
    assert cli.json("audit", "verify", "--head", wrong, exits=1)["faults"] == [
        f"Row {count} is not the one that the head names: it, or a row before it, was written anew."
    ]
    assert "not the one that the head names" in cli("audit", "verify", "--head", wrong, exits=1)
    assert cli.json("audit", "verify", "--head", "x", exits=1)["error"]["code"] == "input-refused"
