"""`neutralhost pause`, `worker list`, `schedule` and `playbook run audit --last`, as people type them."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from inventory.store.engine import let_go, open_engine
from inventory.store.mirror import replace_inventory
from provisioning.cli.logs import stop_logging
from provisioning.cli.main import command
from provisioning.store.workers import hear_worker
from provisioning.workflows.engine import prepare_tables
from tests.integration.street import street

type Cli = Callable[..., Result]


@pytest.fixture
def cli(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Cli]:
    engine = open_engine(database_url)
    prepare_tables(engine)
    replace_inventory(engine, street(homes=1))
    hear_worker(engine, "worker-7", datetime.now(UTC), machine="cabin-2", since=datetime.now(UTC))
    let_go(engine)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEUTRALHOST_DATABASE_URL", database_url)
    monkeypatch.setenv("NEUTRALHOST_TOKEN_PEPPER", "pepper")
    monkeypatch.setenv("NEUTRALHOST_DEVICE_PASSWORD", "twin-only")
    monkeypatch.delenv("NEUTRALHOST_NETBOX_URL", raising=False)

    def call(*arguments: str, exits: int = 0) -> Result:
        ended = CliRunner().invoke(command, list(arguments))
        assert ended.exit_code == exits, ended.output
        return ended

    yield call
    stop_logging()


def test_a_pause_is_made_listed_and_removed(cli: Cli) -> None:
    made = json.loads(cli("pause", "add", "place", "dxp", "--why", "fibre work at DXP", "--json").stdout)["pause"]
    assert (made["scope"], made["name"], made["by"]) == ("place", "dxp", "system")
    listed = cli("pause", "list").stdout
    assert "place dxp" in listed
    assert "fibre work at DXP" in listed
    assert "0 orders rest because of a pause." in listed

    assert "is lifted: place dxp goes on" in cli("pause", "remove", made["id"]).stdout
    assert "fibre work" not in cli("pause", "list").stdout
    assert "over" in cli("pause", "list", "--all").stdout
    assert json.loads(cli("pause", "remove", made["id"], "--json", exits=1).stdout)["error"]["code"] == "pause-over"


def test_a_pause_of_everything_takes_two_people_to_lift(cli: Cli) -> None:
    made = json.loads(cli("pause", "add", "all", "--why", "storm", "--until", "2999-01-01", "--json", exits=1).stdout)
    assert made["error"]["code"] == "request-invalid"
    made = json.loads(cli("pause", "add", "all", "--why", "storm", "--json").stdout)["pause"]
    assert "holds until a second person lifts it" in cli("pause", "remove", made["id"]).stdout
    assert "everything" in cli("pause", "list").stdout


def test_workers_are_listed_with_their_machines(cli: Cli) -> None:
    [worker] = json.loads(cli("worker", "list", "--json").stdout)["workers"]
    assert (worker["name"], worker["machine"], worker["alive"], worker["doing"]) == ("worker-7", "cabin-2", True, [])
    assert "cabin-2" in cli("worker", "list").stdout


def test_what_is_done_by_the_clock_is_listed_and_done_now(cli: Cli) -> None:
    assert "when a worker runs" in cli("schedule", "list").stdout
    ended = json.loads(cli("schedule", "run", "consents", "--json").stdout)["schedule"]
    assert (ended["outcome"], ended["failures"]) == ("done", 0)
    listed = {each["name"]: each for each in json.loads(cli("schedule", "list", "--json").stdout)["schedules"]}
    assert listed["consents"]["kept"]["text"] == ended["text"]
    assert listed["audit"]["kept"] is None
    unknown = json.loads(cli("schedule", "run", "mirror", "--json", exits=1).stdout)
    assert unknown["error"]["code"] == "unknown-schedule"


def test_the_last_audit_by_the_clock_is_shown_without_asking_a_device(cli: Cli) -> None:
    none = json.loads(cli("playbook", "run", "audit", "--last", "--json", exits=1).stdout)
    assert none["error"]["code"] == "not-yet-audited"
    cli("schedule", "run", "audit", exits=2)  # no device answers here: that is what it finds
    last = json.loads(cli("playbook", "run", "audit", "--last", "--json", exits=1).stdout)["audit"]
    assert last["text"] == "3 devices: 0 drifted, 3 could not be read."
    assert {finding["device"] for finding in last["findings"]} == {"nte-1", "sw-dx", "sw-dxp"}
