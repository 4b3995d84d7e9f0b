"""Site slots: which hosting positions are free, who hangs where, and how much a slot's backhaul is used."""

from typing import cast

from inventory.errors import UnknownThing
from provisioning import errors, product_errors, slot_desk
from provisioning.catalogue_errors import NoPriceList
from provisioning.policy import Action
from provisioning.services import ServiceState
from provisioning.slot_desk import SiteSlotView, SlotPrice, SlotTenant
from provisioning.wanted import HostedEquipment
from web.api.catalogue_shown import PriceShown, prices_shown
from web.api.fields import AskedInQuery, Name, QueryFlag, Shown
from web.api.operation import Answer, Call, Operation
from web.api.plant.fields import Key


class SlotTenantShown(Shown):
    """Whose device hangs in a position: the operator's people see every tenant, an ISP only itself."""

    isp: str
    service: str
    state: ServiceState
    equipment: str
    power: str
    device: str
    port: Key | None
    s_vlan: int | None
    handover: str

    @classmethod
    def of(cls, tenant: SlotTenant) -> "SlotTenantShown":
        return cls(
            isp=tenant.isp_code,
            service=tenant.service_id,
            state=tenant.state,
            equipment=tenant.equipment,
            power=tenant.power,
            device=tenant.device,
            port=None if tenant.port is None else str(tenant.port),
            s_vlan=tenant.s_vlan,
            handover=tenant.handover,
        )


class SiteSlotShown(Shown):
    """A hosting position: `free` is today, `backhaul` whether a port for one is free there."""

    place: str
    number: int
    height_m: float
    power_w: int
    free: bool
    backhaul: bool
    tenant: SlotTenantShown | None

    @classmethod
    def of(cls, slot: SiteSlotView) -> "SiteSlotShown":
        at = slot.position
        return cls(
            place=at.ref.place,
            number=at.ref.number,
            height_m=at.height_m,
            power_w=at.power_w,
            free=slot.is_free,
            backhaul=slot.has_free_port,
            tenant=None if slot.tenant is None else SlotTenantShown.of(slot.tenant),
        )


class SlotPriceShown(Shown):
    """What a slot costs for one kind of equipment: the mount, these watts and this backhaul are in the price."""

    product: str
    equipment: HostedEquipment
    power_w: int
    backhaul_mbps: int
    setup_pence: int
    prices: list[PriceShown]

    @classmethod
    def of(cls, price: SlotPrice) -> "SlotPriceShown":
        return cls(
            product=price.product,
            equipment=price.equipment,
            power_w=price.power_w,
            backhaul_mbps=price.backhaul_mbps,
            setup_pence=price.setup_pence,
            prices=prices_shown(price.monthly_pence_by_term),
        )


class SiteSlotsShown(Shown):
    items: list[SiteSlotShown]
    prices: list[SlotPriceShown]


class SiteSlotsQuery(AskedInQuery):
    """Of which place, and only the free ones?"""

    place: Name | None = None
    free: QueryFlag = False


class SlotUsageShown(Shown):
    """What the switch says of a slot's backhaul port: octets since it counts, as the switch receives and sends."""

    port: Key
    up: bool
    received_bytes: int
    sent_bytes: int


def list_site_slots(call: Call) -> Answer:
    asked = cast("SiteSlotsQuery", call.query)
    found = slot_desk.site_slots(call.tools, call.who, place=asked.place or "", free=asked.free)
    prices = [SlotPriceShown.of(one) for one in slot_desk.slot_prices(call.tools)]
    return Answer(SiteSlotsShown(items=[SiteSlotShown.of(one) for one in found], prices=prices))


def read_slot_usage(call: Call) -> Answer:
    read = slot_desk.slot_usage(call.tools, call.who, call.path["service_id"])
    return Answer(
        SlotUsageShown(
            port=str(read.port), up=read.is_up, received_bytes=read.received_octets, sent_bytes=read.sent_octets
        )
    )


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "listSiteSlots",
        "GET",
        "/site-slots",
        "Hosting positions: which are free, whose device hangs where, and what a slot costs",
        "site slots",
        list_site_slots,
        SiteSlotsShown,
        action=Action.READ_SERVICES,
        query=SiteSlotsQuery,
        errors=(errors.Forbidden, UnknownThing, NoPriceList),
        notes="An ISP sees which are free, and of those that are not only its own tenancy.",
    ),
    Operation(
        "readSlotUsage",
        "GET",
        "/services/{service_id}/slot-usage",
        "How much the backhaul of a site slot is used, read from its switch now",
        "site slots",
        read_slot_usage,
        SlotUsageShown,
        action=Action.READ_SERVICES,
        errors=(errors.Forbidden, errors.UnknownService, product_errors.SlotNotUsed),
    ),
)
