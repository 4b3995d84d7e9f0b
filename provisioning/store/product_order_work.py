"""What one transaction may read and write of product orders, and of what is paid. Part of `store.work`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from provisioning.chargeable_tasks import Cancellation, DateChange, TaskState
from provisioning.charges import Charge
from provisioning.far_ends import FarEnd, FarEndState
from provisioning.product_orders import ProductOrder, ProductOrderPage, ProductOrderState


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
