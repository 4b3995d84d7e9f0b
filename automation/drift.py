"""Compare what all devices should say with what they say. Pure: the audit's eye.

Looks at what circuits own, and at every tag on every trunk; the rest of a device's text is not
ours to judge. A device that could not be read is not in `running_by_device`, and is said to be
unread rather than right.
"""

from collections.abc import Mapping, Sequence

from automation.change_plan import ChangeAction, Finding
from automation.errors import AutomationError
from automation.intents import CircuitIntent
from automation.ownership import RunningConfig
from automation.planning import plan_device

type Intents = Mapping[str, Sequence[CircuitIntent]]


UNREAD = "read"  # the check of a device that could not be read: whether it drifted is not known


def drift(
    intents_by_device: Intents, running_by_device: Mapping[str, str], why_unread: Mapping[str, str] | None = None
) -> tuple[Finding, ...]:
    """Return one finding per circuit and device, and one per tag nobody intends. `ok` where all is as it should be.

    `why_unread` says of devices that are not in `running_by_device` why not.
    """
    devices = sorted({*intents_by_device, *running_by_device})
    unread = why_unread or {}
    return tuple(
        finding
        for device in devices
        for finding in (
            _device_drift(device, intents_by_device.get(device, ()), running_by_device[device])
            if device in running_by_device
            else (Finding(device, UNREAD, False, unread.get(device, "could not be read")),)
        )
    )


def _device_drift(device: str, intents: Sequence[CircuitIntent], running: str) -> tuple[Finding, ...]:
    config = RunningConfig(running)
    return (
        *(_circuit(running, intent) for intent in intents),
        *_foreign_tags(device, config, intents),
        *_orphans(device, config, intents),
    )


def _circuit(running: str, intent: CircuitIntent) -> Finding:
    check = f"circuit {intent.label}"
    try:
        missing = plan_device(running, [intent], ChangeAction.ADD).commands
    except AutomationError as error:
        return Finding(intent.device, check, False, error.sentence)
    if missing:
        return Finding(intent.device, check, False, "missing: " + "; ".join(map(str.strip, missing.splitlines())))
    return Finding(intent.device, check, True, f"S-VLAN {intent.s_vlan} is as intended")


def _foreign_tags(device: str, config: RunningConfig, intents: Sequence[CircuitIntent]) -> tuple[Finding, ...]:
    """Tags on a trunk that no circuit puts there: a forgotten one, a wrong port, or somebody's hand."""
    intended = {(port, intent.s_vlan) for intent in intents for port in intent.tagged_ports}
    intended |= {(intent.uni.port, intent.s_vlan) for intent in intents if intent.uni and intent.uni.c_vlan}
    found: list[Finding] = []
    for port, tags in sorted(config.carried.items()):
        if tags is None:
            found.append(Finding(device, "foreign tag", False, f"{port} has no list of tags, so it carries every tag"))
        else:
            extra = sorted(tag for tag in tags if (port, tag) not in intended)
            found += [
                Finding(device, "foreign tag", False, f"{port} carries {tag}, which is nobody's") for tag in extra
            ]
    return tuple(found)


def _orphans(device: str, config: RunningConfig, intents: Sequence[CircuitIntent]) -> tuple[Finding, ...]:
    """Policy-maps of ours, and ports with them, whose circuit is gone."""
    labels = {intent.label for intent in intents if intent.uni is not None}
    prefix = "policy-map type quality-of-service nh-"
    gone = [header.removeprefix(prefix) for header in config.blocks if header.startswith(prefix)]
    return tuple(
        Finding(device, "orphan", False, f"a bandwidth profile of {label} is left behind")
        for label in sorted(gone)
        if label not in labels
    )
