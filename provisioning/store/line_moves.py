"""Jobs that move many lines, in the database."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import batched
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from provisioning.errors import WrongState
from provisioning.line_errors import UnknownLineMove
from provisioning.line_moves import LineMove, LineMoveRow, LineMoveState, RowState
from provisioning.store.keys import can_be_key
from provisioning.store.line_tables import line_move_rows, line_moves

AT_ONCE = 500  # rows in one statement


class StoredLineMoves:
    """Implements `work.LineMoves`."""

    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now

    def add(self, move: LineMove, rows: Sequence[LineMoveRow]) -> None:
        self._session.execute(insert(line_moves).values({name: getattr(move, name) for name in LineMove.__slots__}))
        for some in batched(rows, AT_ONCE):
            kept = [{name: getattr(row, name) for name in LineMoveRow.__slots__} | {"move_id": move.id} for row in some]
            self._session.execute(insert(line_move_rows), kept)

    def get(self, move_id: str) -> LineMove:
        if can_be_key(move_id):
            found = self._session.execute(select(line_moves).where(line_moves.c.id == move_id)).first()
            if found is not None:
                return _move_of(found)
        raise UnknownLineMove(move_id)

    def all(self) -> tuple[LineMove, ...]:
        query = select(line_moves).order_by(line_moves.c.made_at.desc(), line_moves.c.id)
        return tuple(map(_move_of, self._session.execute(query)))

    def going_on(self) -> tuple[str, ...]:
        states = (LineMoveState.RUNNING, LineMoveState.PAUSED)
        query = select(line_moves.c.id).where(line_moves.c.state.in_(states)).order_by(line_moves.c.made_at)
        return tuple(self._session.execute(query).scalars())

    def set_state(
        self, move_id: str, state: LineMoveState, was: LineMoveState, *, approved_by: str | None = None
    ) -> None:
        changes: dict[str, Any] = {"state": state}
        if approved_by is not None:
            changes["approved_by"] = approved_by
        if state is LineMoveState.ENDED:
            changes["ended_at"] = self._now()
        where = (line_moves.c.id == move_id, line_moves.c.state == was)
        if not self._changed(update(line_moves).where(*where).values(changes).returning(line_moves.c.id)):
            raise WrongState("job of moves", move_id, self.get(move_id).state, state)

    def rows(self, move_id: str, state: RowState | None = None, limit: int | None = None) -> tuple[LineMoveRow, ...]:
        query = select(line_move_rows).where(line_move_rows.c.move_id == move_id).order_by(line_move_rows.c.number)
        if state is not None:
            query = query.where(line_move_rows.c.state == state)
        return tuple(map(_row_of, self._session.execute(query.limit(limit))))

    def approver_of(self, order_id: str) -> str | None:
        query = select(line_moves.c.approved_by).join(line_move_rows, line_move_rows.c.move_id == line_moves.c.id)
        return self._session.execute(query.where(line_move_rows.c.order_id == order_id)).scalar()

    def set_row(
        self, move_id: str, number: int, state: RowState, *, order_id: str | None = None, why: str = ""
    ) -> None:
        changes: dict[str, Any] = {"state": state, "why": why}
        if order_id is not None:
            changes["order_id"] = order_id
        where = (line_move_rows.c.move_id == move_id, line_move_rows.c.number == number)
        self._session.execute(update(line_move_rows).where(*where).values(changes))

    def _changed(self, statement: Any) -> bool:
        return self._session.execute(statement).first() is not None


def _move_of(row: Row[Any]) -> LineMove:
    return LineMove(
        row.id,
        row.from_isp,
        LineMoveState(row.state),
        row.at_a_time,
        row.reason,
        row.made_by,
        row.made_at,
        row.approved_by,
        row.ended_at,
    )


def _row_of(row: Row[Any]) -> LineMoveRow:
    kept = {name: getattr(row, name) for name in LineMoveRow.__slots__}
    return LineMoveRow(**kept | {"state": RowState(row.state)})
