"""Accept an order to change a hosted SSID in its place: its name, passphrase, security or area."""

from pydantic import SecretStr

from provisioning.changing_ssids import SsidChange
from provisioning.errors import UnknownService
from provisioning.isps import Principal
from provisioning.line_errors import NotModifiable
from provisioning.orders import Order, OrderAction, OrderRequest
from provisioning.product_errors import SsidAsItIs
from provisioning.sealing import seal, unseal
from provisioning.services import Service
from provisioning.ssids import check_passphrase, check_ssid
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.wanted import SsidWanted
from provisioning.wanted_now import wanted_of
from provisioning.workflows.accept import find_same, keep_alone, request_digest
from provisioning.workflows.accept_modify import begin_change, order_of_change
from provisioning.workflows.going_on import begin


def accept_ssid_change(
    tools: Tools, who: Principal, service_id: str, change: SsidChange, passphrase: SecretStr | None, key: str
) -> tuple[Order, bool]:
    """Accept an order to change an SSID; True where it is new. The service is then `active.pendingChange`.

    Without a passphrase it keeps the one it has, where its security needs one. The operator may order what it is:
    its devices are then made to say it again.

    Raises:
        UnknownService: there is none, or it is another ISP's.
        NotModifiable, SsidAsItIs, SsidInvalid: it is no SSID, is that already, or cannot be that.
        WrongState: it is not active, or another order is at it.
        IdempotencyConflict: the key made another order.
    """
    with tools.open_unit_of_work(by=who.user_name) as work:
        service = work.services.get(service_id)
        if who.isp_code not in {None, service.isp_code}:
            raise UnknownService(service_id)
        was = wanted_of(work, service_id)
        if not isinstance(was, SsidWanted):
            raise NotModifiable(service.id, service.product)
        wanted = _changed(was, change, passphrase, tools)
        digest = request_digest(OrderAction.MODIFY, OrderRequest("", "", "", 0, 0, "", wanted), service_id)
        before = find_same(work, service.isp_code, key, digest)
        if before is not None:
            return before, False
        if wanted == was and who.isp_code is not None:
            raise SsidAsItIs(service_id)
        accepted = _accept(work, tools, who, service, wanted, key, digest)
        work.commit()
    return accepted


def _accept(
    work: UnitOfWork, tools: Tools, who: Principal, service: Service, wanted: SsidWanted, key: str, digest: str
) -> tuple[Order, bool]:
    order = _order(tools, who, service, wanted)
    accepted = keep_alone(work, order, key, digest)
    if accepted is order:
        work.catalogues.use(tools.catalogue_of(order))
        begin_change(work, service)
        begin(work, order)
    return accepted, accepted is order


def _changed(was: SsidWanted, change: SsidChange, passphrase: SecretStr | None, tools: Tools) -> SsidWanted:
    """What is wanted now, its passphrase sealed about its name. Raises: SsidInvalid, SealBroken."""
    wanted = change.of(was, "")
    given = "" if passphrase is None else passphrase.get_secret_value()
    key = tools.settings.token_pepper
    if given:
        check_passphrase(given)
    elif wanted.security.needs_passphrase and was.sealed_passphrase:
        given = unseal(was.sealed_passphrase, was.ssid, key)
    check_ssid(wanted.ssid, wanted.security.needs_passphrase, bool(given))
    return change.of(was, seal(given, wanted.ssid, key) if given else "")


def _order(tools: Tools, who: Principal, service: Service, wanted: SsidWanted) -> Order:
    request = OrderRequest(
        product=service.product,
        uprn=service.uprn,
        handover=service.handover,
        bandwidth_mbps=0,
        term_months=service.term_months,
        reference=service.reference,
        wanted=wanted,
    )
    return order_of_change(tools, who, service, request)
