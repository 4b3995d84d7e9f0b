"""What a transaction may do with access points that are expected (part of `work.UnitOfWork`)."""

from typing import Protocol

from provisioning.enrolments import Enrolment


class Enrolments(Protocol):
    """Access points that are, or were, expected: one row a device, one a serial."""

    def save(self, enrolment: Enrolment) -> None:
        """Keep it, in place of what was kept of its device, and of its serial."""

    def use(self, enrolment: Enrolment) -> bool:
        """Keep that its key was used; False where another transaction was first."""

    def of_serial(self, serial: str) -> Enrolment | None: ...

    def all(self) -> tuple[Enrolment, ...]:
        """Newest first."""

    def not_serving(self) -> tuple[Enrolment, ...]:
        """Those that phoned home, and have not been reached yet."""
