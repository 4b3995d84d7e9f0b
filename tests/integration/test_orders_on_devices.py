"""Orders on simulated devices that speak real eAPI, walked by a real worker."""

from dataclasses import replace

import pytest

from provisioning.orders import OrderState
from provisioning.tools import Tools
from provisioning.workflows import abandon, deploy
from provisioning.workflows.known import ACTIVATE, CEASE
from tests.integration.running import running
from tests.integration.street import DX_SWITCH, DXP_SWITCH, street


def test_an_order_reaches_its_devices_and_its_cease_leaves_each_byte_as_it_was(database_url: str) -> None:
    with running(database_url, street(homes=2)) as town:
        before = town.configs()
        [done] = town.wait([town.order(1)])
        assert (done.state, done.reasons) == (OrderState.COMPLETED, ())
        changed = {name for name, text in town.configs().items() if text != before[name]}
        assert changed == {"nte-1", DXP_SWITCH, DX_SWITCH}
        assert done.service_id is not None

        [ceased] = town.wait([town.cease(done.service_id)])

        assert (ceased.state, ceased.reasons) == (OrderState.COMPLETED, ())
        assert town.configs() == before
        assert town.held() == {}


def test_of_more_orders_at_once_than_tags_each_tag_has_one_winner_and_the_devices_say_so(database_url: str) -> None:
    with running(database_url, street(homes=8, tags=3), claim_wait_s=120.0) as town:
        ended = town.wait([town.order(home) for home in range(1, 9)])

        won = [order for order in ended if order.state is OrderState.COMPLETED]
        lost = [order for order in ended if order.state is not OrderState.COMPLETED]
        assert (len(won), len(lost)) == (3, 5)
        assert {reason.code for order in lost for reason in order.reasons} == {"handover-tags-exhausted"}
        held = town.held()
        assert set(held) == {order.service_id for order in won}
        tags = sorted(text for texts in held.values() for text in texts if " at " in text)
        assert tags == [f"tag {tag} at quayside-dx" for tag in (2001, 2002, 2003)]
        for switch in (DX_SWITCH, DXP_SWITCH):
            config = town.fleet.running_config(switch)
            assert [f"vlan {tag}" in config for tag in range(2000, 2005)] == [False, True, True, True, False]


@pytest.mark.parametrize("fault", ["refuses", "is away"])
def test_a_device_in_trouble_fails_the_order_and_leaves_no_device_changed(database_url: str, fault: str) -> None:
    with running(database_url, street(homes=1), works=False) as town:
        before = town.configs()
        if fault == "refuses":
            town.fleet.refuse(DX_SWITCH, "^vlan")
        else:
            town.fleet.go_away(DX_SWITCH)
        town.house.start_worker()

        [failed] = town.wait([town.order(1)])

        assert (failed.state, [reason.code for reason in failed.reasons]) == (OrderState.FAILED, ["rehearsal-refused"])
        assert DX_SWITCH in failed.reasons[0].sentence
        assert town.configs() == before
        assert town.held() == {}


def test_a_device_that_is_lost_before_the_proof_is_cleared_as_soon_as_it_is_back(database_url: str) -> None:
    with running(database_url, street(homes=1), works=False) as town:
        before = town.configs()

        def prove_without_it(order_id: str, tools: Tools) -> None:
            town.fleet.go_away(DXP_SWITCH)
            deploy.prove(order_id, tools)

        def clear_late(order_id: str, tools: Tools) -> None:
            try:
                abandon.clear(order_id, tools)
            finally:
                town.fleet.come_back(DXP_SWITCH)

        prove_without_it.__name__ = "prove"
        clear_late.__name__ = "clear"
        steps = (*ACTIVATE.steps[:6], deploy.deploy, prove_without_it)
        unlucky = replace(ACTIVATE, steps=steps, undo=(clear_late, abandon.withdraw, abandon.close))
        town.house.start_worker([unlucky])
        [failed] = town.wait([town.order(1)])

        assert (failed.state, [reason.code for reason in failed.reasons]) == (OrderState.FAILED, ["not-proven"])
        assert town.configs() == before
        assert town.held() == {}


def test_a_device_that_stays_lost_keeps_the_tag_and_a_cease_leaves_each_byte_as_it_was(database_url: str) -> None:
    with running(database_url, street(homes=1), works=False) as town:
        before = town.configs()

        def prove_without_it(order_id: str, tools: Tools) -> None:
            town.fleet.go_away(DXP_SWITCH)
            deploy.prove(order_id, tools)

        prove_without_it.__name__ = "prove"
        unlucky = replace(ACTIVATE, steps=(*ACTIVATE.steps[:6], deploy.deploy, prove_without_it))
        town.house.start_worker([unlucky, CEASE])
        [failed] = town.wait([town.order(1)])

        assert failed.state is OrderState.FAILED
        assert [reason.code for reason in failed.reasons] == ["not-proven", "devices-not-cleared"]
        assert failed.service_id is not None
        assert town.configs() != before
        assert list(town.held()) == [failed.service_id]

        town.fleet.come_back(DXP_SWITCH)
        [ceased] = town.wait([town.cease(failed.service_id)])

        assert (ceased.state, ceased.reasons) == (OrderState.COMPLETED, ())
        assert town.configs() == before
        assert town.held() == {}
