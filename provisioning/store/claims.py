"""Which order is changing which device, in the database."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from provisioning.store.tables import device_claims


class StoredClaims:
    """Implements `work.DeviceClaims`. Rows are inserted by device name: two orders never wait in a circle."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def claim(self, order_id: str, devices: Sequence[str]) -> tuple[str, ...]:
        dialect = postgresql if self._session.get_bind().dialect.name == "postgresql" else sqlite
        for device in sorted(set(devices)):
            row = dialect.insert(device_claims).values(device=device, order_id=order_id)
            self._session.execute(row.on_conflict_do_nothing())
        others = self._held_by_others(order_id, devices)
        if others:
            self.release(order_id)
        return others

    def release(self, order_id: str) -> None:
        self._session.execute(delete(device_claims).where(device_claims.c.order_id == order_id))

    def _held_by_others(self, order_id: str, devices: Sequence[str]) -> tuple[str, ...]:
        query = select(device_claims.c.device).where(
            device_claims.c.device.in_(devices), device_claims.c.order_id != order_id
        )
        return tuple(self._session.execute(query.order_by(device_claims.c.device)).scalars())
