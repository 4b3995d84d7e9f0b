"""At which site of NetBox's a device is shown: NetBox wants every device at one, and holds no places of the plant."""

from collections.abc import Iterator
from dataclasses import replace

from inventory.devices import Device
from inventory.places import NETWORK_KINDS
from inventory.snapshot import Inventory, Snapshot


class Sites:
    """Looks it up in one inventory."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._neighbours: dict[str, str] = {}
        for link in snapshot.inventory.links:
            self._neighbours.setdefault(link.a.device, link.z.device)
            self._neighbours.setdefault(link.z.device, link.a.device)

    def of(self, device: Device) -> str | None:
        """Where it stands, else the place that serves its premises, else where its link or its backhaul leads."""
        codes = self._candidates(device)
        if device.place_code is not None and not device.role.is_hosted:
            codes = iter((device.place_code,))  # a device of ours that stands in the plant is a mistake
        return next((code for code in codes if self._is_held(code)), None)

    def _candidates(self, device: Device) -> Iterator[str]:
        if device.place_code is not None:
            yield device.place_code
        place = self._snapshot.places.get(device.place_code or "")
        for uprn in (device.uprn, None if place is None else place.uprn):
            premises = self._snapshot.premises.get(uprn or "")
            if premises is not None and premises.serving_place is not None:
                yield premises.serving_place
        slot = self._snapshot.site_slots.get(device.name)
        if slot is not None and slot.port is not None and slot.port.device in self._snapshot.devices:
            yield from self._candidates(self._snapshot.devices[slot.port.device])
        neighbour = self._snapshot.devices.get(self._neighbours.get(device.name, ""))
        if neighbour is not None and neighbour.place_code is not None:
            yield neighbour.place_code

    def _is_held(self, code: str) -> bool:
        place = self._snapshot.places.get(code)
        return place is not None and place.kind in NETWORK_KINDS


def kept_here(snapshot: Snapshot) -> frozenset[str]:
    """The hosted devices that no site can be found for: they stay ours, as the place they hang at does."""
    hosted = [device for device in snapshot.inventory.devices if device.role.is_hosted]
    if not hosted:
        return frozenset()
    sites = Sites(snapshot)
    return frozenset(device.name for device in hosted if sites.of(device) is None)


def shown_to_netbox(inventory: Inventory) -> Inventory:
    """The inventory without what NetBox can hold nowhere."""
    left_out = kept_here(Snapshot(inventory))
    if not left_out:
        return inventory
    return replace(
        inventory,
        devices=tuple(device for device in inventory.devices if device.name not in left_out),
        site_slots=tuple(slot for slot in inventory.site_slots if slot.device not in left_out),
    )
