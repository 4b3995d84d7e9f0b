"""Platforms that are only read: NAPALM's other core drivers. Facts, backup and comparison; nothing is written."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, Never

from automation.canonical import canonical
from automation.change_plan import Finding
from automation.dialects.dialect import Blamed, DevicePlan, Statement
from automation.errors import PlatformCannot
from automation.intents import Intent
from automation.masking import without_secrets
from automation.platform import Can, Platform
from automation.settings import AutomationSettings
from automation.speech.reading import OnlyReadingSpeech

_HTTPS = 443


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
        return canonical(one, self._platform).blocks == canonical(other, self._platform).blocks

    def statements(self, text: str) -> tuple[Statement, ...]:
        return tuple(_indented(text))

    def promised(self, before: str, diff: str) -> str | None:  # noqa: ARG002 - nothing is written
        return None

    def blame(self, running: str, intents: Sequence[Intent]) -> tuple[Blamed, ...]:  # noqa: ARG002 - nothing is ours
        return tuple(Blamed(statement, ()) for statement in self.statements(running))

    def suspects(self, running: str, intents: Sequence[Intent]) -> Sequence[Intent]:  # noqa: ARG002 - nothing is ours
        return intents

    def carriers(self, running: str, tag: int) -> frozenset[str]:  # noqa: ARG002 - nothing is ours
        return frozenset()

    def strays(self, device: str, running: str, intents: Sequence[Intent]) -> tuple[Finding, ...]:  # noqa: ARG002 - nothing is ours
        return ()

    def excess(self, running: str, intents: Sequence[Intent]) -> tuple[Blamed, ...]:  # noqa: ARG002 - nothing is ours
        return ()

    def without_excess(self, running: str, intents: Sequence[Intent], left_behind: Collection[str] = ()) -> str:  # noqa: ARG002 - nothing is ours
        return running

    def with_ours_of(self, running: str, earlier: str, intents: Sequence[Intent]) -> str:  # noqa: ARG002 - nothing is ours
        return running

    def without_secrets(self, text: str) -> str:
        return without_secrets(text, self._platform)

    def _cannot(self, device: str) -> Never:
        raise PlatformCannot(device, self._platform, ["being written to"], [])


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


def ssh_options(settings: AutomationSettings) -> dict[str, Any]:
    """What drivers over SSH are made with. Netmiko by itself believes every host key."""
    known = settings.ssh_known_hosts
    keys = {"system_host_keys": True} if known is None else {"alt_host_keys": True, "alt_key_file": str(known)}
    strict = {"ssh_strict": True, **keys} if settings.ssh_verify else {}
    return {"timeout": settings.connect_timeout_s, "optional_args": strict}


def nx_api_options(settings: AutomationSettings) -> dict[str, Any]:
    """What NAPALM's nxos driver is made with. By itself it believes every certificate."""
    believed: bool | str = settings.eapi_verify
    if believed and settings.eapi_ca_file is not None:
        believed = str(settings.eapi_ca_file)
    return {
        "timeout": settings.connect_timeout_s,
        "optional_args": {"transport": "https", "port": _HTTPS, "ssl_verify": believed},
    }


def _read_only(name: str, options: Callable[[AutomationSettings], dict[str, Any]]) -> Platform:
    return Platform(
        name=name,
        driver=name,
        can=frozenset({Can.READ}),
        timer_step_s=1,
        dialect=ReadingDialect(name),
        speech=OnlyReadingSpeech(name),
        options=options,
    )


READ_ONLY = (
    _read_only("ios", ssh_options),
    _read_only("iosxr", ssh_options),
    _read_only("nxos", nx_api_options),
)
