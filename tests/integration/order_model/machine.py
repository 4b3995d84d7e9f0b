"""The machine: what people ask, what happens meanwhile, and what must be so after each of it."""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select
from structlog.testing import capture_logs

from inventory.errors import NeutralhostError
from inventory.store.engine import reading
from provisioning import front_desk
from provisioning.amending import Amendment, amend_order
from provisioning.cancelling import cancel_order, cancel_product_order
from provisioning.charges import ChargeKind
from provisioning.charging import ChargeAsked, answer_charge, charges, raise_charge, withdraw_charge
from provisioning.far_end_desk import far_ends, grant_far_end, refuse_far_end
from provisioning.isps import Principal, Role
from provisioning.operations import add_pause, lift_pause, pauses
from provisioning.orders import ENDED, Order, OrderAction, OrderRequest, WaitsFor
from provisioning.pauses import PauseScope
from provisioning.product_order_desk import ItemAsked, delete_item, place_product_order
from provisioning.quoting import QuoteRequest, ask_quote
from provisioning.rescheduling import change_date
from provisioning.rights import SYSTEM
from provisioning.services import SERVICE_ENDED, Service, ServiceState
from provisioning.store.line_tables import lines
from provisioning.store.tables import orders, services
from provisioning.waking import wake_what_is_due
from provisioning.workflows.known import WORKFLOWS
from provisioning.workflows.pausing import go_on_where_nothing_holds
from provisioning.workflows.walk import Step, Workflow
from tests.integration.order_model import asked, explained, waits
from tests.integration.order_model.asked import BY_HAND, E_LINES, HOMES, ISPS, SPEEDS, Locked
from tests.integration.order_model.devices import OUTCOMES, ReplacingDevices
from tests.integration.walking import Crash, Town

EYES = (Principal("ella", Role.OPERATOR, None), Principal("olga", Role.OPERATOR, None))
STEPS = sorted({step.__name__ for workflow in WORKFLOWS for step in (*workflow.steps, *workflow.undo)})
BLOCKING = [ChargeAsked(ChargeKind.ONCE, 5_000, "A longer drop")]
BESIDE = [ChargeAsked(ChargeKind.MONTHLY, 200, "A lift", blocking=False)]
BEGINS = ("circuit", "epl", "dark fibre", "other's panel", "ssid", "hosting")
AWAY_LIMIT_S = 72 * 3600.0


class AllOrders(RuleBasedStateMachine):
    """One run: what is asked in it, and what is left at its end, which is nothing."""

    build: ClassVar[Callable[[], tuple[Town, Locked, ReplacingDevices]]]
    keys = 0
    steps = 0
    seen: ClassVar[set[str]] = set()  # what came up in any run, to see that rules do something

    def __init__(self) -> None:
        super().__init__()
        self.town, self.locked, self.devices = AllOrders.build()
        self.eager = False
        with reading(self.town.engine) as connection:
            self.old_orders = set(connection.execute(select(orders.c.id)).scalars())
            self.old_services = set(connection.execute(select(services.c.id)).scalars())

    @initialize(
        waits=st.booleans(),
        begins=st.sets(st.sampled_from(BEGINS), min_size=1),
        mbps=st.sampled_from(SPEEDS),
        eager=st.sampled_from([True, True, False]),
    )
    def what_is_there_already(self, waits: bool, begins: set[str], mbps: int, eager: bool) -> None:
        """Delivered services; and whether a worker and people are always at hand, or only when they are asked."""
        for what in sorted(begins):
            isp, home = ("alder", "1") if what == "circuit" else ("birch", "2")
            if what == "circuit":
                wanted = asked.circuit(isp, home, mbps)
            elif what in E_LINES:
                wanted = asked.e_line(what, ("2", "3"), mbps)
            else:
                wanted = asked.by_hand(what, isp, 2, self._day(0))
            self.place_items(isp, [_add("1", wanted)])
        self.bring_on()
        self.eager = eager
        limit = AWAY_LIMIT_S if waits else 0.0
        self.town.tools = replace(
            self.town.tools, settings=self.town.tools.settings.model_copy(update={"away_limit_s": limit})
        )

    # What people ask.

    @rule(
        isp=st.sampled_from(ISPS),
        home=st.sampled_from(HOMES),
        mbps=st.sampled_from(SPEEDS),
        days=st.sampled_from([0, 0, 2, 9]),
        lasts=st.sampled_from([None, None, 4, 12]),
        quoted=st.booleans(),
    )
    def place(self, isp: str, home: str, mbps: int, days: int, lasts: int | None, quoted: bool) -> None:
        start = self._day(days) if days else None
        stop = None if lasts is None else self._day(days + lasts)
        wanted = asked.circuit(isp, home, mbps, start, stop)
        if quoted:
            with suppress(NeutralhostError):
                made = ask_quote(self.town.tools, SYSTEM, QuoteRequest({"1": wanted}), isp_code=isp)
                wanted = replace(wanted, quote_id=made.id)
        self.place_items(isp, [_add("1", wanted)])

    @rule(
        isp=st.sampled_from(ISPS),
        kind=st.sampled_from(E_LINES),
        ends=st.permutations(HOMES),
        mbps=st.sampled_from(SPEEDS),
    )
    def place_an_e_line(self, isp: str, kind: str, ends: list[str], mbps: int) -> None:
        self.place_items(isp, [_add("1", asked.e_line(kind, ends, mbps))])

    @rule(isp=st.sampled_from(ISPS), kind=st.sampled_from(BY_HAND), number=st.integers(1, 3))
    def place_what_an_engineer_delivers(self, isp: str, kind: str, number: int) -> None:
        self.place_items(isp, [_add("1", asked.by_hand(kind, isp, number, self._day(0)))])

    @rule(
        isp=st.sampled_from(ISPS),
        homes=st.permutations(HOMES),
        kind=st.sampled_from(BY_HAND),
        mbps=st.sampled_from(SPEEDS),
        after=st.sampled_from([(), ("a",)]),
        last=st.sampled_from([(), ("a", "b"), ("b",)]),
    )
    def place_together(
        self, isp: str, homes: list[str], kind: str, mbps: int, after: tuple[str, ...], last: tuple[str, ...]
    ) -> None:
        first = _add("a", asked.circuit(isp, homes[0], mbps))
        second = _add("b", asked.by_hand(kind, isp, 1, self._day(0)))
        third = _add("c", asked.e_line("epl", homes[1:], 100))
        self.place_items(isp, [first, replace(second, after=after), replace(third, after=last)])

    @precondition(lambda self: self._circuits())
    @rule(data=st.data(), mbps=st.sampled_from(SPEEDS), and_cease=st.booleans())
    def modify(self, data: st.DataObject, mbps: int, and_cease: bool) -> None:
        service = data.draw(st.sampled_from(self._circuits()))
        item = ItemAsked("1", OrderAction.MODIFY, OrderRequest("", "", "", mbps, 0), service.id)
        others = [one for one in self._services(ServiceState.ACTIVE) if one.isp_code == service.isp_code]
        more = [delete_item("2", others[0].id, None, ("1",))] if and_cease and others[0].id != service.id else []
        self.place_items(service.isp_code, [item, *more])

    @precondition(lambda self: self._lines())
    @rule(data=st.data(), mbps=st.sampled_from(SPEEDS))
    def move(self, data: st.DataObject, mbps: int) -> None:
        line, uprn, isp = data.draw(st.sampled_from(self._lines()))
        gaining = next(each for each in ISPS if each != isp)
        self.place_items(gaining, [_add("1", replace(asked.circuit(gaining, uprn, mbps), takes_over=line))])

    @precondition(lambda self: self._services(ServiceState.ACTIVE, ServiceState.PENDING_TERMINATE))
    @rule(data=st.data(), days=st.sampled_from([0, 0, 0, 3]))
    def cease(self, data: st.DataObject, days: int) -> None:
        states = (ServiceState.ACTIVE, ServiceState.PENDING_TERMINATE)
        service = data.draw(st.sampled_from(self._services(*states)))
        self.place_items(service.isp_code, [delete_item("1", service.id, self._day(days))])

    @precondition(lambda self: self._open())
    @rule(
        data=st.data(),
        what=st.sampled_from(["cancel", "cancel all", "amend", "put off", "hurry", "charge", "charge beside"]),
    )
    def ask_of_an_order(self, data: st.DataObject, what: str) -> None:
        order = data.draw(st.sampled_from(self._open()))
        with suppress(NeutralhostError):
            self._ask(what, order)

    @precondition(lambda self: self._waiting())
    @rule(data=st.data(), yes=st.sampled_from([True, True, True, False]))
    def decide(self, data: st.DataObject, yes: bool) -> None:
        self._decide(data.draw(st.sampled_from(self._waiting())), yes)

    @precondition(lambda self: bool(charges(self.town.tools, SYSTEM, is_open=True)))
    @rule(data=st.data(), says=st.sampled_from([True, False, None]))
    def answer(self, data: st.DataObject, says: bool | None) -> None:
        charge = data.draw(st.sampled_from(charges(self.town.tools, SYSTEM, is_open=True)))
        with suppress(NeutralhostError):
            if says is None:
                withdraw_charge(self.town.tools, SYSTEM, charge.id)
            else:
                answer_charge(self.town.tools, SYSTEM, charge.id, {item.id: says for item in charge.items})

    @rule(
        scope=st.sampled_from([(PauseScope.ALL, ""), (PauseScope.DEVICE, "sw-mill"), (PauseScope.PRODUCT, "epl")]),
        days=st.sampled_from([None, 2]),
    )
    def pause(self, scope: tuple[PauseScope, str], days: int | None) -> None:
        until = None if days is None else self.town.tools.now() + timedelta(days=days)
        with suppress(NeutralhostError):
            add_pause(self.town.tools, EYES[0], *scope, why="works", until=until)

    @precondition(lambda self: bool(pauses(self.town.tools, SYSTEM)))
    @rule()
    def lift(self) -> None:
        self._lift()

    # What happens meanwhile.

    @rule(dies_at=st.one_of(st.none(), st.none(), st.integers(1, 40)))
    def walk(self, dies_at: int | None) -> None:
        self._walk(WORKFLOWS, dies_at)

    @precondition(lambda self: self._open())
    @rule(
        data=st.data(),
        step=st.sampled_from(STEPS),
        what=st.sampled_from(["cancel", "cancel all", "amend", "put off", "charge", "pause", "lock", "away", "lost"]),
    )
    def walk_while_something_happens(self, data: st.DataObject, step: str, what: str) -> None:
        order = data.draw(st.sampled_from(self._open()))
        happens: dict[str, Callable[[], object]] = {
            "pause": lambda: add_pause(self.town.tools, EYES[0], PauseScope.ALL, why="works"),
            "lock": lambda: setattr(self.locked, "writers", 2),
            "away": lambda: self.devices.next_calls.append("away"),
            "lost": lambda: self.devices.next_calls.append("lost"),
        }
        ask = happens.get(what, lambda: self._ask(what, order))
        self._walk(in_the_middle_of(step, order.id, ask), None)

    @rule(outcomes=st.lists(st.sampled_from(OUTCOMES), min_size=1, max_size=6))
    def devices_fail_at_some_calls(self, outcomes: list[str]) -> None:
        self.devices.next_calls = deque(outcomes)

    @rule(
        which=st.sampled_from(["away", "refusing", "refusing_to_deploy", "blind"]),
        device=st.sampled_from(["sw-quay", "sw-mill", "nte-1"]),
    )
    def a_device_fails(self, which: str, device: str) -> None:
        setattr(self.devices, which, {device})

    @rule(times=st.sampled_from([1, 4, 1000]))
    def the_record_fails(self, times: int) -> None:
        self.town.record.failing = times

    @rule(writers=st.sampled_from([1, 3, 9]))
    def the_database_is_locked(self, writers: int) -> None:
        self.locked.writers = writers

    @rule()
    def all_is_well_again(self) -> None:
        devices = self.devices
        devices.away, devices.refusing, devices.refusing_to_deploy, devices.blind = set(), set(), set(), set()
        devices.next_calls.clear()
        self.town.record.failing = 0
        self.locked.writers = 0

    @rule(days=st.sampled_from([1, 3, 20]))
    def days_pass(self, days: int) -> None:
        self.town.clock.skip(days=days)
        with suppress(NeutralhostError):
            wake_what_is_due(self.town.tools)
            go_on_where_nothing_holds(self.town.tools)

    # What must be so, always.

    @invariant()
    def all_that_is_held_is_explained(self) -> None:
        AllOrders.steps += 1
        with reading(self.town.engine) as connection:
            life = explained.life_of(self.town, self._service_ids(), self._order_ids(), connection)
            assert explained.held(connection) == explained.explained(life)
            explained.check_bandwidth(life, connection)
            explained.check_devices(life)
            explained.check_services(life)
            waits.check_orders(life, connection)
            waits.check_product_orders(life)
        for order in life.orders:
            AllOrders.seen.add(f"{order.action} {order.request.kind} {order.state}")
            AllOrders.seen.add(f"waits for {order.waits_for}")

    def teardown(self) -> None:
        """All is well, what is open is brought to its end, everything is ceased, and nothing is left."""
        self.all_is_well_again()
        self._lift()
        for number in range(8):
            self._settle(cancels=number == 0)
            if not self._open() and not self.living():
                break
        left = [(one.id, one.action, one.state, one.step, one.waits_for) for one in self._open()]
        assert left == [], left
        there = [(one.id, one.state, one.product) for one in self.living()]
        assert there == [], there
        assert (self.devices.carrying(), self.town.claimed()) == (set(), [])
        with reading(self.town.engine) as connection:
            assert explained.held(connection) == set()

    def _settle(self, *, cancels: bool) -> None:
        self._walk(WORKFLOWS, None)
        for charge in charges(self.town.tools, SYSTEM, is_open=True):
            with suppress(NeutralhostError):
                answer_charge(self.town.tools, SYSTEM, charge.id, {item.id: True for item in charge.items})
        for order in self._open() if cancels else ():
            with suppress(NeutralhostError):
                self._ask("cancel", order)
        for order in self._waiting():
            self._decide(order, yes=True)
        self.days_pass(20)
        self._walk(WORKFLOWS, None)
        self.cease_all()

    def cease_all(self) -> None:
        for service in self.living():
            self.place_items(service.isp_code, [delete_item("1", service.id)])
        self._walk(WORKFLOWS, None)

    # How.

    def place_items(self, isp: str, items: list[ItemAsked]) -> str:
        """The id of the last order there is then."""
        AllOrders.keys += 1
        with suppress(NeutralhostError):
            place_product_order(self.town.tools, SYSTEM, items, idempotency_key=f"k{AllOrders.keys}", isp_code=isp)
        if self.eager:
            self.bring_on()
        return next(reversed(self._order_ids()), "")

    def bring_on(self) -> None:
        """A worker does what it can, people approve, and it goes on."""
        self._walk(WORKFLOWS, None)
        for order in self._waiting():
            self._decide(order, yes=True)
        self._walk(WORKFLOWS, None)

    def _ask(self, what: str, order: Order) -> None:
        tools, tomorrow = self.town.tools, self._day(1)
        asks: dict[str, Callable[[], object]] = {
            "cancel": lambda: cancel_order(tools, SYSTEM, order.id),
            "cancel all": lambda: cancel_product_order(tools, SYSTEM, order.product_order_id),
            "amend": lambda: amend_order(tools, SYSTEM, order.id, Amendment(bandwidth_mbps=250, reference="other")),
            "put off": lambda: change_date(tools, SYSTEM, order.id, tomorrow),
            "hurry": lambda: change_date(tools, SYSTEM, order.id, None, expedite=True),
            "charge": lambda: raise_charge(tools, SYSTEM, order.id, BLOCKING),
            "charge beside": lambda: raise_charge(tools, SYSTEM, order.id, BESIDE),
        }
        asks[what]()

    def _decide(self, order: Order, yes: bool) -> None:
        """By two people, where it takes two; by the far end, where it is asked."""
        for eyes in EYES:
            with suppress(NeutralhostError):
                if order.id in {one.order_id for one in far_ends(self.town.tools, SYSTEM)}:
                    if yes:
                        grant_far_end(self.town.tools, SYSTEM, order.id)
                    else:
                        refuse_far_end(self.town.tools, SYSTEM, order.id, reason="it is for us")
                elif yes:
                    front_desk.approve(self.town.tools, eyes, order.id)
                else:
                    front_desk.decline(self.town.tools, eyes, order.id, reason="no room")

    def _lift(self) -> None:
        for pause in pauses(self.town.tools, SYSTEM):
            for eyes in EYES:
                with suppress(NeutralhostError):
                    lift_pause(self.town.tools, eyes, pause.id)

    def _walk(self, workflows: tuple[Workflow, ...], dies_at: int | None) -> None:
        """Where the worker dies, what it was at stays as it was; else all is done that could be."""
        with suppress(Crash), capture_logs():
            self.town.walk_all(dies_at=dies_at, workflows=workflows)
            self.town.put.clear()
            self.town.journals.clear()

    def _day(self, days: int) -> date:
        return self.town.tools.now().date() + timedelta(days=days)

    def _order_ids(self) -> list[str]:
        with reading(self.town.engine) as connection:
            found = connection.execute(select(orders.c.id).order_by(orders.c.created_at, orders.c.id)).scalars()
            return [each for each in found if each not in self.old_orders]

    def _service_ids(self) -> list[str]:
        with reading(self.town.engine) as connection:
            found = connection.execute(select(services.c.id).order_by(services.c.created_at, services.c.id)).scalars()
            return [each for each in found if each not in self.old_services]

    def _open(self) -> list[Order]:
        with self.town.tools.open_unit_of_work(reading=True) as work:
            found = [work.orders.get(each) for each in self._order_ids()]
        return [order for order in found if order.state not in ENDED]

    def _waiting(self) -> list[Order]:
        return [one for one in self._open() if one.waits_for in {WaitsFor.APPROVAL, WaitsFor.FAR_END_CONSENT}]

    def living(self) -> list[Service]:
        with self.town.tools.open_unit_of_work(reading=True) as work:
            found = [work.services.get(each) for each in self._service_ids()]
        return [one for one in found if one.state not in SERVICE_ENDED]

    def _services(self, *states: ServiceState) -> list[Service]:
        return [one for one in self.living() if one.state in states]

    def _circuits(self) -> list[Service]:
        return [one for one in self._services(ServiceState.ACTIVE) if one.circuit is not None]

    def _lines(self) -> list[tuple[str, str, str]]:
        """Access line id, UPRN and ISP of every line that is in use."""
        mine = {one.id: one for one in self._services(ServiceState.ACTIVE, ServiceState.PENDING_CHANGE)}
        with reading(self.town.engine) as connection:
            rows = connection.execute(select(lines).order_by(lines.c.made_at)).all()
        return [(row.access_line_id, row.uprn, mine[row.service_id].isp_code) for row in rows if row.service_id in mine]


def _add(item_id: str, wanted: OrderRequest) -> ItemAsked:
    return ItemAsked(item_id, OrderAction.ADD, wanted)


def in_the_middle_of(step: str, order_id: str, happens: Callable[[], object]) -> tuple[Workflow, ...]:
    """Every workflow, with something that happens once, when the order's step of that name was begun."""
    left = [happens]

    def happening(real: Step) -> Step:
        if real.__name__ != step:
            return real

        def take(of: str, tools: object) -> WaitsFor | None:
            if of == order_id and left:
                with suppress(NeutralhostError):
                    left.pop()()
            return real(of, tools)  # type: ignore[arg-type]  # the tools it was given

        take.__name__ = real.__name__
        return take

    def watched(steps: tuple[Step, ...]) -> tuple[Step, ...]:
        made = {one: happening(one) for one in steps}
        return tuple(made[one] for one in steps)

    return tuple(
        replace(
            one,
            steps=watched(one.steps),
            undo=watched(one.undo),
            patient=tuple(each for each in watched(one.steps) if each.__name__ in {p.__name__ for p in one.patient}),
        )
        for one in WORKFLOWS
    )
