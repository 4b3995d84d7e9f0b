"""productOfferingQualification v7 as a buyer's system sees it."""

from typing import Any

import pytest
from sqlalchemy import Engine

from provisioning.qualifying import look_at_qualifications
from tests.contracts.sonata import Buyer, buyer
from tests.contracts.sonata_bodies import CONTACT, access_e_line, at, e_line, flow, item, poq, product, site, strands
from tests.web_town import BUSINESS, HOME, NO_NTE, UNSERVED, Town

API = "productOfferingQualification"
CREATE, LIST, GET = (f"{verb}ProductOfferingQualification" for verb in ("create", "list", "retrieve"))


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine)


@pytest.fixture
def anna(town: Town) -> Buyer:
    return buyer(town)


def asked(buyer: Buyer, body: dict[str, Any]) -> dict[str, Any]:
    answer = buyer.call(API, CREATE, body)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json
    return told


def only_item(told: dict[str, Any]) -> dict[str, Any]:
    [found] = told["productOfferingQualificationItem"]
    return dict(found)


def test_what_can_be_had_now_is_green_with_an_interval(anna: Buyer) -> None:
    told = asked(anna, poq(externalId="x-1", projectId="p-1"))
    found = only_item(told)
    assert (told["state"], found["state"], found["serviceabilityConfidence"]) == ("done.ready", "done.ready", "green")
    assert found["installationInterval"] == {"amount": 2, "units": "businessDays"}
    assert (told["externalId"], told["projectId"], told["relatedContactInformation"]) == ("x-1", "p-1", [CONTACT])
    assert [change["state"] for change in told["stateChange"]] == ["acknowledged", "done.ready"]
    assert found["product"] == product()


def test_what_needs_building_is_yellow_and_what_nobody_serves_red(anna: Buyer) -> None:
    items = [item("a", product(uprn=NO_NTE)), item("b", product(uprn=UNSERVED)), item("c")]
    told = asked(anna, poq(*items))
    found = {each["id"]: each for each in told["productOfferingQualificationItem"]}
    assert [found[key]["serviceabilityConfidence"] for key in "abc"] == ["yellow", "red", "green"]
    assert "No NTE is installed" in found["a"]["serviceabilityConfidenceReason"]
    assert found["a"]["installationInterval"]["amount"] > 2
    assert "installationInterval" not in found["b"]


def test_other_speeds_are_proposed_where_alternatives_are_wanted(town: Town, anna: Buyer) -> None:
    town.commit_at_handover("alpha-quay", 99_500)
    told = only_item(asked(anna, poq(item("1", product(1000)), provideAlternative=True)))
    assert told["serviceabilityConfidence"] == "red"
    proposed = told["alternateProductOfferingProposal"]
    assert [each["id"] for each in proposed] == ["100", "250", "500"]
    assert proposed[0]["alternateProduct"]["productOffering"] == {"id": "access-eline"}
    assert "alternateProductOfferingProposal" not in only_item(asked(anna, poq(item("1", product(1000)))))


def test_an_e_line_and_strands_are_qualified_too(anna: Buyer) -> None:
    told = asked(anna, poq(item("a", e_line(BUSINESS, HOME)), item("b", strands())))
    colours = [each["serviceabilityConfidence"] for each in told["productOfferingQualificationItem"]]
    assert colours == ["green", "green"]


def test_a_qualification_that_is_not_instant_is_answered_by_the_next_round(town: Town, anna: Buyer) -> None:
    told = asked(anna, poq(instant=False))
    assert (told["state"], only_item(told)["state"]) == ("acknowledged", "acknowledged")
    assert look_at_qualifications(town.tools) == (told["id"],)
    again = anna.call(API, GET, ids={"id": told["id"]}).json
    assert (again["state"], only_item(again)["serviceabilityConfidence"]) == ("done.ready", "green")
    assert look_at_qualifications(town.tools) == ()


def test_qualifications_are_listed_by_page_and_filtered(anna: Buyer) -> None:
    ids = [asked(anna, poq(externalId=f"x-{number}"))["id"] for number in range(3)]
    asked(anna, poq(instant=False, requestedPOQCompletionDate="2030-01-01T00:00:00Z"))
    ready = anna.call(API, LIST, query={"state": "done.ready", "offset": "1", "limit": "1"})
    assert ([each["id"] for each in ready.json], ready.headers["X-Total-Count"]) == ([ids[1]], "3")
    assert [each["id"] for each in anna.call(API, LIST, query={"externalId": "x-2"}).json] == [ids[2]]
    late = {"requestedPOQCompletionDate.gt": "2029-12-31T00:00:00Z"}
    assert len(anna.call(API, LIST, query=late).json) == 1
    assert anna.call(API, LIST, query={"requestedPOQCompletionDate.lt": "2029-12-31T00:00:00Z"}).json == []


def test_another_isp_sees_none_of_it(town: Town, anna: Buyer) -> None:
    told = asked(anna, poq())
    bert = buyer(town, "bert")
    assert bert.call(API, LIST).json == []
    hidden = bert.call(API, GET, ids={"id": told["id"]})
    nothing = bert.call(API, GET, ids={"id": "QF-NOBODY0000"})
    assert hidden.status_code == nothing.status_code == 404
    assert hidden.text.replace(told["id"], "X") == nothing.text.replace("QF-NOBODY0000", "X")


def test_the_same_is_answered_to_everybody(town: Town, anna: Buyer) -> None:
    mine = only_item(asked(anna, poq(item("1", product(uprn=NO_NTE)))))
    theirs = only_item(asked(buyer(town, "bert"), poq(item("1", product(uprn=NO_NTE, handover="beta-quay")))))
    for told in (mine, theirs):
        del told["product"], told["stateChange"]
    assert mine == theirs


BAD_RATE = {"productConfiguration": access_e_line(300)}
P = "/productOfferingQualificationItem/0/product"
FLOW = f"{P}/productConfiguration/uniEp/ingressBandwidthProfilePerClassOfServiceName/0"


@pytest.mark.parametrize(
    ("asked_product", "path", "code"),
    [
        (product(uprn="77"), f"{P}/place/0", "referenceNotFound"),
        (product() | {"place": []}, f"{P}/place", "missingProperty"),
        (product() | {"productRelationship": []}, f"{P}/productRelationship", "missingProperty"),
        (product(handover="beta-quay"), "/productOfferingQualificationItem", "invalidValue"),
        (product() | BAD_RATE, f"{FLOW}/bwpFlow/cir", "invalidValue"),
        (product(productOffering={"id": "leased-line"}), f"{P}/productOffering/id", "referenceNotFound"),
        (
            product() | {"productConfiguration": access_e_line(listOfClassOfServiceNames=["L"])},
            f"{P}/productConfiguration/listOfClassOfServiceNames/0",
            "invalidValue",
        ),
        (
            product() | {"productConfiguration": access_e_line(ceVlanIdPreservation="STRIP")},
            f"{P}/productConfiguration/ceVlanIdPreservation",
            "invalidValue",
        ),
        (
            product() | {"productConfiguration": access_e_line(maximumFrameSize=9000)},
            f"{P}/productConfiguration/maximumFrameSize",
            "unexpectedProperty",
        ),
        (
            product()
            | {
                "productConfiguration": access_e_line(
                    enniEp={"ovcEndPointMap": {"mapType": "FORM_E", "ovcEndPointMapFormE": [7]}}
                )
            },
            f"{P}/productConfiguration/enniEp/ovcEndPointMap",
            "unexpectedProperty",
        ),
        (
            product() | {"place": [site("dx-quay", "INSTALL_LOCATION")]},
            f"{P}/place/0",
            "referenceNotFound",
        ),
        (
            product() | {"place": [{"@type": "GeographicAddressRef", "role": "INSTALL_LOCATION", "id": "5"}]},
            f"{P}/place/0",
            "referenceNotFound",
        ),
    ],
)
def test_what_is_not_sold_like_that_is_refused_with_its_place(
    anna: Buyer, asked_product: dict[str, Any], path: str, code: str
) -> None:
    answer = anna.call(API, CREATE, poq(item("1", asked_product)))
    assert answer.status_code == 422
    assert [(each["propertyPath"], each["code"]) for each in answer.json] == [(path, code)]


@pytest.mark.parametrize("value", ["modify", "delete"])
def test_only_what_is_added_is_qualified(anna: Buyer, value: str) -> None:
    answer = anna.call(API, CREATE, poq(item("1", product(), action=value)))
    assert answer.json[0]["propertyPath"] == "/productOfferingQualificationItem/0/action"


def test_two_items_of_one_id_are_refused(anna: Buyer) -> None:
    answer = anna.call(API, CREATE, poq(item("1"), item("1")))
    assert answer.json[0]["propertyPath"] == "/productOfferingQualificationItem/1/id"


def test_a_place_may_be_said_in_every_way_the_standard_has(anna: Buyer) -> None:
    fields = {"country": "GB", "city": "Manchester", "postcode": "M1 2AB", "role": "INSTALL_LOCATION"}
    places: list[dict[str, Any]] = [
        at(BUSINESS),
        {"@type": "FieldedAddress", "streetNr": "1", "streetName": "Mill Lane"} | fields,
        {"@type": "FormattedAddress", "addrLine1": "1 Mill Lane"} | fields,
        {"@type": "GeographicAddressRef", "role": "INSTALL_LOCATION", "id": BUSINESS},
    ]
    for place in places:
        told = asked(anna, poq(item("1", product() | {"place": [place]})))
        assert only_item(told)["serviceabilityConfidence"] == "green", place


def test_the_offering_picks_the_product_and_the_class_must_fit(anna: Buyer) -> None:
    value = access_e_line() | {
        "uniEp": {"ingressBandwidthProfilePerClassOfServiceName": flow(100, 400, "L")},
        "listOfClassOfServiceNames": ["L"],
    }
    named = product() | {"productConfiguration": value, "productOffering": {"id": "access-eline-value"}}
    assert only_item(asked(anna, poq(item("1", named))))["serviceabilityConfidence"] == "green"
    unnamed = product() | {"productConfiguration": value}
    assert only_item(asked(anna, poq(item("1", unnamed))))["serviceabilityConfidence"] == "green"
