"""productOrderingManagement v10 as a buyer's system sees it: orders, changes, cancellations, dates and charges."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine

from provisioning import front_desk
from provisioning.catalogue import Fees
from provisioning.catalogues import only
from provisioning.charges import ChargeKind
from provisioning.charging import ChargeAsked
from provisioning.front_desk import SYSTEM
from provisioning.orders import OrderState, Reason
from tests.contracts.sonata import Buyer, buyer
from tests.contracts.sonata_buying import (
    ACCESS,
    API,
    CANCEL_CONTACT,
    CONTACT,
    CREATE,
    CREATE_DATE,
    DATE,
    LIST,
    LONG_AGO,
    NO_QUOTE,
    NOTE,
    PATCH,
    READ,
    accepted,
    after,
    body,
    cancellation,
    configuration,
    created,
    delivered,
    in_progress,
    item,
    months,
    order_id_of,
    other_day,
    product,
    read,
)
from tests.web_town import BUSINESS, HOME, Town
from web.app import create_app


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine)


@pytest.fixture
def anna(town: Town) -> Buyer:
    return buyer(town)


# Ordering.


def test_an_order_is_acknowledged_with_all_that_was_sent(town: Town, anna: Buyer) -> None:
    asked = item(town, note=[NOTE], endCustomerName="Mill Ltd", relatedBuyerPON="PO-7", requestedItemTerm=months(12))
    told = created(anna, asked, externalId="A-1", projectId="mill", note=[NOTE])

    assert told == read(anna, told["id"])
    assert (told["state"], told["externalId"], told["projectId"]) == ("acknowledged", "A-1", "mill")
    assert [each["role"] for each in told["relatedContactInformation"]] == ["productOrderContact", "sellerContact"]
    assert told["relatedContactInformation"][0] == CONTACT
    [answered] = told["productOrderItem"]
    assert answered["state"] == "acknowledged"
    assert {name: answered[name] for name in asked} == asked
    assert answered["itemTerm"][0]["duration"] == {"amount": 12, "units": "calendarMonths"}
    [order] = front_desk.product_order_story(town.tools, SYSTEM, told["id"]).orders
    assert (order.request.reference, order.request.end_customer, order.request.bandwidth_mbps) == (
        "PO-7",
        "Mill Ltd",
        500,
    )


def test_several_items_are_accepted_together_or_not_at_all(town: Town, anna: Buyer) -> None:
    told = created(anna, item(town, "A"), item(town, "B", HOME, coordinatedAction=[after("A")]))
    assert [(each["id"], each["state"]) for each in told["productOrderItem"]] == [
        ("A", "acknowledged"),
        ("B", "acknowledged"),
    ]
    orders = front_desk.product_order_story(town.tools, SYSTEM, told["id"]).orders
    assert [order.after for order in orders] == [(), ("A",)]

    unsold = item(town, "B")
    unsold["requestedItemTerm"] = months(13)
    answer = anna.call(API, CREATE, body(item(town, "A"), unsold))
    assert answer.status_code == 422
    assert [each["propertyPath"] for each in answer.json] == ["/productOrderItem/1/requestedItemTerm"]
    assert len(anna.call(API, LIST).json) == 1


def test_the_same_key_orders_once(town: Town, anna: Buyer) -> None:
    headers = {"Idempotency-Key": "k-1"}
    first = anna.call(API, CREATE, body(item(town)), headers=headers)
    again = anna.call(API, CREATE, body(item(town)), headers=headers)
    other = anna.call(API, CREATE, body(item(town, uprn=HOME)), headers=headers)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json["id"] == again.json["id"]
    assert (other.status_code, other.json[0]["code"]) == (422, "otherIssue")


def test_a_delivered_order_is_complete_with_its_product_milestones_and_history(town: Town, anna: Buyer) -> None:
    told = created(anna, item(town))
    service = delivered(town, told)

    done = read(anna, told["id"])

    assert (done["state"], "completionDate" in done) == ("completed", True)
    [answered] = done["productOrderItem"]
    assert answered["product"]["id"] == service.id
    assert answered["product"]["href"].endswith(f"/product/{service.id}")
    assert [each["state"] for each in answered["stateChange"]] == ["acknowledged", "inProgress", "completed"]
    assert [each["state"] for each in done["stateChange"]] == ["acknowledged", "inProgress", "completed"]


def test_a_rejected_item_rejects_all_and_says_which_were_looked_at(town: Town, anna: Buyer) -> None:
    told = created(anna, item(town, "A"), item(town, "B", HOME))
    with town.tools.open_unit_of_work() as work:
        work.orders.set_state(
            order_id_of(town, told, "A"), OrderState.REJECTED, [Reason("uni-taken", "No free UNI is left.")]
        )
        work.orders.set_state(
            order_id_of(town, told, "B"), OrderState.REJECTED, [Reason("rejected-with-another", "A was.")]
        )
        work.commit()

    done = read(anna, told["id"])

    assert done["state"] == "rejected"
    states = {each["id"]: each["state"] for each in done["productOrderItem"]}
    assert states == {"A": "rejected", "B": "rejected.unassessed"}
    [why] = done["productOrderItem"][0]["terminationError"]
    assert (why["code"], why["value"]) == ("otherIssue", "uni-taken: No free UNI is left.")


def test_an_order_made_in_our_own_api_is_told_as_if_it_had_been_made_here(town: Town, anna: Buyer) -> None:
    order = town.place(reference="floor 3")

    told = read(anna, order.product_order_id)

    assert told["relatedContactInformation"][0]["role"] == "productOrderContact"
    [answered] = told["productOrderItem"]
    assert answered["product"]["productConfiguration"]["@type"] == ACCESS


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"product": None}, "/productOrderItem/0/product", "missingProperty"),
        ({"productOffering": {"id": "nothing"}}, "/productOrderItem/0/product/productOffering/id", "referenceNotFound"),
        ({"productRelationship": []}, "/productOrderItem/0/product/productRelationship", "missingProperty"),
        (
            {"productRelationship": [{"relationshipType": "CONNECTS_TO_ENNI", "id": "beta-quay"}]},
            "/productOrderItem/0/product/productRelationship",
            "invalidValue",
        ),
        ({"place": []}, "/productOrderItem/0/product/place", "missingProperty"),
        ({"coordinatedAction": [after("9")]}, "/productOrderItem/0/coordinatedAction", "invalidValue"),
        (
            {"coordinatedAction": [after("1", "startToStart")]},
            "/productOrderItem/0/coordinatedAction/0/coordinationDependency",
            "invalidValue",
        ),
        (
            {"coordinatedAction": [after("1", delay=2)]},
            "/productOrderItem/0/coordinatedAction/0/coordinatedActionDelay",
            "invalidValue",
        ),
        ({"requestedCompletionDate": LONG_AGO}, "/productOrderItem/0/requestedCompletionDate", "invalidValue"),
        ({"quoteItem": NO_QUOTE}, "/productOrderItem/0/quoteItem/quoteId", "referenceNotFound"),
        (
            {"productOfferingQualificationItem": {"productOfferingQualificationId": "x", "id": "1"}},
            "/productOrderItem/0/productOfferingQualificationItem/productOfferingQualificationId",
            "referenceNotFound",
        ),
        ({"action": "delete"}, "/productOrderItem/0/product/id", "missingProperty"),
        ({"action": "delete", "id_": "S-NOBODY"}, "/productOrderItem/0/product/id", "referenceNotFound"),
        ({"action": "modify", "id_": "S-NOBODY"}, "/productOrderItem/0/product/id", "referenceNotFound"),
    ],
)  # fmt: skip
def test_what_cannot_be_ordered_is_refused_with_its_place(
    town: Town, anna: Buyer, change: dict[str, Any], path: str, code: str
) -> None:
    asked = item(town)
    for name, value in change.items():
        if name in {"productOffering", "productRelationship", "place"}:
            asked["product"][name] = value
        elif name == "id_":
            asked["product"]["id"] = value
        elif value is None:
            del asked[name]
        else:
            asked[name] = value

    answer = anna.call(API, CREATE, body(asked))

    assert answer.status_code == 422, answer.text
    assert [(each["propertyPath"], each["code"]) for each in answer.json] == [(path, code)]
    assert anna.call(API, LIST).json == []


def test_an_order_names_its_contact(town: Town, anna: Buyer) -> None:
    answer = anna.call(API, CREATE, body(item(town), relatedContactInformation=[CANCEL_CONTACT]))
    assert (answer.status_code, answer.json[0]["propertyPath"]) == (422, "/relatedContactInformation")


def test_a_body_the_standard_does_not_have_is_refused(town: Town, anna: Buyer) -> None:
    for wrong, path in (
        (body(), "/productOrderItem"),
        (body(item(town), colour="red"), "/colour"),
        (body(item(town, action="destroy")), "/productOrderItem/0/action"),
    ):
        answer = anna.call(API, CREATE, wrong, breaks_the_standard=True)
        assert (answer.status_code, answer.json[0]["propertyPath"]) == (422, path)


# Changing and ending what one has.


def test_a_product_is_modified_and_ended_by_items_of_one_order(town: Town, anna: Buyer) -> None:
    first, second = (delivered(town, created(anna, item(town, uprn=uprn))) for uprn in (BUSINESS, HOME))
    faster = {
        "id": "m",
        "action": "modify",
        "product": {"id": first.id, "productConfiguration": configuration(town, 1000)},
    }

    told = created(anna, faster, {"id": "d", "action": "delete", "product": {"id": second.id}})

    assert [(each["id"], each["action"]) for each in told["productOrderItem"]] == [("m", "modify"), ("d", "delete")]
    assert [each["product"]["id"] for each in told["productOrderItem"]] == [first.id, second.id]
    inventory = {each["id"]: each["status"] for each in anna.call("productInventory", "listProduct").json}
    assert inventory == {first.id: "active.pendingChange", second.id: "pendingTerminate"}


def test_a_modify_changes_neither_place_nor_handover(town: Town, anna: Buyer) -> None:
    service = delivered(town, created(anna, item(town)))
    moved = product(town, HOME, 1000) | {"id": service.id}

    answer = anna.call(API, CREATE, body({"id": "m", "action": "modify", "product": moved}))

    assert answer.status_code == 422
    assert [each["propertyPath"] for each in answer.json] == ["/productOrderItem/0/product"]


# Amending.


def test_what_a_buyer_keeps_with_its_order_is_amended_and_notes_are_added(town: Town, anna: Buyer) -> None:
    told = created(anna, item(town, note=[NOTE]), note=[NOTE])
    update = {
        "externalId": "A-2",
        "note": [NOTE | {"text": "changed"}, NOTE | {"id": "N-2"}],
        "productOrderItem": [{"id": "1", "relatedBuyerPON": "PO-8", "note": [NOTE | {"id": "N-3"}]}],
    }

    answer = anna.call(API, PATCH, update, ids={"id": told["id"]})

    assert answer.status_code == 200, answer.text
    assert answer.json["externalId"] == "A-2"
    assert [(each["id"], each["text"]) for each in answer.json["note"]] == [
        ("N-1", NOTE["text"]),
        ("N-2", NOTE["text"]),
    ]
    [answered] = answer.json["productOrderItem"]
    assert answered["relatedBuyerPON"] == "PO-8"
    assert [each["id"] for each in answered["note"]] == ["N-1", "N-3"]
    nobody = anna.call(API, PATCH, {"productOrderItem": [{"id": "9"}]}, ids={"id": told["id"]})
    assert nobody.status_code == 400


def test_an_order_that_has_ended_is_not_amended(town: Town, anna: Buyer) -> None:
    told = created(anna, item(town))
    delivered(town, told)

    answer = anna.call(API, PATCH, {"externalId": "A-2"}, ids={"id": told["id"]})

    assert (answer.status_code, answer.json["code"]) == (409, "conflict")


# Lists.


def test_orders_are_found_by_what_they_say(town: Town, anna: Buyer) -> None:
    first = created(anna, item(town, requestedCompletionDate="2027-03-01T00:00:00Z"), externalId="A", projectId="P")
    second = created(anna, item(town, uprn=HOME))
    delivered(town, second)

    def found(**query: str) -> list[str]:
        answer = anna.call(API, LIST, query=query)
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json]

    assert found() == [second["id"], first["id"]]
    for query in (
        {"state": "acknowledged"},
        {"externalId": "A"},
        {"projectId": "P"},
        {"itemRequestedCompletionDate.gt": "2027-02-01T00:00:00Z"},
        {"itemRequestedCompletionDate.lt": "2027-03-01T00:00:01Z"},
        {"orderDate.lt": second["orderDate"]},
    ):
        assert found(**query) == [first["id"]], query
    for query in (
        {"state": "failed"},
        {"itemExpectedCompletionDate.gt": "2020-01-01T00:00:00Z"},
        {"cancellationDate.gt": "2020-01-01T00:00:00Z"},
        {"itemRequestedCompletionDate.lt": "2027-03-01T00:00:00Z"},
        {"completionDate.lt": "2020-01-01T00:00:00Z"},
    ):
        assert found(**query) == [], query
    assert found(**{"completionDate.gt": "2020-01-01T00:00:00Z"}) == [second["id"]]


def test_another_buyers_order_does_not_exist(town: Town, anna: Buyer) -> None:
    told, bert = created(anna, item(town)), buyer(town, "bert")
    ids = {"id": told["id"]}

    assert bert.call(API, READ, ids=ids).status_code == 404
    assert bert.call(API, PATCH, {"externalId": "x"}, ids=ids).status_code == 404
    assert bert.call(API, LIST).json == []
    cancel = bert.call(API, "createCancelProductOrder", cancellation(told["id"]))
    assert (cancel.status_code, cancel.json[0]["code"]) == (422, "referenceNotFound")


# Cancelling.


def test_an_order_is_cancelled(town: Town, anna: Buyer) -> None:
    told = created(anna, item(town))

    answer = anna.call(API, "createCancelProductOrder", cancellation(told["id"]))

    assert answer.status_code == 201, answer.text
    assert (answer.json["state"], answer.json["cancellationReason"]) == ("done", "Lost the tenant.")
    assert answer.json == anna.call(API, "retrieveCancelProductOrder", ids={"id": answer.json["id"]}).json
    assert read(anna, told["id"])["state"] in {"pendingCancellation", "cancelled"}
    listed = anna.call(API, "listCancelProductOrder", query={"productOrderId": told["id"], "state": "done"})
    assert [each["id"] for each in listed.json] == [answer.json["id"]]
    assert anna.call(API, "listCancelProductOrder", query={"cancellationReasonType": "technical"}).json == []


def test_a_cancellation_that_comes_too_late_is_rejected_and_says_why(town: Town, anna: Buyer) -> None:
    told = created(anna, item(town))
    delivered(town, told)

    answer = anna.call(API, "createCancelProductOrder", cancellation(told["id"]))

    assert (answer.status_code, answer.json["state"]) == (201, "rejected")
    assert "completed" in answer.json["cancellationDeniedReason"]
    assert read(anna, told["id"])["state"] == "completed"
    nobody = anna.call(API, "retrieveCancelProductOrder", ids={"id": "X-NOBODY0000"})
    assert (nobody.status_code, nobody.json["code"]) == (404, "notFound")


# Dates.


def test_an_item_is_had_on_another_day(town: Town, anna: Buyer) -> None:
    told = created(anna, item(town))
    wanted = "2027-05-04T00:00:00Z"

    answer = anna.call(API, CREATE_DATE, other_day(told["id"], requestedCompletionDate=wanted))

    assert (answer.status_code, answer.json["state"]) == (201, "done"), answer.text
    assert answer.json["requestedCompletionDate"] == wanted
    read_again = anna.call(API, f"retrieve{DATE[0].upper()}{DATE[1:]}", ids={"id": answer.json["id"]})
    assert read_again.json == answer.json
    query = {"productOrderId": told["id"], "requestedCompletionDate.gt": "2027-05-03T00:00:00Z", "state": "done"}
    assert len(anna.call(API, f"list{DATE[0].upper()}{DATE[1:]}", query=query).json) == 1
    assert read(anna, told["id"])["productOrderItem"][0]["expectedCompletionDate"] == wanted


def test_a_change_of_date_names_an_item_that_is_there(town: Town, anna: Buyer) -> None:
    told = created(anna, item(town))
    for asked, path in (
        (other_day("P-NOBODY0000"), "/productOrderItem/productOrderId"),
        (other_day(told["id"], "9"), "/productOrderItem/productOrderItemId"),
    ):
        answer = anna.call(API, CREATE_DATE, asked)
        assert (answer.status_code, answer.json[0]["propertyPath"]) == (422, path)
        assert answer.json[0]["code"] == "referenceNotFound"


def test_what_is_to_be_expedited_waits_for_the_answer_to_its_charge(town: Town) -> None:
    dear = only(replace(town.tools.catalogue, fees=Fees(expedite_pence=9_000)))
    town.app = create_app(replace(town.tools, catalogues=dear), town.settings)
    anna = buyer(town)
    told = created(anna, item(town, expediteIndicator=True))
    assert told["state"] == "pending.assessingModification"
    [charge] = anna.call(API, "listCharge", query={"productOrderId": told["id"]}).json
    whole = anna.call(API, "retrieveCharge", ids={"id": charge["id"]}).json
    assert [each["priceCategory"] for each in whole["chargeItem"]] == ["expedite"]
    assert whole["modifyProductOrderItemRequestedDeliveryDate"]["id"]

    answer = anna.call(API, "patchCharge", accepted("1"), ids={"id": charge["id"]})

    assert (answer.status_code, answer.json["state"]) == (200, "completed"), answer.text
    done = read(anna, told["id"])
    assert done["state"] == "acknowledged"
    assert done["productOrderItem"][0]["expediteAcceptedIndicator"] is True
    assert [each["id"] for each in done["productOrderItem"][0]["charge"]] == [charge["id"]]


# Charges.


def test_a_blocking_charge_holds_the_item_until_it_is_accepted(town: Town, anna: Buyer) -> None:
    told = created(anna, item(town))
    order_id = in_progress(town, told)
    charge = front_desk.raise_charge(
        town.tools,
        SYSTEM,
        order_id,
        [
            ChargeAsked(ChargeKind.ONCE, 12_000, "40 m of duct"),
            ChargeAsked(ChargeKind.MONTHLY, 500, "Wayleave", blocking=False),
        ],
    )
    held = read(anna, told["id"])
    assert (held["state"], held["productOrderItem"][0]["state"]) == ("held.assessingCharge", "held")
    whole = anna.call(API, "retrieveCharge", ids={"id": charge.id}).json
    assert [(each["blocking"], each["priceType"]) for each in whole["chargeItem"]] == [
        (True, "nonRecurring"),
        (False, "recurring"),
    ]
    assert whole["chargeItem"][0]["price"]["dutyFreeAmount"]["value"] == 120.0
    assert whole["chargeItem"][0]["note"][0]["text"] == "40 m of duct"

    half = anna.call(API, "patchCharge", accepted("1"), ids={"id": charge.id})
    assert (half.status_code, half.json["state"]) == (200, "awaitingResponse")
    done = anna.call(API, "patchCharge", accepted("2", indicator="rejected"), ids={"id": charge.id})

    assert done.status_code == 200, done.text
    assert done.json["state"] == "completed"
    states = [each["state"] for each in done.json["chargeItem"]]
    assert states == ["acceptedByBuyer", "declinedByBuyer"]
    assert read(anna, told["id"])["state"] == "inProgress"
    late = anna.call(API, "patchCharge", accepted("1"), ids={"id": charge.id})
    assert (late.status_code, late.json["code"]) == (409, "conflict")


def test_an_item_that_is_not_there_is_not_answered(town: Town, anna: Buyer) -> None:
    told = created(anna, item(town))
    charge = front_desk.raise_charge(
        town.tools, SYSTEM, in_progress(town, told), [ChargeAsked(ChargeKind.ONCE, 100, "Duct")]
    )

    answer = anna.call(API, "patchCharge", accepted("9"), ids={"id": charge.id})

    assert (answer.status_code, answer.json["code"]) == (400, "invalidBody")
    assert buyer(town, "bert").call(API, "retrieveCharge", ids={"id": charge.id}).status_code == 404
    assert buyer(town, "bert").call(API, "listCharge").json == []
    assert anna.call(API, "listCharge", query={"productOrderItemId": "9"}).json == []
    query = {"responseDueDate.gt": "2026-01-01T00:00:00Z", "creationDate.lt": "2030-01-01T00:00:00Z"}
    assert len(anna.call(API, "listCharge", query=query).json) == 1
