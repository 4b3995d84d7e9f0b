"""Orders, their events and their change plans, in the database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from automation.change_plan import ChangeAction, DeviceChange
from automation.intents import CircuitIntent
from provisioning.changes import ChangeKind
from provisioning.errors import IdempotencyConflict, UnknownOrder, WrongState
from provisioning.orders import (
    BECOMES,
    EventStatus,
    Order,
    OrderAction,
    OrderDiff,
    OrderEvent,
    OrderPage,
    OrderRequest,
    OrderState,
    Reason,
)
from provisioning.store.changes import StoredChanges
from provisioning.store.cursors import cursor_after, newest_first, page_size
from provisioning.store.keys import can_be_key
from provisioning.store.tables import order_changes, order_events, orders
from provisioning.store.wanted import json_of_wanted, wanted_of_json

MOST_EVENTS = 2**31 - 1  # the largest number a column of ours holds
_INTENTS = TypeAdapter(tuple[CircuitIntent, ...])


class StoredOrders:
    """Implements `work.Orders`."""

    def __init__(self, session: Session, now: Callable[[], datetime], changes: StoredChanges) -> None:
        self._session = session
        self._now = now
        self._changes = changes

    def add(self, order: Order, idempotency_key: str, request_digest: str) -> bool:
        row = _row_of(order) | {"idempotency_key": idempotency_key, "request_digest": request_digest}
        if self._insert_new(row):
            self._changes.record(ChangeKind.ORDER, order.id, order.isp_code, "", order.state)
            return True
        found = self.find_by_key(order.isp_code, idempotency_key)
        if found is None or found[1] != request_digest:
            raise IdempotencyConflict(idempotency_key, found[0].id if found else order.id)
        return False

    def _insert_new(self, row: dict[str, Any]) -> bool:
        """The unique key decides, and makes a second writer of one key wait for the first."""
        dialect = postgresql if self._session.get_bind().dialect.name == "postgresql" else sqlite
        statement = dialect.insert(orders).values(row)
        key = statement.on_conflict_do_nothing(index_elements=["isp_code", "idempotency_key"])
        return self._session.execute(key.returning(orders.c.id)).first() is not None

    def find_by_key(self, isp_code: str, idempotency_key: str) -> tuple[Order, str] | None:
        found = self._session.execute(
            select(orders).where(orders.c.isp_code == isp_code, orders.c.idempotency_key == idempotency_key)
        ).first()
        return None if found is None else (_order_of(found), found.request_digest)

    def get(self, order_id: str) -> Order:
        if can_be_key(order_id):
            found = self._session.execute(select(orders).where(orders.c.id == order_id)).first()
            if found is not None:
                return _order_of(found)
        raise UnknownOrder(order_id)

    def of_service(self, service_id: str) -> tuple[Order, ...]:
        query = select(orders).where(orders.c.service_id == service_id).order_by(orders.c.created_at, orders.c.id)
        return tuple(_order_of(row) for row in self._session.execute(query))

    def set_state(self, order_id: str, state: OrderState, reasons: Sequence[Reason] = (), *, why: str = "") -> None:
        was = self._lock_state(order_id)
        before = [was for was, next_states in BECOMES.items() if state in next_states]
        changes: dict[str, Any] = {"state": state, "updated_at": self._now()}
        if reasons:
            changes["reasons"] = [asdict(reason) for reason in reasons]
        if not self._update(order_id, changes, orders.c.state.in_([*before, state])):
            raise WrongState("order", order_id, self.get(order_id).state, state)
        if was is not None:
            said = why or " ".join(reason.sentence for reason in reasons)
            self._changes.record(ChangeKind.ORDER, order_id, was.isp_code, was.state, state, said)

    def _lock_state(self, order_id: str) -> Row[Any] | None:
        """The state and the ISP; until the transaction ends nobody else moves the order."""
        if not can_be_key(order_id):
            return None
        query = select(orders.c.state, orders.c.isp_code).where(orders.c.id == order_id).with_for_update()
        return self._session.execute(query).first()

    def set_service(self, order_id: str, service_id: str) -> None:
        self._change(order_id, {"service_id": service_id})

    def set_step(self, order_id: str, step: str, *, awaiting_approval: bool = False) -> None:
        self._change(order_id, {"step": step, "awaiting_approval": awaiting_approval})

    def approve(self, order_id: str, digest: str, by: str) -> None:
        self._change(order_id, {"approved_digest": digest, "approved_by": by, "awaiting_approval": False})

    def approved_digest(self, order_id: str) -> str | None:
        return self._session.execute(select(orders.c.approved_digest).where(orders.c.id == order_id)).scalar()

    def end_wait(self, order_id: str) -> None:
        if not self._update(order_id, {"awaiting_approval": False}, orders.c.awaiting_approval):
            raise WrongState("order", order_id, self.get(order_id).state, "decided: it awaits no approval")

    def page(
        self,
        *,
        isp_code: str | None,
        state: OrderState | None,
        awaiting_approval: bool | None,
        cursor: str | None,
        limit: int,
    ) -> OrderPage:
        query = newest_first(select(orders), orders.c.created_at, orders.c.id, cursor)
        if isp_code is not None:
            query = query.where(orders.c.isp_code == isp_code)
        if state is not None:
            query = query.where(orders.c.state == state)
        if awaiting_approval is not None:
            query = query.where(orders.c.awaiting_approval if awaiting_approval else ~orders.c.awaiting_approval)
        size = page_size(limit)
        found = [_order_of(row) for row in self._session.execute(query.limit(size + 1))]
        more = len(found) > size
        return OrderPage(
            tuple(found[:size]), cursor_after(found[size - 1].created_at, found[size - 1].id) if more else None
        )

    def record(
        self,
        order_id: str,
        step: str,
        status: EventStatus,
        text: str,
        facts: Mapping[str, str] | None = None,
        seconds: float | None = None,
    ) -> None:
        now = self._now()
        event = {
            "at": now,
            "step": step,
            "status": status,
            "text": text,
            "facts": dict(facts or {}),
            "seconds": seconds,
        }
        number = self._next_event_number(order_id, now)
        self._session.execute(insert(order_events).values(order_id=order_id, number=number, **event))

    def _next_event_number(self, order_id: str, now: datetime) -> int:
        """Counting on the order's row: two writers of one order wait for each other, and no number is used twice."""
        number: int | None = self._session.execute(
            update(orders)
            .where(orders.c.id == order_id)
            .values(last_event=orders.c.last_event + 1, updated_at=now)
            .returning(orders.c.last_event)
        ).scalar()
        if number is None:
            raise UnknownOrder(order_id)
        return number

    def events(self, order_id: str, after: int = 0) -> tuple[OrderEvent, ...]:
        query = select(order_events).where(
            order_events.c.order_id == order_id, order_events.c.number > min(after, MOST_EVENTS)
        )
        return tuple(_event_of(row) for row in self._session.execute(query.order_by(order_events.c.number)))

    def save_changes(self, order_id: str, step: str, changes: Sequence[DeviceChange]) -> None:
        kept = order_changes.c
        self._session.execute(delete(order_changes).where(kept.order_id == order_id, kept.step == step))
        rows = [_row_of_change(order_id, step, position, change) for position, change in enumerate(changes)]
        if rows:
            self._session.execute(insert(order_changes), rows)

    def changes(self, order_id: str, step: str) -> tuple[DeviceChange, ...]:
        kept = order_changes.c
        query = select(order_changes).where(kept.order_id == order_id, kept.step == step).order_by(kept.position)
        return tuple(_change_of(row) for row in self._session.execute(query))

    def diffs(self, order_id: str) -> tuple[OrderDiff, ...]:
        kept = order_changes.c
        query = select(order_changes).where(kept.order_id == order_id).order_by(kept.step.desc(), kept.position)
        return tuple(
            OrderDiff(row.order_id, row.step, row.device, row.commands, row.diff)
            for row in self._session.execute(query)
        )

    def count_by_state(self) -> dict[OrderState, int]:
        query = select(orders.c.state, func.count()).group_by(orders.c.state)
        found = {OrderState(state): count for state, count in self._session.execute(query)}
        return {state: found.get(state, 0) for state in OrderState}

    def _change(self, order_id: str, changes: dict[str, Any]) -> None:
        if not self._update(order_id, changes | {"updated_at": self._now()}):
            raise UnknownOrder(order_id)

    def _update(self, order_id: str, changes: dict[str, Any], *conditions: Any) -> bool:
        if not can_be_key(order_id):
            return False
        statement = update(orders).where(orders.c.id == order_id, *conditions).values(changes)
        return self._session.execute(statement.returning(orders.c.id)).first() is not None


def _row_of(order: Order) -> dict[str, Any]:
    row = {name: getattr(order, name) for name in Order.__slots__ if name not in {"request", "reasons"}}
    kept = {
        "reasons": [asdict(reason) for reason in order.reasons],
        "last_event": 0,
    }
    asked = {name: getattr(order.request, name) for name in OrderRequest.__slots__ if name != "wanted"}
    return row | asked | {"wanted": json_of_wanted(order.request.wanted)} | kept


def _order_of(row: Row[Any]) -> Order:
    return Order(
        id=row.id,
        action=OrderAction(row.action),
        isp_code=row.isp_code,
        request=OrderRequest(
            row.product,
            row.uprn,
            row.handover,
            row.bandwidth_mbps,
            row.term_months,
            row.reference,
            wanted_of_json(row.wanted),
        ),
        state=OrderState(row.state),
        step=row.step,
        awaiting_approval=row.awaiting_approval,
        reasons=tuple(Reason(**reason) for reason in row.reasons),
        service_id=row.service_id,
        monthly_pence=row.monthly_pence,
        setup_pence=row.setup_pence,
        requested_by=row.requested_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _event_of(row: Row[Any]) -> OrderEvent:
    status = EventStatus(row.status)
    return OrderEvent(row.order_id, row.number, row.at, row.step, status, row.text, row.facts, row.seconds)


def _row_of_change(order_id: str, step: str, position: int, change: DeviceChange) -> dict[str, Any]:
    row = {"order_id": order_id, "step": step, "position": position} | asdict(change)
    return row | {"before": row["before"] or None}


def _change_of(row: Row[Any]) -> DeviceChange:
    return DeviceChange(
        row.device,
        ChangeAction(row.action),
        row.commands,
        row.diff,
        _INTENTS.validate_python(row.intents),
        tuple(row.idle_lines),
        _INTENTS.validate_python(row.before or ()),
    )
