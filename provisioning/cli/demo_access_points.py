"""The access points of a demo: they have phoned home before it began, and answer on loopback over HTTPS."""

from dataclasses import replace
from itertools import count
from pathlib import Path

from automation.twin.fleet import Fleet
from automation.twin.openwrt.authority import twin_authority
from inventory.devices import Device, DeviceRole
from inventory.snapshot import Inventory

POOL = "127.1.20"


def with_addresses(found: Inventory) -> Inventory:
    """The inventory with the management addresses that its access points got when they phoned home."""
    numbers = count(1)
    devices = (
        replace(one, management_address=f"{POOL}.{next(numbers)}") if _is_new(one) else one for one in found.devices
    )
    return replace(found, devices=tuple(devices))


def _is_new(device: Device) -> bool:
    return device.role is DeviceRole.ACCESS_POINT and device.management_address is None


def ubus_port(device_port: int) -> int:
    """The port beside that of eAPI."""
    return device_port + 1 if device_port < 65_535 else device_port - 1


def write_authority(file: Path) -> None:
    """Write what the certificates of this run's simulated access points are held against: it is new in every run."""
    file.write_text(twin_authority().pem, encoding="ascii")


def words_of(fleet: Fleet) -> str:
    """Which simulated devices answer, and where."""
    points = sum(device.platform == "openwrt" for device in fleet.devices)
    switches = f"{len(fleet.devices) - points:,} simulated switches on {fleet.port}"
    return f"{switches}, {points} access points on {fleet.ports['openwrt']}" if points else switches
