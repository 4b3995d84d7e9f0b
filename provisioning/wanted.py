"""What an order asks for besides premises, handover and bandwidth: one shape for each kind of product.

An order for an Access E-Line has none of these (None): its request's own fields say all.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from inventory.devices import DeviceRole, PortRef
from inventory.plant import PositionRef
from inventory.windows import Window


class ProductKind(StrEnum):
    """What is sold: light carried for somebody, the strands themselves, a patch, a radio's airtime, or a place."""

    CIRCUIT = "circuit"
    STRANDS = "strands"
    E_LINE = "e-line"
    CROSS_CONNECT = "cross-connect"
    SSID = "ssid"
    SSID_REALM = "ssid-realm"
    SITE_HOSTING = "site-hosting"

    @property
    def is_circuit(self) -> bool:
        """Whether devices are configured for it."""
        return self in {ProductKind.CIRCUIT, ProductKind.E_LINE}


@dataclass(frozen=True, slots=True)
class StrandsWanted:
    """What an order for strands asks for: a pair of them between two places, for a window of days."""

    a_place: str
    z_place: str
    window: Window
    diverse: bool = False
    max_loss_db: float | None = None

    @property
    def kind(self) -> ProductKind:
        return ProductKind.STRANDS


@dataclass(frozen=True, slots=True)
class ELineWanted:
    """The other end of an E-Line whose first UNI is at the request's `uprn`.

    `a_c_vlans` and `z_c_vlans` are the C-VLAN ids (1 to 4094) each UNI sends; both () where a UNI sends all it
    has (EPL: all-to-one bundling, MEF 10.4), neither () where the circuit is VLAN based (EVPL).
    """

    z_uprn: str
    a_c_vlans: tuple[int, ...] = ()
    z_c_vlans: tuple[int, ...] = ()

    @property
    def is_vlan_based(self) -> bool:
        """Whether it is an EVPL."""
        return bool(self.a_c_vlans or self.z_c_vlans)

    @property
    def kind(self) -> ProductKind:
        return ProductKind.E_LINE


@dataclass(frozen=True, slots=True)
class CrossConnectWanted:
    """A patch between two ends in one exchange, each a position of an ODF or a device's port, for a window of days."""

    a: PositionRef | PortRef
    z: PositionRef | PortRef
    window: Window

    @property
    def kind(self) -> ProductKind:
        return ProductKind.CROSS_CONNECT


class SsidSecurity(StrEnum):
    """How devices get on a hosted SSID."""

    OPEN = "open"
    WPA2_PERSONAL = "wpa2-personal"
    WPA3_PERSONAL = "wpa3-personal"
    ENTERPRISE = "enterprise"  # the ISP's own RADIUS decides
    PASSPOINT = "passpoint"  # shared: each ISP that has a realm on it decides on its own people, who get its S-VLAN

    @property
    def needs_passphrase(self) -> bool:
        return self in {SsidSecurity.WPA2_PERSONAL, SsidSecurity.WPA3_PERSONAL}

    @property
    def needs_radius(self) -> bool:
        return self in {SsidSecurity.ENTERPRISE, SsidSecurity.PASSPOINT}


@dataclass(frozen=True, slots=True)
class SsidWanted:
    """An ISP's SSID on the access points of an area, its traffic given over at the request's `handover`.

    `ssid` is the ISP's own text, 1 to 32 octets of UTF-8 (IEEE 802.11, 9.4.2.2), hostile until filtered.
    `sealed_passphrase` is encrypted; "" where there is none.
    """

    ssid: str
    area: str
    security: SsidSecurity
    sealed_passphrase: str = field(default="", repr=False)

    @property
    def kind(self) -> ProductKind:
        return ProductKind.SSID


@dataclass(frozen=True, slots=True)
class RealmWanted:
    """A realm (RFC 7542) of an ISP's on an SSID that is shared: its people get on there, into an S-VLAN of its own.

    `shared` is the service id of the SSID; the traffic is given over at the request's `handover`.
    """

    shared: str
    realm: str

    @property
    def kind(self) -> ProductKind:
        return ProductKind.SSID_REALM


class HostedEquipment(StrEnum):
    """What is put up on a column, pole or roof: the role that its device has in the inventory."""

    LORAWAN_GATEWAY = DeviceRole.LORAWAN_GATEWAY.value
    SMALL_CELL = DeviceRole.SMALL_CELL.value

    @classmethod
    def _missing_(cls, value: object) -> "HostedEquipment | None":
        return cls.LORAWAN_GATEWAY if value == "lora-gateway" else None  # what orders before 2026-11-22 called it

    @property
    def words(self) -> str:
        return "LoRaWAN gateway" if self is HostedEquipment.LORAWAN_GATEWAY else "small cell"


@dataclass(frozen=True, slots=True)
class SiteHostingWanted:
    """A site slot for one device, for a window of days. `power_w` is what it draws at most, in watts.

    What it is made by, its model and its serial are the ISP's own text, "" where it does not say.
    """

    place: str
    equipment: HostedEquipment
    power_w: int
    window: Window
    manufacturer: str = ""
    model: str = ""
    serial: str = ""

    @property
    def kind(self) -> ProductKind:
        return ProductKind.SITE_HOSTING


type Wanted = StrandsWanted | ELineWanted | CrossConnectWanted | SsidWanted | RealmWanted | SiteHostingWanted
