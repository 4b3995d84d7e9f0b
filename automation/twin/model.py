"""What the twin is made of: devices, their ports, and what is plugged into them."""

from dataclasses import dataclass

from inventory.devices import PortRef

LAUNCH_DBM = -2.0
"""What every optic of the twin sends."""


type Octets = tuple[int, int]
"""What a port has counted since it booted: octets received, octets sent."""

NOTHING_COUNTED: Octets = (0, 0)


@dataclass(frozen=True, slots=True)
class TwinPort:
    """A port in hardware. `far_end` is the port a cable joins it to; `attached` that something outside
    the twin (an ISP's router, a subscriber's) is plugged in and up. Speed in Mbit/s. `light_dbm` is what its
    receiver gets when the fibre is as the inventory says, None where no optic is known."""

    name: str
    speed_mbps: int = 1000
    far_end: PortRef | None = None
    attached: bool = False
    light_dbm: float | None = None


@dataclass(frozen=True, slots=True)
class TwinDevice:
    """One simulated device: where it listens, what it is, and the configuration it first boots with.

    `platform` is the inventory's, and says which simulator plays it.
    """

    name: str
    address: str
    ports: tuple[TwinPort, ...]
    config: str
    model: str = "DCS-7280SR3-48YC8"
    serial: str = "SIM00000000"
    eos_version: str = "4.31.2F"
    platform: str = "eos"
