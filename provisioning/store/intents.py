"""Intents in the database: JSON with the kind of each. What was written before there were kinds is circuits."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

from pydantic import Discriminator, Tag, TypeAdapter

from automation.intents import (
    AccessPointIntent,
    BaselineIntent,
    CircuitIntent,
    ExchangePortIntent,
    HandoverIntent,
    Intent,
    LagMemberIntent,
    TrunkIntent,
)
from automation.wireless import SsidIntent, SsidTenantIntent


def _kind(intent: Any) -> str:
    return str(intent.get("kind", "circuit") if isinstance(intent, dict) else intent.kind)


_INTENTS: TypeAdapter[tuple[Intent, ...]] = TypeAdapter(
    tuple[
        Annotated[
            Annotated[CircuitIntent, Tag("circuit")]
            | Annotated[ExchangePortIntent, Tag("exchange-port")]
            | Annotated[SsidIntent, Tag("ssid")]
            | Annotated[SsidTenantIntent, Tag("ssid-tenant")]
            | Annotated[TrunkIntent, Tag("trunk")]
            | Annotated[LagMemberIntent, Tag("lag-member")]
            | Annotated[HandoverIntent, Tag("handover")]
            | Annotated[BaselineIntent, Tag("baseline")]
            | Annotated[AccessPointIntent, Tag("access-point")],
            Discriminator(_kind),
        ],
        ...,
    ]
)


def json_of_intents(intents: Sequence[Intent]) -> list[dict[str, Any]]:
    return [asdict(intent) for intent in intents]


def intents_of_json(kept: Sequence[dict[str, Any]] | None) -> tuple[Intent, ...]:
    """Raises: ValueError where a kind is unknown, or lacks what it has to say."""
    return _INTENTS.validate_python(tuple(kept or ()))
