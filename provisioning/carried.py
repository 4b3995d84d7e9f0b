"""What devices do for a service that is no circuit from premises: an SSID's way from the air to its handover, or the
backhaul of equipment that hangs at a place.

The switches' part is a tree: from every access point to the handover, each way joining the others where it first
meets them, so that no frame can go in a circle.
"""

from dataclasses import dataclass, field

from automation.intents import BandwidthProfile
from automation.wireless import Passpoint, SsidSecurity
from inventory.devices import PortRef


@dataclass(frozen=True, slots=True)
class CarriedHop:
    """One switch, and its ports that carry the S-VLAN tagged; `point_ports` are those that lead to a station."""

    device: str
    tagged_ports: tuple[str, ...]
    point_ports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Station:
    """One access point: the port towards its switch, the radios it sends on, and what it says to RADIUS it is.

    `sealed_secret` is the secret it shares with the RADIUS servers, sealed; "" where no server decides.
    """

    device: str
    uplink: str
    radios: tuple[str, ...]
    sealed_secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class OnAir:
    """What is sent: the ISP's own text (hostile until rendered), and how devices get on. RADIUS servers by address."""

    ssid: str
    security: SsidSecurity
    sealed_key: str = field(default="", repr=False)
    radius_servers: tuple[str, ...] = ()
    passpoint: Passpoint | None = None


@dataclass(frozen=True, slots=True)
class Tenancy:
    """A realm on the shared SSID of another service, by its id: it puts no SSID on the air of its own."""

    shared: str
    realm: str


@dataclass(frozen=True, slots=True)
class Backhaul:
    """Where the equipment is plugged in, and how much it may send."""

    uni: PortRef
    profile: BandwidthProfile


@dataclass(frozen=True, slots=True)
class Carried:
    """The S-VLAN, the switches that carry it to the handover, and what they carry it for.

    That is the access points (`stations`) that put in it an SSID (what is `on_air`) or a realm's people (`tenancy`),
    or a `backhaul`, whose rate is kept free on its `links` (codes).
    """

    s_vlan: int
    hops: tuple[CarriedHop, ...]
    stations: tuple[Station, ...] = ()
    on_air: OnAir | None = None
    tenancy: Tenancy | None = None
    backhaul: Backhaul | None = None
    links: tuple[str, ...] = ()

    @property
    def devices(self) -> tuple[str, ...]:
        return (*(station.device for station in self.stations), *(hop.device for hop in self.hops))
