"""Kept qualifications: what a buyer's system asked about several products at once, and the answers (MEF 87).

A qualification of one product at one place, asked in passing, is `provisioning.qualification`; here are those that
are kept and read again. The states are the standard's. A red answer is an answer: its item is `done.ready`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from inventory.confidence import Confidence
from provisioning.orders import OrderRequest, Reason


class AskState(StrEnum):
    """Where a kept qualification, or an item of it, is."""

    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "inProgress"
    READY = "done.ready"
    UNABLE_TO_PROVIDE = "done.unableToProvide"  # never of an item
    ABANDONED = "done.abandoned"  # only of an item
    TERMINATED = "terminatedWithError"


ASK_BECOMES: Mapping[AskState, frozenset[AskState]] = {
    AskState.ACKNOWLEDGED: frozenset(AskState) - {AskState.ACKNOWLEDGED},
    AskState.IN_PROGRESS: frozenset({AskState.READY, AskState.UNABLE_TO_PROVIDE, AskState.TERMINATED}),
} | {state: frozenset() for state in frozenset(AskState) - {AskState.ACKNOWLEDGED, AskState.IN_PROGRESS}}


@dataclass(frozen=True, slots=True)
class QualifiedItem:
    """One product at one place. `id` is its buyer's own; `request` has no term. `lead_days` are working days.

    `alternatives` are other speeds that are green, in Mbit/s.
    """

    id: str
    request: OrderRequest
    state: AskState = AskState.ACKNOWLEDGED
    confidence: Confidence | None = None
    reasons: tuple[Reason, ...] = ()
    lead_days: int = 0
    alternatives: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class OfferingQualification:
    """One kept qualification. Its answers are as of `answered_at`, and hold nothing for anybody."""

    id: str
    isp_code: str
    state: AskState
    items: tuple[QualifiedItem, ...]
    asked_by: str
    created_at: datetime
    updated_at: datetime
    answered_at: datetime | None = None
    external_id: str = ""
    project_id: str = ""
    requested_by_time: datetime | None = None
    alternatives: bool = False
    sent: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QualificationsWanted:
    """Which ones. Bounds are exclusive; None: any."""

    isp_code: str | None = None
    state: AskState | None = None
    external_id: str | None = None
    project_id: str | None = None
    requested: tuple[datetime | None, datetime | None] = (None, None)
