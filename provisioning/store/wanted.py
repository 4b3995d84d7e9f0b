"""What an order asks for of its product, as JSON with its kind."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from provisioning.wanted import (
    CrossConnectWanted,
    ELineWanted,
    ProductKind,
    RealmWanted,
    SiteHostingWanted,
    SsidWanted,
    StrandsWanted,
    Wanted,
)

KIND = "kind"

_SHAPES: Mapping[ProductKind, TypeAdapter[Any]] = {
    ProductKind.STRANDS: TypeAdapter(StrandsWanted),
    ProductKind.E_LINE: TypeAdapter(ELineWanted),
    ProductKind.CROSS_CONNECT: TypeAdapter(CrossConnectWanted),
    ProductKind.SSID: TypeAdapter(SsidWanted),
    ProductKind.SSID_REALM: TypeAdapter(RealmWanted),
    ProductKind.SITE_HOSTING: TypeAdapter(SiteHostingWanted),
}


def json_of_wanted(wanted: Wanted | None) -> dict[str, Any] | None:
    """What is kept of it; None of a circuit, whose order says all in its own columns."""
    if wanted is None:
        return None
    kept: dict[str, Any] = _SHAPES[wanted.kind].dump_python(wanted, mode="json")
    return {KIND: wanted.kind.value} | kept


def wanted_of_json(kept: Mapping[str, Any] | None) -> Wanted | None:
    """What was kept. A row from before there were other kinds has none: strands were all there was then."""
    if kept is None:
        return None
    fields = dict(kept)
    shape = _SHAPES[ProductKind(fields.pop(KIND, ProductKind.STRANDS))]
    found: Wanted = shape.validate_python(fields)
    return found
