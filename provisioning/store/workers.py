"""Which workers live, by when each was last heard of; and that no two run under one name."""

import fcntl
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from zlib import crc32

from sqlalchemy import Column, Engine, String, Table, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from inventory.errors import DatabaseUnavailable
from inventory.store.engine import reading
from inventory.store.metadata import metadata
from provisioning.errors import WorkerNameTaken
from provisioning.store.tables import UtcDateTime

workers = Table(
    "workers",
    metadata,
    Column("name", String, primary_key=True),
    Column("heard_at", UtcDateTime, nullable=False),
    Column("machine", String, nullable=False, server_default=""),
    Column("since", UtcDateTime),
)

NAME_LOCKS = 0x6E68_776B  # "nhwk": the class of our advisory locks on PostgreSQL


def hear_worker(engine: Engine, name: str, now: datetime) -> None:
    """Note that this worker lives."""
    dialect = postgresql if engine.dialect.name == "postgresql" else sqlite
    row = dialect.insert(workers).values(name=name, heard_at=now)
    with engine.begin() as connection:
        connection.execute(row.on_conflict_do_update(index_elements=[workers.c.name], set_={"heard_at": now}))


def silent_workers(engine: Engine, since: datetime) -> tuple[str, ...]:
    """The workers that have said nothing since."""
    with reading(engine) as connection:
        found = connection.execute(select(workers.c.name).where(workers.c.heard_at < since).order_by(workers.c.name))
        return tuple(found.scalars())


def forget_workers(engine: Engine, names: tuple[str, ...], since: datetime) -> None:
    """Forget the silent ones whose work has been taken over; one that spoke again meanwhile stays."""
    with engine.begin() as connection:
        connection.execute(delete(workers).where(workers.c.name.in_(names), workers.c.heard_at < since))


def last_heard(engine: Engine) -> datetime | None:
    """When any worker was last heard of; None where there never was one."""
    with reading(engine) as connection:
        return connection.execute(select(func.max(workers.c.heard_at))).scalar()


def hold_name(engine: Engine, name: str) -> Callable[[], None]:
    """Keep every other process from working under this name, and return what lets go of it.

    A worker begins by going on with what one of its name had begun; were that one still alive,
    both would speak to the same devices. The operating system or PostgreSQL lets go when the
    process dies, however it dies.

    Raises: WorkerNameTaken.
    """
    if engine.dialect.name == "postgresql":
        return _hold_on_server(engine, name)
    return _hold_on_disk(Path(str(engine.url.database)), name)


def _hold_on_server(engine: Engine, name: str) -> Callable[[], None]:
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    key = crc32(name.encode()) - 2**31  # PostgreSQL's second key is a signed 32-bit integer
    if not connection.execute(select(func.pg_try_advisory_lock(NAME_LOCKS, key))).scalar():
        connection.close()
        raise WorkerNameTaken(name)

    def let_go() -> None:
        with suppress(DatabaseUnavailable):  # where the server ended the session, it has let go already
            connection.execute(select(func.pg_advisory_unlock(NAME_LOCKS, key)))
        connection.close()

    return let_go


def _hold_on_disk(database: Path, name: str) -> Callable[[], None]:
    file = os.open(
        database.with_name(f"{database.name}.{crc32(name.encode()):08x}.worker"), os.O_CREAT | os.O_RDWR, 0o600
    )
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        raise WorkerNameTaken(name) from None
    return lambda: os.close(file)
