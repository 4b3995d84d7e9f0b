"""What one transaction may read and write of orders, and of what changed. Part of `store.work`."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from automation.change_plan import DeviceChange
from provisioning.changes import STATE, ChangeKind, StateChange
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
