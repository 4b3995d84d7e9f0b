"""The far end's consent: a circuit that lands on somebody else's port waits until that ISP lets it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FarEndState(StrEnum):
    """What the far end said."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    LAPSED = "lapsed"  # nothing, until it was too late
    WITHDRAWN = "withdrawn"  # the order ended before an answer came


FAR_END_BECOMES: Mapping[FarEndState, frozenset[FarEndState]] = {
    FarEndState.ASKED: frozenset(FarEndState) - {FarEndState.ASKED},
} | {ended: frozenset() for ended in frozenset(FarEndState) - {FarEndState.ASKED}}


@dataclass(frozen=True, slots=True)
class FarEnd:
    """What one ISP is asked: may this order land on `what`, a port or position of its own?

    `isp_code` is who is asked, `asked_for` whose order it is. `reason` is what the far end said when it refused.
    """

    order_id: str
    isp_code: str
    asked_for: str
    what: str
    state: FarEndState
    asked_at: datetime
    due_at: datetime
    decided_at: datetime | None = None
    decided_by: str = ""
    reason: str = ""
