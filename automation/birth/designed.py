"""What a service was designed as, in the terms its tests need, and which tests make sense for it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from automation.birth.results import Limits, TestKind
from automation.wireless import SsidSecurity
from inventory.devices import PortRef


class Shape(StrEnum):
    """What is put on devices, as its tests see it."""

    ACCESS_LINE = "access line"  # from a UNI to a handover
    E_LINE = "E-Line"  # from a UNI to another
    BACKHAUL = "backhaul"  # from hosted equipment's port to a handover
    SSID = "SSID"  # from the air of many access points to a handover
    REALM = "realm on a shared SSID"  # from where RADIUS puts its people: another's SSID, a way of its own
    EXCHANGE_PORT = "exchange port"  # a member's port in the DX's peering LAN: no path, no far end of its own


_ISOLATION = (TestKind.ISOLATION_BEFORE, TestKind.ISOLATION)
_ON_A_WAY = (TestKind.PORTS, TestKind.PATH, TestKind.LIGHT, TestKind.TAGS, TestKind.MTU)
_BY_FRAMES = (TestKind.FRAME_LOSS, TestKind.FRAME_DELAY)
_BETWEEN_TWO = frozenset({TestKind.PATH, TestKind.LIGHT})
_FROM_THE_AIR = frozenset({Shape.SSID, Shape.REALM})
_LINE = frozenset({*_ON_A_WAY, *_BY_FRAMES, TestKind.INFORMATION_RATE, *_ISOLATION})

TESTS: Mapping[Shape, frozenset[TestKind]] = {
    Shape.ACCESS_LINE: _LINE,
    Shape.E_LINE: _LINE,
    Shape.BACKHAUL: _LINE,
    # no bandwidth profile is sold with an SSID
    Shape.SSID: frozenset({*_ON_A_WAY, TestKind.ON_AIR, *_BY_FRAMES, *_ISOLATION}),
    # the SSID is on the air already; a probe that is let in by the realm's own RADIUS sends frames
    Shape.REALM: frozenset({*_ON_A_WAY, *_BY_FRAMES, *_ISOLATION}),
    # who peers with whom is the members' own affair: frames are sent by none but them
    Shape.EXCHANGE_PORT: frozenset({TestKind.PORTS, TestKind.TAGS, TestKind.MTU}),
}
"""What is tested of what. A test that makes no sense is not in the certificate; one that could not be measured is."""


@dataclass(frozen=True, slots=True)
class DesignedLink:
    """One link of the path. Losses in dB: what its worst fibre loses by reckoning, and what its optic allows.

    Both None where the plant of the link, or the optic at its ends, is not known.
    """

    code: str
    a: PortRef
    z: PortRef
    reckoned_db: float | None = None
    allowed_db: float | None = None
    optic: str = ""


@dataclass(frozen=True, slots=True)
class DesignedSsid:
    """What is to be on the air of each access point."""

    ssid: str
    security: SsidSecurity


@dataclass(frozen=True, slots=True)
class DesignedService:
    """What is put on devices for one service: from where its frames get in to where they get out.

    `starts` are its UNI, the member's port, or every radio it is sent on; `far_end` the handover or other UNI (the
    member's own port at an exchange). `neighbours` are ports of others that must see none of its frames. Rates in
    Mbit/s, 0 where none are sold with it. `uplinks` are by access point its port towards its switch; of a `realm`
    `shares` is the label of the SSID that it is on.
    """

    label: str
    shape: Shape
    starts: tuple[PortRef, ...]
    far_end: PortRef
    s_vlan: int
    devices: tuple[str, ...]
    links: tuple[DesignedLink, ...] = ()
    c_vlan: int | None = None
    z_c_vlan: int | None = None
    cir_mbps: int = 0
    eir_mbps: int = 0
    neighbours: tuple[PortRef, ...] = ()
    on_air: DesignedSsid | None = None
    uplinks: Mapping[str, str] = field(default_factory=dict)
    shares: str = ""
    realm: str = ""

    @property
    def tests(self) -> frozenset[TestKind]:
        """What is tested of it: on one device there is no way to be heard along, and no light between two."""
        return TESTS[self.shape] - _BETWEEN_TWO if len(self.devices) == 1 else TESTS[self.shape]

    @property
    def is_handover(self) -> bool:
        """Whether its far end is an ISP's handover."""
        return self.shape in {Shape.ACCESS_LINE, Shape.BACKHAUL, Shape.SSID, Shape.REALM}

    @property
    def entries(self) -> tuple[PortRef, ...]:
        """Where a probe sends frames in: one port a device."""
        return tuple({start.device: start for start in reversed(self.starts)}[name] for name in self._first_devices)

    @property
    def _first_devices(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(start.device for start in self.starts))


def frame_bytes_of(service: DesignedService, limits: Limits) -> int:
    """The largest frame that must pass, FCS included."""
    return limits.frame_on_air_bytes if service.shape in _FROM_THE_AIR else limits.frame_bytes
