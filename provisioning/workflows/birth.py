"""The tests of an order's service while it is on all devices and not confirmed, and the certificate of them.

A deploy takes the `BirthCheck` made here; what it found is kept with the order whatever becomes of the deploy. The
certificate is issued in the transaction that makes the service active.
"""

from collections.abc import Sequence
from dataclasses import replace

from automation.birth.check import FAILED, BirthCheck, Testing
from automation.birth.designed import DesignedService
from automation.birth.results import TestKind, failed
from automation.change_plan import ChangeAction, DeployReport, DeviceChange
from automation.intents import Intent
from provisioning.birth_certificates import About, BirthState, draft, issued
from provisioning.birth_design import MOST_NEIGHBOURS, designed_service, first_devices, links_of
from provisioning.birth_errors import BirthTestsFailed
from provisioning.certificate_errors import CertificateKeyInvalid, CertificateKeyMissing
from provisioning.certificate_key import SigningKey, read_key
from provisioning.modifying import modified
from provisioning.orders import Order, OrderAction
from provisioning.services import Service
from provisioning.settings import ProvisioningSettings
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools


class BirthTests:
    """The tests of one order: made before its deploy, given to it as a check, kept after it."""

    def __init__(
        self,
        about: About,
        designed: DesignedService,
        check: BirthCheck,
        changes: Sequence[DeviceChange],
        required: frozenset[TestKind],
    ) -> None:
        self._about = about
        self._changes = tuple(changes)
        self._designed = designed
        self._required = required
        self.check = check

    def look_before(self, tools: Tools) -> None:
        """See, before anything is changed, that no neighbour has anything of it. Raises: BirthTestsFailed."""
        intents = [intent for change in self._changes for intent in self._standing(change)]
        wrong = self.check.before(tools.deployer.prove(intents, ChangeAction.ADD).findings)
        if wrong:
            with tools.open_unit_of_work() as work:
                self.keep(work, tools)
                work.commit()
            raise BirthTestsFailed(self._about.order_id, wrong)

    def _standing(self, change: DeviceChange) -> Sequence[Intent]:
        """What the device may carry of the service by now: what it has of it already, or else what it will have."""
        own = [intent for intent in change.before if intent.label == self._about.service_id]
        return own or change.intents

    def keep(self, work: UnitOfWork, tools: Tools) -> None:
        """Keep with the order what was measured; nothing where the deploy never came so far."""
        if self.check.results:
            work.births.save(draft(self._about, self._designed, self.check.results, self._required, tools.now()))

    def raise_for(self, report: DeployReport) -> None:
        """Raises: BirthTestsFailed, where the tests are all that was refused and every device went back."""
        if report.refusals and not report.uncertain and all(one.code == FAILED for one in report.refusals):
            wanted = self._required & self._designed.tests
            raise BirthTestsFailed(self._about.order_id, failed(self.check.results, wanted))


def birth_tests(order: Order, service: Service, changes: Sequence[DeviceChange], tools: Tools) -> BirthTests | None:
    """The tests of a service of any kind, as these changes make it; None where it is on no device."""
    snapshot = tools.load_snapshot()
    wanted = _as_ordered(order, service, tools)
    others = _others(wanted, links_of(snapshot, wanted), tools)
    designed = designed_service(snapshot, wanted, tools.losses, others)
    if designed is None:
        return None
    required = tools.settings.birth_tests
    testing = Testing(
        required=required,
        settle_s=tools.settings.birth_settle_s,
        probe_s=tools.settings.probe_s,
        in_service=order.action is OrderAction.MODIFY or bool(order.request.takes_over),
    )
    about = About(order.id, order.action.value, service.id, service.isp_code, service.product)
    return BirthTests(about, designed, BirthCheck(designed, changes, tools.prober, testing), changes, required)


def issue_birth_certificate(work: UnitOfWork, order_id: str, tools: Tools) -> str:
    """Number and sign what was measured for the order, in the transaction that makes its service active.

    Returns what the order's story says of it; "" where nothing was measured: a deploy of an older version.
    """
    measured = work.births.of_order(order_id)
    if measured is None or measured.state is not BirthState.MEASURED:
        return ""
    number = work.births.next_number(measured.service_id)
    made = issued(measured, number, tools.now(), signing_key(tools.settings))
    work.births.save(made)
    signed = "" if made.key_id else " It is not signed: no key is set."
    return f" Birth certificate {number}: {made.summary}{signed}"


def _as_ordered(order: Order, service: Service, tools: Tools) -> Service:
    """The service as it is to be handed over: with the profile, or the SSID, ordered, where that is what changes."""
    if service.by_hand is not None and service.by_hand.becomes is not None:
        return replace(service, by_hand=service.by_hand.becomes)
    if service.circuit is None or order.action is not OrderAction.MODIFY:
        return service
    offer = tools.catalogue_of(order).circuit_product(order.request.product).offer(order.request.bandwidth_mbps)
    return modified(service, service.circuit, offer)


def _others(service: Service, links: Sequence[str], tools: Tools) -> tuple[Service, ...]:
    """Some services that share the first device with this one, then a link; whose they are plays no part."""
    with tools.open_unit_of_work(reading=True) as work:
        nearest = work.reservations.some_on(first_devices(service), MOST_NEIGHBOURS + 1)
        found = dict.fromkeys((*nearest, *sorted(work.impacts.ids_on_links(links))))
        found.pop(service.id, None)
        return tuple(work.services.get(other) for other in list(found)[:MOST_NEIGHBOURS])


def signing_key(settings: ProvisioningSettings) -> SigningKey | None:
    """The key that certificates are signed with; None where none is set, or none that is one."""
    try:
        return read_key(settings.certificate_key)
    except (CertificateKeyMissing, CertificateKeyInvalid):
        return None
