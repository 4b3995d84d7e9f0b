"""The commands for what becomes of orders under way, against a real database, worker and simulated devices."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner

from provisioning.cli.logs import stop_logging
from provisioning.cli.main import command
from tests.integration.running import PASSWORD, running, wait_until
from tests.integration.street import HANDOVER, street, uprn_of


@pytest.fixture
def cli(monkeypatch, tmp_path):
    """Call the command line in a folder of its own, and read its JSON."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEUTRALHOST_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("NEUTRALHOST_TOKEN_PEPPER", "pepper")
    monkeypatch.setenv("NEUTRALHOST_DEVICE_PASSWORD", PASSWORD.get_secret_value())

    def call(*arguments, exits=0, people=False, **more):
        said = [str(argument) for argument in arguments] + ([] if people else ["--json"])
        ended = CliRunner().invoke(command, said, **more)
        assert ended.exit_code == exits, ended.output
        return ended.stdout if people else json.loads(ended.stdout)

    yield call
    stop_logging()


@pytest.fixture
def town(database_url, monkeypatch):
    with running(database_url, street(homes=3)) as found:
        monkeypatch.setenv("NEUTRALHOST_DATABASE_URL", database_url)
        monkeypatch.setenv("NEUTRALHOST_EAPI_TRANSPORT", "http")
        monkeypatch.setenv("NEUTRALHOST_EAPI_PORT", str(found.fleet.port))
        yield found


def item(item_id, home, **more):
    asked = {"product": "access-eline", "uprn": uprn_of(home), "handover": HANDOVER, "bandwidth_mbps": 100}
    return {"item_id": item_id, **asked, "term_months": 12, **more}


def test_orders_are_placed_together_watched_charged_for_and_cancelled(cli, town, tmp_path):
    later = (town.house.tools.now().date() + timedelta(days=5)).isoformat()
    file = tmp_path / "orders.json"
    items = [item("1", 1), item("2", 2, start=later, after=["1"]), item("3", 3, start=later)]
    file.write_text(json.dumps({"isp_code": "quayside", "external_id": "PO 9", "items": items}))

    placed = cli("product-order", "place", file, "--key", "together")
    whole = placed["product_order"]["id"]
    assert (placed["new"], len(placed["orders"])) == (True, 3)
    assert cli("product-order", "place", file, "--key", "together")["new"] is False

    def states():
        return [order["state"] for order in cli("product-order", "show", whole)["orders"]]

    def waits():
        return [order["waits_for"] for order in cli("product-order", "show", whole)["orders"]]

    wait_until(lambda: waits() == [None, "start-date", "start-date"], 30.0)
    assert states()[0] == "completed"
    second, third = (order["id"] for order in cli("product-order", "show", whole)["orders"][1:])
    charge = cli("charge", "raise", second, "--pence", 700, "--text", "A longer drop", "--days", 3)["charge"]
    assert cli("product-order", "show", whole)["product_order"]["state"] == "held.assessingCharge"
    assert charge["id"] in cli("charge", "list", "--open", people=True)
    cli("charge", "decline", charge["id"])
    assert cli("order", "cancel", third, "--reason", "moved away")["cancellation"]["state"] == "done"
    wait_until(lambda: states() == ["completed", "failed", "cancelled"], 30.0)
    shown = cli("product-order", "show", whole, people=True)
    assert "partial" in shown
    assert cli("order", "cancel", third, exits=1)["cancellation"]["denied"].startswith("There is nothing left")
    assert [one["id"] for one in cli("product-order", "list", "--state", "partial")["product_orders"]] == [whole]


def test_an_order_is_given_another_day_amended_and_ceased_on_a_day(cli, town):
    later = town.house.tools.now().date() + timedelta(days=5)
    arguments = ["--isp", "quayside", "--handover", HANDOVER, "--uprn", uprn_of(1), "--bandwidth", 100]
    order = cli("order", "place", *arguments, "--start", later)["order"]["id"]
    wait_until(lambda: cli("order", "show", order)["order"]["waits_for"] == "start-date", 30.0)
    cli("order", "amend", order, "--bandwidth", 250, "--reference", "other")
    cli("order", "note", order, "Ring at the back.")
    cli("order", "date", order)
    done = cli("order", "follow", order, "--timeout", 30)["order"]
    assert (done["state"], done["request"]["bandwidth_mbps"], done["request"]["reference"]) == (
        "completed",
        250,
        "other",
    )

    cease = cli("service", "cease", done["service_id"], "--on", later)["order"]["id"]
    wait_until(lambda: cli("order", "show", cease)["order"]["waits_for"] == "start-date", 30.0)
    assert cli("service", "show", done["service_id"])["service"]["state"] == "active"
    assert "waits for start-date" in cli("order", "list", people=True)
    assert cli("order", "built", order, exits=1)["error"]["code"] == "wrong-state"
    assert cli("order", "far-ends") == {"items": []}


@pytest.mark.parametrize(
    ("text", "says"), [("{}", "items"), ('{"items": [{"item_id": "1", "colour": 2}]}', "colour"), ("[", "the file")]
)
def test_a_file_that_is_none_is_refused_with_the_place(cli, town, text, says):
    refused = cli("product-order", "place", "-", exits=1, input=text)
    assert refused["error"]["code"] == "input-refused"
    assert says in json.dumps(refused["error"])
