"""Reservations for a window of days, in the database. What they hold stands in `holds`."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from inventory.devices import PortRef
from inventory.plant import PositionRef, StrandRef
from inventory.windows import Window
from provisioning.errors import WrongState
from provisioning.reservations import RESERVATION_BECOMES, Reservation, ReservationPage, ReservationState
from provisioning.store.cursors import cursor_after, newest_first, page_size
from provisioning.store.hold_tables import reservations
from provisioning.store.keys import can_be_key
from provisioning.strand_errors import UnknownReservation

_STRANDS = TypeAdapter(tuple[StrandRef, ...])
_POSITIONS = TypeAdapter(tuple[PositionRef, ...])
_PORTS = TypeAdapter(tuple[PortRef, ...])


class StoredKeptReservations:
    """Implements `work.KeptReservations`."""

    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now

    def add(self, reservation: Reservation) -> None:
        self._session.execute(insert(reservations).values(_row_of(reservation)))

    def get(self, reservation_id: str) -> Reservation:
        if can_be_key(reservation_id):
            found = self._session.execute(select(reservations).where(reservations.c.id == reservation_id)).first()
            if found is not None:
                return _reservation_of(found)
        raise UnknownReservation(reservation_id)

    def end(self, reservation_id: str, state: ReservationState) -> None:
        before = [was for was, after in RESERVATION_BECOMES.items() if state in after]
        mine = (reservations.c.id == reservation_id, reservations.c.state.in_(before))
        changed = update(reservations).where(*mine).values(state=state, ended_at=self._now())
        if self._session.execute(changed.returning(reservations.c.id)).first() is None:
            now_is = self.get(reservation_id).state
            if now_is is not state:
                raise WrongState("reservation", reservation_id, now_is, state)

    def page(
        self, *, isp_code: str | None, state: ReservationState | None, cursor: str | None, limit: int
    ) -> ReservationPage:
        query = newest_first(select(reservations), reservations.c.created_at, reservations.c.id, cursor)
        if isp_code is not None:
            query = query.where(reservations.c.isp_code == isp_code)
        if state is not None:
            query = query.where(reservations.c.state == state)
        size = page_size(limit)
        found = [_reservation_of(row) for row in self._session.execute(query.limit(size + 1))]
        last = found[size - 1] if len(found) > size else None
        return ReservationPage(tuple(found[:size]), cursor_after(last.created_at, last.id) if last else None)


def _row_of(reservation: Reservation) -> dict[str, Any]:
    row = {name: getattr(reservation, name) for name in Reservation.__slots__ if name != "window"}
    return row | {
        "first_day": reservation.window.first,
        "last_day": reservation.window.last,
        "strands": _STRANDS.dump_python(reservation.strands, mode="json"),
        "positions": _POSITIONS.dump_python(reservation.positions, mode="json"),
        "ports": _PORTS.dump_python(reservation.ports, mode="json"),
    }


def _reservation_of(row: Row[Any]) -> Reservation:
    return Reservation(
        id=row.id,
        isp_code=row.isp_code,
        purpose=row.purpose,
        window=Window(row.first_day, row.last_day),
        strands=_STRANDS.validate_python(row.strands),
        positions=_POSITIONS.validate_python(row.positions),
        ports=_PORTS.validate_python(row.ports),
        state=ReservationState(row.state),
        made_by=row.made_by,
        created_at=row.created_at,
        ended_at=row.ended_at,
    )
