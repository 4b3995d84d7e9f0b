"""One list, two ways to leaf through it: by cursor (ours) and by offset with a total (LSO Sonata)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from provisioning.store.cursors import cursor_after, newest_first, page_size

type Bounds = tuple[datetime | None, datetime | None]


def conditions(
    equal: Mapping[Column[Any], object | None], between: Mapping[Column[Any], Bounds]
) -> list[ColumnElement[bool]]:
    """What a row must be: equal to every value that is given, and strictly between every bound that is."""
    wanted = [column == value for column, value in equal.items() if value is not None]
    for column, (after, before) in between.items():
        wanted += [column > after] if after is not None else []
        wanted += [column < before] if before is not None else []
    return wanted


def one_page(
    session: Session, query: Select[Any], created_at: Column[Any], key: Column[Any], cursor: str | None, limit: int
) -> tuple[list[Row[Any]], str | None]:
    """The rows behind the cursor, newest first, and the cursor of the next page (None on the last one).

    Raises: CursorInvalid.
    """
    size = page_size(limit)
    rows = list(session.execute(newest_first(query, created_at, key, cursor).limit(size + 1)))
    last = rows[size - 1] if len(rows) > size else None
    return rows[:size], None if last is None else cursor_after(last.created_at, last.id)


def one_slice(
    session: Session, query: Select[Any], created_at: Column[Any], key: Column[Any], offset: int, limit: int
) -> tuple[list[Row[Any]], int]:
    """The rows from `offset` on, newest first, and how many there are in all."""
    total = session.execute(select(func.count()).select_from(query.order_by(None).subquery())).scalar_one()
    if offset >= total:
        return [], total
    rows = session.execute(query.order_by(created_at.desc(), key.desc()).offset(offset).limit(page_size(limit)))
    return list(rows), total
