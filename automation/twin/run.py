"""What `neutralhost twin serve` and `twin list` do: plain functions, nothing printed here."""

import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from automation.baseline import rules_of
from automation.settings import AutomationSettings
from automation.twin.eapi import Credentials
from automation.twin.fleet import Fleet
from automation.twin.topology import twin_devices
from inventory.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class TwinRow:
    """One simulated device, for a table."""

    name: str
    model: str
    address: str
    port: int
    ports: int


def twin_rows(snapshot: Snapshot, settings: AutomationSettings) -> tuple[TwinRow, ...]:
    """What the twin of this inventory consists of, whether it runs or not."""
    return tuple(
        TwinRow(device.name, device.model, device.address, ports_of(settings)[device.platform], len(device.ports))
        for device in twin_devices(snapshot, rules_of(settings))
    )


def ports_of(settings: AutomationSettings) -> dict[str, int]:
    """The TCP port of each platform's management."""
    return {"eos": settings.eapi_port, "junos": settings.netconf_port, "openwrt": settings.ubus_port}


def start_twin(snapshot: Snapshot, settings: AutomationSettings, startup_dir: Path | None) -> Fleet:
    """Switch on a twin of every EOS device; it answers to the account automation uses.

    Raises: TwinNeedsFiles, TwinCannotListen.
    """
    return Fleet.start(
        twin_devices(snapshot, rules_of(settings)),
        port=settings.eapi_port,
        ports=ports_of(settings),
        credentials=Credentials(settings.device_username, settings.device_password),
        startup_dir=startup_dir,
    )


def run_twin(
    snapshot: Snapshot,
    settings: AutomationSettings,
    *,
    startup_dir: Path | None,
    on_ready: Callable[[Fleet], None] = lambda _fleet: None,
    stop: threading.Event | None = None,
) -> None:
    """Run the twin until Ctrl-C or SIGTERM (or until `stop` is set, for a caller that has its own signals).

    Raises: TwinNeedsFiles, TwinCannotListen.
    """
    ended = stop or _stop_on_signals((signal.SIGINT, signal.SIGTERM))
    with start_twin(snapshot, settings, startup_dir) as fleet:
        on_ready(fleet)
        ended.wait()


def _stop_on_signals(signals: Sequence[signal.Signals]) -> threading.Event:
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for one in signals:
        signal.signal(one, end)
    return ended
