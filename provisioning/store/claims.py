"""Which order is changing which device and which handover, in the database."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from provisioning.store.engine_tables import claims

DEVICE, HANDOVER = "device", "handover"


class StoredClaims:
    """Implements `work.Claims`. Rows are inserted in one order, by kind and name: no two orders wait in a circle."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def claim(self, order_id: str, devices: Sequence[str], handovers: Sequence[str] = ()) -> tuple[str, ...]:
        wanted = sorted({*((DEVICE, name) for name in devices), *((HANDOVER, name) for name in handovers)})
        dialect = postgresql if self._session.get_bind().dialect.name == "postgresql" else sqlite
        for kind, name in wanted:
            row = dialect.insert(claims).values(kind=kind, name=name, order_id=order_id)
            self._session.execute(row.on_conflict_do_nothing())
        others = tuple(name for name, _order in self._held_by_others(order_id, wanted))
        if others:
            self.release(order_id)
        return others

    def release(self, order_id: str) -> None:
        self._session.execute(delete(claims).where(claims.c.order_id == order_id))

    def claimed(self) -> tuple[tuple[str, str, str], ...]:
        found = self._session.execute(select(claims).order_by(claims.c.kind, claims.c.name))
        return tuple((row.kind, row.name, row.order_id) for row in found)

    def _held_by_others(self, order_id: str, wanted: Collection[tuple[str, str]]) -> Iterable[tuple[str, str]]:
        if not wanted:
            return []
        either = or_(*(and_(claims.c.kind == kind, claims.c.name == name) for kind, name in wanted))
        query = select(claims.c.name, claims.c.order_id).where(either, claims.c.order_id != order_id)
        return [tuple(row) for row in self._session.execute(query.order_by(claims.c.kind, claims.c.name))]
