"""Which devices a command is for. Pure."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from inventory.devices import Device
from inventory.errors import UnknownThing


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
