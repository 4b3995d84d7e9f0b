"""productInventory v7 as a buyer's system sees it."""

from typing import Any

import pytest
from sqlalchemy import Engine

from provisioning.services import ServiceState
from tests.contracts.sonata import Buyer, buyer
from tests.web_town import BUSINESS, HOME, Town

API = "productInventory"
LIST, READ = "listProduct", "retrieveProduct"


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine)


@pytest.fixture
def anna(town: Town) -> Buyer:
    return buyer(town)


def read(anna: Buyer, product_id: str) -> dict[str, Any]:
    answer = anna.call(API, READ, ids={"id": product_id})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json
    return told


def test_a_product_tells_what_it_is_where_it_is_what_it_costs_and_which_order_made_it(town: Town, anna: Buyer) -> None:
    order = town.place(reference="floor 3")
    service = town.deliver(order)

    told = read(anna, service.id)

    assert (told["status"], told["externalId"], told["productOffering"]["id"]) == ("active", "floor 3", "access-eline")
    assert told["relatedSite"] == [{"id": BUSINESS, "role": "INSTALL_LOCATION"}]
    assert told["productRelationship"] == [{"relationshipType": "CONNECTS_TO_ENNI", "id": "alpha-quay"}]
    [price] = told["productPrice"]
    assert price["price"]["dutyFreeAmount"] == {"unit": "GBP", "value": service.monthly_pence / 100}
    assert told["productTerm"][0]["duration"] == {"amount": 12, "units": "calendarMonths"}
    [item] = told["productOrderItem"]
    assert (item["productOrderId"], item["productOrderItemId"]) == (order.product_order_id, order.item_id)
    assert [each["status"] for each in told["statusChange"]] == ["pendingActive", "active"]


def test_the_s_vlan_we_chose_and_the_rate_stand_in_the_configuration(town: Town, anna: Buyer) -> None:
    service = town.deliver(town.place())
    assert service.circuit is not None

    configuration = read(anna, service.id)["productConfiguration"]

    assert configuration["enniEp"]["ovcEndPointMap"]["ovcEndPointMapFormE"] == [service.circuit.s_vlan]
    [flow] = configuration["uniEp"]["ingressBandwidthProfilePerClassOfServiceName"]
    profile = service.circuit.profile
    assert flow["bwpFlow"]["cir"] == {"irValue": profile.cir_mbps, "irUnits": "MBPS"}


def test_products_are_found_by_what_they_are(town: Town, anna: Buyer) -> None:
    order = town.place(reference="floor 3")
    first = town.deliver(order)
    second = town.deliver(town.place(key="k2", uprn=HOME, bandwidth_mbps=100))
    with town.tools.open_unit_of_work() as work:
        work.services.set_state(second.id, ServiceState.PENDING_TERMINATE)
        work.commit()

    def found(**query: str) -> list[str]:
        answer = anna.call(API, LIST, query=query)
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json]

    assert found() == [second.id, first.id]
    for query in (
        {"status": "active"},
        {"externalId": "floor 3"},
        {"geographicalSiteId": BUSINESS},
        {"productOrderId": order.product_order_id},
        {"relatedProductId": "alpha-quay", "productOfferingId": "access-eline", "status": "active"},
        {"startDate.gt": "2026-01-01T00:00:00Z", "lastUpdateDate.lt": "2030-01-01T00:00:00Z", "status": "active"},
    ):
        assert found(**query) == [first.id], query
    for query in (
        {"status": "terminated"},
        {"billingAccountId": "1"},
        {"productOrderId": "P-NOBODY0000"},
        {"lastUpdateDate.gt": "2030-01-01T00:00:00Z"},
        {"startDate.lt": "2020-01-01T00:00:00Z"},
        {"productSpecificationId": "nothing"},
    ):
        assert found(**query) == [], query


def test_a_list_is_leafed_through_by_offset(town: Town, anna: Buyer) -> None:
    ids = [town.deliver(town.place(key=uprn, uprn=uprn)).id for uprn in (BUSINESS, HOME)]

    page = anna.call(API, LIST, query={"offset": "1", "limit": "1"})
    beyond = anna.call(API, LIST, query={"offset": "5"})

    assert [each["id"] for each in page.json] == ids[:1]
    assert (page.headers["X-Total-Count"], page.headers["X-Result-Count"]) == ("2", "1")
    assert (beyond.json, beyond.headers["X-Total-Count"]) == ([], "2")


def test_another_buyers_product_does_not_exist(town: Town, anna: Buyer) -> None:
    service, bert = town.deliver(town.place()), buyer(town, "bert")

    for ids in ({"id": service.id}, {"id": "S-NOBODY0000"}):
        answer = bert.call(API, READ, ids=ids)
        assert (answer.status_code, answer.json["code"]) == (404, "notFound")
    assert bert.call(API, LIST).json == []
    assert bert.call(API, LIST, query={"productOrderId": "x", "buyerId": "alpha"}).status_code == 403


def test_a_query_the_standard_does_not_have_is_refused(anna: Buyer) -> None:
    for query in ({"status": "sleeping"}, {"startDate.gt": "yesterday"}, {"offset": "-1"}):
        assert anna.call(API, LIST, query=query).status_code == 400, query
