"""Compare what every device should say with what it says: for whoever asks, and by the clock."""

from collections.abc import Sequence

from automation.change_plan import ChangeAction, Finding
from inventory.devices import DeviceRole, Lifecycle
from inventory.snapshot import Snapshot
from provisioning.services import ServiceState
from provisioning.tools import Tools
from provisioning.translate import circuit_intents


def audit_all(tools: Tools) -> tuple[Finding, ...]:
    """All that is intended against all that runs on every live switch and NTE; what nobody intends is found too.

    Of a service that is on its way to the devices or off them nothing is said.
    """
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work(reading=True) as work:
        kept = work.services.with_circuit()
    under_way = {f"circuit {each.id}" for each in kept if each.state is not ServiceState.ACTIVE}
    intents = [intent for each in kept for intent in circuit_intents(each)]
    found = tools.deployer.audit(intents, _audited_devices(snapshot))
    return tuple(finding for finding in found if finding.check not in under_way)


def audit_services(tools: Tools, service_ids: Sequence[str]) -> tuple[Finding, ...]:
    """Only what these services, where active, need. Raises: UnknownService."""
    with tools.open_unit_of_work(reading=True) as work:
        wanted = [work.services.get(each) for each in service_ids]
    active = (each for each in wanted if each.state is ServiceState.ACTIVE)
    intents = [intent for each in active for intent in circuit_intents(each)]
    return tools.deployer.prove(intents, ChangeAction.ADD).findings if intents else ()


def _audited_devices(snapshot: Snapshot) -> tuple[str, ...]:
    return tuple(
        device.name
        for device in snapshot.inventory.devices
        if device.role is not DeviceRole.ACCESS_POINT
        and device.lifecycle is Lifecycle.LIVE
        and device.management_address is not None
    )
