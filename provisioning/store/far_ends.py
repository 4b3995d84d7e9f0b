"""What other ISPs are asked to let land on their ports, in the database."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.orm import Session

from provisioning.errors import WrongState
from provisioning.far_ends import FarEnd, FarEndState
from provisioning.life_errors import NothingAsked
from provisioning.store.keys import can_be_key
from provisioning.store.product_order_tables import far_ends


class StoredFarEnds:
    """Implements `work.FarEnds`."""

    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now

    def add(self, far_end: FarEnd) -> None:
        row = {name: getattr(far_end, name) for name in FarEnd.__slots__}
        self._session.execute(insert(far_ends).values(row))

    def find(self, order_id: str) -> FarEnd | None:
        if not can_be_key(order_id):
            return None
        row = self._session.execute(select(far_ends).where(far_ends.c.order_id == order_id)).first()
        return None if row is None else _far_end_of(row)

    def forget(self, order_id: str) -> None:
        self._session.execute(delete(far_ends).where(far_ends.c.order_id == order_id))

    def decide(self, order_id: str, state: FarEndState, by: str, reason: str = "") -> None:
        values = {"state": state, "decided_at": self._now(), "decided_by": by, "reason": reason}
        is_asked = (far_ends.c.order_id == order_id, far_ends.c.state == FarEndState.ASKED)
        decided = update(far_ends).where(*is_asked).values(values).returning(far_ends.c.order_id)
        if self._session.execute(decided).first() is None:
            found = self.find(order_id)
            if found is None:
                raise NothingAsked(order_id)
            raise WrongState("far end's consent", order_id, found.state, state)

    def asked(self, isp_code: str | None) -> tuple[FarEnd, ...]:
        query = select(far_ends).where(far_ends.c.state == FarEndState.ASKED)
        if isp_code is not None:
            query = query.where(far_ends.c.isp_code == isp_code)
        return tuple(map(_far_end_of, self._session.execute(query.order_by(far_ends.c.asked_at, far_ends.c.order_id))))


def _far_end_of(row: Row[Any]) -> FarEnd:
    known = {name: getattr(row, name) for name in FarEnd.__slots__}
    return FarEnd(**known | {"state": FarEndState(row.state)})
