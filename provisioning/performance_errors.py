"""Why a service is not tested while it is in use.

ProvisioningError
├── ServiceNotTestable           it is not active, or no device carries frames for it
├── PerformanceTestGoesOn        it is being tested already
├── TooManyPerformanceTests      as many services are being tested as may be
└── NotFound
    └── UnknownPerformanceTest   there is none of that id
"""

from inventory.errors import shortened
from provisioning.errors import NotFound, ProvisioningError


class ServiceNotTestable(ProvisioningError):
    """It is not active, or no device carries frames for it."""

    code = "service-not-testable"
    next_step = "Choose a service that is active and is carried by devices: `neutralhost service list --state active`."

    def __init__(self, service_id: str, why: str) -> None:
        self.service_id = service_id
        self.why = why
        super().__init__(f"Service {shortened(service_id)} cannot be tested: {why}.", service_id=service_id, why=why)


class PerformanceTestGoesOn(ProvisioningError):
    """It is being tested already."""

    code = "performance-test-goes-on"
    next_step = "Wait until that test has ended, or look at it: `neutralhost service birth-certificate NAME --all`."

    def __init__(self, service_id: str, test_id: str) -> None:
        self.service_id = service_id
        self.test_id = test_id
        super().__init__(f"{test_id} of service {service_id} goes on.", service_id=service_id, test_id=test_id)


class TooManyPerformanceTests(ProvisioningError):
    """As many services are being tested as may be: the rest of a worker's hands are for orders."""

    code = "too-many-performance-tests"
    next_step = "Wait until one of them has ended."

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(f"{most} services are being tested, and no more may be at a time.", most=most)


class UnknownPerformanceTest(NotFound):
    """There is none of that id."""

    code = "unknown-performance-test"
    kind = "performance test"
    next_step = "List a service's with `neutralhost service birth-certificate NAME --all`."
