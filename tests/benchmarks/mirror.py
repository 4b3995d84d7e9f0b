"""The mirror: loading many premises, against the driver's own bulk insert of the same rows into the same table."""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import Engine, insert, make_url, select, text
from sqlalchemy.dialects import sqlite

from inventory.snapshot import Inventory
from inventory.store.engine import migrate, open_engine
from inventory.store.kinds import Row
from inventory.store.mirror import read_inventory, replace_inventory
from inventory.store.rows import KINDS
from tests.benchmarks.cities import premises
from tests.benchmarks.measure import Line, seconds_of
from tests.postgres import cluster

COUNT, ROUNDS = 200_000, 3
_PREMISES = next(kind for kind in KINDS if kind.field == "premises")
_PLACE = (
    "INSERT INTO places (code, name, kind, area, easting_m, northing_m, resilience_zone)"
    " SELECT 'dxp', 'x', 'dxp', 'x', 0, 0, ''"
)


def measure() -> Iterator[Line]:
    """First load, unchanged second load and read; on SQLite, and on PostgreSQL where it is installed."""
    inventory = premises(COUNT)
    rows = _PREMISES.rows_of(inventory)
    with tempfile.TemporaryDirectory() as folder:
        yield from _lines("SQLite", new_sqlite_databases(Path(folder)), inventory, rows)
    if any(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")) or shutil.which("pg_ctl"):
        with cluster() as url:
            yield from _lines("PostgreSQL", new_postgresql_databases(url), inventory, rows)


def _lines(name: str, new_database: Callable[[], Engine], inventory: Inventory, rows: list[Row]) -> Iterator[Line]:
    bare_name = "`COPY` of psycopg" if name == "PostgreSQL" else "`executemany` of sqlite3"
    first, bare, again, reads, bare_reads = (list[float]() for _ in range(5))
    for _ in range(ROUNDS):
        with opened(new_database) as engine, opened(new_database) as other:
            first.append(seconds_of(lambda engine=engine: replace_inventory(engine, inventory)))
            bare.append(seconds_of(lambda other=other: _insert(other, rows)))
            again.append(seconds_of(lambda engine=engine: replace_inventory(engine, inventory)))
            reads.append(seconds_of(lambda engine=engine: read_inventory(engine)))
            bare_reads.append(seconds_of(lambda other=other: _select(other)))
    yield Line(
        f"mirror: first load of {COUNT:,} premises, {name}",
        first,
        bare,
        f"{bare_name}, same rows, same table",
        note="ours also checks every reference and every key",
    )
    yield Line(f"mirror: loading the same again, {name}", again, first, "the first load", note="writes no row")
    yield Line(f"mirror: reading all as dataclasses, {name}", reads, bare_reads, "the driver's rows as tuples")


@contextmanager
def opened(new_database: Callable[[], Engine]) -> Iterator[Engine]:
    """A fresh database of the newest version."""
    engine = new_database()
    try:
        migrate(engine)
        yield engine
    finally:
        engine.dispose()


def new_sqlite_databases(folder: Path) -> Callable[[], Engine]:
    """Call what is returned for an engine on one more file."""
    numbers = count()
    return lambda: open_engine(f"sqlite:///{folder / f'mirror-{next(numbers)}.db'}")


def new_postgresql_databases(server: str) -> Callable[[], Engine]:
    """Call what is returned for an engine on one more database of the server."""
    numbers = count()

    def new() -> Engine:
        name = f"mirror_{next(numbers)}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        return open_engine(make_url(server).set(database=name).render_as_string(hide_password=False))

    return new


def _insert(engine: Engine, rows: list[Row]) -> None:
    with engine.begin() as connection:
        connection.execute(text(_PLACE))
        driver = connection.connection.driver_connection
        if isinstance(driver, sqlite3.Connection):
            driver.executemany(str(insert(_PREMISES.table).compile(dialect=sqlite.dialect())), rows)
            return
        assert isinstance(driver, psycopg.Connection)
        names = SQL(", ").join(Identifier(column.name) for column in _PREMISES.table.columns)
        with driver.cursor() as cursor, cursor.copy(SQL("COPY premises ({}) FROM STDIN").format(names)) as copy:
            for row in rows:
                copy.write_row(row)


def _select(engine: Engine) -> object:
    with engine.begin() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        return driver.execute(str(select(_PREMISES.table))).fetchall()
