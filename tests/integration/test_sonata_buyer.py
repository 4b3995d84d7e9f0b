"""A buyer's software from an address to the end of the service, over HTTP, on devices that are really configured.

It signs in as an OAuth2 client, knows nothing but the standard, and hears of what happens at its own listener.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from provisioning import front_desk
from provisioning.front_desk import SYSTEM
from provisioning.isps import Principal, Role, Scope
from tests.contracts.sonata import listener_faults
from tests.integration.receivers import Receiver, listening
from tests.integration.running import Running, running
from tests.integration.street import HANDOVER, street, uprn_of
from web.app import create_app
from web.server import serve
from web.settings import WebSettings

ORDERING = "productOrderingManagement/v10"
TICKETS = "troubleTicket/v4"
PRODUCTS = "productInventory/v7/product"
NOTIFICATIONS = {
    "productOrderingNotification": "order/productOrderNotification.api.yaml",
    "troubleTicketNotification": "troubleTicket/troubleTicketNotification.api.yaml",
}
QUINN = Principal("quinn", Role.ISP_ADMIN, "quayside")
CONTACT = {"name": "Quinn", "emailAddress": "q@quayside.example", "number": "+44 161 3"}


@dataclass
class Software:
    """What the buyer runs."""

    url: str
    session: requests.Session

    def call(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        answer = self.session.request(method, f"{self.url}/mefApi/sonata/{path}", json=body, timeout=20)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def follow(self, order: Any, state: str = "completed") -> Any:
        """Read an order until it has ended."""
        deadline = time.monotonic() + 60
        while True:
            found = self.call("GET", f"{ORDERING}/productOrder/{order['id']}")
            if found["state"] in {"completed", "failed", "rejected", "cancelled", "partial"}:
                assert found["state"] == state, found
                return found
            assert time.monotonic() < deadline, found
            time.sleep(0.05)

    def order(self, item: dict[str, Any], **more: Any) -> Any:
        contact = [CONTACT | {"role": "productOrderContact"}]
        body = {"relatedContactInformation": contact, "productOrderItem": [{"id": "1", **item}]} | more
        return self.call("POST", f"{ORDERING}/productOrder", body, 201)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as found:
        yield found


@pytest.fixture
def house(database_url: str, receiver: Receiver) -> Iterator[Running]:
    with running(database_url, street(homes=1), webhook_allow=receiver.allowed, webhooks_every_s=0.05) as found:
        yield found


@pytest.fixture
def software(house: Running) -> Iterator[Software]:
    tools = house.house.tools
    secret, client = front_desk.create_client(
        tools,
        QUINN,
        None,
        "order robot",
        [
            Scope.CATALOGUE_READ,
            Scope.ORDERS_READ,
            Scope.ORDERS_WRITE,
            Scope.SERVICES_READ,
            Scope.TICKETS_READ,
            Scope.TICKETS_WRITE,
            Scope.LISTENERS_READ,
            Scope.LISTENERS_WRITE,
        ],
    )
    settings = WebSettings(_env_file=None, listen_port=0, cookies_secure=False)
    served = serve(create_app(tools, settings), settings)
    try:
        with requests.Session() as session:
            granted = session.post(
                f"{served.url}/oauth2/token",
                data={"grant_type": "client_credentials"},
                auth=(client.id, secret),
                timeout=10,
            ).json()
            session.headers["Authorization"] = f"Bearer {granted['access_token']}"
            yield Software(served.url, session)
    finally:
        served.close()


def product(mbps: int) -> dict[str, Any]:
    rate = {"cir": {"irValue": mbps, "irUnits": "MBPS"}, "eir": {"irValue": 0, "irUnits": "MBPS"}}
    flow = {"classOfServiceName": "H", "bwpFlow": rate}
    return {
        "productConfiguration": {
            "@type": "urn:mef:lso:spec:sonata:access-eline-ovc:v5.0.0:all",
            "uniEp": {"ingressBandwidthProfilePerClassOfServiceName": [flow]},
            "enniEp": {},
        },
        "productRelationship": [{"relationshipType": "CONNECTS_TO_ENNI", "id": HANDOVER}],
        "place": [_label("INSTALL_LOCATION")],
    }


def _label(role: str | None = None) -> dict[str, Any]:
    found = {
        "@type": "GeographicAddressLabel",
        "externalReferenceId": uprn_of(1),
        "externalReferenceType": "UPRN",
    }
    return found if role is None else found | {"role": role}


def quoted(software: Software) -> str:
    """Validate the address, qualify and ask a price; return the quote's id."""
    address = {"provideAlternative": False, "submittedGeographicAddress": _label()}
    found = software.call("POST", "geographicAddressManagement/v7/geographicAddressValidation", address)
    assert found["validationResult"] == "success"
    item = {"id": "1", "action": "add", "product": product(100)}
    asked = {
        "instantSyncQualification": True,
        "relatedContactInformation": [CONTACT | {"role": "buyerContactInformation"}],
        "productOfferingQualificationItem": [item],
    }
    poq = software.call("POST", "productOfferingQualification/v7/productOfferingQualification", asked, 201)
    assert [each["serviceabilityConfidence"] for each in poq["productOfferingQualificationItem"]] == ["green"]
    asked = {"instantSyncQuote": True, "buyerRequestedQuoteLevel": "firm", "quoteItem": [item]}
    quote = software.call("POST", "quoteManagement/v8/quote", asked, 201)
    assert quote["state"] == "approved.orderable"
    return str(quote["id"])


def told(receiver: Receiver) -> list[str]:
    """The events that came in, each valid by the standard's own file, where that is there."""
    names = []
    for received in tuple(receiver.received):
        body = json.loads(received.body)
        api = received.path.split("/")[4]
        assert listener_faults(NOTIFICATIONS[api], body["eventType"], body) == []
        names.append(body["eventType"])
    return names


def heard(receiver: Receiver, event: str, times: int) -> None:
    """Wait until an event has come in so often."""
    deadline = time.monotonic() + 30
    while told(receiver).count(event) < times:
        assert time.monotonic() < deadline, told(receiver)
        time.sleep(0.05)


def test_a_buyers_software_buys_changes_reports_and_ends_a_service(
    house: Running, software: Software, receiver: Receiver
) -> None:
    before = house.configs()
    for api in (ORDERING, TICKETS):
        software.call("POST", f"{api}/hub", {"callback": receiver.url}, 201)

    # address -> qualification -> quote -> order
    quote_id = quoted(software)
    add = {"action": "add", "product": product(100), "quoteItem": {"quoteId": quote_id, "id": "1"}}
    ordered = software.follow(software.order(add, externalId="A-1"))
    [item] = ordered["productOrderItem"]
    assert item["state"] == "completed"
    assert {"validated", "reserved", "deployed", "proven"} <= {each["name"] for each in item["milestone"]}
    heard(receiver, "productOrderStateChangeEvent", 2)
    heard(receiver, "productOrderItemStateChangeEvent", 2)

    # inventory
    product_id = item["product"]["id"]
    owned = software.call("GET", f"{PRODUCTS}/{product_id}")
    assert owned["status"] == "active"
    [tag] = owned["productConfiguration"]["enniEp"]["ovcEndPointMap"]["ovcEndPointMapFormE"]
    assert any(str(tag) in text for text in house.configs().values())

    # modify, without making it anew
    faster = product(250)
    change = {"id": product_id, "productConfiguration": faster["productConfiguration"]}
    software.follow(software.order({"action": "modify", "product": change}))
    owned = software.call("GET", f"{PRODUCTS}/{product_id}")
    [flow] = owned["productConfiguration"]["uniEp"]["ingressBandwidthProfilePerClassOfServiceName"]
    assert (flow["bwpFlow"]["cir"]["irValue"], owned["status"]) == (250, "active")

    # a ticket
    issue = {
        "description": "Loses frames since noon.",
        "observedImpact": "degraded",
        "priority": "high",
        "severity": "moderate",
        "ticketType": "maintenance",
        "relatedContactInformation": [CONTACT | {"role": "reporterContact"}],
        "relatedEntity": [{"@referredType": "Product", "id": product_id, "role": "affected"}],
    }
    ticket = software.call("POST", f"{TICKETS}/troubleTicket", issue, 201)
    front_desk.resolve_ticket(house.house.tools, SYSTEM, ticket["id"], how="A connector was cleaned.")
    heard(receiver, "troubleTicketResolvedEvent", 1)
    software.call("POST", f"{TICKETS}/troubleTicket/{ticket['id']}/close", status=204)
    assert software.call("GET", f"{TICKETS}/troubleTicket/{ticket['id']}")["status"] == "closed"

    # and the end: devices say again what they said before
    software.follow(software.order({"action": "delete", "product": {"id": product_id}}))
    ended = software.call("GET", f"{PRODUCTS}/{product_id}")
    assert [each["status"] for each in ended["statusChange"]] == [
        "pendingActive",
        "active",
        "active.pendingChange",
        "active",
        "pendingTerminate",
        "terminated",
    ]
    assert house.configs() == before
    heard(receiver, "productOrderStateChangeEvent", 6)
