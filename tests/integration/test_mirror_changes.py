"""A few things written into the mirror: as a whole load would have left it, and nobody reads the rest for it."""

from dataclasses import replace
from random import Random

import pytest
from sqlalchemy import Connection, Engine, event

from inventory.devices import Device, DeviceRole, Lifecycle
from inventory.errors import InventoryInvalid
from inventory.rules import find_faults
from inventory.snapshot import Inventory
from inventory.store.mirror import SnapshotCache, change_inventory, read_inventory, read_revision, replace_inventory
from tests.unit.inventory.planted import PLANTED
from tests.unit.inventory.test_difference import varied

SOURCE = "The changed inventory"


def nothing(_connection: Connection) -> None:
    """Refuse nothing."""


def sound_change(rng: Random, before: Inventory) -> Inventory:
    """Some change of it that keeps every rule, and is one."""
    while True:
        after = varied(rng, before, times=rng.randrange(1, 4))
        if after != before and not find_faults(after):
            return after


@pytest.fixture
def snapshots(engine: Engine) -> SnapshotCache:
    replace_inventory(engine, PLANTED)
    return SnapshotCache(engine)


def test_any_change_leaves_what_a_whole_load_would_and_gives_what_reading_would(
    engine: Engine, snapshots: SnapshotCache
) -> None:
    rng, before = Random(20), snapshots()
    for _ in range(25):
        after = sound_change(rng, before.inventory)
        changes, written = change_inventory(engine, before, after, SOURCE, nothing)
        assert changes.revision == read_revision(engine) == before.revision + (changes.total > 0)
        assert written.inventory == read_inventory(engine)
        assert replace_inventory(engine, after).total == 0
        before = written


def test_of_a_change_only_its_rows_are_read_and_written(engine: Engine, snapshots: SnapshotCache) -> None:
    before = snapshots()
    said = statements_of(engine)
    _, written = change_inventory(engine, before, with_switch(before.inventory), SOURCE, nothing)
    snapshots.keep(written)

    assert [each.split()[0] for each in said if "devices" in each] == ["INSERT"]
    assert {each.split()[0] for each in said if "devices" not in each} == {"SELECT", "UPDATE"}
    assert all("inventory_revision" in each for each in said if "devices" not in each)
    assert snapshots() is written


def test_a_change_that_breaks_a_rule_or_is_refused_leaves_all_as_it_was(
    engine: Engine, snapshots: SnapshotCache
) -> None:
    before = snapshots()
    broken = replace(before.inventory, devices=(*before.inventory.devices, switch("sw-new", "nowhere")))

    def refuse(_connection: Connection) -> None:
        raise ConnectionRefusedError

    with pytest.raises(InventoryInvalid, match=SOURCE):
        change_inventory(engine, before, broken, SOURCE, nothing)
    with pytest.raises(ConnectionRefusedError):
        change_inventory(engine, before, with_switch(before.inventory), SOURCE, refuse)

    assert read_inventory(engine) == before.inventory
    assert read_revision(engine) == before.revision


def test_a_snapshot_that_is_kept_too_late_is_not_given(engine: Engine, snapshots: SnapshotCache) -> None:
    before = snapshots()
    _, first = change_inventory(engine, before, with_switch(before.inventory), SOURCE, nothing)
    _, second = change_inventory(engine, first, before.inventory, SOURCE, nothing)

    snapshots.keep(second)
    snapshots.keep(first)

    assert snapshots() is second


def switch(name: str, place: str) -> Device:
    return Device(name, DeviceRole.SWITCH, "eos", "Maker", "M1", "S1", place, None, None, Lifecycle.PLANNED)


def with_switch(inventory: Inventory) -> Inventory:
    return replace(inventory, devices=(*inventory.devices, switch("sw-0", "dx-a")))


def statements_of(engine: Engine) -> list[str]:
    """What is said to the database from now on."""
    said: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "PRAGMA")):
            said.append(statement)

    return said
