"""One device more in the record of what exists, against a load of the whole inventory with it: what was done before."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from sqlalchemy import Engine

from inventory.devices import Lifecycle
from inventory.examples.generate import make_estate
from inventory.settings import InventorySettings
from inventory.snapshot import Inventory
from inventory.store.engine import migrate, open_engine
from inventory.store.mirror import SnapshotCache, replace_inventory
from provisioning.plant_writes import write_plant
from provisioning.record_changes import record_changes
from provisioning.settings import ProvisioningSettings
from tests.benchmarks.measure import Line, seconds_of

SCALES, ROUNDS = (1, 10), 3


def measure() -> Iterator[Line]:
    """The example and one ten times as large, on SQLite, with the inventory in the hands of a worker or portal."""
    for scale in SCALES:
        with tempfile.TemporaryDirectory() as folder:
            engine = open_engine(f"sqlite:///{Path(folder) / 'record.db'}")
            migrate(engine)
            yield _line(engine, make_estate(scale=scale), scale)
            engine.dispose()


def _line(engine: Engine, inventory: Inventory, scale: int) -> Line:
    replace_inventory(engine, inventory)
    snapshots = SnapshotCache(engine)
    keys = ProvisioningSettings.model_validate({"token_pepper": "made-up"})
    change = record_changes(engine, InventorySettings.model_validate({}), keys, snapshots)
    ours: list[float] = []
    whole: list[float] = []
    for number in range(ROUNDS):
        ours.append(seconds_of(partial(change, partial(_with_device, name=f"sw-one-{number}"))))
        after = _with_device(snapshots().inventory, f"sw-all-{number}")
        whole.append(seconds_of(partial(write_plant, engine, after, "a benchmark", None)))
        snapshots()
    things = sum(len(getattr(inventory, name)) for name in ("devices", "ports", "links", "premises", "strands"))
    return Line(
        f"record: one device more, the example at scale {scale}",
        ours,
        whole,
        "loading the whole inventory with it",
        note=f"{things:,} premises, devices, ports, links and strands; both check every rule that can be broken",
    )


def _with_device(inventory: Inventory, name: str) -> Inventory:
    like = inventory.devices[0]
    new = replace(like, name=name, management_address=None, lifecycle=Lifecycle.PLANNED)
    return replace(inventory, devices=(*inventory.devices, new))
