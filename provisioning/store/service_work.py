"""What one transaction may read and write of services, what they hold, and lines. Part of `store.work`."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Protocol

from inventory.devices import PortRef
from inventory.routes import StrandLeg
from provisioning.by_hand import ByHand
from provisioning.carried import Carried
from provisioning.line_moves import LineMove, LineMoveRow, LineMoveState, RowState
from provisioning.lines import Line, LineSwitch
from provisioning.orders import (
    Order,
)
from provisioning.services import Circuit, Service, ServicePage, ServiceState
from provisioning.usage import Usage


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
        """Those, and what is `carried`."""

    def on(self, devices: Collection[str]) -> tuple[Service, ...]:
        """What is `on_devices`, of that what holds a tag on one of these: all that any of them is told of."""

    def carried(self) -> tuple[Service, ...]:
        """Every SSID and realm that access points are told of from here, and every backhaul of a site slot."""

    def hosted(self) -> tuple[Service, ...]:
        """Every service that has, or is getting, a site slot."""

    def in_record(self) -> tuple[Service, ...]:
        """Every service that a record of what exists may show: with a circuit, an SSID (set by hand too), or a slot."""


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

    def hold_carried(self, service_id: str, handover: str, carried: Carried) -> None:
        """Take a backhaul's S-VLAN at its handover and on its devices, and its rate there and on its links.

        Its port is held for a window (`Holds.take`). Raises: ReservationConflict.
        """

    def hold_tag_on(self, service_id: str, s_vlan: int, devices: Sequence[str]) -> None:
        """Hold the service's tag on more devices. Raises: ReservationConflict."""

    def hold_links(self, service_id: str, carried: Carried) -> None:
        """Keep a backhaul's rate free on those of its links where it is not yet. Raises: ReservationConflict."""

    def keep_links(self, service_id: str, carried: Carried) -> None:
        """Give back what a backhaul holds of links that are none of its own."""

    def keep_tag_on(self, service_id: str, devices: Sequence[str]) -> None:
        """Give back the service's tags on all other devices; what it holds at a handover stays."""

    def release(self, service_id: str) -> None:
        """Give back all the service held; nothing held is fine."""

    def some_on(self, devices: Collection[str], most: int) -> tuple[str, ...]:
        """The ids of services that hold a tag on one of these devices, in order, and not more than so many."""

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
