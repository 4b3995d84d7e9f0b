"""Whatever is asked of orders, in whatever order, and whatever fails meanwhile: what is held is what lives.

A machine of hypothesis' places, walks, cancels, amends, puts off, charges for and decides on orders, kills the worker
at any moment, lets devices and the record fail, and lets days pass. After every move, tags, ports and
bandwidth held are exactly what the services that have not ended explain; at the end nothing is left.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import Engine, select

from inventory.errors import NeutralhostError
from inventory.store.engine import reading
from provisioning import front_desk
from provisioning.amending import Amendment, amend_order
from provisioning.cancelling import cancel_order, cancel_product_order
from provisioning.catalogue import Fees
from provisioning.catalogues import only
from provisioning.chargeable_tasks import TASK_ENDED
from provisioning.charges import ChargeKind
from provisioning.charging import ChargeAsked, answer_charge, charges, raise_charge, withdraw_charge
from provisioning.orders import ENDED, Order, OrderAction, OrderRequest
from provisioning.product_order_desk import ItemAsked, delete_item, place_product_order, product_order_story
from provisioning.rescheduling import change_date
from provisioning.rights import SYSTEM
from provisioning.services import SERVICE_ENDED, ServiceState
from provisioning.store.hold_tables import held_ports
from provisioning.store.tables import commitments, held_device_tags, held_handover_tags, held_links, services
from provisioning.waking import wake_what_is_due
from provisioning.workflows.known import ACTIVATE, WORKFLOWS
from provisioning.workflows.walk import Step, Workflow
from tests.integration.street import DX_SWITCH, DXP_SWITCH, HANDOVER, street, uprn_of
from tests.integration.walking import Crash, Town, build_town

HOMES = 3
SPEEDS = (100, 250, 1000)  # the last one waits for a person
STEPS = [step.__name__ for step in ACTIVATE.steps]
BLOCKING = [ChargeAsked(ChargeKind.ONCE, 5_000, "A longer drop")]
BESIDE = [ChargeAsked(ChargeKind.MONTHLY, 200, "A lift", blocking=False)]


class Orders(RuleBasedStateMachine):
    """One town for all runs; each run ends with nothing left, and the next begins with that."""

    town: Town
    keys = 0

    def __init__(self) -> None:
        super().__init__()
        self.placed: list[str] = []
        self.days = 0

    # What people ask.

    @rule(home=st.integers(1, HOMES), mbps=st.sampled_from(SPEEDS), days=st.sampled_from([0, 0, 2, 9]))
    def place(self, home: int, mbps: int, days: int) -> None:
        self._place([self._item("1", home, mbps, days)])

    @rule(homes=st.permutations(range(1, HOMES + 1)), mbps=st.sampled_from(SPEEDS), in_turn=st.booleans())
    def place_together(self, homes: list[int], mbps: int, in_turn: bool) -> None:
        first, second = self._item("a", homes[0], mbps, 0), self._item("b", homes[1], 100, 0)
        self._place([first, replace(second, after=("a",) if in_turn else ())])

    @precondition(lambda self: self._active())
    @rule(data=st.data(), days=st.sampled_from([0, 0, 3]))
    def cease(self, data: st.DataObject, days: int) -> None:
        service_id = data.draw(st.sampled_from(self._active()))
        on = self.town.tools.now().date() + timedelta(days=days)
        self._place([delete_item("1", service_id, on)])

    @precondition(lambda self: self._open())
    @rule(data=st.data(), whole=st.booleans())
    def cancel(self, data: st.DataObject, whole: bool) -> None:
        self._cancel(self._one(data), whole)

    @precondition(lambda self: self._open())
    @rule(data=st.data(), mbps=st.sampled_from(SPEEDS))
    def amend(self, data: st.DataObject, mbps: int) -> None:
        order = self._one(data)
        with suppress(NeutralhostError):
            amend_order(self.town.tools, SYSTEM, order.id, Amendment(bandwidth_mbps=mbps, reference="other"))

    @precondition(lambda self: self._open())
    @rule(data=st.data(), days=st.sampled_from([None, 1, 5]), expedite=st.booleans())
    def put_off(self, data: st.DataObject, days: int | None, expedite: bool) -> None:
        wanted = None if days is None else self.town.tools.now().date() + timedelta(days=days)
        change_date(self.town.tools, SYSTEM, self._one(data).id, wanted, expedite=expedite)

    @precondition(lambda self: self._open())
    @rule(data=st.data(), items=st.sampled_from([BLOCKING, BESIDE]))
    def charge(self, data: st.DataObject, items: list[ChargeAsked]) -> None:
        with suppress(NeutralhostError):
            raise_charge(self.town.tools, SYSTEM, self._one(data).id, items)

    @precondition(lambda self: bool(charges(self.town.tools, SYSTEM, is_open=True)))
    @rule(data=st.data(), says=st.sampled_from([True, False, None]))
    def answer(self, data: st.DataObject, says: bool | None) -> None:
        charge = data.draw(st.sampled_from(charges(self.town.tools, SYSTEM, is_open=True)))
        if says is None:
            withdraw_charge(self.town.tools, SYSTEM, charge.id)
        else:
            answer_charge(self.town.tools, SYSTEM, charge.id, {item.id: says for item in charge.items})

    @precondition(lambda self: self._waiting())
    @rule(data=st.data(), yes=st.booleans())
    def decide(self, data: st.DataObject, yes: bool) -> None:
        order = data.draw(st.sampled_from(self._waiting()))
        if yes:
            front_desk.approve(self.town.tools, SYSTEM, order.id)
        else:
            front_desk.decline(self.town.tools, SYSTEM, order.id, reason="no room")

    # What happens meanwhile.

    @rule(dies_at=st.one_of(st.none(), st.integers(1, 30)))
    def walk(self, dies_at: int | None) -> None:
        self._walk(WORKFLOWS, dies_at)

    @precondition(lambda self: self._open())
    @rule(data=st.data(), step=st.sampled_from(STEPS), does=st.sampled_from(["cancel", "amend", "charge", "put off"]))
    def walk_while_somebody_asks(self, data: st.DataObject, step: str, does: str) -> None:
        order = self._one(data)
        asks: dict[str, Callable[[], object]] = {
            "cancel": lambda: self._cancel(order, whole=False),
            "amend": lambda: amend_order(self.town.tools, SYSTEM, order.id, Amendment(bandwidth_mbps=250)),
            "charge": lambda: raise_charge(self.town.tools, SYSTEM, order.id, BLOCKING),
            "put off": lambda: change_date(self.town.tools, SYSTEM, order.id, None),
        }
        with self._in_the_middle_of(step, order.id, asks[does]) as workflows:
            self._walk(workflows, None)

    @rule(which=st.sampled_from(["away", "refusing", "refusing_to_deploy", "blind"]), device=st.sampled_from([0, 1, 2]))
    def a_device_fails(self, which: str, device: int) -> None:
        setattr(self.town.devices, which, {(DX_SWITCH, DXP_SWITCH, "nte-1")[device]})

    @rule(times=st.sampled_from([1, 4, 1000]))
    def the_record_fails(self, times: int) -> None:
        self.town.record.failing = times

    @rule()
    def all_is_well_again(self) -> None:
        devices = self.town.devices
        devices.away, devices.refusing, devices.refusing_to_deploy, devices.blind = set(), set(), set(), set()
        self.town.record.failing = 0

    @rule(days=st.sampled_from([1, 3, 20]))
    def days_pass(self, days: int) -> None:
        self.days += days
        before = self.town.tools.now
        self.town.tools = replace(self.town.tools, now=lambda: before() + timedelta(days=days))
        wake_what_is_due(self.town.tools)

    # What must be so, always.

    @invariant()
    def what_is_held_is_what_lives(self) -> None:
        with reading(self.town.engine) as connection:
            living = {
                row.id: row.circuit
                for row in connection.execute(select(services.c.id, services.c.circuit, services.c.state))
                if row.circuit is not None and row.state not in SERVICE_ENDED
            }
            holders = {
                table.name: set(connection.execute(select(table.c.service_id)).scalars())
                for table in (held_ports, held_handover_tags, held_device_tags, held_links)
            }
            assert all(held_by == set(living) for held_by in holders.values())
            sums = Counter[str]()
            for row in connection.execute(select(held_handover_tags)):
                sums[row.handover] += row.cir_mbps
            for row in connection.execute(select(held_links)):
                sums[row.link] += row.cir_mbps
            kept = {row.code: row.committed_mbps for row in connection.execute(select(commitments))}
            assert {code: mbps for code, mbps in kept.items() if mbps} == dict(sums)

    @invariant()
    def what_a_device_carries_is_a_service_that_has_not_ended(self) -> None:
        states = self._service_states()
        assert all(states[label] not in SERVICE_ENDED for _device, label in self.town.devices.carrying())

    @invariant()
    def an_order_that_is_not_over_is_walked_or_waits_for_somebody(self) -> None:
        put = {order_id for _name, order_id in self.town.put}
        assert all(order.id in put or order.waits_for is not None for order in self._open())

    @invariant()
    def a_product_order_that_is_over_has_nothing_open(self) -> None:
        for product_order_id in {order.product_order_id for order in self._orders()}:
            story = product_order_story(self.town.tools, SYSTEM, product_order_id)
            if all(order.state in ENDED for order in story.orders):
                assert all(task.state in TASK_ENDED for task in story.cancellations)
                assert all(change.state in TASK_ENDED for change in story.date_changes)
                assert not any(charge.is_open and charge.is_blocking for charge in story.charges)

    def teardown(self) -> None:
        """All is well, everything is cancelled or ceased, and nothing is left."""
        self.all_is_well_again()
        self._walk(WORKFLOWS, None)
        for order in self._open():
            self._cancel(order, whole=False)
        for charge in charges(self.town.tools, SYSTEM, is_open=True):
            answer_charge(self.town.tools, SYSTEM, charge.id, {item.id: True for item in charge.items})
        self._walk(WORKFLOWS, None)
        assert self._open() == []
        for service_id, state in self._service_states().items():
            if state in {ServiceState.ACTIVE, ServiceState.PENDING_TERMINATE}:
                self._place([delete_item("1", service_id)])
        self._walk(WORKFLOWS, None)
        assert set(self._service_states().values()) <= SERVICE_ENDED
        assert (self.town.devices.carrying(), self.town.record.shown, self.town.claimed()) == (set(), {}, [])

    # How.

    def _item(self, item_id: str, home: int, mbps: int, days: int) -> ItemAsked:
        start = self.town.tools.now().date() + timedelta(days=days) if days else None
        request = OrderRequest("access-eline", uprn_of(home), HANDOVER, mbps, 12, start=start)
        return ItemAsked(item_id, OrderAction.ADD, request)

    def _place(self, items: list[ItemAsked]) -> None:
        Orders.keys += 1
        with suppress(NeutralhostError):
            story, _ = place_product_order(
                self.town.tools, SYSTEM, items, idempotency_key=f"k{Orders.keys}", isp_code="quayside"
            )
            self.placed.append(story.product_order.id)

    def _cancel(self, order: Order, whole: bool) -> None:
        if whole:
            cancel_product_order(self.town.tools, SYSTEM, order.product_order_id)
        else:
            cancel_order(self.town.tools, SYSTEM, order.id)

    def _walk(self, workflows: tuple[Workflow, ...], dies_at: int | None) -> None:
        """Where the worker dies, what it was at stays as it was; else all is done that could be."""
        with suppress(Crash):
            self.town.walk_all(dies_at=dies_at, workflows=workflows)
            self.town.put.clear()
            self.town.journals.clear()

    @contextmanager
    def _in_the_middle_of(self, step: str, order_id: str, ask: Callable[[], object]) -> Iterator[tuple[Workflow, ...]]:
        left = [ask]

        def asking(real: Step) -> Step:
            def take(of: str, tools: Any) -> Any:
                if of == order_id and left:
                    with suppress(NeutralhostError):
                        left.pop()()
                return real(of, tools)

            take.__name__ = real.__name__
            return take

        steps = tuple(asking(one) if one.__name__ == step else one for one in ACTIVATE.steps)
        patient = tuple(asking(one) if one.__name__ == step else one for one in ACTIVATE.patient)
        yield tuple(replace(one, steps=steps, patient=patient) if one is ACTIVATE else one for one in WORKFLOWS)

    def _orders(self) -> list[Order]:
        with self.town.tools.open_unit_of_work(reading=True) as work:
            return [order for each in self.placed for order in work.orders.of_product_order(each)]

    def _open(self) -> list[Order]:
        return [order for order in self._orders() if order.state not in ENDED]

    def _waiting(self) -> list[Order]:
        return [order for order in self._open() if order.awaiting_approval]

    def _one(self, data: st.DataObject) -> Order:
        return data.draw(st.sampled_from(self._open()))

    def _active(self) -> list[str]:
        return sorted(one for one, state in self._service_states().items() if state is ServiceState.ACTIVE)

    def _service_states(self) -> dict[str, ServiceState]:
        with reading(self.town.engine) as connection:
            rows = connection.execute(select(services.c.id, services.c.state))
            return {row.id: ServiceState(row.state) for row in rows}


def model_on(engine: Engine) -> Town:
    """A town whose fastest speed waits for a person, and where cancelling and hurrying cost something."""
    town = build_town(engine, street(homes=HOMES))
    catalogue = town.tools.catalogue
    products = tuple(
        replace(
            product,
            offers=tuple(replace(offer, needs_approval=offer.bandwidth_mbps >= SPEEDS[-1]) for offer in product.offers),
        )
        for product in catalogue.products
    )
    fees = Fees(cancellation_pence=0, expedite_pence=900)
    town.tools = replace(town.tools, catalogues=only(replace(catalogue, products=products, fees=fees)))
    return town


def test_no_reachable_state_holds_anything_that_no_live_order_or_service_explains(
    engine: Engine, request: pytest.FixtureRequest
) -> None:
    Orders.town = model_on(engine)
    examples = 8 if request.config.getoption("-m") != "system" else 300
    Orders.TestCase.settings = settings(
        max_examples=examples,
        stateful_step_count=14,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    Orders.TestCase().runTest()
