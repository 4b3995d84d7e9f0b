"""Orders, their events and their change plans, in the database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from automation.change_plan import ChangeAction, DeviceChange
from provisioning.changes import ChangeKind
from provisioning.errors import IdempotencyConflict, UnknownOrder, WrongState
from provisioning.orders import (
    BECOMES,
    ENDED,
    EventStatus,
    Note,
    Order,
    OrderAction,
    OrderDiff,
    OrderEvent,
    OrderPage,
    OrderRequest,
    OrderState,
    Reason,
    WaitsFor,
)
from provisioning.store.changes import StoredChanges
from provisioning.store.cursors import cursor_after, newest_first, page_size
from provisioning.store.intents import intents_of_json
from provisioning.store.keys import can_be_key
from provisioning.store.settling import settle
from provisioning.store.tables import order_changes, order_events, orders
from provisioning.store.wanted import json_of_wanted, wanted_of_json
from provisioning.tickets import EXPECTED

MOST_STILL = 500  # orders that one look for them finds
MOST_EVENTS = 2**31 - 1  # the largest number a column of ours holds
_NOTE = TypeAdapter(Note)


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

    def lock(self, order_id: str) -> Order:
        if can_be_key(order_id):
            query = select(orders).where(orders.c.id == order_id).with_for_update()
            found = self._session.execute(query).first()
            if found is not None:
                return _order_of(found)
        raise UnknownOrder(order_id)

    def lock_items(self, order_id: str) -> tuple[Order, ...]:
        its = select(orders.c.product_order_id).where(orders.c.id == order_id).scalar_subquery()
        query = select(orders).where(or_(orders.c.product_order_id == its, orders.c.id == order_id))
        return tuple(map(_order_of, self._session.execute(query.order_by(orders.c.id).with_for_update())))

    def of_product_order(self, product_order_id: str) -> tuple[Order, ...]:
        query = select(orders).where(orders.c.product_order_id == product_order_id)
        found = self._session.execute(query.order_by(orders.c.created_at, orders.c.id))
        return tuple(sorted(map(_order_of, found), key=lambda order: _in_order(order.item_id)))

    def citing(self, quote_id: str, isp_code: str, since: datetime) -> tuple[Order, ...]:
        its = (orders.c.isp_code == isp_code, orders.c.created_at >= since, orders.c.quote_id == quote_id)
        query = select(orders).where(*its).order_by(orders.c.created_at, orders.c.id)
        return tuple(map(_order_of, self._session.execute(query)))

    def due(self, now: datetime) -> tuple[Order, ...]:
        over = (orders.c.waits_for.is_not(None), orders.c.wait_until <= now)
        return tuple(map(_order_of, self._session.execute(select(orders).where(*over).order_by(orders.c.wait_until))))

    def still_since(self, before: datetime) -> tuple[Order, ...]:
        going_on = (orders.c.state.not_in(ENDED), orders.c.waits_for.is_(None), orders.c.updated_at < before)
        query = select(orders).where(*going_on).order_by(orders.c.updated_at, orders.c.id).limit(MOST_STILL)
        return tuple(map(_order_of, self._session.execute(query)))

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
            if was.state != state and was.product_order_id is not None:
                settle(self._session, self._changes, was.product_order_id, self._now())

    def _lock_state(self, order_id: str) -> Row[*tuple[Any, ...]] | None:
        """The state and the ISP; until the transaction ends nobody else moves the order."""
        if not can_be_key(order_id):
            return None
        query = (
            select(orders.c.state, orders.c.isp_code, orders.c.product_order_id)
            .where(orders.c.id == order_id)
            .with_for_update()
        )
        return self._session.execute(query).first()

    def set_service(self, order_id: str, service_id: str) -> None:
        self._change(order_id, {"service_id": service_id})

    def set_step(self, order_id: str, step: str) -> None:
        self._change(order_id, {"step": step})

    def wait(self, order_id: str, waits_for: WaitsFor, until: datetime | None = None) -> None:
        self._change(order_id, {"waits_for": waits_for, "wait_until": until})

    def approve(self, order_id: str, digest: str, by: str) -> None:
        self._change(order_id, {"approved_digest": digest, "approved_by": by})

    def approved_digest(self, order_id: str) -> str | None:
        return self._session.execute(select(orders.c.approved_digest).where(orders.c.id == order_id)).scalar()

    def approved_by(self, order_id: str) -> str:
        return self._session.execute(select(orders.c.approved_by).where(orders.c.id == order_id)).scalar() or ""

    def end_wait(self, order_id: str, waits_for: WaitsFor) -> None:
        over = {"waits_for": None, "wait_until": None, "updated_at": self._now()}
        if not self._update(order_id, over, orders.c.waits_for == waits_for):
            raise WrongState("order", order_id, self.get(order_id).state, f"decided: it awaits no {waits_for}")

    def next_walk(self, order_id: str) -> int:
        more = update(orders).where(orders.c.id == order_id).values(walk=orders.c.walk + 1)
        number: int | None = self._session.execute(more.returning(orders.c.walk)).scalar()
        if number is None:
            raise UnknownOrder(order_id)
        return number

    def end_as(self, order_id: str, state: OrderState) -> None:
        self._change(order_id, {"ends_as": state, "waits_for": None, "wait_until": None})

    def begin_again(self, order_id: str) -> None:
        anew = {"service_id": None, "approved_digest": None, "approved_by": None, "ends_as": None, "step": "accept"}
        self._change(order_id, anew)

    def set_validated(self, order_id: str) -> None:
        self._change(order_id, {"validated": True})

    def set_expected_on(self, order_id: str, day: date | None) -> None:
        self._change(order_id, {"expected_on": day})
        if day is not None:
            found = self.get(order_id)
            same = (found.state, found.state, f"Expected on {day}.")
            self._changes.record(ChangeKind.ORDER, order_id, found.isp_code, *same, about=EXPECTED)

    def set_request(
        self, order_id: str, request: OrderRequest, *, monthly_pence: int | None = None, setup_pence: int | None = None
    ) -> None:
        money = {"monthly_pence": monthly_pence, "setup_pence": setup_pence}
        known = {name: pence for name, pence in money.items() if pence is not None}
        self._change(order_id, _row_of_request(request) | known)

    def add_note(self, order_id: str, note: Note) -> None:
        kept = [*self._notes(order_id, lock=True), asdict(note) | {"at": note.at.isoformat()}]
        self._change(order_id, {"notes": kept})

    def notes(self, order_id: str) -> tuple[Note, ...]:
        return tuple(_NOTE.validate_python(note) for note in self._notes(order_id))

    def _notes(self, order_id: str, *, lock: bool = False) -> list[Any]:
        query = select(orders.c.notes).where(orders.c.id == order_id)
        return list(self._session.execute(query.with_for_update() if lock else query).scalar() or [])

    def page(
        self,
        *,
        isp_code: str | None,
        state: OrderState | None,
        awaiting_approval: bool | None,
        cursor: str | None,
        limit: int,
        waits_for: WaitsFor | None = None,
    ) -> OrderPage:
        query = newest_first(select(orders), orders.c.created_at, orders.c.id, cursor)
        if isp_code is not None:
            query = query.where(orders.c.isp_code == isp_code)
        if state is not None:
            query = query.where(orders.c.state == state)
        if waits_for is not None:
            query = query.where(orders.c.waits_for == waits_for)
        if awaiting_approval is not None:
            waits = orders.c.waits_for == WaitsFor.APPROVAL
            query = query.where(waits if awaiting_approval else or_(orders.c.waits_for.is_(None), ~waits))
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

    def count_waiting(self, waits_for: WaitsFor) -> int:
        query = select(func.count()).where(orders.c.waits_for.is_not(None), orders.c.waits_for == waits_for)
        return self._session.execute(query).scalar_one()

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
    row = {name: getattr(order, name) for name in Order.__slots__ if name not in {"request", "reasons", "after"}}
    kept = {
        "reasons": [asdict(reason) for reason in order.reasons],
        "after": list(order.after),
        "last_event": 0,
        "notes": [],
    }
    return row | _row_of_request(order.request) | kept


def _row_of_request(request: OrderRequest) -> dict[str, Any]:
    asked = {name: getattr(request, name) for name in OrderRequest.__slots__ if name != "wanted"}
    return asked | {"wanted": json_of_wanted(request.wanted)}


def _in_order(item_id: str) -> tuple[int, str]:
    """Items as their buyer counts them: 2 before 10, and any word as it is spelt."""
    return (int(item_id) if item_id.isdecimal() else 0, item_id)


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
            row.start,
            row.stop,
            row.quote_id,
            row.takes_over,
            row.end_customer,
        ),
        state=OrderState(row.state),
        step=row.step,
        waits_for=None if row.waits_for is None else WaitsFor(row.waits_for),
        reasons=tuple(Reason(**reason) for reason in row.reasons),
        service_id=row.service_id,
        monthly_pence=row.monthly_pence,
        setup_pence=row.setup_pence,
        requested_by=row.requested_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
        product_order_id=row.product_order_id or "",
        item_id=row.item_id,
        after=tuple(row.after),
        validated=row.validated,
        expected_on=row.expected_on,
        wait_until=row.wait_until,
        ends_as=None if row.ends_as is None else OrderState(row.ends_as),
        walk=row.walk,
        catalogue_version=row.catalogue_version,
    )


def _event_of(row: Row[Any]) -> OrderEvent:
    status = EventStatus(row.status)
    return OrderEvent(row.order_id, row.number, row.at, row.step, status, row.text, row.facts, row.seconds)


def _row_of_change(order_id: str, step: str, position: int, change: DeviceChange) -> dict[str, Any]:
    kept = {name: value for name, value in asdict(change).items() if name in order_changes.c}
    return {"order_id": order_id, "step": step, "position": position} | kept | {"before": kept["before"] or None}


def _change_of(row: Row[Any]) -> DeviceChange:
    return DeviceChange(
        row.device,
        ChangeAction(row.action),
        row.commands,
        row.diff,
        intents_of_json(row.intents),
        tuple(row.idle_lines),
        intents_of_json(row.before),
    )
