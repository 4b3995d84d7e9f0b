"""A circuit before anything of it is held: the noun, and the devices along a path. Pure."""

from dataclasses import dataclass

from automation.intents import BandwidthProfile
from inventory.devices import PortRef
from inventory.graph import NetworkPath
from inventory.plant import StrandRef
from provisioning.services import DeviceHop


@dataclass(frozen=True, slots=True)
class Design:
    """A path from a free UNI to a handover or another UNI, before anything of it is held. `length_m` in metres.

    `protected_between` are the first and the last device of what goes on when any one cable is cut, of a protected one.

    `strands` are those its links are lit on, in order; of a link whose plant is not known there are none.
    `loss_db` is what the worst fibre of its links loses. An E-Line has a `z_uni`, which is its `handover_port`
    too, and no handover; `c_vlan` and `z_c_vlan` are the C-VLANs its UNIs send, None where all is carried.
    """

    uni: PortRef
    handover_code: str
    handover_port: PortRef
    hops: tuple[DeviceHop, ...]
    link_codes: tuple[str, ...]
    length_m: float
    profile: BandwidthProfile
    strands: tuple[StrandRef, ...] = ()
    loss_db: float | None = None
    z_uni: PortRef | None = None
    c_vlan: int | None = None
    z_c_vlan: int | None = None
    protected_between: tuple[str, ...] = ()

    @property
    def devices(self) -> tuple[str, ...]:
        """From the NTE to the handover's device."""
        return tuple(hop.device for hop in self.hops)


def hops_between(a_device: str, path: NetworkPath) -> tuple[DeviceHop, ...]:
    """Each device with the ports the S-VLAN comes in and goes out by, tagged; no UNI is one of them."""
    tagged: dict[str, list[str]] = {a_device: []}
    for hop in path.hops:
        tagged[hop.out_port.device].append(hop.out_port.port)
        tagged[hop.in_port.device] = [hop.in_port.port]
    return tuple(DeviceHop(device, tuple(ports)) for device, ports in tagged.items())


def hops_to_handover(a_device: str, path: NetworkPath, handover_port: PortRef) -> tuple[DeviceHop, ...]:
    """As `hops_between`, with the handover at the last device."""
    return tuple(
        DeviceHop(hop.device, (*hop.tagged_ports, handover_port.port)) if hop.device == handover_port.device else hop
        for hop in hops_between(a_device, path)
    )
