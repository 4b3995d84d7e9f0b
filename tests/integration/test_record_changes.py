"""A change of what exists, written to NetBox first: just it, and nothing that people edited there since is lost."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from inventory.devices import Lifecycle
from inventory.errors import InventoryInvalid, NetBoxEdited
from inventory.netbox.client import NetBox
from inventory.settings import InventorySettings
from inventory.snapshot import Inventory
from inventory.store.mirror import SnapshotCache, read_inventory, read_revision, replace_inventory
from provisioning.record_changes import MOST_CHANGES, record_changes
from provisioning.settings import ProvisioningSettings
from tests.integration.netbox_in_memory import NetBoxInMemory
from tests.unit.inventory.estates import SMALL_ESTATE

type Change = Callable[[Inventory], Inventory]


@pytest.fixture
def netbox(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> NetBoxInMemory:
    held = NetBoxInMemory(SMALL_ESTATE)
    monkeypatch.setattr(NetBox, "from_settings", lambda _settings: held)
    replace_inventory(engine, SMALL_ESTATE)
    return held


@pytest.fixture
def change(engine: Engine, netbox: NetBoxInMemory) -> Callable[[Change], None]:
    settings = InventorySettings.model_validate({"database_url": str(engine.url), "netbox_url": netbox.url})
    keys = ProvisioningSettings.model_validate({"token_pepper": "made-up"})
    return record_changes(engine, settings, keys, SnapshotCache(engine))


def edited(inventory: Inventory, name: str, **values: object) -> Inventory:
    devices = (replace(each, **values) if each.name == name else each for each in inventory.devices)  # type: ignore[arg-type]  # fields by name
    return replace(inventory, devices=tuple(devices))


def lifecycle_of(inventory: Inventory, name: str) -> Lifecycle:
    return next(each.lifecycle for each in inventory.devices if each.name == name)


def planned(inventory: Inventory) -> Inventory:
    return edited(inventory, "sw-b", lifecycle=Lifecycle.PLANNED)


def test_it_stands_in_netbox_and_in_the_mirror_and_an_edit_beside_it_stays(
    engine: Engine, netbox: NetBoxInMemory, change: Callable[[Change], None]
) -> None:
    netbox.row("dcim/devices", name="sw-b")["serial"] = "by hand"

    change(planned)

    assert netbox.row("dcim/devices", name="sw-b")["status"] == {"value": "planned"}
    assert netbox.row("dcim/devices", name="sw-b")["serial"] == "by hand"
    assert lifecycle_of(read_inventory(engine), "sw-b") is Lifecycle.PLANNED


def test_an_edit_of_the_same_is_told_and_neither_is_written(
    engine: Engine, netbox: NetBoxInMemory, change: Callable[[Change], None]
) -> None:
    netbox.row("dcim/devices", name="sw-b")["status"] = {"value": "decommissioning"}

    with pytest.raises(NetBoxEdited, match="the lifecycle of device sw-b is retired, our mirror said live"):
        change(planned)

    assert netbox.written == []
    assert lifecycle_of(read_inventory(engine), "sw-b") is Lifecycle.LIVE


def test_what_our_mirror_would_refuse_is_not_written_to_netbox_either(
    netbox: NetBoxInMemory, change: Callable[[Change], None]
) -> None:
    with pytest.raises(InventoryInvalid, match="The inventory with this change"):
        change(lambda inventory: edited(inventory, "sw-b", place_code="nowhere"))

    assert netbox.written == []


def test_a_change_that_netbox_holds_already_comes_into_the_mirror_and_writes_nothing_there(
    engine: Engine, netbox: NetBoxInMemory, change: Callable[[Change], None]
) -> None:
    """It was written there by a run that was killed before it wrote here."""
    netbox.row("dcim/devices", name="sw-b")["status"] = {"value": "planned"}

    change(planned)

    assert netbox.written == []
    assert lifecycle_of(read_inventory(engine), "sw-b") is Lifecycle.PLANNED


def test_no_change_writes_nothing(engine: Engine, netbox: NetBoxInMemory, change: Callable[[Change], None]) -> None:
    revision = read_revision(engine)

    change(lambda inventory: inventory)

    assert (netbox.read, netbox.written, read_revision(engine)) == ([], [], revision)


def test_what_somebody_else_wrote_meanwhile_is_kept_and_the_change_made_anew(
    engine: Engine, netbox: NetBoxInMemory, change: Callable[[Change], None]
) -> None:
    made: list[Inventory] = []

    def meanwhile(inventory: Inventory) -> Inventory:
        made.append(inventory)
        if len(made) < MOST_CHANGES:
            replace_inventory(engine, edited(inventory, "sw-a", serial=f"S-{len(made)}"))
        return planned(inventory)

    change(meanwhile)

    found = read_inventory(engine)
    assert [each.serial for each in found.devices if each.name == "sw-a"] == [f"S-{MOST_CHANGES - 1}"]
    assert lifecycle_of(found, "sw-b") is Lifecycle.PLANNED
    assert len(netbox.written) == 1
