"""Our values as JSON documents. Pure.

Keys are the fields' names. Times are ISO 8601 in UTC with a Z, days ISO 8601, enums their values, ports
"device:port", strands, positions and bores "cable:number" and the like, assets "kind:code", sets of tags
"first-last"; what has no form of its own is an error, never a repr.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path

from inventory.devices import PortRef
from inventory.errors import NeutralhostError
from inventory.plant import AssetRef, BoreRef, PositionRef, StrandRef
from inventory.vlans import TagRange
from provisioning.orders import Order

_BY_THEIR_TEXT = PortRef, StrandRef, PositionRef, BoreRef, AssetRef, TagRange, Path

type Document = str | int | float | bool | list[Document] | dict[str, Document] | None


def document_of(value: object) -> Document:
    """Return `value` as plain JSON values.

    Raises:
        TypeError: a value of a kind that has no form in JSON.
    """
    if isinstance(value, Enum):
        return document_of(value.value)
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, _BY_THEIR_TEXT):
        return str(value)
    return _document_of_many(value)


def _document_of_many(value: object) -> Document:
    if is_dataclass(value) and not isinstance(value, type):
        known = {field.name: document_of(getattr(value, field.name)) for field in fields(value) if field.repr}
        return known | ({"awaiting_approval": value.awaiting_approval} if isinstance(value, Order) else {})
    if isinstance(value, Mapping):
        return {str(document_of(key)): document_of(item) for key, item in value.items()}
    if isinstance(value, Set):
        return sorted((document_of(item) for item in value), key=str)
    if isinstance(value, Sequence):
        return [document_of(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def error_document(error: NeutralhostError) -> Document:
    """Return what `--json` prints for an error: the same facts as the API's problem document."""
    return {
        "error": {
            "code": error.code,
            "detail": error.sentence,
            "next_step": error.next_step,
            "facts": document_of(error.facts),
        }
    }
