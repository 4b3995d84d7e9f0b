"""Strands as the API's callers see them: ordering a pair, reserving for a window, and what is refused."""

import json
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.contracts.test_api import ORDER, RESERVATION, problem
from tests.web_town import Town

PAIR: dict[str, Any] = {
    "product": "dark-fibre-pair",
    "term_months": 12,
    "reference": "backbone",
    "strands": {"a_place": "dx-quay", "z_place": "dxp-mill", "first_day": "2030-01-01"},
}


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine)


def pair(**strands: Any) -> dict[str, Any]:
    return {**PAIR, "strands": PAIR["strands"] | strands}


def test_a_pair_is_ordered_by_its_two_places_and_answered_with_what_was_asked(town: Town) -> None:
    anna = town.machine("anna")

    first = anna.call("POST", "/orders", pair(last_day="2030-12-31", diverse=True), key="k1")
    again = anna.call("POST", "/orders", pair(last_day="2030-12-31", diverse=True), key="k1")

    assert (first.status_code, again.status_code) == (201, 200)
    told = json.loads(first.text)
    assert told["request"]["strands"] == {
        "a_place": "dx-quay",
        "z_place": "dxp-mill",
        "first_day": "2030-01-01",
        "last_day": "2030-12-31",
        "diverse": True,
        "max_loss_db": None,
    }
    assert (told["request"]["uprn"], told["request"]["bandwidth_mbps"]) == ("", 0)
    [product] = json.loads(anna.get("/products").text)["strands"]
    prices = {price["term_months"]: price["monthly_pence"] for price in product["prices"]}
    assert told["monthly_pence"] == 2 * prices[12]
    events = json.loads(anna.get(f"/orders/{told['id']}/events").text)
    assert events["steps"] == ["accept", "qualify", "design", "reserve", "approve", "prove", "certify"]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({**PAIR, "uprn": "1"}, 422, "an order for strands has no uprn"),
        ({**ORDER, "strands": PAIR["strands"]}, 422, "has no uprn, handover, bandwidth_mbps"),
        ({"product": "dark-fibre-pair", "term_months": 12}, 422, "uprn, handover, bandwidth_mbps missing"),
        ({name: value for name, value in ORDER.items() if name != "handover"}, 422, "handover missing"),
        (pair(first_day="2030-02-30"), 422, "first_day"),
        (pair(first_day="1893456000"), 422, "first_day"),
        (pair(first_day=1893456000), 422, "first_day"),
        (pair(last_day="2029-12-31"), 422, "ends on 2029-12-31, before it begins"),
        (pair(first_day="2020-01-01"), 422, "before today"),
        (pair(last_day="9999-12-31"), 422, "reaches beyond"),
        (pair(z_place="dx-quay"), 422, "same place"),
        (pair(z_place="nowhere"), 422, "No place is called 'nowhere'"),
        (pair(max_loss_db=0), 422, "max_loss_db"),
        (pair(colour="aqua"), 422, "colour"),
        ({**PAIR, "product": "access-eline"}, 404, "no product 'access-eline'"),
        ({**PAIR, "term_months": 7}, 422, "7 months"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(town: Town, body: dict[str, Any], status: int, words: str) -> None:
    answer = town.machine("anna").call("POST", "/orders", body, key="k1")

    told = problem(answer)
    assert words in told["detail"] + json.dumps(told["facts"])
    assert answer.status_code in {status, 400, 404, 422}
    assert json.loads(town.machine("anna").get("/orders").text)["items"] == []


def test_the_document_says_that_an_order_names_one_kind_of_product(town: Town) -> None:
    document = json.loads(town.machine("anna").get("/openapi.json").text)

    shapes = document["components"]["schemas"]["OrderBody"]["oneOf"]
    assert [shape["required"] for shape in shapes] == [
        ["uprn", "handover", "bandwidth_mbps"],
        ["strands"],
        ["uprn", "bandwidth_mbps", "e_line"],
        ["cross_connect"],
        ["handover", "ssid"],
        ["handover", "ssid_realm"],
        ["site_hosting"],
    ]


def test_a_reservation_is_made_seen_by_its_isp_only_and_given_back(town: Town) -> None:
    town.sell_pair()
    olga, anna, bert = (town.machine(name) for name in ("olga", "anna", "bert"))
    body = {**RESERVATION, "strands": ["cable-1:9", "cable-1:10"]}

    made = olga.call("POST", "/reservations", body)

    assert made.status_code == 201
    told = json.loads(made.text)
    assert (told["state"], told["strands"]) == ("held", ["cable-1:9", "cable-1:10"])
    place = f"/reservations/{told['id']}"
    assert made.headers["Location"].endswith(place)
    assert json.loads(anna.get(place).text) == told
    assert problem(bert.get(place))["code"] == "unknown-reservation"
    assert json.loads(bert.get("/reservations").text)["items"] == []
    held = problem(olga.call("POST", "/reservations", body))
    assert (held["code"], held["status"]) == ("already-held", 409)
    assert "strand cable-1:9" in held["detail"]
    later = {**body, "first_day": "2030-06-10", "last_day": "2030-06-20"}
    assert olga.call("POST", "/reservations", later).status_code == 201

    assert problem(anna.call("DELETE", place))["code"] == "forbidden"
    assert json.loads(olga.call("DELETE", place).text)["state"] == "released"
    assert olga.call("DELETE", place).status_code == 200
    assert olga.call("POST", "/reservations", body).status_code == 201


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, "nothing-reserved"),
        ({"strands": ["cable-1:99"]}, "not-reservable"),
        ({"strands": ["cable-1"]}, "request-fields-invalid"),
        ({"strands": ["cable-1:0"]}, "request-fields-invalid"),
        ({"ports": ["nothing:1"]}, "unknown-thing"),
        ({"positions": ["nothing:1"]}, "unknown-thing"),
        ({"between": {"a_place": "dx-quay", "z_place": "dx-quay"}}, "same-place"),
        ({"between": {"a_place": "dx-quay", "z_place": "nowhere"}}, "unknown-thing"),
        ({"strands": ["cable-1:9"], "last_day": "2030-05-01"}, "dates-reversed"),
        ({"strands": ["cable-1:9"], "first_day": "2020-05-01"}, "window-in-past"),
        ({"strands": ["cable-1:9"], "isp_code": "nobody"}, "unknown-isp"),
        ({"strands": ["cable-1:9"], "purpose": "a\u0007b"}, "request-fields-invalid"),
    ],
)
def test_a_reservation_that_cannot_be_is_refused_and_leaves_nothing(
    town: Town, change: dict[str, Any], code: str
) -> None:
    town.sell_pair()
    olga = town.machine("olga")

    assert problem(olga.call("POST", "/reservations", {**RESERVATION, **change}))["code"] == code
    assert json.loads(olga.get("/reservations").text)["items"] == []
