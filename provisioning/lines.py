"""Lines: a UNI at premises as the switching of providers sees it (One Touch Switch).

A line is made when the first service on a UNI becomes active, and keeps its access line id for as long as
the premises have that UNI, whoever's services come and go on it. What the gaining ISP may know of a line
is that it is there and live, and facts of the network; never whose it is, or what is bought on it.
"""

from dataclasses import dataclass
from datetime import datetime

from inventory.devices import PortRef
from provisioning.services import ServiceState

LIVE = frozenset({ServiceState.ACTIVE, ServiceState.PENDING_CHANGE})
"""States of the service in which the line serves a subscriber."""
PRESENT = LIVE | {ServiceState.PENDING_TERMINATE}
"""Those in which something of it is there, be it on its way out."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line, and the service that is or was last on it."""

    access_line_id: str
    uprn: str
    uni: PortRef
    made_at: datetime
    service_id: str
    isp_code: str
    service_state: ServiceState

    @property
    def is_live(self) -> bool:
        """Whether a subscriber is served by it now."""
        return self.service_state in LIVE


@dataclass(frozen=True, slots=True)
class LineSwitch:
    """What an order that takes a line over takes it from, and gives it to."""

    access_line_id: str
    from_service_id: str
    to_service_id: str


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line with the facts that its own ISP needs for a switch. `nte_serial` is "" where the inventory has none."""

    line: Line
    network_operator: str
    nte_serial: str
    product: str
    bandwidth_mbps: int


@dataclass(frozen=True, slots=True)
class LineMatch:
    """What a gaining ISP is told of a line it names: nothing of whose it is. Not matched, it is told nothing else."""

    matched: bool
    access_line_id: str
    uprn: str
    network_operator: str = ""
    nte: str = ""
    nte_serial: str = ""
    nte_port: str = ""


@dataclass(frozen=True, slots=True)
class LinePage:
    """One page of lines by access line id. `next_cursor` is None on the last page."""

    lines: tuple[LineFacts, ...]
    next_cursor: str | None
