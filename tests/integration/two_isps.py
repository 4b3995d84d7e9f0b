"""A street with two ISPs, each with a handover of its own at the exchange; and lines that move between them."""

from dataclasses import replace

from inventory.devices import Port, PortRef, PortRole
from inventory.handovers import Handover
from inventory.organisations import MemberRole, Organisation
from inventory.snapshot import Inventory
from inventory.vlans import TagRange
from provisioning import front_desk
from provisioning.front_desk import SYSTEM
from provisioning.orders import Order, OrderRequest, OrderState
from provisioning.services import Service
from tests.integration.running import Running
from tests.integration.street import DX_SWITCH, street, uprn_of

GAINING = "wharfside"
GAINING_HANDOVER = "wharfside-dx"


def two_isps(
    homes: int, *, gaining_mbps: int = 100_000, gaining_tags: int = 100, losing_mbps: int = 100_000
) -> Inventory:
    """The street of `street`, and a second ISP with `gaining_tags` S-VLANs from 3001."""
    one = street(homes, handover_mbps=losing_mbps)
    port = PortRef(DX_SWITCH, "Ethernet47")
    other = Handover(GAINING_HANDOVER, GAINING, "dx", port, gaining_mbps, TagRange(3001, 3000 + gaining_tags))
    return replace(
        one,
        organisations=(
            *one.organisations,
            Organisation(GAINING, "Wharfside", frozenset({MemberRole.USER}), is_isp=True),
        ),
        ports=(*one.ports, Port(port, PortRole.HANDOVER, 100_000)),
        handovers=(*one.handovers, other),
    )


def active(town: Running, home: int = 1, mbps: int = 100) -> Service:
    """A service of the first ISP at a home, delivered."""
    [done] = town.wait([town.order(home, mbps)])
    assert (done.state, done.reasons) == (OrderState.COMPLETED, ())
    return look(town, done.service_id or "")


def look(town: Running, service_id: str) -> Service:
    return front_desk.service(town.house.tools, SYSTEM, service_id)


def line_of(town: Running, service: Service) -> str:
    return front_desk.line(town.house.tools, SYSTEM, service_id=service.id).line.access_line_id


def move(town: Running, access_line_id: str, home: int = 1, mbps: int = 100, key: str = "move") -> Order:
    """The second ISP takes a line over."""
    request = OrderRequest("access-eline", uprn_of(home), GAINING_HANDOVER, mbps, 12, takes_over=access_line_id)
    order, _new = front_desk.place_order(
        town.house.tools, SYSTEM, request, idempotency_key=f"{key}-{home}", isp_code=GAINING
    )
    return order
