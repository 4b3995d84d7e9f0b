"""Certificates of diversity on a database: made, broken by a write to the plant, true again, withdrawn."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import Engine

from inventory.store.mirror import replace_inventory
from provisioning.certificate_errors import CertificateKeyMissing, LegNotTraced, NotDiverse
from provisioning.certificate_key import new_key, read_key
from provisioning.certificates import CertificateEventKind, CertificateState
from provisioning.errors import UnknownService, WrongState
from provisioning.plant_writes import prover_on, write_plant
from provisioning.reproving import Prover, prove_again, prove_touched
from provisioning.services import ServiceState
from provisioning.verify_certificate import find_faults
from tests.pairs import pair_service, plant_of_two_ways

KEY = SecretStr(new_key())
TRAM_ON_BOTH = {"n-2": {"corridor": "tram"}, "s-1": {"corridor": "tram"}}


@pytest.fixture
def prover(engine: Engine) -> Prover:
    replace_inventory(engine, plant_of_two_ways())
    prover = prover_on(engine, KEY)
    with prover.open_unit_of_work() as work:
        work.services.add(pair_service())
        work.commit()
    return prover


def kinds(prover: Prover) -> list[CertificateEventKind]:
    with prover.open_unit_of_work(reading=True) as work:
        return [event.kind for event in work.certificates.events(limit=100)]


def test_a_certificate_is_made_once_and_is_genuine(prover: Prover) -> None:
    made = prove_again(prover, "S-PAIR")

    assert prove_again(prover, "S-PAIR") == made
    assert find_faults(made.document.encode(), read_key(KEY).public) == ()
    assert (made.number, made.state, made.inventory_revision) == (1, CertificateState.STANDING, 1)
    assert kinds(prover) == [CertificateEventKind.ISSUED]


def test_a_write_that_gives_both_legs_one_corridor_breaks_it_and_names_the_corridor(
    engine: Engine, prover: Prover
) -> None:
    prove_again(prover, "S-PAIR")

    written = write_plant(engine, plant_of_two_ways(TRAM_ON_BOTH), "a test", KEY)

    (event,) = written.certificates
    assert (event.kind, event.assets, event.service_id) == (CertificateEventKind.BROKEN, ("corridor:tram",), "S-PAIR")
    assert event.text == "The legs of service S-PAIR are not diverse: both use corridor:tram."
    with prover.open_unit_of_work(reading=True) as work:
        (kept,) = work.certificates.page(isp_code=None, state=CertificateState.BROKEN, after="", limit=10)
        assert work.certificates.count_by_state() == {CertificateState.STANDING: 0, CertificateState.BROKEN: 1}
    assert (kept.number, kept.shared, kept.proved_revision) == (1, ("corridor:tram",), 2)
    with pytest.raises(NotDiverse, match="corridor:tram"):
        prove_again(prover, "S-PAIR")
    assert kinds(prover) == [CertificateEventKind.ISSUED, CertificateEventKind.BROKEN]


def test_what_is_true_again_gets_a_new_certificate_and_the_old_ones_are_kept(engine: Engine, prover: Prover) -> None:
    prove_again(prover, "S-PAIR")
    write_plant(engine, plant_of_two_ways(TRAM_ON_BOTH), "a test", KEY)

    (event,) = write_plant(engine, plant_of_two_ways(), "a test", KEY).certificates

    assert (event.kind, event.certificate) == (CertificateEventKind.RESTORED, 2)
    with prover.open_unit_of_work(reading=True) as work:
        history = work.certificates.history("S-PAIR", 10)
    assert [each.state for each in history] == [CertificateState.REPLACED, CertificateState.STANDING]
    for each in history:
        assert find_faults(each.document.encode(), read_key(KEY).public) == ()


def test_a_write_that_changes_a_listed_fact_renews_it_and_one_that_does_not_leaves_it(
    engine: Engine, prover: Prover
) -> None:
    prove_again(prover, "S-PAIR")

    renewed = write_plant(engine, plant_of_two_ways({"n-1": {"corridor": "heat"}}), "a test", KEY)
    left = write_plant(engine, plant_of_two_ways({"n-1": {"corridor": "heat", "usrn": "1"}}), "a test", KEY)

    (event,) = renewed.certificates
    assert (event.kind, event.assets) == (CertificateEventKind.RENEWED, ("corridor:heat", "duct:n-1"))
    assert left.certificates == ()
    assert left.changes.total == 1


def test_a_break_by_something_else_is_told_again_and_the_same_one_is_not(engine: Engine, prover: Prover) -> None:
    prove_again(prover, "S-PAIR")
    write_plant(engine, plant_of_two_ways(TRAM_ON_BOTH), "a test", KEY)

    same = write_plant(engine, plant_of_two_ways({**TRAM_ON_BOTH, "n-1": {"bridge": "b"}}), "a test", KEY)
    other = write_plant(engine, plant_of_two_ways({"n-1": {"bridge": "b"}, "s-2": {"bridge": "b"}}), "a test", KEY)

    assert same.certificates == ()
    assert [event.assets for event in other.certificates] == [("bridge:b",)]


def test_a_worker_that_looks_later_finds_what_another_program_wrote(engine: Engine, prover: Prover) -> None:
    prove_again(prover, "S-PAIR")
    replace_inventory(engine, plant_of_two_ways(TRAM_ON_BOTH))  # and killed before anybody looked

    first, second = prove_touched(prover), prove_touched(prover)

    assert [event.kind for event in first] == [CertificateEventKind.BROKEN]
    assert second == ()


def test_two_that_look_at_the_same_moment_tell_it_once(engine: Engine, prover: Prover) -> None:
    start = threading.Barrier(4, timeout=60)

    def look(_number: int) -> None:
        start.wait()
        prove_touched(prover_on(engine, KEY))
        prove_again(prover_on(engine, KEY), "S-PAIR")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(look, range(4)))
    replace_inventory(engine, plant_of_two_ways(TRAM_ON_BOTH))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: (start.wait(), prove_touched(prover_on(engine, KEY)))[1], range(4)))

    assert sum(map(len, found)) == 1
    assert kinds(prover) == [CertificateEventKind.ISSUED, CertificateEventKind.BROKEN]


def test_a_write_between_look_and_record_is_looked_at_too(
    engine: Engine, prover: Prover, monkeypatch: pytest.MonkeyPatch
) -> None:
    prove_again(prover, "S-PAIR")
    replace_inventory(engine, plant_of_two_ways(TRAM_ON_BOTH))
    writes = iter([plant_of_two_ways()])
    slow = prover_on(engine, KEY)

    def load() -> Any:
        snapshot = slow.load_snapshot()
        for inventory in writes:
            replace_inventory(engine, inventory)
        return snapshot

    late = Prover(slow.open_unit_of_work, load, slow.now, KEY)
    prove_again(late, "S-PAIR")

    with prover.open_unit_of_work(reading=True) as work:
        kept = work.certificates.current("S-PAIR")
    assert kept is not None
    assert (kept.state, kept.number) == (CertificateState.STANDING, 1)


def test_without_a_key_a_break_is_told_and_what_is_true_again_waits(engine: Engine, prover: Prover) -> None:
    prove_again(prover, "S-PAIR")

    broken = write_plant(engine, plant_of_two_ways(TRAM_ON_BOTH), "a test", None)
    waiting = write_plant(engine, plant_of_two_ways(), "a test", None)
    with_key = prove_touched(prover)

    assert [event.kind for event in broken.certificates] == [CertificateEventKind.BROKEN]
    assert isinstance(waiting.unsigned, CertificateKeyMissing)
    assert [event.kind for event in with_key] == [CertificateEventKind.RESTORED]


def test_the_end_of_a_service_withdraws_its_certificate(prover: Prover) -> None:
    prove_again(prover, "S-PAIR")
    with prover.open_unit_of_work() as work:
        work.services.set_state("S-PAIR", ServiceState.PENDING_TERMINATE)
        work.services.set_state("S-PAIR", ServiceState.TERMINATED)
        work.commit()

    events, again = prove_touched(prover), prove_touched(prover)

    assert [event.kind for event in events] == [CertificateEventKind.WITHDRAWN]
    assert again == ()
    with prover.open_unit_of_work(reading=True) as work:
        assert work.certificates.current("S-PAIR") is None
        assert work.certificates.fingerprints() == frozenset()
    with pytest.raises(WrongState, match="terminated"):
        prove_again(prover, "S-PAIR")


def test_a_service_that_ends_while_others_are_looked_at_keeps_none_of_them_from_it(
    engine: Engine, prover: Prover
) -> None:
    with prover.open_unit_of_work() as work:
        work.services.add(pair_service("S-OTHER"))
        work.commit()
    for service_id in ("S-OTHER", "S-PAIR"):
        prove_again(prover, service_id)
    replace_inventory(engine, plant_of_two_ways(TRAM_ON_BOTH))

    states = iter([ServiceState.PENDING_TERMINATE, ServiceState.TERMINATED])

    def load() -> Any:
        with prover.open_unit_of_work() as work:
            for state in states:
                work.services.set_state("S-OTHER", state)
            work.commit()
        return prover.load_snapshot()

    told = prove_touched(replace(prover, load_snapshot=load))

    assert [(event.service_id, event.kind) for event in told] == [("S-PAIR", CertificateEventKind.BROKEN)]
    assert [(event.service_id, event.kind) for event in prove_touched(prover)] == [
        ("S-OTHER", CertificateEventKind.WITHDRAWN)
    ]


def test_what_is_not_delivered_yet_is_not_certified(prover: Prover) -> None:
    with prover.open_unit_of_work() as work:
        work.services.add(pair_service("S-SOON", state=ServiceState.PENDING_ACTIVE))
        work.commit()

    with pytest.raises(WrongState, match="pendingActive"):
        prove_again(prover, "S-SOON")


def test_a_history_is_of_the_newest_alone_oldest_first(engine: Engine, prover: Prover) -> None:
    prove_again(prover, "S-PAIR")
    for changed in (TRAM_ON_BOTH, {}, TRAM_ON_BOTH, {}):
        write_plant(engine, plant_of_two_ways(changed), "a test", KEY)

    with prover.open_unit_of_work(reading=True) as work:
        assert [each.number for each in work.certificates.history("S-PAIR", 2)] == [2, 3]
        assert [event.kind.value for event in work.certificates.newest_events("S-PAIR", 3)] == [
            "restored",
            "broken",
            "restored",
        ]
        assert work.certificates.newest_events("S-NOBODY", 3) == ()


@pytest.mark.parametrize("service_id", ["S-NOBODY", "", "x" * 5000, "\x00", "'; drop table certificates"])
def test_a_service_that_is_none_has_no_certificate(prover: Prover, service_id: str) -> None:
    with pytest.raises(UnknownService):
        prove_again(prover, service_id)


def test_a_leg_whose_cable_is_gone_is_a_break_that_says_so(engine: Engine, prover: Prover) -> None:
    prove_again(prover, "S-PAIR")
    whole = plant_of_two_ways()
    replace_inventory(
        engine,
        replace(
            whole,
            cables=whole.cables[:1],
            cable_bores=whole.cable_bores[:2],
            strands=tuple(each for each in whole.strands if each.ref.cable == "north"),
        ),
    )

    (event,) = prove_touched(prover)

    assert event.kind is CertificateEventKind.BROKEN
    assert "There is no cable south in the plant." in event.text
    with pytest.raises(LegNotTraced):
        prove_again(prover, "S-PAIR")


RISKS = st.sampled_from(["", "tram", "heat"])
WRITES = st.lists(
    st.dictionaries(
        st.sampled_from(["n-1", "n-2", "s-1", "s-2"]),
        st.fixed_dictionaries({"corridor": RISKS, "bridge": RISKS, "usrn": st.sampled_from(["", "7"])}),
    ),
    min_size=1,
    max_size=4,
)


@pytest.fixture(scope="module")
def module_prover(module_database_url: str) -> Iterator[tuple[Engine, Prover]]:
    from inventory.store.engine import let_go, open_engine

    engine = open_engine(module_database_url)
    replace_inventory(engine, plant_of_two_ways())
    prover = prover_on(engine, KEY)
    with prover.open_unit_of_work() as work:
        for number in range(3):
            work.services.add(pair_service(f"S-{number}"))
        work.commit()
    yield engine, prover
    let_go(engine)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(writes=WRITES)
def test_after_any_writes_exactly_what_is_no_longer_true_is_broken(
    module_prover: tuple[Engine, Prover], writes: list[dict[str, dict[str, object]]]
) -> None:
    engine, prover = module_prover
    write_plant(engine, plant_of_two_ways(), "a test", KEY)
    for number in range(3):
        prove_again(prover, f"S-{number}")
    for changed in writes:
        write_plant(engine, plant_of_two_ways(changed), "a test", KEY)
        shared = _shared_by_hand(changed)
        with prover.open_unit_of_work(reading=True) as work:
            current = [work.certificates.current(f"S-{number}") for number in range(3)]
        for kept in current:
            assert kept is not None
            assert kept.shared == shared
            assert (kept.state is CertificateState.BROKEN) == bool(shared)
            assert bool(shared) or find_faults(kept.document.encode(), read_key(KEY).public) == ()


def _shared_by_hand(changed: dict[str, dict[str, object]]) -> tuple[str, ...]:
    def risks(*ducts: str) -> set[str]:
        return {
            f"{kind}:{changed[duct][kind]}"
            for duct in ducts
            for kind in ("corridor", "bridge")
            if changed.get(duct, {}).get(kind)
        }

    return tuple(sorted(risks("n-1", "n-2") & risks("s-1", "s-2")))


def test_times_are_kept_in_utc(prover: Prover) -> None:
    made = prove_again(prover, "S-PAIR")

    with prover.open_unit_of_work(reading=True) as work:
        kept = work.certificates.current("S-PAIR")
    assert kept is not None
    assert kept.issued_at.tzinfo is UTC
    assert kept.content["issued_at"] == made.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert kept.issued_at <= datetime.now(UTC)
