"""Lines, in the database."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from inventory.devices import PortRef
from provisioning.access_line_ids import new_access_line_id
from provisioning.line_errors import UnknownLine
from provisioning.lines import Line, LineSwitch
from provisioning.services import ServiceState
from provisioning.store.keys import can_be_key
from provisioning.store.line_tables import line_switches, lines
from provisioning.store.tables import services


class StoredLines:
    """Implements `work.Lines`."""

    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now

    def serve(self, uprn: str, uni: PortRef, service_id: str) -> Line:
        where = (lines.c.device == uni.device, lines.c.port == uni.port, lines.c.uprn == uprn)
        while not self._session.execute(
            update(lines).where(*where).values(service_id=service_id).returning(lines.c.access_line_id)
        ).first():
            self._make(uprn, uni, service_id)
        return _line_of(self._session.execute(_query().where(*where)).one())

    def _make(self, uprn: str, uni: PortRef, service_id: str) -> None:
        """Make the line under an id that nobody has; where another made the line meanwhile, make none."""
        dialect = postgresql if self._session.get_bind().dialect.name == "postgresql" else sqlite
        row = {"uprn": uprn, "device": uni.device, "port": uni.port, "service_id": service_id, "made_at": self._now()}
        made = dialect.insert(lines).values(row | {"access_line_id": new_access_line_id()})
        self._session.execute(made.on_conflict_do_nothing())

    def get(self, access_line_id: str) -> Line:
        if can_be_key(access_line_id):
            found = self._session.execute(_query().where(lines.c.access_line_id == access_line_id)).first()
            if found is not None:
                return _line_of(found)
        raise UnknownLine(access_line_id)

    def of_service(self, service_id: str) -> Line | None:
        if not can_be_key(service_id):
            return None
        found = self._session.execute(_query().where(lines.c.service_id == service_id)).first()
        return None if found is None else _line_of(found)

    def page(
        self, *, isp_code: str | None, uprn: str | None = None, after: str = "", limit: int = 50
    ) -> tuple[Line, ...]:
        query = _query().where(lines.c.access_line_id > after).order_by(lines.c.access_line_id)
        if isp_code is not None:
            query = query.where(services.c.isp_code == isp_code)
        if uprn is not None:
            query = query.where(lines.c.uprn == uprn)
        return tuple(map(_line_of, self._session.execute(query.limit(limit))))

    def begin_switch(self, order_id: str, switch: LineSwitch) -> None:
        row = {"order_id": order_id, "access_line_id": switch.access_line_id}
        both = {"from_service_id": switch.from_service_id, "to_service_id": switch.to_service_id}
        self._session.execute(insert(line_switches).values(row | both))

    def switch_of(self, order_id: str) -> LineSwitch | None:
        found = self._session.execute(select(line_switches).where(line_switches.c.order_id == order_id)).first()
        if found is None:
            return None
        return LineSwitch(found.access_line_id, found.from_service_id, found.to_service_id)


def _query() -> Select[Any]:
    return select(lines, services.c.isp_code, services.c.state).join(services, services.c.id == lines.c.service_id)


def _line_of(row: Row[Any]) -> Line:
    return Line(
        access_line_id=row.access_line_id,
        uprn=row.uprn,
        uni=PortRef(row.device, row.port),
        made_at=row.made_at,
        service_id=row.service_id,
        isp_code=row.isp_code,
        service_state=ServiceState(row.state),
    )
