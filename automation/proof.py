"""Look at a device after a change: does it say, and show, what the intents need? Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from automation.change_plan import ChangeAction, DeviceChange, Finding
from automation.dialects.dialect import Dialect
from automation.errors import AutomationError
from automation.intents import CircuitIntent, ExchangePortIntent, HandoverIntent, Intent, LagMemberIntent, TrunkIntent
from automation.wireless import SsidIntent, SsidTenantIntent

type Ports = Mapping[str, Mapping[str, Any]]  # NAPALM's get_interfaces: is_up, is_enabled


def prove_device(dialect: Dialect, running: str, ports: Ports, change: DeviceChange) -> tuple[Finding, ...]:
    """What was looked at on one device. After an ADD: text, ports and isolation; after a REMOVE: text and traces.

    After a REPLACE: all that is looked at after an ADD, and whether anything of what was before is left.
    """
    is_there = change.action is not ChangeAction.REMOVE
    found = tuple(
        finding
        for intent in change.intents
        for finding in (
            _says(dialect, running, intent, is_there),
            *(_ports(ports, intent) if is_there else ()),
            *_alone(dialect, running, intent, is_there),
        )
    )
    return (*found, _replaced(dialect, running, change)) if change.action is ChangeAction.REPLACE else found


def _replaced(dialect: Dialect, running: str, change: DeviceChange) -> Finding:
    """Nothing is left of the intents whose place was taken."""
    labels = ", ".join(dict.fromkeys(intent.label for intent in change.before)) or "nothing"
    words = f"nothing is left of what stood before of {labels}"
    return _nothing_left(dialect, running, (change.before, change.intents), "replaced", words)


def _says(dialect: Dialect, running: str, intent: Intent, is_there: bool) -> Finding:
    words = f"{'says' if is_there else 'no longer says'} the {_called(intent)}"
    return _nothing_left(dialect, running, ((), (intent,)) if is_there else ((intent,), ()), "config", words)


def _nothing_left(
    dialect: Dialect, running: str, sides: tuple[Sequence[Intent], Sequence[Intent]], check: str, words: str
) -> Finding:
    """Is there nothing to do to take the device from one side to the other?"""
    before, after = sides
    device = (*after, *before)[0].device
    try:
        left = dialect.plan(running, before, after).commands
    except AutomationError as error:
        return Finding(device, check, False, str(error))
    if left:
        return Finding(device, check, False, "still to do: " + "; ".join(map(str.strip, left.splitlines())))
    return Finding(device, check, True, words)


def _called(intent: Intent) -> str:
    match intent:
        case CircuitIntent():
            return f"circuit {intent.label} on S-VLAN {intent.s_vlan}"
        case _:
            return f"{intent.kind.replace('-', ' ')} of {intent.label}"


def _ports(ports: Ports, intent: Intent) -> Iterable[Finding]:
    for port in _links_of(intent):
        is_up = bool(ports.get(port, {}).get("is_up"))
        yield Finding(intent.device, "link", is_up, f"{port} is {'up' if is_up else 'down'}")
    if (uni := _subscribers_port(intent)) is not None:
        enabled = bool(ports.get(uni, {}).get("is_enabled"))
        yield Finding(intent.device, "uni", enabled, f"{uni} is {'enabled' if enabled else 'shut down'}")


def _links_of(intent: Intent) -> tuple[str, ...]:
    match intent:
        case CircuitIntent():
            return intent.tagged_ports
        case SsidIntent() | SsidTenantIntent():
            return (intent.uplink, *intent.radios)
        case TrunkIntent() | LagMemberIntent():
            return (intent.port,)
        case _:
            return ()


def _subscribers_port(intent: Intent) -> str | None:
    match intent:
        case CircuitIntent():
            return intent.uni.port if intent.uni else None
        case ExchangePortIntent() | HandoverIntent():
            return intent.port
        case _:
            return None


def _alone(dialect: Dialect, running: str, intent: Intent, is_there: bool) -> Iterable[Finding]:
    """With a circuit there, no port but its own carries its tag; with it gone none of its own does."""
    if isinstance(intent, CircuitIntent):
        own = {*intent.tagged_ports, *([intent.uni.port] if intent.uni else [])}
        found = dialect.carriers(running, intent.s_vlan)
        carrying = sorted(found - own if is_there else found & frozenset(intent.tagged_ports))
        words = f"S-VLAN {intent.s_vlan} is carried by {', '.join(carrying) or 'no other port'}"
        yield Finding(intent.device, "isolation", not carrying, words)
