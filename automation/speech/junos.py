"""How a Junos device is spoken to.

The driver is upstream's, unmodified. Three things about it and about Junos decide how it is used (napalm 5.2,
junos.py; Juniper, "NETCONF XML Management Protocol Developer Guide"):

- All sessions share one candidate configuration, and a commit commits all of it, whoever put it there. The driver
  gives up its lock right behind `commit confirmed`: whatever anybody else loads then would be confirmed with ours.
  So it is made with `lock_disable`, and the lock is held here, from the load to the confirmation.
- A commit that waits for its confirmation is told by `show system commit`: the newest entry says `rollback pending`.
  Our commits carry as their comment a name that says which run of ours made them.
- A plain commit confirms, and is no error where there is nothing left to confirm: after the timer has run out it
  would look like success. So what waits is looked at first, and what was confirmed is looked at behind it.

What a session that dies had loaded is discarded, and its lock let go, by the device itself.
"""

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from jnpr.junos.exception import LockError, UnlockError
from napalm.base.exceptions import MergeConfigException, ReplaceConfigException

from automation.errors import DeviceBusy, DeviceRefused
from automation.redaction import printable
from automation.sessions import is_alive, is_leftover, is_of_run, session_name
from automation.speech.speech import Device, ReadingSpeech, speaking_to

_POLL_S = 0.25
_NOT_ALONE = "somebody has loaded another change since, which the confirmation would commit"
_TAKEN_BACK = "it took the change back by itself before it was confirmed"


@dataclass(frozen=True, slots=True)
class _Commit:
    """One entry of `show system commit`, the newest first: the comment it was given, and whether it waits."""

    log: str
    user: str
    waits: bool


class JunosSpeech(ReadingSpeech):
    """NETCONF through NAPALM: the exclusive lock, `commit confirmed`, `rollback 1`."""

    def running_config(self, device: Device) -> str:
        """Without the comment above it: that says when it was committed last, and is never the same twice."""
        lines = super().running_config(device).lstrip("\n").splitlines(keepends=True)
        return "".join(line for index, line in enumerate(lines) if index or not line.startswith("## Last "))

    def free(self, device: Device, wait_s: float) -> tuple[str, ...]:
        """A lock, a change that somebody has loaded and not committed, and a commit that waits: each is waited for.

        Raises: DeviceBusy after `wait_s` seconds.
        """
        deadline = time.monotonic() + wait_s
        taken_back: list[str] = []
        while True:
            holder = _holder(device, taken_back)
            if holder is None:
                return tuple(taken_back)
            if time.monotonic() >= deadline:
                raise DeviceBusy(device.name, holder, int(wait_s))
            time.sleep(_POLL_S)

    def load(self, device: Device, commands: str) -> str:
        return _load(device, commands, whole=False)

    def load_whole(self, device: Device, text: str) -> str:
        return _load(device, text, whole=True)

    def discard(self, device: Device) -> None:
        with speaking_to(device.name):
            device.driver.discard_config()
            _unlock(device.driver)

    def commit(self, device: Device, revert_after_s: int) -> None:
        with speaking_to(device.name):
            device.driver.commit_config(message=session_name(device.opener, time.time()), revert_in=revert_after_s)

    def commit_for_good(self, device: Device) -> None:
        with speaking_to(device.name):
            device.driver.commit_config(message=session_name(device.opener, time.time()))
            _unlock(device.driver)

    def confirm(self, device: Device) -> None:
        with speaking_to(device.name):
            if not _is_ours(device, _commits(device.driver)[:1]):
                raise DeviceRefused(device.name, _TAKEN_BACK)
            if device.driver.compare_config():  # a device may have let go of the lock
                raise DeviceRefused(device.name, _NOT_ALONE)
            device.driver.confirm_commit()
            newest = _commits(device.driver)[:2]
            if newest[0].waits or not is_of_run(newest[-1].log, device.opener):
                raise DeviceRefused(device.name, _TAKEN_BACK)
            _unlock(device.driver)

    def take_back(self, device: Device) -> bool:
        """Discard what is only loaded; what waits for its confirmation goes by a commit of what ran before."""
        with speaking_to(device.name):
            if _is_ours(device, _commits(device.driver)[:1]):
                _go_back(device)
                return True
            was_loaded = device.driver.locked and bool(device.driver.compare_config())
            if device.driver.locked:
                device.driver.discard_config()
                _unlock(device.driver)
            return was_loaded

    def is_pending(self, device: Device) -> bool:
        with speaking_to(device.name):
            return _is_ours(device, _commits(device.driver)[:1])

    def save(self, device: Device) -> None:
        """Nothing to do: what is committed is what a reboot reads."""


def _holder(device: Device, taken_back: list[str]) -> str | None:
    """Who is in the middle of changing the device, if anybody. Leftovers of ours are taken back, and noted."""
    with speaking_to(device.name):
        newest = next(iter(_commits(device.driver)), None)
        if newest is not None and newest.waits:
            if not is_leftover(newest.log, device.opener, time.time(), is_alive):
                return printable(newest.log or f"commit confirmed by {newest.user}")
            _go_back(device)
            taken_back.append(newest.log)
        try:
            _lock(device)
        except DeviceBusy as busy:
            return busy.session
        _unlock(device.driver)
    return None


def _load(device: Device, text: str, *, whole: bool) -> str:
    with speaking_to(device.name):
        _lock(device)
        load = device.driver.load_replace_candidate if whole else device.driver.load_merge_candidate
        try:
            load(config=text)
        except (MergeConfigException, ReplaceConfigException) as refusal:  # the driver has discarded it
            _unlock(device.driver)
            raise DeviceRefused(device.name, _words(refusal)) from None
        return str(device.driver.compare_config())


def _words(refusal: Exception) -> str:
    """NAPALM passes on what PyEZ found: one dictionary an error."""
    errors = refusal.args[0] if refusal.args and isinstance(refusal.args[0], list) else []
    parts = (
        " ".join(str(error.get(key)) for key in ("edit_path", "bad_element", "message") if error.get(key))
        for error in errors
        if isinstance(error, dict)
    )
    return printable("; ".join(parts) or str(refusal))


def _lock(device: Device) -> None:
    """Raises: DeviceBusy, with who holds it in the device's words."""
    if device.driver.locked:
        return
    try:
        device.driver.device.cu.lock()
    except LockError as error:
        words = printable(str(error.message or "locked")).removeprefix("configuration database locked by: ")
        raise DeviceBusy(device.name, words, 0) from None
    device.driver.locked = True


def _unlock(driver: Any) -> None:  # napalm is not typed
    """Some releases let go of the lock at a commit, and then refuse an unlock: "Configuration database is not open"."""
    if driver.locked:
        driver.locked = False
        with suppress(UnlockError):  # at the latest it ends with our session
            driver.device.cu.unlock()


def _go_back(device: Device) -> None:
    """Put what ran before the newest commit in force, for good."""
    _lock(device)
    device.driver.discard_config()
    device.driver.rollback()
    _unlock(device.driver)


def _commits(driver: Any) -> list[_Commit]:  # napalm is not typed
    """`show system commit`, the newest first."""
    answer = driver.device.rpc.get_commit_information()
    return [
        _Commit(
            log=(entry.findtext("log") or "").strip(),
            user=(entry.findtext("user") or "").strip(),
            waits=entry.findtext("commit-confirmed") is not None,
        )
        for entry in answer.iter("commit-history")
    ]


def _is_ours(device: Device, newest: list[_Commit]) -> bool:
    """Does a commit of this run wait for its confirmation?"""
    return any(commit.waits and is_of_run(commit.log, device.opener) for commit in newest)
