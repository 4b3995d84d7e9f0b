"""How an EOS device is spoken to.

The driver is upstream's, unmodified. Three things about it decide how it is used (napalm 5.2,
eos.py): `close()` aborts the open session, a pending commit with it, so commit and confirm must
share one open driver; `confirm_commit()` saves to startup-config by itself; and it believes
running-config even while another process's timer may yet take that back, so we look at the
device's sessions before we read anything.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from napalm.base.exceptions import SessionLockedException

from automation.errors import DeviceBusy
from automation.redaction import printable
from automation.sessions import is_alive, is_leftover, open_sessions, session_name
from automation.speech.speech import Device, speaking_to
from automation.speech.verbs import PlainVerbs

_POLL_S = 0.25
# What the driver asks one by one (napalm 5.2, eos.py), and a device answers in one request as well: get_interfaces,
# get_lldp_neighbors and get_optics; the commits that wait, before one is begun or confirmed.
_LOOKS = ("show interfaces", "show lldp neighbors", "show interfaces transceiver")
_PENDING = ("show configuration sessions detail", "show version")


class EosSpeech(PlainVerbs):
    """eAPI through NAPALM: configuration sessions with a name of ours, `commit timer`, abort."""

    @contextmanager
    def together(self, device: Device) -> Iterator[None]:
        with device.driver.device.connection.asking_together(_LOOKS):
            yield

    def let_rest(self, driver: Any) -> None:
        driver.device.connection.close()

    def commit(self, device: Device, revert_after_s: int) -> None:
        with device.driver.device.connection.asking_together(_PENDING):
            super().commit(device, revert_after_s)

    def confirm(self, device: Device) -> None:
        with device.driver.device.connection.asking_together(_PENDING):
            super().confirm(device)

    def free(self, device: Device, wait_s: float) -> tuple[str, ...]:
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

    def load(self, device: Device, commands: str) -> str:
        """Load the commands into a session of ours and return the device's own diff. Nothing is applied.

        Raises: DeviceRefused (the session is gone), DeviceBusy, DeviceUnreachable.
        """
        return _load(device, commands, whole=False)

    def load_whole(self, device: Device, text: str) -> str:
        return _load(device, text, whole=True)

    def take_back(self, device: Device) -> bool:
        """Abort our session, whether it is only loaded or committed with its timer running."""
        with speaking_to(device.name):
            is_open = device.driver.config_session in _sessions(device)
            if is_open:
                device.driver.discard_config()
            device.driver.config_session = None
            return is_open

    def is_pending(self, device: Device) -> bool:
        with speaking_to(device.name):
            return _sessions(device).get(device.driver.config_session or "", False)

    def save(self, device: Device) -> None:
        with speaking_to(device.name):
            device.driver.device.run_commands(["write memory"], encoding="text")


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


def _load(device: Device, text: str, *, whole: bool) -> str:
    with speaking_to(device.name):
        device.driver.config_session = session_name(device.opener, time.time())
        load = device.driver.load_replace_candidate if whole else device.driver.load_merge_candidate
        try:
            load(config=text)
        except SessionLockedException:
            device.driver.config_session = None  # it was never opened
            raise
        return str(device.driver.compare_config())
