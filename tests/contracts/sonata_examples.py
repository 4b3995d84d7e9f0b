"""What each operation of the Sonata face is called with to be answered well, or with a conflict."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.contracts.sonata import Buyer
from tests.contracts.sonata_bodies import poq, quote
from tests.contracts.sonata_order_examples import MORE_IN_ORDERING, SUCCEEDS_IN_ORDERING
from tests.web_town import BUSINESS, Town
from web.sonata import sites
from web.sonata.configurations import ACCESS_E_LINE

type Call = tuple[Any, dict[str, str]]
"""A body (None: none) and the ids in the path."""
type Example = Callable[[Town, Buyer], Call]


def _plain(body: Any = None, **ids: str) -> Example:
    return lambda town, buyer: (body, ids)


def _poq_id(town: Town, buyer: Buyer) -> Call:
    made = buyer.call("productOfferingQualification", "createProductOfferingQualification", poq())
    return None, {"id": made.json["id"]}


def quote_id(buyer: Buyer, *, instant: bool = True) -> str:
    return str(buyer.call("quoteManagement", "createQuote", quote(instant=instant)).json["id"])


def _hub(api: str) -> Example:
    def registered(town: Town, buyer: Buyer) -> Call:
        made = buyer.call(api, "registerListener", {"callback": CALLBACK})
        return None, {"id": made.json["id"]}

    return registered


CALLBACK = "https://9.9.9.9/alpha"
REGISTRATION = {"callback": CALLBACK}
ADDRESS = {
    "provideAlternative": False,
    "submittedGeographicAddress": {
        "@type": "GeographicAddressLabel",
        "externalReferenceType": "UPRN",
        "externalReferenceId": BUSINESS,
    },
}

SUCCEEDS: dict[tuple[str, str], Example] = {
    ("geographicAddressManagement", "createGeographicAddressValidation"): _plain(ADDRESS),
    ("geographicAddressManagement", "retrieveGeographicAddress"): _plain(id=BUSINESS),
    ("geographicSiteManagement", "listGeographicSite"): _plain(),
    ("geographicSiteManagement", "retrieveGeographicSite"): _plain(id="dx-quay"),
    ("productCatalog", "listCategory"): _plain(),
    ("productCatalog", "retrieveCategory"): _plain(id="e-line"),
    ("productCatalog", "listProductOffering"): _plain(),
    ("productCatalog", "retrieveProductOffering"): _plain(id="access-eline"),
    ("productCatalog", "listProductSpecification"): _plain(),
    ("productCatalog", "retrieveProductSpecification"): _plain(id=ACCESS_E_LINE),
    ("productOfferingQualification", "createProductOfferingQualification"): _plain(poq()),
    ("productOfferingQualification", "listProductOfferingQualification"): _plain(),
    ("productOfferingQualification", "retrieveProductOfferingQualification"): _poq_id,
    ("productOfferingQualification", "registerListener"): _plain(REGISTRATION),
    ("productOfferingQualification", "unregisterListener"): _hub("productOfferingQualification"),
    ("quoteManagement", "listQuote"): _plain(),
    ("quoteManagement", "createQuote"): _plain(quote()),
    ("quoteManagement", "retrieveQuote"): lambda town, buyer: (None, {"id": quote_id(buyer)}),
    ("quoteManagement", "cancelQuote"): lambda town, buyer: ({"quoteId": quote_id(buyer, instant=False)}, {}),
    ("quoteManagement", "rejectQuote"): lambda town, buyer: ({"quoteId": quote_id(buyer)}, {}),
    ("quoteManagement", "registerListener"): _plain(REGISTRATION),
    ("quoteManagement", "unregisterListener"): _hub("quoteManagement"),
} | SUCCEEDS_IN_ORDERING
"""How each operation is answered with its own status."""

type More = Callable[[Town, Buyer, pytest.MonkeyPatch], Iterator[int]]


def _too_many_sites(town: Town, buyer: Buyer, patch: pytest.MonkeyPatch) -> Iterator[int]:
    patch.setattr(sites, "MOST_SITES", 1)
    yield buyer.call("geographicSiteManagement", "listGeographicSite").status_code


MORE: dict[tuple[str, str], More] = {
    ("geographicSiteManagement", "listGeographicSite"): _too_many_sites,
} | MORE_IN_ORDERING
"""What else an operation is called with to be answered with all that the standard gives it: 409, 422 of a list."""
