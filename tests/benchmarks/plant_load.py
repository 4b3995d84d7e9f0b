"""The generated city of 100,000 places: from files into the database and into the graph, against the bare drivers.

Ours reads every file, checks every cell and every rule of the plant, compares with what is there,
and writes; a bare driver inserts the same rows, which somebody has made already, into the same tables.
"""

import csv
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier
from scipy.sparse import csr_array
from sqlalchemy import Engine, insert
from sqlalchemy.dialects import sqlite

from inventory.examples.generate import make_estate
from inventory.files.bundle import read_bundle, write_bundle
from inventory.many import many_objects
from inventory.snapshot import Inventory, Snapshot
from inventory.span_graph import span_graph_of
from inventory.store.kinds import Kind, Row
from inventory.store.mirror import read_inventory, replace_inventory
from inventory.store.rows import KINDS
from tests.benchmarks.measure import Line, seconds_of
from tests.benchmarks.mirror import new_postgresql_databases, new_sqlite_databases, opened
from tests.postgres import cluster

SCALE, ROUNDS = 100, 2

type Rows = Sequence[tuple[Kind, list[Row]]]


def measure() -> Iterator[Line]:
    """Read, load, load again and read back, on SQLite and on PostgreSQL where it is installed; and build the graph."""
    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder) / "bundle"
        write_bundle(make_estate(scale=SCALE), bundle, "A city for benchmarks")
        yield from measure_bundle(bundle, Path(folder))


def measure_bundle(bundle: Path, folder: Path) -> Iterator[Line]:
    """The same of a bundle that is there; databases are made in `folder`."""
    reading, bare = list[float](), list[float]()
    for _ in range(ROUNDS):
        inventory = Inventory()  # the one before goes first
        began = time.perf_counter()
        inventory = read_bundle(bundle)
        reading.append(time.perf_counter() - began)
        bare.append(seconds_of(partial(_read_bare, bundle)))
    rows = [(kind, _without_days(kind.rows_of(inventory))) for kind in KINDS]
    note = f"{_rate(rows, reading)} with every cell, reference and rule checked"
    yield Line(f"plant: reading {_amount(rows)} from files", reading, bare, "`csv.reader` over these files", note=note)
    yield _building(inventory)
    yield from _lines("SQLite", new_sqlite_databases(folder), inventory, rows, reading)
    if any(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")) or shutil.which("pg_ctl"):
        with cluster() as url:
            yield from _lines("PostgreSQL", new_postgresql_databases(url), inventory, rows, reading)


def _without_days(rows: list[Row]) -> list[Row]:
    """Days as the text that both drivers take."""
    return [tuple(str(cell) if hasattr(cell, "isoformat") else cell for cell in row) for row in rows]


def _read_bare(bundle: Path) -> None:
    for path in bundle.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            list(csv.reader(file))


def _lines(
    name: str, new_database: Callable[[], Engine], inventory: Inventory, rows: Rows, reading: Sequence[float]
) -> Iterator[Line]:
    writes, bare, again, reads = (list[float]() for _ in range(4))
    for _ in range(ROUNDS):
        with opened(new_database) as engine, opened(new_database) as other:
            writes.append(seconds_of(partial(replace_inventory, engine, inventory)))
            bare.append(seconds_of(partial(_insert, other, rows)))
            again.append(seconds_of(partial(replace_inventory, engine, inventory)))
            reads.append(seconds_of(partial(read_inventory, engine)))
    whole = [read_s + write_s for read_s, write_s in zip(reading, writes, strict=True)]
    driver = "`COPY` of psycopg" if name == "PostgreSQL" else "`executemany` of sqlite3"
    against = f"{driver}, same rows, same tables, {_rate(rows, bare)}"
    amount = _amount(rows)
    yield Line(f"plant: {amount} from files into {name}", whole, bare, against, note=_rate(rows, whole))
    yield Line(f"plant: {amount} already read into {name}", writes, bare, against, note=_rate(rows, writes))
    yield Line(f"plant: writing the same again, {name}", again, writes, "the first time", note="writes no row")
    yield Line(f"plant: reading {amount} back, {name}", reads, bare, "inserting them bare", note=_rate(rows, reads))


def _building(inventory: Inventory) -> Line:
    ours = [seconds_of(lambda: span_graph_of(Snapshot(inventory)).arcs) for _ in range(ROUNDS)]
    bare = [seconds_of(lambda: _bare_graph(inventory)) for _ in range(ROUNDS)]
    ducts = len(inventory.ducts)
    return Line(
        f"plant: building the graph of {len(inventory.places):,} places, {ducts:,} ducts",
        ours,
        bare,
        "a bare CSR matrix of its ducts",
        note=f"{ducts / min(ours):,.0f} ducts/s, from snapshot to arcs, every cable's way through its ducts walked",
    )


def _bare_graph(inventory: Inventory) -> object:
    number = {place.code: at for at, place in enumerate(inventory.places)}
    a = [number[duct.a_place] for duct in inventory.ducts]
    z = [number[duct.z_place] for duct in inventory.ducts]
    return csr_array(([duct.length_m for duct in inventory.ducts], (a, z)), shape=(len(number), len(number)))


def _amount(rows: Rows) -> str:
    return f"{sum(len(of_kind) for _, of_kind in rows) / 1e6:.1f} M rows"


def _rate(rows: Rows, seconds: Sequence[float]) -> str:
    return f"{sum(len(of_kind) for _, of_kind in rows) / min(seconds):,.0f} rows/s"


def _insert(engine: Engine, rows: Rows) -> None:
    with many_objects(), engine.begin() as connection:
        driver = connection.connection.driver_connection
        for kind, of_kind in rows:
            if isinstance(driver, sqlite3.Connection):
                driver.executemany(str(insert(kind.table).compile(dialect=sqlite.dialect())), of_kind)
                continue
            assert isinstance(driver, psycopg.Connection)
            names = SQL(", ").join(Identifier(column.name) for column in kind.table.columns)
            statement = SQL("COPY {} ({}) FROM STDIN").format(Identifier(kind.table.name), names)
            with driver.cursor() as cursor, cursor.copy(statement) as copy:
                for row in of_kind:
                    copy.write_row(row)
