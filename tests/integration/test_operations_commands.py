"""`neutralhost pause`, `worker list`, `schedule` and `playbook run audit --last`, as people type them."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pydantic import SecretStr

from automation.change_plan import lines_change
from automation.limits import BrokenLimit, Limit
from inventory.store.engine import let_go, open_engine
from inventory.store.mirror import replace_inventory
from provisioning.change_plans import ChangePlan, Outcome, PlanKind, PlannedChange, PlanState
from provisioning.cli.logs import stop_logging
from provisioning.cli.main import command
from provisioning.references import new_change_plan_id
from provisioning.store.unit import open_store
from provisioning.store.workers import hear_worker
from provisioning.workflows.engine import prepare_tables
from tests.integration.desk import NotedJobs
from tests.integration.street import street

type Cli = Callable[..., Result]
PEPPER = SecretStr("pepper")


@pytest.fixture
def cli(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Cli]:
    engine = open_engine(database_url)
    prepare_tables(engine)
    replace_inventory(engine, street(homes=1))
    hear_worker(engine, "worker-7", datetime.now(UTC), machine="cabin-2", since=datetime.now(UTC))
    let_go(engine)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEUTRALHOST_DATABASE_URL", database_url)
    monkeypatch.setenv("NEUTRALHOST_TOKEN_PEPPER", PEPPER.get_secret_value())
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


def test_a_freeze_is_made_listed_and_lifted_and_is_no_pause(cli: Cli) -> None:
    made = json.loads(cli("freeze", "add", "place", "dxp", "--why", "elections", "--json").stdout)["freeze"]
    assert made["id"].startswith("FZ-")
    listed = cli("freeze", "list").stdout
    assert "elections" in listed
    assert listed.startswith("FREEZE")
    refused = cli("freeze", "lift", "FZ-NOPE", exits=1).stderr
    assert "There is no pause or freeze 'FZ-NOPE'." in refused
    assert "neutralhost freeze list" in refused
    assert "is lifted: place dxp goes on" in cli("freeze", "lift", made["id"]).stdout
    assert "elections" not in cli("freeze", "list").stdout
    assert "over" in cli("freeze", "list", "--all").stdout
    assert "elections" not in cli("pause", "list", "--all").stdout


def test_a_change_plan_is_listed_shown_limited_approved_and_cancelled(cli: Cli, database_url: str) -> None:
    plan_id, other = (waiting_plan(database_url) for _ in range(2))
    assert plan_id in cli("change-plan", "list", "--state", "rehearsed").stdout
    shown = cli("change-plan", "show", plan_id, "--diff", exits=2).stdout
    assert "+ntp server 192.0.2.1" in shown
    assert "It changes 60 devices" in shown
    refused = json.loads(cli("change-plan", "approve", plan_id, "--json", exits=1).stdout)["error"]
    assert refused["code"] == "limits-exceeded"
    assert "two people" in cli("change-plan", "lift", plan_id, "devices", "--why", "all of them").stdout
    unseen = json.loads(cli("change-plan", "approve", plan_id, "--json", exits=1).stdout)["error"]
    assert unseen["code"] == "nobody-looked"
    assert f"--digest {'0' * 64}" in unseen["detail"]
    mine = json.loads(cli("change-plan", "approve", plan_id, "--digest", "0" * 64, "--json", exits=1).stdout)["error"]
    assert mine["code"] == "second-eyes-needed"
    assert "is cancelled" in cli("change-plan", "cancel", other, "--why", "not today").stdout
    assert "cancelled" in cli("change-plan", "show", other).stdout
    assert "what it says" in cli("change-plan", "uncertain").stdout


TOO_MANY = BrokenLimit(Limit.DEVICES, "It changes 60 devices, and one plan may change 50.")


def waiting_plan(database_url: str, broken: tuple[BrokenLimit, ...] = (TOO_MANY,)) -> str:
    """A plan that was rehearsed and breaks a limit, as a worker would have left it."""
    engine = open_engine(database_url)
    jobs = NotedJobs()
    open_unit_of_work = open_store(engine, jobs=lambda _session: jobs, now=lambda: datetime.now(UTC), key=PEPPER)
    now, plan_id = datetime.now(UTC), new_change_plan_id()
    change = replace(lines_change("nte-1", "ntp server 192.0.2.1", "no ntp"), diff="+ntp server 192.0.2.1")
    planned = (PlannedChange(change, Outcome.WOULD_CHANGE),)
    with open_unit_of_work() as work:
        work.change_plans.add(ChangePlan(plan_id, PlanKind.FIX, "why", "system", PlanState.PROPOSED, planned, now, now))
        work.change_plans.keep_rehearsal(plan_id, planned, "0" * 64, broken)
        work.change_plans.set_state(plan_id, PlanState.REHEARSED)
        work.commit()
    let_go(engine)
    return plan_id


@pytest.fixture
def two(cli: Cli, database_url: str) -> dict[str, str]:
    """Two people who may approve, each with an API token, by name."""
    found = {}
    for name in ("anna", "olga"):
        made = CliRunner().invoke(
            command, ["user", "add", name, "--role", "operator", "--password-stdin"], input="correct horse battery\n"
        )
        assert made.exit_code == 0, made.output
        found[name] = json.loads(cli("user", "token", "add", name, "--label", "laptop", "--json").stdout)["token"]
    return found


def test_two_people_approve_from_the_command_line_each_shown_by_a_token_of_their_own(
    cli: Cli, database_url: str, two: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_id = waiting_plan(database_url)
    approve = ("change-plan", "approve", plan_id, "--digest", "0" * 64, "--json")
    cli("change-plan", "lift", plan_id, "devices", "--why", "all of them")

    unshown = json.loads(cli(*approve, "--as", "anna", exits=1).stdout)["error"]
    assert (unshown["code"], "NEUTRALHOST_TOKEN" in unshown["next_step"]) == ("person-not-shown", True)
    monkeypatch.setenv("NEUTRALHOST_TOKEN", two["anna"])
    others = json.loads(cli(*approve, "--as", "olga", exits=1).stdout)["error"]
    assert others["code"] == "not-that-person"
    assert two["anna"] not in json.dumps(others)

    first = json.loads(cli(*approve, "--as", "anna", exits=2).stdout)["change_plan"]
    again = json.loads(cli(*approve, "--as", "anna", exits=1).stdout)["error"]
    monkeypatch.setenv("NEUTRALHOST_TOKEN", two["olga"])
    second = json.loads(cli(*approve, "--as", "olga").stdout)["change_plan"]

    assert (first["state"], again["code"], second["state"]) == ("rehearsed", "second-eyes-needed", "approved")
    told = [
        each["text"] for each in json.loads(cli("change-plan", "show", plan_id, "--json", exits=2).stdout)["events"]
    ]
    assert any(text.startswith("Approved by anna, the first of two") for text in told)
    assert told[-1] == "Approved by olga."


def test_a_pause_of_everything_is_lifted_by_a_second_person_on_the_command_line(
    cli: Cli, two: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = json.loads(cli("pause", "add", "all", "--why", "storm", "--json").stdout)["pause"]
    monkeypatch.setenv("NEUTRALHOST_TOKEN", two["anna"])
    assert "holds until a second person lifts it" in cli("pause", "remove", made["id"], "--as", "anna").stdout
    monkeypatch.setenv("NEUTRALHOST_TOKEN", two["olga"])
    assert "is lifted" in cli("pause", "remove", made["id"], "--as", "olga").stdout


@pytest.mark.parametrize(
    ("said", "state", "exits"), [("y\n", "approved", 0), ("n\n", "rehearsed", 2), ("\n", "rehearsed", 2)]
)
def test_on_a_terminal_the_difference_is_shown_and_only_a_yes_approves_it(
    cli: Cli, database_url: str, monkeypatch: pytest.MonkeyPatch, said: str, state: str, exits: int
) -> None:
    plan_id = waiting_plan(database_url, broken=())
    monkeypatch.setattr("provisioning.cli.looked_at.is_watched", lambda _output: True)

    asked = CliRunner().invoke(command, ["change-plan", "approve", plan_id], input=said)

    assert asked.exit_code == exits, asked.output
    assert "nte-1: 1 more, 0 fewer" in asked.stdout
    assert "  +ntp server 192.0.2.1" in asked.stdout
    assert "Approve exactly this?" in asked.stderr
    shown = cli("change-plan", "show", plan_id, "--json", exits=2)
    assert json.loads(shown.stdout)["change_plan"]["state"] == state
