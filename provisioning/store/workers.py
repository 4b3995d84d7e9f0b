"""Which workers live, by when each was last heard of; and that no two run under one name."""

import fcntl
import os
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol
from zlib import crc32

from sqlalchemy import Column, Connection, Engine, String, Table, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from inventory.errors import DatabaseUnavailable
from inventory.store.engine import reading
from inventory.store.metadata import metadata
from provisioning.errors import WorkerNameTaken
from provisioning.store.engine_work import KnownWorker
from provisioning.store.tables import UtcDateTime

workers = Table(
    "workers",
    metadata,
    Column("name", String, primary_key=True),
    Column("heard_at", UtcDateTime, nullable=False),
    Column("machine", String, nullable=False, server_default=""),
    Column("since", UtcDateTime),
)

_POLL_S = 0.1
NAME_LOCKS = 0x6E68_776B  # "nhwk": the class of our advisory locks on PostgreSQL


def hear_worker(engine: Engine, name: str, now: datetime, *, machine: str = "", since: datetime | None = None) -> None:
    """Note that this worker lives."""
    dialect = postgresql if engine.dialect.name == "postgresql" else sqlite
    said = {"heard_at": now, "machine": machine, "since": since}
    row = dialect.insert(workers).values(name=name, **said)
    with engine.begin() as connection:
        connection.execute(row.on_conflict_do_update(index_elements=[workers.c.name], set_=said))


class StoredWorkers:
    """Implements `work.Workers`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> tuple[KnownWorker, ...]:
        found = self._session.execute(select(workers).order_by(workers.c.name))
        return tuple(KnownWorker(row.name, row.machine, row.since, row.heard_at) for row in found)


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


class Name(Protocol):
    """A worker's name, held against every other process."""

    def keep(self) -> None:
        """Do nothing while it is held; take it again where the server let go of it.

        Raises: WorkerNameTaken, where another has it now; DatabaseUnavailable, where nobody can say.
        """

    def let_go(self) -> None: ...


def hold_name(engine: Engine, name: str, wait_s: float = 0.0) -> Name:
    """Keep every other process from working under this name; wait at most so long for one that has it.

    A worker that is started again waits: PostgreSQL needs a moment to see that the one before it has died,
    and a worker that takes over from the dead one has its name meanwhile.

    A worker begins by going on with what one of its name had begun; were that one still alive,
    both would speak to the same devices. The operating system or PostgreSQL lets go when the
    process dies, however it dies. PostgreSQL also does when it ends the session (a restart, an
    administrator, a network that forgets it): whoever works must therefore `keep` it.

    Raises: WorkerNameTaken.
    """
    deadline = time.monotonic() + wait_s
    while True:
        try:
            return _held(engine, name)
        except WorkerNameTaken:
            if time.monotonic() >= deadline:
                raise
        time.sleep(_POLL_S)


def _held(engine: Engine, name: str) -> Name:
    if engine.dialect.name == "postgresql":
        return _NameOnServer(engine, name)
    return _NameOnDisk(Path(str(engine.url.database)), name)


class _NameOnServer:
    """An advisory lock of a session that does nothing else."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = name
        self._key = crc32(name.encode()) - 2**31  # PostgreSQL's second key is a signed 32-bit integer
        self._connection = self._taken()

    def keep(self) -> None:
        try:
            self._connection.execute(select(1))
        except DatabaseUnavailable:
            self._connection.invalidate()
            self._connection.close()
            self._connection = self._taken()

    def let_go(self) -> None:
        with suppress(DatabaseUnavailable):  # where the server ended the session, it has let go already
            self._connection.execute(select(func.pg_advisory_unlock(NAME_LOCKS, self._key)))
        self._connection.close()

    def _taken(self) -> Connection:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if not connection.execute(select(func.pg_try_advisory_lock(NAME_LOCKS, self._key))).scalar():
            connection.close()
            raise WorkerNameTaken(self._name)
        return connection


class _NameOnDisk:
    """A locked file beside the database: it is held until this process closes it or ends."""

    def __init__(self, database: Path, name: str) -> None:
        path = database.with_name(f"{database.name}.{crc32(name.encode()):08x}.worker")
        self._file = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            raise WorkerNameTaken(name) from None

    def keep(self) -> None:
        pass

    def let_go(self) -> None:
        os.close(self._file)
