"""What a circuit was designed as, in the terms its tests need. Pure."""

from dataclasses import dataclass

from inventory.devices import PortRef


@dataclass(frozen=True, slots=True)
class DesignedLink:
    """One link of the path. Losses in dB: what its worst fibre loses by reckoning, and what its optic allows.

    Both None where the plant of the link, or the optic at its ends, is not known.
    """

    code: str
    a: PortRef
    z: PortRef
    reckoned_db: float | None = None
    allowed_db: float | None = None
    optic: str = ""


@dataclass(frozen=True, slots=True)
class DesignedCircuit:
    """A circuit from its UNI to its handover, or to its other UNI (`is_handover` is false then).

    `neighbours` are ports of others that must see none of its frames. Rates in Mbit/s.
    """

    label: str
    uni: PortRef
    far_end: PortRef
    is_handover: bool
    s_vlan: int
    c_vlan: int | None
    z_c_vlan: int | None
    cir_mbps: int
    eir_mbps: int
    devices: tuple[str, ...]
    links: tuple[DesignedLink, ...]
    neighbours: tuple[PortRef, ...] = ()

    @property
    def ends(self) -> tuple[PortRef, PortRef]:
        return self.uni, self.far_end
