"""How much light is lost on the way, and how much may be."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LossFigures:
    """What is reckoned where nothing was measured: dB a kilometre of strand, a splice, a connector (one mated pair)."""

    per_km_db: float = 0.35
    per_splice_db: float = 0.1
    per_connector_db: float = 0.3


@dataclass(frozen=True, slots=True)
class Optic:
    """A pluggable module. `max_loss_db` is the channel insertion loss its standard allows between two of them.

    `strands` is 2 where it sends and receives on different ones, 1 where one strand does both.
    """

    name: str
    speed_mbps: int
    max_loss_db: float
    max_length_km: float
    strands: int
    standard: str


OPTICS: Mapping[str, Optic] = {
    optic.name: optic
    for optic in (
        Optic("1000BASE-LX10", 1_000, 6.0, 10, 2, "IEEE 802.3-2022 clause 59"),
        Optic("1000BASE-BX10", 1_000, 5.5, 10, 1, "IEEE 802.3-2022 clause 59"),
        Optic("10GBASE-LR", 10_000, 6.2, 10, 2, "IEEE 802.3-2022 clause 52"),
        Optic("10GBASE-ER", 10_000, 10.9, 40, 2, "IEEE 802.3-2022 clause 52"),
        Optic("10GBASE-BR20", 10_000, 15.0, 20, 1, "IEEE 802.3-2022 clause 158"),
        Optic("100GBASE-LR4", 100_000, 6.3, 10, 2, "IEEE 802.3-2022 clause 88"),
        Optic("100GBASE-ER4", 100_000, 18.0, 40, 2, "IEEE 802.3-2022 clause 88"),
    )
}
"""By name."""
