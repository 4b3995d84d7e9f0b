"""What a change plan must leave as it is, and what must be so before it: services, and the cabling. Pure.

A plan of given lines can take away what a service needs though nobody meant it to. And a plan for a port is made for
what the design says stands at its other end: where LLDP (IEEE 802.1AB) hears somebody else there, its lines
may be right and do the wrong thing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from automation.change_plan import DeviceChange, Finding
from automation.dialects.dialect import Dialect, Statement
from automation.drift import check_of, device_drift
from automation.intents import Intent
from automation.limits import Limit, changed_paths, paths_of
from automation.promise import changed_statements
from inventory.devices import PortRef

_MAC = re.compile(r"(?:[0-9A-Fa-f]{2}[:-]?){5}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}")
type Heard = Mapping[str, Sequence[PortRef]]  # by port, whom LLDP hears there


@dataclass(frozen=True, slots=True)
class Cable:
    """A cable that a port of ours is about: where it is plugged in here, which link it is, and what it leads to."""

    port: str
    link: str
    far: PortRef


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands at one device whatever a plan does there.

    `intents` are those of its active services and its baseline, `cables` by port those of the design: its own, or of a
    port-channel its members'. Whoever lifts a limit for a plan leaves them out.
    """

    intents: Sequence[Intent] = ()
    cables: Mapping[str, Sequence[Cable]] = field(default_factory=dict)


NOTHING_STANDS = Standing()
NONE_STANDING: Mapping[str, Standing] = MappingProxyType({})


def no_longer_said(
    dialect: Dialect, before: str, now: str, change: DeviceChange, standing: Standing
) -> Iterator[Finding]:
    """What the device said for a service or its baseline before a change of given lines, and does not say now.

    What is planned is held within what it owns before it is loaded (`Dialect.check_bounds`).
    """
    if not change.action.is_given or not standing.intents:
        return
    checks = {check_of(intent) for intent in standing.intents}
    were_wrong = {each.check for each in device_drift(dialect, change.device, before, standing.intents) if not each.ok}
    for each in device_drift(dialect, change.device, now, standing.intents):
        if not each.ok and each.check in checks - were_wrong:
            yield replace(each, check=Limit.STANDING_SERVICES, detail=f"{each.check}: {each.detail}")


def miscabled(device: str, cables: Sequence[Cable], heard: Heard | None) -> Iterator[Finding]:
    """Those of a change's cables at whose port LLDP hears somebody, and not whom the design says.

    A port that hears nobody may be shut, or lead to what does not speak LLDP: that its link is up, and who is heard
    once it is, are questions of other checks. So it is where the device cannot tell whom it hears.
    """
    for cable in cables:
        there = (heard or {}).get(cable.port, ())
        if there and not any(_is(cable.far, each) for each in there):
            said = f"{cable.port} hears {', '.join(map(str, there))}, and link {cable.link} should bring {cable.far}"
            yield Finding(device, Limit.CABLING, False, said)


def _is(far: PortRef, heard: PortRef) -> bool:
    """A neighbour may send its MAC address in the place of its port's name (IEEE 802.1AB, port ID subtype 3)."""
    return heard == far or (heard.device == far.device and _MAC.fullmatch(heard.port) is not None)


def touched_cables(
    dialect: Dialect, before: str, change: DeviceChange, cables: Mapping[str, Sequence[Cable]]
) -> tuple[Cable, ...]:
    """The cables of those ports that the change says something about, by the ports' names."""
    if not cables:
        return ()
    statements = changed_statements(dialect, before, change.diff)
    said = "\n".join(_paths_of(change) if statements is None else map(_path_of, statements))
    touched = sorted(port for port in cables if re.search(rf"(?<![\w/-]){re.escape(port)}(?![\w/-])", said))
    return tuple(dict.fromkeys(cable for port in touched for cable in cables[port]))


def _path_of(one: Statement) -> str:
    return " ".join((*one.path, one.line))


def _paths_of(change: DeviceChange) -> Iterator[str]:
    """Where its diff cannot be read: what its commands are about, and what the diff's own lines say."""
    yield from paths_of(change.commands)
    yield from changed_paths(change.diff)
