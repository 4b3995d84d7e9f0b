"""The twin of an inventory: every live EOS device, with the configuration it has on its first day.

Day 0 is what a network engineer puts on before any circuit: name, management, links and handovers ready to
carry tags and carrying none, subscribers' ports shut. A port nobody uses stays out of the bridge altogether
(shut, in a VLAN of its own making never): frames must have nowhere to leak to.
"""

from collections.abc import Iterable, Iterator

from automation.twin.configure import is_interface
from automation.twin.model import LAUNCH_DBM, TwinDevice, TwinPort
from inventory.devices import Device, Lifecycle, Port, PortRef, PortRole
from inventory.link_check import link_budget
from inventory.optics import LossFigures
from inventory.plant_map import plant_of
from inventory.snapshot import Snapshot

EOS = "eos"
OUTER_TPID = "0x88a8"  # IEEE 802.1ad clause 9.5.1: the S-tag's


def twin_devices(snapshot: Snapshot) -> tuple[TwinDevice, ...]:
    """Return a twin of every live EOS device that has a management address, in inventory order."""
    far_ends, light = dict(_far_ends(snapshot)), dict(_light(snapshot))
    return tuple(
        _twin(snapshot, device, far_ends, light)
        for device in snapshot.inventory.devices
        if device.platform == EOS and device.management_address and device.lifecycle is Lifecycle.LIVE
    )


def _far_ends(snapshot: Snapshot) -> Iterator[tuple[PortRef, PortRef]]:
    for link in snapshot.inventory.links:
        yield link.a, link.z
        yield link.z, link.a


def _light(snapshot: Snapshot) -> Iterator[tuple[PortRef, float]]:
    """What the receivers at both ends of a link get, in dBm, of links whose strands and optics are known."""
    plant = plant_of(snapshot)
    for link in snapshot.inventory.links:
        budgets = link_budget(plant, link, LossFigures())
        if budgets and budgets[0].optic:
            received_dbm = round(LAUNCH_DBM - max(budget.loss_db for budget in budgets), 2)
            yield link.a, received_dbm
            yield link.z, received_dbm


def _twin(
    snapshot: Snapshot, device: Device, far_ends: dict[PortRef, PortRef], light: dict[PortRef, float]
) -> TwinDevice:
    ports = [port for port in snapshot.ports_of(device.name) if is_interface(port.ref.port)]
    return TwinDevice(
        name=device.name,
        address=device.management_address or "",
        ports=tuple(_twin_port(port, far_ends, light) for port in ports),
        config="\n".join(_day_zero(snapshot, device, ports, far_ends)) + "\n",
        model=device.model,
        serial=device.serial,
    )


def _twin_port(port: Port, far_ends: dict[PortRef, PortRef], light: dict[PortRef, float]) -> TwinPort:
    """A subscriber's or an ISP's router is taken to be plugged in, as the installer left it."""
    far_end = far_ends.get(port.ref)
    attached = far_end is None and port.role in {PortRole.UNI, PortRole.HANDOVER}
    return TwinPort(port.ref.port, port.speed_mbps, far_end, attached, light.get(port.ref))


def _day_zero(
    snapshot: Snapshot, device: Device, ports: Iterable[Port], far_ends: dict[PortRef, PortRef]
) -> Iterator[str]:
    yield f"hostname {device.name}"
    yield "spanning-tree mode none"
    yield from ("management api http-commands", "no protocol https", "protocol http", "no shutdown")
    for port in ports:
        yield f"interface {port.ref.port}"
        yield from _port_lines(snapshot, port, far_ends)
    yield from ("interface Management1", "description management", f"ip address {device.management_address}/8")


def _port_lines(snapshot: Snapshot, port: Port, far_ends: dict[PortRef, PortRef]) -> Iterator[str]:
    if port.role is PortRole.NNI and port.ref in far_ends:
        yield f"description to {far_ends[port.ref]}"
        yield from _TAGGED
    elif port.role is PortRole.HANDOVER and (code := _handover_code(snapshot, port.ref)):
        yield f"description handover {code}"
        yield from _TAGGED
    else:
        yield "shutdown"


_TAGGED = (
    "switchport trunk allowed vlan none",
    "switchport mode trunk",
    f"switchport dot1q ethertype {OUTER_TPID}",
)


def _handover_code(snapshot: Snapshot, port: PortRef) -> str:
    return next((one.code for one in snapshot.inventory.handovers if one.port == port), "")
