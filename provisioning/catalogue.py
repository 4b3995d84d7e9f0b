"""The catalogue: products, speeds, terms and prices, read from `catalogue.toml`. Money in pence without VAT."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from automation.intents import BandwidthProfile
from provisioning.errors import CatalogueInvalid, SpeedNotOffered, TermNotOffered, UnknownProduct


@dataclass(frozen=True, slots=True)
class Offer:
    """One speed of a product. `monthly_pence_by_term` maps the term in months to the monthly price."""

    bandwidth_mbps: int
    profile: BandwidthProfile
    monthly_pence_by_term: Mapping[int, int]
    setup_pence: int
    needs_approval: bool


@dataclass(frozen=True, slots=True)
class Product:
    """One catalogue entry, the same for every ISP."""

    code: str
    name: str
    description: str
    class_of_service: str
    offers: tuple[Offer, ...]

    def offer(self, bandwidth_mbps: int) -> Offer:
        """Raises: SpeedNotOffered."""
        for offer in self.offers:
            if offer.bandwidth_mbps == bandwidth_mbps:
                return offer
        raise SpeedNotOffered(self.code, bandwidth_mbps, [offer.bandwidth_mbps for offer in self.offers])

    def monthly_pence(self, bandwidth_mbps: int, term_months: int) -> int:
        """The monthly price.

        Raises: SpeedNotOffered, TermNotOffered.
        """
        by_term = self.offer(bandwidth_mbps).monthly_pence_by_term
        if term_months not in by_term:
            raise TermNotOffered(self.code, term_months, sorted(by_term))
        return by_term[term_months]


@dataclass(frozen=True, slots=True)
class StrandProduct:
    """A pair of strands between two places. `monthly_pence_by_term` is the price of one leg, whatever its length."""

    code: str
    name: str
    description: str
    monthly_pence_by_term: Mapping[int, int]
    setup_pence: int

    def monthly_pence(self, term_months: int, *, diverse: bool) -> int:
        """The monthly price of one leg, or of two.

        Raises: TermNotOffered.
        """
        if term_months not in self.monthly_pence_by_term:
            raise TermNotOffered(self.code, term_months, sorted(self.monthly_pence_by_term))
        return self.monthly_pence_by_term[term_months] * (2 if diverse else 1)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that is sold."""

    version: str
    products: tuple[Product, ...]
    strand_products: tuple[StrandProduct, ...] = ()

    def strand_product(self, code: str) -> StrandProduct:
        """Raises: UnknownProduct."""
        for product in self.strand_products:
            if product.code == code:
                return product
        raise UnknownProduct(code, [product.code for product in self.strand_products])

    def product(self, code: str) -> Product:
        """Raises: UnknownProduct."""
        for product in self.products:
            if product.code == code:
                return product
        raise UnknownProduct(code, [product.code for product in self.products])


def load_catalogue(file: Path | None = None) -> Catalogue:
    """Read a price list; the one in the package where none is named.

    Raises: CatalogueInvalid, naming the field.
    """
    name = str(file or "catalogue.toml")
    try:
        text = (file or files(__package__).joinpath("catalogue.toml")).read_text(encoding="utf-8")
        return _CatalogueFile.model_validate(tomllib.loads(text)).frozen()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueInvalid(name, "the file itself", str(error)) from error
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in fault["loc"]) or "the file itself"
        raise CatalogueInvalid(name, field, fault["msg"].removeprefix("Value error, ")) from error


type _Code = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
type _Words = Annotated[str, Field(min_length=1, max_length=400)]
type _Count = Annotated[int, Field(ge=0, le=10**9, strict=True)]
type _ByTerm = Annotated[dict[Annotated[int, Field(ge=1, le=240)], _Count], Field(min_length=1)]
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

    def frozen(self, needs_approval_above_mbps: int) -> Offer:
        return Offer(
            bandwidth_mbps=self.bandwidth_mbps,
            profile=BandwidthProfile(self.cir_mbps, self.eir_mbps, self.cbs_bytes, self.ebs_bytes),
            monthly_pence_by_term=dict(sorted(self.monthly_pence.items())),
            setup_pence=self.setup_pence,
            needs_approval=self.bandwidth_mbps > needs_approval_above_mbps,
        )


class _ProductRow(_Strict):
    """One [[products]] of the file."""

    code: _Code
    name: _Words
    description: _Words
    class_of_service: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9-]{0,15}$")]
    needs_approval_above_mbps: _Count
    offers: Annotated[tuple[_OfferRow, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _has_each_speed_once(self) -> Self:
        speeds = [offer.bandwidth_mbps for offer in self.offers]
        if len(set(speeds)) != len(speeds):
            raise ValueError("a speed is offered twice")
        return self

    def frozen(self) -> Product:
        ordered = sorted(self.offers, key=lambda offer: offer.bandwidth_mbps)
        offers = tuple(offer.frozen(self.needs_approval_above_mbps) for offer in ordered)
        return Product(self.code, self.name, self.description, self.class_of_service, offers)


class _StrandProductRow(_Strict):
    """One [[strand_products]] of the file."""

    code: _Code
    name: _Words
    description: _Words
    setup_pence: _Count
    monthly_pence: _ByTerm

    def frozen(self) -> StrandProduct:
        by_term = dict(sorted(self.monthly_pence.items()))
        return StrandProduct(self.code, self.name, self.description, by_term, self.setup_pence)


class _CatalogueFile(_Strict):
    """The whole file."""

    version: _Words
    products: Annotated[tuple[_ProductRow, ...], Field(min_length=1)]
    strand_products: tuple[_StrandProductRow, ...] = ()

    @model_validator(mode="after")
    def _has_each_product_once(self) -> Self:
        codes = [*(product.code for product in self.products), *(strands.code for strands in self.strand_products)]
        if len(set(codes)) != len(codes):
            raise ValueError("a product code stands there twice")
        return self

    def frozen(self) -> Catalogue:
        strands = tuple(product.frozen() for product in self.strand_products)
        return Catalogue(self.version, tuple(product.frozen() for product in self.products), strands)
