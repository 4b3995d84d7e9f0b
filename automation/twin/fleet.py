"""Many simulated devices in one process, each on its own loopback address, on one background thread.

Everything here may be called from any thread. The doors that break things (`refuse`, `go_away`, ...)
are for tests and demonstrations; nothing in the product calls them.
"""

import asyncio
import re
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from automation.errors import DeviceRefused, TwinCannotListen
from automation.twin.eapi import Credentials
from automation.twin.faults import Faults
from automation.twin.forwarding import DeviceState
from automation.twin.limits import allow_devices
from automation.twin.model import Octets, TwinDevice
from automation.twin.plant import Plant
from automation.twin.refusals import CommandRefused
from automation.twin.sessions import CommitCounts
from automation.twin.startup_files import forget_startup, read_startup, write_startup
from automation.twin.station import Site, Station
from automation.twin.stations import EOS, STATIONS
from automation.twin.traffic import Traffic
from inventory.devices import PortRef
from inventory.errors import UnknownThing

_CALL_TIMEOUT_S = 120.0  # a thousand devices on a machine that is busy otherwise

type Told = Callable[[str, DeviceState], None]


@dataclass(slots=True)
class _Place:
    """A device where it stands: its simulator, what is wrong with it, and whether it can be reached."""

    station: Station
    faults: Faults
    traffic: Traffic
    is_listening: bool = False
    is_dark: bool = False  # switched off for a moment: nothing is forwarded, no port has light

    @property
    def state(self) -> DeviceState:
        if self.is_dark:
            return DeviceState()
        station = self.station
        enabled = frozenset(port.name for port in station.device.ports if station.is_enabled(port.name))
        return DeviceState(station.forwarding(), enabled)


class Fleet:
    """Simulated devices that are switched on: made with `Fleet.start`, ended with `stop` or by `with`.

    `ports` is the TCP port of each platform's management, `port` that of eAPI.
    """

    def __init__(self, devices: Sequence[TwinDevice], credentials: Credentials, startup_dir: Path | None) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="twin", daemon=True)
        self._plant = Plant()
        self._watchers: list[Told] = []
        self._startup_dir = startup_dir
        self._places = {device.name: self._place(device, credentials, startup_dir) for device in devices}
        self._plant.stations = {name: place.station for name, place in self._places.items()}
        self.ports: dict[str, int] = {}

    @classmethod
    def start(
        cls,
        devices: Sequence[TwinDevice],
        *,
        port: int = 0,
        ports: Mapping[str, int] | None = None,
        credentials: Credentials,
        startup_dir: Path | None = None,
    ) -> Self:
        """Switch the devices on: each boots its startup-config of `startup_dir`, or its first one, and listens.

        `port` is the TCP port of eAPI on every device's address, `ports` those of other platforms' management
        by platform; 0 takes one that is free on all.

        Raises:
            TwinNeedsFiles: the system allows too few open files.
            TwinCannotListen: an address or port cannot be had.
        """
        allow_devices(len(devices))
        fleet = cls(devices, credentials, startup_dir)
        fleet._thread.start()
        wanted = {EOS: port, **(ports or {})}
        try:
            for platform in dict.fromkeys(device.platform for device in devices):
                fleet.ports[platform] = fleet._call(fleet._listen_all, platform, wanted.get(platform, 0))
        except TwinCannotListen:
            fleet.stop()
            raise
        return fleet

    @property
    def port(self) -> int:
        """The TCP port of eAPI; 0 where no device speaks it."""
        return self.ports.get(EOS, 0)

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

    def watch(self, told: Told) -> None:
        """Tell `told`, on the devices' own thread, what a device forwards, at once and whenever it may have changed."""

        async def begin() -> None:
            self._watchers.append(told)
            for name, place in self._places.items():
                told(name, place.state)

        self._call(begin)

    @property
    def devices(self) -> tuple[TwinDevice, ...]:
        return tuple(place.station.device for place in self._places.values())

    def running_config(self, device: str) -> str:
        """What it is configured to do, as it shows it. Raises: UnknownThing."""
        return self._on(device, lambda place: place.station.running_config)

    def startup_config(self, device: str) -> str:
        """What the device would boot. Raises: UnknownThing."""
        return self._on(device, lambda place: place.station.startup_config)

    def commits(self, device: str) -> CommitCounts:
        """How often its running-config was changed through sessions. Raises: UnknownThing."""
        return self._on(device, lambda place: replace(place.station.counts))

    def traffic(self, device: str) -> Traffic:
        """Who came to its management, and how much was asked. Raises: UnknownThing."""
        return self._on(device, lambda place: replace(place.traffic))

    def state(self, device: str) -> DeviceState:
        """What the device does with frames now. Raises: UnknownThing."""
        return self._on(device, lambda place: place.state)

    def link_up(self, device: str, port: str) -> bool:
        """Whether a port has link. Raises: UnknownThing."""
        return self._on(device, lambda _place: self._plant.link_up(PortRef(device, port)))

    def answers(self, device: str) -> bool:
        """Whether its management listens. Raises: UnknownThing."""
        return self._on(device, lambda place: place.is_listening)

    def edit(self, device: str, lines: Sequence[str]) -> None:
        """Change running-config by hand, past the management.

        Raises:
            DeviceRefused: a line is not a command there; nothing was changed.
        """
        try:
            self._on(device, lambda place: place.station.edit(lines))
        except CommandRefused as refusal:
            raise DeviceRefused(device, refusal.text) from refusal

    def reboot(self, device: str, away_s: float = 0.0) -> None:
        """Boot startup-config again: what was not written is lost, sessions and timers too.

        With `away_s` nobody reaches it for that long first; without, connections are broken all the same.
        """
        self._on(device, lambda place: self._reboot(place, away_s))

    def lose_startup(self, device: str) -> None:
        """Forget what was written: the next boot finds what the device had on its first day."""
        self._on(device, lambda place: place.station.lose_startup())
        forget_startup(self._startup_dir, device)

    def refuse(self, device: str, pattern: str) -> None:
        """From now on refuse every configuration line in which the regular expression is found."""
        self._on(device, lambda place: place.faults.refuses.append(re.compile(pattern)))

    def go_away(self, device: str) -> None:
        """Stop listening and break all connections: its management cannot be reached. It goes on forwarding."""
        self._on(device, _close)

    def come_back(self, device: str) -> None:
        """Listen again. Raises: TwinCannotListen."""
        self._on(device, self._listen_again)

    def answer_after(self, device: str, seconds: float) -> None:
        """Take this long to answer, from now on."""
        self._on(device, lambda place: setattr(place.faults, "answer_after_s", seconds))

    def hang(self, device: str) -> None:
        """Take requests from now on, and never answer."""
        self._on(device, lambda place: setattr(place.faults, "hangs", True))

    def admit_nobody(self, device: str) -> None:
        """Break every new connection from now on; those that are open go on."""
        self._on(device, lambda place: setattr(place.faults, "admits_nobody", True))

    def die_after_commit(self, device: str) -> None:
        """Go away right behind the answer to the next commit, before anybody can confirm it."""
        self._on(device, lambda place: setattr(place.faults, "die_after_commit", True))

    def break_answers(self, device: str, count: int = 1) -> None:
        """Do what the next `count` requests say, but break the connection in the middle of the answer."""
        self._on(device, lambda place: setattr(place.faults, "break_answers", count))

    def set_light(self, device: str, port: str, dbm: float) -> None:
        """Let a port's receiver say this level, in dBm, whatever the fibre is like."""
        self._on(device, lambda place: place.faults.light_dbm.update({port: dbm}))

    def miswire(self, device: str, port: str, neighbour: PortRef) -> None:
        """Let LLDP hear somebody else at a port than the design says, as after a wrong patch."""
        self._on(device, lambda place: place.faults.neighbours.update({port: neighbour}))

    def associate(self, device: str, section: str, stations: int, rx_bytes: int = 0, tx_bytes: int = 0) -> None:
        """Let so many people's devices be on an SSID of an access point, by its section, and so many octets pass."""
        self._on(device, lambda place: place.faults.associated.update({section: (stations, rx_bytes, tx_bytes)}))

    def change_faults(self, device: str, act: Callable[[Faults], None]) -> None:
        """Change what is wrong with a device, on its own thread."""
        self._on(device, lambda place: act(place.faults))

    def hurry(self, device: str, times: float) -> None:
        """Let its commit timer run this many times too fast, where that counts in minutes (Junos)."""
        self._on(device, lambda place: setattr(place.faults, "clock_rate", times))

    def count_by(self, octets: Callable[[PortRef], Octets]) -> None:
        """Let every port say that it has counted what this says of it."""
        self._plant.octets = octets

    def unplug(self, device: str, port: str) -> None:
        """Pull a cable out of a port: no link at either end."""
        self._on(device, lambda _place: self._plant.unplugged.add(PortRef(device, port)))

    def plug(self, device: str, port: str) -> None:
        """Put the cable back."""
        self._on(device, lambda _place: self._plant.unplugged.discard(PortRef(device, port)))

    def heal(self, device: str) -> None:
        """Undo every fault but `go_away`."""
        self._on(device, lambda place: place.faults.clear())

    def _place(self, device: TwinDevice, credentials: Credentials, startup_dir: Path | None) -> _Place:
        faults = Faults()
        site = Site(
            device=device,
            startup=read_startup(startup_dir, device.name) or device.config,
            credentials=credentials,
            faults=faults,
            clock=time.monotonic,
            epoch=time.time,
            call_later=self._loop.call_later,
            save=partial(write_startup, startup_dir, device.name),
            link_up=lambda port: self._plant.link_up(PortRef(device.name, port)),
            light_dbm=lambda port: self._light_dbm(PortRef(device.name, port), faults),
            changed=lambda: self._changed(device.name),
            die=lambda: _close(self._places[device.name]),
            octets=lambda port: self._plant.octets(PortRef(device.name, port)),
        )
        return _Place(STATIONS[device.platform](site), faults, site.traffic)

    def _light_dbm(self, port: PortRef, faults: Faults) -> float | None:
        healthy = self._plant.light_dbm(port)
        return healthy if healthy is None else faults.light_dbm.get(port.port, healthy)

    def _known(self, device: str) -> _Place:
        try:
            return self._places[device]
        except KeyError:
            raise UnknownThing("simulated device", device) from None

    def _on[T](self, device: str, act: Callable[[_Place], T]) -> T:
        """Do something to a device on its own thread, so that it never sees half of it."""
        place = self._known(device)

        async def run() -> T:
            return act(place)

        return self._call(run)

    def _call[**P, T](self, act: Callable[P, Coroutine[object, object, T]], *args: P.args, **kwargs: P.kwargs) -> T:
        return asyncio.run_coroutine_threadsafe(act(*args, **kwargs), self._loop).result(_CALL_TIMEOUT_S)

    async def _listen_all(self, platform: str, port: int) -> int:
        places = [place for place in self._places.values() if place.station.device.platform == platform]
        for candidate in _candidates(port):
            try:
                return self._listen_on(places, candidate)
            except TwinCannotListen:
                if port:
                    raise
        raise TwinCannotListen("every address", port, "no port is free on all of them")

    def _listen_on(self, places: Sequence[_Place], port: int) -> int:
        """Let every device of a platform listen on one port; 0 takes what the first one gets."""
        try:
            for place in places:
                port = self._listen(place, port)
        except TwinCannotListen:
            for place in places:
                _close(place)
            raise
        return port

    def _listen(self, place: _Place, port: int) -> int:
        try:
            got = place.station.listen(port)
        except OSError as error:
            raise TwinCannotListen(place.station.device.address, port, error.strerror or str(error)) from error
        place.is_listening = True
        return got

    def _reboot(self, place: _Place, away_s: float) -> None:
        was_listening = place.is_listening
        _close(place)
        if away_s:
            self._turn(place, dark=True)
            self._loop.call_later(away_s, self._boot, place, was_listening)
        else:
            self._boot(place, was_listening)

    def _boot(self, place: _Place, listens: bool) -> None:
        place.station.reboot()
        self._turn(place, dark=False)
        if listens:
            self._listen_again(place)

    def _listen_again(self, place: _Place) -> None:
        self._listen(place, self.ports[place.station.device.platform])

    def _turn(self, place: _Place, *, dark: bool) -> None:
        name = place.station.device.name
        place.is_dark = dark
        (self._plant.dark.add if dark else self._plant.dark.discard)(name)
        self._changed(name)

    def _changed(self, device: str) -> None:
        for told in self._watchers:
            told(device, self._places[device].state)

    async def _close_all(self) -> None:
        for place in self._places.values():
            place.station.switch_off()
            place.is_listening = False
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _candidates(port: int) -> Iterator[int]:
    yield from (port,) if port else (0, 0, 0, 0)


def _close(place: _Place) -> None:
    place.station.close()
    place.is_listening = False
