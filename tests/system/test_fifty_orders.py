"""Fifty orders at once for a handover with twenty free tags."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from provisioning.orders import OrderState
from tests.integration.running import running
from tests.integration.street import DX_SWITCH, DXP_SWITCH, street


@pytest.mark.system
def test_of_fifty_orders_for_twenty_tags_exactly_twenty_win_and_the_devices_agree(database_url: str) -> None:
    with running(database_url, street(homes=50, tags=20)) as town:
        before = town.configs()
        with ThreadPoolExecutor(16) as isp:
            placed = list(isp.map(town.order, range(1, 51)))
        ended = town.wait(placed, timeout_s=240.0)

        won = [order for order in ended if order.state is OrderState.COMPLETED]
        lost = [order for order in ended if order.state is not OrderState.COMPLETED]
        assert (len(won), len(lost)) == (20, 30)
        assert {reason.code for order in lost for reason in order.reasons} == {"handover-tags-exhausted"}
        held = town.held()
        assert set(held) == {order.service_id for order in won}
        tags = [text for texts in held.values() for text in texts if " at " in text]
        assert sorted(tags) == [f"tag {tag} at quayside-dx" for tag in range(2001, 2021)]
        configs = town.configs()
        for switch in (DX_SWITCH, DXP_SWITCH):
            carried = {line.split()[1] for line in configs[switch].splitlines() if line.startswith("   name S-")}
            assert carried == set(held)
        lost_ntes = {f"nte-{int(order.request.uprn) - 999_900_000_000}" for order in lost}
        assert {nte: configs[nte] for nte in lost_ntes} == {nte: before[nte] for nte in lost_ntes}

        ceases = [town.cease(str(order.service_id)) for order in won]
        assert {order.state for order in town.wait(ceases, timeout_s=240.0)} == {OrderState.COMPLETED}
        assert town.configs() == before
        assert town.held() == {}
