"""What a transaction may read of the audit trail (part of `work.UnitOfWork`). Rows are added by the commit itself."""

from collections.abc import Iterator
from typing import Protocol

from provisioning.trail import TrailEntry, TrailHead, TrailPage


class Trail(Protocol):
    """Who did what."""

    def head(self) -> TrailHead:
        """How many rows there are, and the hash of the last."""

    def all(self) -> Iterator[TrailEntry]:
        """Every row, oldest first, some at a time."""

    def page(
        self,
        *,
        isp_code: str | None,
        who: str | None,
        action: str | None,
        subject: str | None,
        cursor: str | None,
        limit: int,
    ) -> TrailPage: ...
