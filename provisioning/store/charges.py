"""Charges, in the database."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from provisioning.changes import ChangeKind
from provisioning.charges import CHARGE_ENDED, Charge, ChargeCause, ChargeItem, ChargeState
from provisioning.errors import WrongState
from provisioning.life_errors import UnknownCharge
from provisioning.store.changes import StoredChanges
from provisioning.store.cursors import page_size
from provisioning.store.keys import can_be_key
from provisioning.store.product_order_tables import charges
from provisioning.store.settling import settle

_ITEMS = TypeAdapter(tuple[ChargeItem, ...])


class StoredCharges:
    """Implements `work.Charges`. The product order's state follows by itself."""

    def __init__(self, session: Session, now: Callable[[], datetime], changes: StoredChanges) -> None:
        self._session = session
        self._now = now
        self._changes = changes

    def add(self, charge: Charge) -> None:
        self._session.execute(insert(charges).values(_row_of(charge)))
        self._said(charge, "")

    def get(self, charge_id: str) -> Charge:
        if can_be_key(charge_id):
            row = self._session.execute(select(charges).where(charges.c.id == charge_id)).first()
            if row is not None:
                return _charge_of(row)
        raise UnknownCharge(charge_id)

    def save(self, charge: Charge) -> None:
        ended_at = self._now() if charge.state in CHARGE_ENDED else None
        values = {"items": _json_of(charge), "state": charge.state, "ended_at": ended_at}
        is_open = (charges.c.id == charge.id, charges.c.state == ChargeState.AWAITING_RESPONSE)
        if (
            self._session.execute(update(charges).where(*is_open).values(values).returning(charges.c.id)).first()
            is None
        ):
            raise WrongState("charge", charge.id, self.get(charge.id).state, "answered: it is not open any more")
        self._said(charge, ChargeState.AWAITING_RESPONSE)

    def of_product_order(self, product_order_id: str) -> tuple[Charge, ...]:
        query = select(charges).where(charges.c.product_order_id == product_order_id)
        return tuple(map(_charge_of, self._session.execute(query.order_by(charges.c.created_at, charges.c.id))))

    def overdue(self, now: datetime) -> tuple[Charge, ...]:
        late = (charges.c.state == ChargeState.AWAITING_RESPONSE, charges.c.due_at <= now)
        return tuple(map(_charge_of, self._session.execute(select(charges).where(*late).order_by(charges.c.due_at))))

    def all(self, *, isp_code: str | None, is_open: bool | None = None, limit: int = 200) -> tuple[Charge, ...]:
        query = select(charges)
        if isp_code is not None:
            query = query.where(charges.c.isp_code == isp_code)
        if is_open is not None:
            waits = charges.c.state == ChargeState.AWAITING_RESPONSE
            query = query.where(waits if is_open else ~waits)
        newest = query.order_by(charges.c.created_at.desc(), charges.c.id.desc()).limit(page_size(limit))
        return tuple(map(_charge_of, self._session.execute(newest)))

    def _said(self, charge: Charge, was: str) -> None:
        self._changes.record(ChangeKind.CHARGE, charge.id, charge.isp_code, was, charge.state, order_id=charge.order_id)
        settle(self._session, self._changes, charge.product_order_id, self._now())


def _row_of(charge: Charge) -> dict[str, Any]:
    return {name: getattr(charge, name) for name in Charge.__slots__} | {"items": _json_of(charge)}


def _json_of(charge: Charge) -> list[dict[str, Any]]:
    return [asdict(item) for item in charge.items]


def _charge_of(row: Row[Any]) -> Charge:
    known = {name: getattr(row, name) for name in Charge.__slots__}
    own = {"state": ChargeState(row.state), "cause": ChargeCause(row.cause), "items": _ITEMS.validate_python(row.items)}
    return Charge(**known | own)
