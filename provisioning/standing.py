"""What stands at the devices of a change plan whatever it does: active services, the baseline, the cabling."""

from collections.abc import Collection, Mapping, Sequence

from automation.intents import Intent
from automation.limits import Limit
from automation.standing import Cable, Standing
from inventory.devices import Lifecycle
from inventory.links import Link
from inventory.snapshot import Snapshot
from provisioning.auditing import baseline_intended, intents_by_device
from provisioning.services import ServiceState
from provisioning.tools import Tools

_IN_USE = frozenset({ServiceState.ACTIVE, ServiceState.PENDING_CHANGE})


def standing_at(tools: Tools, devices: Collection[str], lifted: Collection[Limit] = ()) -> Mapping[str, Standing]:
    """What no plan may harm at these devices, without what a person lifted the limit of for this one.

    A service that an order is changing carries its traffic meanwhile as it did.
    """
    snapshot = tools.load_snapshot()
    services = {} if Limit.STANDING_SERVICES in lifted else _needed_at(tools, snapshot, devices)
    cables = {} if Limit.CABLING in lifted else cables_at(snapshot, devices)
    return {name: Standing(services.get(name, ()), cables.get(name, {})) for name in devices}


def _needed_at(tools: Tools, snapshot: Snapshot, devices: Collection[str]) -> Mapping[str, Sequence[Intent]]:
    """By device, its baseline and what the services in use need there."""
    with tools.open_unit_of_work(reading=True) as work:
        in_use = [each for each in work.services.on(devices) if each.state in _IN_USE]
    intents = intents_by_device(in_use)
    return {name: (*baseline_intended(tools, snapshot, name), *intents.get(name, ())) for name in devices}


def cables_at(snapshot: Snapshot, devices: Collection[str]) -> Mapping[str, Mapping[str, Sequence[Cable]]]:
    """By device and port, what the design says it leads to, where that is not retired.

    Of a port-channel, what its members lead to.
    """
    found: dict[str, dict[str, Sequence[Cable]]] = {name: {} for name in devices}
    for link in snapshot.inventory.links:
        for near in (link.a, link.z):
            if near.device in found:
                cables = (_cable(cable, near.device) for cable in snapshot.cables_of(link))
                there = [each for each in cables if _is_there(snapshot, each.far.device)]
                found[near.device][near.port] = there
    return found


def _cable(link: Link, device: str) -> Cable:
    near, far = (link.a, link.z) if link.a.device == device else (link.z, link.a)
    return Cable(near.port, link.code, far)


def _is_there(snapshot: Snapshot, device: str) -> bool:
    found = snapshot.devices.get(device)
    return found is not None and found.lifecycle is not Lifecycle.RETIRED
