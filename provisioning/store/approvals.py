"""First and second approvals, in the database. Their number is part of the key: two cannot both be the first."""

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from provisioning.dangers import GivenApproval
from provisioning.store.people_tables import given_approvals

FIELDS = ("about", "number", "by", "digest", "at")


class StoredApprovals:
    """Implements `work.Approvals`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def about(self, about: str) -> tuple[GivenApproval, ...]:
        its = given_approvals.c
        query = select(given_approvals).where(its.about == about).order_by(its.number)
        return tuple(_approval(row) for row in self._session.execute(query))

    def add(self, approval: GivenApproval) -> bool:
        dialect = postgresql if self._session.get_bind().dialect.name == "postgresql" else sqlite
        row = {field: getattr(approval, field) for field in FIELDS} | {"why": list(approval.why)}
        wanted = dialect.insert(given_approvals).values(row).on_conflict_do_nothing()
        return self._session.execute(wanted.returning(given_approvals.c.number)).first() is not None


def _approval(row: Row[Any]) -> GivenApproval:
    return GivenApproval(**{field: getattr(row, field) for field in FIELDS}, why=tuple(row.why))
