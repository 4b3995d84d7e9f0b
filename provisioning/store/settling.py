"""Give a product order the state that its orders make, in the transaction that changes one of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from provisioning.changes import ChangeKind
from provisioning.chargeable_tasks import TaskState
from provisioning.charges import ChargeCause, ChargeState
from provisioning.orders import OrderState
from provisioning.product_orders import PRODUCT_ORDER_ENDED, ProductOrderState, state_of
from provisioning.store.changes import StoredChanges
from provisioning.store.product_order_tables import cancellations, charges, date_changes, product_orders
from provisioning.store.tables import orders


def settle(session: Session, changes: StoredChanges, product_order_id: str, now: datetime) -> None:
    """Do nothing where there is no such product order: an order from before there were any gets one by a migration."""
    found = session.execute(
        select(product_orders.c.state, product_orders.c.isp_code)
        .where(product_orders.c.id == product_order_id)
        .with_for_update(key_share=True)  # not its key: a charge that was just written refers to it
    ).first()
    if found is None:
        return
    state = _state_now(session, product_order_id)
    if state.value == found.state:
        return
    values: dict[str, Any] = {"state": state, "updated_at": now}
    if state in PRODUCT_ORDER_ENDED:
        values["completed_at"] = now
    session.execute(update(product_orders).where(product_orders.c.id == product_order_id).values(values))
    changes.record(ChangeKind.PRODUCT_ORDER, product_order_id, found.isp_code, found.state, state)


def _state_now(session: Session, product_order_id: str) -> ProductOrderState:
    states = _column(session, orders.c.state, orders.c.product_order_id == product_order_id)
    ended = state_of([OrderState(state) for state in states])
    if ended in PRODUCT_ORDER_ENDED or (
        ended is ProductOrderState.ACKNOWLEDGED and not _has_tasks(session, product_order_id)
    ):
        return ended
    causes = _column(
        session,
        charges.c.cause,
        charges.c.product_order_id == product_order_id,
        charges.c.state == ChargeState.AWAITING_RESPONSE,
    )
    return state_of(
        [OrderState(state) for state in states],
        _newest(session, cancellations, product_order_id, cancellations.c.order_id.is_(None)),
        _newest(session, date_changes, product_order_id),
        [ChargeCause(cause) for cause in causes],
    )


def _has_tasks(session: Session, product_order_id: str) -> bool:
    return any(_newest(session, table, product_order_id) for table in (cancellations, date_changes))


def _newest(session: Session, table: Any, product_order_id: str, *conditions: Any) -> TaskState | None:
    query = select(table.c.state).where(table.c.product_order_id == product_order_id, *conditions)
    found = session.execute(query.order_by(table.c.requested_at.desc(), table.c.id.desc()).limit(1)).scalar()
    return None if found is None else TaskState(found)


def _column(session: Session, column: Any, *conditions: Any) -> list[str]:
    return list(session.execute(select(column).where(*conditions)).scalars())


def product_order_of(session: Session, order_id: str) -> Row[Any] | None:
    """Which product order an order is of."""
    return session.execute(select(orders.c.product_order_id).where(orders.c.id == order_id)).first()
