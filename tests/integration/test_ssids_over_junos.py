"""A hosted SSID whose way leads over a Junos switch: NAPALM's own `junos` driver, NETCONF, and a simulated device."""

from dataclasses import replace
from pathlib import Path

import pytest

from inventory.devices import PortRef
from inventory.snapshot import Inventory
from provisioning import front_desk
from provisioning.front_desk import SYSTEM
from provisioning.orders import OrderState, WaitsFor
from provisioning.wanted import SsidSecurity
from tests.integration.air_town import POINTS, air_town, running_air_town
from tests.integration.street import DX_SWITCH, DXP_SWITCH

pytestmark = pytest.mark.system


def over_junos() -> Inventory:
    """The air town, its neighbourhood switch a Junos one: all of its ports are called as there."""
    base = air_town()

    def as_there(ref: PortRef) -> PortRef:
        number = ref.port.removeprefix("Ethernet")
        return PortRef(ref.device, f"xe-0/0/{number}") if ref.device == DXP_SWITCH else ref

    return replace(
        base,
        devices=tuple(replace(one, platform="junos") if one.name == DXP_SWITCH else one for one in base.devices),
        ports=tuple(replace(one, ref=as_there(one.ref)) for one in base.ports),
        links=tuple(replace(one, a=as_there(one.a), z=as_there(one.z)) for one in base.links),
    )


def test_an_ssid_over_a_junos_switch_is_put_on_and_ceased_byte_for_byte(database_url: str, tmp_path: Path) -> None:
    with running_air_town(database_url, tmp_path, inventory=over_junos()) as town:
        before = town.configs()
        order = town.ask("Quayside Free", security=SsidSecurity.OPEN)
        town.until(order, WaitsFor.APPROVAL)
        assert town.configs() == before

        done = town.approve(order)

        assert (done.state, done.reasons) == (OrderState.COMPLETED, ())
        after = town.configs()
        assert {name for name in after if after[name] != before[name]} == {*POINTS, DX_SWITCH, DXP_SWITCH}
        tag = town.s_vlan(done.service_id or "")
        assert f"vlan-id {tag};" in after[DXP_SWITCH]
        assert [finding for finding in front_desk.audit(town.house.tools, SYSTEM) if not finding.ok] == []

        assert town.cease(done.service_id or "").state is OrderState.COMPLETED
        assert town.configs() == before
