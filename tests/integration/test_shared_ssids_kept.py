"""What may not happen to an SSID while realms of others are on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from provisioning import ssid_desk
from provisioning.changing_ssids import SsidChange
from provisioning.front_desk import SYSTEM
from provisioning.orders import OrderState, WaitsFor
from provisioning.product_errors import SsidStillShared
from provisioning.wanted import SsidSecurity
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
