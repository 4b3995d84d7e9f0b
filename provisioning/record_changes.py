"""A change of what exists: into NetBox, where one is set, which is its record, and then into our mirror."""

from collections.abc import Callable
from contextlib import suppress

from sqlalchemy import Engine

from inventory.errors import InventoryInvalid
from inventory.netbox.changes import push_change
from inventory.netbox.client import NetBox
from inventory.rules import find_faults
from inventory.settings import InventorySettings
from inventory.snapshot import Inventory, Snapshot
from inventory.store.mirror import SnapshotCache
from provisioning.errors import InventoryReplaced
from provisioning.plant_writes import SOURCE_OF_CHANGE, write_change
from provisioning.settings import CertificateSettings

MOST_CHANGES = 5
"""How often a change of what exists is made anew, where somebody else's was written meanwhile."""

type Make = Callable[[Inventory], Inventory]


def record_changes(
    engine: Engine, settings: InventorySettings, keys: CertificateSettings, snapshots: SnapshotCache
) -> Callable[[Make], None]:
    """Return what writes a change: just the things that differ, in NetBox after a look at them there.

    What people edited in NetBox since the mirror was read is never written over: beside the change it stays, and what
    the change is about is refused. What breaks a rule is not written to NetBox either. Where the mirror cannot be
    written after NetBox was, the error is raised, and the same change asked again finds it there and goes on here.
    """
    netbox = None if settings.netbox_url is None else NetBox.from_settings(settings)

    def change(make: Make) -> None:
        for _ in range(MOST_CHANGES - 1):
            with suppress(InventoryReplaced):
                return once(make)
        return once(make)

    def once(make: Make) -> None:
        before = snapshots()
        after = make(before.inventory)
        if after is before.inventory:
            return
        if netbox is not None:
            _write_to(netbox, before, after)
        write_change(engine, before, after, snapshots, keys.certificate_key)

    return change


def _write_to(netbox: NetBox, before: Snapshot, after: Inventory) -> None:
    faults = find_faults(after, before.inventory)
    if faults:
        raise InventoryInvalid(SOURCE_OF_CHANGE, faults)
    push_change(netbox, before.inventory, after)
