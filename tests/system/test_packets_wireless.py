"""Two ISPs on one access point, and two on one site: each reaches its own handover, and nothing of it any other."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from automation.change_plan import ChangeAction, DeviceChange
from automation.deploy import NornirDeployer
from automation.hosts import host_addresses
from automation.intents import CircuitIntent, Intent
from automation.sealing import Sealer
from automation.twin.forwarding import PortMode
from automation.twin.ovs.ends import Outlet
from automation.twin.ovs.naming import interface_name
from automation.twin.ovs.programs import ip_batch
from automation.wireless import Passpoint, RadiusServer, SsidIntent, SsidSecurity, SsidTenantIntent
from inventory.devices import PortRef
from inventory.hosting import HostingPosition, HostingRef
from inventory.places import Place, PlaceKind
from inventory.store.mirror import read_inventory, replace_inventory
from inventory.windows import Window
from provisioning import front_desk, slot_desk
from provisioning.front_desk import SYSTEM
from provisioning.orders import OrderRequest, OrderState
from provisioning.slot_desk import SlotTenant
from provisioning.wanted import HostedEquipment, SiteHostingWanted
from tests.system.packets import PEPPER, PacketTown, automation_of, capture, packet_town, ping, skip_without_packets

pytestmark = pytest.mark.system
skip_without_packets()

AP, DXP = "ap-hulme-1", "sw-hulme-1"
REVERT_AFTER_S = 60


class Tenant:
    """An ISP on the access point: its SSID, its S-VLAN, its way to its handover."""

    def __init__(self, number: int, handover: str, hops: Mapping[str, tuple[str, ...]]) -> None:
        self.label = f"S-WIFI{number}"
        self.s_vlan = 1400 + number
        self.handover = handover
        self.hops = hops
        self.address, self.isp_address = f"10.9{number}.0.2", f"10.9{number}.0.1"

    @property
    def intents(self) -> tuple[Intent, ...]:
        name = f"ISP {self.label}"
        key = Sealer(PEPPER).seal("correct horse battery", name)
        ssid = SsidIntent(AP, self.label, name, self.s_vlan, "eth0", ("radio0",), SsidSecurity.PSK2, key)
        return (ssid, *self.way)

    @property
    def way(self) -> tuple[Intent, ...]:
        return tuple(CircuitIntent(name, self.label, self.s_vlan, ports) for name, ports in self.hops.items())


class Sharing(Tenant):
    """Whose Passpoint SSID is shared by realms."""

    @property
    def intents(self) -> tuple[Intent, ...]:
        name = "Everybody's"
        radius = (RadiusServer("192.0.2.10", Sealer(PEPPER).seal("a secret of both", name)),)
        passpoint = Passpoint("The co-operative", ("quayside.example",), ("5a03ba0000",))
        ssid = SsidIntent(AP, self.label, name, self.s_vlan, "eth0", ("radio0",), SsidSecurity.PASSPOINT)
        return (replace(ssid, radius=radius, passpoint=passpoint, is_shared=True), *self.way)


class InRealm(Tenant):
    """Whose realm's people RADIUS puts in this S-VLAN, on the SSID of ONE."""

    @property
    def intents(self) -> tuple[Intent, ...]:
        return (SsidTenantIntent(AP, self.label, ONE.label, self.s_vlan, "eth0", ("radio0",)), *self.way)


FIRST_WAY = (
    1,
    "ho-quayside-1",
    {DXP: ("Ethernet5", "Ethernet49"), "sw-science-park-1": ("Ethernet52", "Ethernet41")},
)
SECOND_WAY = (2, "ho-loomlight-1", {DXP: ("Ethernet5", "Ethernet50"), "sw-corridor-1": ("Ethernet52", "Ethernet41")})
ONE, OTHER = Tenant(*FIRST_WAY), Tenant(*SECOND_WAY)


@pytest.fixture(scope="module")
def town(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PacketTown]:
    with packet_town(module_database_url, tmp_path_factory.mktemp("packets")) as town:
        yield town


@pytest.fixture
def deployer(town: PacketTown, tmp_path: Path) -> NornirDeployer:
    hosts = host_addresses(town.snapshot)
    return NornirDeployer(lambda: hosts, automation_of(town, tmp_path))


def put_on(deployer: NornirDeployer, tenant: Tenant) -> tuple[DeviceChange, ...]:
    rehearsal = deployer.rehearse(tenant.intents, ChangeAction.ADD)
    assert rehearsal.refusals == ()
    assert deployer.deploy(rehearsal.changes, REVERT_AFTER_S).refusals == ()
    return rehearsal.changes


def take_off(deployer: NornirDeployer, changes: tuple[DeviceChange, ...]) -> None:
    intents = [intent for change in changes for intent in change.intents]
    removal = deployer.rehearse(intents, ChangeAction.REMOVE)
    assert deployer.deploy(removal.changes, REVERT_AFTER_S).refusals == ()


def client(town: PacketTown, tenant: Tenant) -> Outlet:
    """Somebody on the tenant's SSID, with an address; and the ISP's router behind its tag."""
    ports = town.twin.fleet.state(AP).forwarding.ports
    [port] = [one for one in ports if one.mode is PortMode.ACCESS and one.vlan == tenant.s_vlan]
    outlet = Outlet(town.twin.plan.namespace(AP), interface_name(port.port))
    lines = [f"link set dev {outlet.interface} mtu 1400 up", f"addr replace {tenant.address}/24 dev {outlet.interface}"]
    ip_batch(lines, namespace=outlet.namespace)
    far = town.snapshot.handover(tenant.handover).port
    town.twin.network.router(far).tagged(f"{tenant.isp_address}/24", s_vlan=tenant.s_vlan)
    return outlet


@pytest.mark.parametrize(
    "tenants", [(ONE, OTHER), (Sharing(*FIRST_WAY), InRealm(*SECOND_WAY))], ids=["an SSID each", "realms of one SSID"]
)
def test_two_isps_on_one_access_point_each_reach_their_own_exit_and_no_other(
    town: PacketTown, deployer: NornirDeployer, tenants: tuple[Tenant, Tenant]
) -> None:
    before = town.configs()
    # What is on the shared SSID is taken off before it.
    changes = [put_on(deployer, tenant) for tenant in tenants][::-1]
    clients = {tenant.label: client(town, tenant) for tenant in tenants}
    other_isp = town.end(PortRef("sw-corridor-1", "Ethernet41"))

    with capture(other_isp.namespace, other_isp.interface, "not ip6") as seen:
        assert ping(clients[ONE.label], ONE.isp_address) == 3
        assert ping(clients[ONE.label], OTHER.isp_address, count=1, tries=1) == 0
    strayed = [line for line in seen.stop() if f"vlan {ONE.s_vlan}" in line]
    assert ping(clients[OTHER.label], OTHER.isp_address) == 3

    take_off(deployer, changes[0])
    assert ping(clients[ONE.label], ONE.isp_address) == 3
    assert ping(clients[OTHER.label], OTHER.isp_address, count=1, tries=1) == 0
    take_off(deployer, changes[1])
    assert strayed == []
    assert town.configs() == before


SITE, BOX = "site-nte-0010", "nte-0010"


def with_slots(town: PacketTown) -> None:
    """Give the roof that an NTE of the inner part is in two hosting positions."""
    now = read_inventory(town.house.engine)
    uprn = town.snapshot.device(BOX).uprn or ""
    at = town.snapshot.premises_at(uprn)
    site = Place(SITE, "A roof", PlaceKind.SITE, "", at.easting_m, at.northing_m, uprn=uprn)
    places = (*(one for one in now.places if one.code != SITE), site)
    positions = tuple(HostingPosition(HostingRef(SITE, number), 9.0, 200) for number in (1, 2))
    replace_inventory(town.house.engine, replace(now, places=places, hosting_positions=positions))


def hang(town: PacketTown, isp: str, handover: str, equipment: HostedEquipment) -> SlotTenant:
    """Order a slot with a backhaul, and say that it hangs."""
    tools = town.house.tools
    wanted = SiteHostingWanted(SITE, equipment, 15, Window(tools.now().date()))
    request = OrderRequest("site-hosting", "", handover, 0, 12, "", wanted)
    order, _ = front_desk.place_order(tools, SYSTEM, request, idempotency_key=f"slot-{isp}", isp_code=isp)
    town.until_it_waits(order)
    front_desk.approve(tools, SYSTEM, order.id)
    done = town.wait(order)
    assert (done.state, done.reasons) == (OrderState.COMPLETED, ())
    tenant = slot_desk.tenant_of_slot(tools, SYSTEM, done.service_id or "")
    assert tenant is not None
    return tenant


def its_line(town: PacketTown, tenant: SlotTenant, number: int) -> tuple[Outlet, str]:
    """The tenant's equipment with an address, and its ISP's address behind its tag."""
    assert tenant.port is not None
    equipment = town.twin.network.router(tenant.port).plain(f"10.8{number}.0.2/24")
    far = town.end(town.snapshot.handover(tenant.handover).port)
    town.twin.network.router(far.port).tagged(f"10.8{number}.0.1/24", s_vlan=tenant.s_vlan)
    return equipment, f"10.8{number}.0.1"


def test_two_tenants_of_one_site_reach_their_own_handover_and_no_other_and_are_counted_apart(town: PacketTown) -> None:
    with_slots(town)
    before = town.configs()
    gateway = hang(town, "quayside", "ho-quayside-1", HostedEquipment.LORAWAN_GATEWAY)
    cell = hang(town, "loomlight", "ho-loomlight-1", HostedEquipment.SMALL_CELL)
    assert gateway.port != cell.port
    mine, my_isp = its_line(town, gateway, 1)
    others, other_isp = its_line(town, cell, 2)
    far = town.end(town.snapshot.handover(cell.handover).port)

    with capture(far.namespace, far.interface, "not ip6") as seen:
        assert ping(mine, my_isp, count=10) == 10
        assert ping(mine, other_isp, count=1, tries=1) == 0
    assert [line for line in seen.stop() if "10.81.0." in line] == []
    assert ping(others, other_isp) == 3

    used = {row[2]: row for row in slot_desk.slots_used(town.house.tools)}
    assert {isp: row[3] for isp, row in used.items()} == {"quayside": True, "loomlight": True}
    assert 3 * 98 <= used["loomlight"][4] < used["quayside"][4]  # of each echo 98 octets
    for tenant in (gateway, cell):
        cease, _ = front_desk.cease_service(
            town.house.tools, SYSTEM, tenant.service_id, idempotency_key=f"c-{tenant.service_id}"
        )
        town.until_it_waits(cease)
        front_desk.approve(town.house.tools, SYSTEM, cease.id)
        assert town.wait(cease).state is OrderState.COMPLETED
    assert ping(mine, my_isp, count=1, tries=1) == 0
    assert town.configs() == before
