"""What one transaction may read and write of quotes and kept qualifications; a part of the unit of work."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from provisioning.offering_qualifications import (
    AskState,
    OfferingQualification,
    QualificationsWanted,
    QualifiedItem,
)
from provisioning.quotes import Quote, QuoteItem, QuotePage, QuoteState, QuotesWanted


class Quotes(Protocol):
    """Quotes."""

    def add(self, quote: Quote) -> None: ...

    def get(self, quote_id: str) -> Quote:
        """Raises: UnknownQuote."""

    def lock(self, quote_id: str) -> Quote:
        """The same; until the transaction ends nobody else moves it, or orders by it. Raises: UnknownQuote."""

    def set_state(self, quote_id: str, state: QuoteState, why: str = "") -> None:
        """Move on. Raises: WrongState, when `quotes.QUOTE_BECOMES` does not allow it; UnknownQuote."""

    def answer(
        self, quote_id: str, items: Sequence[QuoteItem], state: QuoteState, valid_until: datetime | None
    ) -> None:
        """Keep the answers, and move on. Raises: as `set_state`."""

    def unanswered(self) -> tuple[str, ...]:
        """The ids of those that wait for their answer, oldest first."""

    def over(self, now: datetime) -> tuple[str, ...]:
        """The ids of those that could be ordered by and hold no more."""

    def page(self, wanted: QuotesWanted, cursor: str | None, limit: int) -> QuotePage:
        """Newest first. Raises: CursorInvalid."""

    def some(self, wanted: QuotesWanted, offset: int, limit: int) -> tuple[tuple[Quote, ...], int]:
        """The same from an offset on, with how many there are in all."""


class OfferingQualifications(Protocol):
    """Kept qualifications."""

    def add(self, made: OfferingQualification) -> None: ...

    def get(self, qualification_id: str) -> OfferingQualification:
        """Raises: UnknownQualification."""

    def answer(self, qualification_id: str, items: Sequence[QualifiedItem], state: AskState) -> None:
        """Keep the answers, and move on. Raises: WrongState, UnknownQualification."""

    def unanswered(self) -> tuple[str, ...]:
        """The ids of those that wait for their answer, oldest first."""

    def some(
        self, wanted: QualificationsWanted, offset: int, limit: int
    ) -> tuple[tuple[OfferingQualification, ...], int]:
        """Newest first, from an offset on, with how many there are in all."""
