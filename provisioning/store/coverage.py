"""Coverage, in one transaction of ours: the tables and their SQL are the inventory's."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from inventory.confidence import Confidence
from inventory.coverage_nouns import CoverageCount, CoverageRound, CoverageRow, GroundRows, PremisesCoverage
from inventory.store import coverage as stored


class StoredCoverage:
    """Implements `work.Coverages`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def ground(self, day: date) -> tuple[GroundRows, int]:
        return stored.read_ground(self._session.connection(), day)

    def replace(self, rows: Sequence[CoverageRow], done: CoverageRound) -> None:
        stored.replace_coverage(self._session.connection(), rows, done)

    def last_round(self) -> CoverageRound | None:
        return stored.read_round(self._session.connection())

    def revision_now(self) -> int:
        return stored.read_revision(self._session.connection())

    def counts(self) -> tuple[CoverageCount, ...]:
        return stored.count_coverage(self._session.connection())

    def page(
        self, *, confidence: Confidence | None, dx: str | None, after: str, limit: int
    ) -> tuple[PremisesCoverage, ...]:
        connection = self._session.connection()
        return stored.read_coverage(connection, confidence=confidence, dx=dx, after=after, limit=limit)
