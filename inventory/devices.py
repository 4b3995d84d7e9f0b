"""Devices and their ports."""

from dataclasses import dataclass
from enum import StrEnum


class DeviceRole(StrEnum):
    """What a device does."""

    SWITCH = "switch"
    NTE = "nte"
    ACCESS_POINT = "access-point"
    LORAWAN_GATEWAY = "lorawan-gateway"  # an ISP's own, on a site slot
    SMALL_CELL = "small-cell"  # the same

    @property
    def is_hosted(self) -> bool:
        """Whether it is somebody else's, has a site slot, and is never spoken to."""
        return self in {DeviceRole.LORAWAN_GATEWAY, DeviceRole.SMALL_CELL}


class PortRole(StrEnum):
    """What a port is for."""

    UNI = "uni"  # the subscriber's port on an NTE
    NNI = "nni"  # one end of a link inside the network
    HANDOVER = "handover"  # where an ISP takes its traffic (MEF: ENNI)
    RADIO = "radio"  # a radio of an access point


class Lifecycle(StrEnum):
    """Whether a thing can carry a service today."""

    PLANNED = "planned"
    LIVE = "live"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, order=True)
class PortRef:
    """A port's key: the device's name and the name the device itself gives the port."""

    device: str
    port: str

    def __str__(self) -> str:
        return f"{self.device}:{self.port}"


@dataclass(frozen=True, slots=True)
class Port:
    """A port. `speed_mbps` is its line rate in Mbit/s.

    `lag` names the port-channel of the same device (IEEE 802.1AX: a link aggregation group) that the port is a
    member of, "" where it is of none. A port-channel is a port too: its line rate is that of its members together.
    """

    ref: PortRef
    role: PortRole
    speed_mbps: int
    lag: str = ""

    @property
    def channel(self) -> PortRef | None:
        """The port-channel it is a member of."""
        return PortRef(self.ref.device, self.lag) if self.lag else None


@dataclass(frozen=True, slots=True)
class Device:
    """A switch, NTE, access point or hosted device. It stands at a place, or (an NTE) at premises.

    `management_address` is the IPv4 address automation reaches it by, None where it has none: a hosted one never has
    one, nor a platform, and its serial is "" where nobody said. Its site slot says whose it is (`hosting.SiteSlot`).
    """

    name: str
    role: DeviceRole
    platform: str
    manufacturer: str
    model: str
    serial: str
    place_code: str | None
    uprn: str | None
    management_address: str | None
    lifecycle: Lifecycle = Lifecycle.LIVE
