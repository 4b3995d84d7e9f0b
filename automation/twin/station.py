"""How a kind of simulated device joins a fleet: what it is given, and what it must answer.

A simulator runs on its fleet's one background loop; all of this is called there, and nothing in it blocks.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from automation.twin.eapi import Credentials
from automation.twin.faults import Faults
from automation.twin.forwarding import Forwarding
from automation.twin.model import NOTHING_COUNTED, Octets, TwinDevice
from automation.twin.sessions import CallLater, CommitCounts
from automation.twin.traffic import Traffic


@dataclass(frozen=True, slots=True)
class Site:
    """What one simulated device is given by its fleet.

    `startup` is the text it boots: what it saved last, or its first configuration. `clock` is monotonic
    seconds, `epoch` seconds since 1970. `save` is told the startup-config whenever it is written. `link_up`,
    `light_dbm` and `octets` (what it has counted) answer for a port. The simulator calls `changed` behind anything
    that changes what it forwards or whether a port is enabled, and `die` right behind the answer to a commit where the
    faults say so; it counts who comes and what is asked in `traffic`.
    """

    device: TwinDevice
    startup: str
    credentials: Credentials
    faults: Faults
    clock: Callable[[], float]
    epoch: Callable[[], float]
    call_later: CallLater
    save: Callable[[str], None]
    link_up: Callable[[str], bool]
    light_dbm: Callable[[str], float | None]
    changed: Callable[[], None]
    die: Callable[[], None]
    traffic: Traffic = field(default_factory=Traffic)
    octets: Callable[[str], Octets] = lambda _port: NOTHING_COUNTED


class Station(Protocol):
    """One simulated device with its management agent."""

    @property
    def device(self) -> TwinDevice: ...

    @property
    def running_config(self) -> str: ...

    @property
    def startup_config(self) -> str: ...

    @property
    def counts(self) -> CommitCounts:
        """How often its running configuration was changed through the agent, and how that ended."""

    def listen(self, port: int) -> int:
        """Listen on the device's address and this TCP port (0: any), and return the port. Raises: OSError."""

    def close(self) -> None:
        """Stop listening and break all connections; what it knows and does goes on. Twice is the same as once."""

    def switch_off(self) -> None:
        """Close, and cancel every timer."""

    def edit(self, lines: Sequence[str]) -> None:
        """Change the running configuration by hand, past the agent. Raises: CommandRefused."""

    def reboot(self) -> None:
        """Boot what was written last: the rest is lost, sessions and timers too."""

    def lose_startup(self) -> None:
        """Forget what was written: the next boot finds what the device had on its first day."""

    def is_enabled(self, port: str) -> bool:
        """Whether the configuration leaves the port open (not shut)."""

    def forwarding(self) -> Forwarding:
        """What it does with frames now."""


type StationMaker = Callable[[Site], Station]
type StationMakers = Mapping[str, StationMaker]
