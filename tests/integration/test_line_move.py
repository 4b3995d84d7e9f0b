"""A line moves to another ISP, make before break: real devices (simulated), the real store, engine and worker."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from inventory.store.mirror import replace_inventory
from provisioning import front_desk
from provisioning.chargeable_tasks import TaskState
from provisioning.front_desk import SYSTEM
from provisioning.isps import Principal, Role
from provisioning.line_errors import AccessLineIdInvalid, LineBusy, LineIsYours, LineNotMatched, UnknownLine
from provisioning.orders import Order, OrderAction, OrderRequest, OrderState
from provisioning.services import Service, ServiceState
from provisioning.tools import Tools
from provisioning.workflows import move as steps
from provisioning.workflows.known import ACTIVATE, CEASE, MOVE, WORKFLOWS
from provisioning.workflows.walk import Workflow
from tests.integration.faces import NETBOX_TOKEN
from tests.integration.running import Running, running, wait_until
from tests.integration.small_netbox import small_netbox
from tests.integration.street import DX_SWITCH, DXP_SWITCH, uprn_of
from tests.integration.two_isps import GAINING, GAINING_HANDOVER, active, line_of, look, move, two_isps

LOSER = Principal("lou", Role.ISP_ADMIN, "quayside")
GAINER = Principal("gil", Role.ISP_ADMIN, GAINING)


def ceases_of(town: Running, service_id: str) -> list[Order]:
    page = front_desk.orders(town.house.tools, SYSTEM, limit=50)
    return [one for one in page.orders if one.service_id == service_id and one.action is OrderAction.DELETE]


def with_trouble(name: str, trouble: Callable[[], object], undo: Callable[[], object] | None = None) -> Workflow:
    """The move, with something that happens before one of its steps, and before it is put back."""

    def before(step: Callable[..., object], happens: Callable[[], object]) -> Callable[..., None]:
        def taken(order_id: str, tools: Tools) -> None:
            happens()
            step(order_id, tools)

        taken.__name__ = step.__name__
        return taken

    taken = tuple(before(step, trouble) if step.__name__ == name else step for step in MOVE.steps)
    undone = (before(steps.put_back, undo), steps.release) if undo else MOVE.undo
    return replace(MOVE, steps=taken, undo=undone)


def test_a_line_moves_in_one_commit_on_the_nte_and_nothing_of_the_old_circuit_is_left(database_url: str) -> None:
    with running(database_url, two_isps(homes=2)) as town:
        fresh = town.configs()
        losing = active(town)
        line = line_of(town, losing)

        [done] = town.wait([move(town, f" {line[:6].lower()} {line[6:]}")])

        assert (done.state, done.reasons) == (OrderState.COMPLETED, ())
        gained = look(town, done.service_id or "")
        assert (gained.state, gained.isp_code) == (ServiceState.ACTIVE, GAINING)
        assert line_of(town, gained) == line
        [cease] = ceases_of(town, losing.id)
        wait_until(lambda: town.look(cease.id).state is OrderState.COMPLETED)
        assert look(town, losing.id).state is ServiceState.TERMINATED
        assert set(town.held()) == {gained.id}
        assert "uni nte-1:Ethernet1" in town.held()[gained.id]
        assert all("vlan 2001" not in text for text in town.configs().values())
        assert done.steps[-4:] == ("deploy", "switch", "prove", "tell")

        [ended] = town.wait([town.cease(gained.id)])
        assert ended.state is OrderState.COMPLETED
        assert (town.configs(), town.held()) == (fresh, {})


def test_until_the_switch_the_old_circuit_is_whole_and_the_nte_is_changed_by_one_commit(database_url: str) -> None:
    with running(database_url, two_isps(homes=1), works=False) as town:
        seen: list[tuple[str, dict[str, str]]] = []

        def watched(step: Callable[..., object]) -> Callable[..., object]:
            def taken(order_id: str, tools: Tools) -> object:
                seen.append((step.__name__, town.configs()))
                return step(order_id, tools)

            taken.__name__ = step.__name__
            return taken

        town.house.start_worker([ACTIVATE, replace(MOVE, steps=tuple(map(watched, MOVE.steps))), CEASE])
        losing = active(town)
        before = town.configs()
        [done] = town.wait([move(town, line_of(town, losing))])
        assert done.state is OrderState.COMPLETED

        at = dict(seen)
        assert at["deploy"] == before
        built, switched = at["switch"], at["prove"]
        assert built["nte-1"] == before["nte-1"]
        assert {name for name in built if built[name] != before[name]} == {DX_SWITCH, DXP_SWITCH}
        assert all("vlan 2001\n" in built[name] and "vlan 3001\n" in built[name] for name in (DX_SWITCH, DXP_SWITCH))
        assert {name for name in switched if switched[name] != built[name]} == {"nte-1"}
        diffs = front_desk.order_diffs(town.house.tools, SYSTEM, done.id).diffs
        [nte] = [diff for diff in diffs if diff.step == "switch"]
        assert nte.device == "nte-1"
        assert "shutdown" not in nte.commands


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("switch", "deploy-refused"),
        ("prove", "not-proven"),
    ],
)
def test_whatever_fails_the_old_line_works_as_before_byte_for_byte(database_url: str, name: str, code: str) -> None:
    with running(database_url, two_isps(homes=1), works=False) as town:
        trouble = with_trouble(name, lambda: town.fleet.go_away("nte-1"), lambda: town.fleet.come_back("nte-1"))
        town.house.start_worker([ACTIVATE, trouble, CEASE])
        losing = active(town)
        line = line_of(town, losing)
        before, held = town.configs(), town.held()

        [failed] = town.wait([move(town, line)])

        assert (failed.state, [reason.code for reason in failed.reasons]) == (OrderState.FAILED, [code])
        assert (town.configs(), town.held()) == (before, held)
        assert look(town, losing.id) == losing
        assert look(town, failed.service_id or "").state is ServiceState.CANCELLED
        assert ceases_of(town, losing.id) == []
        facts = front_desk.line(town.house.tools, LOSER, service_id=losing.id)
        assert (facts.line.access_line_id, facts.line.is_live) == (line, True)


def test_a_line_is_taken_over_by_who_knows_it_and_only_once(database_url: str) -> None:
    with running(database_url, two_isps(homes=2)) as town:
        losing = active(town)
        line = line_of(town, losing)
        for wrong in (
            lambda: move(town, line, home=2),  # another's premises
            lambda: move(town, "NH0000079444"),  # no such line
        ):
            with pytest.raises(LineNotMatched):
                wrong()
        with pytest.raises(AccessLineIdInvalid):
            move(town, line[:-1] + ("0" if line[-1] != "0" else "1"))
        own = OrderRequest("access-eline", uprn_of(1), "quayside-dx", 500, 12, takes_over=line)
        with pytest.raises(LineIsYours):
            front_desk.place_order(town.house.tools, LOSER, own, idempotency_key="own")

        first, second = move(town, line, key="a"), move(town, line, key="b")
        ended = town.wait([first, second])

        assert sorted(one.state for one in ended) in (["completed", "failed"], ["completed", "rejected"])
        [lost] = [one for one in ended if one.state is not OrderState.COMPLETED]
        assert lost.reasons[0].code in {"line-busy", "line-not-matched", "line-is-yours"}


def test_an_order_of_the_present_service_makes_a_move_wait_its_turn_and_nobody_else_can(database_url: str) -> None:
    with running(database_url, two_isps(homes=1)) as town:
        losing = active(town)
        line = line_of(town, losing)
        with town.house.tools.open_unit_of_work() as work:  # as while its speed is being changed
            work.services.set_state(losing.id, ServiceState.PENDING_CHANGE)
            work.commit()

        with pytest.raises(LineBusy, match=f"Another order is at work on line {line} just now") as busy:
            move(town, line)

        assert "quayside" not in str(busy.value)


def test_the_gaining_isp_learns_nothing_of_the_losing_one_and_the_other_way_round(database_url: str) -> None:
    with running(database_url, two_isps(homes=1)) as town:
        tools = town.house.tools
        losing = active(town)
        line = line_of(town, losing)
        match = front_desk.match_line(tools, GAINER, line, uprn_of(1))
        assert (match.matched, match.nte, match.nte_port, match.nte_serial) == (True, "nte-1", "Ethernet1", "S-nte-1")
        assert not front_desk.match_line(tools, GAINER, line, uprn_of(9)).matched
        for ask in (
            lambda: front_desk.line(tools, GAINER, access_line_id=line),
            lambda: front_desk.line(tools, LOSER, access_line_id="NH0000079444"),
        ):
            with pytest.raises(UnknownLine):
                ask()

        [done] = town.wait([move(town, line)])
        [cease] = ceases_of(town, losing.id)
        wait_until(lambda: town.look(cease.id).state is OrderState.COMPLETED)

        theirs = repr((match, front_desk.order_story(tools, GAINER, done.id)))
        for secret in ("quayside", losing.id, cease.id):
            assert secret not in theirs
        told = front_desk.order_story(tools, LOSER, cease.id)
        for secret in (GAINING, GAINING_HANDOVER, done.id, done.service_id or ""):
            assert secret not in repr(told)
        assert any("moved to another provider" in event.text for event in told.events)
        with pytest.raises(UnknownLine):
            front_desk.line(tools, LOSER, service_id=losing.id)
        assert front_desk.lines(tools, LOSER).lines == ()


def test_a_full_uplink_can_be_taken_over_because_never_do_both_carry_traffic(database_url: str) -> None:
    inventory = two_isps(homes=1)
    links = tuple(replace(link, capacity_mbps=600) if link.code == "drop-1" else link for link in inventory.links)
    with running(database_url, replace(inventory, links=links)) as town:
        losing = active(town, mbps=500)
        assert losing.circuit is not None
        cir_mbps = losing.circuit.profile.cir_mbps
        full = tuple(replace(link, capacity_mbps=cir_mbps) if link.code == "drop-1" else link for link in links)
        replace_inventory(town.house.engine, replace(inventory, links=full))

        [done] = town.wait([move(town, line_of(town, losing), mbps=500)])
        [cease] = ceases_of(town, losing.id)
        wait_until(lambda: town.look(cease.id).state is OrderState.COMPLETED)

        assert (done.state, done.reasons) == (OrderState.COMPLETED, ())
        assert f"{cir_mbps} Mbit/s on drop-1" in town.held()[done.service_id or ""]
        usage = town.house.tools
        with usage.open_unit_of_work(reading=True) as work:
            assert work.reservations.usage((), ("drop-1",), None).link_committed_mbps == {"drop-1": cir_mbps}


def test_a_handover_without_room_or_tags_rejects_the_move_before_anything_is_touched(database_url: str) -> None:
    with running(database_url, two_isps(homes=1, gaining_mbps=10)) as town:
        losing = active(town)
        before, held = town.configs(), town.held()

        [refused] = town.wait([move(town, line_of(town, losing), mbps=1000)])

        assert (refused.state, refused.reasons[0].code) == (OrderState.REJECTED, "handover-oversubscribed")
        assert (town.configs(), town.held(), look(town, losing.id)) == (before, held, losing)


def test_a_line_keeps_its_id_when_its_service_ends_and_another_begins(database_url: str) -> None:
    with running(database_url, two_isps(homes=1)) as town:
        first: Service = active(town)
        line = line_of(town, first)
        town.wait([town.cease(first.id)])
        assert not front_desk.line(town.house.tools, SYSTEM, access_line_id=line).line.is_live
        assert not front_desk.match_line(town.house.tools, GAINER, line, uprn_of(1)).matched

        [again] = town.wait([town.order(1, key="again")])

        assert line_of(town, look(town, again.service_id or "")) == line


def test_every_workflow_of_lines_is_known() -> None:
    assert {"modify", "move"} <= {workflow.name for workflow in WORKFLOWS}


def test_netbox_shows_the_gaining_circuit_on_the_port_and_a_new_speed(database_url: str) -> None:
    inventory = two_isps(homes=1)
    with small_netbox(NETBOX_TOKEN) as netbox:
        netbox.fill(inventory)
        settings = {"netbox_url": netbox.url, "netbox_token": NETBOX_TOKEN}
        with running(database_url, inventory, netbox=settings) as town:
            losing = active(town)
            [done] = town.wait([move(town, line_of(town, losing))])
            [cease] = ceases_of(town, losing.id)
            wait_until(lambda: town.look(cease.id).state is OrderState.COMPLETED)
            gained = str(done.service_id)
            front_desk.modify_service(town.house.tools, SYSTEM, gained, bandwidth_mbps=500, idempotency_key="faster")
            wait_until(lambda: look(town, gained).bandwidth_mbps == 500)

            wait_until(lambda: [row["custom_fields"]["nh_cir_mbps"] for row in netbox.tables["vpn/l2vpns"]] == [500])
            [l2vpn] = netbox.tables["vpn/l2vpns"]
            assert gained in repr(l2vpn), l2vpn
            assert len(netbox.tables["vpn/l2vpn-terminations"]) == 2


def in_the_middle(workflow: Workflow, step: str, do: Callable[[str], object]) -> Workflow:
    """The workflow, with something that happens, once, before one of its steps."""
    done: list[object] = []

    def before(real: Callable[..., object]) -> Callable[..., object]:
        def taken(order_id: str, tools: Tools) -> object:
            if not done:
                done.append(do(order_id))
            return real(order_id, tools)

        taken.__name__ = real.__name__
        return taken

    steps = tuple(before(one) if one.__name__ == step else one for one in workflow.steps)
    return replace(workflow, steps=steps)  # type: ignore[arg-type]  # they do what the real ones do


def test_the_end_of_a_service_whose_line_has_moved_is_neither_cancelled_nor_put_off(database_url: str) -> None:
    with running(database_url, two_isps(homes=1), works=False) as town:
        answers: list[TaskState] = []

        def lou_clings(order_id: str) -> None:
            later = town.house.tools.now().date() + timedelta(days=300)
            answers.append(front_desk.cancel_order(town.house.tools, LOSER, order_id).state)
            answers.append(front_desk.change_date(town.house.tools, LOSER, order_id, later).state)

        town.house.start_worker([ACTIVATE, MOVE, in_the_middle(CEASE, "rehearse", lou_clings)])
        losing = active(town)
        [done] = town.wait([move(town, line_of(town, losing))])
        [cease] = town.wait(ceases_of(town, losing.id))

        assert answers == [TaskState.REJECTED, TaskState.REJECTED]
        assert (done.state, cease.state) == (OrderState.COMPLETED, OrderState.COMPLETED)
        assert look(town, losing.id).state is ServiceState.TERMINATED
        assert set(town.held()) == {done.service_id}


def test_a_service_whose_line_has_moved_is_not_active_again_when_its_end_fails(database_url: str) -> None:
    with running(database_url, two_isps(homes=1), works=False) as town:

        def fail(order_id: str) -> None:
            raise LineBusy(order_id)

        town.house.start_worker([ACTIVATE, MOVE, in_the_middle(CEASE, "rehearse", fail)])
        losing = active(town)
        town.wait([move(town, line_of(town, losing))])
        [cease] = town.wait(ceases_of(town, losing.id))

        assert cease.state is OrderState.FAILED
        assert look(town, losing.id).state is ServiceState.PENDING_TERMINATE


def test_a_cease_whose_day_comes_in_the_middle_of_a_move_waits_until_it_is_done(database_url: str) -> None:
    with running(database_url, two_isps(homes=1), works=False) as town:
        tools = town.house.tools
        ceases: list[Order] = []

        def its_day_comes(_order_id: str) -> None:
            first = town.look(ceases[0].id).walk
            front_desk.change_date(tools, LOSER, ceases[0].id, None)
            wait_until(lambda: town.look(ceases[0].id).walk > first and town.look(ceases[0].id).waits_for is not None)

        town.house.start_worker([ACTIVATE, in_the_middle(MOVE, "switch", its_day_comes), CEASE])
        losing = active(town)
        on = tools.now().date() + timedelta(days=30)
        ceases.append(front_desk.cease_service(tools, LOSER, losing.id, idempotency_key="k", on=on)[0])
        wait_until(lambda: town.look(ceases[0].id).waits_for is not None)

        [done] = town.wait([move(town, line_of(town, losing))])

        assert (done.state, done.reasons) == (OrderState.COMPLETED, ())
        wait_until(lambda: look(town, losing.id).state is ServiceState.TERMINATED)
