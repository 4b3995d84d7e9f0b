"""One transaction on the database, and what opens it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from automation.sealing import Sealer, sealer
from inventory.store.engine import READ_ONLY
from provisioning.causes import cause_now
from provisioning.changes import RULE
from provisioning.deeds import deed_now
from provisioning.store.answers import StoredAnswers
from provisioning.store.approvals import StoredApprovals
from provisioning.store.backups import StoredBackups, StoredSeenDevices
from provisioning.store.births import StoredBirths
from provisioning.store.catalogues import StoredCatalogues
from provisioning.store.certificates import StoredCertificates
from provisioning.store.change_plans import StoredChangePlans
from provisioning.store.changes import StoredChanges
from provisioning.store.chargeable_tasks import StoredCancellations, StoredDateChanges
from provisioning.store.charges import StoredCharges
from provisioning.store.claims import StoredClaims
from provisioning.store.clients import StoredClients
from provisioning.store.coverage import StoredCoverage
from provisioning.store.deliveries import StoredDeliveries
from provisioning.store.engine_work import Jobs
from provisioning.store.enrolments import StoredEnrolments
from provisioning.store.far_ends import StoredFarEnds
from provisioning.store.holds import StoredHolds
from provisioning.store.impact import StoredImpact
from provisioning.store.incidents import StoredIncidents
from provisioning.store.kept_reservations import StoredKeptReservations
from provisioning.store.line_moves import StoredLineMoves
from provisioning.store.lines import StoredLines
from provisioning.store.listeners import StoredListeners
from provisioning.store.listings import StoredListings
from provisioning.store.offering_qualifications import StoredOfferingQualifications
from provisioning.store.orders import StoredOrders
from provisioning.store.pauses import StoredPauses
from provisioning.store.performance import StoredPerformanceTests
from provisioning.store.product_orders import StoredProductOrders
from provisioning.store.quotes import StoredQuotes
from provisioning.store.reservations import StoredReservations
from provisioning.store.schedules import StoredSchedules
from provisioning.store.services import StoredServices
from provisioning.store.ssids import StoredSsids
from provisioning.store.tickets import StoredTickets
from provisioning.store.trail import StoredTrail
from provisioning.store.uncertain import StoredUncertainDevices
from provisioning.store.users import StoredUsers
from provisioning.store.work import OpensUnitOfWork, UnitOfWork
from provisioning.store.workers import StoredWorkers


@dataclass(frozen=True, slots=True)
class StoredWork:
    """Implements `work.UnitOfWork` on one SQLAlchemy session."""

    session: Session
    changes: StoredChanges
    trail: StoredTrail
    listeners: StoredListeners
    deliveries: StoredDeliveries
    orders: StoredOrders
    product_orders: StoredProductOrders
    charges: StoredCharges
    cancellations: StoredCancellations
    date_changes: StoredDateChanges
    far_ends: StoredFarEnds
    services: StoredServices
    catalogues: StoredCatalogues
    ssids: StoredSsids
    reservations: StoredReservations
    lines: StoredLines
    line_moves: StoredLineMoves
    holds: StoredHolds
    kept_reservations: StoredKeptReservations
    impacts: StoredImpact
    coverage: StoredCoverage
    certificates: StoredCertificates
    births: StoredBirths
    performance: StoredPerformanceTests
    enrolments: StoredEnrolments
    backups: StoredBackups
    seen_devices: StoredSeenDevices
    quotes: StoredQuotes
    offering_qualifications: StoredOfferingQualifications
    tickets: StoredTickets
    incidents: StoredIncidents
    listings: StoredListings
    claims: StoredClaims
    change_plans: StoredChangePlans
    uncertain: StoredUncertainDevices
    pauses: StoredPauses
    schedules: StoredSchedules
    workers: StoredWorkers
    users: StoredUsers
    clients: StoredClients
    approvals: StoredApprovals
    answers: StoredAnswers
    jobs: Jobs

    @contextmanager
    def trying(self) -> Iterator[None]:
        """What is written inside is not kept."""
        savepoint = self.session.begin_nested()
        try:
            yield
        finally:
            savepoint.rollback()

    def commit(self) -> None:
        deed = deed_now()
        if deed is not None:
            self.trail.append(deed, self.changes.first)
        self.session.commit()


def open_store(
    engine: Engine,
    *,
    jobs: Callable[[Session], Jobs],
    now: Callable[[], datetime],
    key: SecretStr | None = None,
) -> OpensUnitOfWork:
    """Return what opens units of work on this database.

    `jobs` makes the engine's queue of a session, so that an order and its work are committed
    together. A unit opened with `reading=True` sees one moment, waits for no writer, and
    cannot write on either database. `key` is what secrets of devices are sealed with; without one they
    are sealed with one that nobody knows, and can be opened as long as this program runs.
    """
    seals = sealer(key)

    def open_unit_of_work(*, reading: bool = False, by: str = RULE) -> AbstractContextManager[UnitOfWork]:
        deed = deed_now()
        whose = deed.who if deed is not None and by == RULE else by
        return _unit(_read_only(engine) if reading else engine, jobs, now, whose, seals)

    return open_unit_of_work


def _why_now() -> str:
    """What somebody does at the front desk, or else what a walk or a schedule does."""
    deed = deed_now()
    return f"{deed.action[:1].upper()}{deed.action[1:]}." if deed is not None else cause_now()


def _read_only(engine: Engine) -> Engine:
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine.execution_options(**{READ_ONLY: True})


@contextmanager
def _unit(
    engine: Engine, jobs: Callable[[Session], Jobs], now: Callable[[], datetime], by: str, seals: Sealer
) -> Iterator[UnitOfWork]:
    with Session(engine, expire_on_commit=False) as session:
        changes = StoredChanges(session, now, by, _why_now())
        yield StoredWork(
            session=session,
            changes=changes,
            trail=StoredTrail(session, now),
            listeners=StoredListeners(session, now),
            deliveries=StoredDeliveries(session, now),
            orders=StoredOrders(session, now, changes),
            product_orders=StoredProductOrders(session, now, changes),
            charges=StoredCharges(session, now, changes),
            cancellations=StoredCancellations(session, now, changes),
            date_changes=StoredDateChanges(session, now, changes),
            far_ends=StoredFarEnds(session, now),
            services=StoredServices(session, now, changes),
            catalogues=StoredCatalogues(session, now),
            ssids=StoredSsids(session),
            reservations=StoredReservations(session, now),
            lines=StoredLines(session, now),
            line_moves=StoredLineMoves(session, now),
            holds=StoredHolds(session),
            kept_reservations=StoredKeptReservations(session, now),
            impacts=StoredImpact(session),
            coverage=StoredCoverage(session),
            certificates=StoredCertificates(session),
            births=StoredBirths(session),
            performance=StoredPerformanceTests(session),
            enrolments=StoredEnrolments(session),
            backups=StoredBackups(session),
            seen_devices=StoredSeenDevices(session),
            quotes=StoredQuotes(session, now, changes),
            offering_qualifications=StoredOfferingQualifications(session, now, changes),
            tickets=StoredTickets(session, now, changes),
            incidents=StoredIncidents(session, now, changes),
            listings=StoredListings(session),
            claims=StoredClaims(session),
            change_plans=StoredChangePlans(session, now, seals),
            uncertain=StoredUncertainDevices(session, now),
            pauses=StoredPauses(session),
            schedules=StoredSchedules(session),
            workers=StoredWorkers(session),
            users=StoredUsers(session),
            clients=StoredClients(session),
            approvals=StoredApprovals(session),
            answers=StoredAnswers(session),
            jobs=jobs(session),
        )
