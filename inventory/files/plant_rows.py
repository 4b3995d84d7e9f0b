"""One row of each file of a bundle that is about the plant, checked. See `inventory.files.rows`."""

from collections.abc import Hashable, Mapping
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from inventory.consents import Consent, ConsentCover
from inventory.devices import PortRef
from inventory.files.rows import (
    Code,
    CodeOrEmpty,
    Day,
    DeviceName,
    Metres,
    PortName,
    Row,
    Text,
    TextOrEmpty,
    Usrn,
    cells_of,
    none_if_empty,
    numbered_key,
)
from inventory.hosting import HostingPosition, HostingRef, SiteSlot
from inventory.plant import (
    AssetKind,
    AssetRef,
    AssetStatus,
    Bore,
    BoreRef,
    Cable,
    CableBore,
    Closure,
    Duct,
    Odf,
    OdfPosition,
    Patch,
    Point,
    PositionRef,
    Splice,
    Strand,
    StrandRef,
    StrandState,
)
from inventory.plant_text import route_from_text, route_to_text


def _route(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    try:
        return route_from_text(cell)
    except ValueError:
        raise ValueError("is no line such as LINESTRING (384000 397000, 384120.5 397010)") from None


type Route = Annotated[tuple[Point, ...], BeforeValidator(_route)]
type Number = Annotated[int, Field(ge=1, le=100_000)]
type StrandCount = Annotated[int, Field(ge=1, le=10_000)]
type Millimetres = Annotated[float, Field(gt=0, le=10_000, allow_inf_nan=False)]
type Length = Annotated[float, Field(gt=0, le=10_000_000, allow_inf_nan=False)]
type Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
type Decibels = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
type Pence = Annotated[int, Field(ge=0, le=10**15)]
type CodeOrNone = Annotated[Code | None, BeforeValidator(none_if_empty)]
type NumberOrNone = Annotated[Number | None, BeforeValidator(none_if_empty)]
type DayOrNone = Annotated[Day | None, BeforeValidator(none_if_empty)]


def _cable_and_position(cable: str, position: int) -> tuple[str, int]:
    return cable, position


class DuctRow(Row):
    KEY = ("code",)
    code: Code
    a_place: Code
    z_place: Code
    route: Route
    length_m: Length
    owner: Code
    operator: Code
    used_by: Code
    status: AssetStatus
    ready_from: DayOrNone
    usrn: Usrn
    corridor: TextOrEmpty
    bridge: TextOrEmpty
    a_entry: TextOrEmpty
    z_entry: TextOrEmpty

    def noun(self) -> Duct:
        return Duct(**cells_of(self))

    @classmethod
    def of(cls, noun: Duct) -> dict[str, object]:
        return {name: getattr(noun, name) for name in cls.model_fields} | {"route": route_to_text(noun.route)}


class BoreRow(Row):
    KEY = ("duct", "number")
    duct: Code
    number: Number
    diameter_mm: Millimetres
    fill_percent: Percent
    fill_limit_percent: Percent
    used_by: CodeOrEmpty

    @classmethod
    def key_of(cls, cells: Mapping[str, str]) -> Hashable:
        return numbered_key(BoreRef, cells, cls.KEY)

    def noun(self) -> Bore:
        ref = BoreRef(self.duct, self.number)
        return Bore(ref, self.diameter_mm, self.fill_percent, self.fill_limit_percent, self.used_by)

    @classmethod
    def of(cls, noun: Bore) -> dict[str, object]:
        return {
            "duct": noun.ref.duct,
            "number": noun.ref.number,
            "diameter_mm": noun.diameter_mm,
            "fill_percent": noun.fill_percent,
            "fill_limit_percent": noun.fill_limit_percent,
            "used_by": noun.used_by,
        }


class CableRow(Row):
    KEY = ("code",)
    code: Code
    a_place: Code
    z_place: Code
    strand_count: StrandCount
    strands_per_tube: StrandCount
    diameter_mm: Millimetres
    slack_m: Metres
    owner: Code
    operator: Code
    used_by: Code
    status: AssetStatus
    ready_from: DayOrNone

    def noun(self) -> Cable:
        return Cable(**cells_of(self))

    @classmethod
    def of(cls, noun: Cable) -> dict[str, object]:
        return {name: getattr(noun, name) for name in cls.model_fields}


class CableBoreRow(Row):
    KEY = ("cable", "position")
    cable: Code
    position: Number
    duct: Code
    bore: Number

    @classmethod
    def key_of(cls, cells: Mapping[str, str]) -> Hashable:
        return numbered_key(_cable_and_position, cells, cls.KEY)

    def noun(self) -> CableBore:
        return CableBore(self.cable, self.position, BoreRef(self.duct, self.bore))

    @classmethod
    def of(cls, noun: CableBore) -> dict[str, object]:
        return {"cable": noun.cable, "position": noun.position, "duct": noun.bore.duct, "bore": noun.bore.number}


class StrandRow(Row):
    KEY = ("cable", "number")
    cable: Code
    number: Number
    state: StrandState
    used_by: CodeOrEmpty

    @classmethod
    def key_of(cls, cells: Mapping[str, str]) -> Hashable:
        return numbered_key(StrandRef, cells, cls.KEY)

    def noun(self) -> Strand:
        return Strand(StrandRef(self.cable, self.number), self.state, self.used_by)

    @classmethod
    def of(cls, noun: Strand) -> dict[str, object]:
        return {"cable": noun.ref.cable, "number": noun.ref.number, "state": noun.state, "used_by": noun.used_by}


class ClosureRow(Row):
    KEY = ("code",)
    code: Code
    place: Code
    splice_capacity: Number
    owner: Code
    operator: Code
    used_by: Code

    def noun(self) -> Closure:
        return Closure(**cells_of(self))

    @classmethod
    def of(cls, noun: Closure) -> dict[str, object]:
        return {name: getattr(noun, name) for name in cls.model_fields}


class SpliceRow(Row):
    KEY = ("closure", "a_cable", "a_strand")
    closure: Code
    a_cable: Code
    a_strand: Number
    z_cable: Code
    z_strand: Number
    loss_db: Decibels

    def noun(self) -> Splice:
        a, z = StrandRef(self.a_cable, self.a_strand), StrandRef(self.z_cable, self.z_strand)
        return Splice(self.closure, a, z, self.loss_db)

    @classmethod
    def of(cls, noun: Splice) -> dict[str, object]:
        return {
            "closure": noun.closure,
            "a_cable": noun.a.cable,
            "a_strand": noun.a.number,
            "z_cable": noun.z.cable,
            "z_strand": noun.z.number,
            "loss_db": noun.loss_db,
        }


class OdfRow(Row):
    KEY = ("code",)
    code: Code
    place: Code
    position_count: Number
    owner: Code
    operator: Code
    used_by: Code

    def noun(self) -> Odf:
        return Odf(**cells_of(self))

    @classmethod
    def of(cls, noun: Odf) -> dict[str, object]:
        return {name: getattr(noun, name) for name in cls.model_fields}


class OdfPositionRow(Row):
    KEY = ("odf", "number")
    odf: Code
    number: Number
    cable: CodeOrNone
    strand: NumberOrNone

    @classmethod
    def key_of(cls, cells: Mapping[str, str]) -> Hashable:
        return numbered_key(PositionRef, cells, cls.KEY)

    @model_validator(mode="after")
    def _is_a_strand(self) -> Self:
        if (self.cable is None) != (self.strand is None):
            raise ValueError("names a strand by half: cable and strand are both there, or both empty")
        return self

    def noun(self) -> OdfPosition:
        ref = PositionRef(self.odf, self.number)
        if self.cable is None or self.strand is None:
            return OdfPosition(ref)
        return OdfPosition(ref, StrandRef(self.cable, self.strand))

    @classmethod
    def of(cls, noun: OdfPosition) -> dict[str, object]:
        strand = noun.strand
        return {
            "odf": noun.ref.odf,
            "number": noun.ref.number,
            "cable": None if strand is None else strand.cable,
            "strand": None if strand is None else strand.number,
        }


class PatchRow(Row):
    KEY = ("odf", "number")
    odf: Code
    number: Number
    device: Annotated[DeviceName | None, BeforeValidator(none_if_empty)]
    port: Annotated[PortName | None, BeforeValidator(none_if_empty)]
    other_odf: CodeOrNone
    other_number: NumberOrNone
    optic: TextOrEmpty

    @model_validator(mode="after")
    def _ends_whole(self) -> Self:
        if (self.device is None) != (self.port is None):
            raise ValueError("names a port by half: device and port are both there, or both empty")
        if (self.other_odf is None) != (self.other_number is None):
            raise ValueError("names a position by half: other_odf and other_number are both there, or both empty")
        return self

    def noun(self) -> Patch:
        port = None if self.device is None or self.port is None else PortRef(self.device, self.port)
        has_other = self.other_odf is not None and self.other_number is not None
        other = PositionRef(self.other_odf or "", self.other_number or 0) if has_other else None
        return Patch(PositionRef(self.odf, self.number), port, other, self.optic)

    @classmethod
    def of(cls, noun: Patch) -> dict[str, object]:
        port, other = noun.port, noun.other
        return {
            "odf": noun.position.odf,
            "number": noun.position.number,
            "device": None if port is None else port.device,
            "port": None if port is None else port.port,
            "other_odf": None if other is None else other.odf,
            "other_number": None if other is None else other.number,
            "optic": noun.optic,
        }


class ConsentRow(Row):
    KEY = ("code",)
    code: Code
    grantor: Text
    land_reference: TextOrEmpty
    term: TextOrEmpty
    first_day: Day
    last_day: DayOrNone
    yearly_pence: Pence

    def noun(self) -> Consent:
        return Consent(**cells_of(self))

    @classmethod
    def of(cls, noun: Consent) -> dict[str, object]:
        return {name: getattr(noun, name) for name in cls.model_fields}


class ConsentCoverRow(Row):
    KEY = ("consent", "kind", "code")
    consent: Code
    kind: AssetKind
    code: Code

    def noun(self) -> ConsentCover:
        return ConsentCover(self.consent, AssetRef(self.kind, self.code))

    @classmethod
    def of(cls, noun: ConsentCover) -> dict[str, object]:
        return {"consent": noun.consent, "kind": noun.asset.kind, "code": noun.asset.code}


class HostingPositionRow(Row):
    KEY = ("place", "number")
    place: Code
    number: Number
    height_m: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
    power_w: Annotated[int, Field(ge=0, le=100_000)]

    @classmethod
    def key_of(cls, cells: Mapping[str, str]) -> Hashable:
        return numbered_key(HostingRef, cells, cls.KEY)

    def noun(self) -> HostingPosition:
        return HostingPosition(HostingRef(self.place, self.number), self.height_m, self.power_w)

    @classmethod
    def of(cls, noun: HostingPosition) -> dict[str, object]:
        return {
            "place": noun.ref.place,
            "number": noun.ref.number,
            "height_m": noun.height_m,
            "power_w": noun.power_w,
        }


class SiteSlotRow(Row):
    KEY = ("device",)
    device: DeviceName
    isp: Code
    place: Code
    number: Number
    power_w: Annotated[int, Field(ge=1, le=100_000)]
    port_device: Annotated[DeviceName | None, BeforeValidator(none_if_empty)]
    port: Annotated[PortName | None, BeforeValidator(none_if_empty)]

    @model_validator(mode="after")
    def _names_a_whole_port(self) -> Self:
        if (self.port_device is None) is not (self.port is None):
            raise ValueError("port_device and port stand together, or neither does")
        return self

    def noun(self) -> SiteSlot:
        at = None if self.port_device is None or self.port is None else PortRef(self.port_device, self.port)
        return SiteSlot(self.device, self.isp, HostingRef(self.place, self.number), self.power_w, at)

    @classmethod
    def of(cls, noun: SiteSlot) -> dict[str, object]:
        return {
            "device": noun.device,
            "isp": noun.isp_code,
            "place": noun.position.place,
            "number": noun.position.number,
            "power_w": noun.power_w,
            "port_device": "" if noun.port is None else noun.port.device,
            "port": "" if noun.port is None else noun.port.port,
        }


PLANT_SHEETS: dict[str, type[Row]] = {
    "ducts": DuctRow,
    "bores": BoreRow,
    "cables": CableRow,
    "cable_bores": CableBoreRow,
    "strands": StrandRow,
    "closures": ClosureRow,
    "splices": SpliceRow,
    "odfs": OdfRow,
    "odf_positions": OdfPositionRow,
    "patches": PatchRow,
    "consents": ConsentRow,
    "consent_covers": ConsentCoverRow,
    "hosting_positions": HostingPositionRow,
    "site_slots": SiteSlotRow,
}
"""The fields of Inventory that are the plant's. A bundle from before there was a plant has none of these files."""
