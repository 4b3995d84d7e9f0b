"""Why no RADIUS configuration is made.

ProvisioningError
└── RadiusFileInvalid   the file that says who decides for which realm is missing, or says what cannot be
"""

from inventory.errors import shortened
from provisioning.errors import ProvisioningError


class RadiusFileInvalid(ProvisioningError):
    """The file that says who decides for which realm cannot be used. `why` repeats no secret."""

    code = "radius-file-invalid"
    next_step = "Correct the file that NEUTRALHOST_RADIUS_FILE names; docs/how-to/access-points.md shows one."

    def __init__(self, where: str, why: str) -> None:
        self.where = where
        self.why = why
        super().__init__(f"{shortened(where)} cannot be used: {why}.", where=shortened(where), why=why)
