"""Why an access point is not enrolled, or is not let in when it phones home.

ProvisioningError
├── NotEnrollable      the device is none that phones home, or has no serial or address
└── NotWelcome         an access point that phones home is not let in
    ├── SerialUnknown      no access point of that serial is expected
    ├── HomeKeyWrong       that is not the key it was given
    ├── HomeKeyUsed        the key was used already
    └── HomeKeyExpired     the key was not used in time
"""

from datetime import datetime

from inventory.errors import quoted, shortened
from provisioning.errors import ProvisioningError


class NotEnrollable(ProvisioningError):
    """The device cannot phone home. `why` says what is lacking."""

    code = "not-enrollable"
    next_step = "Correct the inventory, or add the access point with `neutralhost device add-ap`."

    def __init__(self, device: str, why: str) -> None:
        self.device = device
        self.why = why
        super().__init__(f"{device} cannot be enrolled: {why}.", device=device, why=why)


class NotWelcome(ProvisioningError):
    """An access point that phones home is not let in."""

    code = "not-welcome"


class SerialUnknown(NotWelcome):
    """No access point of that serial is expected."""

    code = "serial-unknown"
    next_step = "Enrol the access point with `neutralhost device enrol`, and compare the serial with its label."

    def __init__(self, serial: str) -> None:
        super().__init__(f"No access point of serial {quoted(serial)} is expected.", serial=shortened(serial))


class HomeKeyWrong(NotWelcome):
    """That is not the key the access point was given. The key is not repeated."""

    code = "home-key-wrong"
    next_step = "Type the key in again, or let the operator issue a new one with `neutralhost device enrol`."

    def __init__(self, serial: str) -> None:
        super().__init__(
            f"That is not the key that the access point of serial {quoted(serial)} was given.",
            serial=shortened(serial),
        )


class HomeKeyUsed(NotWelcome):
    """The key was used already: it is good once."""

    code = "home-key-used"
    next_step = "Find out who used it; let the operator issue a new one with `neutralhost device enrol`."

    def __init__(self, device: str, at: datetime) -> None:
        self.device = device
        self.at = at
        super().__init__(f"The key of {device} was used at {at:%Y-%m-%d %H:%M} UTC.", device=device, at=at.isoformat())


class HomeKeyExpired(NotWelcome):
    """The key was not used in time."""

    code = "home-key-expired"
    next_step = "Let the operator issue a new one with `neutralhost device enrol`."

    def __init__(self, device: str, at: datetime) -> None:
        self.device = device
        self.at = at
        super().__init__(
            f"The key of {device} was good until {at:%Y-%m-%d %H:%M} UTC.", device=device, at=at.isoformat()
        )
