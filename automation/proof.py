"""Look at a device after a change: does it say, and show, what the circuits need? Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from automation.change_plan import ChangeAction, Finding
from automation.errors import AutomationError
from automation.intents import CircuitIntent
from automation.ownership import RunningConfig, stray_ports
from automation.planning import plan_device
from automation.replacing import plan_replace

type Ports = Mapping[str, Mapping[str, Any]]  # NAPALM's get_interfaces: is_up, is_enabled


def prove_device(
    running: str,
    ports: Ports,
    intents: Sequence[CircuitIntent],
    action: ChangeAction,
    before: Sequence[CircuitIntent] = (),
) -> tuple[Finding, ...]:
    """What was looked at on one device. After an ADD: text, ports and isolation; after a REMOVE: text and traces.

    After a REPLACE: all that is looked at after an ADD, and whether anything of what was before is left.
    """
    if action is ChangeAction.REPLACE:
        return (*_looked_at(running, ports, intents, ChangeAction.ADD), _replaced(running, before, intents))
    return _looked_at(running, ports, intents, action)


def _looked_at(
    running: str, ports: Ports, intents: Sequence[CircuitIntent], action: ChangeAction
) -> tuple[Finding, ...]:
    config = RunningConfig(running)
    return tuple(
        finding
        for intent in intents
        for finding in (
            _says(running, intent, action),
            *(_ports(ports, intent) if action is ChangeAction.ADD else ()),
            _alone(config, intent, action),
        )
    )


def _replaced(running: str, before: Sequence[CircuitIntent], after: Sequence[CircuitIntent]) -> Finding:
    """Nothing is left of the circuits whose place was taken."""
    device = (*after, *before)[0].device
    labels = ", ".join(dict.fromkeys(intent.label for intent in before)) or "nothing"
    try:
        left = plan_replace(running, before, after).commands
    except AutomationError as error:
        return Finding(device, "replaced", False, str(error))
    if left:
        return Finding(device, "replaced", False, "still to do: " + "; ".join(map(str.strip, left.splitlines())))
    return Finding(device, "replaced", True, f"nothing is left of what stood before of {labels}")


def _says(running: str, intent: CircuitIntent, action: ChangeAction) -> Finding:
    expected = "says the circuit" if action is ChangeAction.ADD else "no longer says the circuit"
    try:
        left = plan_device(running, [intent], action).commands
    except AutomationError as error:
        return Finding(intent.device, "config", False, str(error))
    if left:
        return Finding(intent.device, "config", False, "still to do: " + "; ".join(map(str.strip, left.splitlines())))
    return Finding(intent.device, "config", True, f"{expected} {intent.label} on S-VLAN {intent.s_vlan}")


def _ports(ports: Ports, intent: CircuitIntent) -> Iterable[Finding]:
    for port in intent.tagged_ports:
        is_up = bool(ports.get(port, {}).get("is_up"))
        yield Finding(intent.device, "link", is_up, f"{port} is {'up' if is_up else 'down'}")
    if intent.uni is not None:
        enabled = bool(ports.get(intent.uni.port, {}).get("is_enabled"))
        yield Finding(intent.device, "uni", enabled, f"{intent.uni.port} is {'enabled' if enabled else 'shut down'}")


def _alone(config: RunningConfig, intent: CircuitIntent, action: ChangeAction) -> Finding:
    """After an ADD no port but the circuit's carries its tag; after a REMOVE none of the circuit's does."""
    carrying = stray_ports(config, intent) if action is ChangeAction.ADD else _still_tagged(config, intent)
    words = f"S-VLAN {intent.s_vlan} is carried by {', '.join(carrying) or 'no other port'}"
    return Finding(intent.device, "isolation", not carrying, words)


def _still_tagged(config: RunningConfig, intent: CircuitIntent) -> tuple[str, ...]:
    return tuple(port for port in intent.tagged_ports if intent.s_vlan in (config.carried.get(port) or ()))
