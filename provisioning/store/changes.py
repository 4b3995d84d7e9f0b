"""What changed, in the database."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from provisioning.changes import STATE, ChangeKind, StateChange
from provisioning.store.change_tables import state_changes
from provisioning.store.keys import can_be_key
from provisioning.store.outbox import tell


class StoredChanges:
    """Implements `work.Changes`. `by` is who is behind the transaction, `because` why, where a change does not say."""

    def __init__(self, session: Session, now: Callable[[], datetime], by: str, because: str = "") -> None:
        self._session = session
        self._now = now
        self._by = by
        self._because = because
        self.first: dict[str, str] = {}
        """The id of what changed first in this transaction, by kind; the kind that changed first stands first."""

    def record(
        self,
        kind: ChangeKind,
        subject_id: str,
        isp_code: str,
        was: str,
        now: str,
        why: str = "",
        *,
        about: str = STATE,
        order_id: str | None = None,
        by: str | None = None,
    ) -> None:
        if was == now and about == STATE:
            return
        self.first.setdefault(kind, subject_id)
        at = self._now()
        row: dict[str, Any] = {
            "kind": kind,
            "id": subject_id,
            "isp_code": isp_code,
            "was": was,
            "now": now,
            "at": at,
            "by": by or self._by,
            "why": why or self._because,
            "about": about,
            "order_id": subject_id if kind == ChangeKind.ORDER else order_id,
        }
        kept = insert(state_changes).values(row).returning(state_changes.c.number)
        tell(self._session, change_of(row | {"number": self._session.execute(kept).scalar_one()}))

    def of(self, kind: ChangeKind, subject_id: str, after: int = 0) -> tuple[StateChange, ...]:
        if not can_be_key(subject_id):
            return ()
        kept = state_changes.c
        query = select(state_changes).where(kept.kind == kind, kept.id == subject_id, kept.number > after)
        return tuple(map(change_of, self._session.execute(query.order_by(kept.number)).mappings()))


def change_of(row: Mapping[Any, Any]) -> StateChange:
    """A row as what it says."""
    return StateChange(**{name: row[name] for name in StateChange.__slots__} | {"kind": ChangeKind(row["kind"])})
