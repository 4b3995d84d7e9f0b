"""Many at once, with threads on a real database: what one gets, no other gets."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Engine, func, select

from inventory.errors import NoPath
from provisioning import front_desk
from provisioning.errors import (
    HandoverOversubscribed,
    HandoverTagsExhausted,
    ProvisioningError,
    ReservationConflict,
    UniTaken,
)
from provisioning.isps import Principal, Role
from provisioning.orders import OrderRequest
from provisioning.references import new_service_id
from provisioning.reserve import reserve_for
from provisioning.services import Circuit, Service, ServiceState
from provisioning.store.hold_tables import held_ports
from provisioning.store.tables import commitments, held_device_tags, held_handover_tags, held_links, orders
from provisioning.tools import Tools
from tests.integration.desk import NotedJobs, desk_on
from tests.towns import TownPlan

THREADS = 16
ALDER = Principal("anna", Role.ISP_ADMIN, "alder")


def request_for(uprn: str, mbps: int = 100, handover: str = "quay-alder") -> OrderRequest:
    return OrderRequest("access-eline", uprn, handover, mbps, 12)


def reserve(tools: Tools, request: OrderRequest) -> Circuit | Exception:
    """What the reserve step does: one transaction, again in a new one where another was faster."""
    for _ in range(20):
        service_id, snapshot = new_service_id(), tools.load_snapshot()
        try:
            with tools.open_unit_of_work() as work:
                work.services.add(a_service(tools, service_id, request))
                circuit = reserve_for(work, snapshot, tools.catalogue, request, service_id)
                work.services.set_circuit(service_id, circuit)
                work.commit()
                return circuit
        except ReservationConflict as error:
            outcome: Exception = error
        except (ProvisioningError, NoPath) as error:
            return error
    return outcome


def a_service(tools: Tools, service_id: str, request: OrderRequest) -> Service:
    where = (request.uprn, request.handover, request.bandwidth_mbps, request.term_months, request.reference)
    kind, state = request.product, ServiceState.PENDING_ACTIVE
    return Service(service_id, "alder", kind, *where, state, None, 5500, tools.now(), None, None)


def all_at_once(tools: Tools, requests: list[OrderRequest]) -> list[Circuit | Exception]:
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(lambda request: reserve(tools, request), requests))


def kinds(outcomes: list[Circuit | Exception]) -> Counter[str]:
    return Counter(type(outcome).__name__ for outcome in outcomes)


def committed_by_counter_and_by_rows(engine: Engine) -> tuple[dict[str, int], dict[str, int]]:
    """The counters that reservations lock, and the sums of what is really held."""
    by_handover = select(held_handover_tags.c.handover, func.sum(held_handover_tags.c.cir_mbps))
    by_link = select(held_links.c.link, func.sum(held_links.c.cir_mbps))
    with engine.connect() as connection:
        counters = connection.execute(select(commitments.c.code, commitments.c.committed_mbps)).all()
        handovers = connection.execute(by_handover.group_by(held_handover_tags.c.handover)).all()
        links = connection.execute(by_link.group_by(held_links.c.link)).all()
    return {code: mbps for code, mbps in counters if mbps}, {code: int(mbps) for code, mbps in [*handovers, *links]}


def test_fifty_at_once_for_twenty_tags_give_twenty_circuits_and_thirty_clear_refusals(engine: Engine) -> None:
    tools = desk_on(engine, TownPlan(premises=50))

    outcomes = all_at_once(tools, [request_for(str(number)) for number in range(1, 51)])

    assert kinds(outcomes) == {"Circuit": 20, HandoverTagsExhausted.__name__: 30}
    tags = [outcome.s_vlan for outcome in outcomes if isinstance(outcome, Circuit)]
    assert sorted(tags) == list(range(2001, 2021))
    counters, rows = committed_by_counter_and_by_rows(engine)
    assert counters == rows
    assert counters["quay-alder"] == 2_000


def test_two_handovers_with_equal_ranges_share_no_tag_on_a_switch_they_share(engine: Engine) -> None:
    tools = desk_on(engine, TownPlan(premises=30))
    wanted = [request_for(str(n), handover=("quay-alder", "quay-birch")[n % 2]) for n in range(1, 31)]

    outcomes = all_at_once(tools, wanted)

    assert kinds(outcomes) == {"Circuit": 20, HandoverTagsExhausted.__name__: 10}
    with engine.connect() as connection:
        on_the_switch = select(held_device_tags.c.s_vlan).where(held_device_tags.c.device == "sw-mill")
        assert sorted(connection.execute(on_the_switch).scalars()) == list(range(2001, 2021))


def test_a_uni_goes_to_one_of_many_who_want_it(engine: Engine) -> None:
    tools = desk_on(engine, TownPlan(premises=1, unis=2))

    outcomes = all_at_once(tools, [request_for("1")] * 12)

    assert kinds(outcomes) == {"Circuit": 2, UniTaken.__name__: 10}
    with engine.connect() as connection:
        assert sorted(connection.execute(select(held_ports.c.port)).scalars()) == ["Ethernet1", "Ethernet2"]


def test_a_trunk_is_never_committed_beyond_its_capacity(engine: Engine) -> None:
    tools = desk_on(engine, TownPlan(premises=20, trunk_mbps=750))
    wanted = [request_for(str(n), handover=("quay-alder", "quay-birch")[n % 2]) for n in range(1, 21)]

    outcomes = all_at_once(tools, wanted)

    assert kinds(outcomes) == {"Circuit": 7, NoPath.__name__: 13}
    counters, rows = committed_by_counter_and_by_rows(engine)
    assert counters["trunk"] == rows["trunk"] == 700


def test_a_handover_is_never_committed_beyond_its_capacity(engine: Engine) -> None:
    tools = desk_on(engine, TownPlan(premises=20, handover_mbps=550))

    outcomes = all_at_once(tools, [request_for(str(number)) for number in range(1, 21)])

    assert kinds(outcomes) == {"Circuit": 5, HandoverOversubscribed.__name__: 15}


def test_what_is_released_at_the_same_moment_by_two_is_given_back_once(engine: Engine) -> None:
    tools = desk_on(engine, TownPlan(premises=8))
    all_at_once(tools, [request_for(str(number)) for number in range(1, 9)])
    with tools.open_unit_of_work(reading=True) as work:
        ids = [service.id for service in work.services.page(isp_code=None, state=None, cursor=None, limit=50).services]

    def release(service_id: str) -> None:
        with tools.open_unit_of_work() as work:
            work.reservations.release(service_id)
            work.commit()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(release, [*ids[:5], *ids[:5], *ids[:5]]))

    counters, rows = committed_by_counter_and_by_rows(engine)
    assert counters == rows
    assert counters["trunk"] == 300


def test_twenty_equal_requests_at_once_make_one_order_and_one_job(engine: Engine) -> None:
    jobs = NotedJobs()
    tools = desk_on(engine, jobs=jobs)

    def place(_: int) -> tuple[str, bool]:
        order, is_new = front_desk.place_order(tools, ALDER, request_for("1"), idempotency_key="key-1")
        return order.id, is_new

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(place, range(20)))

    assert len({order_id for order_id, _ in answers}) == 1
    assert [is_new for _, is_new in answers].count(True) == 1
    assert jobs.noted == [("activate", answers[0][0])]
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(orders)).scalar() == 1


def test_of_many_different_requests_with_one_key_one_wins_and_the_others_are_told(engine: Engine) -> None:
    tools = desk_on(engine, TownPlan(premises=10))

    def place(number: int) -> str:
        request = replace(request_for("1"), uprn=str(number))
        try:
            return front_desk.place_order(tools, ALDER, request, idempotency_key="key-1")[0].request.uprn
        except ProvisioningError as error:
            return error.code

    with ThreadPoolExecutor(THREADS) as pool:
        answers = Counter(pool.map(place, range(1, 11)))

    assert answers["idempotency-conflict"] == 9
    assert len(answers) == 2


@pytest.mark.parametrize("devices", [["sw-mill", "sw-quay"], ["sw-quay", "sw-mill"]])
def test_devices_are_claimed_all_or_none(engine: Engine, devices: list[str]) -> None:
    tools = desk_on(engine)
    first, second = (
        front_desk.place_order(tools, ALDER, request_for(uprn), idempotency_key=uprn)[0].id for uprn in ("1", "2")
    )
    with tools.open_unit_of_work() as work:
        assert work.claims.claim(first, ["sw-quay"]) == ()
        work.commit()

    with tools.open_unit_of_work() as work:
        assert work.claims.claim(second, devices) == ("sw-quay",)
        assert work.claims.claim(first, ["sw-quay", "sw-mill"]) == ()
        work.claims.release(first)
        assert work.claims.claim(second, devices) == ()
        work.commit()


def test_who_claims_while_another_lets_go_has_all_or_nothing(engine: Engine) -> None:
    tools = desk_on(engine)
    mine = [front_desk.place_order(tools, ALDER, request_for("1"), idempotency_key=f"c{n}")[0].id for n in range(4)]

    def come_and_go(order_id: str) -> list[bool]:
        own = [f"sw-{order_id}-{number}" for number in range(12)]  # somebody lets go in the middle of a claim
        had = []
        for _ in range(25):
            with tools.open_unit_of_work() as work:
                if work.claims.claim(order_id, ["sw-", *own], ["quayside"]):
                    continue
                work.commit()
            with tools.open_unit_of_work() as work:
                had.append(("device", "sw-", order_id) in work.claims.claimed())
                work.claims.release(order_id)
                work.commit()
        return had

    with ThreadPoolExecutor(4) as pool:
        had = [each for found in pool.map(come_and_go, mine) for each in found]

    assert had
    assert all(had)
