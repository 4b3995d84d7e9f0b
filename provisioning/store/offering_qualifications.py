"""Kept qualifications, in the database."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from provisioning.changes import ChangeKind
from provisioning.errors import WrongState
from provisioning.offering_qualifications import (
    ASK_BECOMES,
    AskState,
    OfferingQualification,
    QualificationsWanted,
    QualifiedItem,
)
from provisioning.quote_errors import UnknownQualification
from provisioning.store.keys import can_be_key
from provisioning.store.listing import conditions, one_slice
from provisioning.store.order_work import Changes
from provisioning.store.quote_tables import offering_qualifications
from provisioning.store.quoted import json_of_qualified, qualified_of_json

MOST_AT_ONCE = 500


class StoredOfferingQualifications:
    """Implements `work.OfferingQualifications`."""

    def __init__(self, session: Session, now: Callable[[], datetime], changes: Changes) -> None:
        self._session = session
        self._now = now
        self._changes = changes

    def add(self, made: OfferingQualification) -> None:
        row = {each.name: getattr(made, each.name) for each in fields(made)}
        items = [json_of_qualified(item) for item in made.items]
        self._session.execute(insert(offering_qualifications).values(row | {"items": items, "sent": dict(made.sent)}))
        self._changes.record(ChangeKind.QUALIFICATION, made.id, made.isp_code, "", made.state)

    def get(self, qualification_id: str) -> OfferingQualification:
        if can_be_key(qualification_id):
            kept = offering_qualifications
            found = self._session.execute(select(kept).where(kept.c.id == qualification_id)).first()
            if found is not None:
                return _qualification_of(found)
        raise UnknownQualification(qualification_id)

    def answer(self, qualification_id: str, items: Sequence[QualifiedItem], state: AskState) -> None:
        found, now, kept = self.get(qualification_id), self._now(), offering_qualifications
        values = {"items": [json_of_qualified(item) for item in items], "state": state}
        changed = update(kept).where(kept.c.id == qualification_id, kept.c.state == found.state)
        changed = changed.values(values | {"answered_at": now, "updated_at": now})
        allowed = state in ASK_BECOMES[found.state]
        if not allowed or self._session.execute(changed.returning(kept.c.id)).first() is None:
            raise WrongState("qualification", found.id, self.get(found.id).state, state)
        self._changes.record(ChangeKind.QUALIFICATION, found.id, found.isp_code, found.state, state)

    def unanswered(self) -> tuple[str, ...]:
        kept = offering_qualifications.c
        query = select(kept.id).where(kept.state == AskState.ACKNOWLEDGED).order_by(kept.created_at)
        return tuple(self._session.execute(query.limit(MOST_AT_ONCE)).scalars())

    def some(
        self, wanted: QualificationsWanted, offset: int, limit: int
    ) -> tuple[tuple[OfferingQualification, ...], int]:
        kept = offering_qualifications.c
        equal = {kept[name]: getattr(wanted, name) for name in ("isp_code", "state", "external_id", "project_id")}
        between = {kept.requested_by_time: wanted.requested}
        query = select(offering_qualifications).where(*conditions(equal, between))
        rows, total = one_slice(self._session, query, kept.created_at, kept.id, offset, limit)
        return tuple(map(_qualification_of, rows)), total


def _qualification_of(row: Row[Any]) -> OfferingQualification:
    kept = row._mapping  # noqa: SLF001 - SQLAlchemy's own name for a row's public mapping
    plain = {each.name: kept[each.name] for each in fields(OfferingQualification)}
    items = tuple(qualified_of_json(item) for item in kept["items"])
    return OfferingQualification(**plain | {"state": AskState(row.state), "items": items})
