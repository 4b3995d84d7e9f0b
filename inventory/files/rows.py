"""One row of each file of a bundle, checked: the columns, and what may stand in them.

The models are the files' own words; behind them are only the inventory's dataclasses.
"""

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Mapping
from datetime import date
from ipaddress import IPv4Address
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from inventory.devices import Device, DeviceRole, Lifecycle, Port, PortRef, PortRole
from inventory.handovers import Handover
from inventory.links import Link
from inventory.organisations import MemberRole, Organisation
from inventory.places import Place, PlaceKind
from inventory.premises import Premises, PremisesKind
from inventory.vlans import HIGHEST_TAG, LOWEST_TAG, TagRange

SPREADSHEET_FORMULA = tuple("=+-@")  # OWASP, CSV injection: what makes a spreadsheet compute a cell
ROLE_SEPARATOR = ";"


def _plain(text: str) -> str:
    if text.startswith(SPREADSHEET_FORMULA):
        raise ValueError("may not begin with = + - or @, which a spreadsheet would compute")
    # What can be printed is no control character; the others are looked at one by one.
    if not text.isprintable() and any(unicodedata.category(character).startswith("C") for character in text):
        raise ValueError("holds a control character")
    return text


def none_if_empty(cell: object) -> object:
    return None if cell == "" else cell


def _uprn(text: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]{0,11}", text):
        raise ValueError("is no UPRN: 1 to 12 digits, the first not 0")
    return text


def _usrn(text: str) -> str:
    if not re.fullmatch(r"([1-9][0-9]{0,7})?", text):
        raise ValueError("is no USRN: 1 to 8 digits, the first not 0")
    return text


def _day(cell: object) -> object:
    """pydantic alone would take a number for seconds since 1970."""
    if isinstance(cell, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
        raise ValueError("is no day such as 2026-11-22")
    return cell


def _postcode(text: str) -> str:
    """Empty where nobody said: OS Open UPRN, for one, has none."""
    if text and not re.fullmatch(r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}", text):
        raise ValueError("is no postcode such as 'M13 9PL': capitals, one space")
    return text


def _host(address: IPv4Address) -> IPv4Address:
    if address.is_unspecified or address.is_multicast or address == IPv4Address("255.255.255.255"):
        raise ValueError("is not the address of one device")
    return address


def _member_roles(cell: object) -> object:
    return [role.strip() for role in cell.split(ROLE_SEPARATOR) if role.strip()] if isinstance(cell, str) else cell


type Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
type CodeOrEmpty = Annotated[str, StringConstraints(pattern=r"^([a-z0-9][a-z0-9-]{0,62})?$")]
type DeviceName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
type PortName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/:-]{0,63}$")]
type PortNameOrEmpty = Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9][A-Za-z0-9._/:-]{0,63})?$")]
type Text = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_plain)]
type TextOrEmpty = Annotated[str, StringConstraints(max_length=200), AfterValidator(_plain)]
type Uprn = Annotated[str, AfterValidator(_uprn)]
type Usrn = Annotated[str, AfterValidator(_usrn)]
type Day = Annotated[date, BeforeValidator(_day)]
type Postcode = Annotated[str, AfterValidator(_postcode)]
type Easting = Annotated[float, Field(ge=0, le=700_000, allow_inf_nan=False)]
type Northing = Annotated[float, Field(ge=0, le=1_300_000, allow_inf_nan=False)]
type Mbps = Annotated[int, Field(ge=1, le=10_000_000)]
type Metres = Annotated[float, Field(ge=0, le=10_000_000, allow_inf_nan=False)]
type Tag = Annotated[int, Field(ge=LOWEST_TAG, le=HIGHEST_TAG)]
type Address = Annotated[IPv4Address, AfterValidator(_host)]


class Row(BaseModel, ABC):
    """What all rows share. `KEY` names the columns that are the thing's key.

    A column with a default may be missing from the heading: bundles from before it have none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)
    KEY: ClassVar[tuple[str, ...]]

    @classmethod
    def key_of(cls, cells: Mapping[str, str]) -> Hashable:
        """The key as a reference to it would name it, of cells that may be broken."""
        parts = tuple(cells.get(column, "").strip() for column in cls.KEY)
        return parts[0] if len(parts) == 1 else parts

    @abstractmethod
    def noun(self) -> Any:
        """The inventory's own dataclass."""

    @classmethod
    @abstractmethod
    def of(cls, noun: Any) -> dict[str, object]:
        """The cells that stand for a noun, before they are checked."""


def numbered_key[K](key: Callable[[str, int], K], cells: Mapping[str, str], columns: tuple[str, ...]) -> K | None:
    """A key of a code and a number; None where the number is none."""
    code, number = (cells.get(column, "").strip() for column in columns)
    return key(code, int(number)) if number.isdecimal() and number.isascii() else None


def cells_of(row: Row) -> dict[str, Any]:
    """The checked cells by column."""
    return {name: getattr(row, name) for name in type(row).model_fields}


class PlaceRow(Row):
    KEY = ("code",)
    code: Code
    name: Text
    kind: PlaceKind
    area: Text
    easting_m: Easting
    northing_m: Northing
    resilience_zone: TextOrEmpty
    owner: CodeOrEmpty = ""
    operator: CodeOrEmpty = ""
    used_by: CodeOrEmpty = ""
    uprn: Annotated[Uprn | None, BeforeValidator(none_if_empty)] = None

    def noun(self) -> Place:
        return Place(**cells_of(self))

    @classmethod
    def of(cls, noun: Place) -> dict[str, object]:
        return {name: getattr(noun, name) for name in cls.model_fields}


class PremisesRow(Row):
    KEY = ("uprn",)
    uprn: Uprn
    address: Text
    postcode: Postcode
    kind: PremisesKind
    easting_m: Easting
    northing_m: Northing
    serving_place: Annotated[Code | None, BeforeValidator(none_if_empty)]

    def noun(self) -> Premises:
        return Premises(
            self.uprn, self.address, self.postcode, self.kind, self.easting_m, self.northing_m, self.serving_place
        )

    @classmethod
    def of(cls, noun: Premises) -> dict[str, object]:
        return {name: getattr(noun, name) for name in cls.model_fields}


class OrganisationRow(Row):
    KEY = ("code",)
    code: Code
    name: Text
    roles: Annotated[frozenset[MemberRole], BeforeValidator(_member_roles)]
    is_isp: bool
    operator_code: TextOrEmpty

    def noun(self) -> Organisation:
        return Organisation(self.code, self.name, self.roles, self.is_isp, self.operator_code)

    @classmethod
    def of(cls, noun: Organisation) -> dict[str, object]:
        roles = ROLE_SEPARATOR.join(sorted(noun.roles))
        return {
            "code": noun.code,
            "name": noun.name,
            "roles": roles,
            "is_isp": "yes" if noun.is_isp else "no",
            "operator_code": noun.operator_code,
        }


class DeviceRow(Row):
    KEY = ("name",)
    name: DeviceName
    role: DeviceRole
    platform: CodeOrEmpty
    manufacturer: Text
    model: Text
    serial: TextOrEmpty
    place: Annotated[Code | None, BeforeValidator(none_if_empty)]
    uprn: Annotated[Uprn | None, BeforeValidator(none_if_empty)]
    management_address: Annotated[Address | None, BeforeValidator(none_if_empty)]
    lifecycle: Lifecycle

    @model_validator(mode="after")
    def _says_what_ours_say(self) -> Self:
        if not self.role.is_hosted and not (self.platform and self.serial):
            raise ValueError("platform and serial may be empty of hosted devices only")
        return self

    def noun(self) -> Device:
        return Device(
            name=self.name,
            role=self.role,
            platform=self.platform,
            manufacturer=self.manufacturer,
            model=self.model,
            serial=self.serial,
            place_code=self.place,
            uprn=self.uprn,
            management_address=None if self.management_address is None else str(self.management_address),
            lifecycle=self.lifecycle,
        )

    @classmethod
    def of(cls, noun: Device) -> dict[str, object]:
        return {name: getattr(noun, "place_code" if name == "place" else name) for name in cls.model_fields}


class PortRow(Row):
    KEY = ("device", "port")
    device: DeviceName
    port: PortName
    role: PortRole
    speed_mbps: Mbps
    lag: PortNameOrEmpty = ""

    @classmethod
    def key_of(cls, cells: Mapping[str, str]) -> Hashable:
        return PortRef(*(cells.get(column, "").strip() for column in cls.KEY))

    def noun(self) -> Port:
        return Port(PortRef(self.device, self.port), self.role, self.speed_mbps, self.lag)

    @classmethod
    def of(cls, noun: Port) -> dict[str, object]:
        return {
            "device": noun.ref.device,
            "port": noun.ref.port,
            "role": noun.role,
            "speed_mbps": noun.speed_mbps,
            "lag": noun.lag,
        }


class LinkRow(Row):
    KEY = ("code",)
    code: DeviceName
    a_device: DeviceName
    a_port: PortName
    z_device: DeviceName
    z_port: PortName
    capacity_mbps: Mbps
    length_m: Metres

    def noun(self) -> Link:
        a, z = PortRef(self.a_device, self.a_port), PortRef(self.z_device, self.z_port)
        return Link(self.code, a, z, self.capacity_mbps, self.length_m)

    @classmethod
    def of(cls, noun: Link) -> dict[str, object]:
        return {
            "code": noun.code,
            "a_device": noun.a.device,
            "a_port": noun.a.port,
            "z_device": noun.z.device,
            "z_port": noun.z.port,
            "capacity_mbps": noun.capacity_mbps,
            "length_m": noun.length_m,
        }


class HandoverRow(Row):
    KEY = ("code",)
    code: Code
    isp: Code
    place: Code
    device: DeviceName
    port: PortName
    capacity_mbps: Mbps
    first_s_vlan: Tag
    last_s_vlan: Tag

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.first_s_vlan > self.last_s_vlan:
            raise ValueError(f"first_s_vlan {self.first_s_vlan} is above last_s_vlan {self.last_s_vlan}")
        return self

    def noun(self) -> Handover:
        port, tags = PortRef(self.device, self.port), TagRange(self.first_s_vlan, self.last_s_vlan)
        return Handover(self.code, self.isp, self.place, port, self.capacity_mbps, tags)

    @classmethod
    def of(cls, noun: Handover) -> dict[str, object]:
        return {
            "code": noun.code,
            "isp": noun.isp_code,
            "place": noun.place_code,
            "device": noun.port.device,
            "port": noun.port.port,
            "capacity_mbps": noun.capacity_mbps,
            "first_s_vlan": noun.s_vlans.first,
            "last_s_vlan": noun.s_vlans.last,
        }
