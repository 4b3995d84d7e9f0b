"""Change plans that something came between: a crash, a freeze, a device that changed, a fault of ours."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from automation.change_plan import DeployReport, DeviceChange, Finding, Rehearsal
from automation.limits import Limit
from automation.verifying import Check
from provisioning import change_plan_desk as desk
from provisioning import freezes
from provisioning.change_plan_errors import Frozen
from provisioning.change_plans import Outcome, PlanState
from provisioning.pauses import PauseScope
from provisioning.uncertain import settle_by_audit
from tests.integration.street import street
from tests.integration.test_change_plans import (
    AMIT,
    ELLA,
    OLGA,
    Texts,
    look,
    names_of,
    propose,
    rehearsed,
    texts_of,
    with_texts,
)
from tests.integration.walking import Crash, Town, build_town

LINE, SMUGGLED = "ntp server 192.0.2.1", "ntp server 203.0.113.66"


class Hurt(Texts):
    """The same, and `meanwhile` is done in the middle of what is asked, once each."""

    def rehearse_changes(self, changes: Sequence[DeviceChange], standing: object = None) -> Rehearsal:
        self._meanwhile("rehearse", changes)
        return super().rehearse_changes(changes)

    def deploy(
        self,
        changes: Sequence[DeviceChange],
        revert_after_s: int,
        checks: Sequence[Check] = (),
        standing: object = None,
    ) -> DeployReport:
        self._meanwhile("deploy", changes)
        return super().deploy(changes, revert_after_s, checks)

    def _meanwhile(self, step: str, changes: Sequence[DeviceChange]) -> None:
        hurt = HURTS.pop(step, None)
        if hurt is not None:
            hurt(self, changes)


HURTS: dict[str, Callable[[Hurt, Sequence[DeviceChange]], None]] = {}


@pytest.fixture
def town(engine: Engine) -> Town:
    HURTS.clear()
    made = with_texts(build_town(engine, street(3)))
    hurt = Hurt()
    return replace(made, devices=hurt, tools=replace(made.tools, deployer=hurt))


def first_only(hurt: Hurt, changes: Sequence[DeviceChange]) -> None:
    """Killed when one device of them was confirmed."""
    hurt.says.setdefault(changes[0].device, set()).add(LINE)
    raise Crash


def killed(town: Town, plan_id: str, names: Sequence[str]) -> None:
    """Walk until the crash; one that is killed, unlike one that crashes in a test, lets go of nothing."""
    with pytest.raises(Crash):
        town.walk_all()
    with town.tools.open_unit_of_work() as work:
        assert work.claims.claim(plan_id, names) == ()
        work.commit()


def dies(hurt: Hurt, changes: Sequence[DeviceChange]) -> None:
    raise Crash


def errs(hurt: Hurt, changes: Sequence[DeviceChange]) -> None:
    raise ZeroDivisionError


def somebody_was_here_for_a_moment(hurt: Hurt, _changes: Sequence[DeviceChange]) -> None:
    """The deploy is refused, for the devices changed; rehearsed again they say what they said before."""
    hurt.beside = "+somebody\n"
    HURTS["rehearse"] = lambda other, _: setattr(other, "beside", "")


def test_what_a_batch_had_confirmed_is_known_still_when_the_rest_is_rehearsed_again(town: Town) -> None:
    names = names_of(town)[:4]
    plan = rehearsed(town, *names, batch=2)
    HURTS["deploy"] = lambda hurt, _changes: HURTS.update(deploy=lambda h, _c: setattr(h, "beside", "+somebody\n"))
    desk.approve_plan(town.tools, AMIT, plan.id)
    town.walk_all()

    again = look(town, plan.id)
    assert (again.state, again.rehearsals) == (PlanState.REHEARSED, 2)
    assert [each.outcome for each in again.changes] == [Outcome.CONFIRMED] * 2 + [Outcome.WOULD_CHANGE] * 2
    assert all(each.change.diff for each in again.changes)

    desk.approve_plan(town.tools, AMIT, plan.id, again.digest)
    town.walk_all()
    assert look(town, plan.id).state is PlanState.DONE
    texts_of(town).beside = ""
    undone = desk.undo_plan(town.tools, ELLA, plan.id, why="wrong server")
    assert sorted(undone.devices) == sorted(names)


def test_a_plan_that_failed_or_was_cancelled_half_done_says_so_and_can_be_undone(town: Town) -> None:
    names = names_of(town)[:4]
    plan = rehearsed(town, *names, batch=2)
    texts_of(town).refusing_to_deploy = {names[2]}
    desk.approve_plan(town.tools, AMIT, plan.id)
    town.walk_all()
    assert look(town, plan.id).state is PlanState.FAILED

    assert sorted(desk.undo_plan(town.tools, ELLA, plan.id, why="all or none").devices) == names[:2]


def test_a_plan_cancelled_while_it_was_cut_off_gives_its_devices_back(town: Town) -> None:
    names = names_of(town)[:2]
    plan_id = propose(town, *names)
    HURTS["rehearse"] = dies
    killed(town, plan_id, names)

    desk.cancel_plan(town.tools, ELLA, plan_id, why="not needed")
    town.walk_all()

    assert town.claimed() == []


def test_a_batch_that_was_cut_off_half_confirmed_is_brought_to_its_end_whatever_was_frozen_since(town: Town) -> None:
    names = names_of(town)[:2]
    plan = rehearsed(town, *names)
    desk.approve_plan(town.tools, AMIT, plan.id)
    HURTS["deploy"] = first_only
    killed(town, plan.id, names)

    freezes.add_freeze(town.tools, OLGA, PauseScope.ALL, why="elections")
    town.walk_all()

    assert look(town, plan.id).state is PlanState.DONE
    assert texts_of(town).says == {name: {LINE} for name in names}
    assert town.claimed() == []


def test_devices_that_a_fault_of_ours_left_in_the_middle_are_told_to_a_person(town: Town) -> None:
    names = names_of(town)[:2]
    plan = rehearsed(town, *names)
    HURTS["deploy"] = errs
    desk.approve_plan(town.tools, AMIT, plan.id)
    town.walk_all()

    assert look(town, plan.id).state is PlanState.FAILED
    assert [each.device for each in desk.uncertain_devices(town.tools, ELLA)] == names
    assert town.claimed() == []


def test_what_is_kept_is_deployed_only_if_it_is_what_was_approved(town: Town) -> None:
    name = names_of(town)[0]
    plan = rehearsed(town, name)
    desk.approve_plan(town.tools, AMIT, plan.id)
    with town.tools.open_unit_of_work() as work:
        [planned] = work.change_plans.get(plan.id).changes
        other = replace(planned, change=replace(planned.change, commands=SMUGGLED, diff=f"+{SMUGGLED}\n"))
        work.change_plans.keep_rehearsal(plan.id, [other], plan.digest, ())
        work.commit()
    town.walk_all()

    assert texts_of(town).says == {}
    assert look(town, plan.id).state is PlanState.REHEARSED


def test_what_was_approved_goes_on_by_itself_only_while_it_is_within_the_limits(town: Town) -> None:
    plan = rehearsed(town, *names_of(town)[:2])
    desk.approve_plan(town.tools, AMIT, plan.id)
    HURTS["deploy"] = somebody_was_here_for_a_moment
    tighter = town.tools.settings.model_copy(update={"limit_devices": 1})
    replace(town, tools=replace(town.tools, settings=tighter)).walk_all()

    again = look(town, plan.id)
    assert (again.rehearsals, again.digest) == (2, plan.digest)
    assert again.state is PlanState.REHEARSED
    assert [broken.limit for broken in again.in_the_way] == [Limit.DEVICES]
    assert texts_of(town).says == {}


def test_no_audit_settles_a_device_whose_timer_may_still_be_running(town: Town) -> None:
    first, second, *_ = names_of(town)
    plan = rehearsed(town, first, second)
    texts_of(town).refusing_to_deploy, texts_of(town).lost = {second}, {first}
    desk.approve_plan(town.tools, AMIT, plan.id)
    town.walk_all()
    right = [Finding(first, "read", ok=True, detail="as intended")]

    assert settle_by_audit(town.tools, right) == ()
    town.clock.skip(seconds=town.tools.settings.revert_after_s + 1)
    assert settle_by_audit(town.tools, right) == (first,)


def test_what_an_order_left_is_not_settled_while_its_service_is_on_its_way_and_no_audit_looks_at_it(
    engine: Engine,
) -> None:
    town = build_town(engine, street(1))
    order = town.order()
    town.walk_all()
    service_id = town.look(order).service_id
    assert service_id is not None
    cease = town.cease(service_id)
    with town.tools.open_unit_of_work() as work:
        work.uncertain.note("nte-1", cease, "It did not answer.")
        work.commit()
    town.clock.skip(seconds=town.tools.settings.revert_after_s + 1)
    right = [Finding("nte-1", "read", ok=True, detail="as intended")]

    assert settle_by_audit(town.tools, right) == ()
    town.walk_all()
    assert settle_by_audit(town.tools, right) == ("nte-1",)


def test_given_lines_reach_no_device_that_a_frozen_product_is_on(engine: Engine) -> None:
    town = build_town(engine, street(2))
    town.order()
    town.walk_all()
    freezes.add_freeze(town.tools, OLGA, PauseScope.PRODUCT, "access-eline", why="elections")

    with pytest.raises(Frozen, match="product access-eline"):
        propose(town, "nte-1")
    assert propose(town, "nte-2")
