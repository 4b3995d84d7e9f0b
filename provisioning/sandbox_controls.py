"""A running sandbox's failure switches, on its simulated devices and its faces."""

import secrets
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from automation.twin.fleet import Fleet
from inventory.errors import UnknownThing
from provisioning.sandbox import Failure, FailureKind, SandboxState, check_failure
from provisioning.sandbox_errors import SwitchedOff

ANYTHING = "."  # the regular expression of a line that is refused

type Act = Callable[[Fleet, str, Failure], None]

ON: Mapping[FailureKind, Act] = {
    FailureKind.DEVICES_AWAY: lambda fleet, device, _: fleet.go_away(device),
    FailureKind.DEVICES_REFUSE: lambda fleet, device, _: fleet.refuse(device, ANYTHING),
    FailureKind.DEVICES_SLOW: lambda fleet, device, failure: fleet.answer_after(device, failure.seconds),
    FailureKind.DEVICES_LOST: lambda fleet, device, _: fleet.die_after_commit(device),
}


class FleetControls:
    """Implements `sandbox.SandboxControls`. `wait` sleeps, for tests to give their own."""

    def __init__(self, fleet: Fleet, *, wait: Callable[[float], None] = time.sleep) -> None:
        self._fleet = fleet
        self._wait = wait
        self._started = secrets.token_hex(8)
        self._lock = threading.Lock()
        self._failures: dict[FailureKind, Failure] = {}
        self._names = tuple(sorted(device.name for device in fleet.devices))
        self.reset_asked = threading.Event()

    def state(self) -> SandboxState:
        with self._lock:
            return SandboxState(
                self._started, tuple(self._failures[kind] for kind in sorted(self._failures)), self._names
            )

    def is_on(self, kind: FailureKind) -> bool:
        with self._lock:
            return kind in self._failures

    def switch_on(self, failure: Failure) -> None:
        check_failure(failure)
        if failure.device is not None and failure.device not in self._names:
            raise UnknownThing("simulated device", failure.device)
        with self._lock:
            if failure.kind in self._failures:
                self._undo(failure.kind)
            for device in self._of(failure):
                ON[failure.kind](self._fleet, device, failure)
            self._failures[failure.kind] = failure

    def switch_off(self, kind: FailureKind | None = None) -> None:
        with self._lock:
            for each in tuple(self._failures) if kind is None else (kind,):
                if each in self._failures:
                    self._undo(each)

    def meet_request(self) -> None:
        with self._lock:
            slow = self._failures.get(FailureKind.API_SLOW)
            refused = self._count_refusal()
        if slow is not None:
            self._wait(slow.seconds)
        if refused:
            raise SwitchedOff

    def reset(self) -> None:
        self.reset_asked.set()

    def _count_refusal(self) -> bool:
        failure = self._failures.get(FailureKind.API_UNAVAILABLE)
        if failure is None:
            return False
        if failure.times == 1:
            del self._failures[failure.kind]
        elif failure.times:
            self._failures[failure.kind] = replace(failure, times=failure.times - 1)
        return True

    def _undo(self, kind: FailureKind) -> None:
        """Heal the devices, and then put back what else is on: the fleet heals a device of everything at once."""
        failure = self._failures.pop(kind)
        devices = self._of(failure)
        for device in devices:
            self._fleet.heal(device)
            self._fleet.come_back(device)
        for other in self._failures.values():
            for device in set(self._of(other)) & set(devices):
                ON[other.kind](self._fleet, device, other)

    def _of(self, failure: Failure) -> Iterable[str]:
        if failure.kind not in ON:
            return ()
        return self._names if failure.device is None else (failure.device,)
