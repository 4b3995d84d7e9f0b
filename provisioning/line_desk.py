"""Lines: the front desk's part. Show one's own, and answer a gaining ISP whether a line it names is there.

What a gaining ISP is told is what One Touch Switch needs of the network: that the line is live, at which NTE and
port. Neither whose it is nor what is bought on it is ever said, and a wrong UPRN gets the answer of a line that is
not there.
"""

from dataclasses import replace

import structlog

from inventory.snapshot import Snapshot
from provisioning.access_line_ids import parse_access_line_id
from provisioning.errors import RequestInvalid, UnknownService
from provisioning.isps import Principal
from provisioning.line_errors import AccessLineIdInvalid, LineBusy, LineIsYours, LineNotMatched, UnknownLine
from provisioning.lines import PRESENT, Line, LineFacts, LineMatch, LinePage
from provisioning.orders import OrderRequest
from provisioning.policy import Action, must
from provisioning.rights import may_see, must_be_uprn
from provisioning.services import ServiceState
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools

log = structlog.get_logger(__name__)


def line(
    tools: Tools,
    who: Principal,
    *,
    access_line_id: str | None = None,
    service_id: str | None = None,
    uprn: str | None = None,
) -> LineFacts:
    """One line, by its id or by the service on it; with a UPRN only where it is there.

    Raises: Forbidden, RequestInvalid (neither is named, or the id is misread), UnknownLine, UnknownService: also
        where it is another ISP's.
    """
    must(who, Action.READ_SERVICES)
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work(reading=True) as work:
        found = _found(work, who, access_line_id, service_id)
        if uprn not in {None, found.uprn}:
            raise UnknownLine(found.access_line_id)
        return _facts(work, tools, snapshot, found)


def lines(
    tools: Tools, who: Principal, *, uprn: str | None = None, cursor: str | None = None, limit: int = 50
) -> LinePage:
    """One page of lines by access line id: an ISP's own; the operator's people see all.

    Raises: Forbidden, RequestInvalid.
    """
    must(who, Action.READ_SERVICES)
    if uprn is not None:
        must_be_uprn(uprn)
    after = "" if cursor is None else parse_access_line_id(cursor)
    size = max(1, min(limit, 500))
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work(reading=True) as work:
        found = work.lines.page(isp_code=who.isp_code, uprn=uprn, after=after, limit=size + 1)
        shown = tuple(_facts(work, tools, snapshot, each) for each in found[:size])
    return LinePage(shown, shown[-1].line.access_line_id if len(found) > size else None)


def match_line(tools: Tools, who: Principal, access_line_id: str, uprn: str) -> LineMatch:
    """Whether a live line has that id at that UPRN, and the facts of the network that a switch needs.

    Every question is logged with who asked: it needs both facts, which the subscriber has.

    Raises: Forbidden, RequestInvalid, AccessLineIdInvalid.
    """
    must(who, Action.PLACE_ORDERS)
    must_be_uprn(uprn)
    name = parse_access_line_id(access_line_id)
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work(reading=True) as work:
        try:
            found = work.lines.get(name)
        except UnknownLine:
            found = None
    matched = found is not None and found.uprn == uprn and found.is_live
    log.info("line asked for", by=who.user_name, isp=who.isp_code, access_line_id=name, uprn=uprn, matched=matched)
    answer = LineMatch(matched, name, uprn)
    if not matched or found is None:
        return answer
    return replace(
        answer,
        network_operator=tools.settings.network_operator_code,
        nte=found.uni.device,
        nte_serial=_serial(snapshot, found),
        nte_port=found.uni.port,
    )


def check_takeover(tools: Tools, isp_code: str, request: OrderRequest) -> None:
    """Whether this ISP may take the line over that the request names: its id and UPRN are the proof of the switch.

    Raises: RequestInvalid, AccessLineIdInvalid, LineNotMatched, LineIsYours, LineBusy.
    """
    if request.wanted is not None:
        raise RequestInvalid("takes_over", "only an Access E-Line takes a line over")
    name = parse_access_line_id(request.takes_over)
    if name != request.takes_over:
        raise AccessLineIdInvalid(request.takes_over, f"we write it {name}")
    with tools.open_unit_of_work(reading=True) as work:
        try:
            found = work.lines.get(name)
        except UnknownLine:
            raise LineNotMatched(name, request.uprn) from None
    if found.uprn != request.uprn or found.service_state not in PRESENT:
        raise LineNotMatched(name, request.uprn)
    if found.isp_code == isp_code:
        raise LineIsYours(name, found.service_id)
    if found.service_state is not ServiceState.ACTIVE:
        raise LineBusy(name)


def _found(work: UnitOfWork, who: Principal, access_line_id: str | None, service_id: str | None) -> Line:
    if access_line_id is not None:
        name = parse_access_line_id(access_line_id)
        found = work.lines.get(name)
        if not may_see(who, found.isp_code):
            raise UnknownLine(name)
        return found
    if service_id is None:
        raise RequestInvalid("access_line_id", "a line is asked for by its id, or by a service's")
    service = work.services.get(service_id)
    if not may_see(who, service.isp_code):
        raise UnknownService(service_id)
    of_service = work.lines.of_service(service_id)
    if of_service is None:
        raise UnknownLine(f"of service {service_id}")
    return of_service


def _facts(work: UnitOfWork, tools: Tools, snapshot: Snapshot, found: Line) -> LineFacts:
    service = work.services.get(found.service_id)
    operator = tools.settings.network_operator_code
    return LineFacts(found, operator, _serial(snapshot, found), service.product, service.bandwidth_mbps)


def _serial(snapshot: Snapshot, found: Line) -> str:
    device = snapshot.devices.get(found.uni.device)
    return "" if device is None else device.serial
