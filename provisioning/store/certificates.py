"""Certificates of diversity, in the database."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import batched
from typing import Any

from sqlalchemy import JSON, RowMapping, Select, cast, delete, func, insert, select, type_coerce, update
from sqlalchemy.orm import Session

from inventory.store.tables import revision
from provisioning.certificates import (
    Certificate,
    CertificateEvent,
    CertificateEventKind,
    CertificateState,
    ListedCertificate,
)
from provisioning.errors import UnknownService
from provisioning.services import SERVICE_ENDED
from provisioning.store.certificate_tables import certificate_assets, certificate_events, certificates
from provisioning.store.tables import services

CURRENT = (CertificateState.STANDING, CertificateState.BROKEN)
AT_ONCE = 200  # keys in one statement


class StoredCertificates:
    """Implements `work.Certificates`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def current(self, service_id: str) -> Certificate | None:
        query = _current().where(certificates.c.service_id == service_id)
        row = self._session.execute(query).mappings().first()
        return None if row is None else _certificate_of(row)

    def lock(self, service_id: str) -> int:
        # A replacement of the inventory locks this row too, before it writes (inventory.store.mirror).
        kept = self._session.execute(select(revision.c.revision).with_for_update(read=True)).scalar_one()
        of_service = select(services.c.id).where(services.c.id == service_id)
        if self._session.execute(of_service.with_for_update(key_share=True)).first() is None:
            raise UnknownService(service_id)
        return int(kept)

    def history(self, service_id: str, most: int) -> tuple[Certificate, ...]:
        of_service = select(certificates).where(certificates.c.service_id == service_id)
        query = of_service.order_by(certificates.c.number.desc()).limit(most)
        return tuple(map(_certificate_of, reversed(self._session.execute(query).mappings().all())))

    def page(
        self, *, isp_code: str | None, state: CertificateState | None, after: str, limit: int
    ) -> tuple[ListedCertificate, ...]:
        query = self._listed().where(certificates.c.service_id > after).order_by(certificates.c.service_id).limit(limit)
        if isp_code is not None:
            query = query.where(certificates.c.isp_code == isp_code)
        if state is not None:
            query = query.where(certificates.c.state == state)
        return tuple(map(_listed_of, self._session.execute(query).mappings()))

    def _listed(self) -> Select[Any]:
        """The current ones without their documents, some 100 kB each: the database reads in them what is shown."""
        is_postgresql = self._session.get_bind().dialect.name == "postgresql"
        # SQLite reads JSON in a text as it stands; cast, it would be a number.
        document = (cast if is_postgresql else type_coerce)(certificates.c.document, JSON)
        separation = document["separation"]["mm"].as_integer().label("separation_mm")
        columns = (column for column in certificates.c if column is not certificates.c.document)
        return select(*columns, separation).where(certificates.c.state.in_(CURRENT))

    def add(self, certificate: Certificate) -> None:
        self._end(certificate.service_id, CertificateState.REPLACED, certificate.since)
        row = {name: getattr(certificate, name) for name in Certificate.__slots__}
        self._session.execute(insert(certificates).values(row | {"shared": list(certificate.shared)}))
        rows = [
            {"asset": asset, "service_id": certificate.service_id, "fingerprint": fingerprint}
            for asset, fingerprint in sorted(certificate.fingerprints.items())
        ]
        self._session.execute(insert(certificate_assets), rows)

    def break_current(self, service_id: str, shared: Iterable[str], seen: int, at: datetime) -> None:
        values = {"state": CertificateState.BROKEN, "since": at, "shared": list(shared), "proved_revision": seen}
        self._session.execute(update(certificates).where(*_is_current(service_id)).values(values))

    def withdraw(self, service_id: str, at: datetime) -> None:
        self._end(service_id, CertificateState.WITHDRAWN, at)

    def next_number(self, service_id: str) -> int:
        query = select(func.max(certificates.c.number)).where(certificates.c.service_id == service_id)
        return (self._session.execute(query).scalar() or 0) + 1

    def fingerprints(self) -> frozenset[tuple[str, str]]:
        query = select(certificate_assets.c.asset, certificate_assets.c.fingerprint).distinct()
        return frozenset((row.asset, row.fingerprint) for row in self._session.execute(query))

    def resting_on(self, assets: Collection[str]) -> tuple[str, ...]:
        found: set[str] = set()
        for some in batched(sorted(assets), AT_ONCE):
            query = select(certificate_assets.c.service_id).where(certificate_assets.c.asset.in_(some)).distinct()
            found.update(self._session.execute(query).scalars())
        return tuple(sorted(found))

    def broken(self) -> tuple[str, ...]:
        is_broken = certificates.c.state == CertificateState.BROKEN
        query = select(certificates.c.service_id).where(is_broken).order_by(certificates.c.service_id)
        return tuple(self._session.execute(query).scalars())

    def of_ended_services(self) -> tuple[str, ...]:
        of_service = certificates.join(services, certificates.c.service_id == services.c.id)
        query = select(certificates.c.service_id).select_from(of_service)
        query = query.where(certificates.c.state.in_(CURRENT), services.c.state.in_(SERVICE_ENDED))
        return tuple(self._session.execute(query.order_by(certificates.c.service_id)).scalars())

    def record(self, event: CertificateEvent) -> None:
        row = {name: getattr(event, name) for name in CertificateEvent.__slots__ if name != "number"}
        self._session.execute(insert(certificate_events).values(row | {"assets": list(event.assets)}))

    def events(self, *, isp_code: str | None = None, after: int = 0, limit: int) -> tuple[CertificateEvent, ...]:
        table = certificate_events.c
        query = select(certificate_events).where(table.number > after).order_by(table.number).limit(limit)
        if isp_code is not None:
            query = query.where(table.isp_code == isp_code)
        return tuple(map(_event_of, self._session.execute(query).mappings()))

    def newest_events(self, service_id: str, most: int) -> tuple[CertificateEvent, ...]:
        table = certificate_events.c
        query = select(certificate_events).where(table.service_id == service_id).order_by(table.number.desc())
        return tuple(map(_event_of, reversed(self._session.execute(query.limit(most)).mappings().all())))

    def count_by_state(self) -> Mapping[CertificateState, int]:
        query = select(certificates.c.state, func.count()).where(certificates.c.state.in_(CURRENT))
        counts = {row[0]: row[1] for row in self._session.execute(query.group_by(certificates.c.state))}
        return {state: counts.get(state.value, 0) for state in CURRENT}

    def _end(self, service_id: str, state: CertificateState, at: datetime) -> None:
        """The current one counts no more, and rests on nothing."""
        self._session.execute(
            update(certificates).where(*_is_current(service_id)).values({"state": state, "since": at})
        )
        self._session.execute(delete(certificate_assets).where(certificate_assets.c.service_id == service_id))


def _current() -> Select[Any]:
    return select(certificates).where(certificates.c.state.in_(CURRENT))


def _is_current(service_id: str) -> list[Any]:
    return [certificates.c.service_id == service_id, certificates.c.state.in_(CURRENT)]


def _certificate_of(row: RowMapping) -> Certificate:
    return Certificate(**dict(row) | {"state": CertificateState(row["state"]), "shared": tuple(row["shared"])})


def _listed_of(row: RowMapping) -> ListedCertificate:
    return ListedCertificate(**dict(row) | {"state": CertificateState(row["state"]), "shared": tuple(row["shared"])})


def _event_of(row: RowMapping) -> CertificateEvent:
    return CertificateEvent(**dict(row) | {"kind": CertificateEventKind(row["kind"]), "assets": tuple(row["assets"])})
