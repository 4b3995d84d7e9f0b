"""Whoever wants to hear of a change is told: the deliveries are made in the transaction that makes the change."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from provisioning.changes import StateChange
from provisioning.listeners import DeliveryState
from provisioning.references import new_delivery_id
from provisioning.store.listener_tables import deliveries, listeners


def tell(session: Session, change: StateChange) -> None:
    """One delivery for each listener that hears of this kind, of this ISP."""
    rows = rows_for(_hearing(session, change), change.lane, change.at, change_number=change.number)
    if rows:
        session.execute(insert(deliveries), rows)


def rows_for(listener_ids: Iterable[str], lane: str, at: datetime, **facts: Any) -> list[dict[str, Any]]:
    """New deliveries, one for each of these listeners."""
    return [
        {
            "id": new_delivery_id(),
            "message_id": f"msg_{secrets.token_hex(12)}",
            "listener_id": listener_id,
            "change_number": None,
            "lane": lane,
            "state": DeliveryState.WAITING,
            "attempts": 0,
            "next_at": at,
            "sent": 0,
            "made_at": at,
            "replay_of": None,
        }
        | facts
        for listener_id in listener_ids
    ]


def _hearing(session: Session, change: StateChange) -> list[str]:
    kept = listeners.c
    of_isp = or_(kept.isp_code == change.isp_code, kept.isp_code.is_(None))
    query = select(kept.id, kept.kinds).where(of_isp, kept.removed_at.is_(None), kept.off_since.is_(None))
    found = session.execute(query.order_by(kept.id))
    return [row.id for row in found if not row.kinds or change.kind in row.kinds]
