"""Compare what all devices should say with what they say. Pure: the audit's eye.

Looks at what circuits own, and at every tag on every trunk; the rest of a device's text is not
ours to judge. A device that could not be read is not in `running_by_device`, and is said to be
unread rather than right.
"""

from collections.abc import Mapping, Sequence

from automation.change_plan import Finding
from automation.dialects.dialect import Dialect
from automation.errors import AutomationError
from automation.intents import CircuitIntent, Intent

type Intents = Mapping[str, Sequence[Intent]]


UNREAD = "read"  # the check of a device that could not be read: whether it drifted is not known


def drift(
    intents_by_device: Intents,
    running_by_device: Mapping[str, str],
    dialects: Mapping[str, Dialect],
    why_unread: Mapping[str, str] | None = None,
) -> tuple[Finding, ...]:
    """Return one finding per intent and device, and one per thing of ours nobody intends. `ok` where as it should be.

    `why_unread` says of devices that are not in `running_by_device` why not.
    """
    devices = sorted({*intents_by_device, *running_by_device})
    unread = why_unread or {}
    return tuple(
        finding
        for device in devices
        for finding in (
            _device_drift(dialects[device], device, intents_by_device.get(device, ()), running_by_device[device])
            if device in running_by_device
            else (Finding(device, UNREAD, False, unread.get(device, "could not be read")),)
        )
    )


def _device_drift(dialect: Dialect, device: str, intents: Sequence[Intent], running: str) -> tuple[Finding, ...]:
    return (*(_intent(dialect, running, intent) for intent in intents), *dialect.strays(device, running, intents))


def _intent(dialect: Dialect, running: str, intent: Intent) -> Finding:
    check = f"{intent.kind} {intent.label}"
    try:
        missing = dialect.plan(running, (), [intent]).commands
    except AutomationError as error:
        return Finding(intent.device, check, False, error.sentence)
    if missing:
        return Finding(intent.device, check, False, "missing: " + "; ".join(map(str.strip, missing.splitlines())))
    words = f"S-VLAN {intent.s_vlan}" if isinstance(intent, CircuitIntent) else "it"
    return Finding(intent.device, check, True, f"{words} is as intended")
