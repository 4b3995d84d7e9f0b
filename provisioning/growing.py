"""A new access point in an area gets the SSIDs that are sold there: held for it at once, put on it by a change plan."""

from dataclasses import replace

import structlog

from inventory.errors import NeutralhostError
from inventory.snapshot import Snapshot
from provisioning.drift_desk import propose_fix
from provisioning.rights import SYSTEM
from provisioning.services import Service, ServiceState
from provisioning.ssids import access_points_in, with_access_point
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.wanted import SsidWanted
from provisioning.wanted_now import wanted_of
from provisioning.wireless_paths import can_be_told
from provisioning.workflows.by_hand import wireless_rules

log = structlog.get_logger(__name__)


def serve_area(tools: Tools, name: str) -> str:
    """Let the area's SSIDs be sent by this access point too, and propose the change; return the plan's id.

    "" where the area has none, or none that fits: a radio that is full, a tag that is somebody else's on the way to
    it. What does not fit is logged, and leaves the service as it was. The plan waits for its approval like any.
    """
    devices = sorted({device for service_id in _sold(tools, name) for device in _grow(tools, service_id, name)})
    if not devices:
        return ""
    try:
        return propose_fix(tools, SYSTEM, devices, why=f"the SSIDs of its area for {name}").plan.id
    except NeutralhostError as error:
        log.warning("the SSIDs of a new access point wait for the next fix", device=name, why=error.sentence)
        return ""


def _sold(tools: Tools, name: str) -> tuple[str, ...]:
    snapshot = tools.load_snapshot()
    if not can_be_told(snapshot, snapshot.device(name)):
        return ()
    with tools.open_unit_of_work(reading=True) as work:
        return tuple(one.id for one in work.services.on_devices() if _is_in_its_area(work, snapshot, one, name))


def _is_in_its_area(work: UnitOfWork, snapshot: Snapshot, service: Service, name: str) -> bool:
    its = service.by_hand
    if service.state is not ServiceState.ACTIVE or its is None or not its.ssid or name in its.access_points:
        return False
    wanted = wanted_of(work, service.id)
    return isinstance(wanted, SsidWanted) and name in {one.name for one in access_points_in(snapshot, wanted.area)}


def _grow(tools: Tools, service_id: str, name: str) -> tuple[str, ...]:
    """The devices that have something to do for it now; none where nothing was changed."""
    snapshot, rules = tools.load_snapshot(), wireless_rules(tools)
    try:
        with tools.open_unit_of_work() as work:
            service = work.services.get(service_id)
            its = service.by_hand
            if its is None or its.carried is None or name in its.access_points:
                return ()
            sent = work.ssids.on([name])[name]
            if len(sent) >= rules.per_radio or its.ssid in sent.values():
                log.warning("a new access point has no room for an SSID of its area", device=name, service=service_id)
                return ()
            carried = with_access_point(snapshot, its.carried, snapshot.handover(its.handover), name, rules)
            more = sorted(set(carried.devices) - set(its.carried.devices))
            work.ssids.hold(service_id, [name], its.ssid)
            work.reservations.hold_tag_on(service_id, carried.s_vlan, more)
            points = (*its.access_points, name)
            facts = {**its.facts, "access points": ", ".join(points)}
            work.services.set_by_hand(service_id, replace(its, access_points=points, carried=carried, facts=facts))
            work.commit()
    except NeutralhostError as error:
        log.warning("a new access point gets no SSID of its area", device=name, service=service_id, why=error.sentence)
        return ()
    return carried.devices
