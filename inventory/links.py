"""Links: two ports joined by lit strands, or two port-channels joined by the links of their members."""

from dataclasses import dataclass

from inventory.devices import PortRef


@dataclass(frozen=True, slots=True)
class Link:
    """Two joined ports. `capacity_mbps` in Mbit/s each way, `length_m` in metres of fibre.

    A link between two port-channels is carried by its members: it is as long as the longest of them, and carries what
    is left when the largest of them is lost, so that whatever is on it goes on when one of its cables is cut.
    """

    code: str
    a: PortRef
    z: PortRef
    capacity_mbps: int
    length_m: float
