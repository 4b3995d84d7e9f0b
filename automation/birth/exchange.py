"""A member's port at an exchange, as its tests need it. Pure.

It has no path and no far end of its own: whom its member peers with is the members' affair, and no frame of ours
belongs into their LAN.
"""

from automation.birth.designed import DesignedService, Shape
from automation.intents import ExchangePortIntent
from inventory.devices import PortRef


def designed_exchange_port(intent: ExchangePortIntent) -> DesignedService:
    """What is tested before the member is told that it may connect: link, its text, what the port lets through."""
    port = PortRef(intent.device, intent.port)
    return DesignedService(
        label=intent.label,
        shape=Shape.EXCHANGE_PORT,
        starts=(port,),
        far_end=port,
        s_vlan=intent.vlan,
        devices=(intent.device,),
        cir_mbps=intent.rate_mbps,
    )
