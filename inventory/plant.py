"""The plant: what lies in the ground, from the duct to the strand, and what joins it.

A duct is a route in the ground between two places; a bore is one sub-duct of it; a cable lies in
an ordered list of bores and holds strands. A cable ends wherever its strands can be reached: at
a place with a closure or an ODF. A strand that passes such a place uncut is a splice of 0 dB there.
Positions are metres of the British national grid (EPSG:27700), lengths metres, diameters
millimetres, losses dB.

Colours are those of TIA-598-D clause 4 (the common twelve): they follow from the number.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from inventory.devices import PortRef

COLOURS = (
    "blue",
    "orange",
    "green",
    "brown",
    "slate",
    "white",
    "red",
    "black",
    "yellow",
    "violet",
    "rose",
    "aqua",
)
"""TIA-598-D: the colour of number 1, 2, ... of twelve, for strands in a tube and tubes in a cable."""

type Point = tuple[float, float]
"""Easting and northing in metres."""


class AssetStatus(StrEnum):
    """How far an asset is."""

    PROPOSED = "proposed"  # somebody would like it
    PLANNED = "planned"  # decided, not begun
    BUILDING = "building"
    LIVE = "live"
    RETIRED = "retired"


class StrandState(StrEnum):
    """Whether a strand can carry light for somebody."""

    USABLE = "usable"
    FAULTY = "faulty"
    SET_ASIDE = "set-aside"  # kept back by its owner


class AssetKind(StrEnum):
    """What an answer about the plant may name. The last three are risks that several ducts share."""

    PLACE = "place"
    DUCT = "duct"
    BORE = "bore"
    CABLE = "cable"
    STRAND = "strand"
    CLOSURE = "closure"
    SPLICE = "splice"
    ODF = "odf"
    POSITION = "position"
    PATCH = "patch"
    PORT = "port"
    LINK = "link"
    CORRIDOR = "corridor"
    BRIDGE = "bridge"
    ENTRY = "entry"


@dataclass(frozen=True, slots=True, order=True)
class AssetRef:
    """One asset, or one risk: its kind and its key as text, such as "duct:d-0017" or "strand:c-4:12"."""

    kind: AssetKind
    code: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.code}"


@dataclass(frozen=True, slots=True)
class Parties:
    """The three parties of an asset, as organisation codes: who owns it, runs it and uses it."""

    owner: str
    operator: str
    used_by: str


@dataclass(frozen=True, slots=True)
class Duct:
    """A route in the ground from one place to another, with its bores.

    `route` begins at `a_place` and ends at `z_place`. `usrn` is the street's Unique Street Reference
    Number, "" where none. `corridor` and `bridge` name a risk it shares with other ducts (a tram
    corridor, a heat network, a bridge), `a_entry` and `z_entry` the building entry it comes in by;
    "" where none. `ready_from` is the ready-for-service date, None where it has always been.
    """

    code: str
    a_place: str
    z_place: str
    route: tuple[Point, ...]
    length_m: float
    owner: str
    operator: str
    used_by: str
    status: AssetStatus = AssetStatus.LIVE
    ready_from: date | None = None
    usrn: str = ""
    corridor: str = ""
    bridge: str = ""
    a_entry: str = ""
    z_entry: str = ""

    @property
    def parties(self) -> Parties:
        return Parties(self.owner, self.operator, self.used_by)

    @property
    def ref(self) -> AssetRef:
        return AssetRef(AssetKind.DUCT, self.code)

    @property
    def risks(self) -> tuple[AssetRef, ...]:
        """What else is lost when the reason for losing this duct is a larger one."""
        named = (
            (AssetKind.CORRIDOR, self.corridor),
            (AssetKind.BRIDGE, self.bridge),
            (AssetKind.ENTRY, self.a_entry),
            (AssetKind.ENTRY, self.z_entry),
        )
        return tuple(AssetRef(kind, code) for kind, code in named if code)


@dataclass(frozen=True, slots=True, order=True)
class BoreRef:
    """A bore's key."""

    duct: str
    number: int

    def __str__(self) -> str:
        return f"{self.duct}:{self.number}"


@dataclass(frozen=True, slots=True)
class Bore:
    """One sub-duct. `diameter_mm` is the inner one.

    `fill_percent` is the share of its cross-section that cables take, other people's included, as
    surveyed; `fill_limit_percent` is what may be taken. `used_by` is "" where the duct's user uses it.
    """

    ref: BoreRef
    diameter_mm: float
    fill_percent: float
    fill_limit_percent: float
    used_by: str = ""


@dataclass(frozen=True, slots=True)
class Cable:
    """A sheath of strands between two places where these can be reached.

    `diameter_mm` is the outer one; `slack_m` is cable coiled up along the way, on top of the ducts' lengths.
    """

    code: str
    a_place: str
    z_place: str
    strand_count: int
    strands_per_tube: int
    diameter_mm: float
    slack_m: float
    owner: str
    operator: str
    used_by: str
    status: AssetStatus = AssetStatus.LIVE
    ready_from: date | None = None

    @property
    def parties(self) -> Parties:
        return Parties(self.owner, self.operator, self.used_by)

    @property
    def ref(self) -> AssetRef:
        return AssetRef(AssetKind.CABLE, self.code)

    def tube_of(self, number: int) -> int:
        """The tube strand `number` lies in; both count from 1."""
        return (number - 1) // self.strands_per_tube + 1

    def tube_colour(self, number: int) -> str:
        """The colour of the tube strand `number` lies in."""
        return COLOURS[(self.tube_of(number) - 1) % len(COLOURS)]

    def strand_colour(self, number: int) -> str:
        """The colour of strand `number` within its tube."""
        return COLOURS[(number - 1) % self.strands_per_tube % len(COLOURS)]


@dataclass(frozen=True, slots=True)
class CableBore:
    """A cable lies in this bore: `position` counts from 1, from the cable's `a_place` on."""

    cable: str
    position: int
    bore: BoreRef


@dataclass(frozen=True, slots=True, order=True)
class StrandRef:
    """A strand's key: its cable and its number there, from 1."""

    cable: str
    number: int

    def __str__(self) -> str:
        return f"{self.cable}:{self.number}"


@dataclass(frozen=True, slots=True)
class Strand:
    """One fibre. `used_by` is "" where the cable's user uses it; what a service holds, its ISP uses."""

    ref: StrandRef
    state: StrandState = StrandState.USABLE
    used_by: str = ""


@dataclass(frozen=True, slots=True)
class Closure:
    """A box of splices at a place."""

    code: str
    place: str
    splice_capacity: int
    owner: str
    operator: str
    used_by: str

    @property
    def parties(self) -> Parties:
        return Parties(self.owner, self.operator, self.used_by)


@dataclass(frozen=True, slots=True)
class Splice:
    """A permanent join of two strands, at the ends of their cables that are at the closure's place.

    0 dB where the strand passes uncut.
    """

    closure: str
    a: StrandRef
    z: StrandRef
    loss_db: float


@dataclass(frozen=True, slots=True, order=True)
class PositionRef:
    """A position's key: its ODF and its number there, from 1."""

    odf: str
    number: int

    def __str__(self) -> str:
        return f"{self.odf}:{self.number}"


@dataclass(frozen=True, slots=True)
class Odf:
    """An optical distribution frame at a place, with so many positions."""

    code: str
    place: str
    position_count: int
    owner: str
    operator: str
    used_by: str

    @property
    def parties(self) -> Parties:
        return Parties(self.owner, self.operator, self.used_by)


@dataclass(frozen=True, slots=True)
class OdfPosition:
    """One adapter of an ODF. `strand` is what ends at its back, by the end at the ODF's place; None where none."""

    ref: PositionRef
    strand: StrandRef | None = None


@dataclass(frozen=True, slots=True)
class Patch:
    """A jumper from a position's front to a device's port, or to another position: exactly one of both.

    `optic` names the module in the port (`inventory.optics`), "" between two positions. A port
    that sends and receives on two strands has two patches.
    """

    position: PositionRef
    port: PortRef | None = None
    other: PositionRef | None = None
    optic: str = ""
