"""How an access point is spoken to, over our own driver (automation/drivers/openwrt).

A pending apply is the lock on a device: rpcd lets nobody change anything while one waits. Ours carries a mark of
who began it, as an EOS session carries it in its name, so one that a killed run left behind is known and taken back.
What was only staged needs no care: it is in a session nobody else sees, and dies with it.
"""

import time

from automation.errors import DeviceBusy
from automation.sessions import is_alive, is_leftover, session_name
from automation.speech.speech import Device, speaking_to
from automation.speech.verbs import PlainVerbs

_POLL_S = 0.25
_SOMEBODY = "an apply of somebody else"


class OpenwrtSpeech(PlainVerbs):
    """ubus: staged changes, `uci apply` with its timer, `uci confirm` over a new connection."""

    def free(self, device: Device, wait_s: float) -> tuple[str, ...]:
        deadline = time.monotonic() + wait_s
        while True:
            with speaking_to(device.name):
                mark = device.driver.pending_mark()
                if mark is None:
                    return ()
                if is_leftover(mark, device.opener, time.time(), is_alive):
                    device.driver.take_back_pending()
                    return (mark,)
            if time.monotonic() >= deadline:
                raise DeviceBusy(device.name, mark or _SOMEBODY, int(wait_s))
            time.sleep(_POLL_S)

    def load(self, device: Device, commands: str) -> str:
        with speaking_to(device.name):
            device.driver.mark = session_name(device.opener, time.time())
            device.driver.load_merge_candidate(config=commands)
            return str(device.driver.compare_config())

    def load_whole(self, device: Device, text: str) -> str:
        with speaking_to(device.name):
            device.driver.mark = session_name(device.opener, time.time())
            device.driver.load_replace_candidate(config=text)
            return str(device.driver.compare_config())

    def take_back(self, device: Device) -> bool:
        """Roll our apply back where it is pending. What it had staged comes back, also by the timer: let go of it."""
        with speaking_to(device.name):
            was_pending = bool(device.driver.has_pending_commit())
            was_loaded = bool(device.driver.has_candidate())
            if was_pending:
                device.driver.rollback()
            device.driver.discard_config()
            return was_pending or was_loaded

    def is_pending(self, device: Device) -> bool:
        with speaking_to(device.name):
            return bool(device.driver.has_pending_commit())

    def save(self, device: Device) -> None:
        """Nothing to do: what is in force is on flash."""
