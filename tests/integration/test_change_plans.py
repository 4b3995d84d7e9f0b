"""Change plans on a real database: proposed, rehearsed, limited, frozen, approved, deployed, undone, and killed."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from sqlalchemy import Engine

from automation.change_plan import DeployReport, DeviceChange, Finding, Refusal, Rehearsal, lines_change
from automation.limits import Limit
from automation.verifying import Check
from inventory.errors import UnknownThing
from provisioning import change_plan_desk as desk
from provisioning import freezes
from provisioning.change_plan_errors import Frozen, LimitsExceeded, PlanChanged, UnknownChangePlan
from provisioning.change_plans import ChangePlan, Outcome, PlanKind, PlanState
from provisioning.errors import Forbidden, RequestInvalid, WrongState
from provisioning.isps import Principal, Role
from provisioning.operations import add_pause, lift_pause
from provisioning.pauses import PauseScope
from provisioning.people_errors import SecondEyesNeeded
from provisioning.uncertain import settle_by_audit
from tests.integration.street import street
from tests.integration.walking import Crash, Devices, Town, build_town

ELLA = Principal("ella", Role.ENGINEER, None)
AMIT = Principal("amit", Role.APPROVER, None)
OLGA = Principal("olga", Role.OPERATOR, None)
ANNA = Principal("anna", Role.ISP_ADMIN, "alpha")


@dataclass
class Texts(Devices):
    """A `Deployer` of given lines: what each device says is a set of lines; "no x" takes x off."""

    says: dict[str, set[str]] = field(default_factory=dict)
    deployed: list[tuple[str, ...]] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    beside: str = ""  # what every diff says besides, as if somebody had changed the devices meanwhile

    def rehearse_changes(self, changes: Sequence[DeviceChange], standing: object = None) -> Rehearsal:
        refusals = self._refusals([change.device for change in changes], self.refusing)
        return Rehearsal(
            () if refusals else tuple(replace(change, diff=self._diff(change), lines=100) for change in changes),
            refusals,
        )

    def deploy(
        self,
        changes: Sequence[DeviceChange],
        revert_after_s: int,
        checks: Sequence[Check] = (),
        standing: object = None,
    ) -> DeployReport:
        names = tuple(change.device for change in changes)
        self.deployed.append(names)
        found = {change.device: self._diff(change) for change in changes}
        moved = [Refusal(c.device, "changed-since-approval", "It changed.") for c in changes if self._moved(c)]
        refusals = (*self._refusals(names, self.refusing_to_deploy), *moved)
        if refusals:
            return DeployReport(
                undone=tuple(sorted(set(names) - self.lost)), uncertain=tuple(self.lost), refusals=refusals
            )
        for change in changes:
            self._put(change)
        confirmed = tuple(name for name, diff in found.items() if diff)
        diffs = tuple((name, found[name]) for name in confirmed)
        return DeployReport(confirmed, tuple(set(names) - set(confirmed)), diffs=diffs)

    def _moved(self, change: DeviceChange) -> bool:
        return self._diff(change) not in {"", change.diff}

    def _diff(self, change: DeviceChange) -> str:
        gone, wanted = change.commands.startswith("no "), change.commands.removeprefix("no ")
        if (wanted in self.says.get(change.device, set())) is not gone:
            return ""
        return f"{'-' if gone else '+'}{wanted}\n" + self.beside

    def _put(self, change: DeviceChange) -> None:
        text = self.says.setdefault(change.device, set())
        wanted = change.commands.removeprefix("no ")
        (text.discard if change.commands.startswith("no ") else text.add)(wanted)


@pytest.fixture
def town(engine: Engine) -> Town:
    return with_texts(build_town(engine, street(3)))


def with_texts(town: Town) -> Town:
    texts = Texts()
    return replace(town, devices=texts, tools=replace(town.tools, deployer=texts))


def texts_of(town: Town) -> Texts:
    assert isinstance(town.devices, Texts)
    return town.devices


def propose(town: Town, *names: str, line: str = "ntp server 192.0.2.1", batch: int = 0) -> str:
    changes = [lines_change(name, line, f"no {line}") for name in names]
    return desk.propose_change(town.tools, ELLA, PlanKind.FIX, changes, why="the clock drifts", batch=batch).id


def rehearsed(town: Town, *names: str, **more: int) -> ChangePlan:
    plan_id = propose(town, *names, **more)  # type: ignore[arg-type] # a batch only
    town.walk_all()
    return look(town, plan_id)


def look(town: Town, plan_id: str) -> ChangePlan:
    return desk.plan(town.tools, ELLA, plan_id).plan


def names_of(town: Town) -> list[str]:
    return sorted(town.tools.load_snapshot().devices)


def test_a_plan_changes_nothing_before_a_person_approves_what_the_devices_said(town: Town) -> None:
    first, second, *_ = names_of(town)
    plan = rehearsed(town, first, second)

    assert (plan.state, plan.digest != "") == (PlanState.REHEARSED, True)
    assert [each.outcome for each in plan.changes] == [Outcome.WOULD_CHANGE] * 2
    assert texts_of(town).says == {}
    assert town.claimed() == []

    desk.approve_plan(town.tools, AMIT, plan.id, plan.digest)
    town.walk_all()

    done = look(town, plan.id)
    assert (done.state, done.approved_by) == (PlanState.DONE, "amit")
    assert [each.outcome for each in done.changes] == [Outcome.CONFIRMED] * 2
    assert texts_of(town).says == {first: {"ntp server 192.0.2.1"}, second: {"ntp server 192.0.2.1"}}
    assert town.claimed() == []


def test_a_plan_with_nothing_to_do_is_done_without_anybody(town: Town) -> None:
    first = names_of(town)[0]
    texts_of(town).says[first] = {"ntp server 192.0.2.1"}

    plan = rehearsed(town, first)

    assert plan.state is PlanState.DONE
    assert texts_of(town).deployed == []


def test_one_refusal_fails_the_plan_with_every_device_as_it_was(town: Town) -> None:
    first, second, *_ = names_of(town)
    plan = rehearsed(town, first, second)
    texts_of(town).refusing_to_deploy = {second}
    desk.approve_plan(town.tools, AMIT, plan.id)
    town.walk_all()

    failed = look(town, plan.id)
    assert failed.state is PlanState.FAILED
    assert "invalid command" in failed.reasons[0].sentence
    assert {each.device: each.outcome for each in failed.changes} == {first: Outcome.UNDONE, second: Outcome.UNDONE}
    assert texts_of(town).says == {}


def test_a_campaign_goes_on_batch_by_batch_and_ends_at_the_first_that_is_refused(town: Town) -> None:
    names = names_of(town)
    plan = rehearsed(town, *names, batch=2)
    texts_of(town).refusing_to_deploy = {names[2]}
    desk.approve_plan(town.tools, AMIT, plan.id)
    town.walk_all()

    failed = look(town, plan.id)
    assert texts_of(town).deployed == [tuple(names[:2]), tuple(names[2:4])]
    assert failed.state is PlanState.FAILED
    outcomes = [each.outcome for each in failed.changes]
    assert outcomes[:2] == [Outcome.CONFIRMED] * 2
    assert set(outcomes[4:]) <= {Outcome.WOULD_CHANGE}


def test_what_changed_since_is_rehearsed_again_and_waits_for_another_approval(town: Town) -> None:
    first = names_of(town)[0]
    plan = rehearsed(town, first)
    texts_of(town).beside = "+somebody was here\n"
    desk.approve_plan(town.tools, AMIT, plan.id, plan.digest)
    town.walk_all()

    again = look(town, plan.id)
    assert (again.state, again.rehearsals) == (PlanState.REHEARSED, 2)
    assert again.digest != plan.digest
    assert texts_of(town).says == {}
    with pytest.raises(PlanChanged):
        desk.approve_plan(town.tools, AMIT, plan.id, plan.digest)

    desk.approve_plan(town.tools, AMIT, plan.id, again.digest)
    town.walk_all()
    assert look(town, plan.id).state is PlanState.DONE


def test_what_is_frozen_is_refused_at_every_door_with_who_froze_it_and_why(town: Town) -> None:
    first, second, *_ = names_of(town)
    waiting = rehearsed(town, first)
    approved = rehearsed(town, second)
    desk.approve_plan(town.tools, AMIT, approved.id)
    unrehearsed = propose(town, first)
    freeze = freezes.add_freeze(town.tools, OLGA, PauseScope.ALL, why="elections")

    for refused in (lambda: propose(town, first), lambda: desk.approve_plan(town.tools, AMIT, waiting.id)):
        with pytest.raises(Frozen, match="Frozen by olga, everything: elections, until it is lifted"):
            refused()
    town.walk_all()

    for plan_id in (approved.id, unrehearsed):
        plan = look(town, plan_id)
        assert (plan.state, plan.reasons[0].code) == (PlanState.FAILED, "frozen")
    assert texts_of(town).says == {}
    freezes.lift_freeze(town.tools, OLGA, freeze.id)
    freezes.lift_freeze(town.tools, AMIT_ON_CALL, freeze.id)
    assert desk.approve_plan(town.tools, AMIT, waiting.id).state is PlanState.APPROVED


AMIT_ON_CALL = Principal("nora", Role.NOC, None)


def test_a_plan_waits_while_its_device_is_paused_and_goes_on_by_itself(town: Town) -> None:
    first = names_of(town)[0]
    plan = rehearsed(town, first)
    pause = add_pause(town.tools, OLGA, PauseScope.DEVICE, first, why="new software")
    desk.approve_plan(town.tools, AMIT, plan.id)
    town.walk_all()

    assert look(town, plan.id).state is PlanState.APPROVED
    assert "Paused by olga" in look(town, plan.id).waits

    lift_pause(town.tools, OLGA, pause.id)
    town.walk_all()
    assert look(town, plan.id).state is PlanState.DONE


def test_a_broken_limit_takes_a_person_to_lift_it_and_two_others_to_approve(engine: Engine) -> None:
    town = with_texts(build_town(engine, street(3), limit_devices=1))
    plan = rehearsed(town, *names_of(town)[:2])

    assert [broken.limit for broken in plan.in_the_way] == [Limit.DEVICES]
    with pytest.raises(LimitsExceeded, match=r"changes 2 devices, and one plan may change 1\."):
        desk.approve_plan(town.tools, AMIT, plan.id)

    desk.lift_limit(town.tools, OLGA, plan.id, Limit.DEVICES, why="whole street at once")
    first = desk.approve_plan(town.tools, AMIT, plan.id)
    assert first.state is PlanState.REHEARSED
    with pytest.raises(SecondEyesNeeded):
        desk.approve_plan(town.tools, AMIT, plan.id)
    second = desk.approve_plan(town.tools, OLGA, plan.id)
    assert second.state is PlanState.APPROVED
    assert [(lifted.by, lifted.why) for lifted in second.lifted] == [("olga", "whole street at once")]


def test_protected_lines_are_named_and_stop_a_plan(town: Town) -> None:
    plan_id = propose(town, names_of(town)[0], line="interface Management1\n   shutdown")
    town.walk_all()

    [broken] = look(town, plan_id).in_the_way
    assert broken.limit is Limit.PROTECTED_LINES
    assert "interface Management1" in broken.sentence


def test_a_plan_that_is_done_is_undone_by_a_plan_of_its_own(town: Town) -> None:
    first, second, *_ = names_of(town)
    texts_of(town).says = {second: {"ntp server 192.0.2.1"}}
    plan = rehearsed(town, first, second)
    desk.approve_plan(town.tools, AMIT, plan.id)
    town.walk_all()

    undo = desk.undo_plan(town.tools, ELLA, plan.id, why="wrong server")
    town.walk_all()
    desk.approve_plan(town.tools, AMIT, undo.id)
    town.walk_all()

    assert (look(town, undo.id).undoes, look(town, undo.id).state) == (plan.id, PlanState.DONE)
    assert texts_of(town).says == {first: set(), second: {"ntp server 192.0.2.1"}}


def test_a_cancelled_or_superseded_plan_goes_no_further(town: Town) -> None:
    first = names_of(town)[0]
    plan, other = rehearsed(town, first), rehearsed(town, first)
    desk.cancel_plan(town.tools, AMIT, plan.id, why="not today")
    changes = [lines_change(first, "b", "no b")]
    desk.propose_change(town.tools, ELLA, PlanKind.FIX, changes, why="better", supersedes=other.id)

    states = [look(town, each).state for each in (plan.id, other.id)]
    assert states == [PlanState.CANCELLED, PlanState.SUPERSEDED]
    with pytest.raises(WrongState):
        desk.approve_plan(town.tools, AMIT, plan.id)
    with pytest.raises(WrongState):
        desk.cancel_plan(town.tools, AMIT, other.id, why="again")


def test_what_cannot_be_a_plan_is_refused(town: Town) -> None:
    first = names_of(town)[0]
    change = lines_change(first, "a", "no a")
    for changes, words in (([], "no device"), ([change, change], "twice")):
        with pytest.raises(RequestInvalid, match=words):
            desk.propose_change(town.tools, ELLA, PlanKind.FIX, changes, why="why")
    with pytest.raises(UnknownThing):
        propose(town, "no-such-switch")
    with pytest.raises(UnknownChangePlan):
        desk.plan(town.tools, ELLA, "CP-NONE")


def test_an_isp_sees_and_moves_no_plan(town: Town) -> None:
    plan = rehearsed(town, names_of(town)[0])
    for ask in (
        lambda: desk.plans(town.tools, ANNA),
        lambda: desk.plan(town.tools, ANNA, plan.id),
        lambda: desk.approve_plan(town.tools, ANNA, plan.id),
        lambda: desk.cancel_plan(town.tools, ANNA, plan.id, why="why"),
        lambda: desk.undo_plan(town.tools, ANNA, plan.id, why="why"),
        lambda: desk.lift_limit(town.tools, ANNA, plan.id, Limit.DEVICES, why="why"),
        lambda: desk.uncertain_devices(town.tools, ANNA),
        lambda: desk.wait_for_plan(town.tools, ANNA, plan.id, 0),
        lambda: freezes.freezes(town.tools, ANNA),
        lambda: freezes.add_freeze(town.tools, ANNA, PauseScope.ALL, why="why"),
        lambda: freezes.lift_freeze(town.tools, ANNA, "FZ-1"),
        lambda: desk.propose_change(town.tools, ANNA, PlanKind.FIX, [lines_change("x", "a", "b")], why="why"),
    ):
        with pytest.raises(Forbidden):
            ask()


def test_no_secret_of_a_plan_is_shown(town: Town) -> None:
    first = names_of(town)[0]
    plan = rehearsed(town, first)
    plan_id = propose(town, first, line="snmp-server community sesame")
    town.walk_all()

    assert plan.id != plan_id
    assert "sesame" not in repr(desk.plan(town.tools, ELLA, plan_id))


def test_a_device_that_could_not_be_told_is_uncertain_until_an_audit_reads_it_right(town: Town) -> None:
    first, second, *_ = names_of(town)
    plan = rehearsed(town, first, second)
    texts_of(town).refusing_to_deploy, texts_of(town).lost = {second}, {first}
    desk.approve_plan(town.tools, AMIT, plan.id)
    town.walk_all()

    [uncertain] = desk.uncertain_devices(town.tools, ELLA)
    assert (uncertain.device, uncertain.left_by) == (first, plan.id)
    assert "could not be told" in uncertain.why
    town.clock.skip(seconds=town.tools.settings.revert_after_s)
    assert settle_by_audit(town.tools, [Finding(first, "circuit S-1", ok=False, detail="missing")]) == ()
    assert settle_by_audit(town.tools, [Finding(second, "read", ok=True, detail="as intended")]) == ()
    assert settle_by_audit(town.tools, [Finding(first, "read", ok=True, detail="as intended")]) == (first,)
    assert desk.uncertain_devices(town.tools, ELLA) == ()


def test_killed_at_any_moment_a_plan_ends_as_if_nothing_had_been(engine: Engine) -> None:
    town = with_texts(build_town(engine, street(3)))
    names = names_of(town)[:3]
    moments = _walk_one(town, names, None)
    assert moments > 8
    for dies_at in range(1, moments + 1):
        texts_of(town).says.clear()
        town.journals.clear()
        town.put.clear()
        with pytest.raises(Crash):
            _walk_one(town, names, dies_at)
        town.walk_all()
        newest = desk.plans(town.tools, ELLA)[0]
        if newest.state is PlanState.REHEARSED:
            desk.approve_plan(town.tools, AMIT, newest.id)
            town.walk_all()
        assert look(town, newest.id).state is PlanState.DONE, dies_at
        assert all(texts_of(town).says[name] == {"ntp server 192.0.2.1"} for name in names)
        assert town.claimed() == []


def _walk_one(town: Town, names: Sequence[str], dies_at: int | None) -> int:
    plan_id = propose(town, *names, batch=2)
    moments = town.walk_all(dies_at)
    desk.approve_plan(town.tools, AMIT, plan_id)
    done = len(town.journals)
    left = None if dies_at is None else dies_at - moments
    town.walk_all(left)
    return moments + sum(journal.moments for journal in list(town.journals.values())[done:])
