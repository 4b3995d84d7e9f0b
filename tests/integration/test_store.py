"""The store on a real database: what is written comes back, and what may not be is refused."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, event, insert, select
from sqlalchemy.exc import SQLAlchemyError, StatementError

from automation.intents import BandwidthProfile
from inventory.devices import PortRef
from inventory.errors import InventoryInUse
from inventory.snapshot import Inventory
from inventory.store.metadata import metadata
from inventory.store.mirror import replace_inventory
from provisioning.errors import ReservationConflict, UnknownOrder, UnknownService, WrongState
from provisioning.orders import BECOMES, EventStatus, Order, OrderAction, OrderRequest, OrderState, Reason
from provisioning.services import SERVICE_BECOMES, Circuit, DeviceHop, Service, ServiceState
from provisioning.store.tables import held_device_tags, held_handover_tags, order_events
from provisioning.tools import Tools
from tests.integration.desk import change, desk_on

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PROFILE = BandwidthProfile(100, 0, 125_000, 0)
CIRCUIT = Circuit(
    uni=PortRef("nte-1", "Ethernet1"),
    handover_code="quay-alder",
    handover_port=PortRef("sw-quay", "Ethernet1"),
    s_vlan=2001,
    hops=(DeviceHop("nte-1", ("Ethernet9",)), DeviceHop("sw-mill", ("Drop1", "Ethernet49"))),
    link_codes=("trunk", "drop-1"),
    length_m=1280.5,
    profile=PROFILE,
)


@pytest.fixture
def tools(engine: Engine) -> Tools:
    return desk_on(engine)


def an_order(order_id: str = "O-1", state: OrderState = OrderState.ACKNOWLEDGED) -> Order:
    asked = OrderRequest("access-eline", "1", "quay-alder", 100, 12, "ours")
    reasons = (Reason("no-path", "No path.", "Wait."),)
    money = (2400, 0)
    return Order(
        order_id, OrderAction.ADD, "alder", asked, state, "accept", None, reasons, None, *money, "anna", NOON, NOON
    )


def a_service(service_id: str = "S-1", circuit: Circuit | None = None) -> Service:
    asked = ("alder", "access-eline", "1", "quay-alder", 100, 12, "ours")
    return Service(service_id, *asked, ServiceState.PENDING_ACTIVE, circuit, 2400, NOON, None, None)


def keep(tools: Tools, *things: Order | Service) -> None:
    with tools.open_unit_of_work() as work:
        for thing in things:
            if isinstance(thing, Order):
                work.orders.add(thing, thing.id, "digest")
            else:
                work.services.add(thing)
        work.commit()


def test_the_migrations_make_exactly_the_tables_that_are_declared(engine: Engine) -> None:
    def is_ours(_thing: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
        return kind != "table" or name in metadata.tables

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": is_ours})
        assert compare_metadata(context, metadata) == []


def test_an_order_and_a_service_come_back_as_they_were(tools: Tools) -> None:
    order, service = an_order(), a_service(circuit=CIRCUIT)
    keep(tools, order, service)

    with tools.open_unit_of_work(reading=True) as work:
        assert work.orders.get("O-1") == order
        assert work.orders.find_by_key("alder", "O-1") == (order, "digest")
        assert work.orders.find_by_key("birch", "O-1") is None
        assert work.services.get("S-1") == service


def test_what_is_not_committed_is_not_there(tools: Tools) -> None:
    with tools.open_unit_of_work() as work:
        work.orders.add(an_order(), "key", "digest")

    with tools.open_unit_of_work(reading=True) as work, pytest.raises(UnknownOrder, match="O-1"):
        work.orders.get("O-1")


def test_a_unit_of_work_for_reading_cannot_write_on_postgresql_and_waits_for_no_writer_on_sqlite(
    engine: Engine,
) -> None:
    tools = desk_on(engine)
    with tools.open_unit_of_work() as writer:
        writer.orders.add(an_order(), "key", "digest")
        with tools.open_unit_of_work(reading=True) as reader:
            assert sum(reader.orders.count_by_state().values()) == 0
        writer.commit()
    if engine.dialect.name == "postgresql":
        with tools.open_unit_of_work(reading=True) as reader, pytest.raises(SQLAlchemyError, match="read-only"):
            reader.orders.set_step("O-1", "design")


def test_events_are_numbered_in_each_order_on_its_own(tools: Tools) -> None:
    keep(tools, an_order("O-1"), an_order("O-2"))
    with tools.open_unit_of_work() as work:
        for order_id in ("O-1", "O-2", "O-1"):
            work.orders.record(order_id, "qualify", EventStatus.DONE, "Looked.", {"a": "b"}, 0.5)
        work.commit()

    with tools.open_unit_of_work(reading=True) as work:
        assert [event.number for event in work.orders.events("O-1")] == [1, 2]
        (second,) = work.orders.events("O-1", after=1)
        assert (second.text, second.facts, second.seconds, second.at.tzinfo) == ("Looked.", {"a": "b"}, 0.5, UTC)
    with tools.open_unit_of_work() as work, pytest.raises(UnknownOrder, match="O-9"):
        work.orders.record("O-9", "qualify", EventStatus.DONE, "x")


def test_changes_of_a_step_are_replaced_and_come_back_whole_and_in_order(tools: Tools) -> None:
    keep(tools, an_order())
    with tools.open_unit_of_work() as work:
        work.orders.save_changes("O-1", "rehearse", [change("x"), change("y"), change("z")])
        work.orders.save_changes("O-1", "rehearse", [change("sw-b"), change("sw-a")])
        work.orders.save_changes("O-1", "deploy", [change("sw-b")])
        work.commit()

    with tools.open_unit_of_work(reading=True) as work:
        assert work.orders.changes("O-1", "rehearse") == (change("sw-b"), change("sw-a"))
        assert [(diff.step, diff.device) for diff in work.orders.diffs("O-1")] == [
            ("rehearse", "sw-b"),
            ("rehearse", "sw-a"),
            ("deploy", "sw-b"),
        ]
        assert work.orders.changes("O-1", "prove") == ()


def test_an_order_moves_only_where_its_state_machine_says(tools: Tools) -> None:
    pairs = [(was, state) for was in OrderState for state in OrderState]
    keep(tools, *(an_order(f"O-{number}", was) for number, (was, _) in enumerate(pairs)))

    with tools.open_unit_of_work() as work:
        for number, (was, state) in enumerate(pairs):
            if state is was or state in BECOMES[was]:
                work.orders.set_state(f"O-{number}", state)
                assert work.orders.get(f"O-{number}").state is state
            else:
                with pytest.raises(WrongState, match=f"O-{number} is {was} and cannot be {state}"):
                    work.orders.set_state(f"O-{number}", state)


def test_a_service_moves_only_where_its_state_machine_says(tools: Tools) -> None:
    walks = (
        (ServiceState.ACTIVE, ServiceState.PENDING_TERMINATE, ServiceState.ACTIVE),
        (ServiceState.ACTIVE, ServiceState.PENDING_TERMINATE, ServiceState.TERMINATED),
        (ServiceState.CANCELLED,),
    )
    keep(tools, *(a_service(f"S-{number}") for number, _ in enumerate(walks)))
    with tools.open_unit_of_work() as work:
        for number, walk in enumerate(walks):
            for state in walk:
                work.services.set_state(f"S-{number}", state)
                work.services.set_state(f"S-{number}", state)  # twice is the same as once
            for state in set(ServiceState) - SERVICE_BECOMES[walk[-1]] - {walk[-1]}:
                with pytest.raises(WrongState, match=f"S-{number} is {walk[-1]}"):
                    work.services.set_state(f"S-{number}", state)
        with pytest.raises(WrongState, match="S-1 is terminated and cannot be ceased"):
            work.services.set_state("S-1", ServiceState.PENDING_TERMINATE)
        assert work.services.get("S-1").ended_at is not None
        assert work.services.get("S-0").ended_at is None
        assert work.services.with_circuit() == ()  # none of them has one
        with pytest.raises(UnknownService, match="S-9"):
            work.services.set_state("S-9", ServiceState.ACTIVE)


def test_a_failed_cease_keeps_the_time_of_the_first_activation(tools: Tools) -> None:
    keep(tools, a_service())
    with tools.open_unit_of_work() as work:
        work.services.set_state("S-1", ServiceState.ACTIVE)
        first = work.services.get("S-1").activated_at
        work.services.set_state("S-1", ServiceState.PENDING_TERMINATE)
        work.services.set_state("S-1", ServiceState.ACTIVE)

        assert first is not None
        assert work.services.get("S-1").activated_at == first


def test_what_is_held_is_told_kept_from_others_and_given_back_whole(tools: Tools) -> None:
    keep(tools, a_service("S-1"), a_service("S-2"))
    with tools.open_unit_of_work() as work:
        work.reservations.hold("S-1", CIRCUIT)
        work.commit()

    with tools.open_unit_of_work() as work, pytest.raises(ReservationConflict, match="nte-1:Ethernet1 or S-VLAN 2001"):
        work.reservations.hold("S-2", CIRCUIT)
    with tools.open_unit_of_work() as work:
        assert work.reservations.held_by("S-2") == ()
        assert work.reservations.held_by("S-1") == (
            "uni nte-1:Ethernet1",
            "tag 2001 at quay-alder",
            "tag 2001 on nte-1",
            "tag 2001 on sw-mill",
            "100 Mbit/s on drop-1",
            "100 Mbit/s on trunk",
        )
        usage = work.reservations.usage(["sw-mill", "nte-1"], None, "quay-alder")
        assert usage.link_committed_mbps == {"drop-1": 100, "trunk": 100}
        assert usage.device_tags == {"sw-mill": frozenset({2001}), "nte-1": frozenset({2001})}
        assert (usage.unis_taken, usage.handover_tags["quay-alder"]) == ({"nte-1:Ethernet1"}, {2001})
        work.reservations.release("S-1")
        work.reservations.release("S-1")
        work.commit()
    with tools.open_unit_of_work() as work:
        assert work.reservations.held_by("S-1") == ()
        assert work.reservations.usage([], None, None).link_committed_mbps == {}
        work.reservations.hold("S-2", CIRCUIT)


def test_the_inventory_cannot_lose_what_a_service_holds(engine: Engine) -> None:
    tools = desk_on(engine)
    keep(tools, a_service())
    with tools.open_unit_of_work() as work:
        work.reservations.hold("S-1", CIRCUIT)
        work.commit()

    with pytest.raises(InventoryInUse):
        replace_inventory(engine, Inventory())


@pytest.mark.parametrize("s_vlan", [0, 4095])
@pytest.mark.parametrize("table", [held_handover_tags, held_device_tags], ids=lambda table: table.name)
def test_no_tag_outside_1_to_4094_can_be_held(engine: Engine, table: object, s_vlan: int) -> None:
    tools = desk_on(engine)
    keep(tools, a_service())
    row = {"handover": "quay-alder", "cir_mbps": 1} if table is held_handover_tags else {"device": "sw-mill"}

    with engine.connect() as connection, pytest.raises(SQLAlchemyError, match=r"(?i)check"):
        connection.execute(insert(table).values(row | {"s_vlan": s_vlan, "service_id": "S-1"}))  # type: ignore[arg-type]


def test_times_are_kept_in_utc_and_one_without_a_zone_is_refused(engine: Engine) -> None:
    tools = desk_on(engine)
    keep(tools, an_order())
    row = {"order_id": "O-1", "number": 7, "step": "x", "status": "done", "text": "", "facts": {}}
    in_summer = NOON.astimezone(timezone(timedelta(hours=1)))
    with engine.begin() as connection:
        connection.execute(insert(order_events).values(row | {"at": in_summer}))
        (at,) = connection.execute(select(order_events.c.at)).scalars()
        assert (at, at.tzinfo) == (NOON, UTC)
        with pytest.raises(StatementError, match="without a zone"):
            connection.execute(insert(order_events).values(row | {"number": 8, "at": NOON.replace(tzinfo=None)}))


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        ({}, "ix_orders_newest"),
        ({"isp_code": "alder"}, "ix_orders_isp_newest"),
        ({"state": OrderState.FAILED}, "ix_orders_state_newest"),
        ({"awaiting_approval": True}, "ix_orders_waits_for"),
    ],
)
def test_lists_of_orders_are_read_from_an_index_without_sorting(
    engine: Engine, tools: Tools, filters: dict[str, Any], index: str
) -> None:
    asked: list[tuple[str, Any]] = []
    event.listen(
        engine, "before_cursor_execute", lambda _c, _k, statement, values, *_: asked.append((statement, values))
    )
    everything: dict[str, Any] = {
        "isp_code": None,
        "state": None,
        "awaiting_approval": None,
        "cursor": None,
        "limit": 50,
    }
    with tools.open_unit_of_work(reading=True) as work:
        work.orders.page(**everything | filters)
    query, values = asked[-1]

    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values)
        else:
            connection.exec_driver_sql("SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off")
            plan = connection.exec_driver_sql(f"EXPLAIN {query}", values)
        text = " ".join(str(row) for row in plan)

    assert index in text
    assert "TEMP B-TREE" not in text
    assert "Sort" not in text
