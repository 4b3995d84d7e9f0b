"""Change plans and uncertain devices, in the database."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.orm import Session

from automation.change_plan import ChangeAction, DeviceChange
from automation.intents import Intent
from automation.limits import BrokenLimit
from automation.sealing import MARK, Sealer
from provisioning.change_plan_errors import UnknownChangePlan
from provisioning.change_plans import (
    PLAN_BECOMES,
    PLAN_ENDED,
    UNDER_WAY,
    ChangePlan,
    LiftedLimit,
    Outcome,
    PlanEvent,
    PlanKind,
    PlannedChange,
    PlanState,
)
from provisioning.errors import WrongState
from provisioning.orders import Reason
from provisioning.store.change_plan_tables import change_plans, plan_events, planned_changes
from provisioning.store.keys import can_be_key
from provisioning.store.sealed import opened_text, sealed_now, sealed_text

_INTENTS = TypeAdapter(tuple[Intent, ...])
_LIFTED = TypeAdapter(tuple[LiftedLimit, ...])
_BROKEN = TypeAdapter(tuple[BrokenLimit, ...])
SEALED = ("commands", "undo")  # what may hold secrets of a device
_AT_ONCE = 500  # plans or rows in one statement
_PLAIN = tuple(name for name in ChangePlan.__slots__ if name not in {"changes", "broken", "lifted", "reasons"})


class StoredChangePlans:
    """Implements `work.ChangePlans`."""

    def __init__(self, session: Session, now: Callable[[], datetime], sealer: Sealer) -> None:
        self._session = session
        self._now = now
        self._sealer = sealer

    def add(self, plan: ChangePlan) -> None:
        row = {name: getattr(plan, name) for name in _PLAIN}
        kept = {"broken": _json(_BROKEN, plan.broken), "lifted": _json(_LIFTED, plan.lifted), "last_event": 0}
        reasons = {"reasons": [asdict(reason) for reason in plan.reasons]}
        self._session.execute(insert(change_plans).values(row | kept | reasons))
        self._insert_changes(plan.id, plan.changes)

    def get(self, plan_id: str) -> ChangePlan:
        return self._read(plan_id, lock=False)

    def lock(self, plan_id: str) -> ChangePlan:
        return self._read(plan_id, lock=True)

    def set_state(self, plan_id: str, state: PlanState, *, reasons: Sequence[Reason] = (), waits: str = "") -> None:
        before = [was for was, becomes in PLAN_BECOMES.items() if state in becomes]
        values: dict[str, Any] = {"state": state, "waits": waits}
        if reasons:
            values["reasons"] = [asdict(reason) for reason in reasons]
        if state in PLAN_ENDED:
            values["ended_at"] = self._now()
        if not self._update(plan_id, values, change_plans.c.state.in_([*before, state])):
            raise WrongState("change plan", plan_id, self.get(plan_id).state, state)

    def keep_rehearsal(
        self, plan_id: str, changes: Sequence[PlannedChange], digest: str, broken: Sequence[BrokenLimit]
    ) -> None:
        self._session.execute(planned_changes.delete().where(planned_changes.c.plan_id == plan_id))
        self._insert_changes(plan_id, changes)
        values = {"digest": digest, "broken": _json(_BROKEN, tuple(broken))}
        self._update(plan_id, values | {"rehearsals": change_plans.c.rehearsals + 1})

    def approve(self, plan_id: str, digest: str, by: str) -> None:
        self._update(plan_id, {"approved_digest": digest, "approved_by": by})

    def lift(self, plan_id: str, lifted: LiftedLimit) -> None:
        kept = (*(one for one in self.get(plan_id).lifted if one.limit is not lifted.limit), lifted)
        self._update(plan_id, {"lifted": _json(_LIFTED, kept)})

    def keep_outcomes(self, plan_id: str, changes: Sequence[PlannedChange]) -> None:
        its = planned_changes.c
        where = (its.plan_id == plan_id, its.device == bindparam("of"))
        kept = (
            update(planned_changes)
            .where(*where)
            .values({name: bindparam(f"its_{name}") for name in ("outcome", "said", "diff")})
        )
        rows = [_came_of_it(planned) for planned in changes]
        if rows:
            self._session.execute(kept, rows)
        self._update(plan_id, {})

    def next_walk(self, plan_id: str) -> int:
        more = update(change_plans).where(change_plans.c.id == plan_id).values(walk=change_plans.c.walk + 1)
        number: int | None = self._session.execute(more.returning(change_plans.c.walk)).scalar()
        if number is None:
            raise UnknownChangePlan(plan_id)
        return number

    def wait(self, plan_id: str, waits: str) -> None:
        self._update(plan_id, {"waits": waits})

    def record(self, plan_id: str, text: str, by: str = "") -> None:
        now = self._now()
        counted = update(change_plans).where(change_plans.c.id == plan_id)
        more = counted.values(last_event=change_plans.c.last_event + 1, updated_at=now)
        number: int | None = self._session.execute(more.returning(change_plans.c.last_event)).scalar()
        if number is None:
            raise UnknownChangePlan(plan_id)
        event = {"plan_id": plan_id, "number": number, "at": now, "by": by, "text": text}
        self._session.execute(insert(plan_events).values(event))

    def events(self, plan_id: str) -> tuple[PlanEvent, ...]:
        query = select(plan_events).where(plan_events.c.plan_id == plan_id).order_by(plan_events.c.number)
        return tuple(
            PlanEvent(row.plan_id, row.number, row.at, row.by, row.text) for row in self._session.execute(query)
        )

    def newest(self, *, states: Collection[PlanState] = (), limit: int = 200) -> tuple[ChangePlan, ...]:
        query = select(change_plans).order_by(change_plans.c.created_at.desc(), change_plans.c.id)
        if states:
            query = query.where(change_plans.c.state.in_(list(states)))
        return self._plans(self._session.execute(query.limit(limit)))

    def resting(self) -> tuple[str, ...]:
        where = (change_plans.c.state.in_(UNDER_WAY), change_plans.c.waits != "")
        query = select(change_plans.c.id).where(*where).order_by(change_plans.c.updated_at)
        return tuple(self._session.execute(query).scalars())

    def still_since(self, before: datetime) -> tuple[ChangePlan, ...]:
        its = change_plans.c
        where = (its.state.in_(UNDER_WAY), its.waits == "", its.updated_at < before)
        query = select(change_plans).where(*where).order_by(its.updated_at, its.id).limit(_AT_ONCE)
        return self._plans(self._session.execute(query))

    def seal_all(self) -> int:
        its = planned_changes.c
        clear = or_(*(and_(column != "", column.not_like(f"{MARK}%")) for column in (its.commands, its.undo)))
        rows = self._session.execute(select(planned_changes).where(clear)).all()
        for row in rows:
            values = {of: sealed_now(self._sealer, getattr(row, of), row.plan_id, row.device, of) for of in SEALED}
            where = (its.plan_id == row.plan_id, its.device == row.device)
            self._session.execute(update(planned_changes).where(*where).values(values))
        return len(rows)

    def count_by_state(self) -> dict[PlanState, int]:
        query = select(change_plans.c.state, func.count()).group_by(change_plans.c.state)
        found = {PlanState(state): count for state, count in self._session.execute(query)}
        return {state: found.get(state, 0) for state in PlanState}

    def _read(self, plan_id: str, *, lock: bool) -> ChangePlan:
        if can_be_key(plan_id):
            query = select(change_plans).where(change_plans.c.id == plan_id)
            found = self._plans(self._session.execute(query.with_for_update() if lock else query))
            if found:
                return found[0]
        raise UnknownChangePlan(plan_id)

    def _plans(self, rows: Iterable[Row[Any]]) -> tuple[ChangePlan, ...]:
        kept = tuple(rows)
        changes = self._changes_of([row.id for row in kept])
        return tuple(_plan_of(row, changes.get(row.id, ())) for row in kept)

    def _changes_of(self, plan_ids: Sequence[str]) -> Mapping[str, tuple[PlannedChange, ...]]:
        found: dict[str, list[PlannedChange]] = {}
        for first in range(0, len(plan_ids), _AT_ONCE):
            some = plan_ids[first : first + _AT_ONCE]
            query = select(planned_changes).where(planned_changes.c.plan_id.in_(some))
            for row in self._session.execute(query.order_by(planned_changes.c.plan_id, planned_changes.c.position)):
                found.setdefault(row.plan_id, []).append(_planned_of(row, self._sealer))
        return {plan_id: tuple(changes) for plan_id, changes in found.items()}

    def _insert_changes(self, plan_id: str, changes: Sequence[PlannedChange]) -> None:
        rows = [_row_of(plan_id, position, planned, self._sealer) for position, planned in enumerate(changes)]
        if rows:
            self._session.execute(insert(planned_changes), rows)

    def _update(self, plan_id: str, values: Mapping[str, Any], *conditions: Any) -> bool:
        if not can_be_key(plan_id):
            return False
        where = (change_plans.c.id == plan_id, *conditions)
        changed = update(change_plans).where(*where).values({**values, "updated_at": self._now()})
        return self._session.execute(changed.returning(change_plans.c.id)).first() is not None


def _json[T](adapter: TypeAdapter[T], value: T) -> Any:
    return adapter.dump_python(value, mode="json")


def _row_of(plan_id: str, position: int, planned: PlannedChange, sealer: Sealer) -> dict[str, Any]:
    change = planned.change
    return {
        "plan_id": plan_id,
        "device": change.device,
        "position": position,
        "action": change.action,
        "commands": sealed_text(sealer, change.commands, plan_id, change.device, "commands"),
        "undo": sealed_text(sealer, change.undo, plan_id, change.device, "undo"),
        "diff": change.diff,
        "lines": change.lines,
        "intents": _json(_INTENTS, change.intents),
        "before": _json(_INTENTS, change.before),
        "idle_lines": list(change.idle_lines),
        "outcome": planned.outcome,
        "said": planned.said,
    }


def _came_of_it(planned: PlannedChange) -> dict[str, Any]:
    return {
        "of": planned.device,
        "its_outcome": planned.outcome,
        "its_said": planned.said,
        "its_diff": planned.change.diff,
    }


def _planned_of(row: Row[Any], sealer: Sealer) -> PlannedChange:
    commands, undo = (opened_text(sealer, getattr(row, of), row.plan_id, row.device, of) for of in SEALED)
    change = DeviceChange(
        row.device,
        ChangeAction(row.action),
        commands or "",
        row.diff,
        _INTENTS.validate_python(row.intents),
        tuple(row.idle_lines),
        _INTENTS.validate_python(row.before),
        undo or "",
        row.lines,
    )
    return PlannedChange(change, Outcome(row.outcome), row.said, is_readable=None not in (commands, undo))


def _plan_of(row: Row[Any], changes: tuple[PlannedChange, ...]) -> ChangePlan:
    plain = {name: getattr(row, name) for name in _PLAIN}
    return ChangePlan(
        **plain | {"kind": PlanKind(row.kind), "state": PlanState(row.state)},
        changes=changes,
        broken=_BROKEN.validate_python(row.broken),
        lifted=_LIFTED.validate_python(row.lifted),
        reasons=tuple(Reason(**reason) for reason in row.reasons),
    )
