"""Bodies that a buyer's system of the small town would send."""

from typing import Any

from tests.web_town import BUSINESS
from web.sonata.configurations import ACCESS_E_LINE, EPL, EVPL, STRANDS

CONTACT = {"name": "Anna", "emailAddress": "anna@alpha.example", "number": "+44 161 496 0000", "role": "buyerContact"}


def rate(mbps: float) -> dict[str, Any]:
    return {"irValue": mbps, "irUnits": "MBPS"}


def flow(cir: int, eir: int = 0, cos: str = "H") -> list[dict[str, Any]]:
    return [{"classOfServiceName": cos, "bwpFlow": {"cir": rate(cir), "eir": rate(eir)}}]


def access_e_line(mbps: int = 500, **more: Any) -> dict[str, Any]:
    uni = {"ingressBandwidthProfilePerClassOfServiceName": flow(mbps)}
    return {"@type": ACCESS_E_LINE, "uniEp": uni, "enniEp": {}} | more


def at(uprn: str, role: str = "INSTALL_LOCATION") -> dict[str, str]:
    return {
        "@type": "GeographicAddressLabel",
        "role": role,
        "externalReferenceType": "UPRN",
        "externalReferenceId": uprn,
    }


def site(code: str, role: str) -> dict[str, str]:
    return {"@type": "GeographicSiteRef", "role": role, "id": code}


def product(mbps: int = 500, uprn: str = BUSINESS, handover: str = "alpha-quay", **more: Any) -> dict[str, Any]:
    """An Access E-Line, as the item of a request describes it."""
    return {
        "productConfiguration": access_e_line(mbps),
        "productRelationship": [{"relationshipType": "CONNECTS_TO_ENNI", "id": handover}],
        "place": [at(uprn)],
    } | more


def e_line(a: str, z: str, mbps: int = 100, vlans: int | None = None) -> dict[str, Any]:
    end: dict[str, Any] = {"ingressBandwidthProfilePerClassofServiceName": flow(mbps)}
    if vlans is not None:
        end["evcEndPointMap"] = {"vlanType": "LIST", "vlanId": [vlans]}
    kind = EPL if vlans is None else EVPL
    return {
        "productConfiguration": {"@type": kind, "evcEndPointA": end, "evcEndPointZ": end},
        "place": [at(a, "INSTALL_LOCATION_A"), at(z, "INSTALL_LOCATION_Z")],
    }


def strands(a: str = "dx-quay", z: str = "dxp-mill", *, diverse: bool = False) -> dict[str, Any]:
    configuration = {"@type": STRANDS, "firstDay": "2030-06-01", "lastDay": "2031-06-01", "diverse": diverse}
    return {
        "productConfiguration": configuration,
        "place": [site(a, "INSTALL_LOCATION_A"), site(z, "INSTALL_LOCATION_Z")],
    }


def item(key: str = "1", asked: dict[str, Any] | None = None, action: str = "add") -> dict[str, Any]:
    return {"id": key, "action": action, "product": asked or product()}


def poq(*items: dict[str, Any], instant: bool = True, **more: Any) -> dict[str, Any]:
    return {
        "instantSyncQualification": instant,
        "relatedContactInformation": [CONTACT],
        "productOfferingQualificationItem": list(items) or [item()],
    } | more


def quote(*items: dict[str, Any], instant: bool = True, level: str = "firm", **more: Any) -> dict[str, Any]:
    return {
        "instantSyncQuote": instant,
        "buyerRequestedQuoteLevel": level,
        "quoteItem": list(items) or [item()],
    } | more


def term(months: int) -> dict[str, Any]:
    duration = {"amount": months, "units": "calendarMonths"}
    return {"requestedQuoteItemTerm": {"name": "asked", "duration": duration, "endOfTermAction": "roll"}}
