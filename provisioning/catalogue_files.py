"""Price lists as files: TOML in, `Catalogue` out, and the text of one that was used back into one.

Unknown fields are refused: a misspelt one would otherwise be a price that silently does not count.
"""

import hashlib
import json
import tomllib
from collections.abc import Sequence
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from automation.intents import BandwidthProfile
from provisioning.catalogue import (
    BuildItem,
    Catalogue,
    Fees,
    HandProduct,
    Offer,
    Product,
    SiteSlotOffer,
    StrandProduct,
)
from provisioning.catalogues import Catalogues, in_order
from provisioning.errors import CatalogueInvalid
from provisioning.wanted import HostedEquipment, ProductKind

SHIPPED = "price_lists"
FIRST_SHIPPED = "2026-11.toml"


def load_catalogue(file: Path | None = None) -> Catalogue:
    """Read one price list; the first of the package where none is named.

    Raises: CatalogueInvalid, naming the field.
    """
    return _read(file or files(__package__).joinpath(SHIPPED, FIRST_SHIPPED), str(file or FIRST_SHIPPED))


def load_catalogues(file: Path | None = None, folder: Path | None = None) -> Catalogues:
    """Read every price list: that one file, else all of the folder, else all of the package.

    Raises: CatalogueInvalid, CataloguesClash.
    """
    if file is not None:
        return in_order([_read(file, str(file))])
    if folder is not None:
        if not folder.is_dir():
            raise CatalogueInvalid(str(folder), "the folder itself", "there is no such folder")
        found: Sequence[Traversable] = sorted(folder.glob("*.toml"))
    else:
        shipped = files(__package__).joinpath(SHIPPED).iterdir()
        found = sorted((one for one in shipped if one.name.endswith(".toml")), key=lambda one: one.name)
    if not found:
        raise CatalogueInvalid(str(folder), "the folder itself", "no file in it ends in .toml")
    return in_order([_read(one, one.name if folder is None else str(one)) for one in found])


def read_kept(text: str) -> Catalogue:
    """A price list from the text it was kept as when it was first used. Raises: CatalogueInvalid."""
    try:
        return _CatalogueFile.model_validate_json(text).frozen()
    except ValidationError as error:
        raise _invalid("kept in the database", error) from error


def kept_text(catalogue_file: "_CatalogueFile") -> str:
    """All that a price list says, written in one way: equal lists are equal text."""
    fields = catalogue_file.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return json.dumps(fields, sort_keys=True, separators=(",", ":"))


def _read(source: Path | Traversable, name: str) -> Catalogue:
    try:
        return _CatalogueFile.model_validate(tomllib.loads(source.read_text(encoding="utf-8"))).frozen()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueInvalid(name, "the file itself", str(error)) from error
    except ValidationError as error:
        raise _invalid(name, error) from error


def _invalid(name: str, error: ValidationError) -> CatalogueInvalid:
    fault = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(part) for part in fault["loc"]) or "the file itself"
    return CatalogueInvalid(name, field, fault["msg"].removeprefix("Value error, "))


type _Code = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
type _Version = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
type _Words = Annotated[str, Field(min_length=1, max_length=400)]
type _Count = Annotated[int, Field(ge=0, le=10**9, strict=True)]
type _PenceByTerm = dict[Annotated[int, Field(ge=1, le=240)], _Count]
type _ByTerm = Annotated[_PenceByTerm, Field(min_length=1)]
type _Some = Annotated[int, Field(ge=1, le=10**9, strict=True)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _OfferRow(_Strict):
    """One [[products.offers]] of the file."""

    bandwidth_mbps: _Some
    cir_mbps: _Count
    eir_mbps: _Count
    cbs_bytes: _Count
    ebs_bytes: _Count
    setup_pence: _Count
    monthly_pence: _ByTerm

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.cir_mbps + self.eir_mbps != self.bandwidth_mbps:
            total = self.cir_mbps + self.eir_mbps
            raise ValueError(f"CIR and EIR are {total} Mbit/s together, and bandwidth_mbps says {self.bandwidth_mbps}")
        if bool(self.cir_mbps) != bool(self.cbs_bytes) or bool(self.eir_mbps) != bool(self.ebs_bytes):
            raise ValueError("a rate has a burst and a burst has a rate: CIR with CBS, EIR with EBS (MEF 10.4)")
        return self

    def frozen(self, needs_approval_above_mbps: int, *, protected: bool) -> Offer:
        return Offer(
            bandwidth_mbps=self.bandwidth_mbps,
            profile=BandwidthProfile(self.cir_mbps, self.eir_mbps, self.cbs_bytes, self.ebs_bytes),
            monthly_pence_by_term=_sorted(self.monthly_pence),
            setup_pence=self.setup_pence,
            needs_approval=self.bandwidth_mbps > needs_approval_above_mbps,
            protected=protected,
        )


class _ProductRow(_Strict):
    """One [[products]] of the file. A `protected` one is put only on links that no one cut takes."""

    code: _Code
    name: _Words
    description: _Words
    class_of_service: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9-]{0,15}$")]
    needs_approval_above_mbps: _Count
    protected: Annotated[bool, Field(strict=True)] = False
    offers: Annotated[tuple[_OfferRow, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _has_each_speed_once(self) -> Self:
        speeds = [offer.bandwidth_mbps for offer in self.offers]
        if len(set(speeds)) != len(speeds):
            raise ValueError("a speed is offered twice")
        return self

    def frozen(self) -> Product:
        ordered = sorted(self.offers, key=lambda offer: offer.bandwidth_mbps)
        offers = tuple(offer.frozen(self.needs_approval_above_mbps, protected=self.protected) for offer in ordered)
        return Product(self.code, self.name, self.description, self.class_of_service, offers)


class _ELineProductRow(_ProductRow):
    """One [[e_line_products]] of the file. `based_on` says whether a UNI's port or its C-VLANs pick the circuit."""

    based_on: Literal["port", "vlan"]

    def frozen(self) -> Product:
        plain = super().frozen()
        return Product(
            plain.code,
            plain.name,
            plain.description,
            plain.class_of_service,
            plain.offers,
            ProductKind.E_LINE,
            self.based_on == "vlan",
        )


class _StrandProductRow(_Strict):
    """One [[strand_products]] of the file."""

    code: _Code
    name: _Words
    description: _Words
    setup_pence: _Count
    monthly_pence: _ByTerm
    monthly_pence_per_km: _PenceByTerm = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_terms(self) -> Self:
        unknown = sorted(set(self.monthly_pence_per_km) - set(self.monthly_pence))
        if unknown:
            raise ValueError(f"monthly_pence_per_km names {unknown[0]} months, and monthly_pence does not")
        return self

    def frozen(self) -> StrandProduct:
        per_km = _sorted(self.monthly_pence_per_km)
        by_term = _sorted(self.monthly_pence)
        return StrandProduct(self.code, self.name, self.description, by_term, self.setup_pence, per_km)


class _SlotRow(_Strict):
    """One [[hand_products.slots]] of the file: what of power and backhaul is in the one price of a site slot."""

    equipment: Literal["lorawan-gateway", "small-cell"]
    power_w: _Count
    backhaul_mbps: _Some
    cbs_bytes: _Some

    def frozen(self) -> SiteSlotOffer:
        backhaul = BandwidthProfile(self.backhaul_mbps, 0, self.cbs_bytes, 0)
        return SiteSlotOffer(HostedEquipment(self.equipment), self.power_w, backhaul)


class _HandProductRow(_Strict):
    """One [[hand_products]] of the file: what an engineer delivers."""

    code: _Code
    kind: Literal["cross-connect", "ssid", "ssid-realm", "site-hosting"]
    name: _Words
    description: _Words
    setup_pence: _Count
    monthly_pence: _ByTerm
    monthly_pence_per_watt: _Count = 0
    slots: tuple[_SlotRow, ...] = ()

    @model_validator(mode="after")
    def _draws_power(self) -> Self:
        if (self.monthly_pence_per_watt or self.slots) and self.kind != "site-hosting":
            raise ValueError("monthly_pence_per_watt and slots are for site hosting")
        if _has_twice([slot.equipment for slot in self.slots]):
            raise ValueError("a kind of equipment has two slots")
        return self

    def frozen(self) -> HandProduct:
        return HandProduct(
            self.code,
            self.name,
            self.description,
            ProductKind(self.kind),
            _sorted(self.monthly_pence),
            self.setup_pence,
            self.monthly_pence_per_watt,
            tuple(slot.frozen() for slot in self.slots),
        )


class _FeesTable(_Strict):
    """The [fees] of the file."""

    cancellation_pence: _Count = 0
    expedite_pence: _Count = 0


class _BuildItemRow(_Strict):
    """One [[build_items]] of the file: what must be built where a qualification gives that reason."""

    code: _Code
    name: _Words
    for_reason: _Code
    once_pence: _Count
    pence_per_m: _Count = 0
    lead_days: Annotated[int, Field(ge=0, le=3660, strict=True)]

    def frozen(self) -> BuildItem:
        return BuildItem(self.code, self.name, self.for_reason, self.once_pence, self.pence_per_m, self.lead_days)


class _CatalogueFile(_Strict):
    """The whole file."""

    version: _Version
    valid_from: date | None = None
    valid_until: date | None = None
    products: Annotated[tuple[_ProductRow, ...], Field(min_length=1)]
    e_line_products: tuple[_ELineProductRow, ...] = ()
    strand_products: tuple[_StrandProductRow, ...] = ()
    hand_products: tuple[_HandProductRow, ...] = ()
    build_items: tuple[_BuildItemRow, ...] = ()
    fees: _FeesTable = _FeesTable()

    @model_validator(mode="after")
    def _has_each_code_once(self) -> Self:
        codes = [row.code for row in (*self.products, *self.e_line_products)]
        codes += [*(row.code for row in self.strand_products), *(row.code for row in self.hand_products)]
        if _has_twice(codes):
            raise ValueError("a product code stands there twice")
        if _has_twice([item.code for item in self.build_items]):
            raise ValueError("the code of a build item stands there twice")
        if _has_twice([item.for_reason for item in self.build_items]):
            raise ValueError("two build items are for the same reason")
        return self

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> Self:
        if self.valid_from is not None and self.valid_until is not None and self.valid_until < self.valid_from:
            raise ValueError("valid_until is before valid_from")
        return self

    def frozen(self) -> Catalogue:
        text = kept_text(self)
        return Catalogue(
            version=self.version,
            products=tuple(row.frozen() for row in self.products),
            strand_products=tuple(row.frozen() for row in self.strand_products),
            e_line_products=tuple(row.frozen() for row in self.e_line_products),
            hand_products=tuple(row.frozen() for row in self.hand_products),
            build_items=tuple(row.frozen() for row in self.build_items),
            fees=Fees(self.fees.cancellation_pence, self.fees.expedite_pence),
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            digest=hashlib.sha256(text.encode()).hexdigest(),
            text=text,
        )


def _sorted(by_term: dict[int, int]) -> dict[int, int]:
    return dict(sorted(by_term.items()))


def _has_twice(codes: Sequence[str]) -> bool:
    return len(set(codes)) != len(codes)
