"""`neutralhost site ...`: slots for LoRaWAN gateways and small cells on columns, poles and roofs."""

from collections.abc import Sequence

from inventory.counted import counted
from provisioning import slot_desk
from provisioning.cli.house import open_house
from provisioning.cli.output import Output, Sheet, current_output, sheet
from provisioning.cli.words import money, safe
from provisioning.isps import Principal, Role
from provisioning.rights import SYSTEM
from provisioning.slot_desk import SiteSlotView, SlotPrice


def slots(place: str, free: bool, isp_code: str) -> None:
    output = current_output()
    who = Principal(SYSTEM.user_name, Role.ISP_USER, isp_code) if isp_code else SYSTEM
    with open_house() as house:
        found = slot_desk.site_slots(house.tools, who, place=place, free=free)
        prices = slot_desk.slot_prices(house.tools)
    output.answer({"slots": found, "prices": prices}, lambda: _print(found, prices, output))


def usage(service_id: str) -> None:
    output = current_output()
    with open_house() as house:
        read = slot_desk.slot_usage(house.tools, SYSTEM, service_id)
    link = "has link" if read.is_up else "has no link"
    words = f"{read.received_octets:,} octets from the equipment, {read.sent_octets:,} to it, since its switch counts"
    output.answer({"usage": read}, lambda: output.say(f"{read.port} {link}: {words}."))


def _print(found: Sequence[SiteSlotView], prices: Sequence[SlotPrice], output: Output) -> None:
    output.table(_sheet(found))
    for each in prices:
        monthly = ", ".join(
            f"{money(pence)} over {counted(term, 'month')}" for term, pence in each.monthly_pence_by_term.items()
        )
        has = f"{each.power_w} W and a backhaul of {each.backhaul_mbps} Mbit/s"
        output.say(f"{each.product} for a {each.equipment.words}, {has}: {money(each.setup_pence)} once, {monthly}.")


def _sheet(found: Sequence[SiteSlotView]) -> Sheet:
    rows = (
        (
            str(each.position.ref),
            f"{each.position.height_m:g} m",
            f"{each.position.power_w} W",
            "free" if each.is_free else "taken",
            "yes" if each.has_free_port else "no",
            *_tenant(each),
        )
        for each in found
    )
    columns = ("slot", "height", "supply", "today", "port free", "tenant", "equipment", "port", "s-vlan", "service")
    return sheet(columns, rows, right=("height", "supply", "s-vlan"))


def _tenant(slot: SiteSlotView) -> tuple[str, ...]:
    its = slot.tenant
    if its is None:
        return ("",) * 5
    port, s_vlan = str(its.port or ""), "" if its.s_vlan is None else str(its.s_vlan)
    return its.isp_code, safe(its.equipment), port, s_vlan, its.service_id
