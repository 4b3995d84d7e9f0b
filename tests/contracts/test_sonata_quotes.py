"""quoteManagement v8 as a buyer's system sees it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from provisioning.quoting import look_at_quotes
from tests.contracts.sonata import Buyer, buyer
from tests.contracts.sonata_bodies import e_line, item, product, quote, strands, term
from tests.web_town import BUSINESS, HOME, NO_NTE, UNSERVED, Town

API = "quoteManagement"


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine)


@pytest.fixture
def anna(town: Town) -> Buyer:
    return buyer(town)


def asked(buyer: Buyer, body: dict[str, Any]) -> dict[str, Any]:
    answer = buyer.call(API, "createQuote", body)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json
    return told


def prices(item: dict[str, Any]) -> list[tuple[str, float]]:
    return [(price["priceType"], price["price"]["dutyFreeAmount"]["value"]) for price in item.get("quoteItemPrice", [])]


def test_what_can_be_had_is_quoted_with_its_price_term_and_time(anna: Buyer) -> None:
    told = asked(anna, quote(item() | term(36), externalId="x-1"))
    assert (told["state"], told["quoteLevel"], told["externalId"]) == ("approved.orderable", "firm", "x-1")
    [found] = told["quoteItem"]
    assert found["state"] == "approved.orderable"
    assert prices(found) == [("recurring", 35.1)]
    assert found["quoteItemTerm"][0]["duration"] == {"amount": 36, "units": "calendarMonths"}
    assert found["quoteItemInstallationInterval"] == {"amount": 2, "units": "businessDays"}
    assert found["note"][0]["text"].startswith("price list 2026-11, inventory revision ")
    assert [change["state"] for change in told["stateChange"]] == ["acknowledged", "approved.orderable"]
    assert told["validFor"]["endDateTime"] > told["validFor"]["startDateTime"]


def test_a_budgetary_quote_is_an_answer_and_no_offer(anna: Buyer) -> None:
    told = asked(anna, quote(level="budgetary"))
    assert (told["state"], told["quoteLevel"]) == ("answered", "budgetary")


def test_what_must_be_built_is_in_the_price_with_what_and_when(anna: Buyer) -> None:
    [found] = asked(anna, quote(item("1", product(uprn=NO_NTE))))["quoteItem"]
    kinds = dict(prices(found))
    assert kinds["nonRecurring"] > 0
    assert found["quoteItemInstallationInterval"]["amount"] > 2
    texts = " | ".join(note["text"] for note in found["note"])
    assert "to be built: " in texts
    assert "there on 20" in texts


def test_one_item_that_cannot_be_had_spoils_the_quote(anna: Buyer) -> None:
    told = asked(anna, quote(item("a"), item("b", product(uprn=UNSERVED))))
    assert told["state"] == "unableToProvide"
    assert [each["state"] for each in told["quoteItem"]] == ["abandoned", "unableToProvide"]
    assert "not-served" in told["quoteItem"][1]["terminationError"][0]["value"]
    assert "validFor" not in told


def test_another_speed_is_quoted_where_the_one_asked_for_cannot_be_had(town: Town, anna: Buyer) -> None:
    town.commit_at_handover("alpha-quay", 95_000)
    told = asked(anna, quote(item("1", product(10_000))))
    [found] = told["quoteItem"]
    assert (told["state"], found["state"]) == ("approved.orderableAlternate", "approved.orderableAlternate")
    [flow] = found["product"]["productConfiguration"]["uniEp"]["ingressBandwidthProfilePerClassOfServiceName"]
    assert flow["bwpFlow"]["cir"] == {"irValue": 2500, "irUnits": "MBPS"}
    assert "asked for 10000 Mbit/s, which cannot be had: 2500 can" in [note["text"] for note in found["note"]]


def test_the_same_request_gets_the_same_quote_whoever_asks_and_however_often(town: Town, anna: Buyer) -> None:
    def price(of: Buyer, handover: str) -> Any:
        [found] = asked(of, quote(item("1", product(uprn=NO_NTE, handover=handover))))["quoteItem"]
        return found["quoteItemPrice"], [note["text"] for note in found["note"]], found["quoteItemInstallationInterval"]

    first = price(anna, "alpha-quay")
    town.place(key="between", uprn=HOME)
    assert price(anna, "alpha-quay") == first
    assert price(buyer(town, "bert"), "beta-quay") == first


def test_e_lines_and_strands_are_quoted(anna: Buyer) -> None:
    told = asked(anna, quote(item("a", e_line(BUSINESS, HOME)), item("b", e_line(BUSINESS, HOME, vlans=7))))
    assert told["state"] == "approved.orderable", told
    told = asked(anna, quote(item("c", strands())))
    assert told["state"] == "approved.orderable"
    assert any("route of 2" in note["text"] for note in told["quoteItem"][0]["note"])


def test_a_quote_that_is_not_instant_waits_and_may_be_cancelled(town: Town, anna: Buyer) -> None:
    waits, goes = (asked(anna, quote(instant=False)) for _ in range(2))
    assert waits["state"] == "acknowledged"
    body = {"quoteId": goes["id"], "reason": "the customer left"}
    assert anna.call(API, "cancelQuote", body).json == body
    assert look_at_quotes(town.tools) == (waits["id"],)
    assert anna.call(API, "retrieveQuote", ids={"id": waits["id"]}).json["state"] == "approved.orderable"
    ended = anna.call(API, "retrieveQuote", ids={"id": goes["id"]}).json
    assert (ended["state"], ended["stateChange"][-1]["changeReason"]) == ("cancelled", "the customer left")


def test_a_quote_is_rejected_once_and_cancelled_never_after_its_answer(anna: Buyer) -> None:
    told = asked(anna, quote())
    late = anna.call(API, "cancelQuote", {"quoteId": told["id"]})
    assert (late.status_code, late.json[0]["code"], late.json[0]["propertyPath"]) == (422, "otherIssue", "/quoteId")
    assert anna.call(API, "rejectQuote", {"quoteId": told["id"]}).status_code == 200
    assert anna.call(API, "retrieveQuote", ids={"id": told["id"]}).json["state"] == "declined"
    again = anna.call(API, "rejectQuote", {"quoteId": told["id"]})
    assert again.status_code == 422


def test_a_quote_expires(town: Town, anna: Buyer) -> None:
    told = asked(anna, quote())
    town.clock.at += timedelta(days=town.tools.settings.quote_valid_days)
    assert look_at_quotes(town.tools) == (told["id"],)
    assert anna.call(API, "retrieveQuote", ids={"id": told["id"]}).json["state"] == "expired"
    assert look_at_quotes(town.tools) == ()


def test_quotes_are_listed_by_page_and_filtered(anna: Buyer) -> None:
    ids = [asked(anna, quote(projectId=f"p-{number}"))["id"] for number in range(3)]
    firm = anna.call(API, "listQuote", query={"quoteLevel": "firm", "limit": "2"})
    assert ([each["id"] for each in firm.json], firm.headers["X-Total-Count"]) == ([ids[2], ids[1]], "3")
    assert [each["id"] for each in anna.call(API, "listQuote", query={"projectId": "p-0"}).json] == [ids[0]]
    future = {"quoteDate.gt": "2030-01-01T00:00:00Z"}
    assert anna.call(API, "listQuote", query=future).json == []
    assert len(anna.call(API, "listQuote", query={"quoteDate.lt": "2030-01-01T00:00:00+01:00"}).json) == 3
    assert anna.call(API, "listQuote", query={"expectedQuoteCompletionDate.lt": "2030-01-01T00:00:00Z"}).json == []


def test_another_isp_sees_and_ends_none_of_it(town: Town, anna: Buyer) -> None:
    told = asked(anna, quote())
    bert = buyer(town, "bert")
    assert bert.call(API, "listQuote").json == []
    assert bert.call(API, "retrieveQuote", ids={"id": told["id"]}).status_code == 404
    refused = bert.call(API, "rejectQuote", {"quoteId": told["id"]})
    assert (refused.status_code, refused.json[0]["code"]) == (422, "referenceNotFound")


def test_a_key_makes_one_quote(anna: Buyer) -> None:
    first, again = (anna.call(API, "createQuote", quote(), headers={"Idempotency-Key": "k-1"}) for _ in range(2))
    assert first.json == again.json
    assert again.headers["Idempotent-Replayed"] == "true"
    other = anna.call(API, "createQuote", quote(item("other")), headers={"Idempotency-Key": "k-1"})
    assert (other.status_code, other.json[0]["code"]) == (422, "otherIssue")


@pytest.mark.parametrize(
    ("value", "path", "code"),
    [
        (item() | term(7), "/quoteItem", "invalidValue"),
        ({"id": "1", "action": "add"}, "/quoteItem/0/product", "missingProperty"),
        (item("1", product(), "delete"), "/quoteItem/0/action", "otherIssue"),
    ],
)
def test_what_cannot_be_quoted_is_refused_with_its_place(
    anna: Buyer, value: dict[str, Any], path: str, code: str
) -> None:
    answer = anna.call(API, "createQuote", quote(value))
    assert answer.status_code == 422
    assert [(each["propertyPath"], each["code"]) for each in answer.json] == [(path, code)]
