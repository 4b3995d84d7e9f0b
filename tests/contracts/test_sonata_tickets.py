"""troubleTicket v4 as a buyer's system sees it: its own tickets, and the incidents that hit it."""

from typing import Any

import pytest
from sqlalchemy import Engine

from provisioning import front_desk
from provisioning.front_desk import SYSTEM
from provisioning.incident_desk import IncidentUpdate
from provisioning.incidents import IncidentRequest
from tests.contracts.sonata import Buyer, buyer
from tests.contracts.sonata_buying import REPORTER, bought, issue
from tests.web_town import Town

API = "troubleTicket"
CREATE, LIST, READ, PATCH = "createTroubleTicket", "listTroubleTicket", "retrieveTroubleTicket", "patchTroubleTicket"
SINCE = "2026-11-21T08:00:00Z"
TEXT_NOTE = {
    "id": "N-1",
    "author": "Alpha NOC",
    "date": SINCE,
    "source": "buyer",
    "text": "Seen on two NTEs.\nAlso LOS.",
}


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine)


@pytest.fixture
def anna(town: Town) -> Buyer:
    return buyer(town)


@pytest.fixture
def service_id(town: Town) -> str:
    return bought(town, "alpha", "S-ALPHA00001")


def created(anna: Buyer, service_id: str, **more: Any) -> dict[str, Any]:
    answer = anna.call(API, CREATE, issue(service_id, **more))
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json
    return told


def read(anna: Buyer, ticket_id: str) -> dict[str, Any]:
    told: dict[str, Any] = anna.call(API, READ, ids={"id": ticket_id}).json
    return told


def test_an_issue_is_acknowledged_with_all_that_was_said(anna: Buyer, service_id: str) -> None:
    attachment = {"name": "otdr.txt", "author": "Alpha NOC", "creationDate": SINCE, "source": "buyer", "content": "0"}
    told = created(
        anna, service_id, externalId="INC-7", issueStartDate=SINCE, note=[TEXT_NOTE], attachment=[attachment]
    )

    assert told == read(anna, told["id"])
    assert (told["status"], told["externalId"]) == ("acknowledged", "INC-7")
    assert (told["sellerPriority"], told["sellerSeverity"]) == ("high", "significant")
    assert told["relatedContactInformation"][0] == REPORTER
    assert told["relatedContactInformation"][1]["role"] == "sellerTicketContact"
    assert told["attachment"] == [attachment]
    assert [(note["id"], note["source"], note["text"]) for note in told["note"]] == [
        ("N-1", "buyer", TEXT_NOTE["text"])
    ]
    assert [each["status"] for each in told["statusChange"]] == ["acknowledged"]
    assert told["relatedEntity"][0]["href"].endswith(f"/productInventory/v7/product/{service_id}")
    assert "resolutionDate" not in told


def test_a_ticket_is_added_to_and_corrected_and_nothing_said_is_lost(anna: Buyer, service_id: str) -> None:
    ticket_id = created(anna, service_id, note=[TEXT_NOTE])["id"]
    more = TEXT_NOTE | {"id": "N-2", "text": "It came back for a minute."}

    answer = anna.call(
        API,
        PATCH,
        {"observedImpact": "intermittent", "note": [TEXT_NOTE | {"text": "changed"}, more]},
        ids={"id": ticket_id},
    )

    assert answer.status_code == 200, answer.text
    assert answer.json["observedImpact"] == "intermittent"
    assert [note["text"] for note in answer.json["note"]] == [TEXT_NOTE["text"], more["text"]]


def test_an_answer_to_a_question_lets_the_work_go_on(town: Town, anna: Buyer, service_id: str) -> None:
    ticket_id = created(anna, service_id)["id"]
    front_desk.await_isp(town.tools, SYSTEM, ticket_id, question="Is the NTE's power light on?")
    assert read(anna, ticket_id)["status"] == "pending"
    assert read(anna, ticket_id)["note"][0]["source"] == "seller"

    answer = anna.call(API, PATCH, {"note": [TEXT_NOTE]}, ids={"id": ticket_id})

    assert answer.json["status"] == "inProgress"


def test_what_is_resolved_is_reopened_and_closed_by_the_buyer(town: Town, anna: Buyer, service_id: str) -> None:
    ticket_id = created(anna, service_id)["id"]
    ids = {"id": ticket_id}
    early = anna.call(API, "closeTroubleTicket", ids=ids)
    assert (early.status_code, early.json[0]["code"]) == (422, "otherIssue")
    front_desk.resolve_ticket(town.tools, SYSTEM, ticket_id, how="Patched anew.")
    assert "resolutionDate" in read(anna, ticket_id)

    assert anna.call(API, "reopenTroubleTicket", {"reason": "Still dark."}, ids=ids).status_code == 204
    assert read(anna, ticket_id)["status"] == "reopened"
    front_desk.resolve_ticket(town.tools, SYSTEM, ticket_id, how="New SFP.")
    assert anna.call(API, "closeTroubleTicket", ids=ids).status_code == 204

    told = read(anna, ticket_id)
    states = [each["status"] for each in told["statusChange"]]
    assert states == ["acknowledged", "resolved", "reopened", "resolved", "closed"]
    assert told["statusChange"][2]["changeReason"] == "Still dark."
    late = anna.call(API, PATCH, {"note": [TEXT_NOTE]}, ids=ids)
    assert (late.status_code, late.json["code"]) == (409, "conflict")


def test_a_ticket_nobody_works_on_is_cancelled_at_once(anna: Buyer, service_id: str) -> None:
    ticket_id = created(anna, service_id)["id"]

    assert anna.call(API, "cancelTroubleTicket", ids={"id": ticket_id}).status_code == 204

    states = [each["status"] for each in read(anna, ticket_id)["statusChange"]]
    assert states == ["acknowledged", "assessingCancellation", "cancelled"]
    assert anna.call(API, "cancelTroubleTicket", ids={"id": ticket_id}).status_code == 422


def test_tickets_are_found_by_what_they_say(anna: Buyer, service_id: str) -> None:
    first = created(anna, service_id, externalId="A")
    created(anna, service_id, observedImpact="degraded", severity="minor", ticketType="assistance", priority="low")

    def found(**query: str) -> list[str]:
        answer = anna.call(API, LIST, query=query)
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json]

    assert len(found()) == 2
    for query in (
        {"externalId": "A"},
        {"priority": "high"},
        {"sellerPriority": "high"},
        {"severity": "significant"},
        {"sellerSeverity": "significant"},
        {"ticketType": "maintenance"},
        {"observedImpact": "down", "status": "acknowledged"},
        {"relatedEntityId": service_id, "relatedEntityType": "Product", "observedImpact": "down"},
        {"creationDate.lt": "2030-01-01T00:00:00Z", "observedImpact": "down"},
        {"expectedResolutionDate.gt": "2026-01-01T00:00:00Z", "priority": "high"},
    ):
        assert found(**query) == [first["id"]], query
    for query in (
        {"status": "closed"},
        {"relatedEntityType": "Planet"},
        {"relatedEntityId": "S-NOBODY0000"},
        {"creationDate.gt": "2030-01-01T00:00:00Z"},
        {"resolutionDate.gt": "2020-01-01T00:00:00Z"},
    ):
        assert found(**query) == [], query
    page = anna.call(API, LIST, query={"offset": "1", "limit": "1"})
    assert (len(page.json), page.headers["X-Total-Count"]) == (1, "2")


def entity(kind: str, thing_id: str) -> dict[str, Any]:
    return {"relatedEntity": [{"@referredType": kind, "id": thing_id, "role": "affected"}]}


TECHNICIAN = REPORTER | {"role": "buyerTechnicalContact"}


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        (entity("Planet", "x"), "/relatedEntity/0/@referredType", "invalidValue"),
        (entity("Product", "S-NOBODY0000"), "/relatedEntity/0/id", "referenceNotFound"),
        ({"relatedContactInformation": [TECHNICIAN]}, "/relatedContactInformation", "missingProperty"),
        ({"description": "a\x00b"}, "/description", "invalidFormat"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_place(
    anna: Buyer, service_id: str, change: dict[str, Any], path: str, code: str
) -> None:
    answer = anna.call(API, CREATE, issue(service_id) | change)

    assert answer.status_code == 422
    assert [(each["propertyPath"], each["code"]) for each in answer.json] == [(path, code)]


def test_a_body_the_standard_does_not_have_is_refused(anna: Buyer, service_id: str) -> None:
    for body, path in (
        (issue(service_id) | {"priority": "urgent"}, "/priority"),
        (issue(service_id) | {"colour": "red"}, "/colour"),
        ({name: value for name, value in issue(service_id).items() if name != "severity"}, "/severity"),
    ):
        answer = anna.call(API, CREATE, body, breaks_the_standard=True)
        assert (answer.status_code, answer.json[0]["propertyPath"]) == (422, path)


def test_another_buyers_ticket_does_not_exist(town: Town, anna: Buyer, service_id: str) -> None:
    ticket_id = created(anna, service_id)["id"]
    bert = buyer(town, "bert")

    for name, body in (
        (READ, None),
        (PATCH, {"note": [TEXT_NOTE]}),
        ("cancelTroubleTicket", None),
        ("closeTroubleTicket", None),
        ("reopenTroubleTicket", {"reason": "x"}),
    ):
        answer = bert.call(API, name, body, ids={"id": ticket_id})
        assert (answer.status_code, answer.json["code"]) == (404, "notFound"), name
    assert bert.call(API, LIST).json == []
    theirs = bert.call(API, CREATE, issue(service_id))
    assert (theirs.status_code, theirs.json[0]["code"]) == (422, "referenceNotFound")


def test_a_ticket_the_operator_raised_is_told_in_the_standards_words_too(
    town: Town, anna: Buyer, service_id: str
) -> None:
    made = town.machine("olga").post(
        "/tickets", {"about": {"kind": "service", "id": service_id}, "description": "We saw it first."}
    )

    told = read(anna, made.json["id"])

    assert told["relatedContactInformation"][0]["name"] == "olga"


def test_a_ticket_is_about_a_product_order_too(town: Town, anna: Buyer) -> None:
    order = town.place()
    asked = issue("") | entity("ProductOrder", order.product_order_id)

    told = anna.call(API, CREATE, asked)

    assert told.status_code == 201, told.text
    assert told.json["relatedEntity"][0]["href"].endswith(f"/productOrder/{order.product_order_id}")
    assert buyer(town, "bert").call(API, CREATE, asked).status_code == 422


# Incidents.


def test_a_buyer_sees_what_hits_its_products_and_nothing_of_anothers(town: Town, anna: Buyer, service_id: str) -> None:
    theirs = bought(town, "beta", "S-BETA000001")
    both = front_desk.open_incident(town.tools, SYSTEM, IncidentRequest("Duct cut.", (service_id, theirs)))
    front_desk.open_incident(town.tools, SYSTEM, IncidentRequest("Card lost.", (theirs,)))
    front_desk.update_incident(town.tools, SYSTEM, both.id, IncidentUpdate("Crew on site."))

    listed = anna.call(API, "listIncident", query={"status": "inProgress"})
    told = anna.call(API, "retrieveIncident", ids={"id": both.id}).json

    assert [each["id"] for each in listed.json] == [both.id]
    assert [each["id"] for each in told["relatedEntity"]] == [service_id]
    assert [each["status"] for each in told["statusChange"]] == ["created", "inProgress"]
    assert [note["text"] for note in told["note"]] == ["Crew on site."]
    assert theirs not in str(told) + listed.text
    assert anna.call(API, "listIncident").headers["X-Total-Count"] == "1"
    assert buyer(town, "bert").call(API, "listIncident").headers["X-Total-Count"] == "2"


def test_an_incident_that_hits_nothing_of_a_buyer_is_not_there(town: Town, anna: Buyer) -> None:
    theirs = bought(town, "beta", "S-BETA000001")
    incident = front_desk.open_incident(town.tools, SYSTEM, IncidentRequest("Card lost.", (theirs,)))

    answer = anna.call(API, "retrieveIncident", ids={"id": incident.id})

    assert (answer.status_code, answer.json["code"]) == (404, "notFound")
    assert anna.call(API, "listIncident").json == []


def test_incidents_are_found_by_what_they_say(town: Town, anna: Buyer, service_id: str) -> None:
    incident = front_desk.open_incident(town.tools, SYSTEM, IncidentRequest("Duct cut.", (service_id,)))

    for query, count in (
        ({"priority": "high", "severity": "significant", "impact": "down", "incidentType": "repair"}, 1),
        ({"relatedEntityId": service_id}, 1),
        ({"situationStartDate.gt": "2026-01-01T00:00:00Z", "creationDate.lt": "2030-01-01T00:00:00Z"}, 1),
        ({"incidentType": "maintenance"}, 0),
        ({"relatedEntityType": "Planet"}, 0),
        ({"closedDate.gt": "2020-01-01T00:00:00Z"}, 0),
    ):
        found = [each["id"] for each in anna.call(API, "listIncident", query=query).json]
        assert found == [incident.id][:count], query
