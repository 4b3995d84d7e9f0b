"""The audit trail, in the database."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.orm import Session

from provisioning.deeds import Deed
from provisioning.store.cursors import cursor_after, newest_first, page_size
from provisioning.store.trail_tables import audit_head, audit_trail
from provisioning.trail import Outcome, TrailEntry, TrailHead, TrailPage, hash_of_entry, row_of

AT_ONCE = 1_000  # rows held in memory


class StoredTrail:
    """Implements `work.Trail`."""

    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now

    def append(self, deed: Deed, changed: Mapping[str, str]) -> None:
        """Add a row, about what the deed names, or else about what `changed`: id by kind, the first one first.

        The head's row is locked from here to the commit: it is to be the last thing before it.
        """
        kind = deed.kind if deed.subject or deed.kind in changed else next(iter(changed), deed.kind)
        subject = deed.subject or changed.get(kind, "")
        head = self._session.execute(select(audit_head).with_for_update()).one()
        entry = TrailEntry(
            number=head.number + 1,
            at=self._now(),
            who=deed.who,
            role=deed.role,
            isp_code=deed.isp_code,
            action=deed.action,
            outcome=deed.outcome,
            kind=kind,
            subject=subject,
            facts=dict(deed.facts),
            previous=head.hash,
            hash="",
        )
        entry = replace(entry, hash=hash_of_entry(entry))
        row = row_of(entry) | {"at": entry.at}
        self._session.execute(insert(audit_trail).values(row))
        self._session.execute(update(audit_head).values(number=entry.number, hash=entry.hash))

    def head(self) -> TrailHead:
        found = self._session.execute(select(audit_head)).first()
        return TrailHead(0, "") if found is None else TrailHead(found.number, found.hash)

    def all(self) -> Iterator[TrailEntry]:
        query = select(audit_trail).order_by(audit_trail.c.number).execution_options(yield_per=AT_ONCE)
        yield from map(_entry_of, self._session.execute(query).mappings())

    def page(
        self,
        *,
        isp_code: str | None,
        who: str | None,
        action: str | None,
        subject: str | None,
        cursor: str | None,
        limit: int,
    ) -> TrailPage:
        kept = audit_trail.c
        query = newest_first(select(audit_trail), kept.at, kept.hash, cursor)
        for column, wanted in (
            (kept.isp_code, isp_code),
            (kept.who, who),
            (kept.action, action),
            (kept.subject, subject),
        ):
            if wanted is not None:
                query = query.where(column == wanted)
        size = page_size(limit)
        found = [_entry_of(row) for row in self._session.execute(query.limit(size + 1)).mappings()]
        last = found[size - 1] if len(found) > size else None
        return TrailPage(tuple(found[:size]), cursor_after(last.at, last.hash) if last else None)


def _entry_of(row: RowMapping) -> TrailEntry:
    return TrailEntry(**dict(row) | {"outcome": Outcome(row["outcome"])})
