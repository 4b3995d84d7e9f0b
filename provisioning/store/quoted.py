"""Requests, prices and reasons as JSON, as quotes and kept qualifications keep them."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from inventory.confidence import Confidence
from provisioning.offering_qualifications import AskState, QualifiedItem
from provisioning.orders import OrderRequest, Reason
from provisioning.quotes import QuotedPrice, QuoteItem, QuoteItemState
from provisioning.store.wanted import json_of_wanted, wanted_of_json

_PRICE: TypeAdapter[QuotedPrice | None] = TypeAdapter(QuotedPrice | None)
_REASONS: TypeAdapter[tuple[Reason, ...]] = TypeAdapter(tuple[Reason, ...])


def json_of_request(request: OrderRequest) -> dict[str, Any]:
    """A request, days as ISO 8601."""
    plain = {each.name: getattr(request, each.name) for each in fields(request)}
    days = {name: value.isoformat() for name, value in plain.items() if isinstance(value, date)}
    return plain | days | {"wanted": json_of_wanted(request.wanted)}


def request_of_json(kept: Mapping[str, Any]) -> OrderRequest:
    """What was kept."""
    days = {name: date.fromisoformat(kept[name]) for name in ("start", "stop") if kept.get(name)}
    return OrderRequest(**{**kept, **days, "wanted": wanted_of_json(kept["wanted"])})


def json_of_quote_item(item: QuoteItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "request": json_of_request(item.request),
        "state": item.state.value,
        "price": _PRICE.dump_python(item.price, mode="json"),
        "reasons": _REASONS.dump_python(item.reasons, mode="json"),
        "asked_mbps": item.asked_mbps,
    }


def quote_item_of_json(kept: Mapping[str, Any]) -> QuoteItem:
    return QuoteItem(
        id=kept["id"],
        request=request_of_json(kept["request"]),
        state=QuoteItemState(kept["state"]),
        price=_PRICE.validate_python(kept["price"]),
        reasons=_REASONS.validate_python(kept["reasons"]),
        asked_mbps=kept["asked_mbps"],
    )


def json_of_qualified(item: QualifiedItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "request": json_of_request(item.request),
        "state": item.state.value,
        "confidence": None if item.confidence is None else item.confidence.value,
        "reasons": _REASONS.dump_python(item.reasons, mode="json"),
        "lead_days": item.lead_days,
        "alternatives": list(item.alternatives),
    }


def qualified_of_json(kept: Mapping[str, Any]) -> QualifiedItem:
    return QualifiedItem(
        id=kept["id"],
        request=request_of_json(kept["request"]),
        state=AskState(kept["state"]),
        confidence=None if kept["confidence"] is None else Confidence(kept["confidence"]),
        reasons=_REASONS.validate_python(kept["reasons"]),
        lead_days=kept["lead_days"],
        alternatives=tuple(kept["alternatives"]),
    )
