"""A new access point in an area gets the SSIDs that are sold there, and the realms on them.

They are held for it at once, and put on it by a change plan.
"""

from dataclasses import replace

import structlog

from inventory.errors import NeutralhostError
from inventory.snapshot import Snapshot
from provisioning.drift_desk import propose_fix
from provisioning.rights import SYSTEM
from provisioning.services import Service, ServiceState
from provisioning.shared_ssids import tenancy_of
from provisioning.ssids import access_points_in, with_access_point
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.wanted import SsidWanted
from provisioning.wanted_now import wanted_of
from provisioning.wireless_paths import can_be_told
from provisioning.workflows.by_hand import wireless_rules

log = structlog.get_logger(__name__)


def serve_area(tools: Tools, name: str) -> str:
    """Let the area's SSIDs, with the realms on them, be sent by this access point too; return the change plan's id.

    "" where the area has none, or none that fits: a radio that is full, a tag that is somebody else's on the way to
    it. What does not fit is logged, and leaves the service as it was. The plan waits for its approval like any.
    """
    devices = {device for service_id in _sold(tools, name) for device in _grow(tools, service_id, name)}
    devices |= {device for service_id in _realms(tools, name) for device in _grow(tools, service_id, name)}
    if not devices:
        return ""
    try:
        return propose_fix(tools, SYSTEM, sorted(devices), why=f"the SSIDs of its area for {name}").plan.id
    except NeutralhostError as error:
        log.warning("the SSIDs of a new access point wait for the next fix", device=name, why=error.sentence)
        return ""


def _sold(tools: Tools, name: str) -> tuple[str, ...]:
    snapshot = tools.load_snapshot()
    if not can_be_told(snapshot, snapshot.device(name)):
        return ()
    with tools.open_unit_of_work(reading=True) as work:
        return tuple(one.id for one in work.services.carried() if _is_in_its_area(work, snapshot, one, name))


def _is_in_its_area(work: UnitOfWork, snapshot: Snapshot, service: Service, name: str) -> bool:
    its = service.by_hand
    if service.state is not ServiceState.ACTIVE or its is None or not its.ssid or name in its.access_points:
        return False
    wanted = wanted_of(work, service.id)
    return isinstance(wanted, SsidWanted) and name in {one.name for one in access_points_in(snapshot, wanted.area)}


def _realms(tools: Tools, name: str) -> tuple[str, ...]:
    """The realms on shared SSIDs that this access point sends, and not yet there."""
    with tools.open_unit_of_work(reading=True) as work:
        services = work.services.carried()
    sent = {one.id for one in services if _is_on(one, name)}
    return tuple(
        one.id
        for one in services
        if one.state is ServiceState.ACTIVE
        and (found := tenancy_of(one)) is not None
        and found.shared in sent
        and not _is_on(one, name)
    )


def _is_on(service: Service, name: str) -> bool:
    return service.by_hand is not None and name in service.by_hand.access_points


def _grow(tools: Tools, service_id: str, name: str) -> tuple[str, ...]:
    """The devices that have something to do for it now; none where nothing was changed."""
    snapshot, rules = tools.load_snapshot(), wireless_rules(tools)
    try:
        with tools.open_unit_of_work() as work:
            service = work.services.get(service_id)
            its = service.by_hand
            if its is None or its.carried is None or name in its.access_points:
                return ()
            if its.ssid and not _has_room(work, service_id, its.ssid, name, rules.per_radio):
                return ()
            carried = with_access_point(snapshot, its.carried, snapshot.handover(its.handover), name, rules)
            more = sorted(set(carried.devices) - set(its.carried.devices))
            if its.ssid:  # a realm takes no place on a radio
                work.ssids.hold(service_id, [name], its.ssid)
            work.reservations.hold_tag_on(service_id, carried.s_vlan, more)
            points = (*its.access_points, name)
            facts = {**its.facts, "access points": ", ".join(points)}
            work.services.set_by_hand(service_id, replace(its, access_points=points, carried=carried, facts=facts))
            work.commit()
    except NeutralhostError as error:
        log.warning(
            "a new access point gets no SSID or realm of its area", device=name, service=service_id, why=error.sentence
        )
        return ()
    return carried.devices


def _has_room(work: UnitOfWork, service_id: str, ssid: str, name: str, per_radio: int) -> bool:
    sent = work.ssids.on([name])[name]
    if len(sent) < per_radio and ssid not in sent.values():
        return True
    log.warning("a new access point has no room for an SSID of its area", device=name, service=service_id)
    return False
