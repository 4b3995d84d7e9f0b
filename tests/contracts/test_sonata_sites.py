"""geographicSiteManagement v7 as a buyer's system sees it."""

import pytest
from sqlalchemy import Engine

from tests.contracts.sonata import Buyer, buyer
from tests.web_town import BUSINESS, Town

API = "geographicSiteManagement"


@pytest.fixture
def anna(engine: Engine) -> Buyer:
    return buyer(Town(engine))


def ids(buyer: Buyer, **query: str) -> list[str]:
    return [site["id"] for site in buyer.call(API, "listGeographicSite", query=query).json]


def test_exchanges_and_neighbourhood_points_are_public_sites(anna: Buyer) -> None:
    assert ids(anna) == ["dx-quay", "dxp-mill"]
    assert ids(anna, siteType="public", name="quay") == ["dx-quay"]
    assert ids(anna, description="digital exchange") == ["dx-quay"]
    assert ids(anna, siteType="private") == ids(anna, customerName="x") == ids(anna, serviceSiteContactName="x") == []


def test_a_site_that_is_no_premises_has_no_address_to_be_found_by(anna: Buyer) -> None:
    assert ids(anna, postcode="M1") == ids(anna, **{"geographicAddress.id": BUSINESS}) == []


def test_a_site_is_read_by_its_code_and_premises_by_their_uprn(anna: Buyer) -> None:
    site = anna.call(API, "retrieveGeographicSite", ids={"id": "dx-quay"}).json
    assert (site["siteType"], site["place"][0]["x"]) == ("public", "381000.0")
    premises = anna.call(API, "retrieveGeographicSite", ids={"id": BUSINESS}).json
    assert (premises["siteType"], premises["place"][0]["externalReferenceId"]) == ("private", BUSINESS)
    assert anna.call(API, "retrieveGeographicSite", ids={"id": "dx-nowhere"}).status_code == 404
