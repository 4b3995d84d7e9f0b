"""Open the database (SQLite or PostgreSQL), and bring it to the newest version of our tables.

Every engine made here turns a database that is locked, away, not migrated or not a database
into `DatabaseUnavailable`, whoever uses it. No SQL parameter ever stands in an error text.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from inventory.errors import DatabaseUnavailable

BUSY_TIMEOUT_MS = 15_000  # how long a writer of SQLite waits for another
LOCK_TIMEOUT_MS = 15_000  # the same on PostgreSQL, for one row or table
CONNECT_TIMEOUT_S = 5
MIGRATION_LOCK = 0x6E68_6D67  # "nhmg": two processes that migrate at once do so one after the other
MIGRATIONS = Path(__file__).parent / "migrations"

READ_ONLY = "neutralhost_read_only"

_NOT_MIGRATED = "its tables are older than this program; run `neutralhost database migrate`"

_TOO_NEW = "its tables are of a newer program than this one; install that"


def open_engine(url: str, *, translate_errors: bool = True) -> Engine:
    """Return an engine on `url`; nothing is opened yet, but the parent folder of a SQLite file is made.

    On SQLite every transaction begins IMMEDIATE (it may write) unless opened by `reading`.
    `translate_errors=False` leaves the driver's errors as they are, for a user that retries on them.

    Raises: DatabaseUnavailable, when the URL is not one of SQLite or PostgreSQL.
    """
    parsed = _parse(url)
    engine = _open_sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _open_postgresql(parsed)
    if translate_errors:
        event.listen(engine, "handle_error", _translate)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads and sees one moment; on SQLite it waits for no writer and stops none."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            yield connection.execution_options(isolation_level="REPEATABLE READ")
        else:
            yield connection.execution_options(**{READ_ONLY: True})


def let_go(engine: Engine) -> None:
    """Close every connection of the engine; one that another thread still uses, as soon as it gives it back.

    `Engine.dispose` closes only those that nobody uses: the others would stay open until the garbage collector comes.
    """
    event.listen(engine, "checkin", _close_for_good)
    engine.dispose()


def _close_for_good(_connection: object, record: ConnectionPoolEntry) -> None:
    record.invalidate()


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest version. Safe to run again, and from several processes at once.

    Raises: DatabaseUnavailable, also when a newer program has migrated them.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        _found(connection)
        command.upgrade(_alembic(connection), "head")


def require_migrated(engine: Engine) -> None:
    """Do nothing where the tables are of the newest version.

    Raises: DatabaseUnavailable, also when they are older.
    """
    with reading(engine) as connection:
        found = _found(connection)
    if found != _history().get_current_head():
        raise DatabaseUnavailable(describe(engine.url), _NOT_MIGRATED)


def describe(url: URL) -> str:
    """Name a database without its user, password or options."""
    if url.get_backend_name() == "sqlite":
        return f"SQLite {url.database or 'in memory'}"
    port = f":{url.port}" if url.port else ""
    return f"PostgreSQL {url.database or ''} on {url.host or 'the local socket'}{port}"


def _found(connection: Connection) -> str | None:
    """The version the tables are of, None where there are none.

    Raises: DatabaseUnavailable, where this program's history does not have that version.
    """
    found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and found not in {script.revision for script in _history().walk_revisions()}:
        raise DatabaseUnavailable(describe(connection.engine.url), _TOO_NEW)
    return found


def _history() -> ScriptDirectory:
    return ScriptDirectory.from_config(_alembic(None))


def _alembic(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError):
        backend = ""
    if backend not in {"sqlite", "postgresql"}:
        raise DatabaseUnavailable("of the settings", "its URL is not one of sqlite:///FILE or postgresql://HOST/NAME")
    return parsed


def _open_sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:" and not url.database.startswith("file:"):
        _make_folder(Path(url.database).parent, url)
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_folder(folder: Path, url: URL) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnavailable(describe(url), f"its folder cannot be made ({error.strerror})") from error


def _open_postgresql(url: URL) -> Engine:
    connect_args: dict[str, Any] = {"connect_timeout": CONNECT_TIMEOUT_S}
    if "options" not in url.query:
        connect_args["options"] = f"-c lock_timeout={LOCK_TIMEOUT_MS}"
    return create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=connect_args)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # pysqlite begins nothing by itself; _begin_sqlite does
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    # The durable engine asks unixepoch('subsec'), which SQLite's library knows from 3.42 on.
    if sqlite3.sqlite_version_info < (3, 42):
        connection.create_function("unixepoch", 1, _unixepoch)


def _unixepoch(what: str) -> float:
    """SQLite's unixepoch() with one argument, for libraries older than 3.42."""
    now = time.time()
    if what in {"subsec", "subsecond"}:
        return now
    if what == "now":
        return int(now)
    raise ValueError(what)


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _translate(context: ExceptionContext) -> None:
    if isinstance(context.sqlalchemy_exception, DBAPIError) and context.dialect is not None:
        reason = (_reason_sqlite if context.dialect.name == "sqlite" else _reason_postgresql)(context)
        if reason is not None:
            where = describe(context.engine.url) if context.engine is not None else "of the settings"
            raise DatabaseUnavailable(where, reason) from context.original_exception


def _reason_sqlite(context: ExceptionContext) -> str | None:
    """The message texts are those of SQLite's library (sqlite3ErrStr, sqlite3LocateTable)."""
    message = str(context.original_exception)
    for part, reason in (
        ("database is locked", "another program keeps it locked"),
        ("unable to open database file", "its file cannot be opened"),
        ("file is not a database", "its file is not a SQLite database"),
        ("disk I/O error", "the disk answered with an error"),
        ("database or disk is full", "the disk is full"),
        ("readonly database", "its file may not be written"),
        ("malformed", "its file is damaged"),
        ("no such table", _NOT_MIGRATED),
        ("no such column", _NOT_MIGRATED),
    ):
        if part in message:
            return reason
    return None


def _reason_postgresql(context: ExceptionContext) -> str | None:
    """The states are those of PostgreSQL's appendix A. A session that was never opened has none (libpq)."""
    state = getattr(context.original_exception, "sqlstate", None)
    if state is None and context.connection is None:
        was_answered = "FATAL:" in str(context.original_exception)
        return (
            "the server does not accept this user, password or database" if was_answered else "no server answers there"
        )
    if state is None:
        return "the server ended the session" if context.is_disconnect else None
    for prefix, reason in (
        ("08", "the server ended the session"),
        ("28", "the server does not accept this user or password"),
        ("3D", "the server has no database of that name"),
        ("42P01", _NOT_MIGRATED),
        ("42703", _NOT_MIGRATED),
        ("42501", "its user may not do that there; whoever migrates must own the database, or be granted CREATE on it"),
        ("53", "the server has no room left"),
        ("55P03", "another program keeps it locked"),
        ("57P", "the server is shutting down or starting"),
    ):
        if state.startswith(prefix):
            return reason
    return None
