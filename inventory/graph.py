"""Paths over the links of a snapshot."""

from dataclasses import dataclass

from inventory.devices import PortRef


@dataclass(frozen=True, slots=True)
class PathHop:
    """One link of a path, walked from `out_port` to `in_port`."""

    link_code: str
    out_port: PortRef
    in_port: PortRef


@dataclass(frozen=True, slots=True)
class NetworkPath:
    """Ordered links from one device to another. `length_m` in metres; no hops where both are one device."""

    hops: tuple[PathHop, ...]
    length_m: float
