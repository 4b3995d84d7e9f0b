"""What came to a simulated device's management, as the device counts it."""

from dataclasses import dataclass


@dataclass(slots=True)
class Traffic:
    """Connections that were opened, and requests that were read on them, since the device was made."""

    connections: int = 0
    requests: int = 0
