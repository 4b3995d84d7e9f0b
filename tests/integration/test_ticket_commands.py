"""Tickets and incidents at the command line and on the portal's pages."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from inventory.store.mirror import replace_inventory
from provisioning import front_desk
from provisioning.bootstrap import build, prepare_database
from provisioning.cli.main import command
from provisioning.front_desk import SYSTEM
from provisioning.services import Service, ServiceState
from provisioning.tickets import TicketState
from tests.integration.running import settings_of
from tests.integration.street import street, uprn_of
from tests.web_town import HOME, Town

SERVICE_ID = "S-QUAY000001"


def sold(tools: Any, isp_code: str, uprn: str) -> str:
    """An active service; nothing is asked of it here but whose it is."""
    wanted = ("access-eline", uprn, "somewhere", 100, 12, "")
    state = (ServiceState.ACTIVE, None, 2450, tools.now(), tools.now(), None)
    with tools.open_unit_of_work() as work:
        work.services.add(Service(SERVICE_ID, isp_code, *wanted, *state))
        work.commit()
    return SERVICE_ID


@pytest.fixture
def environment(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEUTRALHOST_DATABASE_URL", database_url)
    monkeypatch.setenv("NEUTRALHOST_TOKEN_PEPPER", "pepper of a test")
    monkeypatch.setenv("NEUTRALHOST_DEVICE_PASSWORD", "twin-only")
    settings = settings_of(database_url, 1)
    prepare_database(settings[0])
    house = build(*settings)
    try:
        replace_inventory(house.engine, street(homes=1))
        sold(house.tools, "quayside", uprn_of(1))
    finally:
        house.close()


def run(*arguments: str) -> dict[str, Any]:
    answer = CliRunner().invoke(command, [*arguments, "--json"])
    assert answer.exit_code == 0, answer.output
    told: dict[str, Any] = json.loads(answer.stdout)
    return told


def test_a_ticket_goes_from_raised_to_closed_at_the_command_line(environment: None) -> None:
    ticket_id = run("ticket", "raise", SERVICE_ID, "No light.", "--severity", "extensive")["ticket"]["id"]
    run("ticket", "progress", ticket_id)
    run("ticket", "note", ticket_id, "Power?", "--ask")
    assert run("ticket", "show", ticket_id)["ticket"]["state"] == "pending"
    run("ticket", "judge", ticket_id, "--priority", "low", "--expected", "2027-01-01T10:00")
    run("ticket", "resolve", ticket_id, "Patched.")
    run("ticket", "reopen", ticket_id, "Still dark.")
    run("ticket", "resolve", ticket_id, "New SFP.")

    closed = run("ticket", "close", ticket_id)["ticket"]

    assert (closed["state"], closed["our_priority"], closed["expected_at"]) == (
        "closed",
        "low",
        "2027-01-01T10:00:00.000Z",
    )
    assert [note["text"] for note in run("ticket", "show", ticket_id)["notes"]] == [
        "Power?",
        "Patched.",
        "Still dark.",
        "New SFP.",
    ]
    assert [each["id"] for each in run("ticket", "list", "--state", "closed")["tickets"]] == [ticket_id]
    assert run("ticket", "close", "--unanswered")["closed"] == []
    cancelled = run("ticket", "raise", SERVICE_ID, "Nothing.")["ticket"]["id"]
    assert run("ticket", "cancel", cancelled)["ticket"]["state"] == "cancelled"


def test_what_a_ticket_is_about_is_said_where_its_id_does_not(environment: None) -> None:
    for arguments, words in (
        (("ticket", "raise", "floor-3", "x"), "--about"),
        (("ticket", "close"), "--unanswered"),
        (("ticket", "show", "T-NOBODY0000"), "T-NOBODY0000"),
    ):
        answer = CliRunner().invoke(command, arguments)
        assert answer.exit_code == 1
        assert words in answer.output


def test_an_incident_is_opened_updated_listed_and_closed(environment: None) -> None:
    opened = run("incident", "open", "Duct cut.", "--service", SERVICE_ID)["incident"]
    updated = run("incident", "update", opened["id"], "--note", "Crew on site.", "--expected", "2027-01-01T10:00")
    closed = run("incident", "close", opened["id"], "Spliced.")["incident"]

    assert updated["incident"]["state"] == "inProgress"
    assert closed["state"] == "closed"
    assert [each["id"] for each in run("incident", "list", "--service", SERVICE_ID)["incidents"]] == [opened["id"]]
    assert len(run("incident", "show", opened["id"])["notes"]) == 2
    table = CliRunner().invoke(command, ["incident", "list"])
    assert "Duct cut." in table.output


# The portal.


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine)


def test_an_isp_reports_trouble_on_the_page_of_its_service(town: Town) -> None:
    service_id = sold(town.tools, "alpha", HOME)
    anna, olga = town.browser("anna"), town.browser("olga")
    assert f"/services/{service_id}/ticket" in anna.get(f"/services/{service_id}").text
    assert anna.get(f"/services/{service_id}/ticket").status_code == 200
    answer = anna.post(
        f"/services/{service_id}/ticket",
        {"description": "Dark.\r\n<script>x</script>", "observed": "down", "severity": "extensive", "external_id": ""},
    )
    assert answer.status_code == 303
    [ticket] = front_desk.tickets(town.tools, SYSTEM).tickets
    page = anna.get(f"/tickets/{ticket.id}").text
    assert "&lt;script&gt;" in page
    assert "critical" in page
    assert ticket.id in anna.get("/tickets?state=acknowledged").text
    assert ticket.id not in town.browser("bert").get("/tickets").text

    assert olga.post(f"/tickets/{ticket.id}/moves", {"move": "resolve", "text": "Patched."}).status_code == 303
    assert "It is not: open it again" in anna.get(f"/tickets/{ticket.id}").text
    assert anna.post(f"/tickets/{ticket.id}/notes", {"text": "Looks good."}).status_code == 303
    assert anna.post(f"/tickets/{ticket.id}/moves", {"move": "close", "text": ""}).status_code == 303
    assert front_desk.ticket(town.tools, SYSTEM, ticket.id).state is TicketState.CLOSED
    assert anna.post(f"/tickets/{ticket.id}/moves", {"move": "fly"}).status_code == 422
    assert anna.get("/tickets?state=lost").status_code == 422


def test_the_operator_opens_an_incident_and_whom_it_hits_sees_it(town: Town) -> None:
    service_id = sold(town.tools, "alpha", HOME)
    olga = town.browser("olga")
    form = {"description": "Card lost.", "services": service_id, "cut": "", "observed": "down", "severity": "minor"}
    assert olga.get("/incidents").status_code == 200
    assert olga.post("/incidents", form).status_code == 303
    [incident] = front_desk.incidents(town.tools, SYSTEM).incidents
    assert incident.id in town.browser("anna").get("/incidents").text
    assert town.browser("bert").get(f"/incidents/{incident.id}").status_code == 404
    assert olga.post(f"/incidents/{incident.id}", {"note": "Crew on site."}).status_code == 303
    assert olga.post(f"/incidents/{incident.id}", {"note": "New card.", "close": "yes"}).status_code == 303
    page = town.browser("anna").get(f"/incidents/{incident.id}").text
    assert "New card." in page
    assert "update_incident" not in page
    assert town.browser("anna").post("/incidents", form).status_code == 403
