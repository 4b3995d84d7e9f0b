"""Services and their circuits, in the database."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import batched
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Row, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from inventory.routes import StrandLeg
from inventory.windows import Window
from provisioning.by_hand import ByHand
from provisioning.changes import ChangeKind
from provisioning.errors import UnknownService, WrongState
from provisioning.orders import Order
from provisioning.services import SERVICE_BECOMES, SERVICE_ENDED, Circuit, Service, ServicePage, ServiceState
from provisioning.store.changes import StoredChanges
from provisioning.store.cursors import cursor_after, newest_first, page_size
from provisioning.store.keys import can_be_key
from provisioning.store.tables import UtcDateTime, held_device_tags, services

_CIRCUIT = TypeAdapter(Circuit)
_LEGS = TypeAdapter(tuple[StrandLeg, ...])
_WINDOW = TypeAdapter(Window)
_BY_HAND = TypeAdapter(ByHand)
_AS_JSON = frozenset({"circuit", "legs", "window", "by_hand"})
AT_ONCE = 500  # ids in one statement

# What people ask for, where a state only says that it is under way.
_ASKED = {ServiceState.PENDING_CHANGE: "changed", ServiceState.PENDING_TERMINATE: "ceased"}


class StoredServices:
    """Implements `work.Services`."""

    def __init__(self, session: Session, now: Callable[[], datetime], changes: StoredChanges) -> None:
        self._session = session
        self._now = now
        self._changes = changes

    def add(self, service: Service) -> None:
        row = {name: getattr(service, name) for name in Service.__slots__ if name not in _AS_JSON}
        row |= {"circuit": _json_of(service.circuit), "idle_lines": {}, "legs": _json_of_legs(service.legs)}
        row["window"] = None if service.window is None else _WINDOW.dump_python(service.window, mode="json")
        row["by_hand"] = _json_of_by_hand(service.by_hand)
        self._session.execute(insert(services).values(row))
        self._changes.record(ChangeKind.SERVICE, service.id, service.isp_code, "", service.state)

    def get(self, service_id: str) -> Service:
        return _service_of(self._row(service_id))

    def some(self, service_ids: Collection[str]) -> Iterator[Service]:
        for ids in batched(sorted(set(service_ids)), AT_ONCE):
            query = select(services).where(services.c.id.in_(ids)).order_by(services.c.id)
            yield from map(_service_of, self._session.execute(query).all())

    def set_state(
        self, service_id: str, state: ServiceState, *, was: ServiceState | None = None, why: str = ""
    ) -> None:
        found = self._lock_state(service_id)
        before = _states_before(state) if was is None else [was]
        if self._update(service_id, {"state": state} | self._times_of(state), services.c.state.in_(before)):
            self._changes.record(ChangeKind.SERVICE, service_id, found.isp_code, found.state, state, why)
            return
        now_is = ServiceState(found.state)
        if now_is is not state or was is not None:
            raise WrongState("service", service_id, now_is, state if now_is is state else _ASKED.get(state, state))

    def _lock_state(self, service_id: str) -> Row[*tuple[Any, ...]]:
        """The state and the ISP; until the transaction ends nobody else moves the service. Raises: UnknownService."""
        if can_be_key(service_id):
            query = select(services.c.state, services.c.isp_code).where(services.c.id == service_id)
            # Not its key: two who have just written orders that refer to it would wait for each other in a ring.
            found = self._session.execute(query.with_for_update(key_share=True)).first()
            if found is not None:
                return found
        raise UnknownService(service_id)

    def _times_of(self, state: ServiceState) -> dict[str, Any]:
        """What becoming so writes down; a failed cease, back to active, keeps the first activation's time."""
        if state is ServiceState.ACTIVE:
            return {"activated_at": func.coalesce(services.c.activated_at, literal(self._now(), UtcDateTime()))}
        return {"ended_at": self._now()} if state in SERVICE_ENDED else {}

    def set_circuit(self, service_id: str, circuit: Circuit | None) -> None:
        self._change(service_id, {"circuit": _json_of(circuit)})

    def set_terms(self, service_id: str, circuit: Circuit, order: Order) -> None:
        changes = {
            "circuit": _json_of(circuit),
            "bandwidth_mbps": order.request.bandwidth_mbps,
            "term_months": order.request.term_months,
            "monthly_pence": order.monthly_pence,
            "catalogue_version": order.catalogue_version,
        }
        self._change(service_id, changes)

    def set_legs(self, service_id: str, legs: Sequence[StrandLeg]) -> None:
        self._change(service_id, {"legs": _json_of_legs(legs)})

    def set_by_hand(self, service_id: str, by_hand: ByHand | None) -> None:
        self._change(service_id, {"by_hand": _json_of_by_hand(by_hand)})

    def set_idle_lines(self, service_id: str, idle_lines: Mapping[str, tuple[str, ...]]) -> None:
        self._change(service_id, {"idle_lines": {device: list(lines) for device, lines in idle_lines.items()}})

    def idle_lines(self, service_id: str) -> Mapping[str, tuple[str, ...]]:
        return {device: tuple(lines) for device, lines in self._row(service_id).idle_lines.items()}

    def page(self, *, isp_code: str | None, state: ServiceState | None, cursor: str | None, limit: int) -> ServicePage:
        query = newest_first(select(services), services.c.created_at, services.c.id, cursor)
        if isp_code is not None:
            query = query.where(services.c.isp_code == isp_code)
        if state is not None:
            query = query.where(services.c.state == state)
        size = page_size(limit)
        found = [_service_of(row) for row in self._session.execute(query.limit(size + 1))]
        last = found[size - 1] if len(found) > size else None
        return ServicePage(tuple(found[:size]), cursor_after(last.created_at, last.id) if last else None)

    def to_stop(self, day: date) -> tuple[str, ...]:
        over = (services.c.stops_on < day, services.c.state == ServiceState.ACTIVE)
        return tuple(self._session.execute(select(services.c.id).where(*over).order_by(services.c.id)).scalars())

    def with_circuit(self) -> tuple[Service, ...]:
        return tuple(self._that(services.c.circuit.is_not(None)))

    def on_devices(self) -> tuple[Service, ...]:
        found = self._with_circuit_or_by_hand()
        return tuple(each for each in found if each.circuit or each.carried)

    def on(self, devices: Collection[str]) -> tuple[Service, ...]:
        tagged = select(held_device_tags.c.service_id).where(held_device_tags.c.device.in_(sorted(set(devices))))
        return tuple(each for each in self._that(services.c.id.in_(tagged)) if each.circuit or each.carried)

    def carried(self) -> tuple[Service, ...]:
        return tuple(each for each in self._that(services.c.by_hand.is_not(None)) if each.carried)

    def hosted(self) -> tuple[Service, ...]:
        found = self._that(services.c.by_hand.is_not(None))
        return tuple(each for each in found if each.by_hand and each.by_hand.hosting)

    def in_record(self) -> tuple[Service, ...]:
        found = self._with_circuit_or_by_hand()
        return tuple(
            each for each in found if each.circuit or (each.by_hand and (each.by_hand.ssid or each.by_hand.hosting))
        )

    def _with_circuit_or_by_hand(self) -> Iterator[Service]:
        return self._that(or_(services.c.circuit.is_not(None), services.c.by_hand.is_not(None)))

    def _that(self, has_it: ColumnElement[bool]) -> Iterator[Service]:
        """The services of which that is so, and that have not ended."""
        query = select(services).where(has_it, services.c.state.not_in(SERVICE_ENDED)).order_by(services.c.id)
        return map(_service_of, self._session.execute(query))

    def _row(self, service_id: str) -> Row[Any]:
        if can_be_key(service_id):
            found = self._session.execute(select(services).where(services.c.id == service_id)).first()
            if found is not None:
                return found
        raise UnknownService(service_id)

    def _change(self, service_id: str, changes: dict[str, Any]) -> None:
        if not self._update(service_id, changes):
            raise UnknownService(service_id)

    def _update(self, service_id: str, changes: dict[str, Any], *conditions: Any) -> bool:
        statement = update(services).where(services.c.id == service_id, *conditions).values(changes)
        return self._session.execute(statement.returning(services.c.id)).first() is not None


def _states_before(state: ServiceState) -> list[ServiceState]:
    return [was for was, next_states in SERVICE_BECOMES.items() if state in next_states]


def _json_of_by_hand(by_hand: ByHand | None) -> Any:
    return None if by_hand is None else _BY_HAND.dump_python(by_hand, mode="json")


def _json_of(circuit: Circuit | None) -> Any:
    return None if circuit is None else _CIRCUIT.dump_python(circuit, mode="json")


def _json_of_legs(legs: Sequence[StrandLeg]) -> Any:
    return _LEGS.dump_python(tuple(legs), mode="json") if legs else None


def _service_of(row: Row[Any]) -> Service:
    return Service(
        id=row.id,
        isp_code=row.isp_code,
        product=row.product,
        uprn=row.uprn,
        handover=row.handover,
        bandwidth_mbps=row.bandwidth_mbps,
        term_months=row.term_months,
        reference=row.reference,
        state=ServiceState(row.state),
        circuit=None if row.circuit is None else _CIRCUIT.validate_python(row.circuit),
        monthly_pence=row.monthly_pence,
        created_at=row.created_at,
        activated_at=row.activated_at,
        ended_at=row.ended_at,
        legs=() if row.legs is None else _LEGS.validate_python(row.legs),
        window=None if row.window is None else _WINDOW.validate_python(row.window),
        stops_on=row.stops_on,
        catalogue_version=row.catalogue_version,
        by_hand=None if row.by_hand is None else _BY_HAND.validate_python(row.by_hand),
    )
