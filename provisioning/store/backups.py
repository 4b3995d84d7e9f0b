"""Backups, and what the audit last saw, in the database."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from provisioning.backup_errors import UnknownBackup
from provisioning.backups import Backup, packed, unpacked
from provisioning.seen_devices import SeenDevice
from provisioning.store.backup_tables import backup_texts, backups, device_audits


class StoredBackups:
    """Implements `backup_work.Backups`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, backup: Backup, text: str) -> None:
        kept = _insert(self._session)(backup_texts).values(digest=backup.digest, text=packed(text))
        self._session.execute(kept.on_conflict_do_nothing())
        row = {name: getattr(backup, name) for name in Backup.__slots__}
        self._session.execute(insert(backups).values(row))

    def see_again(self, device: str, number: int, at: datetime) -> None:
        self._update(device, number, seen_at=at)

    def last(self, device: str) -> Backup | None:
        query = select(backups).where(backups.c.device == device).order_by(backups.c.number.desc()).limit(1)
        row = self._session.execute(query).first()
        return None if row is None else _backup_of(row)

    def get(self, device: str, number: int) -> Backup:
        row = self._session.execute(
            select(backups).where(backups.c.device == device, backups.c.number == number)
        ).first()
        if row is None:
            raise UnknownBackup(f"{device} {number}")
        return _backup_of(row)

    def all_of(self, device: str) -> tuple[Backup, ...]:
        query = select(backups).where(backups.c.device == device).order_by(backups.c.number.desc())
        return tuple(map(_backup_of, self._session.execute(query)))

    def newest(self) -> tuple[Backup, ...]:
        last = (
            select(backups.c.device, func.max(backups.c.number).label("number")).group_by(backups.c.device).subquery()
        )
        query = select(backups).join(last, and_(backups.c.device == last.c.device, backups.c.number == last.c.number))
        return tuple(map(_backup_of, self._session.execute(query.order_by(backups.c.device))))

    def accepted(self) -> Mapping[str, Backup]:
        query = select(backups).where(backups.c.accepted_at.is_not(None)).order_by(backups.c.accepted_at)
        return {row.device: _backup_of(row) for row in self._session.execute(query)}

    def text_of(self, backup: Backup) -> str:
        query = select(backup_texts.c.text).where(backup_texts.c.digest == backup.digest)
        return unpacked(self._session.execute(query).scalar_one())

    def accept(self, device: str, number: int, by: str, at: datetime) -> None:
        self._update(device, number, accepted_by=by, accepted_at=at)

    def forget(self, before: datetime) -> int:
        later = backups.alias()
        is_last = (
            ~select(later.c.number)
            .where(later.c.device == backups.c.device, later.c.number > backups.c.number)
            .exists()
        )
        is_accepted = and_(
            backups.c.accepted_at.is_not(None),
            ~select(later.c.number)
            .where(later.c.device == backups.c.device, later.c.accepted_at > backups.c.accepted_at)
            .exists(),
        )
        gone = select(backups.c.device, backups.c.number).where(backups.c.seen_at < before, ~or_(is_last, is_accepted))
        rows = self._session.execute(gone).all()
        for row in rows:
            self._session.execute(delete(backups).where(backups.c.device == row.device, backups.c.number == row.number))
        used = select(backups.c.digest).where(backups.c.digest == backup_texts.c.digest)
        self._session.execute(delete(backup_texts).where(~used.exists()))
        return len(rows)

    def _update(self, device: str, number: int, **values: object) -> None:
        where = (backups.c.device == device, backups.c.number == number)
        self._session.execute(update(backups).where(*where).values(values))


class StoredSeenDevices:
    """Implements `backup_work.SeenDevices`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> Mapping[str, SeenDevice]:
        return {row.device: _seen_of(row) for row in self._session.execute(select(device_audits))}

    def keep(self, seen: Iterable[SeenDevice]) -> None:
        rows = [{name: getattr(each, name) for name in SeenDevice.__slots__} for each in seen]
        if not rows:
            return
        put = _insert(self._session)(device_audits)
        others = {name: put.excluded[name] for name in SeenDevice.__slots__ if name != "device"}
        self._session.execute(put.on_conflict_do_update(index_elements=["device"], set_=others), rows)

    def forget(self, devices: Collection[str]) -> None:
        self._session.execute(delete(device_audits).where(device_audits.c.device.in_(list(devices))))


def _insert(session: Session) -> Any:
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert if is_postgresql else sqlite.insert


def _backup_of(row: Row[Any]) -> Backup:
    return Backup(**{name: getattr(row, name) for name in Backup.__slots__})


def _seen_of(row: Row[Any]) -> SeenDevice:
    return SeenDevice(**{name: getattr(row, name) for name in SeenDevice.__slots__})
