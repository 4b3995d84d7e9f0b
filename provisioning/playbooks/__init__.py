"""Playbooks: jobs of network engineers over many devices, ours and their own. `shape` says what one is."""

from inventory.devices import Device
from provisioning.playbooks.shape import (
    Context,
    DeviceResult,
    Needs,
    Parameter,
    Playbook,
    Reads,
    Report,
    Table,
    Values,
    Verdict,
)
from provisioning.policy import Action

__all__ = [
    "Action",
    "Context",
    "Device",
    "DeviceResult",
    "Needs",
    "Parameter",
    "Playbook",
    "Reads",
    "Report",
    "Table",
    "Values",
    "Verdict",
]
