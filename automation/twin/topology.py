"""The twin of an inventory: every device we have a simulator of, with the configuration it has on its first day.

Day 0 is what a device says before any service: what makes it reachable, and its baseline, rendered from the same
intents that commissioning puts on a real one. Links and handovers are ready to carry tags and carry none,
subscribers' ports are shut: frames must have nowhere to leak to. A planned device is not commissioned yet.
"""

from collections.abc import Iterator

from automation.baseline import BaselineRules, baseline_intents
from automation.platform import Can
from automation.platforms import platform_of
from automation.twin.bootstrap import BOOTSTRAPS
from automation.twin.model import LAUNCH_DBM, TwinDevice, TwinPort
from inventory.devices import Device, DeviceRole, Lifecycle, Port, PortRef, PortRole
from inventory.link_check import link_budget
from inventory.optics import LossFigures
from inventory.plant_map import plant_of
from inventory.port_channels import channels_of
from inventory.snapshot import Snapshot


def twin_devices(snapshot: Snapshot, rules: BaselineRules | None = None) -> tuple[TwinDevice, ...]:
    """Return a twin of every device that is not retired and has a management address, in inventory order."""
    light = dict(_light(snapshot))
    return tuple(
        _twin(snapshot, device, rules or BaselineRules(), light)
        for device in snapshot.inventory.devices
        if device.platform in BOOTSTRAPS and device.management_address and device.lifecycle is not Lifecycle.RETIRED
    )


def _light(snapshot: Snapshot) -> Iterator[tuple[PortRef, float]]:
    """What the receivers at both ends of a link get, in dBm, of links whose strands and optics are known."""
    plant = plant_of(snapshot)
    for link in snapshot.cabled_links:
        budgets = link_budget(plant, link, LossFigures())
        if budgets and budgets[0].optic:
            received_dbm = round(LAUNCH_DBM - max(budget.loss_db for budget in budgets), 2)
            yield link.a, received_dbm
            yield link.z, received_dbm


def _twin(snapshot: Snapshot, device: Device, rules: BaselineRules, light: dict[PortRef, float]) -> TwinDevice:
    channels = set(channels_of(snapshot.inventory.ports).values())
    ports = [port for port in snapshot.ports_of(device.name) if port.role is not PortRole.RADIO]
    ports = [port for port in ports if port.ref not in channels]  # what configuration makes is no hardware
    return TwinDevice(
        name=device.name,
        address=device.management_address or "",
        ports=tuple(_twin_port(port, snapshot.far_ends.get(port.ref), light) for port in ports),
        config=day_zero(snapshot, device, rules),
        model=device.model,
        serial=device.serial,
        platform=device.platform,
    )


def _twin_port(port: Port, far_end: PortRef | None, light: dict[PortRef, float]) -> TwinPort:
    """A subscriber's or an ISP's router is taken to be plugged in, as the installer left it."""
    attached = far_end is None and port.role in {PortRole.UNI, PortRole.HANDOVER}
    return TwinPort(port.ref.port, port.speed_mbps, far_end, attached, light.get(port.ref))


def day_zero(snapshot: Snapshot, device: Device, rules: BaselineRules) -> str:
    """What the device says before any service; one that is only planned says what makes it reachable.

    Of an access point that is its baseline.
    """
    bootstrap = BOOTSTRAPS[device.platform](snapshot, device, rules)
    platform = platform_of(device.platform, device.name)
    is_reachable_only = device.lifecycle is not Lifecycle.LIVE or Can.BASELINE not in platform.can
    if is_reachable_only or device.role is DeviceRole.ACCESS_POINT:
        return bootstrap
    return bootstrap + platform.dialect.render(baseline_intents(snapshot, device.name, rules))
