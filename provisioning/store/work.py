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
from inventory.hosting import HostingRef
from inventory.plant import PositionRef, StrandRef
from inventory.plant_use import PlantUse
from inventory.routes import StrandLeg
from inventory.windows import Window
from provisioning.answers import Given, KeptKey
from provisioning.by_hand import ByHand
from provisioning.certificates import Certificate, CertificateEvent, CertificateState, ListedCertificate
from provisioning.changes import RULE, STATE, ChangeKind, StateChange
from provisioning.chargeable_tasks import Cancellation, DateChange, TaskState
from provisioning.charges import Charge
from provisioning.dangers import GivenApproval
from provisioning.far_ends import FarEnd, FarEndState
from provisioning.hits import HeldStrand, LinkService
from provisioning.isps import AccessToken, ApiToken, Client, Principal, User
from provisioning.line_moves import LineMove, LineMoveRow, LineMoveState, RowState
from provisioning.lines import Line, LineSwitch
from provisioning.orders import (
    EventStatus,
    Note,
    Order,
    OrderDiff,
    OrderEvent,
    OrderPage,
    OrderRequest,
    OrderState,
    Reason,
    WaitsFor,
)
from provisioning.product_orders import ProductOrder, ProductOrderPage, ProductOrderState
from provisioning.reservations import Reservation, ReservationPage, ReservationState
from provisioning.services import Circuit, Service, ServicePage, ServiceState
from provisioning.store.backup_work import Backups, SeenDevices
from provisioning.store.birth_work import Births
from provisioning.store.change_plan_work import ChangePlans, UncertainDevices
from provisioning.store.engine_work import Claims, Pauses, Schedules, Work, Workers
from provisioning.store.enrolment_work import Enrolments
from provisioning.store.issue_work import Incidents, Tickets
from provisioning.store.listening import Deliveries, Listeners
from provisioning.store.listing_work import Listings
from provisioning.store.product_work import HeldSsids, UsedCatalogues
from provisioning.store.quote_work import OfferingQualifications, Quotes
from provisioning.store.trail_work import Trail
from provisioning.urgency import Urgency
from provisioning.usage import Usage


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

    def lock(self, order_id: str) -> Order:
        """The order; until the transaction ends, nobody else moves it. Raises: UnknownOrder."""

    def lock_items(self, order_id: str) -> tuple[Order, ...]:
        """The order and all others of its product order, by id; until the transaction ends, nobody else moves them."""

    def of_product_order(self, product_order_id: str) -> tuple[Order, ...]:
        """Its orders, as their buyer numbers them."""

    def citing(self, quote_id: str, isp_code: str, since: datetime) -> tuple[Order, ...]:
        """The orders of an ISP that cite a quote of its own, which was asked for at `since`."""

    def due(self, now: datetime) -> tuple[Order, ...]:
        """The orders whose wait is over by the clock, those that have been so for longest first."""

    def still_since(self, before: datetime) -> tuple[Order, ...]:
        """Those that have not ended, wait for nothing, and of which nothing was written since; the stillest first."""

    def of_service(self, service_id: str) -> tuple[Order, ...]:
        """The orders that made or are about a service, oldest first."""

    def set_state(self, order_id: str, state: OrderState, reasons: Sequence[Reason] = (), *, why: str = "") -> None:
        """Move on, and record why (the reasons, where nothing is said); the state it has already is fine.

        Raises: WrongState, when `orders.BECOMES` does not allow it; UnknownOrder.
        """

    def set_service(self, order_id: str, service_id: str) -> None:
        """Say which service the order made."""

    def approve(self, order_id: str, digest: str, by: str) -> None:
        """Keep what was approved and by whom ("rule" where no person had to)."""

    def approved_by(self, order_id: str) -> str:
        """Who approved; "" where nobody has."""

    def approved_digest(self, order_id: str) -> str | None:
        """What `approve` was told, if anybody approved."""

    def wait(self, order_id: str, waits_for: WaitsFor, until: datetime | None = None) -> None:
        """Say what the order waits for, and when that is over by itself."""

    def end_wait(self, order_id: str, waits_for: WaitsFor) -> None:
        """Let one decision through and no second one.

        Raises: WrongState, when the order does not wait for that; UnknownOrder.
        """

    def next_walk(self, order_id: str) -> int:
        """Count the order's next walk, and return its number: no earlier one may move the order any more."""

    def end_as(self, order_id: str, state: OrderState) -> None:
        """Say that its walk is to stop, take everything back, and end it in that state; it waits for nothing then."""

    def begin_again(self, order_id: str) -> None:
        """Forget its service and its approval, and that it was to end."""

    def set_validated(self, order_id: str) -> None:
        """Say that it was found to be deliverable."""

    def set_expected_on(self, order_id: str, day: date | None) -> None: ...

    def set_request(
        self, order_id: str, request: OrderRequest, *, monthly_pence: int | None = None, setup_pence: int | None = None
    ) -> None:
        """Replace what is asked for, and its price where that changes too."""

    def add_note(self, order_id: str, note: Note) -> None: ...

    def notes(self, order_id: str) -> tuple[Note, ...]:
        """What was written under it, oldest first."""

    def set_step(self, order_id: str, step: str) -> None: ...

    def page(
        self,
        *,
        isp_code: str | None,
        state: OrderState | None,
        awaiting_approval: bool | None,
        cursor: str | None,
        limit: int,
        waits_for: WaitsFor | None = None,
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

    def count_waiting(self, waits_for: WaitsFor) -> int: ...

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


class ProductOrders(Protocol):
    """Product orders. Their state follows their orders' by itself, in the same transaction."""

    def add(self, made: ProductOrder, idempotency_key: str | None = None, request_digest: str | None = None) -> bool:
        """Keep a new one; False, and nothing kept, where (isp, key) made one of the same digest already.

        Raises: IdempotencyConflict, when (isp, key) is there already with another digest.
        """

    def find_by_key(self, isp_code: str, idempotency_key: str) -> tuple[ProductOrder, str] | None:
        """The product order and the request digest that (isp, key) made, if any."""

    def get(self, product_order_id: str) -> ProductOrder:
        """Raises: UnknownProductOrder."""

    def lock(self, product_order_id: str) -> ProductOrder:
        """The same; until the transaction ends nobody else locks it. Locked before any of its orders.

        Raises: UnknownProductOrder.
        """

    def settle(self, product_order_id: str) -> None:
        """Give it the state that its orders, and what is asked and paid beside them, make now."""

    def amend(self, product_order_id: str, external_id: str, sent: Mapping[str, object] | None) -> None:
        """Replace its buyer's number, and what its buyer sent."""

    def page(
        self, *, isp_code: str | None, state: ProductOrderState | None, cursor: str | None, limit: int
    ) -> ProductOrderPage: ...


class Charges(Protocol):
    """Charges."""

    def add(self, charge: Charge) -> None: ...

    def get(self, charge_id: str) -> Charge:
        """Raises: UnknownCharge."""

    def save(self, charge: Charge) -> None:
        """Keep what was said to an open charge.

        Raises: WrongState, where it is not open any more.
        """

    def of_product_order(self, product_order_id: str) -> tuple[Charge, ...]:
        """Oldest first."""

    def overdue(self, now: datetime) -> tuple[Charge, ...]:
        """Those whose answer is late."""

    def all(self, *, isp_code: str | None, is_open: bool | None = None, limit: int = 200) -> tuple[Charge, ...]:
        """Newest first."""


class Cancellations(Protocol):
    """Requests to cancel."""

    def add(self, cancellation: Cancellation) -> None: ...

    def get(self, cancellation_id: str) -> Cancellation:
        """Raises: UnknownCancellation."""

    def set_state(
        self, cancellation_id: str, state: TaskState, *, denied: str = "", charge_id: str | None = None
    ) -> None:
        """Move on. Raises: WrongState, when `TASK_BECOMES` does not allow it; UnknownCancellation."""

    def of_product_order(self, product_order_id: str) -> tuple[Cancellation, ...]:
        """Oldest first."""

    def all(self, *, isp_code: str | None, limit: int = 200) -> tuple[Cancellation, ...]:
        """Newest first."""


class DateChanges(Protocol):
    """Requests to have an order on another day."""

    def add(self, change: DateChange) -> None: ...

    def get(self, change_id: str) -> DateChange:
        """Raises: UnknownDateChange."""

    def set_state(self, change_id: str, state: TaskState, *, denied: str = "", charge_id: str | None = None) -> None:
        """Move on. Raises: WrongState, when `TASK_BECOMES` does not allow it; UnknownDateChange."""

    def of_product_order(self, product_order_id: str) -> tuple[DateChange, ...]:
        """Oldest first."""

    def all(self, *, isp_code: str | None, limit: int = 200) -> tuple[DateChange, ...]:
        """Newest first."""


class FarEnds(Protocol):
    """What other ISPs are asked to let land on their ports."""

    def add(self, far_end: FarEnd) -> None: ...

    def find(self, order_id: str) -> FarEnd | None: ...

    def forget(self, order_id: str) -> None:
        """Nothing is asked about the order any more: it begins again."""

    def decide(self, order_id: str, state: FarEndState, by: str, reason: str = "") -> None:
        """Raises: WrongState, where it is decided already."""

    def asked(self, isp_code: str | None) -> tuple[FarEnd, ...]:
        """What this ISP (None: any) is asked and has not answered, oldest first."""


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

    def set_terms(self, service_id: str, circuit: Circuit, order: Order) -> None:
        """What a change of bandwidth or term made of it: the circuit, and the terms and price of the order."""

    def set_legs(self, service_id: str, legs: Sequence[StrandLeg]) -> None: ...

    def set_by_hand(self, service_id: str, by_hand: ByHand | None) -> None: ...

    def set_idle_lines(self, service_id: str, idle_lines: Mapping[str, tuple[str, ...]]) -> None:
        """Keep, by device, the UNI's lines as found, for the cease to put back."""

    def idle_lines(self, service_id: str) -> Mapping[str, tuple[str, ...]]: ...

    def page(
        self, *, isp_code: str | None, state: ServiceState | None, cursor: str | None, limit: int
    ) -> ServicePage: ...

    def to_stop(self, day: date) -> tuple[str, ...]:
        """The active services whose last day was before that day."""

    def with_circuit(self) -> tuple[Service, ...]:
        """Every service that has a circuit: what is on devices, or on its way there or off."""

    def on_devices(self) -> tuple[Service, ...]:
        """Those, and every SSID that access points are told of from here."""


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

    def hold_beside(self, service_id: str, circuit: Circuit, leaving_id: str) -> None:
        """Hold for a circuit that will take another one's UNI over: all but the UNI, which the other keeps for now.

        On links that both use only what is more than the other holds is taken: never do both carry traffic.

        Raises: ReservationConflict.
        """

    def take_over(self, service_id: str, circuit: Circuit, leaving_id: str) -> None:
        """The UNI, and the bandwidth of the links both use, are the new circuit's from now on."""

    def hold_more(self, service_id: str, circuit: Circuit) -> None:
        """Hold what this path needs besides what the service holds: bandwidth of links, tags on devices.

        Raises: ReservationConflict.
        """

    def keep_only(self, service_id: str, circuit: Circuit) -> None:
        """Give back the links and the tags on devices that this path has not."""

    def hold_tag(self, service_id: str, handover: str, s_vlan: int, devices: Sequence[str]) -> None:
        """Take an S-VLAN at a handover and on devices, without bandwidth. Raises: ReservationConflict."""

    def hold_tag_on(self, service_id: str, s_vlan: int, devices: Sequence[str]) -> None:
        """Hold the service's tag on more devices. Raises: ReservationConflict."""

    def release(self, service_id: str) -> None:
        """Give back all the service held; nothing held is fine."""

    def held_by(self, service_id: str) -> tuple[str, ...]:
        """What it holds, as short texts such as "uni nte-1:Ethernet1"."""


class Lines(Protocol):
    """Lines: UNIs that ever had an active service, each with the service that is or was last on it."""

    def serve(self, uprn: str, uni: PortRef, service_id: str) -> Line:
        """Say which service is on the UNI now; its line is made where it has none."""

    def get(self, access_line_id: str) -> Line:
        """Raises: UnknownLine."""

    def of_service(self, service_id: str) -> Line | None: ...

    def page(
        self, *, isp_code: str | None, uprn: str | None = None, after: str = "", limit: int = 50
    ) -> tuple[Line, ...]:
        """Lines by their ids, those behind `after`."""

    def begin_switch(self, order_id: str, switch: LineSwitch) -> None:
        """Keep what an order takes over, from when on it holds what it needs."""

    def switch_of(self, order_id: str) -> LineSwitch | None: ...


class LineMoves(Protocol):
    """Jobs that move many lines, and every line of each."""

    def add(self, move: LineMove, rows: Sequence[LineMoveRow]) -> None: ...

    def get(self, move_id: str) -> LineMove:
        """Raises: UnknownLineMove."""

    def all(self) -> tuple[LineMove, ...]:
        """Newest first."""

    def going_on(self) -> tuple[str, ...]:
        """The ids of those that run or are paused, oldest first."""

    def set_state(
        self, move_id: str, state: LineMoveState, was: LineMoveState, *, approved_by: str | None = None
    ) -> None:
        """Raises: WrongState, where it is not as it was; UnknownLineMove."""

    def rows(self, move_id: str, state: RowState | None = None, limit: int | None = None) -> tuple[LineMoveRow, ...]:
        """Its lines in order, or those in one state."""

    def approver_of(self, order_id: str) -> str | None:
        """Who approved the job that placed the order; None where no job did."""

    def set_row(
        self, move_id: str, number: int, state: RowState, *, order_id: str | None = None, why: str = ""
    ) -> None: ...


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
        hosting: Sequence[HostingRef] = (),
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

    def hosting_taken(self, place: str, window: Window) -> frozenset[int]:
        """The numbers of a place's hosting positions that are held on a day of the window."""

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


class Users(Protocol):
    """People, sign-ins, tokens and portal sessions."""

    def add(self, user: User, password_hash: str) -> None:
        """Raises: UserExists."""

    def find(self, name: str) -> tuple[User, str] | None:
        """The user and the password hash."""

    def find_by_email(self, email: str) -> User | None: ...

    def find_identity(self, issuer: str, subject: str) -> User | None:
        """Who signs in there as that subject."""

    def add_identity(self, issuer: str, subject: str, user_name: str, now: datetime) -> None: ...

    def all(self) -> tuple[User, ...]: ...

    def change(self, user: User) -> None:
        """Keep its roles and address. Also ends the user's portal sessions. Raises: UnknownUser."""

    def set_password_hash(self, name: str, password_hash: str) -> None:
        """Also ends the user's portal sessions. Raises: UnknownUser."""

    def set_disabled(self, name: str, disabled: bool) -> None:
        """Also ends the user's portal sessions. Raises: UnknownUser."""

    def add_token(self, token: ApiToken, secret_hmac: str) -> None: ...

    def find_token(self, key: str) -> tuple[ApiToken, str] | None: ...

    def tokens(self, user_name: str | None = None, *, isp_code: str | None = None) -> tuple[ApiToken, ...]:
        """Of one user, or of all users of an ISP, or all."""

    def revoke_token(self, key: str) -> None:
        """Raises: UnknownToken."""

    def revoke_tokens_of(self, user_name: str) -> None: ...

    def note_use(self, key: str, now: datetime, earlier: datetime) -> None:
        """Say that a token was used now, where that was not said since `earlier`."""

    def add_session(self, session_hmac: str, user_name: str, expires_at: datetime) -> None: ...

    def find_session(self, session_hmac: str, now: datetime) -> Principal | None: ...

    def drop_session(self, session_hmac: str) -> None: ...

    def drop_expired_sessions(self, now: datetime) -> None: ...


class Clients(Protocol):
    """OAuth2 clients of ISPs, and the access tokens they were given."""

    def add(self, client: Client, secret_hmac: str) -> None: ...

    def find(self, client_id: str) -> tuple[Client, str] | None:
        """The client and the HMAC of its secret."""

    def all(self, isp_code: str | None) -> tuple[Client, ...]: ...

    def revoke(self, client_id: str) -> None:
        """Also forgets its access tokens. Raises: UnknownClient."""

    def add_access_token(self, token: AccessToken, secret_hmac: str, now: datetime) -> None:
        """Also forgets those that are over, and says that the client was used now."""

    def find_access_token(self, key: str) -> tuple[AccessToken, Client, str] | None:
        """The token, its client, and the HMAC of its secret."""


class Approvals(Protocol):
    """Approvals of what takes two people, one row for each person's word."""

    def about(self, about: str) -> tuple[GivenApproval, ...]:
        """In the order in which they were given."""

    def add(self, approval: GivenApproval) -> bool:
        """False, and nothing kept, where another took that number."""


class Answers(Protocol):
    """Idempotency keys, and the answers that were given under them."""

    def reserve(self, wanted: KeptKey) -> bool:
        """False, and nothing kept, where the caller's key is there already."""

    def get(self, caller: str, key: str) -> KeptKey | None: ...

    def take_over(self, wanted: KeptKey, was: str) -> bool:
        """Make the key this attempt's, where it still is the attempt's that it was."""

    def note_effect(self, caller: str, key: str, attempt: str) -> bool:
        """Say that this transaction changes something under the key; False where the key is another attempt's."""

    def keep(self, caller: str, key: str, attempt: str, given: Given) -> None: ...

    def give_up(self, caller: str, key: str, attempt: str) -> None:
        """Forget the key where nothing was changed under it; else leave it to nobody."""

    def forget(self, before: datetime) -> int:
        """Forget the keys that were reserved before, and say how many."""


class Jobs(Protocol):
    """Durable work, enqueued in the same transaction as the rows that make it necessary."""

    def walk(self, workflow: str, order_id: str, number: int = 1, urgency: Urgency | None = None) -> None:
        """Walk the order through this workflow; the same one under the same number is walked once.

        An order that waited is walked again under the next number: steps that are done are passed over.
        """

    def unfinished(self) -> tuple[Work, ...]:
        """Every walk that has not ended, begun or not."""


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
