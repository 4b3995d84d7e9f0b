"""What services hold: UNIs, tags and bandwidth. The unique keys decide who was first.

Order of locks, the same in every transaction, so that none waits in a circle: rows of
`commitments` (handover first, then links by code), then the UNI's own row and its hold (`holds`), tags
at the handover, tags by device name. On SQLite a transaction is the only writer from its beginning, and nothing waits.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from inventory.devices import PortRef
from inventory.errors import UnknownThing
from inventory.windows import Window
from provisioning.carried import Carried
from provisioning.errors import AlreadyHeld, ReservationConflict
from provisioning.services import Circuit
from provisioning.store.hold_tables import held_ports
from provisioning.store.holds import DEADLOCK, StoredHolds, overlaps
from provisioning.store.plant_work import Holder
from provisioning.store.tables import commitments, held_device_tags, held_handover_tags, held_links
from provisioning.usage import Usage

HANDOVER = "handover"
LINK = "link"


class StoredReservations:
    """Implements `work.Reservations`. A UNI is held from today on, until further notice."""

    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now
        self._holds = StoredHolds(session)

    def usage(
        self, devices: Sequence[str], links: Sequence[str] | None, handover: str | None, *, lock: bool = False
    ) -> Usage:
        if lock:
            self._lock(links or (), handover)
        return Usage(
            link_committed_mbps=self._committed(LINK, links),
            handover_committed_mbps=self._committed(HANDOVER, None if handover is None else (handover,)),
            unis_taken=self._unis_taken(devices),
            handover_tags=self._handover_tags(handover),
            device_tags=self._device_tags(devices),
        )

    def hold(self, service_id: str, circuit: Circuit) -> None:
        self._hold(service_id, circuit, {}, circuit.unis)

    def hold_beside(self, service_id: str, circuit: Circuit, leaving_id: str) -> None:
        self._hold(service_id, circuit, self._held_links(leaving_id), ())

    def take_over(self, service_id: str, circuit: Circuit, leaving_id: str) -> None:
        shared = sorted(set(circuit.link_codes) & set(self._held_links(leaving_id)))
        self._lock(shared, None)
        for link in shared:
            self._hold_of_link(link, leaving_id, 0)
            self._hold_of_link(link, service_id, circuit.profile.cir_mbps)
        self._holds.pass_port_on(circuit.uni, Holder(service_id=leaving_id), Holder(service_id=service_id))

    def _held_links(self, service_id: str) -> dict[str, int]:
        return dict(self._held(held_links.c.link, held_links.c.cir_mbps, service_id))

    def _hold_of_link(self, link: str, service_id: str, cir_mbps: int) -> None:
        mine = (held_links.c.service_id == service_id, held_links.c.link == link)
        held_mbps = self._session.execute(select(held_links.c.cir_mbps).where(*mine)).scalar_one()
        self._session.execute(update(held_links).where(*mine).values(cir_mbps=cir_mbps))
        self._commit_more(LINK, link, cir_mbps - held_mbps)

    def _hold(self, service_id: str, circuit: Circuit, beside: Mapping[str, int], unis: Sequence[PortRef]) -> None:
        self._lock(circuit.link_codes, circuit.handover_code or None)
        try:
            self._take(service_id, circuit, beside, unis)
        except (IntegrityError, UnknownThing, AlreadyHeld) as error:
            raise ReservationConflict(service_id, _describe(circuit)) from error
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != DEADLOCK:
                raise
            raise ReservationConflict(service_id, _describe(circuit)) from error

    def hold_more(self, service_id: str, circuit: Circuit) -> None:
        more = sorted(set(circuit.link_codes) - set(self._held_links(service_id)))
        self._lock(more, None)
        tags = held_device_tags.c
        held = {device for device, _ in self._held(tags.device, tags.s_vlan, service_id)}
        mine = {"service_id": service_id, "s_vlan": circuit.s_vlan}
        try:
            for link in more:
                self._commit_more(LINK, link, circuit.profile.cir_mbps)
                row = {"service_id": service_id, "link": link, "cir_mbps": circuit.profile.cir_mbps}
                self._session.execute(insert(held_links).values(row))
            for device in sorted({hop.device for hop in circuit.hops} - held):
                self._session.execute(insert(held_device_tags).values(mine | {"device": device}))
        except IntegrityError as error:
            raise ReservationConflict(service_id, _describe(circuit)) from error

    def keep_only(self, service_id: str, circuit: Circuit) -> None:
        self._lock_what_is_held_by(service_id)
        devices = {hop.device for hop in circuit.hops}
        links, tags = held_links.c, held_device_tags.c
        for link, cir_mbps in self._held(links.link, links.cir_mbps, service_id):
            if link not in circuit.link_codes:
                self._session.execute(delete(held_links).where(links.service_id == service_id, links.link == link))
                self._commit_more(LINK, link, -cir_mbps)
        gone = tags.device.not_in(devices)
        self._session.execute(delete(held_device_tags).where(tags.service_id == service_id, gone))

    def hold_tag(self, service_id: str, handover: str, s_vlan: int, devices: Sequence[str]) -> None:
        self._lock((), handover)
        mine = {"service_id": service_id, "s_vlan": s_vlan}
        try:
            self._session.execute(insert(held_handover_tags).values(mine | {"handover": handover, "cir_mbps": 0}))
            for device in sorted(set(devices)):
                self._session.execute(insert(held_device_tags).values(mine | {"device": device}))
        except IntegrityError as error:
            raise ReservationConflict(service_id, f"S-VLAN {s_vlan} at {handover}") from error

    def hold_carried(self, service_id: str, handover: str, carried: Carried) -> None:
        cir_mbps = 0 if carried.backhaul is None else carried.backhaul.profile.cir_mbps
        self._lock(carried.links, handover)
        mine = {"service_id": service_id, "s_vlan": carried.s_vlan}
        try:
            self._commit_more(HANDOVER, handover, cir_mbps)
            for link in sorted(set(carried.links)):
                self._commit_more(LINK, link, cir_mbps)
                self._session.execute(insert(held_links).values(service_id=service_id, link=link, cir_mbps=cir_mbps))
            at_handover = mine | {"handover": handover, "cir_mbps": cir_mbps}
            self._session.execute(insert(held_handover_tags).values(at_handover))
            for device in sorted({hop.device for hop in carried.hops}):
                self._session.execute(insert(held_device_tags).values(mine | {"device": device}))
        except IntegrityError as error:
            raise ReservationConflict(service_id, f"S-VLAN {carried.s_vlan} at {handover}") from error

    def hold_tag_on(self, service_id: str, s_vlan: int, devices: Sequence[str]) -> None:
        rows = [{"service_id": service_id, "s_vlan": s_vlan, "device": device} for device in sorted(set(devices))]
        try:
            for row in rows:
                self._session.execute(insert(held_device_tags).values(row))
        except IntegrityError as error:
            raise ReservationConflict(service_id, f"S-VLAN {s_vlan} on {', '.join(devices)}") from error

    def hold_links(self, service_id: str, carried: Carried) -> None:
        cir_mbps = 0 if carried.backhaul is None else carried.backhaul.profile.cir_mbps
        more = sorted(set(carried.links) - set(self._held_links(service_id)))
        self._lock(more, None)
        try:
            for link in more:
                self._commit_more(LINK, link, cir_mbps)
                self._session.execute(insert(held_links).values(service_id=service_id, link=link, cir_mbps=cir_mbps))
        except IntegrityError as error:
            raise ReservationConflict(service_id, ", ".join(more)) from error

    def keep_links(self, service_id: str, carried: Carried) -> None:
        self._lock_what_is_held_by(service_id)
        for link, cir_mbps in self._held_links(service_id).items():
            if link not in carried.links:
                mine = (held_links.c.service_id == service_id, held_links.c.link == link)
                self._session.execute(delete(held_links).where(*mine))
                self._commit_more(LINK, link, -cir_mbps)

    def keep_tag_on(self, service_id: str, devices: Sequence[str]) -> None:
        tags = held_device_tags.c
        gone = tags.device.not_in(sorted(set(devices)))
        self._session.execute(delete(held_device_tags).where(tags.service_id == service_id, gone))

    def resize(self, service_id: str, cir_mbps: int) -> None:
        self._lock_what_is_held_by(service_id)
        self._resize(HANDOVER, held_handover_tags, held_handover_tags.c.handover, service_id, cir_mbps)
        self._resize(LINK, held_links, held_links.c.link, service_id, cir_mbps)

    def release(self, service_id: str) -> None:
        self._lock_what_is_held_by(service_id)
        # What is given back is what this delete removed: a second release at the same moment removes nothing.
        self._give_back(HANDOVER, held_handover_tags, held_handover_tags.c.handover, service_id)
        self._give_back(LINK, held_links, held_links.c.link, service_id)
        self._holds.give_back(Holder(service_id=service_id))
        self._session.execute(delete(held_device_tags).where(held_device_tags.c.service_id == service_id))

    def some_on(self, devices: Collection[str], most: int) -> tuple[str, ...]:
        tags = held_device_tags.c
        query = select(tags.service_id).where(tags.device.in_(devices)).distinct().order_by(tags.service_id)
        return tuple(self._session.execute(query.limit(most)).scalars())

    def held_by(self, service_id: str) -> tuple[str, ...]:
        unis, tags, device_tags, links = held_ports.c, held_handover_tags.c, held_device_tags.c, held_links.c
        return (
            *(f"uni {device}:{port}" for device, port in self._held(unis.device, unis.port, service_id)),
            *(f"tag {tag} at {code}" for code, tag in self._held(tags.handover, tags.s_vlan, service_id)),
            *(f"tag {tag} on {name}" for name, tag in self._held(device_tags.device, device_tags.s_vlan, service_id)),
            *(f"{mbps} Mbit/s on {link}" for link, mbps in self._held(links.link, links.cir_mbps, service_id)),
        )

    def _take(self, service_id: str, circuit: Circuit, beside: Mapping[str, int], unis: Sequence[PortRef]) -> None:
        cir_mbps = circuit.profile.cir_mbps
        if circuit.handover_code:
            self._commit_more(HANDOVER, circuit.handover_code, cir_mbps)
        for link in sorted(set(circuit.link_codes)):
            more_mbps = max(0, cir_mbps - beside.get(link, 0))
            self._commit_more(LINK, link, more_mbps)
            self._session.execute(insert(held_links).values(service_id=service_id, link=link, cir_mbps=more_mbps))
        mine = {"service_id": service_id, "s_vlan": circuit.s_vlan}
        self._holds.take(Holder(service_id=service_id), self._from_today(), ports=unis)
        if circuit.handover_code:
            at_handover = mine | {"handover": circuit.handover_code, "cir_mbps": cir_mbps}
            self._session.execute(insert(held_handover_tags).values(at_handover))
        for device in sorted({hop.device for hop in circuit.hops}):
            self._session.execute(insert(held_device_tags).values(mine | {"device": device}))

    def _lock(self, links: Sequence[str], handover: str | None) -> None:
        """Make the rows that are not there yet, then keep them until the transaction ends."""
        wanted = ([(HANDOVER, handover)] if handover is not None else []) + [
            (LINK, link) for link in sorted(set(links))
        ]
        dialect = postgresql if self._session.get_bind().dialect.name == "postgresql" else sqlite
        for kind, code in wanted:
            row = dialect.insert(commitments).values(kind=kind, code=code, committed_mbps=0)
            self._session.execute(row.on_conflict_do_nothing())
            mine = (commitments.c.kind == kind, commitments.c.code == code)
            self._session.execute(select(commitments.c.code).where(*mine).with_for_update())

    def _commit_more(self, kind: str, code: str, mbps: int) -> None:
        more = commitments.c.committed_mbps + mbps
        mine = (commitments.c.kind == kind, commitments.c.code == code)
        self._session.execute(update(commitments).where(*mine).values(committed_mbps=more))

    def _committed(self, kind: str, codes: Sequence[str] | None) -> Mapping[str, int]:
        query = select(commitments.c.code, commitments.c.committed_mbps).where(
            commitments.c.kind == kind, commitments.c.committed_mbps > 0
        )
        if codes is not None:
            query = query.where(commitments.c.code.in_(codes))
        return {row.code: row.committed_mbps for row in self._session.execute(query)}

    def _unis_taken(self, devices: Sequence[str]) -> frozenset[str]:
        """Held on any day from today on: a circuit has no last day, and cannot have a port reserved for later."""
        query = select(held_ports.c.device, held_ports.c.port).where(held_ports.c.device.in_(devices))
        held = query.where(overlaps(held_ports, self._from_today()))
        return frozenset(f"{device}:{port}" for device, port in self._session.execute(held))

    def _from_today(self) -> Window:
        return Window(self._now().date())

    def _handover_tags(self, handover: str | None) -> Mapping[str, frozenset[int]]:
        if handover is None:
            return {}
        query = select(held_handover_tags.c.s_vlan).where(held_handover_tags.c.handover == handover)
        return {handover: frozenset(self._session.execute(query).scalars())}

    def _device_tags(self, devices: Sequence[str]) -> Mapping[str, frozenset[int]]:
        query = select(held_device_tags.c.device, held_device_tags.c.s_vlan)
        found: dict[str, set[int]] = {device: set() for device in devices}
        for device, s_vlan in self._session.execute(query.where(held_device_tags.c.device.in_(devices))):
            found[device].add(s_vlan)
        return {device: frozenset(tags) for device, tags in found.items()}

    def _lock_what_is_held_by(self, service_id: str) -> None:
        handovers = self._held(held_handover_tags.c.handover, held_handover_tags.c.cir_mbps, service_id)
        links = self._held(held_links.c.link, held_links.c.cir_mbps, service_id)
        self._lock([link for link, _ in links], handovers[0][0] if handovers else None)

    def _resize(self, kind: str, table: Table, code: Column[Any], service_id: str, cir_mbps: int) -> None:
        for name, held_mbps in self._held(code, table.c.cir_mbps, service_id):
            self._commit_more(kind, name, cir_mbps - held_mbps)
        self._session.execute(update(table).where(table.c.service_id == service_id).values(cir_mbps=cir_mbps))

    def _give_back(self, kind: str, table: Table, code: Column[Any], service_id: str) -> None:
        gone = delete(table).where(table.c.service_id == service_id).returning(code, table.c.cir_mbps)
        for name, cir_mbps in self._session.execute(gone).all():
            self._commit_more(kind, name, -cir_mbps)

    def _held(self, what: Column[Any], how: Column[Any], service_id: str) -> list[tuple[Any, Any]]:
        query = select(what, how).where(what.table.c.service_id == service_id).order_by(what, how)
        return [(first, second) for first, second in self._session.execute(query)]


def _describe(circuit: Circuit) -> str:
    return f"{circuit.uni} or S-VLAN {circuit.s_vlan} at {circuit.handover_code}"
