"""What a hub registration is sent of quotes and qualifications, held against the standard's notification files."""

import json
from typing import Any

import pytest
from sqlalchemy import Engine

from provisioning.changes import ChangeKind
from provisioning.qualifying import look_at_qualifications
from provisioning.quoting import look_at_quotes
from provisioning.sonata_events import write_sonata_events
from tests.contracts.sonata import Buyer, buyer, listener_faults
from tests.contracts.sonata_bodies import poq, quote
from tests.contracts.sonata_examples import CALLBACK
from tests.web_town import Town

POQ_FILE = "serviceability/offeringQualification/productOfferingQualificationNotification.api.yaml"
KINDS = {
    "quoteManagement": (ChangeKind.QUOTE, "quoteNotification/v8", "quote/quoteNotification.api.yaml"),
    "productOfferingQualification": (
        ChangeKind.QUALIFICATION,
        "productOfferingQualificationNotification/v7",
        POQ_FILE,
    ),
}


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine)


def sent(town: Town, api: str, listener_id: str, key: str) -> list[tuple[str, dict[str, Any]]]:
    """What the listener is sent of every change of one thing: the event's name and its body, valid by the standard."""
    kind, path, file = KINDS[api]
    found = []
    with town.tools.open_unit_of_work(reading=True) as work:
        listener = work.listeners.get(listener_id)
        for change in work.changes.of(kind, key):
            for message in write_sonata_events(work, change, listener):
                name = message.path.rpartition("/")[2]
                assert message.path == f"/mefApi/sonata/{path}/listener/{name}"
                body = json.loads(message.body)
                assert listener_faults(file, name, body) == []
                found.append((name, body))
    return found


def registered(anna: Buyer, api: str, query: str | None = None) -> str:
    body = {"callback": CALLBACK} | ({} if query is None else {"query": query})
    return str(anna.call(api, "registerListener", body).json["id"])


def test_a_quote_s_answer_and_end_are_told(town: Town) -> None:
    anna = buyer(town)
    hub = registered(anna, "quoteManagement", "eventType = quoteStateChangeEvent")
    key = anna.call("quoteManagement", "createQuote", quote(instant=False)).json["id"]
    look_at_quotes(town.tools)
    anna.call("quoteManagement", "rejectQuote", {"quoteId": key})
    told = sent(town, "quoteManagement", hub, key)
    assert [name for name, _ in told] == ["quoteStateChangeEvent"] * 2
    assert told[0][1]["event"] == {
        "id": key,
        "href": f"/mefApi/sonata/quoteManagement/v8/quote/{key}",
        "buyerId": "alpha",
    }
    assert len({body["eventId"] for _, body in told}) == 2


def test_a_qualification_s_answer_is_told(town: Town) -> None:
    anna = buyer(town)
    hub = registered(anna, "productOfferingQualification")
    made = anna.call("productOfferingQualification", "createProductOfferingQualification", poq(instant=False))
    look_at_qualifications(town.tools)
    told = sent(town, "productOfferingQualification", hub, made.json["id"])
    assert [name for name, _ in told] == ["poqStateChangeEvent"]


def test_an_event_that_was_not_asked_for_is_not_told_and_one_that_is_unknown_is_refused(town: Town) -> None:
    anna = buyer(town)
    hub = registered(anna, "quoteManagement", "eventType=quoteItemStateChangeEvent")
    key = anna.call("quoteManagement", "createQuote", quote()).json["id"]
    assert sent(town, "quoteManagement", hub, key) == []
    refused = anna.call("quoteManagement", "registerListener", {"callback": CALLBACK, "query": "eventType=moonrise"})
    assert (refused.status_code, refused.json["code"]) == (400, "invalidBody")


def test_a_listener_that_is_not_public_is_refused(town: Town) -> None:
    for callback in ("http://127.0.0.1/x", "https://10.0.0.1/x", "ftp://9.9.9.9/x"):
        refused = buyer(town).call("quoteManagement", "registerListener", {"callback": callback})
        assert refused.status_code == 400, callback


def test_another_isp_ends_no_registration(town: Town) -> None:
    hub = registered(buyer(town), "quoteManagement")
    refused = buyer(town, "bert").call("quoteManagement", "unregisterListener", ids={"id": hub})
    assert refused.status_code == 404
