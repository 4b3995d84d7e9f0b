"""productCatalog v2 as a buyer's system sees it."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine

from provisioning.catalogue_files import load_catalogue
from provisioning.catalogues import Catalogues
from tests.contracts.sonata import Buyer, buyer
from tests.web_town import Town
from web.sonata.configurations import ACCESS_E_LINE, EPL
from web.sonata.offerings import Lifecycle, offerings

API = "productCatalog"


@pytest.fixture
def anna(engine: Engine) -> Buyer:
    return buyer(Town(engine))


def test_offerings_are_found_by_category_specification_and_state(anna: Buyer) -> None:
    every = anna.call(API, "listProductOffering")
    assert {"access-eline", "epl", "evpl"} <= {each["id"] for each in every.json}
    assert every.headers["X-Total-Count"] == str(len(every.json))
    for query in ({"category.id": "e-line"}, {"productSpecification.id": EPL, "lifecycleStatus": "orderable"}):
        found = {each["id"] for each in anna.call(API, "listProductOffering", query=query).json}
        assert "epl" in found
        assert "access-eline" not in found
    for query in (
        {"lifecycleStatus": "endOfSale"},
        {"region.country": "FR"},
        {"lastUpdate.gt": "2030-01-01T00:00:00Z"},
    ):
        assert anna.call(API, "listProductOffering", query=query).json == []


def test_an_offering_says_its_terms_and_version_and_points_to_its_shape(anna: Buyer) -> None:
    told = anna.call(API, "retrieveProductOffering", ids={"id": "access-eline"}).json
    assert [term["duration"]["amount"] for term in told["productOfferingTerm"]] == [1, 12, 36, 60]
    assert told["productSpecification"]["id"] == told["productOfferingSpecification"]["schemaLocation"] == ACCESS_E_LINE
    assert "price list 2026-11" in told["note"][0]["text"]
    shape = anna.call(API, "retrieveProductSpecification", ids={"id": ACCESS_E_LINE}).json
    assert shape["sourceSchema"] == {"schemaLocation": ACCESS_E_LINE}


def test_categories_hang_below_one(anna: Buyer) -> None:
    root, *others = anna.call(API, "listCategory").json
    assert {each["id"] for each in root["subCategory"]} == {each["id"] for each in others}
    below = anna.call(API, "listCategory", query={"parentCategory.id": "wholesale", "limit": "2"})
    assert (len(below.json), below.headers["X-Total-Count"]) == (2, str(len(others)))
    line = anna.call(API, "retrieveCategory", ids={"id": "e-line"}).json
    assert {each["id"] for each in line["productOffering"]} == {"epl", "epl-protected", "evpl"}


def test_what_does_not_exist_is_not_found_and_a_hub_is_not_offered(anna: Buyer) -> None:
    for name in ("retrieveCategory", "retrieveProductOffering", "retrieveProductSpecification"):
        assert anna.call(API, name, ids={"id": "nothing"}).json["code"] == "notFound"
    refused = anna.call(API, "registerListener", {"callback": "https://alpha.example/hub"})
    assert (refused.status_code, refused.json["code"]) == (501, "notImplemented")


def test_a_product_of_a_list_to_come_is_announced_and_one_of_a_list_that_is_over_ends_its_sale() -> None:
    now = replace(load_catalogue(), valid_from=date(2026, 11, 1))
    access, value, _ = now.products
    before = replace(now, version="2026-10", valid_from=date(2026, 10, 1), products=(replace(access, code="old"),))
    after = replace(now, version="2027-01", valid_from=date(2027, 1, 1), products=(replace(value, code="new"),))
    found = {each.sold.code: each for each in offerings(Catalogues((before, now, after)), date(2026, 11, 21))}
    assert found["old"].lifecycle is Lifecycle.END_OF_SALE
    assert found["new"].lifecycle is Lifecycle.ANNOUNCED
    assert found["access-eline"].lifecycle is Lifecycle.ORDERABLE
    assert (found["new"].version, found["new"].updated_at) == ("2027-01", datetime(2027, 1, 1, tzinfo=UTC))
