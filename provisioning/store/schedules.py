"""What is done by the clock, in the database: who does it now, how the last run ended, and when it is next."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from provisioning.schedules import Done, KeptSchedule, Outcome
from provisioning.store.engine_tables import schedules


class StoredSchedules:
    """Implements `work.Schedules`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def know(self, name: str, next_at: datetime) -> None:
        dialect = postgresql if self._session.get_bind().dialect.name == "postgresql" else sqlite
        row = dialect.insert(schedules).values(name=name, next_at=next_at, text="", failures=0, findings=[])
        self._session.execute(row.on_conflict_do_nothing())

    def due(self, now: datetime) -> tuple[str, ...]:
        free = or_(schedules.c.held_until.is_(None), schedules.c.held_until <= now)
        query = select(schedules.c.name).where(schedules.c.next_at <= now, free).order_by(schedules.c.next_at)
        return tuple(self._session.execute(query).scalars())

    def take(self, name: str, by: str, now: datetime, until: datetime, *, only_due: bool = True) -> bool:
        free = or_(schedules.c.held_until.is_(None), schedules.c.held_until <= now)
        conditions = [schedules.c.name == name, free, *([schedules.c.next_at <= now] if only_due else [])]
        taken = update(schedules).where(*conditions).values(held_by=by, held_until=until, started_at=now)
        return self._session.execute(taken.returning(schedules.c.name)).first() is not None

    def keep(self, names: Iterable[str], by: str, until: datetime) -> None:
        held = (schedules.c.name.in_(list(names)), schedules.c.held_by == by)
        self._session.execute(update(schedules).where(*held).values(held_until=until))

    def end(self, name: str, by: str, outcome: Outcome, done: Done, now: datetime, next_at: datetime) -> None:
        """`next_at`: when it is next. One that another took meanwhile is the other's."""
        failures = schedules.c.failures + 1 if outcome is Outcome.FAILED else 0
        ended = {
            "held_by": None,
            "held_until": None,
            "ended_at": now,
            "outcome": outcome,
            "text": done.text,
            "failures": failures,
            "findings": list(done.findings),
            "next_at": next_at,
        }
        held = (schedules.c.name == name, schedules.c.held_by == by)
        self._session.execute(update(schedules).where(*held).values(ended))

    def get(self, name: str) -> KeptSchedule | None:
        found = self._session.execute(select(schedules).where(schedules.c.name == name)).first()
        return None if found is None else _schedule_of(found)

    def all(self) -> tuple[KeptSchedule, ...]:
        return tuple(_schedule_of(row) for row in self._session.execute(select(schedules).order_by(schedules.c.name)))


def _schedule_of(row: Row[Any]) -> KeptSchedule:
    return KeptSchedule(
        name=row.name,
        next_at=row.next_at,
        held_by=row.held_by,
        held_until=row.held_until,
        started_at=row.started_at,
        ended_at=row.ended_at,
        outcome=None if row.outcome is None else Outcome(row.outcome),
        text=row.text,
        failures=row.failures,
        findings=tuple(row.findings),
    )
