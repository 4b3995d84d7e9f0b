"""How a device is spoken to, whatever its platform: one function, one exchange, over an open NAPALM driver.

A `Speech` knows what a platform's driver does and what its answers mean; what the text says is the
platform's `Dialect`. Every exchange is done within `speaking_to`, so that what the libraries raise is
one of our reasons. The driver of a device stays open from the first exchange of a run to the last:
commit and confirm share it.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Protocol

from jnpr.junos.exception import ConnectAuthError, ConnectError, RpcError, RpcTimeoutError
from napalm.base.exceptions import (
    CommandErrorException,
    CommandTimeoutException,
    CommitConfirmException,
    CommitError,
    ConnectionException,
    LockError,
    MergeConfigException,
    ReplaceConfigException,
    SessionLockedException,
    UnlockError,
)
from napalm.base.exceptions import ConnectAuthError as NapalmAuthError
from ncclient import NCClientError
from ncclient.operations import RPCError
from ncclient.transport.errors import AuthenticationError
from pyeapi.eapilib import CommandError
from pyeapi.eapilib import ConnectionError as EapiConnectionError

from automation.dialects.dialect import Dialect
from automation.errors import AutomationError, DeviceBusy, DeviceRefused, DeviceSignInRefused, DeviceUnreachable
from automation.redaction import printable, without_typed_secrets
from automation.sessions import Opener

_ERRNO = re.compile(r"^\[Errno [0-9]+\] ")
_LOCK_WAIT_S = 10  # how long NAPALM's eos driver waits for another session (napalm 5.2, eos.py)
_SIGN_IN_REFUSED = (ConnectAuthError, NapalmAuthError, AuthenticationError)
_LOCKED = (SessionLockedException, LockError)
# What requests raises (a driver over HTTPS) is an OSError.
_AWAY = (
    EapiConnectionError,
    ConnectionException,
    ConnectError,
    RpcTimeoutError,
    CommandTimeoutException,
    HTTPException,
    OSError,
)
_REFUSED = (
    CommandError, CommandErrorException, CommitConfirmException, CommitError, MergeConfigException,
    NotImplementedError, ReplaceConfigException, RPCError, RpcError, UnlockError,
)  # fmt: skip
_ANSWERS_NOT_UNDERSTOOD = (KeyError, TypeError, IndexError, ValueError)


@dataclass(frozen=True, slots=True)
class Device:
    """One open device, and what its platform speaks. `driver` holds the password: it stays out of the repr."""

    name: str
    driver: Any  # napalm is not typed
    opener: Opener
    dialect: Dialect
    speech: "Speech"

    def __repr__(self) -> str:
        return f"Device({self.name!r})"


class Speech(Protocol):
    """One platform's way through reading, loading, committing with a timer, and confirming.

    All methods raise DeviceUnreachable, DeviceRefused (DeviceSignInRefused) and DeviceBusy, nothing else.
    A platform that can only be read raises PlatformCannot in all but the first three.
    """

    def running_config(self, device: Device) -> str:
        """The whole configuration that is in force, secrets included."""

    def interfaces(self, device: Device) -> dict[str, dict[str, Any]]:
        """Every port with at least `is_up` and `is_enabled` (NAPALM's get_interfaces)."""

    def facts(self, device: Device) -> dict[str, Any]:
        """NAPALM's get_facts: vendor, model, os_version, serial_number, hostname, uptime (s), interface_list."""

    def together(self, device: Device) -> AbstractContextManager[None]:
        """Inside, what `read_facts` asks the driver's getters is asked in as few requests as the platform can."""

    def let_rest(self, driver: Any) -> None:
        """The device waits for others: let go of what can be had again. An open driver stays open."""

    def free(self, device: Device, wait_s: float) -> tuple[str, ...]:
        """Wait until nobody else is in the middle of changing the device. Return the names of leftovers taken back.

        A leftover is what a run of ours that is over left loaded, or committed with its timer running.

        Raises: DeviceBusy after `wait_s` seconds.
        """

    def load(self, device: Device, commands: str) -> str:
        """Load the commands beside what is in force and return the device's own diff, "" where none. Applies nothing.

        The diff may hold secrets. After a DeviceRefused nothing is left loaded.
        """

    def load_whole(self, device: Device, text: str) -> str:
        """As `load`, but of a whole configuration that takes the place of the one in force (`Can.REPLACE`)."""

    def discard(self, device: Device) -> None:
        """Let go of what is loaded."""

    def commit(self, device: Device, revert_after_s: int) -> None:
        """Apply what is loaded; the device takes it back by itself unless it is confirmed in `revert_after_s` seconds.

        That is a multiple of the platform's `timer_step_s`.
        """

    def commit_for_good(self, device: Device) -> None:
        """Apply what is loaded and save it."""

    def confirm(self, device: Device) -> None:
        """Keep what was committed, and save it."""

    def take_back(self, device: Device) -> bool:
        """Take back what this run has loaded, or committed with its timer running.

        Returns whether there was something; False where it was confirmed, or the timer has run out.
        """

    def is_pending(self, device: Device) -> bool:
        """Is our commit still waiting for its confirmation?"""

    def save(self, device: Device) -> None:
        """Write what is in force to where a reboot reads it; nothing to do where a commit always does."""


type Step[T] = Callable[[Device], T]


class ReadingSpeech:
    """What every NAPALM driver can do: be read. The other platforms' speeches build on it."""

    def running_config(self, device: Device) -> str:
        with speaking_to(device.name):
            return str(device.driver.get_config(retrieve="running")["running"])

    def interfaces(self, device: Device) -> dict[str, dict[str, Any]]:
        with speaking_to(device.name):
            return dict(device.driver.get_interfaces())

    def facts(self, device: Device) -> dict[str, Any]:
        with speaking_to(device.name):
            return dict(device.driver.get_facts())

    def together(self, device: Device) -> AbstractContextManager[None]:  # noqa: ARG002 - the Protocol's
        return nullcontext()

    def let_rest(self, driver: Any) -> None:
        """Nothing: most drivers have one session, and all they hold is in it."""


@contextmanager
def speaking_to(name: str) -> Iterator[None]:
    """Turn what the libraries raise into one of our reasons."""
    try:
        yield
    except AutomationError:
        raise
    except _SIGN_IN_REFUSED:
        raise DeviceSignInRefused(name) from None
    except _LOCKED:
        raise DeviceBusy(name, "of another napalm", _LOCK_WAIT_S) from None
    except _AWAY as error:
        raise _no_answer(name, error) from None
    except _REFUSED as error:
        raise DeviceRefused(name, printable(without_typed_secrets(str(error)))) from None
    except NCClientError as error:  # the transport under NETCONF broke
        raise _no_answer(name, error) from None
    except _ANSWERS_NOT_UNDERSTOOD as error:
        raise DeviceRefused(name, f"its answer was not understood ({type(error).__name__})") from None


def _no_answer(name: str, error: Exception) -> AutomationError:
    words = printable(getattr(error, "message", "") or str(error))
    if words.startswith("Unauthorized"):
        return DeviceSignInRefused(name)
    return DeviceUnreachable(name, _ERRNO.sub("", words.removeprefix("Socket error during eAPI connection: ")))
