"""An order whose devices change between approval and deploy is rehearsed and approved again; frozen ones; limits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import Engine

from automation.change_plan import ChangeAction, DeployReport, DeviceChange, Refusal, Rehearsal
from automation.intents import CircuitIntent
from automation.verifying import Check
from provisioning import freezes, front_desk
from provisioning.catalogues import only
from provisioning.front_desk import SYSTEM
from provisioning.isps import Principal, Role
from provisioning.orders import OrderState, WaitsFor
from provisioning.pauses import PauseScope
from tests.integration.street import street
from tests.integration.walking import Crash, Devices, Town, build_town

OLGA = Principal("olga", Role.OPERATOR, None)
BY_RULE = 100  # Mbit/s


@dataclass
class Moving(Devices):
    """Devices that somebody else changes `times` between the rehearsal and the deploy."""

    times: int = 0
    rehearsed: int = 0
    uncertain: tuple[str, ...] = ()

    def rehearse(
        self, intents: Sequence[CircuitIntent], action: ChangeAction, *, before: Sequence[CircuitIntent] = ()
    ) -> Rehearsal:
        self.rehearsed += 1
        found = super().rehearse(intents, action)
        if action is ChangeAction.REMOVE:
            return found
        return Rehearsal(
            tuple(replace(one, diff=f"+vlan\n+seen {self.times}") for one in found.changes), found.refusals
        )

    def deploy(
        self,
        changes: Sequence[DeviceChange],
        revert_after_s: int,
        checks: Sequence[Check] = (),
        standing: object = None,
    ) -> DeployReport:
        if self.times and changes[0].action is not ChangeAction.REMOVE:
            self.times -= 1
            refusal = Refusal(changes[0].device, "changed-since-approval", f"{changes[0].device} has changed.")
            return DeployReport(uncertain=self.uncertain, refusals=(refusal,))
        return super().deploy(changes, revert_after_s, checks)


def moving_town(engine: Engine, times: int, **settings: int) -> tuple[Town, Moving]:
    town = build_town(engine, street(3), **settings)
    devices = Moving(times=times)
    return replace(town, devices=devices, tools=replace(town.tools, deployer=devices)), devices


def approved_by_people(engine: Engine) -> tuple[Town, str]:
    """A town whose devices change once, and an order in it that a person has approved."""
    town, _devices = moving_town(engine, 1)
    catalogue = town.tools.catalogue
    product = catalogue.product("access-eline")
    offers = tuple(replace(offer, needs_approval=True) for offer in product.offers)
    asking = replace(catalogue, products=(replace(product, offers=offers),))
    town = replace(town, tools=replace(town.tools, catalogues=only(asking)))
    order_id = town.order(1, BY_RULE)
    town.walk_all()
    assert town.look(order_id).awaiting_approval
    front_desk.approve(town.tools, OLGA, order_id)
    town.walk_all()
    return town, order_id


def test_what_a_rule_approved_is_rehearsed_again_and_goes_on(engine: Engine) -> None:
    town, devices = moving_town(engine, 2)
    order_id = town.order(1, BY_RULE)
    town.walk_all()

    assert town.look(order_id).state is OrderState.COMPLETED
    assert devices.rehearsed == 3
    assert town.events(order_id).count("rehearse-again done") == 2
    assert town.claimed() == []


def test_what_a_person_approved_waits_for_another_approval_of_what_the_devices_say_now(engine: Engine) -> None:
    town, order_id = approved_by_people(engine)

    again = town.look(order_id)
    assert (again.state, again.waits_for) == (OrderState.IN_PROGRESS, WaitsFor.APPROVAL)
    assert again.can_stop
    story = front_desk.order_story(town.tools, SYSTEM, order_id)
    assert "changed since it was approved" in story.events[-1].text

    front_desk.approve(town.tools, OLGA, order_id)
    town.walk_all()
    assert town.look(order_id).state is OrderState.COMPLETED


def test_it_can_be_declined_then_and_all_is_given_back(engine: Engine) -> None:
    town, order_id = approved_by_people(engine)
    front_desk.decline(town.tools, OLGA, order_id, reason="not like this")
    town.walk_all()

    assert town.look(order_id).state is OrderState.CANCELLED
    assert town.held(order_id) == ()
    assert town.devices.carrying() == set()


def test_devices_that_change_again_and_again_fail_the_order(engine: Engine) -> None:
    town, _devices = moving_town(engine, 100)
    order_id = town.order(1, BY_RULE)
    town.walk_all()

    order = town.look(order_id)
    assert (order.state, order.reasons[0].code) == (OrderState.FAILED, "devices-changed")
    assert town.held(order_id) == ()


def test_a_device_that_could_not_be_told_is_kept_and_the_order_fails(engine: Engine) -> None:
    town, devices = moving_town(engine, 1)
    devices.uncertain = ("nte-1",)
    order_id = town.order(1, BY_RULE)
    town.walk_all()

    assert town.look(order_id).state is OrderState.FAILED
    with town.tools.open_unit_of_work(reading=True) as work:
        assert [(each.device, each.left_by) for each in work.uncertain.open()] == [("nte-1", order_id)]


def test_an_order_for_what_is_frozen_waits_and_goes_on_when_it_is_lifted(engine: Engine) -> None:
    town, devices = moving_town(engine, 0)
    freeze = freezes.add_freeze(town.tools, OLGA, PauseScope.PLACE, "dxp", why="elections")
    order_id = town.order(1, BY_RULE)
    town.walk_all()

    order = town.look(order_id)
    assert (order.state, order.waits_for) == (OrderState.IN_PROGRESS, WaitsFor.FROZEN)
    assert order.can_stop
    story = front_desk.order_story(town.tools, SYSTEM, order_id)
    assert story.events[-1].text == "Frozen by olga, place dxp: elections, until it is lifted."
    assert devices.carrying() == set()

    freezes.lift_freeze(town.tools, OLGA, freeze.id)
    town.walk_all()
    assert town.look(order_id).state is OrderState.COMPLETED


def test_an_order_that_goes_beyond_the_limits_fails_with_the_figures(engine: Engine) -> None:
    town, _devices = moving_town(engine, 0, limit_devices=1)
    order_id = town.order(1, BY_RULE)
    town.walk_all()

    [reason] = town.look(order_id).reasons
    assert reason.code == "limits-exceeded"
    assert "and one plan may change 1." in reason.sentence


@pytest.mark.parametrize("dies_at", range(1, 30, 3))
def test_killed_on_the_way_back_to_the_rehearsal_it_still_comes_to_its_end(engine: Engine, dies_at: int) -> None:
    town, _devices = moving_town(engine, 1)
    order_id = town.order(1, BY_RULE)
    try:
        town.walk_all(dies_at)
    except Crash:
        town.walk_all()
    assert town.look(order_id).state is OrderState.COMPLETED
    assert town.claimed() == []
