"""Which order or change plan is changing which device and which handover, in the database."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from provisioning.store.engine_tables import claims

DEVICE, HANDOVER = "device", "handover"


class StoredClaims:
    """Implements `work.Claims`. Rows are inserted in one order, by kind and name: no two wait in a circle."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def claim(self, holder: str, devices: Sequence[str], handovers: Sequence[str] = ()) -> tuple[str, ...]:
        wanted = sorted({*((DEVICE, name) for name in devices), *((HANDOVER, name) for name in handovers)})
        dialect = postgresql if self._session.get_bind().dialect.name == "postgresql" else sqlite
        rows = [{"kind": kind, "name": name, "holder": holder} for kind, name in wanted]
        if rows:
            self._session.execute(dialect.insert(claims).on_conflict_do_nothing(), rows)
        # Not who holds the others: on PostgreSQL one who let go after our row was refused would not be seen any more.
        ours = self._held_by(holder)
        others = tuple(name for kind, name in wanted if (kind, name) not in ours)
        if others:
            self.release(holder)
        return others

    def release(self, holder: str) -> None:
        self._session.execute(delete(claims).where(claims.c.holder == holder))

    def claimed(self) -> tuple[tuple[str, str, str], ...]:
        found = self._session.execute(select(claims).order_by(claims.c.kind, claims.c.name))
        return tuple((row.kind, row.name, row.holder) for row in found)

    def _held_by(self, holder: str) -> set[tuple[str, str]]:
        query = select(claims.c.kind, claims.c.name).where(claims.c.holder == holder)
        return {(kind, name) for kind, name in self._session.execute(query)}
