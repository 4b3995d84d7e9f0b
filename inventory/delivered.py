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
    """One Access E-Line as the record of what exists shows it. Rates in Mbit/s."""

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
