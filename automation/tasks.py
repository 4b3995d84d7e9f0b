"""What one device is asked, through NAPALM, and what its answers mean. One function, one exchange.

The driver is upstream's, unmodified. Three things about it decide how it is used (napalm 5.2,
eos.py): `close()` aborts the open session, a pending commit with it, so commit and confirm must
share one open driver; `confirm_commit()` saves to startup-config by itself; and it believes
running-config even while another process's timer may yet take that back, so we look at the
device's sessions before we read anything.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from napalm.base.exceptions import (
    CommitError,
    ConnectionException,
    MergeConfigException,
    SessionLockedException,
)
from pyeapi.eapilib import CommandError
from pyeapi.eapilib import ConnectionError as EapiConnectionError

from automation.errors import AutomationError, DeviceBusy, DeviceRefused, DeviceSignInRefused, DeviceUnreachable
from automation.redaction import printable, without_secrets
from automation.sessions import Opener, is_alive, is_leftover, open_sessions, session_name

_POLL_S = 0.25
_ERRNO = re.compile(r"^\[Errno [0-9]+\] ")
_ANSWERS_NOT_UNDERSTOOD = (KeyError, TypeError, IndexError, ValueError)


@dataclass(frozen=True, slots=True)
class Device:
    """One open device. `driver` holds the password: it is never shown, so it stays out of the repr."""

    name: str
    driver: Any  # napalm is not typed
    opener: Opener

    def __repr__(self) -> str:
        return f"Device({self.name!r})"


@contextmanager
def speaking_to(name: str) -> Iterator[None]:
    """Turn what the libraries raise into one of our reasons."""
    try:
        yield
    except AutomationError:
        raise
    except SessionLockedException:
        raise DeviceBusy(name, "of another napalm", 10) from None
    except (EapiConnectionError, ConnectionException, HTTPException, OSError) as error:
        raise _no_answer(name, error) from None
    except (CommandError, MergeConfigException, CommitError) as error:
        raise DeviceRefused(name, printable(str(error))) from None
    except _ANSWERS_NOT_UNDERSTOOD as error:
        raise DeviceRefused(name, f"its answer was not understood ({type(error).__name__})") from None


def _no_answer(name: str, error: Exception) -> AutomationError:
    words = printable(getattr(error, "message", "") or str(error))
    if words.startswith("Unauthorized"):
        return DeviceSignInRefused(name)
    return DeviceUnreachable(name, _ERRNO.sub("", words.removeprefix("Socket error during eAPI connection: ")))


def running_config(device: Device) -> str:
    with speaking_to(device.name):
        return str(device.driver.get_config(retrieve="running")["running"])


def interfaces(device: Device) -> dict[str, dict[str, Any]]:
    """Every port with `is_up` and `is_enabled`."""
    with speaking_to(device.name):
        return dict(device.driver.get_interfaces())


def free_device(device: Device, wait_s: float) -> tuple[str, ...]:
    """Wait until nobody's session is open on the device. Return the leftovers of ours that were aborted.

    Raises: DeviceBusy after `wait_s` seconds.
    """
    deadline = time.monotonic() + wait_s
    aborted: list[str] = []
    while True:
        others = _abort_leftovers(device, aborted)
        if not others:
            return tuple(aborted)
        if time.monotonic() >= deadline:
            raise DeviceBusy(device.name, printable(others[0]), int(wait_s))
        time.sleep(_POLL_S)


def _abort_leftovers(device: Device, aborted: list[str]) -> list[str]:
    """Abort our leftovers, note their names, and return the open sessions that are not ours to abort."""
    others: list[str] = []
    with speaking_to(device.name):
        for name in _sessions(device):
            if is_leftover(name, device.opener, time.time(), is_alive):
                device.driver.device.run_commands([f"configure session {name} abort"], encoding="text")
                aborted.append(name)
            else:
                others.append(name)
    return others


def _sessions(device: Device) -> dict[str, bool]:
    return open_sessions(device.driver.device.run_commands(["show configuration sessions detail"])[0])


def load(device: Device, commands: str) -> str:
    """Load the commands into a session of ours and return the device's own diff. Nothing is applied.

    Raises: DeviceRefused (the session is gone), DeviceBusy, DeviceUnreachable.
    """
    with speaking_to(device.name):
        device.driver.config_session = session_name(device.opener, time.time())
        try:
            device.driver.load_merge_candidate(config=commands)
        except SessionLockedException:
            device.driver.config_session = None  # it was never opened
            raise
        return without_secrets(str(device.driver.compare_config()))


def discard(device: Device) -> None:
    with speaking_to(device.name):
        device.driver.discard_config()


def commit(device: Device, revert_after_s: int) -> None:
    """Apply what is loaded; the device takes it back by itself unless it is confirmed in time."""
    with speaking_to(device.name):
        device.driver.commit_config(revert_in=revert_after_s)


def commit_for_good(device: Device) -> None:
    """Apply what is loaded and save it."""
    with speaking_to(device.name):
        device.driver.commit_config()


def confirm(device: Device) -> None:
    """Keep what was committed, and save it."""
    with speaking_to(device.name):
        device.driver.confirm_commit()


def take_back(device: Device) -> bool:
    """Take back our session, whether it is only loaded or committed with its timer running.

    Returns whether there was one; False where it was confirmed, or the timer has run out.
    """
    with speaking_to(device.name):
        is_open = device.driver.config_session in _sessions(device)
        if is_open:
            device.driver.discard_config()
        device.driver.config_session = None
        return is_open


def is_pending(device: Device) -> bool:
    """Is our commit still waiting for its confirmation?"""
    with speaking_to(device.name):
        return _sessions(device).get(device.driver.config_session or "", False)


def save(device: Device) -> None:
    with speaking_to(device.name):
        device.driver.device.run_commands(["write memory"], encoding="text")


type Step[T] = Callable[[Device], T]
