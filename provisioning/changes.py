"""What changed, when, by whose doing and why: one row for every change of a state, kept for good.

The rows are the history that people read, and the outbox that listeners are told from: they are
written in the transaction that makes the change, so there is never one without the other.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

RULE = "rule"
"""Who did what no person did: the house, by its own rules."""

STATE = "state"
"""What most changes are about. A note or an expected date changes something else, and leaves the state as it is."""


class ChangeKind(StrEnum):
    """Of what a state changes."""

    ORDER = "order"
    PRODUCT_ORDER = "product-order"
    SERVICE = "service"
    QUOTE = "quote"
    CHARGE = "charge"
    CANCELLATION = "cancellation"
    CHANGE_OF_DATE = "change-of-date"
    TICKET = "ticket"
    INCIDENT = "incident"
    QUALIFICATION = "qualification"


@dataclass(frozen=True, slots=True)
class StateChange:
    """One change. `was` is "" where the thing was made by it; `was` and `now` are alike where it is not about a state.

    `by` is a user's name, or RULE. `order_id` is the order it belongs to, for what belongs to one.
    """

    number: int
    kind: ChangeKind
    id: str
    isp_code: str
    was: str
    now: str
    at: datetime
    by: str
    why: str
    about: str = STATE
    order_id: str | None = None

    @property
    def is_new(self) -> bool:
        """Whether this change made the thing."""
        return self.about == STATE and not self.was

    @property
    def lane(self) -> str:
        """Whoever is told of changes is told of those in one lane one after the other, in the order they happened."""
        return f"order {self.order_id}" if self.order_id is not None else f"{self.kind} {self.id}"
