"""Many simulated devices in one process, each on its own loopback address, on one background thread.

Everything here may be called from any thread. The doors that break things (`refuse`, `go_away`, ...)
are for tests and demonstrations; nothing in the product calls them.
"""

import asyncio
import re
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

from automation.errors import DeviceRefused, TwinCannotListen
from automation.twin.device import TwinSwitch
from automation.twin.eapi import MAX_HEAD_BYTES, Credentials, EapiServer
from automation.twin.limits import allow_devices
from automation.twin.model import TwinDevice
from automation.twin.plant import Plant
from automation.twin.refusals import CommandRefused
from automation.twin.sessions import CommitCounts
from automation.twin.startup_files import read_startup, write_startup
from inventory.devices import PortRef
from inventory.errors import UnknownThing

_log = structlog.get_logger(__name__)
_CALL_TIMEOUT_S = 120.0  # a thousand devices on a machine that is busy otherwise
_BACKLOG = 128


@dataclass(slots=True)
class _Station:
    """A device with its management agent, and the socket it listens on unless it is away."""

    server: EapiServer
    listener: asyncio.Server | None = None

    @property
    def switch(self) -> TwinSwitch:
        return self.server.switch


class Fleet:
    """Simulated devices that are switched on: made with `Fleet.start`, ended with `stop` or by `with`."""

    def __init__(self, devices: Sequence[TwinDevice], credentials: Credentials, startup_dir: Path | None) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="twin", daemon=True)
        self._plant = Plant()
        self._stations = {device.name: self._station(device, credentials, startup_dir) for device in devices}
        self._plant.switches = {name: station.switch for name, station in self._stations.items()}
        self.port = 0

    @classmethod
    def start(
        cls,
        devices: Sequence[TwinDevice],
        *,
        port: int = 0,
        credentials: Credentials,
        startup_dir: Path | None = None,
    ) -> Self:
        """Switch the devices on: each boots its startup-config of `startup_dir`, or its first one, and listens.

        `port` is the TCP port of eAPI on every device's address; 0 takes one that is free on all.

        Raises:
            TwinNeedsFiles: the system allows too few open files.
            TwinCannotListen: an address or port cannot be had.
        """
        allow_devices(len(devices))
        fleet = cls(devices, credentials, startup_dir)
        fleet._thread.start()
        try:
            fleet.port = fleet._call(fleet._listen_all, port)
        except TwinCannotListen:
            fleet.stop()
            raise
        return fleet

    def stop(self) -> None:
        """Switch all devices off and end the thread. Twice is the same as once."""
        if self._thread.is_alive():
            self._call(self._close_all)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_CALL_TIMEOUT_S)
        if not self._loop.is_closed():
            self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def devices(self) -> tuple[TwinDevice, ...]:
        return tuple(station.switch.device for station in self._stations.values())

    def running_config(self, device: str) -> str:
        """What `show running-config` prints there. Raises: UnknownThing."""
        return self._on(device, lambda station: station.switch.running_config)

    def startup_config(self, device: str) -> str:
        """What the device would boot. Raises: UnknownThing."""
        return self._on(device, lambda station: station.switch.startup)

    def commits(self, device: str) -> CommitCounts:
        """How often its running-config was changed through sessions. Raises: UnknownThing."""
        return self._on(device, lambda station: replace(station.switch.counts))

    def link_up(self, device: str, port: str) -> bool:
        """Whether a port has link. Raises: UnknownThing."""
        return self._on(device, lambda station: station.switch.link_up(port))

    def edit(self, device: str, lines: Sequence[str]) -> None:
        """Change running-config by hand, past eAPI.

        Raises:
            DeviceRefused: a line is not a command there; nothing was changed.
        """
        try:
            self._on(device, lambda station: station.switch.edit(lines))
        except CommandRefused as refusal:
            raise DeviceRefused(device, refusal.text) from refusal

    def reboot(self, device: str) -> None:
        """Boot startup-config again: what was not written is lost, sessions and timers too."""
        self._on(device, lambda station: station.switch.reboot())

    def refuse(self, device: str, pattern: str) -> None:
        """From now on refuse every configuration line in which the regular expression is found."""
        self._on(device, lambda station: station.switch.refuses.append(re.compile(pattern)))

    def go_away(self, device: str) -> None:
        """Stop listening and break all connections: its management cannot be reached. It goes on forwarding."""
        self._on(device, self._close)

    def come_back(self, device: str) -> None:
        """Listen again. Raises: TwinCannotListen."""
        self._call(self._listen, self._known(device), self.port)

    def answer_after(self, device: str, seconds: float) -> None:
        """Take this long to answer, from now on."""
        self._on(device, lambda station: setattr(station.server.faults, "answer_after_s", seconds))

    def die_after_commit(self, device: str) -> None:
        """Go away right behind the answer to the next commit, before anybody can confirm it."""
        self._on(device, lambda station: setattr(station.server.faults, "die_after_commit", True))

    def break_answers(self, device: str, count: int = 1) -> None:
        """Do what the next `count` requests say, but break the connection in the middle of the answer."""
        self._on(device, lambda station: setattr(station.server.faults, "break_answers", count))

    def unplug(self, device: str, port: str) -> None:
        """Pull a cable out of a port: no link at either end."""
        self._on(device, lambda _station: self._plant.unplugged.add(PortRef(device, port)))

    def plug(self, device: str, port: str) -> None:
        """Put the cable back."""
        self._on(device, lambda _station: self._plant.unplugged.discard(PortRef(device, port)))

    def heal(self, device: str) -> None:
        """Undo every fault but `go_away`."""
        self._on(device, _heal)

    def _station(self, device: TwinDevice, credentials: Credentials, startup_dir: Path | None) -> _Station:
        switch = TwinSwitch(
            device,
            read_startup(startup_dir, device.name) or device.config,
            clock=time.monotonic,
            epoch=time.time,
            call_later=self._loop.call_later,
            save=partial(write_startup, startup_dir, device.name),
            link_up=lambda port: self._plant.link_up(PortRef(device.name, port)),
        )
        if switch.refused_at_boot:
            _log.warning("twin.startup_lines_refused", device=device.name, lines=len(switch.refused_at_boot))
        return _Station(EapiServer(switch, credentials, on_death=lambda: self._close(self._stations[device.name])))

    def _known(self, device: str) -> _Station:
        try:
            return self._stations[device]
        except KeyError:
            raise UnknownThing("simulated device", device) from None

    def _on[T](self, device: str, act: Callable[[_Station], T]) -> T:
        """Do something to a device on its own thread, so that it never sees half of it."""
        station = self._known(device)

        async def run() -> T:
            return act(station)

        return self._call(run)

    def _call[**P, T](self, act: Callable[P, Coroutine[object, object, T]], *args: P.args, **kwargs: P.kwargs) -> T:
        return asyncio.run_coroutine_threadsafe(act(*args, **kwargs), self._loop).result(_CALL_TIMEOUT_S)

    async def _listen_all(self, port: int) -> int:
        for candidate in self._candidates(port):
            try:
                return await self._listen_on(candidate)
            except TwinCannotListen:
                if port:
                    raise
        raise TwinCannotListen("every address", port, "no port is free on all of them")

    def _candidates(self, port: int) -> Iterator[int]:
        yield from (port,) if port else (0, 0, 0, 0)

    async def _listen_on(self, port: int) -> int:
        """Let every device listen on one port; 0 takes what the first one gets."""
        try:
            for station in self._stations.values():
                await self._listen(station, port)
                port = port or _port_of(station)
        except TwinCannotListen:
            for station in self._stations.values():
                self._close(station)
            raise
        return port

    async def _listen(self, station: _Station, port: int) -> None:
        if station.listener is not None:
            return
        address = station.switch.device.address
        try:
            station.listener = await asyncio.start_server(
                station.server.serve, address, port, limit=MAX_HEAD_BYTES, backlog=_BACKLOG
            )
        except OSError as error:
            raise TwinCannotListen(address, port, error.strerror or str(error)) from error

    def _close(self, station: _Station) -> None:
        if station.listener is not None:
            station.listener.close()
            station.listener = None
        station.server.drop_connections()

    async def _close_all(self) -> None:
        for station in self._stations.values():
            station.switch.sessions.forget_all()
            self._close(station)
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _port_of(station: _Station) -> int:
    if station.listener is None:
        return 0
    return int(station.listener.sockets[0].getsockname()[1])


def _heal(station: _Station) -> None:
    station.switch.refuses.clear()
    faults = station.server.faults
    faults.answer_after_s, faults.die_after_commit, faults.break_answers = 0.0, False, 0
