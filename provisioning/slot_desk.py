"""The desk of site slots: which are free, who is on one site beside whom, and how much each slot's backhaul is used."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from automation.port_usage import PortUsage
from inventory.devices import PortRef
from inventory.errors import UnknownThing
from inventory.hosting import HostingPosition, HostingRef
from inventory.snapshot import Snapshot
from inventory.windows import Window
from monitoring.metrics import SlotUseRow
from provisioning import front_desk
from provisioning.backhauls import free_ports, switches_by_place
from provisioning.isps import Principal
from provisioning.policy import Action, must
from provisioning.product_errors import SlotNotUsed
from provisioning.rights import may_see
from provisioning.services import SERVICE_ENDED, Service, ServiceState
from provisioning.tools import Tools
from provisioning.wanted import HostedEquipment, ProductKind


@dataclass(frozen=True, slots=True)
class SlotTenant:
    """An ISP's equipment in one position. `equipment` and `power` are words for people; what is not there is ""."""

    position: HostingRef
    service_id: str
    isp_code: str
    equipment: str
    power: str
    device: str
    port: PortRef | None
    s_vlan: int | None
    handover: str
    state: ServiceState


@dataclass(frozen=True, slots=True)
class SiteSlotView:
    """One hosting position as somebody may see it: whether it is free today, and for a backhaul too.

    `tenant` is None where it is free, and where whoever asks may not know whose it is.
    """

    position: HostingPosition
    is_free: bool
    has_free_port: bool
    tenant: SlotTenant | None = None


def site_slots(tools: Tools, who: Principal, *, place: str = "", free: bool = False) -> tuple[SiteSlotView, ...]:
    """The hosting positions of a place, or of all, in their order; only those that are `free` today where asked so.

    The operator's people see every tenant, an ISP only itself. Raises: Forbidden, UnknownThing.
    """
    must(who, Action.READ_SERVICES)
    snapshot = tools.load_snapshot()
    if place and place not in snapshot.places:
        raise UnknownThing("place", place)
    there = [each for each in snapshot.inventory.hosting_positions if place in {"", each.ref.place}]
    today = Window(tools.now().date(), tools.now().date())
    switches = switches_by_place(snapshot, {each.ref.place for each in there})
    with tools.open_unit_of_work(reading=True) as work:
        held = work.holds.hosting_held(today)
        usage = work.reservations.usage(sorted({name for names in switches.values() for name in names}), (), None)
        tenants = {
            one.position: one for one in _tenants(work.services.hosted(), snapshot) if may_see(who, one.isp_code)
        }
    ports = {code: bool(free_ports(snapshot, names, 1, usage)) for code, names in switches.items()}
    seen = (
        SiteSlotView(each, each.ref not in held, ports[each.ref.place], tenants.get(each.ref))
        for each in sorted(there, key=lambda one: one.ref)
    )
    return tuple(one for one in seen if one.is_free or not free)


@dataclass(frozen=True, slots=True)
class SlotPrice:
    """What a slot costs for one kind of equipment, by the price list that holds today, the same for every ISP.

    The price has `power_w` watts and a backhaul of `backhaul_mbps` in it. Money in pence without VAT.
    """

    product: str
    equipment: HostedEquipment
    power_w: int
    backhaul_mbps: int
    setup_pence: int
    monthly_pence_by_term: Mapping[int, int]


def slot_prices(tools: Tools) -> tuple[SlotPrice, ...]:
    """Every kind of equipment that is hosted, with its one price. Raises: NoPriceList."""
    products = [one for one in tools.catalogue.hand_products if one.kind is ProductKind.SITE_HOSTING]
    return tuple(
        SlotPrice(
            one.code,
            slot.equipment,
            slot.power_w,
            slot.backhaul.cir_mbps,
            one.setup_pence,
            one.monthly_pence_by_term,
        )
        for one in products
        for slot in (one.slots or map(one.slot, HostedEquipment))
    )


def tenant_of_slot(tools: Tools, who: Principal, service_id: str) -> SlotTenant | None:
    """Where a service's equipment hangs; None where it is no site slot. Raises: Forbidden, UnknownService."""
    service = front_desk.service(tools, who, service_id)
    held = () if service.state in SERVICE_ENDED else (service,)
    return next(_tenants(held, tools.load_snapshot()), None)


def tenants_on(tools: Tools, who: Principal, device: str) -> tuple[SlotTenant, ...]:
    """Whose equipment is plugged into a device, or is that device. As `site_slots`. Raises: Forbidden."""
    must(who, Action.READ_SERVICES)
    with tools.open_unit_of_work(reading=True) as work:
        found = [one for one in _tenants(work.services.hosted(), tools.load_snapshot()) if may_see(who, one.isp_code)]
    return tuple(one for one in found if device in {one.device, one.port.device if one.port else None})


def slot_usage(tools: Tools, who: Principal, service_id: str) -> PortUsage:
    """How much a slot's backhaul is used now, read from its switch.

    Raises: Forbidden; UnknownService, also where it is another's; SlotNotUsed, where it has no slot or no backhaul, or
        its switch does not answer.
    """
    tenant = tenant_of_slot(tools, who, service_id)
    if tenant is None or tenant.port is None:
        raise SlotNotUsed(service_id, "it is no site slot with a backhaul of ours")
    read = tools.reader.port_usage([tenant.port])
    if not read:
        raise SlotNotUsed(service_id, f"{tenant.port.device} does not say now")
    return read[0]


def slots_used(tools: Tools) -> tuple[SlotUseRow, ...]:
    """How much every tenant's slot is used now, of every switch that answers."""
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work(reading=True) as work:
        whose = {one.port: one for one in _tenants(work.services.hosted(), snapshot) if one.port is not None}
    read = tools.reader.port_usage(whose.keys()) if whose else ()
    return tuple(_row(whose[one.port], one) for one in read if one.port in whose)


def _row(tenant: SlotTenant, read: PortUsage) -> SlotUseRow:
    at = tenant.position
    return at.place, str(at.number), tenant.isp_code, read.is_up, read.received_octets, read.sent_octets


def _tenants(services: Iterable[Service], snapshot: Snapshot) -> Iterator[SlotTenant]:
    names = {slot.position: slot.device for slot in snapshot.inventory.site_slots}
    for service in services:
        if service.by_hand is not None and service.by_hand.hosting is not None:
            yield _tenant(service, service.by_hand.hosting, names)


def _tenant(service: Service, position: HostingRef, names: Mapping[HostingRef, str]) -> SlotTenant:
    its = service.by_hand
    backhaul = None if its is None or its.carried is None else its.carried.backhaul
    facts = {} if its is None else its.facts
    return SlotTenant(
        position=position,
        service_id=service.id,
        isp_code=service.isp_code,
        equipment=facts.get("equipment", ""),
        power=facts.get("power", ""),
        device=names.get(position, ""),
        port=None if backhaul is None else backhaul.uni,
        s_vlan=None if its is None else its.s_vlan,
        handover=service.handover,
        state=service.state,
    )
