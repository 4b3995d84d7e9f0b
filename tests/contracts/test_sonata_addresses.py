"""geographicAddressManagement v7 as a buyer's system sees it."""

from typing import Any

import pytest
from sqlalchemy import Engine

from inventory.geography import to_wgs84
from tests.contracts.sonata import Buyer, buyer
from tests.web_town import BUSINESS, NO_NTE, UNSERVED, Town

API = "geographicAddressManagement"
VALIDATE = "createGeographicAddressValidation"
MILL_LANE = {"@type": "FieldedAddress", "country": "GB", "city": "Manchester", "streetName": "Mill Lane"}


@pytest.fixture
def anna(engine: Engine) -> Buyer:
    return buyer(Town(engine))


def validated(buyer: Buyer, address: dict[str, Any], *, alternatives: bool = False) -> dict[str, Any]:
    answer = buyer.call(API, VALIDATE, {"provideAlternative": alternatives, "submittedGeographicAddress": address})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json
    assert told["submittedGeographicAddress"] == address
    return told


def label(uprn: str, kind: str = "UPRN") -> dict[str, str]:
    return {"@type": "GeographicAddressLabel", "externalReferenceId": uprn, "externalReferenceType": kind}


def test_a_uprn_is_validated_and_answered_with_the_address_in_fields(anna: Buyer) -> None:
    told = validated(anna, label(BUSINESS))
    assert told["validationResult"] == "success"
    best = told["bestMatchGeographicAddress"]
    assert (best["id"], best["externalReferenceType"]) == (BUSINESS, "UPRN")
    fields = best["associatedGeographicAddress"]
    assert (fields["streetNr"], fields["streetName"], fields["postcode"]) == ("1", "Mill Lane", "M1 2AB")


def test_a_uprn_nobody_knows_fails_without_being_an_error(anna: Buyer) -> None:
    told = validated(anna, label("77"))
    assert told["validationResult"] == "fail"
    assert "bestMatchGeographicAddress" not in told


def test_premises_without_a_drop_do_not_allow_a_new_site(anna: Buyer) -> None:
    served, unserved = (validated(anna, label(uprn)) for uprn in (NO_NTE, UNSERVED))
    assert served["bestMatchGeographicAddress"]["allowsNewSite"] is True
    assert unserved["bestMatchGeographicAddress"]["allowsNewSite"] is False


def test_a_fielded_address_with_its_postcode_is_one_premises(anna: Buyer) -> None:
    told = validated(anna, MILL_LANE | {"streetNr": "2", "postcode": "M1 2AB"})
    assert told["validationResult"] == "success"
    assert told["bestMatchGeographicAddress"]["id"] == "100000002"


def test_a_street_without_a_number_is_partial_and_offers_the_others_where_asked(anna: Buyer) -> None:
    told = validated(anna, MILL_LANE | {"postcode": "M1 2AB"}, alternatives=True)
    assert told["validationResult"] == "partial"
    assert [each["id"] for each in told["alternateGeographicAddress"]] == ["100000002"]
    assert "alternateGeographicAddress" not in validated(anna, MILL_LANE | {"postcode": "M1 2AB"})


def test_a_wrong_postcode_is_partial(anna: Buyer) -> None:
    told = validated(anna, MILL_LANE | {"streetNr": "2", "postcode": "M9 9ZZ"})
    assert (told["validationResult"], told["bestMatchGeographicAddress"]["id"]) == ("partial", "100000002")


def test_a_formatted_address_is_matched_by_its_first_line(anna: Buyer) -> None:
    address = {"@type": "FormattedAddress", "country": "United Kingdom", "city": "Manchester"}
    told = validated(anna, address | {"addrLine1": "3 mill lane", "postcode": "m12ac"})
    assert (told["validationResult"], told["bestMatchGeographicAddress"]["id"]) == ("success", NO_NTE)


def test_another_country_has_no_address_here(anna: Buyer) -> None:
    assert validated(anna, MILL_LANE | {"country": "FR", "streetNr": "2"})["validationResult"] == "fail"


def test_a_point_means_what_is_near_in_both_systems(anna: Buyer) -> None:
    grid = {"@type": "MEFGeographicPoint", "spatialRef": "EPSG:27700", "x": "383100", "y": "398100"}
    told = validated(anna, grid, alternatives=True)
    assert told["validationResult"] == "partial"  # all four stand on one point in this town
    assert len(told["alternateGeographicAddress"]) == 3
    latitude, longitude = to_wgs84(383100.0, 398100.0)
    world = {"@type": "MEFGeographicPoint", "spatialRef": "EPSG:4326", "x": str(longitude), "y": str(latitude)}
    assert validated(anna, world)["bestMatchGeographicAddress"] == told["bestMatchGeographicAddress"]
    far = grid | {"x": "383200"}
    assert validated(anna, far)["validationResult"] == "fail"


@pytest.mark.parametrize(
    ("address", "path", "code"),
    [
        (label(BUSINESS, "TOID"), "/submittedGeographicAddress/externalReferenceType", "invalidValue"),
        (
            {"@type": "MEFGeographicPoint", "spatialRef": "EPSG:1", "x": "1", "y": "2"},
            "/submittedGeographicAddress/spatialRef",
            "invalidValue",
        ),
        (
            {"@type": "MEFGeographicPoint", "spatialRef": "EPSG:4326", "x": "east", "y": "2"},
            "/submittedGeographicAddress/x",
            "invalidFormat",
        ),
        (
            {"@type": "MEFGeographicPoint", "spatialRef": "EPSG:27700", "x": "nan", "y": "2"},
            "/submittedGeographicAddress/x",
            "invalidFormat",
        ),
    ],
)
def test_what_cannot_be_looked_up_is_refused_with_its_place(
    anna: Buyer, address: dict[str, Any], path: str, code: str
) -> None:
    answer = anna.call(API, VALIDATE, {"provideAlternative": False, "submittedGeographicAddress": address})
    assert answer.status_code == 422
    assert [(each["propertyPath"], each["code"]) for each in answer.json] == [(path, code)]


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        ({"submittedGeographicAddress": label("1")}, "/provideAlternative", "missingProperty"),
        (
            {"provideAlternative": False, "submittedGeographicAddress": {"@type": "GeographicAddressLabel"}},
            "/submittedGeographicAddress/externalReferenceId",
            "missingProperty",
        ),
        (
            {"provideAlternative": False, "submittedGeographicAddress": label("1") | {"uprn": "1"}},
            "/submittedGeographicAddress/uprn",
            "unexpectedProperty",
        ),
        ({"provideAlternative": "no", "submittedGeographicAddress": label("1")}, "/provideAlternative", "invalidValue"),
        (
            {"provideAlternative": False, "submittedGeographicAddress": {"@type": "Planet"}},
            "/submittedGeographicAddress",
            "invalidValue",
        ),
    ],
)
def test_a_body_the_standard_does_not_have_is_refused_with_its_place(
    anna: Buyer, body: dict[str, Any], path: str, code: str
) -> None:
    answer = anna.call(API, VALIDATE, body, breaks_the_standard=True)
    assert answer.status_code == 422
    assert (path, code) in [(each["propertyPath"], each["code"]) for each in answer.json]


def test_one_address_is_read_by_its_uprn(anna: Buyer) -> None:
    told = anna.call(API, "retrieveGeographicAddress", ids={"id": BUSINESS})
    assert (told.status_code, told.json["externalReferenceId"]) == (200, BUSINESS)
    nobody = anna.call(API, "retrieveGeographicAddress", ids={"id": "5"})
    assert (nobody.status_code, nobody.json["code"]) == (404, "notFound")
