"""Quotes, in the database."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, insert, select, update
from sqlalchemy.orm import Session

from provisioning.changes import ChangeKind
from provisioning.errors import WrongState
from provisioning.quote_errors import UnknownQuote
from provisioning.quotes import (
    ORDERABLE,
    QUOTE_BECOMES,
    Quote,
    QuoteItem,
    QuoteLevel,
    QuotePage,
    QuoteState,
    QuotesWanted,
)
from provisioning.store.keys import can_be_key
from provisioning.store.listing import conditions, one_page, one_slice
from provisioning.store.order_work import Changes
from provisioning.store.quote_tables import quotes
from provisioning.store.quoted import json_of_quote_item, quote_item_of_json

MOST_AT_ONCE = 500


class StoredQuotes:
    """Implements `work.Quotes`."""

    def __init__(self, session: Session, now: Callable[[], datetime], changes: Changes) -> None:
        self._session = session
        self._now = now
        self._changes = changes

    def add(self, quote: Quote) -> None:
        row = {each.name: getattr(quote, each.name) for each in fields(quote)}
        items = [json_of_quote_item(item) for item in quote.items]
        self._session.execute(insert(quotes).values(row | {"items": items, "sent": dict(quote.sent)}))
        self._changes.record(ChangeKind.QUOTE, quote.id, quote.isp_code, "", quote.state)

    def get(self, quote_id: str) -> Quote:
        if can_be_key(quote_id):
            found = self._session.execute(select(quotes).where(quotes.c.id == quote_id)).first()
            if found is not None:
                return _quote_of(found)
        raise UnknownQuote(quote_id)

    def lock(self, quote_id: str) -> Quote:
        if can_be_key(quote_id):
            self._session.execute(select(quotes.c.id).where(quotes.c.id == quote_id).with_for_update())
        return self.get(quote_id)

    def set_state(self, quote_id: str, state: QuoteState, why: str = "") -> None:
        self._move(self.get(quote_id), state, {}, why)

    def answer(
        self, quote_id: str, items: Sequence[QuoteItem], state: QuoteState, valid_until: datetime | None
    ) -> None:
        kept = {"items": [json_of_quote_item(item) for item in items], "valid_until": valid_until}
        self._move(self.get(quote_id), state, kept | {"answered_at": self._now()}, "")

    def _move(self, found: Quote, state: QuoteState, values: dict[str, Any], why: str) -> None:
        changed = update(quotes).where(quotes.c.id == found.id, quotes.c.state == found.state)
        changed = changed.values(values | {"state": state, "updated_at": self._now()})
        allowed = state in QUOTE_BECOMES[found.state]
        if not allowed or self._session.execute(changed.returning(quotes.c.id)).first() is None:
            raise WrongState("quote", found.id, self.get(found.id).state, state)
        self._changes.record(ChangeKind.QUOTE, found.id, found.isp_code, found.state, state, why)

    def unanswered(self) -> tuple[str, ...]:
        query = select(quotes.c.id).where(quotes.c.state == QuoteState.ACKNOWLEDGED)
        return tuple(self._session.execute(query.order_by(quotes.c.created_at).limit(MOST_AT_ONCE)).scalars())

    def over(self, now: datetime) -> tuple[str, ...]:
        held = quotes.c.state.in_([*ORDERABLE, QuoteState.ANSWERED])
        query = select(quotes.c.id).where(held, quotes.c.valid_until <= now)
        return tuple(self._session.execute(query.order_by(quotes.c.valid_until).limit(MOST_AT_ONCE)).scalars())

    def page(self, wanted: QuotesWanted, cursor: str | None, limit: int) -> QuotePage:
        rows, behind = one_page(self._session, _query(wanted), quotes.c.created_at, quotes.c.id, cursor, limit)
        return QuotePage(tuple(map(_quote_of, rows)), behind)

    def some(self, wanted: QuotesWanted, offset: int, limit: int) -> tuple[tuple[Quote, ...], int]:
        rows, total = one_slice(self._session, _query(wanted), quotes.c.created_at, quotes.c.id, offset, limit)
        return tuple(map(_quote_of, rows)), total


def _query(wanted: QuotesWanted) -> Select[Any]:
    kept = quotes.c
    equal = {kept[name]: getattr(wanted, name) for name in ("isp_code", "state", "level", "external_id", "project_id")}
    between = {
        kept.created_at: wanted.created,
        kept.requested_by_time: wanted.requested,
        kept.answered_at: wanted.answered,
    }
    return select(quotes).where(*conditions(equal, between))


def _quote_of(row: Row[Any]) -> Quote:
    kept = row._mapping  # noqa: SLF001 - SQLAlchemy's own name for a row's public mapping
    plain = {each.name: kept[each.name] for each in fields(Quote)}
    return Quote(
        **plain
        | {
            "state": QuoteState(row.state),
            "level": QuoteLevel(row.level),
            "items": tuple(quote_item_of_json(item) for item in kept["items"]),
        }
    )
