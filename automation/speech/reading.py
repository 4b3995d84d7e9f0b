"""How a platform is spoken to that is only read: whatever would change something is refused here already."""

from typing import Never

from automation.errors import PlatformCannot
from automation.speech.speech import Device, ReadingSpeech


class OnlyReadingSpeech(ReadingSpeech):
    """Implements `Speech` for platforms that are only read."""

    def __init__(self, platform: str) -> None:
        self._platform = platform

    def free(self, device: Device, wait_s: float) -> tuple[str, ...]:  # noqa: ARG002 - the Protocol's
        return self._cannot(device)

    def load(self, device: Device, commands: str) -> str:  # noqa: ARG002 - the Protocol's
        return self._cannot(device)

    def load_whole(self, device: Device, text: str) -> str:  # noqa: ARG002 - the Protocol's
        return self._cannot(device)

    def discard(self, device: Device) -> None:
        self._cannot(device)

    def commit(self, device: Device, revert_after_s: int) -> None:  # noqa: ARG002 - the Protocol's
        self._cannot(device)

    def commit_for_good(self, device: Device) -> None:
        self._cannot(device)

    def confirm(self, device: Device) -> None:
        self._cannot(device)

    def take_back(self, device: Device) -> bool:
        return self._cannot(device)

    def is_pending(self, device: Device) -> bool:
        return self._cannot(device)

    def save(self, device: Device) -> None:
        self._cannot(device)

    def _cannot(self, device: Device) -> Never:
        raise PlatformCannot(device.name, self._platform, ["being written to"], [])
