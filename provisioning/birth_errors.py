"""Why a service is not handed over, or has no birth certificate.

ProvisioningError
├── BirthTestsFailed              a test before the handover failed; carries which, measured and expected
└── NotFound
    └── UnknownBirthCertificate   the order has none: it has not come so far, or makes no circuit
"""

from collections.abc import Sequence

from automation.birth.results import TestResult
from inventory.errors import quoted, shortened
from provisioning.errors import NotFound, ProvisioningError

MOST_TOLD = 3  # of the tests that failed; the certificate has all


class BirthTestsFailed(ProvisioningError):
    """The circuit was on its devices, was tested, and failed; every device was sent back."""

    code = "birth-tests-failed"
    next_step = "Every device is as it was before. Put right what the test names, then order again."

    def __init__(self, order_id: str, results: Sequence[TestResult]) -> None:
        self.order_id = order_id
        self.results = tuple(results)
        told = "; ".join(one.sentence for one in self.results[:MOST_TOLD])
        more = len(self.results) - MOST_TOLD
        told += f"; and {more} more" if more > 0 else ""
        super().__init__(
            f"Order {order_id} is not handed over: {told}.",
            order_id=order_id,
            tests=tuple(dict.fromkeys(one.kind.value for one in self.results)),
        )


class UnknownBirthCertificate(NotFound):
    """The order has no birth certificate."""

    code = "unknown-birth-certificate"
    kind = "birth certificate"
    next_step = "Look at the order: one is made when its circuit has been tested, just before it is handed over."

    def __init__(self, order_id: str) -> None:
        self.name = order_id
        ProvisioningError.__init__(
            self, f"Order {quoted(order_id)} has no birth certificate.", kind=self.kind, name=shortened(order_id)
        )
