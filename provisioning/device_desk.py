"""What the front desk does to the record of devices: add a DXP as planned, make devices live, retire them."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from automation.baseline import baseline_intents
from automation.intents import Intent
from inventory.cut import lost_with
from inventory.devices import Lifecycle
from inventory.errors import UnknownThing
from inventory.graph import graph_of
from inventory.snapshot import Inventory, Snapshot
from provisioning.deeds import about, acts
from provisioning.hits import LinkService
from provisioning.impact import Fate, ServiceHit, hits_on_links
from provisioning.isps import Principal
from provisioning.link_services import services_on_links
from provisioning.new_dxp import Addition, NewDxp, with_dxp
from provisioning.playbook_errors import RecordNotWritable, StillInUse
from provisioning.policy import Action, must
from provisioning.rights import LONGEST_CODE, must_be_text
from provisioning.services import Service
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools


@acts("add a DXP", "place", says=("wanted.code", "wanted.like", "wanted.to", "wanted.ntes", "dry_run"))
def add_dxp(tools: Tools, who: Principal, wanted: NewDxp, *, dry_run: bool = False) -> Addition:
    """Write a new DXP with its switch, links and NTEs into the record of what exists, as planned.

    Nothing can be ordered there before it is commissioned. With `dry_run` nothing is written.

    Raises: Forbidden, RequestInvalid, UnknownThing, UnknownPremises, NotReady, RecordNotWritable,
        NetBoxUnavailable, NetBoxRefused, NetBoxEdited.
    """
    must(who, Action.WRITE_RECORD)
    must_be_text("code", wanted.code, LONGEST_CODE)
    must_be_text("name", wanted.name, LONGEST_CODE)
    addition = with_dxp(tools.load_snapshot(), wanted)
    if not dry_run:
        write_record(
            tools, who, "place", wanted.code, lambda inventory: with_dxp(Snapshot(inventory), wanted).inventory
        )
    return addition


@acts("set the lifecycle of devices", "device", says=("devices", "lifecycle"))
def set_lifecycle(tools: Tools, who: Principal, devices: Collection[str], lifecycle: Lifecycle) -> tuple[str, ...]:
    """Make devices planned, live or retired in the record of what exists; return those that were not so already.

    A device that a service crosses stays live.

    Raises: Forbidden, UnknownThing, StillInUse, RecordNotWritable, NetBoxUnavailable, NetBoxRefused,
        NetBoxEdited.
    """
    must(who, Action.WRITE_RECORD)
    snapshot = tools.load_snapshot()
    changing = tuple(name for name in devices if snapshot.device(name).lifecycle is not lifecycle)
    if lifecycle is not Lifecycle.LIVE:
        for name in changing:
            used_by = services_across(tools, name)
            if used_by:
                raise StillInUse(name, used_by)
    if changing:
        write_record(
            tools, who, "device", changing[0], lambda inventory: _with_lifecycle(inventory, changing, lifecycle)
        )
    return changing


def baseline_of(tools: Tools, who: Principal, device: str) -> tuple[Intent, ...]:
    """What a device should say before any service. Raises: Forbidden, UnknownThing."""
    must(who, Action.REHEARSE)
    return baseline_intents(tools.load_snapshot(), device, tools.baseline)


@dataclass(frozen=True, slots=True)
class OtherWay:
    """A service that crosses what is to be taken away, and the links of another path with room for it, () for none."""

    hit: ServiceHit
    links: tuple[str, ...]


def without_device(tools: Tools, who: Principal, device: str) -> tuple[OtherWay, ...]:
    """The services that are off while a device is away (it reboots), worst first. Raises: Forbidden, UnknownThing."""
    must(who, Action.READ_CUTS)
    snapshot = tools.load_snapshot()
    snapshot.device(device)
    links = frozenset(link.code for link in snapshot.inventory.links if device in {link.a.device, link.z.device})
    with tools.open_unit_of_work(reading=True) as work:
        found = _on_links(work, snapshot, links)
        seen = {way.hit.id for way in found}
        local = [each for each in _across(work, device) if each.id not in seen]
    return (*(OtherWay(_lost(each), ()) for each in local), *found)


def without_link(tools: Tools, who: Principal, link: str) -> tuple[OtherWay, ...]:
    """The services that are off without a link, worst first, each with the other path it could take.

    None are without one member of a port-channel that has another. Raises: Forbidden, UnknownThing.
    """
    must(who, Action.READ_CUTS)
    snapshot = tools.load_snapshot()
    if link not in snapshot.links:
        raise UnknownThing("link", link)
    with tools.open_unit_of_work(reading=True) as work:
        return _on_links(work, snapshot, lost_with(snapshot, {link}))


def _on_links(work: UnitOfWork, snapshot: Snapshot, links: frozenset[str]) -> tuple[OtherWay, ...]:
    services = {each.id: each for each in services_on_links(work, snapshot, links)}
    if not services:
        return ()
    given_back = work.impacts.held_with(links)
    committed = work.reservations.usage((), None, None).link_committed_mbps
    others = {code: mbps - given_back.get(code, 0) for code, mbps in committed.items()}
    hits = sorted(hits_on_links(snapshot, links, services.values(), others), key=lambda hit: (hit.fate.value, hit.id))
    return tuple(OtherWay(hit, _other_path(snapshot, links, services[hit.id], hit, others)) for hit in hits)


def _other_path(
    snapshot: Snapshot, links: frozenset[str], service: LinkService, hit: ServiceHit, taken: Mapping[str, int]
) -> tuple[str, ...]:
    """The shortest path that is left for it, each service looked at alone."""
    if hit.fate is not Fate.OTHER_LINKS:
        return ()
    graph, target = graph_of(snapshot), snapshot.handover(service.handover).port.device
    paths = (
        graph.reach(start, bandwidth_mbps=service.cir_mbps, committed_mbps=taken, avoid=links).path_to(target)
        for start in service.starts
    )
    return tuple(dict.fromkeys(hop.link_code for path in paths for hop in path.hops))


def _ends_on(service: Service, device: str) -> bool:
    return service.circuit is not None and any(hop.device == device for hop in service.circuit.hops)


def _lost(service: Service) -> ServiceHit:
    return ServiceHit(service.id, service.isp_code, service.product, service.state.value, service.uprn, Fate.LOST)


def services_on(tools: Tools, who: Principal, device: str) -> tuple[str, ...]:
    """Ids of the services that cross a device. Raises: Forbidden, UnknownThing."""
    must(who, Action.READ_CUTS)
    tools.load_snapshot().device(device)
    return services_across(tools, device)


def services_across(tools: Tools, device: str) -> tuple[str, ...]:
    """Ids of the services whose circuit, SSID or backhaul crosses a device, or that hold something on it."""
    with tools.open_unit_of_work(reading=True) as work:
        return tuple(each.id for each in _across(work, device))


def _across(work: UnitOfWork, device: str) -> Iterator[Service]:
    return (each for each in work.services.on([device]) if _ends_on(each, device) or _is_carried_by(each, device))


def _is_carried_by(service: Service, device: str) -> bool:
    return service.carried is not None and device in service.carried.devices


def _with_lifecycle(inventory: Inventory, names: Collection[str], lifecycle: Lifecycle) -> Inventory:
    return replace(
        inventory,
        devices=tuple(
            replace(device, lifecycle=lifecycle) if device.name in names else device for device in inventory.devices
        ),
    )


def write_record(
    tools: Tools, who: Principal, kind: str, subject: str, change: Callable[[Inventory], Inventory]
) -> None:
    """Change what exists, and say on what in the audit trail.

    Raises: RecordNotWritable, NetBox's own; NetBoxEdited, where people edited there what is to be written;
        InventoryInvalid, where NetBox holds a broken object of it, or the change breaks a rule.
    """
    if tools.change_inventory is None:
        raise RecordNotWritable
    tools.change_inventory(change)
    about(kind, subject)
    with tools.open_unit_of_work(by=who.user_name) as work:
        work.commit()
