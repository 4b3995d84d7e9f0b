"""Platforms that are only read: NAPALM's other core drivers. Facts, backup and comparison; nothing is written."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Never

from automation.change_plan import Finding
from automation.dialects.dialect import Blamed, DevicePlan, Statement
from automation.errors import PlatformCannot
from automation.intents import Intent
from automation.platform import Can, Platform
from automation.settings import AutomationSettings
from automation.speech.speech import Device, ReadingSpeech

# What follows the keyword, with its encryption type where it has one; the same words in IOS, NX-OS and IOS XR.
_SECRETS = re.compile(
    r"(?im)^(?P<kept>[-+ ]*(?:.*\b(?:password|secret|key|key-string|shared-secret|authentication-key \d+ \S+)"
    r"(?: [0-9]{1,2})?|snmp-server community|snmp-server user .*? auth \S+) )\S.*$"
)


class ReadingDialect:
    """Implements `Dialect` for text in indented blocks that we read and never write."""

    def __init__(self, platform: str) -> None:
        self._platform = platform

    def render(self, intents: Sequence[Intent]) -> str:
        return "" if not intents else self._cannot(intents[0].device)

    def plan(self, running: str, before: Sequence[Intent], after: Sequence[Intent]) -> DevicePlan:  # noqa: ARG002 - the Protocol's
        wanted = (*before, *after)
        return DevicePlan("", ()) if not wanted else self._cannot(wanted[0].device)

    def check_bounds(self, commands: str, intents: Sequence[Intent]) -> None:
        if commands or intents:
            self._cannot(intents[0].device if intents else "a device")

    def same(self, one: str, other: str) -> bool:
        return self.statements(one) == self.statements(other)

    def statements(self, text: str) -> tuple[Statement, ...]:
        return tuple(_indented(text))

    def blame(self, running: str, intents: Sequence[Intent]) -> tuple[Blamed, ...]:  # noqa: ARG002 - nothing is ours
        return tuple(Blamed(statement, ()) for statement in self.statements(running))

    def carriers(self, running: str, tag: int) -> frozenset[str]:  # noqa: ARG002 - nothing is ours
        return frozenset()

    def strays(self, device: str, running: str, intents: Sequence[Intent]) -> tuple[Finding, ...]:  # noqa: ARG002
        return ()

    def without_secrets(self, text: str) -> str:
        return _SECRETS.sub(lambda match: f"{match['kept']}<removed>", text)

    def _cannot(self, device: str) -> Never:
        raise PlatformCannot(device, self._platform, ["being written to"], [])


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


def _indented(text: str) -> Iterator[Statement]:
    above: list[tuple[int, str]] = []
    for line in text.splitlines():
        words = line.strip()
        if words and not words.startswith("!"):
            depth = len(line) - len(line.lstrip())
            while above and above[-1][0] >= depth:
                above.pop()
            yield Statement(tuple(one for _, one in above), words)
            above.append((depth, words))


def driver_options(settings: AutomationSettings) -> dict[str, Any]:
    """What these drivers are made with. nxos is spoken to over its NX-API by HTTPS, the others over SSH."""
    return {"timeout": settings.connect_timeout_s, "optional_args": {}}


def _read_only(name: str) -> Platform:
    return Platform(
        name=name,
        driver=name,
        can=frozenset({Can.READ}),
        timer_step_s=1,
        dialect=ReadingDialect(name),
        speech=OnlyReadingSpeech(name),
        options=driver_options,
    )


READ_ONLY = tuple(map(_read_only, ("ios", "nxos", "iosxr")))
