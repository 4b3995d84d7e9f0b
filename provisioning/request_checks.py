"""Whether an order to add a product may be placed at all, before a row of it is written: each kind by its own rules."""

from dataclasses import replace
from datetime import date

from inventory.snapshot import Snapshot
from provisioning.cross_connects import check_cross_connect
from provisioning.e_lines import check_e_line
from provisioning.errors import RequestInvalid
from provisioning.hosting import check_hosting
from provisioning.life_errors import DateInPast
from provisioning.line_desk import check_takeover
from provisioning.orders import OrderRequest
from provisioning.pricing import price_of
from provisioning.rights import LONGEST_REFERENCE, must_be_text, must_be_uprn, open_handover, own_handover
from provisioning.shared_ssids import check_realm
from provisioning.ssids import check_ssid
from provisioning.strand_requests import check_strands, check_window
from provisioning.tools import Tools
from provisioning.wanted import (
    CrossConnectWanted,
    ELineWanted,
    RealmWanted,
    SiteHostingWanted,
    SsidWanted,
    StrandsWanted,
)


def check_request(tools: Tools, snapshot: Snapshot, isp_code: str, request: OrderRequest) -> None:
    """Whether this ISP may order this.

    Raises:
        RequestInvalid, SameUprn, NotMultiplexed, UnknownPremises: a field is wrong.
        UnknownProduct, SpeedNotOffered, TermNotOffered, NoPriceList: it is not sold, or not like that.
        HandoverNotYours: not to there.
        AccessLineIdInvalid, LineNotMatched, LineIsYours, LineBusy: that line cannot be taken over.
        UnknownThing, SamePlace, WindowInPast, WindowTooLong: there are no strands like that.
        DateInPast: its first or last day is over, or they are in the wrong order.
    """
    must_be_text("reference", request.reference, LONGEST_REFERENCE, shortest=0)
    must_be_text("end_customer", request.end_customer, LONGEST_REFERENCE, shortest=0)
    today = tools.now().date()
    check_days(request, today)
    if request.takes_over:
        check_takeover(tools, isp_code, request)
    match request.wanted:
        case None:
            price_of(request, None, today, tools.catalogues)
            must_be_uprn(request.uprn)
            snapshot.premises_at(request.uprn)
            open_handover(snapshot, isp_code, request.handover, tools.settings.guest_handovers)
        case StrandsWanted():
            check_strands(tools.catalogue, snapshot, request, request.wanted, today)
        case CrossConnectWanted():
            _check_bare(request)
            price_of(request, None, today, tools.catalogues)
            check_cross_connect(snapshot, isp_code, request.wanted)
            check_window(request.wanted.window, today)
        case SiteHostingWanted():
            _check_bare(replace(request, handover=""))
            if request.handover:
                own_handover(snapshot, isp_code, request.handover)
            price_of(request, None, today, tools.catalogues)
            check_hosting(snapshot, request.wanted)
            check_window(request.wanted.window, today)
        case SsidWanted() | RealmWanted() as wanted:
            price_of(request, None, today, tools.catalogues)
            own_handover(snapshot, isp_code, request.handover)
            _check_air(wanted)
        case ELineWanted():
            price_of(request, None, today, tools.catalogues)
            check_e_line(tools.catalogue.e_line_product(request.product), request, request.wanted)
            for uprn in (request.uprn, request.wanted.z_uprn):
                must_be_uprn(uprn)
                snapshot.premises_at(uprn)


def _check_air(wanted: SsidWanted | RealmWanted) -> None:
    """Raises: SsidInvalid, RealmInvalid, RequestInvalid."""
    if isinstance(wanted, RealmWanted):
        check_realm(wanted.realm)
        return
    must_be_text("area", wanted.area, LONGEST_REFERENCE)
    check_ssid(wanted.ssid, wanted.security.needs_passphrase, bool(wanted.sealed_passphrase))


def _check_bare(request: OrderRequest) -> None:
    """Raises: RequestInvalid, where a field is filled that this product has no use for."""
    if request.uprn or request.handover or request.bandwidth_mbps:
        raise RequestInvalid("product", f"{request.product} has no uprn, handover or bandwidth_mbps")


def check_days(request: OrderRequest, today: date) -> None:
    """Raises: DateInPast; RequestInvalid, where what is ordered has its own window."""
    has_window = request.wanted is not None and hasattr(request.wanted, "window")
    if has_window and (request.start or request.stop):
        raise RequestInvalid("start", "it is ordered for a window, which says its first and its last day")
    if request.start is not None and request.start < today:
        raise DateInPast("first day", request.start, today)
    if request.stop is not None and request.stop < (request.start or today):
        raise DateInPast("last day", request.stop, request.start or today)
