"""Deliveries and their tries, in the database.

A worker takes a delivery for a while (a lease) and sends outside of any transaction. What a worker that died
had taken is free again when its lease is over; what a slow one says after that is not heard.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, RowMapping, Select, and_, delete, func, insert, literal_column, or_, select, update
from sqlalchemy.orm import Session

from provisioning.changes import StateChange
from provisioning.listener_errors import NotReplayable, UnknownDelivery
from provisioning.listeners import Attempt, Delivery, DeliveryPage, DeliveryState, Message
from provisioning.store.change_tables import state_changes
from provisioning.store.changes import change_of
from provisioning.store.cursors import cursor_after, newest_first, page_size
from provisioning.store.keys import can_be_key
from provisioning.store.listener_tables import deliveries, delivery_attempts, listeners
from provisioning.store.outbox import rows_for

MOST_FORGOTTEN = 5_000  # in one transaction: others wait for it on SQLite
IS_WAITING = deliveries.c.state == literal_column(f"'{DeliveryState.WAITING}'")
"""Word for word what the partial index says: with a parameter in its place the databases would not take the index."""


class StoredDeliveries:
    """Implements `work.Deliveries`."""

    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now

    def add_test(self, listener_id: str, message: Message) -> str:
        (row,) = rows_for([listener_id], f"test {listener_id}", self._now(), messages=_json_of([message]))
        self._session.execute(insert(deliveries).values(row))
        return str(row["id"])

    def replay(self, delivery_id: str) -> str:
        found = self._row(delivery_id)
        if found.state not in {DeliveryState.DELIVERED, DeliveryState.GIVEN_UP}:
            raise NotReplayable(delivery_id)
        again = {name: found._asdict()[name] for name in ("message_id", "change_number", "messages")}
        again["replay_of"] = found.replay_of or found.id
        (row,) = rows_for([found.listener_id], found.lane, self._now(), **again)
        self._session.execute(insert(deliveries).values(row))
        return str(row["id"])

    def get(self, delivery_id: str) -> Delivery:
        row = self._row(delivery_id)
        query = _with_change().where(deliveries.c.number == row.number)
        return _delivery_of(self._session.execute(query).mappings().one())

    def attempts(self, delivery_id: str) -> tuple[Attempt, ...]:
        kept = delivery_attempts.c
        query = select(delivery_attempts).where(kept.delivery == self._row(delivery_id).number).order_by(kept.number)
        rows = self._session.execute(query)
        return tuple(Attempt(row.number, row.at, row.status, row.seconds, row.said) for row in rows)

    def page(
        self,
        *,
        isp_code: str | None,
        listener_id: str | None,
        state: DeliveryState | None,
        cursor: str | None,
        limit: int,
    ) -> DeliveryPage:
        query = newest_first(_with_change(), deliveries.c.made_at, deliveries.c.id, cursor)
        if listener_id is not None:
            query = query.where(deliveries.c.listener_id == listener_id)
        if isp_code is not None:
            query = query.where(listeners.c.isp_code == isp_code)
        if state is not None:
            query = query.where(deliveries.c.state == state)
        size = page_size(limit)
        found = [_delivery_of(row) for row in self._session.execute(query.limit(size + 1)).mappings()]
        last = found[size - 1] if len(found) > size else None
        return DeliveryPage(tuple(found[:size]), cursor_after(last.made_at, last.id) if last else None)

    def is_due(self, not_to: Collection[str] = ()) -> bool:
        return self._session.execute(_due(self._now(), not_to).limit(1)).first() is not None

    def take(
        self, by: str, until: datetime, most: int, at_one_listener: int, not_to: Collection[str] = ()
    ) -> tuple[Delivery, ...]:
        due = _due(self._now(), not_to).limit(most).with_for_update(of=deliveries, skip_locked=True)
        found = _at_most(at_one_listener, self._session.execute(due))
        if not found:
            return ()
        taken = update(deliveries).where(deliveries.c.number.in_(found)).values(leased_by=by, leased_until=until)
        self._session.execute(taken)
        query = _with_change().where(deliveries.c.number.in_(found)).order_by(deliveries.c.number)
        return tuple(_delivery_of(row) for row in self._session.execute(query).mappings())

    def keep_messages(self, number: int, messages: Sequence[Message]) -> None:
        self._change(number, messages=_json_of(messages))

    def note_attempt(
        self,
        number: int,
        by: str,
        attempt: Attempt,
        state: DeliveryState,
        *,
        sent: int,
        next_at: datetime | None = None,
    ) -> bool:
        values: dict[str, Any] = {"state": state, "sent": sent, "leased_by": None, "leased_until": None}
        values["attempts"] = deliveries.c.attempts + 1
        values["ended_at"] = None if state is DeliveryState.WAITING else self._now()
        if next_at is not None:
            values["next_at"] = next_at
        mine = and_(deliveries.c.number == number, deliveries.c.leased_by == by)
        waiting = deliveries.c.state == DeliveryState.WAITING
        noted = update(deliveries).where(mine, waiting).values(values).returning(deliveries.c.attempts)
        attempts = self._session.execute(noted).scalar()
        if attempts is None:
            return False  # too late: another worker has it, or it ended
        row = {"at": attempt.at, "status": attempt.status, "seconds": attempt.seconds, "said": attempt.said}
        self._session.execute(insert(delivery_attempts).values(delivery=number, number=attempts, **row))
        return True

    def say_nothing(self, number: int, by: str) -> None:
        mine = (deliveries.c.number == number, deliveries.c.leased_by == by)
        ended = {"state": DeliveryState.NOTHING, "ended_at": self._now(), "leased_by": None, "leased_until": None}
        self._session.execute(update(deliveries).where(*mine).values(ended))

    def count_waiting(self) -> int:
        query = select(func.count()).select_from(deliveries).where(deliveries.c.state == DeliveryState.WAITING)
        return int(self._session.execute(query).scalar_one())

    def forget(self, before: datetime) -> int:
        ended = select(deliveries.c.number).where(deliveries.c.ended_at < before).limit(MOST_FORGOTTEN)
        numbers = self._session.execute(ended).scalars().all()
        self._session.execute(delete(delivery_attempts).where(delivery_attempts.c.delivery.in_(numbers)))
        self._session.execute(delete(deliveries).where(deliveries.c.number.in_(numbers)))
        return len(numbers)

    def _row(self, delivery_id: str) -> Row[Any]:
        if can_be_key(delivery_id):
            found = self._session.execute(select(deliveries).where(deliveries.c.id == delivery_id)).first()
            if found is not None:
                return found
        raise UnknownDelivery(delivery_id)

    def _change(self, number: int, **values: Any) -> None:
        self._session.execute(update(deliveries).where(deliveries.c.number == number).values(values))


def _due(now: datetime, not_to: Collection[str]) -> Select[Any]:
    """What can be sent now, oldest first: the first of its lane that waits, to listeners that are not left alone."""
    kept, to = deliveries.c, listeners.c
    awake = select(to.id).where(or_(to.quiet_until.is_(None), to.quiet_until <= now))
    if not_to:
        awake = awake.where(to.id.not_in(sorted(not_to)))
    heads = (
        select(func.min(kept.number).label("number"))
        .where(IS_WAITING, kept.listener_id.in_(awake))
        .group_by(kept.listener_id, kept.lane)
        .subquery()
    )
    is_free = or_(kept.leased_until.is_(None), kept.leased_until <= now)
    due = select(kept.number, kept.listener_id).join(heads, heads.c.number == kept.number)
    return due.where(IS_WAITING, kept.next_at <= now, is_free).order_by(kept.number)


def _at_most(count: int, found: Iterable[Row[Any]]) -> list[int]:
    """The numbers of the first so many to each listener."""
    numbers: list[int] = []
    to: Counter[str] = Counter()
    for row in found:
        to[row.listener_id] += 1
        if to[row.listener_id] <= count:
            numbers.append(row.number)
    return numbers


def _with_change() -> Select[Any]:
    changed = [column.label(f"changed_{column.name}") for column in state_changes.c]
    of_change = state_changes.c.number == deliveries.c.change_number
    of_listener = listeners.c.id == deliveries.c.listener_id
    found = select(deliveries, listeners.c.isp_code, *changed).join(listeners, of_listener)
    return found.join(state_changes, of_change, isouter=True)


def _delivery_of(row: RowMapping) -> Delivery:
    as_they_are = (
        "number",
        "id",
        "message_id",
        "listener_id",
        "isp_code",
        "attempts",
        "next_at",
        "made_at",
        "ended_at",
    )
    return Delivery(
        **{name: row[name] for name in (*as_they_are, "replay_of", "sent")},
        change=None if row["changed_number"] is None else _change_of(row),
        state=DeliveryState(row["state"]),
        messages=None if row["messages"] is None else tuple(_message_of(each) for each in row["messages"]),
    )


def _change_of(row: RowMapping) -> StateChange:
    return change_of({column.name: row[f"changed_{column.name}"] for column in state_changes.c})


def _json_of(messages: Iterable[Message]) -> list[dict[str, str]]:
    return [{"path": message.path, "body": message.body.decode()} for message in messages]


def _message_of(kept: dict[str, str]) -> Message:
    return Message(kept["path"], kept["body"].encode())
