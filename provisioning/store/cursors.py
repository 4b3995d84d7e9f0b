"""Cursors of lists that show the newest first: where the next page begins, as text nobody needs to read."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Select, literal, tuple_

from provisioning.errors import CursorInvalid
from provisioning.store.keys import can_be_key
from provisioning.store.tables import UtcDateTime

LONGEST_PAGE = 200
LONGEST_CURSOR = 200


def cursor_after(created_at: datetime, key: str) -> str:
    """The cursor of the page that begins after this row."""
    return base64.urlsafe_b64encode(f"{created_at.isoformat()} {key}".encode()).decode()


def read_cursor(cursor: str) -> tuple[datetime, str]:
    """The row a cursor stands behind.

    Raises: CursorInvalid.
    """
    if len(cursor) > LONGEST_CURSOR:
        raise CursorInvalid
    try:
        moment, space, key = base64.b64decode(cursor.encode(), altchars=b"-_", validate=True).decode().partition(" ")
        created_at = datetime.fromisoformat(moment)
        created_at.astimezone(UTC)  # a moment near the end of time cannot be
    except (binascii.Error, ValueError, OverflowError) as error:
        raise CursorInvalid from error
    if not (space and key) or not can_be_key(key) or created_at.tzinfo is None:
        raise CursorInvalid
    return created_at, key


def newest_first(query: Select[Any], created_at: Column[Any], key: Column[Any], cursor: str | None) -> Select[Any]:
    """Sort a query newest first, and begin it behind the cursor.

    Raises: CursorInvalid.
    """
    if cursor is not None:
        moment, name = read_cursor(cursor)
        query = query.where(tuple_(created_at, key) < tuple_(literal(moment, UtcDateTime()), literal(name)))
    return query.order_by(created_at.desc(), key.desc())


def page_size(limit: int) -> int:
    """The number of rows of one page: at least 1, at most LONGEST_PAGE."""
    return max(1, min(limit, LONGEST_PAGE))
