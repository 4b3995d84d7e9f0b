"""Listeners, in the database. No secret is kept: it is derived from the house's own and the id."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.orm import Session

from provisioning.changes import ChangeKind
from provisioning.listener_errors import UnknownListener
from provisioning.listeners import DeliveryState, Face, Listener, quiet_after
from provisioning.store.keys import can_be_key
from provisioning.store.listener_tables import deliveries, listeners


class StoredListeners:
    """Implements `work.Listeners`."""

    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now

    def add(self, listener: Listener) -> None:
        row = {name: getattr(listener, name) for name in Listener.__slots__}
        self._session.execute(insert(listeners).values(row | {"kinds": list(listener.kinds)}))

    def get(self, listener_id: str) -> Listener:
        if can_be_key(listener_id):
            query = select(listeners).where(listeners.c.id == listener_id, listeners.c.removed_at.is_(None))
            found = self._session.execute(query).mappings().first()
            if found is not None:
                return listener_of(found)
        raise UnknownListener(listener_id)

    def all(self, isp_code: str | None, face: Face | None = None, api: str | None = None) -> tuple[Listener, ...]:
        kept = listeners.c
        query = select(listeners).where(kept.removed_at.is_(None)).order_by(kept.made_at, kept.id)
        if isp_code is not None:
            query = query.where(kept.isp_code == isp_code)
        if face is not None:
            query = query.where(kept.face == face)
        if api is not None:
            query = query.where(kept.api == api)
        return tuple(map(listener_of, self._session.execute(query).mappings()))

    def count(self, isp_code: str | None) -> int:
        kept = listeners.c
        of_isp = kept.isp_code.is_(None) if isp_code is None else kept.isp_code == isp_code
        query = select(func.count()).select_from(listeners).where(of_isp, kept.removed_at.is_(None))
        return int(self._session.execute(query).scalar_one())

    def remove(self, listener_id: str) -> None:
        self._end(listener_id, removed_at=self._now())

    def switch_off(self, listener_id: str) -> None:
        self._end(listener_id, off_since=self._now())

    def renew_secret(self, listener_id: str) -> None:
        kept = listeners.c
        renewed = update(listeners).where(kept.id == self.get(listener_id).id)
        self._session.execute(renewed.values(secret_number=kept.secret_number + 1, secret_since=self._now()))

    def note(self, listener_id: str, *, answered: bool) -> None:
        kept = listeners.c
        if answered:
            reset = {"failures": 0, "quiet_until": None}
            self._session.execute(update(listeners).where(kept.id == listener_id, kept.failures > 0).values(reset))
            return
        one_more = update(listeners).where(kept.id == listener_id).values(failures=kept.failures + 1)
        failures = self._session.execute(one_more.returning(kept.failures)).scalar_one()
        pause = quiet_after(failures)
        if pause > timedelta():
            self._session.execute(
                update(listeners).where(kept.id == listener_id).values(quiet_until=self._now() + pause)
            )

    def _end(self, listener_id: str, **values: datetime) -> None:
        """Keep the log, and give up what waits. Raises: UnknownListener."""
        changed = (
            update(listeners).where(listeners.c.id == listener_id, listeners.c.removed_at.is_(None)).values(values)
        )
        if not can_be_key(listener_id) or self._session.execute(changed.returning(listeners.c.id)).first() is None:
            raise UnknownListener(listener_id)
        waiting = (deliveries.c.listener_id == listener_id, deliveries.c.state == DeliveryState.WAITING)
        given_up = {"state": DeliveryState.GIVEN_UP, "ended_at": self._now()}
        self._session.execute(update(deliveries).where(*waiting).values(given_up))


def listener_of(row: RowMapping) -> Listener:
    """A row as what it says."""
    fields = {name: row[name] for name in Listener.__slots__}
    return Listener(**fields | {"face": Face(row["face"]), "kinds": tuple(map(ChangeKind, row["kinds"]))})
