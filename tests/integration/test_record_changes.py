"""A change of what exists, written to NetBox first: of what NetBox holds, not of our mirror of it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from inventory.devices import Lifecycle
from inventory.errors import Fault, InventoryInvalid
from inventory.netbox.client import NetBox
from inventory.netbox.pull import PullReport
from inventory.settings import InventorySettings
from inventory.snapshot import Inventory
from inventory.store.mirror import SnapshotCache, read_inventory, replace_inventory
from provisioning import bootstrap
from provisioning.settings import ProvisioningSettings
from tests.unit.inventory.estates import SMALL_ESTATE

type Change = Callable[[Inventory], Inventory]


class HeldByNetBox:
    """What stands where a NetBox would: it holds one inventory, counts what is written, and people edit it."""

    def __init__(self, held: Inventory) -> None:
        self.held = held
        self.pushes = 0
        self.faults: tuple[Fault, ...] = ()

    def pull(self, _netbox: NetBox, _known: Inventory) -> PullReport:
        if self.faults:
            raise InventoryInvalid("NetBox", self.faults)
        return PullReport(self.held, {}, 0.0)

    def push(self, _netbox: NetBox, inventory: Inventory) -> None:
        self.held = inventory
        self.pushes += 1


@pytest.fixture
def netbox(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> HeldByNetBox:
    held = HeldByNetBox(SMALL_ESTATE)
    monkeypatch.setattr(bootstrap, "pull", held.pull)
    monkeypatch.setattr(bootstrap, "push", held.push)
    replace_inventory(engine, SMALL_ESTATE)
    return held


def changing(engine: Engine) -> Callable[[Change], None]:
    netbox = {"netbox_url": "http://127.0.0.1:1", "netbox_token": "made-up"}
    settings = InventorySettings.model_validate({"database_url": str(engine.url), **netbox})
    keys = ProvisioningSettings.model_validate({"token_pepper": "made-up"})
    return bootstrap._inventory_change(engine, settings, keys, SnapshotCache(engine))


def serial_of(inventory: Inventory, name: str) -> str:
    return next(device.serial for device in inventory.devices if device.name == name)


def edited(inventory: Inventory, name: str, **values: object) -> Inventory:
    devices = (replace(each, **values) if each.name == name else each for each in inventory.devices)  # type: ignore[arg-type]  # fields by name
    return replace(inventory, devices=tuple(devices))


def test_what_people_edited_in_netbox_since_the_mirror_was_read_stays_as_they_wrote_it(
    engine: Engine, netbox: HeldByNetBox
) -> None:
    netbox.held = edited(netbox.held, "sw-a", serial="by hand")

    changing(engine)(lambda inventory: edited(inventory, "sw-b", lifecycle=Lifecycle.PLANNED))

    assert serial_of(netbox.held, "sw-a") == "by hand"
    assert serial_of(read_inventory(engine), "sw-a") == "by hand"
    assert {each.name for each in netbox.held.devices if each.lifecycle is Lifecycle.PLANNED} == {"sw-b"}


def test_a_netbox_that_is_no_inventory_is_written_nothing(engine: Engine, netbox: HeldByNetBox) -> None:
    netbox.faults = (Fault("http://netbox/dcim/devices/1/", None, "device sw-a needs a known status"),)

    with pytest.raises(InventoryInvalid) as caught:
        changing(engine)(lambda inventory: edited(inventory, "sw-b", serial="new"))

    assert caught.value.faults == netbox.faults
    assert netbox.pushes == 0
    assert serial_of(read_inventory(engine), "sw-b") == serial_of(SMALL_ESTATE, "sw-b")


def test_what_our_mirror_would_refuse_is_not_written_to_netbox_either(engine: Engine, netbox: HeldByNetBox) -> None:
    with pytest.raises(InventoryInvalid, match="The inventory with this change"):
        changing(engine)(lambda inventory: edited(inventory, "sw-b", place_code="nowhere"))

    assert netbox.pushes == 0


def test_a_change_that_netbox_holds_already_comes_into_the_mirror_and_writes_nothing_there(
    engine: Engine, netbox: HeldByNetBox
) -> None:
    """It was written there by a run that was killed before it wrote here."""
    netbox.held = edited(netbox.held, "sw-b", serial="new")

    changing(engine)(lambda inventory: inventory if serial_of(inventory, "sw-b") == "new" else edited(inventory, "x"))

    assert (netbox.pushes, serial_of(read_inventory(engine), "sw-b")) == (0, "new")
