"""The one way for this floor to write what exists: replace or change it, then prove again what that touched."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NoReturn

from pydantic import SecretStr
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from inventory.difference import difference_of
from inventory.snapshot import Inventory, Snapshot
from inventory.store.mirror import MirrorChanges, SnapshotCache, change_inventory, replace_inventory, revision_in
from provisioning.certificate_errors import CertificateError, CertificateKeyInvalid, CertificateKeyMissing
from provisioning.certificates import CertificateEvent
from provisioning.errors import InventoryReplaced
from provisioning.reproving import Prover, prove_touched
from provisioning.sold_strands import LIGHT_IS_LED_BY, refuse_lighting_what_is_held
from provisioning.store.unit import open_store

SOURCE_OF_CHANGE = "The inventory with this change"


@dataclass(frozen=True, slots=True)
class PlantWritten:
    """What a write did, and what became of certificates by it.

    `unsigned` is why some that are true again could not be signed; a worker does it when there is a key.
    """

    changes: MirrorChanges
    certificates: tuple[CertificateEvent, ...]
    unsigned: CertificateError | None = None


def write_plant(engine: Engine, inventory: Inventory, source: str, key: SecretStr | None) -> PlantWritten:
    """Make the mirror hold exactly `inventory`; see `replace_inventory` for what is raised, and `sold_strands`.

    Killed before it has proved, the next worker that looks does.
    """
    today = datetime.now(UTC).date()

    def check(connection: Connection) -> None:
        refuse_lighting_what_is_held(connection, inventory, today)

    return _proved(replace_inventory(engine, inventory, source, check), prover_on(engine, key))


def write_change(
    engine: Engine, before: Snapshot, after: Inventory, snapshots: SnapshotCache, key: SecretStr | None
) -> PlantWritten:
    """The same of what was made of the mirror as it was `before`, written as just what differs.

    InventoryReplaced is raised, and nothing is written, where somebody has written since. `snapshots` then has the
    inventory of afterwards without reading it.
    """
    today = datetime.now(UTC).date()
    lights = not LIGHT_IS_LED_BY.isdisjoint(difference_of(before.inventory, after).by_field)

    def check(connection: Connection) -> None:
        if revision_in(connection) != before.revision:
            raise InventoryReplaced
        if lights:
            refuse_lighting_what_is_held(connection, after, today)

    changes, written = change_inventory(engine, before, after, SOURCE_OF_CHANGE, check)
    snapshots.keep(written)
    return _proved(changes, prover_on(engine, key, snapshots))


def _proved(changes: MirrorChanges, prover: Prover) -> PlantWritten:
    try:
        return PlantWritten(changes, prove_touched(prover))
    except (CertificateKeyMissing, CertificateKeyInvalid) as lacking:
        return PlantWritten(changes, (), lacking)


def prover_on(engine: Engine, key: SecretStr | None, snapshots: SnapshotCache | None = None) -> Prover:
    """What proving needs, from a database alone."""

    def now() -> datetime:
        return datetime.now(UTC)

    return Prover(open_store(engine, jobs=_no_jobs, now=now), snapshots or SnapshotCache(engine), now, key)


class _NoJobs:
    """Stands where a queue would: proving makes no work for workers."""

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"nothing is enqueued here, not even {name}")


def _no_jobs(_session: Session) -> _NoJobs:
    return _NoJobs()
