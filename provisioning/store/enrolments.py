"""Access points that are expected, in the database."""

from typing import Any

from sqlalchemy import Row, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from provisioning.enrolments import Enrolment
from provisioning.store.enrolment_tables import enrolments
from provisioning.store.keys import can_be_key


class StoredEnrolments:
    """Implements `enrolment_work.Enrolments`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save(self, enrolment: Enrolment) -> None:
        same = or_(enrolments.c.device == enrolment.device, enrolments.c.serial == enrolment.serial)
        self._session.execute(delete(enrolments).where(same))
        self._session.execute(insert(enrolments).values(_row(enrolment)))

    def use(self, enrolment: Enrolment) -> bool:
        unused = (
            enrolments.c.device == enrolment.device,
            enrolments.c.key_hash == enrolment.key_hash,
            enrolments.c.phoned_home_at.is_(None),
        )
        # The row is locked by the write itself, so of two that come at one moment one finds it used.
        return bool(self._session.execute(update(enrolments).where(*unused).values(_row(enrolment))).rowcount)  # type: ignore[attr-defined]

    def of_serial(self, serial: str) -> Enrolment | None:
        if not can_be_key(serial):
            return None
        row = self._session.execute(select(enrolments).where(enrolments.c.serial == serial)).first()
        return None if row is None else _enrolment_of(row)

    def all(self) -> tuple[Enrolment, ...]:
        query = select(enrolments).order_by(enrolments.c.issued_at.desc(), enrolments.c.device)
        return tuple(map(_enrolment_of, self._session.execute(query)))

    def not_serving(self) -> tuple[Enrolment, ...]:
        query = select(enrolments).where(enrolments.c.phoned_home_at.is_not(None), enrolments.c.serving_at.is_(None))
        return tuple(map(_enrolment_of, self._session.execute(query.order_by(enrolments.c.device))))


def _row(enrolment: Enrolment) -> dict[str, Any]:
    return {name: getattr(enrolment, name) for name in Enrolment.__slots__}


def _enrolment_of(row: Row[Any]) -> Enrolment:
    return Enrolment(**{name: getattr(row, name) for name in Enrolment.__slots__})
