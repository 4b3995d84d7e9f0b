"""Links: two ports joined by lit strands."""

from dataclasses import dataclass

from inventory.devices import PortRef


@dataclass(frozen=True, slots=True)
class Link:
    """Two joined ports. `capacity_mbps` in Mbit/s each way, `length_m` in metres of fibre."""

    code: str
    a: PortRef
    z: PortRef
    capacity_mbps: int
    length_m: float
