"""The one way for this floor to write what exists: replace the inventory, then prove again what that touched."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NoReturn

from pydantic import SecretStr
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from inventory.snapshot import Inventory
from inventory.store.mirror import MirrorChanges, SnapshotCache, replace_inventory, revision_in
from provisioning.certificate_errors import CertificateError, CertificateKeyInvalid, CertificateKeyMissing
from provisioning.certificates import CertificateEvent
from provisioning.errors import InventoryReplaced
from provisioning.reproving import Prover, prove_touched
from provisioning.sold_strands import refuse_lighting_what_is_held
from provisioning.store.unit import open_store


@dataclass(frozen=True, slots=True)
class PlantWritten:
    """What a write did, and what became of certificates by it.

    `unsigned` is why some that are true again could not be signed; a worker does it when there is a key.
    """

    changes: MirrorChanges
    certificates: tuple[CertificateEvent, ...]
    unsigned: CertificateError | None = None


def write_plant(
    engine: Engine, inventory: Inventory, source: str, key: SecretStr | None, *, based_on: int | None = None
) -> PlantWritten:
    """Make the mirror hold exactly `inventory`; see `replace_inventory` for what is raised, and `sold_strands`.

    Where it was made of what the mirror held, `based_on` is the revision of that: InventoryReplaced is raised, and
    nothing is written, where somebody has written since. Killed before it has proved, the next worker that looks does.
    """
    today = datetime.now(UTC).date()

    def check(connection: Connection) -> None:
        if based_on is not None and revision_in(connection) != based_on:
            raise InventoryReplaced
        refuse_lighting_what_is_held(connection, inventory, today)

    changes = replace_inventory(engine, inventory, source, check)
    try:
        return PlantWritten(changes, prove_touched(prover_on(engine, key)))
    except (CertificateKeyMissing, CertificateKeyInvalid) as lacking:
        return PlantWritten(changes, (), lacking)


def prover_on(engine: Engine, key: SecretStr | None) -> Prover:
    """What proving needs, from a database alone."""

    def now() -> datetime:
        return datetime.now(UTC)

    return Prover(open_store(engine, jobs=_no_jobs, now=now), SnapshotCache(engine), now, key)


class _NoJobs:
    """Stands where a queue would: proving makes no work for workers."""

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"nothing is enqueued here, not even {name}")


def _no_jobs(_session: Session) -> _NoJobs:
    return _NoJobs()
