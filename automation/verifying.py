"""What is looked at on every device between its commit and its confirmation. Pure, but for the shape of a `Check`.

A device that says what it should may still have lost a link, a neighbour or its light by the change, and a
change that nobody can reach the device after is the worst there is. What one of these finds sends all back.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from automation.change_plan import Refusal
from automation.facts import LIGHT, NEIGHBOURS, DeviceFacts, Looked

LIGHT_LOST_DB = 3.0
"""Light that falls by so much at the moment of a change fell because of it: half of it is gone."""

type Look = Callable[[Sequence[str]], Looked]
"""Reads devices as they are now: those of the plan over the drivers that hold its pending commits."""


class Check(Protocol):
    """A check of a whole plan, asked once when every device has its change pending and says so.

    What it returns sends all back; the refusals' codes are its own. It must end well before the revert timer.
    """

    @property
    def name(self) -> str: ...

    def __call__(self, look: Look) -> tuple[Refusal, ...]: ...


@dataclass(frozen=True, slots=True)
class Seen:
    """One device just before the commit, and now."""

    before: DeviceFacts
    now: DeviceFacts

    @property
    def open_ports(self) -> frozenset[str]:
        """The ports that were enabled before and are so now: a port that the change shuts is meant to go dark."""
        return frozenset(_enabled(self.before) & _enabled(self.now))


type DeviceCheck = Callable[[Seen], Iterator[str]]
"""What is wrong on one device, in words; nothing where all is well."""


def link(seen: Seen) -> Iterator[str]:
    """No port that was up went down. One that is not shown any more may be gone with what it stood for (an SSID)."""
    if not seen.now.ports and any(_is_up(seen.before, port) for port in seen.before.ports):
        yield "it showed ports that were up and shows none"
    for port in sorted(seen.open_ports):
        if _is_up(seen.before, port) and not _is_up(seen.now, port):
            yield f"{port} was up and is down"


def neighbours(seen: Seen) -> Iterator[str]:
    """Every neighbour that LLDP (IEEE 802.1AB) heard before the commit is heard on the same port still."""
    if seen.before.neighbours is None:
        return
    if seen.now.neighbours is None:
        yield f"they were told and are not any more{_why_not(seen, NEIGHBOURS)}"
        return
    for port, were in sorted(seen.before.neighbours.items()):
        are = seen.now.neighbours.get(port, ())
        is_watched = port in seen.open_ports or port not in seen.now.ports  # a port with a cable does not vanish
        gone = [neighbour for neighbour in were if neighbour not in are] if is_watched else []
        if gone:
            yield f"{port} no longer hears {', '.join(map(str, gone))}"


def light(seen: Seen) -> Iterator[str]:
    """No optic that received light receives half of it or less, or none at all."""
    if seen.before.light is None:
        return
    if seen.now.light is None:
        yield f"it was told and is not any more{_why_not(seen, LIGHT)}"
        return
    for port, was in sorted(seen.before.light.items()):
        if was.rx_dbm is None or port not in seen.open_ports:
            continue
        now = seen.now.light.get(port)
        if now is None or now.rx_dbm is None:
            yield f"{port} received {was.rx_dbm:.1f} dBm and receives none"
        elif was.rx_dbm - now.rx_dbm >= LIGHT_LOST_DB:
            yield f"{port} received {was.rx_dbm:.1f} dBm and receives {now.rx_dbm:.1f} dBm"


DEVICE_CHECKS: Mapping[str, DeviceCheck] = {"link": link, "neighbours": neighbours, "light": light}
"""What every device of every plan is looked at for, by the name that a refusal says."""


def failed_checks(seen: Seen) -> tuple[str, ...]:
    """Every check that failed, as "link: Ethernet1 was up and is down"."""
    return tuple(f"{name}: {wrong}" for name, check in DEVICE_CHECKS.items() for wrong in check(seen))


def _why_not(seen: Seen, fact: str) -> str:
    why = seen.now.why_not.get(fact, "")
    return f": {why}" if why else ""


def _enabled(facts: DeviceFacts) -> set[str]:
    return {port for port, shown in facts.ports.items() if shown.get("is_enabled")}


def _is_up(facts: DeviceFacts, port: str) -> bool:
    return bool(facts.ports.get(port, {}).get("is_up"))
