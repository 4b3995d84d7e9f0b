"""`diversity-certificate`: that a service's two legs share nothing but their ends, signed; and what became of it.

The operator's people may ask about every service, an ISP about its own: another's is one that does not exist.
"""

from dataclasses import dataclass

from provisioning.certificate_key import read_key
from provisioning.certificates import Certificate, CertificateEvent, CertificateState, ListedCertificate
from provisioning.errors import UnknownService
from provisioning.isps import Principal
from provisioning.policy import Action, must
from provisioning.reproving import prove_again, prover_of
from provisioning.rights import may_see
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools

MOST_EVENTS = 1000  # of one service, in its history: the newest
MOST_CERTIFICATES = 20  # likewise; each has a document of some 100 kB


@dataclass(frozen=True, slots=True)
class CertificateHistory:
    """The newest certificates a service had, and what happened to them last, oldest first."""

    service_id: str
    certificates: tuple[Certificate, ...]
    events: tuple[CertificateEvent, ...]


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The key certificates are checked with, and its short name; both in hexadecimal digits."""

    id: str
    public: str


def certificate(tools: Tools, who: Principal, service_id: str) -> Certificate:
    """The certificate of a service, true on the inventory of this moment. Where there is none yet, it is made.

    Raises:
        UnknownService, NoSecondLeg, WrongState: there cannot be one.
        NotDiverse, LegNotTraced: its legs share what is named; or the plant does not say where one lies.
        CertificateKeyMissing, CertificateKeyInvalid: it cannot be signed.
    """
    must(who, Action.READ_SERVICES)
    with tools.open_unit_of_work(reading=True) as work:
        _must_see(work, who, service_id)
    return prove_again(prover_of(tools), service_id)


def certificates(
    tools: Tools, who: Principal, *, state: CertificateState | None = None, after: str = "", limit: int = 50
) -> tuple[ListedCertificate, ...]:
    """The current certificates by the id of their service, those behind `after`: as they were proved last.

    Without their documents: `certificate` has one.
    """
    must(who, Action.READ_SERVICES)
    with tools.open_unit_of_work(reading=True) as work:
        return work.certificates.page(isp_code=who.isp_code, state=state, after=after, limit=limit)


def certificate_history(tools: Tools, who: Principal, service_id: str) -> CertificateHistory:
    """Raises: UnknownService."""
    must(who, Action.READ_SERVICES)
    with tools.open_unit_of_work(reading=True) as work:
        _must_see(work, who, service_id)
        found = work.certificates.history(service_id, MOST_CERTIFICATES)
        return CertificateHistory(service_id, found, work.certificates.newest_events(service_id, MOST_EVENTS))


def certificate_events(
    tools: Tools, who: Principal, *, after: int = 0, limit: int = 50
) -> tuple[CertificateEvent, ...]:
    """What happened to certificates, oldest first, with numbers above `after`: what a NOC asks for again and again."""
    must(who, Action.READ_SERVICES)
    with tools.open_unit_of_work(reading=True) as work:
        return work.certificates.events(isp_code=who.isp_code, after=after, limit=limit)


def public_key(tools: Tools, who: Principal) -> PublicKey:
    """The key that new certificates can be checked with. The same for everybody.

    Raises: CertificateKeyMissing, CertificateKeyInvalid.
    """
    must(who, Action.SEE_ITSELF)
    key = read_key(tools.settings.certificate_key)
    return PublicKey(key.id, key.public)


def _must_see(work: UnitOfWork, who: Principal, service_id: str) -> None:
    if not may_see(who, work.services.get(service_id).isp_code):
        raise UnknownService(service_id)
