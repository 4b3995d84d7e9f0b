"""Devices of which nobody knows for certain what they say, in the database."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.orm import Session

from provisioning.store.change_plan_tables import uncertain_devices
from provisioning.store.change_plan_work import UncertainDevice


class StoredUncertainDevices:
    """Implements `work.UncertainDevices`."""

    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now

    def note(self, device: str, left_by: str, why: str) -> None:
        its = uncertain_devices.c
        known = self._session.execute(select(func.max(its.number)).where(its.device == device)).scalar() or 0
        still = select(its.device).where(its.device == device, its.settled_at.is_(None))
        if self._session.execute(still).first() is None:
            row = {"device": device, "number": known + 1, "since": self._now(), "left_by": left_by, "why": why}
            self._session.execute(insert(uncertain_devices).values(row | {"settled_how": ""}))

    def open(self) -> tuple[UncertainDevice, ...]:
        its = uncertain_devices.c
        query = select(uncertain_devices).where(its.settled_at.is_(None)).order_by(its.since, its.device)
        return tuple(map(_device_of, self._session.execute(query)))

    def settle(self, devices: Collection[str], how: str) -> tuple[str, ...]:
        its = uncertain_devices.c
        where = (its.settled_at.is_(None), its.device.in_(list(devices)))
        known = update(uncertain_devices).where(*where).values(settled_at=self._now(), settled_how=how)
        return tuple(sorted(self._session.execute(known.returning(its.device)).scalars()))

    def newest(self, limit: int) -> tuple[UncertainDevice, ...]:
        its = uncertain_devices.c
        query = select(uncertain_devices).order_by(its.since.desc(), its.device).limit(limit)
        return tuple(map(_device_of, self._session.execute(query)))


def _device_of(row: Row[Any]) -> UncertainDevice:
    return UncertainDevice(row.device, row.since, row.left_by, row.why, row.settled_at, row.settled_how)
