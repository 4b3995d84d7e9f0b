"""Why a device does not say what it should.

NeutralhostError
└── AutomationError
    ├── DeviceUnreachable     no answer, or the connection broke
    ├── DeviceRefused         the device answered that it will not do this
    ├── DeviceBusy            somebody else holds the device's configuration session
    ├── PortNotIdle           a port that should be free carries configuration nobody of ours put there
    ├── UnsafeText            a text that may not reach a device's configuration
    └── PlatformUnsupported   no templates or driver for this platform
"""

from inventory.errors import NeutralhostError


class AutomationError(NeutralhostError):
    """A device does not say what it should."""

    code = "automation-error"
