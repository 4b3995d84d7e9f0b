"""Cancellations and changes of date, in the database."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, insert, select, update
from sqlalchemy.orm import Session

from provisioning.changes import ChangeKind
from provisioning.chargeable_tasks import (
    TASK_BECOMES,
    TASK_ENDED,
    Cancellation,
    CancellationReason,
    DateChange,
    TaskState,
)
from provisioning.errors import WrongState
from provisioning.life_errors import UnknownCancellation, UnknownDateChange
from provisioning.store.changes import StoredChanges
from provisioning.store.cursors import page_size
from provisioning.store.keys import can_be_key
from provisioning.store.product_order_tables import cancellations, date_changes
from provisioning.store.settling import settle


class _StoredTasks:
    """What both kinds have in common. The product order's state follows by itself."""

    table: Table
    kind: ChangeKind

    def __init__(self, session: Session, now: Callable[[], datetime], changes: StoredChanges) -> None:
        self._session = session
        self._now = now
        self._changes = changes

    def _add(self, task: Cancellation | DateChange) -> None:
        row = {name: getattr(task, name) for name in type(task).__slots__}
        self._session.execute(insert(self.table).values(row))
        self._say(task.id, task.isp_code, task.product_order_id, task.order_id, "", task.state, "")

    def _find(self, task_id: str) -> Row[Any] | None:
        if not can_be_key(task_id):
            return None
        return self._session.execute(select(self.table).where(self.table.c.id == task_id)).first()

    def _move(self, row: Row[Any], state: TaskState, denied: str, charge_id: str | None) -> None:
        before = [was for was, next_states in TASK_BECOMES.items() if state in next_states]
        values: dict[str, Any] = {
            "state": state,
            "denied": denied or row.denied,
            "charge_id": charge_id or row.charge_id,
        }
        if state in TASK_ENDED:
            values["ended_at"] = self._now()
        its = (self.table.c.id == row.id, self.table.c.state.in_(before))
        moved = update(self.table).where(*its).values(values).returning(self.table.c.id)
        if self._session.execute(moved).first() is None:
            raise WrongState(self.kind.value, row.id, row.state, state)
        self._say(row.id, row.isp_code, row.product_order_id, row.order_id, row.state, state, denied)

    def _say(
        self, task_id: str, isp_code: str, product_order_id: str, order_id: str | None, was: str, now: str, why: str
    ) -> None:
        self._changes.record(self.kind, task_id, isp_code, was, now, why, order_id=order_id)
        settle(self._session, self._changes, product_order_id, self._now())

    def _rows(self, product_order_id: str) -> list[Row[Any]]:
        query = select(self.table).where(self.table.c.product_order_id == product_order_id)
        return list(self._session.execute(query.order_by(self.table.c.requested_at, self.table.c.id)))

    def _newest(self, isp_code: str | None, limit: int) -> list[Row[Any]]:
        query = select(self.table).order_by(self.table.c.requested_at.desc(), self.table.c.id.desc())
        if isp_code is not None:
            query = query.where(self.table.c.isp_code == isp_code)
        return list(self._session.execute(query.limit(page_size(limit))))


class StoredCancellations(_StoredTasks):
    """Implements `work.Cancellations`."""

    table = cancellations
    kind = ChangeKind.CANCELLATION

    def add(self, cancellation: Cancellation) -> None:
        self._add(cancellation)

    def get(self, cancellation_id: str) -> Cancellation:
        return _cancellation_of(self._row(cancellation_id))

    def set_state(
        self, cancellation_id: str, state: TaskState, *, denied: str = "", charge_id: str | None = None
    ) -> None:
        self._move(self._row(cancellation_id), state, denied, charge_id)

    def of_product_order(self, product_order_id: str) -> tuple[Cancellation, ...]:
        return tuple(map(_cancellation_of, self._rows(product_order_id)))

    def all(self, *, isp_code: str | None, limit: int = 200) -> tuple[Cancellation, ...]:
        return tuple(map(_cancellation_of, self._newest(isp_code, limit)))

    def _row(self, cancellation_id: str) -> Row[Any]:
        found = self._find(cancellation_id)
        if found is None:
            raise UnknownCancellation(cancellation_id)
        return found


class StoredDateChanges(_StoredTasks):
    """Implements `work.DateChanges`."""

    table = date_changes
    kind = ChangeKind.CHANGE_OF_DATE

    def add(self, change: DateChange) -> None:
        self._add(change)

    def get(self, change_id: str) -> DateChange:
        return _date_change_of(self._row(change_id))

    def set_state(self, change_id: str, state: TaskState, *, denied: str = "", charge_id: str | None = None) -> None:
        self._move(self._row(change_id), state, denied, charge_id)

    def of_product_order(self, product_order_id: str) -> tuple[DateChange, ...]:
        return tuple(map(_date_change_of, self._rows(product_order_id)))

    def all(self, *, isp_code: str | None, limit: int = 200) -> tuple[DateChange, ...]:
        return tuple(map(_date_change_of, self._newest(isp_code, limit)))

    def _row(self, change_id: str) -> Row[Any]:
        found = self._find(change_id)
        if found is None:
            raise UnknownDateChange(change_id)
        return found


def _cancellation_of(row: Row[Any]) -> Cancellation:
    known = {name: getattr(row, name) for name in Cancellation.__slots__}
    own = {"state": TaskState(row.state), "reason_kind": CancellationReason(row.reason_kind)}
    return Cancellation(**known | own)


def _date_change_of(row: Row[Any]) -> DateChange:
    known = {name: getattr(row, name) for name in DateChange.__slots__}
    return DateChange(**known | {"state": TaskState(row.state)})
