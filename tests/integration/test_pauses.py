"""What waits by itself and goes on by itself: orders of what is paused, and of what is away."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from automation.change_plan import ChangeAction, DeployReport, DeviceChange, Rehearsal
from automation.intents import CircuitIntent
from automation.verifying import Check
from provisioning import front_desk, operations
from provisioning.engine_errors import PauseOver, UnknownPause
from provisioning.errors import RequestInvalid, UnknownProduct
from provisioning.front_desk import SYSTEM
from provisioning.isps import Principal, Role
from provisioning.orders import OrderState, WaitsFor
from provisioning.pauses import PauseScope
from provisioning.people_errors import SecondEyesNeeded
from provisioning.qualification import QualificationRequest
from provisioning.scheduling import wake
from provisioning.workflows.going_on import stop
from tests.integration.street import DX_SWITCH, DXP_SWITCH, HANDOVER, street, uprn_of
from tests.integration.walking import Devices, Town, build_town

SARAH, OMAR = (Principal(name, Role.OPERATOR, None) for name in ("sarah", "omar"))
AWAY_LIMIT_S = 7200.0


@pytest.fixture(name="town")
def _town(engine: Engine) -> Town:
    return build_town(engine, street(homes=2), away_limit_s=AWAY_LIMIT_S)


@pytest.mark.parametrize(
    ("scope", "name"),
    [
        (PauseScope.ALL, ""),
        (PauseScope.PRODUCT, "access-eline"),
        (PauseScope.PLACE, "dxp"),
        (PauseScope.PLACE, "dx"),
        (PauseScope.DEVICE, DXP_SWITCH),
        (PauseScope.DEVICE, "nte-1"),
    ],
)
def test_an_order_of_what_is_paused_waits_visibly_changes_nothing_and_goes_on_when_it_is_lifted(
    town: Town, scope: PauseScope, name: str
) -> None:
    pause = operations.add_pause(town.tools, SARAH, scope, name, why="fibre work at DX 3")
    order_id = town.order()
    town.walk_all()

    order = town.look(order_id)
    assert (order.state, order.waits_for) == (OrderState.IN_PROGRESS, WaitsFor.PAUSE)
    [paused] = _told(town, order_id, "pause")
    assert paused.startswith("Paused by sarah, ")
    assert paused.endswith(": fibre work at DX 3, until it is lifted.")
    assert (town.devices.touched, town.record.shown) == ([], {})
    asked = QualificationRequest("access-eline", uprn_of(2), 100, HANDOVER)
    assert front_desk.qualify(town.tools, SYSTEM, asked).confidence.value == "green"
    assert operations.count_paused(town.tools, SARAH) == 1

    lifted = operations.lift_pause(town.tools, SARAH, pause.id)
    if scope is PauseScope.ALL:
        assert lifted.stands(town.tools.now())
        with pytest.raises(SecondEyesNeeded):
            operations.lift_pause(town.tools, SARAH, pause.id)
        operations.lift_pause(town.tools, OMAR, pause.id)
    town.walk_all()

    assert town.look(order_id).state is OrderState.COMPLETED
    assert town.look(order_id).waits_for is None
    assert len(town.events(order_id)) == len(set(town.events(order_id)))
    with pytest.raises(PauseOver):
        operations.lift_pause(town.tools, SARAH, pause.id)


def test_what_is_paused_elsewhere_holds_nobody(town: Town) -> None:
    operations.add_pause(town.tools, SARAH, PauseScope.DEVICE, "nte-2", why="being moved")
    first, second = town.order(1), town.order(2)
    town.walk_all()

    assert town.look(first).state is OrderState.COMPLETED
    assert town.look(second).waits_for is WaitsFor.PAUSE


def test_a_pause_ends_by_itself_at_its_hour(town: Town) -> None:
    until = town.tools.now() + timedelta(hours=2)
    operations.add_pause(town.tools, SARAH, PauseScope.ALL, why="storm", until=until)
    order_id = town.order()
    town.walk_all()
    wake(town.tools)
    town.walk_all()
    assert town.look(order_id).waits_for is WaitsFor.PAUSE

    town.clock.skip(hours=2)
    wake(town.tools)
    town.walk_all()

    assert town.look(order_id).state is OrderState.COMPLETED
    assert operations.pauses(town.tools, SARAH) == ()
    assert [each.why for each in operations.pauses(town.tools, SARAH, standing_only=False)] == ["storm"]


def test_of_two_pauses_both_must_be_over(town: Town) -> None:
    first = operations.add_pause(town.tools, SARAH, PauseScope.PLACE, "dxp", why="digging")
    second = operations.add_pause(town.tools, SARAH, PauseScope.DEVICE, DX_SWITCH, why="new software")
    order_id = town.order()
    town.walk_all()

    operations.lift_pause(town.tools, SARAH, first.id)
    town.walk_all()
    assert town.look(order_id).waits_for is WaitsFor.PAUSE
    operations.lift_pause(town.tools, SARAH, second.id)
    town.walk_all()
    assert town.look(order_id).state is OrderState.COMPLETED


@dataclass
class Interrupted(Devices):
    """Devices on which somebody pauses everything in the middle of a deploy."""

    then: Callable[[], object] = lambda: None

    def deploy(
        self,
        changes: Sequence[DeviceChange],
        revert_after_s: int,
        checks: Sequence[Check] = (),
        standing: object = None,
    ) -> DeployReport:
        report = super().deploy(changes, revert_after_s)
        self.then()
        return report


def test_nothing_stops_between_a_change_and_its_proof_and_an_undoing_is_not_held(town: Town) -> None:
    def pause() -> None:
        operations.add_pause(town.tools, SARAH, PauseScope.ALL, why="stop")

    devices = Interrupted(then=pause, blind={DX_SWITCH})
    town = _with(town, devices)
    order_id = town.order()
    town.walk_all()

    assert town.look(order_id).state is OrderState.FAILED
    assert devices.carrying() == set()
    assert town.claimed() == []


def test_a_cease_waits_too_and_an_order_that_waits_can_be_stopped(town: Town) -> None:
    order_id = town.order()
    town.walk_all()
    service_id = town.look(order_id).service_id
    assert service_id is not None
    operations.add_pause(town.tools, SARAH, PauseScope.PLACE, "dxp", why="digging")
    cease_id, other_id = town.cease(service_id), town.order(2)
    town.walk_all()
    assert town.look(cease_id).waits_for is WaitsFor.PAUSE
    assert town.devices.carrying()

    with town.tools.open_unit_of_work() as work:
        stop(work, work.orders.lock(other_id), OrderState.CANCELLED, "cancelled", "Its buyer wants it no more.")
        work.commit()
    town.walk_all()

    assert town.look(other_id).state is OrderState.CANCELLED
    assert town.held(other_id) == ()


def test_an_hour_without_netbox_costs_an_order_nothing_but_time(town: Town) -> None:
    town.record.failing = 10**6
    first = town.order(1)
    town.walk_all()
    assert (town.look(first).state, town.look(first).waits_for) == (OrderState.IN_PROGRESS, WaitsFor.AWAY)
    waited = _told(town, first, "document")[-1]
    assert waited.startswith("NetBox at http://127.0.0.1:1 ")
    assert waited.endswith("The order waits, and goes on by itself.")

    _an_hour_goes_by(town)
    assert town.look(first).waits_for is WaitsFor.AWAY
    town.record.failing = 0
    _an_hour_goes_by(town)

    assert town.look(first).state is OrderState.COMPLETED
    assert set(town.record.shown) == {town.look(first).service_id}


def test_a_netbox_that_is_away_at_the_end_is_told_when_it_is_back(town: Town) -> None:
    town = _with(town, Interrupted(then=lambda: setattr(town.record, "failing", 10**6)))
    order_id = town.order()
    town.walk_all()
    order = town.look(order_id)
    assert (order.state, order.waits_for) == (OrderState.COMPLETED, WaitsFor.AWAY)

    town.record.failing = 0
    _an_hour_goes_by(town)

    assert town.record.shown[str(order.service_id)].status.value == "active"
    assert town.events(order_id)[-1] == "tell done"
    assert town.look(order_id).waits_for is None


@dataclass
class CutOff(Devices):
    """Devices of which one is cut off: before it is spoken to, or once it has rehearsed."""

    after: str = ""

    def __post_init__(self) -> None:
        if self.after == "rehearse":
            self.away.add("nte-1")

    def rehearse(self, intents: Sequence[CircuitIntent], action: ChangeAction, **more: object) -> Rehearsal:
        rehearsal = super().rehearse(intents, action)
        if self.after == "deploy":
            self.away.add("nte-1")
        return rehearsal

    def back(self) -> None:
        self.after = ""
        self.away.clear()


@pytest.mark.parametrize("step", ["rehearse", "deploy"])
def test_a_device_cut_off_from_the_network_is_waited_for(town: Town, step: str) -> None:
    devices = CutOff(after=step)
    town = _with(town, devices)
    order_id = town.order()
    town.walk_all()
    assert (town.look(order_id).waits_for, town.look(order_id).step) == (WaitsFor.AWAY, step)
    assert devices.carrying() == set()
    assert town.claimed() == []

    devices.back()
    _an_hour_goes_by(town)

    assert town.look(order_id).state is OrderState.COMPLETED


def test_what_is_away_for_too_long_fails_the_order_and_all_is_given_back(town: Town) -> None:
    town.devices.away.add("nte-1")
    order_id = town.order()
    for _ in range(4):
        town.walk_all()
        town.clock.skip(seconds=AWAY_LIMIT_S / 2)
        wake(town.tools)

    order = town.look(order_id)
    assert order.state is OrderState.FAILED
    assert order.reasons[0].code == "rehearsal-refused"
    assert town.held(order_id) == ()


def test_an_order_whose_device_is_back_in_the_middle_of_a_pause_waits_for_its_end(town: Town) -> None:
    town.devices.away.add("nte-1")
    order_id = town.order()
    town.walk_all()
    pause = operations.add_pause(town.tools, SARAH, PauseScope.DEVICE, "nte-1", why="a new power supply")
    town.devices.away.clear()
    _an_hour_goes_by(town)
    assert town.look(order_id).waits_for is WaitsFor.PAUSE
    assert town.devices.touched == []

    operations.lift_pause(town.tools, SARAH, pause.id)
    town.walk_all()
    assert town.look(order_id).state is OrderState.COMPLETED


def test_what_is_not_there_cannot_be_paused(town: Town) -> None:
    with pytest.raises(UnknownProduct):
        operations.add_pause(town.tools, SARAH, PauseScope.PRODUCT, "no-such", why="why")
    with pytest.raises(RequestInvalid, match="later than now"):
        operations.add_pause(town.tools, SARAH, PauseScope.ALL, why="why", until=town.tools.now())
    with pytest.raises(RequestInvalid, match="has no name"):
        operations.add_pause(town.tools, SARAH, PauseScope.ALL, "dx", why="why")
    with pytest.raises(UnknownPause):
        operations.lift_pause(town.tools, SARAH, "PA-NONE")
    assert operations.pauses(town.tools, SARAH, standing_only=False) == ()


def _with(town: Town, devices: Devices) -> Town:
    return replace(town, devices=devices, tools=replace(town.tools, deployer=devices))


def _told(town: Town, order_id: str, step: str) -> list[str]:
    with town.tools.open_unit_of_work(reading=True) as work:
        return [event.text for event in work.orders.events(order_id) if event.step == step]


def _an_hour_goes_by(town: Town) -> None:
    for _ in range(6):
        town.clock.skip(minutes=10)
        wake(town.tools)
        town.walk_all()
