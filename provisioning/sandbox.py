"""An ISP's sandbox: the same code on simulated devices, and what can be made to go wrong there on purpose.

A failure is switched on and off by whoever builds against the sandbox. It stands for something that happens in a real
network; what neutralhost does about it is not simulated. Times in seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from provisioning.sandbox_errors import FailureUnfit

LONGEST_S = 60.0
MOST_TIMES = 1000


class FailureKind(StrEnum):
    """What can be switched on."""

    DEVICES_AWAY = "devices-away"
    DEVICES_REFUSE = "devices-refuse"
    DEVICES_SLOW = "devices-slow"
    DEVICES_LOST = "devices-lost-after-commit"
    API_UNAVAILABLE = "api-unavailable"
    API_SLOW = "api-slow"
    OPERATOR_AWAY = "operator-away"
    OPERATOR_DECLINES = "operator-declines"


MEANING: Mapping[FailureKind, str] = {
    FailureKind.DEVICES_AWAY: "No device can be reached: orders wait, and go on when they can.",
    FailureKind.DEVICES_REFUSE: "Every device refuses what it is told: orders fail, and all they held is given back.",
    FailureKind.DEVICES_SLOW: "Devices take this many seconds for each answer.",
    FailureKind.DEVICES_LOST: "A device is lost right after it commits, and goes back by itself.",
    FailureKind.API_UNAVAILABLE: "The next so many requests (0: all) are answered with 503.",
    FailureKind.API_SLOW: "Every request takes this many seconds longer.",
    FailureKind.OPERATOR_AWAY: "Nobody approves anything: orders that need a person wait.",
    FailureKind.OPERATOR_DECLINES: "Every order that needs a person's approval is declined.",
}

OF_DEVICES = frozenset(kind for kind in FailureKind if kind.startswith("devices-"))
WITH_SECONDS = frozenset({FailureKind.DEVICES_SLOW, FailureKind.API_SLOW})


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure that is on. `device` None is every device; `times` 0 is until it is switched off."""

    kind: FailureKind
    device: str | None = None
    seconds: float = 0.0
    times: int = 0


@dataclass(frozen=True, slots=True)
class SandboxState:
    """What is on, and the devices there are. `started` tells one run of the sandbox from the next."""

    started: str
    failures: tuple[Failure, ...]
    devices: tuple[str, ...]


class SandboxControls(Protocol):
    """What a face may ask of a running sandbox."""

    def state(self) -> SandboxState: ...

    def switch_on(self, failure: Failure) -> None:
        """Raises: FailureUnfit; UnknownThing: no such device."""

    def switch_off(self, kind: FailureKind | None = None) -> None:
        """One failure, or all; what is off already is fine."""

    def meet_request(self) -> None:
        """Let a request of an ISP through, late or not at all. Raises: SwitchedOff."""

    def reset(self) -> None:
        """Ask for the data as they were seeded; the sandbox goes away for a moment."""


def check_failure(failure: Failure) -> None:
    """Raises: FailureUnfit, where a member does not go with the kind."""
    if failure.device is not None and failure.kind not in OF_DEVICES:
        raise FailureUnfit(failure.kind, "it is not about a device")
    if failure.kind in WITH_SECONDS and not 0 < failure.seconds <= LONGEST_S:
        raise FailureUnfit(failure.kind, f"it says for how many seconds, above 0 and at most {LONGEST_S:.0f}")
    if failure.kind not in WITH_SECONDS and failure.seconds:
        raise FailureUnfit(failure.kind, "it takes no seconds")
    if failure.times and failure.kind is not FailureKind.API_UNAVAILABLE:
        raise FailureUnfit(failure.kind, "it is on until it is switched off, and takes no number of times")
    if not 0 <= failure.times <= MOST_TIMES:
        raise FailureUnfit(failure.kind, f"it is for at most {MOST_TIMES} requests; 0 is until it is switched off")
