"""The price lists that were used, in the database: what each said when something was first priced by it."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from provisioning.catalogue import Catalogue
from provisioning.catalogue_errors import CatalogueChanged
from provisioning.store.product_tables import used_catalogues


class StoredCatalogues:
    """Implements `work.UsedCatalogues`."""

    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now

    def use(self, catalogue: Catalogue) -> None:
        dialect = postgresql if self._session.get_bind().dialect.name == "postgresql" else sqlite
        kept = self._digest(catalogue.version)
        if kept is None:
            row = {"version": catalogue.version, "digest": catalogue.digest, "text": catalogue.text}
            statement = dialect.insert(used_catalogues).values(row | {"first_used_at": self._now()})
            self._session.execute(statement.on_conflict_do_nothing())
            kept = self._digest(catalogue.version)
        if kept != catalogue.digest:
            raise CatalogueChanged(catalogue.version, kept or "", catalogue.digest)

    def texts(self) -> tuple[tuple[str, str], ...]:
        query = select(used_catalogues.c.version, used_catalogues.c.text).order_by(used_catalogues.c.first_used_at)
        return tuple((version, text) for version, text in self._session.execute(query))

    def digests(self) -> dict[str, str]:
        query = select(used_catalogues.c.version, used_catalogues.c.digest)
        return {row.version: row.digest for row in self._session.execute(query)}

    def _digest(self, version: str) -> str | None:
        query = select(used_catalogues.c.digest).where(used_catalogues.c.version == version)
        return self._session.execute(query).scalar()
