"""The unit of work: what one transaction may read and write of what is sold.

`open_unit_of_work()` opens a transaction, `commit()` ends it; leaving without `commit` rolls
back. None is ever open while NetBox, a device or another host is spoken to.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from automation.change_plan import DeviceChange
from inventory.confidence import Confidence
from inventory.coverage_nouns import CoverageCount, CoverageRound, CoverageRow, GroundRows, PremisesCoverage
from inventory.devices import PortRef
from inventory.plant import PositionRef, StrandRef
from inventory.plant_use import PlantUse
from inventory.routes import StrandLeg
from inventory.windows import Window
from provisioning.certificates import Certificate, CertificateEvent, CertificateState, ListedCertificate
from provisioning.changes import RULE, STATE, ChangeKind, StateChange
from provisioning.hits import HeldStrand, LinkService
from provisioning.isps import ApiToken, Principal, User
from provisioning.orders import EventStatus, Order, OrderDiff, OrderEvent, OrderPage, OrderState, Reason
from provisioning.reservations import Reservation, ReservationPage, ReservationState
from provisioning.services import Circuit, Service, ServicePage, ServiceState
from provisioning.usage import Usage
from provisioning.store.issue_work import Incidents, Tickets
from provisioning.urgency import Urgency


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds: a service, or a reservation (research, a festival). Exactly one of both."""

    service_id: str | None = None
    reservation_id: str | None = None


class Orders(Protocol):
    """Orders, their events and their diffs."""

    def add(self, order: Order, idempotency_key: str, request_digest: str) -> bool:
        """Keep a new order; False, and nothing kept, where (isp, key) made one of the same digest already.

        Raises: IdempotencyConflict, when (isp, key) is there already with another digest.
        """

    def find_by_key(self, isp_code: str, idempotency_key: str) -> tuple[Order, str] | None:
        """The order and the request digest that (isp, key) made, if any."""

    def get(self, order_id: str) -> Order:
        """Raises: UnknownOrder."""

    def of_service(self, service_id: str) -> tuple[Order, ...]:
        """The orders that made or are about a service, oldest first."""

    def set_state(self, order_id: str, state: OrderState, reasons: Sequence[Reason] = (), *, why: str = "") -> None:
        """Move on, and record why (the reasons, where nothing is said); the state it has already is fine.

        Raises: WrongState, when `orders.BECOMES` does not allow it; UnknownOrder.
        """

    def set_service(self, order_id: str, service_id: str) -> None:
        """Say which service the order made."""

    def approve(self, order_id: str, digest: str, by: str) -> None:
        """Keep what was approved and by whom ("rule" where no person had to), and end the wait."""

    def approved_digest(self, order_id: str) -> str | None:
        """What `approve` was told, if anybody approved."""

    def end_wait(self, order_id: str) -> None:
        """Let one decision through and no second one.

        Raises: WrongState, when the order is not awaiting approval; UnknownOrder.
        """

    def set_step(self, order_id: str, step: str, *, awaiting_approval: bool = False) -> None: ...

    def page(
        self,
        *,
        isp_code: str | None,
        state: OrderState | None,
        awaiting_approval: bool | None,
        cursor: str | None,
        limit: int,
    ) -> OrderPage: ...

    def record(
        self,
        order_id: str,
        step: str,
        status: EventStatus,
        text: str,
        facts: Mapping[str, str] | None = None,
        seconds: float | None = None,
    ) -> None: ...

    def events(self, order_id: str, after: int = 0) -> tuple[OrderEvent, ...]: ...

    def save_changes(self, order_id: str, step: str, changes: Sequence[DeviceChange]) -> None:
        """Replace what is kept of this step."""

    def changes(self, order_id: str, step: str) -> tuple[DeviceChange, ...]: ...

    def diffs(self, order_id: str) -> tuple[OrderDiff, ...]: ...

    def count_by_state(self) -> dict[OrderState, int]: ...


class Changes(Protocol):
    """What changed: history, and what listeners are told from."""

    def record(
        self,
        kind: ChangeKind,
        subject_id: str,
        isp_code: str,
        was: str,
        now: str,
        why: str = "",
        *,
        about: str = STATE,
        order_id: str | None = None,
        by: str | None = None,
    ) -> None:
        """Keep a change, by whoever is behind the transaction or by whom is named; a state that stays is none.

        `was` is "" for what is made now. Orders and services record their states by themselves.
        """

    def of(self, kind: ChangeKind, subject_id: str, after: int = 0) -> tuple[StateChange, ...]:
        """The changes of one thing with numbers above `after`, oldest first."""


class Services(Protocol):
    """Services and their circuits."""

    def add(self, service: Service) -> None: ...

    def get(self, service_id: str) -> Service:
        """Raises: UnknownService."""

    def some(self, service_ids: Collection[str]) -> Iterator[Service]:
        """Those of these that there are, by id; some hundreds in one statement."""

    def set_state(
        self, service_id: str, state: ServiceState, *, was: ServiceState | None = None, why: str = ""
    ) -> None:
        """Move on, and record why; the state it has already is fine, unless `was` says which state it must come from.

        Raises: WrongState, when `services.SERVICE_BECOMES` does not allow it; UnknownService.
        """

    def set_circuit(self, service_id: str, circuit: Circuit | None) -> None: ...

    def set_legs(self, service_id: str, legs: Sequence[StrandLeg]) -> None: ...

    def set_idle_lines(self, service_id: str, idle_lines: Mapping[str, tuple[str, ...]]) -> None:
        """Keep, by device, the UNI's lines as found, for the cease to put back."""

    def idle_lines(self, service_id: str) -> Mapping[str, tuple[str, ...]]: ...

    def page(
        self, *, isp_code: str | None, state: ServiceState | None, cursor: str | None, limit: int
    ) -> ServicePage: ...

    def with_circuit(self) -> tuple[Service, ...]:
        """Every service that has a circuit: what is on devices, or on its way there or off."""


class Reservations(Protocol):
    """What services hold. The database's unique constraints stop two from holding one port or tag."""

    def usage(
        self, devices: Sequence[str], links: Sequence[str] | None, handover: str | None, *, lock: bool = False
    ) -> Usage:
        """What is taken on these devices, links (None: on all links) and at this handover.

        With `lock`, nobody else can take bandwidth of these links and this handover until the
        transaction ends: what is chosen from the answer can be held. Every transaction
        locks in the same order.
        """

    def hold(self, service_id: str, circuit: Circuit) -> None:
        """Take the UNI, the tag at the handover and on every device, and the bandwidth.

        Raises: ReservationConflict: another order was faster; read again and choose again.
        """

    def resize(self, service_id: str, cir_mbps: int) -> None:
        """Hold that much bandwidth at the handover and on every link of the service: more, less or the same.

        Whether there is room is for the caller to see, under the lock of `usage`.
        """

    def release(self, service_id: str) -> None:
        """Give back all the service held; nothing held is fine."""

    def held_by(self, service_id: str) -> tuple[str, ...]:
        """What it holds, as short texts such as "uni nte-1:Ethernet1"."""


class Holds(Protocol):
    """What is held of the plant for a window: strands, positions and ports. The database refuses an overlap."""

    def use(self, window: Window | None = None, *, with_ports: bool = False) -> PlantUse:
        """Every hold, or those on any day of the window; those on ports only where asked for: each UNI has one."""

    def take(
        self,
        holder: Holder,
        window: Window,
        *,
        strands: Sequence[StrandRef] = (),
        positions: Sequence[PositionRef] = (),
        ports: Sequence[PortRef] = (),
    ) -> None:
        """Take all of it for the window; a unit of work that was refused is to be left without a commit.

        Raises: AlreadyHeld (a ReservationConflict), naming what another holds on a day of the window; UnknownThing.
        """

    def lock_inventory(self) -> int:
        """Until the transaction ends, nobody replaces the inventory; to be called before anything is taken.

        Returns its revision: what was chosen from a snapshot of another one must be chosen anew.
        """

    def give_back(self, holder: Holder) -> None:
        """Give back all the holder has; nothing held is fine."""

    def held_by(self, holder: Holder) -> tuple[str, ...]:
        """What it holds, as short texts such as "strand c-4:12"."""

    def services_on(self, strands: Collection[StrandRef], day: date) -> tuple[str, ...]:
        """The ids of the services that hold any of these strands on that day, in order."""

    def over(self, day: date) -> tuple[Holder, ...]:
        """Who still holds something whose window ended before that day, each once, in order."""


class Certificates(Protocol):
    """Certificates of diversity. A service has one current one at most, standing or broken; the others are history."""

    def current(self, service_id: str) -> Certificate | None: ...

    def lock(self, service_id: str) -> int:
        """Until the transaction ends, nobody else changes the service's certificate or the inventory.

        Returns the inventory's revision. Raises: UnknownService.
        """

    def history(self, service_id: str, most: int) -> tuple[Certificate, ...]:
        """The newest there were of a service, oldest first."""

    def page(
        self, *, isp_code: str | None, state: CertificateState | None, after: str, limit: int
    ) -> tuple[ListedCertificate, ...]:
        """Current ones by the id of their service, those behind `after`."""

    def add(self, certificate: Certificate) -> None:
        """Make it the service's current one, in place of the one before."""

    def break_current(self, service_id: str, shared: Iterable[str], seen: int, at: datetime) -> None:
        """Say that the current one is broken, by what, as seen in which revision of the inventory."""

    def withdraw(self, service_id: str, at: datetime) -> None:
        """The current one counts no more; none is fine."""

    def next_number(self, service_id: str) -> int: ...

    def fingerprints(self) -> frozenset[tuple[str, str]]:
        """Every asset that a current certificate rests on ("kind:code"), with the fingerprint of its facts then."""

    def resting_on(self, assets: Collection[str]) -> tuple[str, ...]:
        """The services whose current certificate rests on any of these, in order."""

    def broken(self) -> tuple[str, ...]:
        """The services whose current certificate is broken, in order."""

    def of_ended_services(self) -> tuple[str, ...]:
        """The services that ended and have a current certificate still."""

    def record(self, event: CertificateEvent) -> None: ...

    def events(self, *, isp_code: str | None = None, after: int = 0, limit: int) -> tuple[CertificateEvent, ...]:
        """What happened, oldest first, with numbers above `after`."""

    def newest_events(self, service_id: str, most: int) -> tuple[CertificateEvent, ...]:
        """What happened last to a service's certificates, oldest first."""

    def count_by_state(self) -> Mapping[CertificateState, int]:
        """How many current ones are in each state."""


class Impacts(Protocol):
    """What hangs on links and cables: read as it is held now, kept nowhere else."""

    def ids_on_links(self, links: Collection[str]) -> frozenset[str]:
        """The services whose circuit has one of these links."""

    def services_on_links(self, links: Collection[str]) -> tuple[LinkService, ...]:
        """The same, with what a cut's answer says of each."""

    def held_with(self, links: Collection[str]) -> Mapping[str, int]:
        """What these services hold of any link, Mbit/s by link."""

    def strands_held_in(self, cables: Collection[str], day: date) -> tuple[HeldStrand, ...]:
        """The strands of these cables that anybody holds on that day."""


class KeptReservations(Protocol):
    """Reservations for a window of days. What they hold stands in `Holds`."""

    def add(self, reservation: Reservation) -> None: ...

    def get(self, reservation_id: str) -> Reservation:
        """Raises: UnknownReservation."""

    def end(self, reservation_id: str, state: ReservationState) -> None:
        """Move on to `released` or `ended`; the state it has already is fine.

        Raises: WrongState, UnknownReservation.
        """

    def page(
        self, *, isp_code: str | None, state: ReservationState | None, cursor: str | None, limit: int
    ) -> ReservationPage: ...


class Coverages(Protocol):
    """What all premises could have, as it was when all were last looked at, and what that is derived from."""

    def ground(self, day: date) -> tuple[GroundRows, int]:
        """What the answers on a day are derived from, and the inventory's revision."""

    def replace(self, rows: Sequence[CoverageRow], done: CoverageRound) -> None:
        """Put these answers in the place of all that are there."""

    def last_round(self) -> CoverageRound | None:
        """What the answers were derived from; None where there are none yet."""

    def revision_now(self) -> int:
        """The inventory's revision, to be held against that of the answers."""

    def counts(self) -> tuple[CoverageCount, ...]: ...

    def page(
        self, *, confidence: Confidence | None, dx: str | None, after: str, limit: int
    ) -> tuple[PremisesCoverage, ...]:
        """The first answers with a UPRN after `after`, in the order of these as text."""


class DeviceClaims(Protocol):
    """Which order is changing which device. A claim is kept by a durable workflow, so it is never stale."""

    def claim(self, order_id: str, devices: Sequence[str]) -> tuple[str, ...]:
        """Claim all or none; return the devices that another order holds (empty: all are ours)."""

    def release(self, order_id: str) -> None: ...


class Users(Protocol):
    """People, sign-ins, tokens and portal sessions."""

    def add(self, user: User, password_hash: str) -> None:
        """Raises: UserExists."""

    def find(self, name: str) -> tuple[User, str] | None:
        """The user and the password hash."""

    def all(self) -> tuple[User, ...]: ...

    def set_password_hash(self, name: str, password_hash: str) -> None:
        """Also ends the user's portal sessions. Raises: UnknownUser."""

    def set_disabled(self, name: str, disabled: bool) -> None:
        """Also ends the user's portal sessions. Raises: UnknownUser."""

    def add_token(self, token: ApiToken, secret_hmac: str) -> None: ...

    def find_token(self, key: str) -> tuple[ApiToken, str] | None: ...

    def tokens(self, user_name: str | None = None) -> tuple[ApiToken, ...]: ...

    def revoke_token(self, key: str) -> None:
        """Raises: UnknownToken."""

    def add_session(self, session_hmac: str, user_name: str, expires_at: datetime) -> None: ...

    def find_session(self, session_hmac: str, now: datetime) -> Principal | None: ...

    def drop_session(self, session_hmac: str) -> None: ...

    def drop_expired_sessions(self, now: datetime) -> None: ...


class Jobs(Protocol):
    """Durable work, enqueued in the same transaction as the rows that make it necessary."""

    def activate(self, order_id: str) -> None: ...

    def deploy(self, order_id: str) -> None: ...

    def cease(self, order_id: str) -> None: ...

    def activate_strands(self, order_id: str) -> None: ...

    def deliver_strands(self, order_id: str) -> None: ...

    def cease_strands(self, order_id: str) -> None: ...

    def abandon(self, order_id: str) -> None:
        """Take back what a declined order had: record, reservation, service."""


class UnitOfWork(Protocol):
    """One transaction."""

    @property
    def changes(self) -> Changes: ...

    @property
    def orders(self) -> Orders: ...

    @property
    def services(self) -> Services: ...

    @property
    def reservations(self) -> Reservations: ...

    @property
    def holds(self) -> Holds: ...

    @property
    def kept_reservations(self) -> KeptReservations: ...

    @property
    def certificates(self) -> Certificates: ...

    @property
    def impacts(self) -> Impacts: ...

    @property
    def coverage(self) -> Coverages: ...

    def walk(self, workflow: str, order_id: str, number: int = 1, urgency: Urgency | None = None) -> None:
        """Walk the order through this workflow; the same one under the same number is walked once.

        An order that waited is walked again under the next number: steps that are done are passed over.
        """

    @property
    def claims(self) -> DeviceClaims: ...

    @property
    def users(self) -> Users: ...

    @property
    def jobs(self) -> Jobs: ...

    def commit(self) -> None: ...


class OpensUnitOfWork(Protocol):
    """Opens a transaction; leaving it without `commit` rolls back.

    With `reading=True` it sees one moment and waits for no writer; it is not for writing.
    `by` is who is behind it: a user's name, or the house by its own rules.
    """

    def __call__(self, *, reading: bool = False, by: str = RULE) -> AbstractContextManager[UnitOfWork]: ...
