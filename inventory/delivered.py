"""What the record of what exists (NetBox) is told about a delivered service."""

from dataclasses import dataclass
from enum import StrEnum

from inventory.devices import PortRef


class DeliveryStatus(StrEnum):
    """How far a circuit is."""

    PLANNED = "planned"
    ACTIVE = "active"
    DEPROVISIONING = "deprovisioning"


@dataclass(frozen=True, slots=True)
class DeliveredCircuit:
    """One circuit as the record of what exists shows it. Rates in Mbit/s.

    An E-Line has a `z_uni` and no handover; `is_vlan_based` is False of an EPL, which takes all its UNIs send.
    """

    service_id: str
    order_id: str
    isp_code: str
    uprn: str
    uni: PortRef
    handover_code: str
    handover_port: PortRef
    s_vlan: int
    cir_mbps: int
    class_of_service: str
    status: DeliveryStatus
    z_uni: PortRef | None = None
    is_vlan_based: bool = True


class SsidAuth(StrEnum):
    """How people get on an SSID, as far as the record says it."""

    OPEN = "open"
    PERSONAL = "personal"
    ENTERPRISE = "enterprise"


@dataclass(frozen=True, slots=True)
class DeliveredSsid:
    """One hosted SSID as the record of what exists shows it: no secret is in it. `ssid` is the ISP's text: hostile.

    `area` is an area's name, or the code of one place; `radios` are the access points' ports that send it.
    """

    service_id: str
    order_id: str
    isp_code: str
    ssid: str
    auth: SsidAuth
    area: str
    handover_code: str
    s_vlan: int
    radios: tuple[PortRef, ...]
    status: DeliveryStatus
