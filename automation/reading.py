"""One device, opened, asked and closed: for those who only read."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol

from automation.devices import answered, open_devices
from automation.errors import AutomationError
from automation.facts import DeviceFacts, read_facts
from automation.fitness import Fitness, read_fitness
from automation.hosts import HostAddress
from automation.identity import Identity, read_identity
from automation.link_looks import PortsLook, look_at_ports
from automation.on_air import OnSsid, read_on_air
from automation.platform import Can
from automation.platforms import PLATFORMS
from automation.port_usage import PortUsage, read_port_usage
from automation.settings import AutomationSettings
from automation.speech.speech import Step
from inventory.devices import PortRef
from inventory.errors import UnknownThing


class Reader(Protocol):
    """A device, read now. Everything raises UnknownThing and AutomationError, and leaves nothing on the device."""

    def facts(self, device: str) -> DeviceFacts:
        """Its text, ports, neighbours and light."""

    def fitness(self, device: str) -> Fitness:
        """Whether it is fit to be rebooted."""

    def identity(self, device: str) -> Identity:
        """What it says it is: of every platform that can be read."""

    def on_air(self, devices: Sequence[str]) -> tuple[OnSsid, ...]:
        """Who is on which SSID of these access points; nothing of those that do not answer, or send none."""

    def port_usage(self, ports: Collection[PortRef]) -> tuple[PortUsage, ...]:
        """How much these ports are used; nothing of those whose device does not answer, or does not count."""

    def looks(self, ports: Mapping[str, Collection[str]]) -> Mapping[str, PortsLook]:
        """Which of these ports are up, by device; a device that does not answer is not there."""


class NornirReader:
    """The `Reader` that speaks to devices."""

    def __init__(self, hosts: Callable[[], Mapping[str, HostAddress]], settings: AutomationSettings) -> None:
        self._hosts = hosts
        self._settings = settings

    def facts(self, device: str) -> DeviceFacts:
        return self._ask(device, read_facts)

    def fitness(self, device: str) -> Fitness:
        return self._ask(device, read_fitness)

    def identity(self, device: str) -> Identity:
        return self._ask(device, read_identity)

    def on_air(self, devices: Sequence[str]) -> tuple[OnSsid, ...]:
        hosts = {name: host for name, host in self._known(devices).items() if _sends(host)}
        return tuple(one for found in self._ask_all(hosts, read_on_air).values() for one in found)

    def port_usage(self, ports: Collection[PortRef]) -> tuple[PortUsage, ...]:
        wanted: dict[str, list[str]] = {}
        for ref in sorted(ports):
            wanted.setdefault(ref.device, []).append(ref.port)
        answers = self._ask_all(self._known(wanted), lambda device: read_port_usage(device, wanted[device.name]))
        return tuple(one for found in answers.values() for one in found)

    def looks(self, ports: Mapping[str, Collection[str]]) -> Mapping[str, PortsLook]:
        return self._ask_all(self._known(ports), lambda device: look_at_ports(device, ports[device.name]))

    def _known(self, names: Iterable[str]) -> dict[str, HostAddress]:
        hosts = self._hosts()
        return {name: hosts[name] for name in names if name in hosts}

    def _ask_all[T](self, hosts: Mapping[str, HostAddress], step: Step[T]) -> dict[str, T]:
        """What those say that answer: each is opened, asked once and closed."""
        if not hosts:
            return {}
        with open_devices(hosts, self._settings) as opened:
            return answered(opened.each_once(step, hosts))

    def _ask[T](self, name: str, step: Step[T]) -> T:
        hosts = self._hosts()
        if name not in hosts:
            raise UnknownThing("device", name)
        with open_devices({name: hosts[name]}, self._settings) as devices:
            answer = devices.each(step, [name])[name]
        if isinstance(answer, AutomationError):
            raise answer
        return answer


def _sends(host: HostAddress) -> bool:
    platform = PLATFORMS.get(host.platform)
    return platform is not None and Can.SSIDS in platform.can


class NoReader:
    """Of a house without devices."""

    def facts(self, device: str) -> DeviceFacts:
        raise UnknownThing("device", device)

    def fitness(self, device: str) -> Fitness:
        raise UnknownThing("device", device)

    def identity(self, device: str) -> Identity:
        raise UnknownThing("device", device)

    def on_air(self, devices: Sequence[str]) -> tuple[OnSsid, ...]:
        del devices
        return ()

    def port_usage(self, ports: Collection[PortRef]) -> tuple[PortUsage, ...]:
        del ports
        return ()

    def looks(self, ports: Mapping[str, Collection[str]]) -> Mapping[str, PortsLook]:
        del ports
        return {}
