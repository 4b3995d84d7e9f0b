"""All devices or none, with packets as the witness: a broken plan on three devices leaves all three as they were."""

import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator, Mapping

import pytest

from automation.birth.prober import When
from automation.change_plan import ChangeAction, DeployReport, DeviceChange
from automation.hosts import host_addresses
from automation.intents import CircuitIntent
from provisioning.orders import OrderState
from provisioning.services import Service
from tests.integration.deploy_and_die import deploy_and_die
from tests.integration.running import settings_of, wait_until
from tests.system.packets import (
    PacketTown,
    circuit_of,
    deployer_of,
    packet_town,
    probed,
    skip_without_packets,
)

pytestmark = pytest.mark.system
skip_without_packets()

HOME, HANDOVER = "999911000001", "ho-quayside-1"  # nte-0014, sw-moss-side-1, sw-science-park-1
NTE, DXP, DX = "nte-0014", "sw-moss-side-1", "sw-science-park-1"
PROCESSES = multiprocessing.get_context("forkserver")


@pytest.fixture(scope="module")
def town(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PacketTown]:
    with packet_town(module_database_url, tmp_path_factory.mktemp("packets")) as town:
        yield town


@pytest.fixture(scope="module")
def once(town: PacketTown) -> tuple[Service, tuple[CircuitIntent, ...]]:
    """A circuit on three devices that was there and is gone: what is tried again below."""
    service = town.deliver(HOME, HANDOVER)
    intents = town.intents(service)
    assert [intent.device for intent in intents] == [NTE, DXP, DX]
    assert town.wait(town.cease(service)).state is OrderState.COMPLETED
    return service, intents


@pytest.fixture
def before(town: PacketTown, once: object) -> Iterator[Mapping[str, str]]:
    """Every device's text, which must be the same to the byte, and forward nothing, when the test is over."""
    del once
    texts = town.configs()
    yield texts
    for device in (NTE, DXP, DX):
        town.twin.fleet.heal(device)
        town.twin.fleet.come_back(device)
    wait_until(lambda: town.configs() == texts)


def rehearsed(town: PacketTown, once: tuple[Service, tuple[CircuitIntent, ...]]) -> tuple[DeviceChange, ...]:
    rehearsal = deployer_of(town).rehearse(once[1], ChangeAction.ADD)
    assert not rehearsal.refusals
    return rehearsal.changes


def passes(town: PacketTown, service: Service) -> bool:
    found = probed(town, circuit_of(service), When.AFTER, seconds=0.1)
    return found.lost != found.sent


def watched(town: PacketTown, device: str, act: Callable[[], None]) -> threading.Thread:
    """Do something the moment a device has taken a commit that is not confirmed."""
    taken = town.twin.fleet.commits(device).timed

    def wait() -> None:
        wait_until(lambda: town.twin.fleet.commits(device).timed > taken)
        act()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def test_an_order_that_the_middle_device_refuses_leaves_all_three_as_they_were(
    town: PacketTown, once: tuple[Service, tuple[CircuitIntent, ...]], before: Mapping[str, str]
) -> None:
    town.twin.fleet.refuse(DXP, "trunk allowed vlan")

    order = town.wait(town.order(HOME, HANDOVER))

    assert order.state is OrderState.FAILED
    assert town.configs() == before
    assert not passes(town, once[0])


def test_a_session_lost_after_commit_sends_the_others_back_and_the_lost_ones_own_timer_takes_it_back(
    town: PacketTown, once: tuple[Service, tuple[CircuitIntent, ...]], before: Mapping[str, str]
) -> None:
    changes = rehearsed(town, once)
    town.twin.fleet.die_after_commit(DXP)

    report = deployer_of(town).deploy(changes, 4)
    others = town.configs([NTE, DX])
    town.twin.fleet.heal(DXP)
    town.twin.fleet.come_back(DXP)

    assert (report.confirmed, report.uncertain) == ((), (DXP,))
    assert others == {name: before[name] for name in (NTE, DX)}
    wait_until(lambda: town.configs() == before)
    assert not passes(town, once[0])


def test_a_process_killed_between_commit_and_confirm_is_taken_back_by_the_devices_own_timers(
    town: PacketTown, once: tuple[Service, tuple[CircuitIntent, ...]], before: Mapping[str, str]
) -> None:
    changes = rehearsed(town, once)
    hosts = host_addresses(town.snapshot)
    settings = settings_of(town.url, town.twin.fleet.port)[1]
    doomed = PROCESSES.Process(target=deploy_and_die, args=(hosts, settings, changes, ("confirm", NTE, "before"), 8))
    doomed.start()
    doomed.join(180)

    assert doomed.exitcode == -signal.SIGKILL
    assert town.configs() != before  # one of them at least still waits for a word
    wait_until(lambda: town.configs() == before)
    assert not passes(town, once[0])


def test_a_device_that_reboots_in_the_middle_comes_up_as_it_was_and_the_others_are_sent_back(
    town: PacketTown, once: tuple[Service, tuple[CircuitIntent, ...]], before: Mapping[str, str]
) -> None:
    changes = rehearsed(town, once)
    thread = watched(town, DXP, lambda: town.twin.fleet.reboot(DXP, 1.0))
    town.twin.fleet.answer_after(NTE, 0.2)  # nothing is confirmed before that device has been looked at too

    report: DeployReport = deployer_of(town).deploy(changes, 20)
    thread.join()

    assert report.confirmed == ()
    assert DXP in {refusal.device for refusal in report.refusals}
    wait_until(lambda: town.twin.fleet.answers(DXP))
    wait_until(lambda: town.configs() == before)
    assert not passes(town, once[0])


def test_after_all_of_that_the_same_order_is_delivered(
    town: PacketTown, once: tuple[Service, tuple[CircuitIntent, ...]], before: Mapping[str, str]
) -> None:
    service = town.deliver(HOME, HANDOVER)

    assert passes(town, service)
    assert town.wait(town.cease(service)).state is OrderState.COMPLETED
    assert not passes(town, once[0])
    assert town.configs() == before
