"""Birth certificates, in the database."""

from typing import Any

from sqlalchemy import Row, delete, func, insert, select
from sqlalchemy.orm import Session

from provisioning.birth_certificates import BirthCertificate, BirthState
from provisioning.store.birth_tables import birth_certificates
from provisioning.store.keys import can_be_key


class StoredBirths:
    """Implements `birth_work.Births`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save(self, certificate: BirthCertificate) -> None:
        self._session.execute(delete(birth_certificates).where(birth_certificates.c.order_id == certificate.order_id))
        row = {name: getattr(certificate, name) for name in BirthCertificate.__slots__}
        self._session.execute(insert(birth_certificates).values(row))

    def of_order(self, order_id: str) -> BirthCertificate | None:
        if not can_be_key(order_id):
            return None
        query = select(birth_certificates).where(birth_certificates.c.order_id == order_id)
        row = self._session.execute(query).first()
        return None if row is None else _certificate_of(row)

    def of_service(self, service_id: str, most: int) -> tuple[BirthCertificate, ...]:
        if not can_be_key(service_id):
            return ()
        table = birth_certificates.c
        query = select(birth_certificates).where(table.service_id == service_id)
        newest = query.order_by(table.at.desc(), table.order_id.desc()).limit(most)
        return tuple(map(_certificate_of, reversed(self._session.execute(newest).all())))

    def next_number(self, service_id: str) -> int:
        query = select(func.max(birth_certificates.c.number)).where(birth_certificates.c.service_id == service_id)
        return (self._session.execute(query).scalar() or 0) + 1


def _certificate_of(row: Row[Any]) -> BirthCertificate:
    known = {name: getattr(row, name) for name in BirthCertificate.__slots__}
    return BirthCertificate(**known | {"state": BirthState(row.state)})
