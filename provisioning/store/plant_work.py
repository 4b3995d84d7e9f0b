"""What one transaction may read and write of the plant: what is held, and what rests on it. Part of `store.work`."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from inventory.confidence import Confidence
from inventory.coverage_nouns import CoverageCount, CoverageRound, CoverageRow, GroundRows, PremisesCoverage
from inventory.devices import PortRef
from inventory.hosting import HostingRef
from inventory.plant import PositionRef, StrandRef
from inventory.plant_use import PlantUse
from inventory.windows import Window
from provisioning.certificates import Certificate, CertificateEvent, CertificateState, ListedCertificate
from provisioning.hits import HeldStrand, LinkService
from provisioning.reservations import Reservation, ReservationPage, ReservationState


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds: a service, or a reservation (research, a festival). Exactly one of both."""

    service_id: str | None = None
    reservation_id: str | None = None


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

    def hosting_held(self, window: Window) -> frozenset[HostingRef]:
        """The hosting positions of all places that are held on a day of the window."""

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
