"""Idempotency keys and the answers given under them, in the database."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from provisioning.answers import Given, KeptKey
from provisioning.store.people_tables import given_answers

ITS = given_answers.c


class StoredAnswers:
    """Implements `work.Answers`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def reserve(self, wanted: KeptKey) -> bool:
        dialect = postgresql if self._session.get_bind().dialect.name == "postgresql" else sqlite
        row = {field: getattr(wanted, field) for field in ("caller", "key", "digest", "attempt", "begun_at")}
        once = dialect.insert(given_answers).values(row | {"has_effect": False}).on_conflict_do_nothing()
        return self._session.execute(once.returning(ITS.key)).first() is not None

    def get(self, caller: str, key: str) -> KeptKey | None:
        found = self._session.execute(select(given_answers).where(_is(caller, key))).first()
        return None if found is None else _kept(found)

    def take_over(self, wanted: KeptKey, was: str) -> bool:
        values = {"attempt": wanted.attempt, "begun_at": wanted.begun_at}
        return self._changed(and_(_is(wanted.caller, wanted.key), ITS.attempt == was), values)

    def note_effect(self, caller: str, key: str, attempt: str) -> bool:
        return self._changed(_is(caller, key, attempt), {"has_effect": True})

    def keep(self, caller: str, key: str, attempt: str, given: Given) -> None:
        values = {"status": given.status, "body": given.body, "headers": dict(given.headers)}
        self._changed(_is(caller, key, attempt), values)

    def give_up(self, caller: str, key: str, attempt: str) -> None:
        self._session.execute(delete(given_answers).where(_is(caller, key, attempt), ~ITS.has_effect))
        self._changed(_is(caller, key, attempt), {"attempt": ""})

    def forget(self, before: datetime) -> int:
        return len(self._session.execute(delete(given_answers).where(ITS.begun_at < before).returning(ITS.key)).all())

    def _changed(self, which: ColumnElement[bool], values: dict[str, Any]) -> bool:
        changed = update(given_answers).where(which).values(values).returning(ITS.key)
        return self._session.execute(changed).first() is not None


def _is(caller: str, key: str, attempt: str | None = None) -> ColumnElement[bool]:
    named = and_(ITS.caller == caller, ITS.key == key)
    return named if attempt is None else and_(named, ITS.attempt == attempt)


def _kept(row: Row[Any]) -> KeptKey:
    answer = None if row.status is None else Given(row.status, row.body, row.headers or {})
    return KeptKey(row.caller, row.key, row.digest, row.attempt, row.begun_at, row.has_effect, answer)
