"""Write many rows of one table at once, as fast as each database takes them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from psycopg import OperationalError
from psycopg.sql import SQL, Identifier
from sqlalchemy import Connection, Date, Table, insert

from inventory.errors import DatabaseUnavailable
from inventory.store.engine import describe

COPY_FROM_ROWS = 500  # fewer are as fast inserted

type Row = tuple[Any, ...]


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that have the table's columns in the table's order.

    Raises: DatabaseUnavailable.
    """
    names = [column.name for column in table.columns]
    if rows and connection.dialect.name == "sqlite":
        # Rows go to the driver as they are: naming each value for SQLAlchemy costs three times the insert.
        has_days = any(isinstance(column.type, Date) for column in table.columns)
        plain = [tuple(map(_day_as_text, row)) for row in rows] if has_days else list(rows)
        connection.exec_driver_sql(str(insert(table).compile(dialect=connection.dialect)), plain)
    elif len(rows) >= COPY_FROM_ROWS:
        _copy(connection, table, rows)
    elif rows:
        connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])


def _day_as_text(cell: object) -> object:
    """What SQLAlchemy would make of a day for SQLite, which has no type for it."""
    return cell.isoformat() if isinstance(cell, date) else cell


def _copy(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """PostgreSQL's COPY, several times faster than INSERT for many rows.

    Raises: DatabaseUnavailable.
    """
    names = SQL(", ").join(Identifier(column.name) for column in table.columns)
    statement = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table.name), names)
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except OperationalError as error:
        raise DatabaseUnavailable(
            describe(connection.engine.url), "it broke off while many rows were written"
        ) from error
