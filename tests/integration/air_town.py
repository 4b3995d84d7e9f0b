"""A street with two ISPs at its exchange and two access points, and everything it takes to sell SSIDs on them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from automation.settings import AutomationSettings
from automation.twin.eapi import Credentials
from automation.twin.fleet import Fleet
from automation.twin.openwrt.authority import twin_authority
from automation.twin.topology import twin_devices
from inventory.devices import Device, DeviceRole, Lifecycle, Port, PortRef, PortRole
from inventory.handovers import Handover
from inventory.hosting import HostingPosition, HostingRef
from inventory.links import Link
from inventory.organisations import MemberRole, Organisation
from inventory.places import Place, PlaceKind
from inventory.snapshot import Inventory, Snapshot
from inventory.store.mirror import replace_inventory
from inventory.vlans import TagRange
from inventory.windows import Window
from provisioning import front_desk, product_desk
from provisioning.bootstrap import House, build, prepare_database
from provisioning.front_desk import SYSTEM
from provisioning.orders import ENDED, Order, OrderRequest, OrderState, WaitsFor
from provisioning.wanted import HostedEquipment, RealmWanted, SiteHostingWanted, SsidSecurity, SsidWanted
from tests.integration.running import PASSWORD, settings_of, wait_until
from tests.integration.street import DX_SWITCH, DXP_SWITCH, HANDOVER, street, uprn_of

POINTS = ("ap-1", "ap-2")
BOX = "nte-column"
OTHER_HANDOVER = "loomlight-dx"
PEPPER = SecretStr("pepper")
PASSPHRASE = "correct horse battery"
OF_ISP = {"quayside": HANDOVER, "loomlight": OTHER_HANDOVER}


def air_town(planned: str = "") -> Inventory:
    """Both access points are joined to the street's switch; each ISP has a handover of its own at the exchange.

    The one that is `planned` does not serve yet.
    """
    base = street(homes=1)
    other = Organisation("loomlight", "Loomlight", frozenset({MemberRole.USER}), is_isp=True)
    points = tuple(
        Device(name, DeviceRole.ACCESS_POINT, "openwrt", "Maker", "AP6", f"S-{name}", "dxp", None, f"127.1.2.{number}")
        for number, name in enumerate(POINTS, 1)
    )
    uplinks = tuple((PortRef(name, "eth0"), PortRef(DXP_SWITCH, f"Ethernet{40 + n}")) for n, name in enumerate(POINTS))
    ports = (
        *(Port(end, PortRole.NNI, 2_500) for ends in uplinks for end in ends),
        *(Port(PortRef(name, radio), PortRole.RADIO, 1_200) for name in POINTS for radio in ("radio0", "radio1")),
        Port(PortRef(DX_SWITCH, "Ethernet47"), PortRole.HANDOVER, 100_000),
    )
    links = tuple(Link(f"drop-{near.device}", near, far, 2_500, 30.0) for near, far in uplinks)
    handover = Handover(
        OTHER_HANDOVER, "loomlight", "dx", PortRef(DX_SWITCH, "Ethernet47"), 100_000, TagRange(2001, 2100)
    )
    column = Place(
        "column", "A column", PlaceKind.COLUMN, "North", 384_400.0, 397_400.0, "", "quayside", "quayside", "quayside"
    )
    box = Device(BOX, DeviceRole.NTE, "eos", "Maker", "N4", "S-box", "column", uprn_of(9), "127.1.2.9")
    box_ports = (
        *(Port(PortRef(BOX, f"Ethernet{number}"), PortRole.UNI, 1_000) for number in (1, 2)),
        Port(PortRef(BOX, "Ethernet9"), PortRole.NNI, 10_000),
        Port(PortRef(DXP_SWITCH, "Ethernet45"), PortRole.NNI, 10_000),
    )
    drop = Link("drop-box", PortRef(BOX, "Ethernet9"), PortRef(DXP_SWITCH, "Ethernet45"), 10_000, 150.0)
    return replace(
        base,
        places=(*base.places, column),
        premises=(*base.premises, replace(base.premises[0], uprn=uprn_of(9), address="The column")),
        hosting_positions=tuple(HostingPosition(HostingRef("column", number), 8.0, 60) for number in (1, 2, 3)),
        organisations=(*base.organisations, other),
        devices=(*base.devices, *(replace(one, lifecycle=_life(one.name, planned)) for one in points), box),
        ports=(*base.ports, *ports, *box_ports),
        links=(*base.links, *links, drop),
        handovers=(*base.handovers, handover),
    )


def _life(name: str, planned: str) -> Lifecycle:
    return Lifecycle.PLANNED if name == planned else Lifecycle.LIVE


@dataclass
class AirTown:
    """It runs."""

    house: House
    fleet: Fleet
    folder: Path
    keys: int = field(default=0)

    def ask(
        self, ssid: str, isp: str = "quayside", security: SsidSecurity = SsidSecurity.WPA3_PERSONAL, area: str = "dxp"
    ) -> Order:
        """Order an SSID for an ISP."""
        self.keys += 1
        tools = self.house.tools
        given = SecretStr(PASSPHRASE) if security.needs_passphrase else None
        wanted = SsidWanted(ssid, area, security, product_desk.sealed(tools, ssid, given))
        request = OrderRequest("hosted-ssid", "", OF_ISP[isp], 0, 12, "", wanted)
        return front_desk.place_order(tools, SYSTEM, request, idempotency_key=f"k{self.keys}", isp_code=isp)[0]

    def ask_realm(self, shared: str, realm: str, isp: str = "loomlight") -> Order:
        """Order a realm on a shared SSID for an ISP."""
        self.keys += 1
        request = OrderRequest("ssid-realm", "", OF_ISP[isp], 0, 12, "", RealmWanted(shared, realm))
        return front_desk.place_order(self.house.tools, SYSTEM, request, idempotency_key=f"k{self.keys}", isp_code=isp)[
            0
        ]

    def host(self, isp: str, equipment: HostedEquipment, *, with_backhaul: bool = True) -> Order:
        """Order room on the street's column, with a backhaul to the ISP's handover."""
        self.keys += 1
        tools = self.house.tools
        wanted = SiteHostingWanted("column", equipment, 15, Window(tools.now().date()))
        handover = OF_ISP[isp] if with_backhaul else ""
        request = OrderRequest("site-hosting", "", handover, 0, 12, "", wanted)
        return front_desk.place_order(tools, SYSTEM, request, idempotency_key=f"k{self.keys}", isp_code=isp)[0]

    def look(self, order: Order) -> Order:
        return front_desk.order(self.house.tools, SYSTEM, order.id)

    def until(self, order: Order, waits_for: WaitsFor | None = None) -> Order:
        """Until it waits for that, or has ended."""

        def is_there() -> bool:
            now = self.look(order)
            return now.state in ENDED or (waits_for is not None and now.waits_for is waits_for)

        wait_until(is_there, 120)
        return self.look(order)

    def approve(self, order: Order) -> Order:
        assert self.until(order, WaitsFor.APPROVAL).waits_for is WaitsFor.APPROVAL, self.look(order).reasons
        front_desk.approve(self.house.tools, SYSTEM, order.id)
        return self.until(order)

    def deliver(self, ssid: str, isp: str = "quayside", **more: SsidSecurity) -> str:
        """The service that an order for it makes."""
        done = self.approve(self.ask(ssid, isp, **more))
        assert (done.state, done.reasons) == (OrderState.COMPLETED, ())
        return done.service_id or ""

    def cease(self, service_id: str) -> Order:
        order, _new = front_desk.cease_service(
            self.house.tools, SYSTEM, service_id, idempotency_key=f"cease-{service_id}"
        )
        return self.until(order)

    def s_vlan(self, service_id: str) -> int:
        service = front_desk.service(self.house.tools, SYSTEM, service_id)
        assert service.by_hand is not None
        assert service.by_hand.carried is not None
        return service.by_hand.carried.s_vlan

    def configs(self) -> dict[str, str]:
        return {device.name: self.fleet.running_config(device.name) for device in self.fleet.devices}

    def committed(self) -> dict[str, int]:
        """Mbit/s that services hold, by link."""
        with self.house.tools.open_unit_of_work(reading=True) as work:
            return dict(work.reservations.usage((), None, None).link_committed_mbps)

    def slots(self) -> int:
        """How many places on access points are held."""
        with self.house.tools.open_unit_of_work(reading=True) as work:
            return sum(len(taken) for taken in work.ssids.on(POINTS).values())


@contextmanager
def running_air_town(
    url: str,
    folder: Path,
    *,
    planned: str = "",
    inventory: Inventory | None = None,
    netbox: Mapping[str, Any] | None = None,
    **more: Any,
) -> Iterator[AirTown]:
    """Bring it up, and take it down."""
    authority = folder / "authority.pem"
    authority.write_text(twin_authority().pem)
    inventory = inventory or air_town(planned)
    with Fleet.start(twin_devices(Snapshot(inventory)), credentials=Credentials("neutralhost", PASSWORD)) as fleet:
        inventory_settings, automation, provisioning = settings_of(url, fleet.port, netbox=netbox, **more)
        spoken = {"ubus_port": fleet.ports["openwrt"], "ubus_ca_file": authority, "token_pepper": PEPPER}
        if "junos" in fleet.ports:
            spoken |= {"netconf_port": fleet.ports["junos"], "ssh_verify": False}
        automation = AutomationSettings.model_validate(automation.model_dump() | spoken)
        provisioning = provisioning.model_copy(update={"token_pepper": PEPPER})
        prepare_database(inventory_settings)
        house = build(inventory_settings, automation, provisioning)
        try:
            replace_inventory(house.engine, inventory)
            house.start_worker()
            wait_until(lambda: b"neutralhost_device_up{" in house.metrics.exposition(), 120)  # its first look is over
            yield AirTown(house, fleet, folder)
        finally:
            house.close()
