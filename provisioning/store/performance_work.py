"""What a transaction may do with performance tests (part of `work.UnitOfWork`)."""

from typing import Protocol

from provisioning.performance_tests import PerformanceTest


class PerformanceTests(Protocol):
    """Performance tests of services."""

    def save(self, test: PerformanceTest) -> None:
        """Keep it, in place of what was kept of it before."""

    def get(self, test_id: str) -> PerformanceTest:
        """Raises: UnknownPerformanceTest."""

    def of_service(self, service_id: str, most: int) -> tuple[PerformanceTest, ...]:
        """The newest of a service, oldest first."""

    def unfinished(self) -> tuple[PerformanceTest, ...]:
        """Those of all services that have not ended."""

    def next_number(self, service_id: str) -> int: ...
