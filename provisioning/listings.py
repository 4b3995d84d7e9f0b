"""What a buyer's system asks its lists for: by filter and offset (LSO Sonata). None is any.

Each pair of moments is bounds that a thing lies strictly between; a day counts as its first moment in UTC.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from provisioning.chargeable_tasks import CancellationReason, TaskState
from provisioning.product_orders import ProductOrderState
from provisioning.services import ServiceState

type Bounds = tuple[datetime | None, datetime | None]
ANY: Bounds = (None, None)


@dataclass(frozen=True, slots=True)
class ProductsWanted:
    """Which services. `external_id` is the ISP's reference, `site` a UPRN."""

    isp_code: str | None = None
    state: ServiceState | None = None
    product: str | None = None
    external_id: str | None = None
    handover: str | None = None
    site: str | None = None
    product_order_id: str | None = None
    started: Bounds = ANY
    updated: Bounds = ANY


@dataclass(frozen=True, slots=True)
class ProductOrdersWanted:
    """Which product orders. `item_...` are of any of its orders."""

    isp_code: str | None = None
    state: ProductOrderState | None = None
    external_id: str | None = None
    project_id: str | None = None
    ordered: Bounds = ANY
    completed: Bounds = ANY
    cancelled: Bounds = ANY
    item_requested: Bounds = ANY
    item_expected: Bounds = ANY


@dataclass(frozen=True, slots=True)
class ChargesWanted:
    """Which charges. `item_id` is its buyer's own id of an order within its product order."""

    isp_code: str | None = None
    product_order_id: str | None = None
    item_id: str | None = None
    created: Bounds = ANY
    due: Bounds = ANY


@dataclass(frozen=True, slots=True)
class TasksWanted:
    """Which cancellations, or which changes of date. `day` is the day asked for."""

    isp_code: str | None = None
    product_order_id: str | None = None
    state: TaskState | None = None
    reason_kind: CancellationReason | None = None
    expedite: bool | None = None
    created: Bounds = ANY
    day: Bounds = ANY


def midnight(of: date) -> datetime:
    """The first moment of a day, or of a moment's day, in UTC."""
    day = of.astimezone(UTC).date() if isinstance(of, datetime) else of
    return datetime.combine(day, time(), UTC)
