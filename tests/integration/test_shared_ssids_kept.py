"""What may not happen to an SSID while realms of others are on it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from provisioning import front_desk, ssid_desk
from provisioning.changing_ssids import SsidChange
from provisioning.front_desk import SYSTEM
from provisioning.orders import OrderState, WaitsFor
from provisioning.product_errors import SsidStillShared
from provisioning.services import ServiceState
from provisioning.wanted import SsidSecurity
from provisioning.workflows import cease
from tests.integration.air_town import AirTown, running_air_town

pytestmark = pytest.mark.system


@pytest.fixture
def town(database_url: str, tmp_path: Path) -> Iterator[AirTown]:
    with running_air_town(
        database_url, tmp_path, radius_servers=("127.1.9.9",), passpoint_consortiums=("5A03BA",)
    ) as town:
        yield town


def test_it_stays_one_that_tells_people_apart_by_their_realm(town: AirTown) -> None:
    shared = town.deliver("Community Wi-Fi", security=SsidSecurity.PASSPOINT)
    assert town.approve(town.ask_realm(shared, "isp.example")).state is OrderState.COMPLETED
    before = town.configs()

    order, _new = ssid_desk.change_ssid(
        town.house.tools, SYSTEM, shared, SsidChange(security=SsidSecurity.OPEN), idempotency_key="open it"
    )
    ended = town.until(order, WaitsFor.APPROVAL)

    assert (ended.state, [reason.code for reason in ended.reasons]) == (OrderState.REJECTED, ["still-shared"])
    assert town.configs() == before


def test_it_is_not_ceased_while_an_order_for_a_realm_on_it_waits_for_its_approval(town: AirTown) -> None:
    shared = town.deliver("Community Wi-Fi", security=SsidSecurity.PASSPOINT)
    realm = town.ask_realm(shared, "isp.example")
    assert town.until(realm, WaitsFor.APPROVAL).waits_for is WaitsFor.APPROVAL

    with pytest.raises(SsidStillShared):
        town.cease(shared)

    assert town.approve(realm).state is OrderState.COMPLETED


def test_a_realm_that_came_after_a_cease_was_ordered_for_a_later_day_keeps_it_on_that_day(town: AirTown) -> None:
    tools = town.house.tools
    shared = town.deliver("Community Wi-Fi", security=SsidSecurity.PASSPOINT)
    tomorrow = tools.now() + timedelta(days=1)
    order, _new = front_desk.cease_service(tools, SYSTEM, shared, idempotency_key="later", on=tomorrow.date())
    town.until(order, WaitsFor.START_DATE)
    assert town.approve(town.ask_realm(shared, "isp.example")).state is OrderState.COMPLETED

    with pytest.raises(SsidStillShared):
        cease.begin_end(order.id, "rehearse", replace(tools, now=lambda: tomorrow))

    assert front_desk.service(tools, SYSTEM, shared).state is ServiceState.ACTIVE
