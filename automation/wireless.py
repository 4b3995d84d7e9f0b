"""What an access point serves, in no vendor's words: whose SSID, how one gets on it, and where its traffic goes.

No secret is in clear here: a passphrase or a RADIUS secret is sealed (automation/sealing.py) about the SSID's
text, and is opened by the driver, on its way to the device. Equal secrets are equal sealed texts.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

SSIDS_PER_RADIO = 8  # each sends a beacon every 102.4 ms at the lowest rate: at eight, 15 to 20 % of the air is gone


class SsidSecurity(StrEnum):
    """How devices get on."""

    OPEN = "open"
    OWE = "owe"  # encrypted, but anybody may get on (RFC 8110)
    PSK2 = "psk2"  # WPA2-Personal
    SAE = "sae"  # WPA3-Personal
    WPA2_ENTERPRISE = "wpa2-enterprise"  # RADIUS decides
    WPA3_ENTERPRISE = "wpa3-enterprise"
    PASSPOINT = "passpoint"  # WPA2-Enterprise, found by realm or consortium and not by name (Wi-Fi Alliance)

    @property
    def needs_key(self) -> bool:
        return self in {SsidSecurity.PSK2, SsidSecurity.SAE}

    @property
    def needs_radius(self) -> bool:
        return self in {SsidSecurity.WPA2_ENTERPRISE, SsidSecurity.WPA3_ENTERPRISE, SsidSecurity.PASSPOINT}


@dataclass(frozen=True, slots=True)
class RadiusServer:
    """Who decides. `accounting_port` is None where nobody is told who was on for how long."""

    address: str
    sealed_secret: str = field(repr=False)
    port: int = 1812
    accounting_port: int | None = None


@dataclass(frozen=True, slots=True)
class Passpoint:
    """What a device may know the network by. `consortiums` are organisation identifiers in hexadecimal."""

    operator: str
    realms: tuple[str, ...] = ()
    consortiums: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SsidIntent:
    """One ISP's (or the community's) SSID on an access point, put in an S-VLAN of its own towards its exit.

    `radios` are the radios it is sent on, `uplink` is the port that carries `s_vlan` tagged towards the network.
    Where it `is_shared` RADIUS names the S-VLAN of everybody who gets on: `s_vlan` is that of its own people, each
    tenant has another, and who is in none of them gets on to nothing.
    """

    device: str
    label: str
    ssid: str
    s_vlan: int
    uplink: str
    radios: tuple[str, ...]
    security: SsidSecurity = SsidSecurity.OPEN
    sealed_key: str = field(default="", repr=False)
    radius: tuple[RadiusServer, ...] = ()
    passpoint: Passpoint | None = None
    is_shared: bool = False
    kind: Literal["ssid"] = "ssid"


@dataclass(frozen=True, slots=True)
class SsidTenantIntent:
    """A tenant of a shared SSID on an access point: whom RADIUS puts in `s_vlan` (RFC 3580, 3.31) are `label`'s.

    `shared` is the label of that SSID, which is sent on `radios`; `uplink` as of an `SsidIntent`.
    """

    device: str
    label: str
    shared: str
    s_vlan: int
    uplink: str
    radios: tuple[str, ...]
    kind: Literal["ssid-tenant"] = "ssid-tenant"
