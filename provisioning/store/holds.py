"""What is held of the plant for a window of days: strands, positions, hosting positions and ports.

Order of locks, the same in every transaction: the inventory's revision where strands are sold, then the
rows of the things themselves, strands first, then positions of ODFs and for hosting, then ports, each in
the order of their keys. So of two that want one thing the second waits, sees what the first took, and says so; the
exclusion constraints and triggers stand behind it. (Two inserts that exclude each other would
otherwise wait for each other on PostgreSQL.)
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import batched
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, delete, insert, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from inventory.devices import PortRef
from inventory.errors import UnknownThing
from inventory.hosting import HostingRef
from inventory.plant import PositionRef, StrandRef
from inventory.plant_use import Hold, PlantUse
from inventory.store.metadata import metadata
from inventory.store.tables import revision
from inventory.windows import Window
from provisioning.errors import AlreadyHeld
from provisioning.store.hold_tables import held_hosting, held_ports, held_positions, held_strands
from provisioning.store.plant_work import Holder

DEADLOCK = "40P01"  # PostgreSQL, appendix A: the inventory was replaced at the same moment, and we were chosen to stop
AT_ONCE = 200  # keys in one statement

type Key = tuple[str, int | str]
type Thing = StrandRef | PositionRef | HostingRef | PortRef


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing that can be held: where its holds stand, and the table of the things themselves."""

    name: str
    holds: Table
    things: str
    key_of: Callable[[Any], Key]
    thing_of: Callable[[Any, Any], Thing]


STRANDS = Kind("strand", held_strands, "strands", lambda ref: (ref.cable, ref.number), StrandRef)
POSITIONS = Kind("position", held_positions, "odf_positions", lambda ref: (ref.odf, ref.number), PositionRef)
PORTS = Kind("port", held_ports, "ports", lambda ref: (ref.device, ref.port), PortRef)
HOSTING = Kind("hosting position", held_hosting, "hosting_positions", lambda ref: (ref.place, ref.number), HostingRef)
KINDS = (STRANDS, POSITIONS, HOSTING, PORTS)


class StoredHolds:
    """Implements `work.Holds`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def use(self, window: Window | None = None, *, with_ports: bool = False) -> PlantUse:
        return PlantUse(
            strands=cast("dict[StrandRef, list[Hold]]", self._found(STRANDS, window)),
            positions=cast("dict[PositionRef, list[Hold]]", self._found(POSITIONS, window)),
            ports=cast("dict[PortRef, list[Hold]]", self._found(PORTS, window) if with_ports else {}),
        )

    def take(
        self,
        holder: Holder,
        window: Window,
        *,
        strands: Sequence[StrandRef] = (),
        positions: Sequence[PositionRef] = (),
        ports: Sequence[PortRef] = (),
        hosting: Sequence[HostingRef] = (),
    ) -> None:
        wanted = [
            (kind, sorted(set(map(kind.key_of, things))))
            for kind, things in zip(KINDS, (strands, positions, hosting, ports), strict=True)
        ]
        try:
            for kind, keys in wanted:
                self._lock(kind, keys)
            self._refuse_held(wanted, window)
            for kind, keys in wanted:
                self._insert(kind, keys, holder, window)
        except IntegrityError as error:
            raise AlreadyHeld(_names(wanted), window) from error
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != DEADLOCK:
                raise
            raise AlreadyHeld(_names(wanted), window) from error

    def lock_inventory(self) -> int:
        # A replacement of the inventory locks this row before it looks or writes (inventory.store.mirror).
        return int(self._session.execute(select(revision.c.revision).with_for_update(read=True)).scalar_one())

    def give_back(self, holder: Holder) -> None:
        for kind in KINDS:
            self._session.execute(delete(kind.holds).where(_is_of(kind.holds, holder)))

    def pass_port_on(self, port: PortRef, leaving: Holder, holder: Holder) -> None:
        held = held_ports.c
        mine = (held.device == port.device, held.port == port.port, held.service_id == leaving.service_id)
        self._session.execute(update(held_ports).where(*mine).values(service_id=holder.service_id))

    def held_by(self, holder: Holder) -> tuple[str, ...]:
        return tuple(
            f"{kind.name} {kind.thing_of(first, second)}"
            for kind in KINDS
            for first, second in self._session.execute(_keys_of(kind).where(_is_of(kind.holds, holder)))
        )

    def hosting_held(self, window: Window) -> frozenset[HostingRef]:
        held = held_hosting.c
        query = select(held.place, held.position).where(overlaps(held_hosting, window))
        return frozenset(HostingRef(place, number) for place, number in self._session.execute(query))

    def hosting_taken(self, place: str, window: Window) -> frozenset[int]:
        held = held_hosting.c
        query = select(held.position).where(held.place == place, overlaps(held_hosting, window))
        return frozenset(self._session.execute(query).scalars())

    def services_on(self, strands: Collection[StrandRef], day: date) -> tuple[str, ...]:
        found: set[str] = set()
        held = held_strands.c
        for some in batched(sorted(set(map(STRANDS.key_of, strands))), AT_ONCE):
            query = select(held.service_id).where(
                tuple_(held.cable, held.strand).in_(some),
                held.service_id.is_not(None),
                overlaps(held_strands, Window(day, day)),
            )
            found.update(self._session.execute(query).scalars())
        return tuple(sorted(found))

    def over(self, day: date) -> tuple[Holder, ...]:
        found: set[tuple[str, str]] = set()
        for kind in KINDS:
            held = kind.holds.c
            query = select(held.service_id, held.reservation_id).where(held.last_day < day).distinct()
            found.update((row[0] or "", row[1] or "") for row in self._session.execute(query))
        return tuple(Holder(service or None, reservation or None) for service, reservation in sorted(found))

    def _found(self, kind: Kind, window: Window | None) -> dict[Thing, list[Hold]]:
        table = kind.holds
        query = select(table).order_by(*table.primary_key.columns)
        if window is not None:
            query = query.where(overlaps(table, window))
        found: dict[Thing, list[Hold]] = {}
        for row in self._session.execute(query):
            hold = Hold(
                Window(row.first_day, row.last_day), row.service_id or row.reservation_id, row.service_id is not None
            )
            found.setdefault(kind.thing_of(row[0], row[1]), []).append(hold)
        return found

    def _lock(self, kind: Kind, keys: Sequence[Key]) -> None:
        """Keep the things' own rows until the transaction ends. Raises: UnknownThing, where one is not there."""
        first, second = tuple(metadata.tables[kind.things].primary_key.columns)
        known: set[Key] = set()
        for some in batched(keys, AT_ONCE):
            query = select(first, second).where(tuple_(first, second).in_(some)).order_by(first, second)
            known.update((row[0], row[1]) for row in self._session.execute(query.with_for_update(key_share=True)))
        for key in keys:
            if key not in known:
                raise UnknownThing(kind.name, str(kind.thing_of(*key)))

    def _refuse_held(self, wanted: Iterable[tuple[Kind, Sequence[Key]]], window: Window) -> None:
        """Raises: AlreadyHeld, naming all that is."""
        held = [
            f"{kind.name} {kind.thing_of(first, second)}"
            for kind, keys in wanted
            for some in batched(keys, AT_ONCE)
            for first, second in self._session.execute(
                _keys_of(kind).where(_is_one_of(kind, some), overlaps(kind.holds, window))
            )
        ]
        if held:
            raise AlreadyHeld(tuple(dict.fromkeys(held)), window)

    def _insert(self, kind: Kind, keys: Sequence[Key], holder: Holder, window: Window) -> None:
        names = [column.name for column in kind.holds.primary_key.columns][:2]
        same: dict[str, object] = {
            "first_day": window.first,
            "last_day": window.last,
            "service_id": holder.service_id,
            "reservation_id": holder.reservation_id,
        }
        if keys:
            self._session.execute(insert(kind.holds), [same | dict(zip(names, key, strict=True)) for key in keys])


def _is_of(table: Table, holder: Holder) -> ColumnElement[bool]:
    if holder.service_id is not None:
        return table.c.service_id == holder.service_id
    return table.c.reservation_id == holder.reservation_id


def _is_one_of(kind: Kind, keys: Sequence[Key]) -> ColumnElement[bool]:
    first, second, _ = kind.holds.primary_key.columns
    return tuple_(first, second).in_(keys)


def _keys_of(kind: Kind) -> Select[Any]:
    first, second, day = kind.holds.primary_key.columns
    return select(first, second).order_by(first, second, day)


def overlaps(table: Table, window: Window) -> ColumnElement[bool]:
    """`Window.overlaps`, in the database's words."""
    ends_late = or_(table.c.last_day.is_(None), table.c.last_day >= window.first)
    return ends_late if window.last is None else ends_late & (table.c.first_day <= window.last)


def _names(wanted: Iterable[tuple[Kind, Sequence[Key]]]) -> tuple[str, ...]:
    return tuple(_each_name(wanted))


def _each_name(wanted: Iterable[tuple[Kind, Sequence[Key]]]) -> Iterator[str]:
    for kind, keys in wanted:
        for first, second in keys:
            yield f"{kind.name} {kind.thing_of(first, second)}"
