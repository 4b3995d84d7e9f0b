"""A change in our own words, as a webhook carries it (Standard Webhooks 1.0.0: type, timestamp, data). Pure.

The type is "kind.created", "kind.state" or "kind." and what else it is about. Numbers that would say how
much is sold to others are not in it.
"""

import json
from datetime import UTC, datetime

from provisioning.changes import StateChange
from provisioning.discretion import text_for_isp
from provisioning.listeners import Listener, Message
from provisioning.store.work import UnitOfWork

CREATED = "created"


def event_type(change: StateChange) -> str:
    """Such as "order.created", "service.state" or "ticket.note"."""
    return f"{change.kind}.{CREATED if change.is_new else change.about}"


def write_events(work: UnitOfWork, change: StateChange, listener: Listener) -> tuple[Message, ...]:
    """The one message of a change. An ISP reads of it what it may read of the order."""
    del work
    why = change.why if listener.isp_code is None else why_for_isp(change)
    told = {
        "kind": change.kind.value,
        "id": change.id,
        "isp_code": change.isp_code,
        "was": change.was,
        "now": change.now,
        "by": change.by,
        "why": why,
        "order_id": change.order_id,
    }
    return (_message(event_type(change), change.at, told),)


def why_for_isp(change: StateChange) -> str:
    """Why, without another ISP's ids and the operator's addresses."""
    return text_for_isp(change.why, frozenset(filter(None, (change.id, change.order_id))))


def message_of_test(listener: Listener, at: datetime) -> Message:
    """What a test sends."""
    return _message("webhook.test", at, {"listener_id": listener.id})


def _message(kind: str, at: datetime, told: dict[str, str | None]) -> Message:
    moment = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return Message("", json.dumps({"type": kind, "timestamp": moment, "data": told}).encode())
