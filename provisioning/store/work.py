"""The unit of work: what one transaction may read and write of what is sold.

`open_unit_of_work()` opens a transaction, `commit()` ends it; leaving without `commit` rolls
back. None is ever open while NetBox, a device or another host is spoken to.
"""

from contextlib import AbstractContextManager
from typing import Protocol

from provisioning.changes import RULE
from provisioning.store.backup_work import Backups, SeenDevices
from provisioning.store.birth_work import Births
from provisioning.store.change_plan_work import ChangePlans, UncertainDevices
from provisioning.store.engine_work import Claims, Jobs, Pauses, Schedules, Workers
from provisioning.store.enrolment_work import Enrolments
from provisioning.store.issue_work import Incidents, Tickets
from provisioning.store.listening import Deliveries, Listeners
from provisioning.store.listing_work import Listings
from provisioning.store.order_work import Changes, Orders
from provisioning.store.people_work import Answers, Approvals, Clients, Users
from provisioning.store.performance_work import PerformanceTests
from provisioning.store.plant_work import Certificates, Coverages, Holds, Impacts, KeptReservations
from provisioning.store.product_order_work import Cancellations, Charges, DateChanges, FarEnds, ProductOrders
from provisioning.store.product_work import HeldSsids, UsedCatalogues
from provisioning.store.quote_work import OfferingQualifications, Quotes
from provisioning.store.service_work import LineMoves, Lines, Reservations, Services
from provisioning.store.trail_work import Trail


class UnitOfWork(Protocol):
    """One transaction."""

    @property
    def changes(self) -> Changes: ...

    @property
    def trail(self) -> Trail: ...

    @property
    def listeners(self) -> Listeners: ...

    @property
    def deliveries(self) -> Deliveries: ...

    @property
    def orders(self) -> Orders: ...

    @property
    def product_orders(self) -> ProductOrders: ...

    @property
    def charges(self) -> Charges: ...

    @property
    def cancellations(self) -> Cancellations: ...

    @property
    def date_changes(self) -> DateChanges: ...

    @property
    def far_ends(self) -> FarEnds: ...

    @property
    def services(self) -> Services: ...

    @property
    def catalogues(self) -> UsedCatalogues: ...

    @property
    def ssids(self) -> HeldSsids: ...

    @property
    def reservations(self) -> Reservations: ...

    @property
    def lines(self) -> Lines: ...

    @property
    def line_moves(self) -> LineMoves: ...

    @property
    def holds(self) -> Holds: ...

    @property
    def kept_reservations(self) -> KeptReservations: ...

    @property
    def certificates(self) -> Certificates: ...

    @property
    def births(self) -> Births: ...

    @property
    def performance(self) -> PerformanceTests: ...

    @property
    def enrolments(self) -> Enrolments: ...

    @property
    def backups(self) -> Backups: ...

    @property
    def seen_devices(self) -> SeenDevices: ...

    @property
    def impacts(self) -> Impacts: ...

    @property
    def coverage(self) -> Coverages: ...

    @property
    def quotes(self) -> Quotes: ...

    @property
    def offering_qualifications(self) -> OfferingQualifications: ...

    @property
    def tickets(self) -> Tickets: ...

    @property
    def incidents(self) -> Incidents: ...

    @property
    def listings(self) -> Listings: ...

    @property
    def claims(self) -> Claims: ...

    @property
    def change_plans(self) -> ChangePlans: ...

    @property
    def uncertain(self) -> UncertainDevices: ...

    @property
    def pauses(self) -> Pauses: ...

    @property
    def schedules(self) -> Schedules: ...

    @property
    def workers(self) -> Workers: ...

    @property
    def users(self) -> Users: ...

    @property
    def clients(self) -> Clients: ...

    @property
    def approvals(self) -> Approvals: ...

    @property
    def answers(self) -> Answers: ...

    @property
    def jobs(self) -> Jobs: ...

    def trying(self) -> AbstractContextManager[None]:
        """What is written inside is not kept: for a look at how things would be."""

    def commit(self) -> None: ...


class OpensUnitOfWork(Protocol):
    """Opens a transaction; leaving it without `commit` rolls back.

    With `reading=True` it sees one moment and waits for no writer; it is not for writing.
    `by` is who is behind it: a user's name, or the house by its own rules.
    """

    def __call__(self, *, reading: bool = False, by: str = RULE) -> AbstractContextManager[UnitOfWork]: ...
