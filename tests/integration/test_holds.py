"""Holds for a window of days: what the database refuses, against a count of days, and with many writers at once."""

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, Table, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from inventory.devices import PortRef
from inventory.errors import InventoryInUse, UnknownThing
from inventory.plant import PositionRef, StrandRef
from inventory.plant_use import Hold
from inventory.store.mirror import replace_inventory
from inventory.windows import Window
from provisioning.errors import AlreadyHeld, ReservationConflict
from provisioning.services import Service, ServiceState
from provisioning.store.hold_tables import held_ports, held_positions, held_strands
from provisioning.store.plant_work import Holder
from provisioning.store.tables import services
from provisioning.tools import Tools
from tests.integration.desk import desk_on
from tests.integration.strand_town import strand_town
from tests.towns import small_town

DAY = date(2027, 3, 1)
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
STRAND = StrandRef("k-bank", 1)
THREADS = 12
HELD = (held_strands, held_positions, held_ports)


@pytest.fixture
def tools(engine: Engine) -> Tools:
    return desk_on(engine, inventory=strand_town())


def day(number: int) -> date:
    return DAY + timedelta(days=number)


def days(first: int, last: int | None) -> Window:
    return Window(day(first), None if last is None else day(last))


def make_services(tools: Tools, count: int) -> list[Holder]:
    holders = [Holder(service_id=f"S-{number}") for number in range(count)]
    with tools.open_unit_of_work() as work:
        for holder in holders:
            work.services.add(
                Service(
                    id=holder.service_id or "",
                    isp_code="alder",
                    product="dark-fibre-pair",
                    uprn="",
                    handover="",
                    bandwidth_mbps=0,
                    term_months=12,
                    reference="",
                    state=ServiceState.PENDING_ACTIVE,
                    circuit=None,
                    monthly_pence=1,
                    created_at=NOON,
                    activated_at=None,
                    ended_at=None,
                )
            )
        work.commit()
    return holders


def take(
    tools: Tools,
    holder: Holder,
    window: Window,
    strands: Sequence[StrandRef] = (STRAND,),
    positions: Sequence[PositionRef] = (),
    ports: Sequence[PortRef] = (),
) -> str:
    """What came of it: "" where it was taken, the error's code where it was refused."""
    try:
        with tools.open_unit_of_work() as work:
            work.holds.take(holder, window, strands=strands, positions=positions, ports=ports)
            work.commit()
    except ReservationConflict as error:
        return error.code
    return ""


def windows_of(tools: Tools) -> list[Window]:
    with tools.open_unit_of_work(reading=True) as work:
        return [hold.window for hold in work.holds.use().strands.get(STRAND, ())]


def share_a_day(windows: Iterable[tuple[int, int | None]], horizon: int = 40) -> bool:
    """By counting days, the last of which stands for all after it."""
    counts = Counter(
        number for first, last in windows for number in range(first, (horizon if last is None else last) + 1)
    )
    return any(count > 1 for count in counts.values())


def test_windows_that_touch_are_fine_and_windows_that_share_a_day_are_not(tools: Tools) -> None:
    first, second, third = make_services(tools, 3)

    assert take(tools, first, days(0, 6)) == ""
    assert take(tools, second, days(7, None)) == ""
    assert take(tools, third, days(6, 7)) == "already-held"
    assert take(tools, third, days(100, 100)) == "already-held"
    assert take(tools, third, days(-5, -1)) == ""


def test_a_refusal_names_every_thing_and_the_days_but_not_the_holder(tools: Tools) -> None:
    first, second = make_services(tools, 2)
    position, port = PositionRef("odf-bank-quay", 2), PortRef("nte-1", "Ethernet1")
    take(tools, first, days(0, 6), (STRAND,), (position,), (port,))

    with tools.open_unit_of_work() as work, pytest.raises(AlreadyHeld) as caught:
        work.holds.take(
            second, days(3, None), strands=[STRAND, StrandRef("k-bank", 2)], positions=[position], ports=[port]
        )

    assert caught.value.things == (f"strand {STRAND}", f"position {position}", f"port {port}")
    assert "from 2027-03-04" in caught.value.sentence
    assert "S-0" not in str(caught.value)


def test_all_or_nothing_is_taken(tools: Tools) -> None:
    first, second = make_services(tools, 2)
    take(tools, first, days(0, None), (StrandRef("k-bank", 3),))

    assert take(tools, second, days(0, None), (STRAND, StrandRef("k-bank", 3))) == "already-held"
    assert windows_of(tools) == []


def test_what_is_given_back_can_be_held_by_another_and_twice_is_once(tools: Tools) -> None:
    first, second = make_services(tools, 2)
    take(tools, first, days(0, None))
    with tools.open_unit_of_work() as work:
        assert work.holds.held_by(first) == (f"strand {STRAND}",)
        work.holds.give_back(first)
        work.holds.give_back(first)
        work.commit()

    assert take(tools, second, days(0, None)) == ""
    with tools.open_unit_of_work(reading=True) as work:
        assert work.holds.services_on([STRAND, StrandRef("k-bank", 2)], day(400)) == ("S-1",)
        assert work.holds.services_on([STRAND], day(-1)) == ()
        assert work.holds.services_on([], day(0)) == ()


def test_the_holds_on_ports_are_read_only_where_asked_for(tools: Tools) -> None:
    [holder] = make_services(tools, 1)
    port = PortRef("nte-1", "Ethernet1")
    take(tools, holder, days(0, None), strands=[], ports=[port])

    with tools.open_unit_of_work(reading=True) as work:
        assert work.holds.use().ports == {}
        assert list(work.holds.use(with_ports=True).ports) == [port]


def test_the_use_of_a_window_says_whether_it_is_sold_and_never_more_than_was_asked(tools: Tools) -> None:
    first, second = make_services(tools, 2)
    take(tools, first, days(0, 6))
    take(tools, second, days(10, None))

    with tools.open_unit_of_work(reading=True) as work:
        use = work.holds.use(days(0, 9))
        assert use.strands == {STRAND: [Hold(days(0, 6), "S-0", is_sold=True)]}
        assert not use.is_free(STRAND, days(6, 6))
        assert use.is_free(STRAND, days(7, 9))
        assert len(work.holds.use().strands[STRAND]) == 2
        assert [len(work.holds.use(days(at, at)).strands.get(STRAND, ())) for at in (-1, 0, 6, 7, 10)] == [
            0,
            1,
            1,
            0,
            1,
        ]
        assert [work.holds.services_on([STRAND], day(at)) for at in (6, 7)] == [("S-0",), ()]
        assert [work.holds.over(day(at)) for at in (6, 7)] == [(), (first,)]


def test_a_thing_that_is_not_in_the_inventory_cannot_be_held(tools: Tools) -> None:
    (holder,) = make_services(tools, 1)

    with tools.open_unit_of_work() as work, pytest.raises(UnknownThing, match="No strand is called 'k-bank:99'"):
        work.holds.take(holder, days(0, 1), strands=[StrandRef("k-bank", 99)])


def test_the_inventory_cannot_lose_a_strand_that_is_held(tools: Tools, engine: Engine) -> None:
    (holder,) = make_services(tools, 1)
    take(tools, holder, days(0, 1))

    with pytest.raises(InventoryInUse) as caught:
        replace_inventory(engine, small_town())

    assert "strand k-bank:1" in str(caught.value.facts) + str(vars(caught.value))


def row(first: int, last: int | None, service: str) -> dict[str, object]:
    window = days(first, last)
    return {
        "cable": STRAND.cable,
        "strand": STRAND.number,
        "first_day": window.first,
        "last_day": window.last,
        "service_id": service,
    }


def insert_rows(engine: Engine, rows: Iterable[dict[str, object]]) -> bool:
    try:
        with engine.begin() as connection:
            connection.execute(delete(held_strands))
            for each in rows:
                connection.execute(insert(held_strands).values(each))
    except IntegrityError:
        return False
    return True


WINDOWS = st.tuples(st.integers(0, 30), st.one_of(st.none(), st.integers(0, 8))).map(
    lambda pair: (pair[0], None if pair[1] is None else pair[0] + pair[1])
)


@given(windows=st.lists(WINDOWS, min_size=2, max_size=4))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_itself_refuses_exactly_the_windows_that_share_a_day(
    engine: Engine, windows: list[tuple[int, int | None]]
) -> None:
    with engine.connect() as connection:
        is_empty = connection.execute(select(func.count()).select_from(services)).scalar() == 0
    if is_empty:
        make_services(desk_on(engine, inventory=strand_town()), 1)

    rows = (row(first, last, "S-0") for first, last in windows)

    assert insert_rows(engine, rows) is not share_a_day(windows)


@pytest.mark.parametrize("table", HELD, ids=lambda table: table.name)
def test_every_table_refuses_an_overlap_a_reversed_window_and_two_holders(
    engine: Engine, tools: Tools, table: Table
) -> None:
    make_services(tools, 1)
    keys: dict[str, dict[str, object]] = {
        "held_strands": {"cable": "k-bank", "strand": 1},
        "held_positions": {"odf": "odf-bank-mill", "position": 1},
        "held_ports": {"device": "nte-1", "port": "Ethernet1"},
    }
    good = {**keys[table.name], "first_day": day(0), "last_day": day(4), "service_id": "S-0"}
    with engine.begin() as connection:
        connection.execute(insert(table).values(good))
        connection.execute(insert(table).values(good | {"first_day": day(5), "last_day": None}))

    bad = (
        good | {"first_day": day(4)},
        good | {"first_day": day(-2), "last_day": day(-3)},
        good | {"first_day": day(-2), "last_day": day(-1), "service_id": None},
    )
    for values in bad:
        with pytest.raises(IntegrityError), engine.begin() as connection:
            connection.execute(insert(table).values(values))
    later = update(table).where(table.c.last_day == day(4)).values(last_day=day(5))
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(later)


def test_of_many_who_want_one_strand_at_once_one_gets_it(tools: Tools) -> None:
    holders = make_services(tools, 24)

    with ThreadPoolExecutor(THREADS) as pool:
        outcomes = list(pool.map(lambda holder: take(tools, holder, days(0, None)), holders))

    assert Counter(outcomes) == {"": 1, "already-held": 23}


def test_many_writers_with_overlapping_and_touching_windows_never_share_a_day(tools: Tools) -> None:
    holders = make_services(tools, 40)
    wanted = [(number % 20, number % 20 + number % 4) for number in range(40)]

    def want(number: int) -> str:
        first, last = wanted[number]
        return take(tools, holders[number], days(first, last))

    with ThreadPoolExecutor(THREADS) as pool:
        outcomes = list(pool.map(want, range(40)))

    taken = [
        ((window.first - DAY).days, (window.last - DAY).days if window.last else None) for window in windows_of(tools)
    ]
    assert not share_a_day(taken)
    assert len(taken) == outcomes.count("")
    for number, outcome in enumerate(outcomes):  # whoever was refused could not have been let in
        assert outcome == "" or share_a_day([*taken, wanted[number]])


def test_writers_that_want_the_same_strands_in_other_orders_do_not_wait_in_a_circle(tools: Tools) -> None:
    strands = [StrandRef("k-bank", number) for number in range(1, 5)]
    positions = [PositionRef("odf-bank-quay", number) for number in range(1, 5)]
    holders = make_services(tools, 16)

    def want(number: int) -> str:
        turned = strands[number % 4 :] + strands[: number % 4]
        return take(tools, holders[number], days(number // 4, number // 4), turned, positions[::-1])

    with ThreadPoolExecutor(THREADS) as pool:
        outcomes = list(pool.map(want, range(16)))

    assert Counter(outcomes) == {"": 4, "already-held": 12}
