"""Which devices a command is for. Pure."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from automation.hosts import host_addresses
from inventory.devices import Device
from inventory.errors import UnknownThing
from inventory.snapshot import Snapshot


def managed_devices(snapshot: Snapshot, patterns: Sequence[str]) -> tuple[Device, ...]:
    """Return those of the selected devices that automation speaks to.

    Raises:
        UnknownThing: a pattern fits none of them.
    """
    reached = host_addresses(snapshot)
    return select_devices((device for name, device in snapshot.devices.items() if name in reached), patterns)


def select_devices(devices: Iterable[Device], patterns: Sequence[str]) -> tuple[Device, ...]:
    """Return the devices whose name fits one of the glob patterns (all, where there is none).

    Raises:
        UnknownThing: a pattern fits no device: a typing error must not become an empty, successful run.
    """
    found = tuple(devices)
    for pattern in patterns:
        if not any(fnmatchcase(device.name, pattern) for device in found):
            raise UnknownThing("device", pattern)
    return tuple(
        device for device in found if not patterns or any(fnmatchcase(device.name, pattern) for pattern in patterns)
    )
