"""Handovers: the ports where ISPs take their traffic (MEF: ENNI)."""

from dataclasses import dataclass

from inventory.devices import PortRef
from inventory.vlans import TagRange


@dataclass(frozen=True, slots=True)
class Handover:
    """One ISP's port at a DX. `capacity_mbps` in Mbit/s; `s_vlans` are the outer tags it may carry."""

    code: str
    isp_code: str
    place_code: str
    port: PortRef
    capacity_mbps: int
    s_vlans: TagRange
