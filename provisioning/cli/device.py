"""`neutralhost device ...`: the switches, NTEs and access points, by record (`device_answers.py`: by wire)."""

from collections.abc import Sequence

from inventory.devices import Device
from inventory.errors import UnknownThing
from inventory.hosting import SiteSlot
from inventory.snapshot import Snapshot
from inventory.store.mirror import read_inventory
from provisioning.cli.output import Output, current_output, sheet
from provisioning.cli.selection import select_devices
from provisioning.cli.surroundings import open_database
from provisioning.cli.words import speed


def list_devices(role: str | None, place_code: str | None, patterns: tuple[str, ...]) -> None:
    output = current_output()
    with open_database() as engine:
        snapshot = Snapshot(read_inventory(engine))
    if place_code is not None and place_code not in snapshot.places:
        raise UnknownThing("place", place_code)
    found = [
        device
        for device in select_devices(snapshot.devices.values(), patterns)
        if role in (None, device.role.value) and place_code in (None, device.place_code)
    ]
    output.answer({"devices": found}, lambda: _print_devices(found, output))


def show(name: str) -> None:
    output = current_output()
    with open_database() as engine:
        snapshot = Snapshot(read_inventory(engine))
    device = snapshot.device(name)
    ports = snapshot.ports_of(name)
    output.answer({"device": device, "ports": ports}, lambda: _print_device(device, snapshot, output))


def _print_devices(devices: Sequence[Device], output: Output) -> None:
    rows = (
        (
            device.name,
            device.role.value,
            device.platform,
            device.model,
            device.place_code or f"UPRN {device.uprn}",
            device.management_address or "",
            device.lifecycle.value,
        )
        for device in devices
    )
    output.table(sheet(("device", "role", "platform", "model", "stands at", "address", "lifecycle"), rows))


def _slot_facts(slot: SiteSlot | None) -> tuple[tuple[str, str], ...]:
    """Of a hosted device: whose it is, where it hangs, and what it is plugged into."""
    if slot is None:
        return ()
    return (
        ("tenant", slot.isp_code),
        ("slot", str(slot.position)),
        ("power", f"{slot.power_w} W"),
        ("plugged into", str(slot.port or "")),
    )


def _print_device(device: Device, snapshot: Snapshot, output: Output) -> None:
    output.facts(
        (
            ("device", device.name),
            ("role", device.role.value),
            ("platform", device.platform),
            ("model", f"{device.manufacturer} {device.model}"),
            ("serial", device.serial),
            ("stands at", device.place_code or f"UPRN {device.uprn}"),
            ("address", device.management_address or ""),
            ("lifecycle", device.lifecycle.value),
            *_slot_facts(snapshot.site_slots.get(device.name)),
        )
    )
    far_ends = {link.a: link.z for link in snapshot.links.values()} | {
        link.z: link.a for link in snapshot.links.values()
    }
    rows = (
        (port.ref.port, port.role.value, speed(port.speed_mbps), str(far_ends.get(port.ref, "")))
        for port in snapshot.ports_of(device.name)
    )
    output.say()
    output.table(sheet(("port", "role", "speed", "joined to"), rows, right=("speed",)))
