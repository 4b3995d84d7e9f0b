"""What a transaction may do with birth certificates (part of `work.UnitOfWork`)."""

from typing import Protocol

from provisioning.birth_certificates import BirthCertificate


class Births(Protocol):
    """Birth certificates of services: one an order at most."""

    def save(self, certificate: BirthCertificate) -> None:
        """Keep it as the order's, in place of what was measured for it before."""

    def of_order(self, order_id: str) -> BirthCertificate | None: ...

    def of_service(self, service_id: str, most: int) -> tuple[BirthCertificate, ...]:
        """The newest of a service, oldest first; those that failed among them."""

    def next_number(self, service_id: str) -> int: ...
