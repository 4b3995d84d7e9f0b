"""Every device's own text, looked at in the thread that read it: nobody holds a thousand of them at once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from automation.devices import Answers, open_devices
from automation.errors import AutomationError, DeviceUnreachable
from automation.hosts import HostAddress
from automation.settings import AutomationSettings
from automation.speech.speech import Device

_NO_ADDRESS = "the inventory has no management address for it, or nothing here speaks its platform"


@dataclass(frozen=True, slots=True)
class DeviceText:
    """What one device says now, secrets included, so the text stays out of the repr."""

    device: str
    platform: str
    text: str = field(repr=False)


class Texts(Protocol):
    """The devices, read."""

    def each[T](self, names: Iterable[str], look: Callable[[DeviceText], T]) -> Answers[T]:
        """What `look` says of each device's text, or why it could not be read. `look` is pure, and may raise ours."""


class NornirTexts:
    """The `Texts` that speaks to devices."""

    def __init__(self, hosts: Callable[[], Mapping[str, HostAddress]], settings: AutomationSettings) -> None:
        self._hosts = hosts
        self._settings = settings

    def each[T](self, names: Iterable[str], look: Callable[[DeviceText], T]) -> Answers[T]:
        hosts = self._hosts()
        wanted = tuple(dict.fromkeys(names))
        known = {name: hosts[name] for name in wanted if name in hosts}
        missing: dict[str, T | AutomationError] = {
            name: DeviceUnreachable(name, _NO_ADDRESS) for name in wanted if name not in hosts
        }

        def step(device: Device) -> T:
            text = device.speech.running_config(device)
            return look(DeviceText(device.name, known[device.name].platform, text))

        with open_devices(known, self._settings) as devices:
            return {**missing, **devices.each_once(step, known)}


class NoTexts:
    """Of a house without devices."""

    def each[T](self, names: Iterable[str], look: Callable[[DeviceText], T]) -> Answers[T]:  # noqa: ARG002 - the Protocol's
        return {name: DeviceUnreachable(name, "this house has no devices") for name in names}
