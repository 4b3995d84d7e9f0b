"""Certificates are proved again whenever the plant changed, and what broke, or is true again, becomes an event.

Looking is safe to repeat and needs to know nothing of who wrote: the fingerprints of what each certificate rests on
say which ones a write touched. So whoever writes the plant looks afterwards (`plant_writes`), every worker looks when
it sees another revision of the inventory, and whichever comes first does the work.

What is decided is kept in one transaction, with the service and the inventory's revision locked: what was looked at
is then still so, and a write that comes after it leads to a look of its own.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr

from inventory.snapshot import Snapshot
from provisioning.certificate_errors import (
    CertificateError,
    CertificateKeyInvalid,
    CertificateKeyMissing,
    LegNotTraced,
    NotDiverse,
    PlantKeepsChanging,
    named,
)
from provisioning.certificate_key import read_key
from provisioning.certificate_proof import Proof, changed_assets, issue, prove
from provisioning.certificates import Certificate, CertificateEvent, CertificateEventKind, CertificateState
from provisioning.errors import WrongState
from provisioning.orders import EventStatus, OrderAction
from provisioning.services import SERVICE_ENDED, Service, ServiceState
from provisioning.store.work import OpensUnitOfWork, UnitOfWork
from provisioning.tools import Tools

STEP = "certify"
"""The step of an order's story that certificates are told in."""

NOT_CERTIFIED = SERVICE_ENDED | {ServiceState.PENDING_ACTIVE}
"""What is not delivered yet, or no more, is not certified: nobody has confirmed the splices of the one."""

MOST_LOOKS = 10
"""How often a look begins anew because the inventory was replaced meanwhile."""

STATUS_OF_KIND = {CertificateEventKind.BROKEN: EventStatus.FAILED}


@dataclass(frozen=True, slots=True)
class Prover:
    """What proving needs of the outside."""

    open_unit_of_work: OpensUnitOfWork
    load_snapshot: Callable[[], Snapshot]
    now: Callable[[], datetime]
    key: SecretStr | None


def prover_of(tools: Tools) -> Prover:
    """What proving needs, of the tools."""
    return Prover(tools.open_unit_of_work, tools.load_snapshot, tools.now, tools.settings.certificate_key)


def prove_touched(prover: Prover) -> tuple[CertificateEvent, ...]:
    """Prove every certificate again that rests on what changed, and withdraw those of services that ended.

    Return what happened. Where the plant is as it was, nothing did.

    Raises: CertificateKeyMissing, CertificateKeyInvalid, after all else is done: what is true again, or changed, waits
        for a key to be signed with.
    """
    happened = [*withdraw_ended(prover)]
    with prover.open_unit_of_work(reading=True) as work:
        kept = work.certificates.fingerprints()
    lacks_key: CertificateError | None = None
    for service_id in _touched(prover, kept) if kept else ():
        try:
            outcome = _look(prover, service_id)
        except WrongState:
            continue  # it ended at this moment: the next look withdraws its certificate
        happened += outcome.events
        if isinstance(outcome.error, CertificateKeyMissing | CertificateKeyInvalid):
            lacks_key = outcome.error
    if lacks_key is not None:
        raise lacks_key
    return tuple(happened)


def withdraw_ended(prover: Prover) -> tuple[CertificateEvent, ...]:
    """Withdraw the certificates of services that ended; return what happened."""
    with prover.open_unit_of_work(reading=True) as work:
        ended = work.certificates.of_ended_services()
    return tuple(event for each in ended for event in _withdraw(prover, each))


def prove_again(prover: Prover, service_id: str) -> Certificate:
    """Return the certificate of a service as of now: the one that stands, or a new one.

    Raises:
        UnknownService, NoSecondLeg, WrongState: there cannot be one.
        NotDiverse, LegNotTraced: it is not true; where there was one, it is broken from now on.
        CertificateKeyMissing, CertificateKeyInvalid: it is true, and cannot be signed.
        PlantKeepsChanging.
    """
    outcome = _look(prover, service_id)
    if outcome.certificate is None:
        raise outcome.error or NotDiverse(service_id, ())
    return outcome.certificate


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a look at one service came to: a certificate, or why there is none."""

    certificate: Certificate | None = None
    error: CertificateError | None = None
    events: tuple[CertificateEvent, ...] = ()


def _touched(prover: Prover, kept: frozenset[tuple[str, str]]) -> tuple[str, ...]:
    """The services to look at: what theirs rests on changed, or it is broken, and may have become what it was."""
    changed = changed_assets(prover.load_snapshot(), kept)
    with prover.open_unit_of_work(reading=True) as work:
        return tuple(sorted({*work.certificates.resting_on(changed), *work.certificates.broken()}))


def _look(prover: Prover, service_id: str) -> _Outcome:
    """Prove one service's diversity on the inventory of this moment, and keep what that changes."""
    for _ in range(MOST_LOOKS):
        snapshot = prover.load_snapshot()
        with prover.open_unit_of_work(reading=True) as work:
            service = work.services.get(service_id)
        if service.state in NOT_CERTIFIED:
            raise WrongState("service", service_id, service.state, "certified")
        proof, error = _proof(snapshot, service)
        with prover.open_unit_of_work() as work:
            if work.certificates.lock(service_id) != snapshot.revision:
                continue  # the inventory was replaced meanwhile: what was looked at is no longer so
            outcome = _decide(prover, work, service, snapshot.revision, proof, error)
            work.commit()
        return outcome
    raise PlantKeepsChanging(service_id, MOST_LOOKS)


def _proof(snapshot: Snapshot, service: Service) -> tuple[Proof | None, CertificateError | None]:
    try:
        return prove(snapshot, service), None
    except (NotDiverse, LegNotTraced) as error:
        return None, error


def _decide(
    prover: Prover,
    work: UnitOfWork,
    service: Service,
    revision: int,
    proof: Proof | None,
    error: CertificateError | None,
) -> _Outcome:
    kept = work.certificates.current(service.id)
    if proof is None:
        broken = _break(prover, work, service, revision, kept, error)
        return _Outcome(None, error, tuple(broken))
    if kept is not None and kept.state is CertificateState.STANDING and kept.fingerprints == proof.fingerprints:
        return _Outcome(kept)
    try:
        key = read_key(prover.key)
    except (CertificateKeyMissing, CertificateKeyInvalid) as lacking:
        return _Outcome(None, lacking)
    made = issue(proof, service, work.certificates.next_number(service.id), revision, prover.now(), key)
    work.certificates.add(made)
    event = _event_of_issue(made, kept)
    _tell(work, event)
    return _Outcome(made, None, (event,))


def _event_of_issue(made: Certificate, kept: Certificate | None) -> CertificateEvent:
    nearest_m = made.content["separation"]["mm"] / 1000
    is_true = f"The two legs share nothing but their ends, and come no nearer to each other than {nearest_m:,.1f} m"
    if kept is None:
        return _event(made, CertificateEventKind.ISSUED, (), f"{is_true}.")
    if kept.state is CertificateState.BROKEN:
        return _event(made, CertificateEventKind.RESTORED, kept.shared, f"{is_true}, again.")
    changed = tuple(sorted({asset for asset, _ in made.fingerprints.items() ^ kept.fingerprints.items()}))
    return _event(made, CertificateEventKind.RENEWED, changed, f"{is_true}; {named(changed)} changed.")


def _break(
    prover: Prover,
    work: UnitOfWork,
    service: Service,
    revision: int,
    kept: Certificate | None,
    error: CertificateError | None,
) -> Iterator[CertificateEvent]:
    """Say once that a certificate is not true any more; again only where it is by something else."""
    shared = error.shared if isinstance(error, NotDiverse) else ()
    if kept is None or error is None or (kept.state is CertificateState.BROKEN and kept.shared == shared):
        return
    at = prover.now()
    work.certificates.break_current(service.id, shared, revision, at)
    event = CertificateEvent(
        service_id=service.id,
        isp_code=service.isp_code,
        at=at,
        kind=CertificateEventKind.BROKEN,
        certificate=kept.number,
        inventory_revision=revision,
        assets=shared,
        text=error.sentence,
    )
    _tell(work, event)
    yield event


def _withdraw(prover: Prover, service_id: str) -> Iterator[CertificateEvent]:
    with prover.open_unit_of_work() as work:
        revision, at = work.certificates.lock(service_id), prover.now()
        kept = work.certificates.current(service_id)
        if kept is None:
            return
        work.certificates.withdraw(service_id, at)
        event = CertificateEvent(
            service_id=service_id,
            isp_code=kept.isp_code,
            at=at,
            kind=CertificateEventKind.WITHDRAWN,
            certificate=kept.number,
            inventory_revision=revision,
            assets=(),
            text="The service ended.",
        )
        _tell(work, event)
        work.commit()
    yield event


def _event(made: Certificate, kind: CertificateEventKind, assets: tuple[str, ...], text: str) -> CertificateEvent:
    return CertificateEvent(
        service_id=made.service_id,
        isp_code=made.isp_code,
        at=made.issued_at,
        kind=kind,
        certificate=made.number,
        inventory_revision=made.inventory_revision,
        assets=assets,
        text=text,
    )


def _tell(work: UnitOfWork, event: CertificateEvent) -> None:
    """Keep an event, and write it into the story of the order that made the service."""
    work.certificates.record(event)
    made_by = (each for each in work.orders.of_service(event.service_id) if each.action is OrderAction.ADD)
    order = next(made_by, None)
    if order is not None:
        status = STATUS_OF_KIND.get(event.kind, EventStatus.DONE)
        facts = {"certificate": str(event.certificate), "kind": event.kind.value, "assets": ", ".join(event.assets)}
        text = f"Diversity certificate {event.certificate} {event.kind.value}. {event.text}"
        work.orders.record(order.id, STEP, status, text, facts)
