"""Why something could not be done in a sandbox, or was made to fail there.

NeutralhostError
└── ProvisioningError
    └── SandboxError
        ├── FailureUnfit      a failure cannot be switched on like that
        ├── SwitchedOff       the sandbox's API was made unavailable on purpose
        └── SandboxAway       no sandbox answers where one should run
"""

from provisioning.errors import ProvisioningError


class SandboxError(ProvisioningError):
    """Something of a sandbox."""

    code = "sandbox-error"


class FailureUnfit(SandboxError):
    """A failure cannot be switched on like that."""

    code = "failure-unfit"
    next_step = "See `neutralhost sandbox failures` for what each takes."

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(f"The failure {kind} cannot be switched on like that: {why}.", kind=kind)


class SwitchedOff(SandboxError):
    """The sandbox's API was made unavailable on purpose."""

    code = "sandbox-switched-off"
    next_step = "Try again as your system would; `neutralhost sandbox heal` ends it."

    def __init__(self) -> None:
        super().__init__("The sandbox was told to answer as if the service were unavailable.")


class SandboxAway(SandboxError):
    """No sandbox answers where one should run."""

    code = "sandbox-away"
    next_step = "Start it with `neutralhost demo --sandbox` and leave it running; it is away for seconds after a reset."

    def __init__(self, url: str, why: str) -> None:
        self.url = url
        super().__init__(f"No sandbox answers at {url}: {why}.", url=url)
