"""Pauses, in the database."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, or_, select, update
from sqlalchemy.orm import Session

from provisioning.engine_errors import UnknownPause
from provisioning.pauses import Pause, PauseKind, PauseScope
from provisioning.store.engine_tables import pauses
from provisioning.store.keys import can_be_key


class StoredPauses:
    """Implements `work.Pauses`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, pause: Pause) -> None:
        row = {name: getattr(pause, name) for name in Pause.__slots__}
        self._session.execute(insert(pauses).values(row))

    def get(self, pause_id: str) -> Pause:
        if can_be_key(pause_id):
            found = self._session.execute(select(pauses).where(pauses.c.id == pause_id)).first()
            if found is not None:
                return _pause_of(found)
        raise UnknownPause(pause_id)

    def lift(self, pause_id: str, by: str, now: datetime) -> bool:
        standing = (pauses.c.lifted_at.is_(None), or_(pauses.c.until.is_(None), pauses.c.until > now))
        lifted = update(pauses).where(pauses.c.id == pause_id, *standing).values(lifted_at=now, lifted_by=by)
        return self._session.execute(lifted.returning(pauses.c.id)).first() is not None

    def standing(self, now: datetime) -> tuple[Pause, ...]:
        query = select(pauses).where(pauses.c.lifted_at.is_(None)).order_by(pauses.c.since, pauses.c.id)
        return tuple(pause for row in self._session.execute(query) if (pause := _pause_of(row)).stands(now))

    def newest(self, most: int, kind: PauseKind | None = None) -> tuple[Pause, ...]:
        its = (pauses.c.kind == kind,) if kind else ()
        query = select(pauses).where(*its).order_by(pauses.c.since.desc(), pauses.c.id).limit(most)
        return tuple(_pause_of(row) for row in self._session.execute(query))


def _pause_of(row: Row[Any]) -> Pause:
    return Pause(
        id=row.id,
        scope=PauseScope(row.scope),
        name=row.name,
        why=row.why,
        by=row.by,
        since=row.since,
        until=row.until,
        lifted_at=row.lifted_at,
        lifted_by=row.lifted_by,
        kind=PauseKind(row.kind),
    )
