"""Which devices a command speaks to. Pure, but needs to know how automation reaches them."""

from collections.abc import Sequence

from automation.hosts import host_addresses
from inventory.devices import Device
from inventory.snapshot import Snapshot
from provisioning.cli.selection import select_devices


def managed_devices(snapshot: Snapshot, patterns: Sequence[str]) -> tuple[Device, ...]:
    """Return those of the selected devices that automation speaks to.

    Raises:
        UnknownThing: a pattern fits none of them.
    """
    reached = host_addresses(snapshot)
    return select_devices((device for name, device in snapshot.devices.items() if name in reached), patterns)
