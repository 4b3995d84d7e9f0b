"""How much light is lost on the way, and how much may be. Losses in dB.

What an optic allows is the channel insertion loss of its clause of IEEE 802.3: all that lies between
the two modules. The clause's reach is told, and not judged: a channel that is longer and keeps to the
loss is one the standard lets through.
"""

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
        # the lower one of its two directions
        Optic("1000BASE-BX10", 1_000, 5.5, 10, 1, "IEEE 802.3-2022 clause 59"),
        Optic("10GBASE-LR", 10_000, 6.2, 10, 2, "IEEE 802.3-2022 clause 52"),
        Optic("10GBASE-ER", 10_000, 10.9, 40, 2, "IEEE 802.3-2022 clause 52"),
        Optic("10GBASE-BR20", 10_000, 15.0, 20, 1, "IEEE 802.3-2022 clause 158"),
        Optic("100GBASE-LR4", 100_000, 6.3, 10, 2, "IEEE 802.3-2022 clause 88"),
        # 15 dB up to 30 km; beyond, 18 dB on what the clause calls an engineered link
        Optic("100GBASE-ER4", 100_000, 18.0, 40, 2, "IEEE 802.3-2022 clause 88"),
    )
}
"""By name."""


@dataclass(frozen=True, slots=True)
class LossBudget:
    """What one fibre loses, by what loses it, beside what its optic allows.

    `optic` is that of its two ends that allows less, "" where neither is known; then `allowed_db` and
    `margin_db` are None. A negative margin is what is lost too much. `planned_splices` are among `splices`:
    those still to be made, and reckoned.
    """

    fibre_km: float
    fibre_db: float
    splices: int
    planned_splices: int
    splices_db: float
    connectors: int
    connectors_db: float
    loss_db: float
    optic: str
    allowed_db: float | None
    margin_db: float | None

    @property
    def items(self) -> tuple[str, ...]:
        """What loses how much, as short texts such as "3.21 km of strand 1.12 dB"."""
        return (
            f"{self.fibre_km:.2f} km of strand {self.fibre_db:.2f} dB",
            f"{self.splices} splice{_s(self.splices)} {self.splices_db:.2f} dB",
            f"{self.connectors} connector{_s(self.connectors)} {self.connectors_db:.2f} dB",
        )


def least_optic(names: tuple[str, ...]) -> Optic | None:
    """The optic that allows least of those that are known; None where none is."""
    known = [OPTICS[name] for name in names if name in OPTICS]
    return min(known, key=lambda optic: optic.max_loss_db) if known else None


def _s(count: int) -> str:
    return "" if count == 1 else "s"
