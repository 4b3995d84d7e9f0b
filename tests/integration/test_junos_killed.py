"""A deploy over Junos and EOS killed with SIGKILL, and done again by the next process."""

import multiprocessing
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from automation.change_plan import ChangeAction, DeviceChange
from automation.sessions import Opener, run_under_way, session_name
from automation.twin.fleet import Fleet
from tests.integration.deploy_and_die import deploy_and_die
from tests.integration.junos_line import (
    CREDENTIALS,
    DEVICES,
    HOSTS,
    NAMES,
    REVERT_AFTER_S,
    circuit,
    deployer_for,
    settings_for,
    texts,
)
from tests.integration.test_junos_deploy import rehearsed, somebody, wait_until

ADD = ChangeAction.ADD
MOMENTS = (
    ("load", "dx", "after"),
    ("commit", "dx", "after"),
    ("confirm", "nte", "before"),
    ("confirm", "dx", "after"),
)
# A server without threads imports everything once; each doomed process is a fork of it.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.integration.deploy_and_die"])


@pytest.fixture(autouse=True)
def _ncclient_looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ncclient.transport.session.TICK", 0.005)


@pytest.fixture
def fleet() -> Iterator[Fleet]:
    with Fleet.start(DEVICES, credentials=CREDENTIALS) as fleet:
        yield fleet


def deploy_and_be_killed(fleet: Fleet, changes: tuple[DeviceChange, ...], moment: tuple[str, str, str]) -> None:
    process = PROCESSES.Process(
        target=deploy_and_die, args=(HOSTS, settings_for(fleet), changes, moment, REVERT_AFTER_S)
    )
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    process.close()


@pytest.mark.parametrize("moment", MOMENTS, ids="-".join)
def test_a_killed_deploy_is_finished_by_doing_it_again(fleet: Fleet, moment: tuple[str, str, str]) -> None:
    deployer = deployer_for(fleet, busy_wait_s=2)
    changes = rehearsed(deployer, circuit(), ADD)
    deploy_and_be_killed(fleet, changes, moment)

    report = deployer.deploy(changes, REVERT_AFTER_S)

    assert report.refusals == ()
    assert {*report.confirmed, *report.unchanged} == set(NAMES)
    assert deployer.prove(circuit(), ADD).ok


def test_a_killed_deploy_that_nobody_does_again_goes_back_by_itself(fleet: Fleet) -> None:
    deployer = deployer_for(fleet)
    before = texts(fleet)
    changes = rehearsed(deployer, circuit(), ADD)
    only_junos = tuple(change for change in changes if change.device != "dxp")
    for name in ("nte", "dx"):
        fleet.hurry(name, 600.0)  # 300 s are 0.5: too few to verify anything first on a machine that is busy
    deploy_and_be_killed(fleet, only_junos, ("commit", "nte", "after"))

    wait_until(lambda: fleet.commits("nte").reverted == 1)

    assert fleet.running_config("nte") == before["nte"]


def test_a_commit_of_a_run_that_still_goes_on_is_waited_for(fleet: Fleet) -> None:
    driver = somebody(fleet, "nte")
    with run_under_way() as opener:
        held = session_name(Opener(opener.host, opener.pid, opener.run), time.time())
        driver.load_merge_candidate(config="set interfaces ge-0/0/1 description theirs")
        driver.commit_config(message=held, revert_in=60)

        refusals = deployer_for(fleet).rehearse(circuit(), ADD).refusals

        assert [(refusal.device, refusal.code) for refusal in refusals] == [("nte", "device-busy")]
        assert held in refusals[0].reason
    assert deployer_for(fleet).rehearse(circuit(), ADD).refusals == ()
    assert "theirs" not in fleet.running_config("nte")
    driver.close()


def test_a_commit_somebody_else_has_to_confirm_is_never_confirmed_by_us(fleet: Fleet) -> None:
    driver = somebody(fleet, "nte")
    driver.load_merge_candidate(config="set interfaces ge-0/0/1 description theirs")
    driver.commit_config(revert_in=60)

    threads = [threading.Thread(target=deployer_for(fleet).rehearse, args=(circuit(), ADD)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert driver.has_pending_commit()
    assert fleet.commits("nte").confirmed == 0
    driver.close()
