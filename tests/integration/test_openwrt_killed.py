"""A deploy over switches and access points killed with SIGKILL, and done again by the next process."""

import multiprocessing
import signal

import pytest

from automation.change_plan import ChangeAction
from tests.integration.deploy_and_die import deploy_and_die
from tests.integration.wireless_town import (
    NAMES,
    REVERT_AFTER_S,
    addresses,
    deployer_for,
    rehearsed,
    service,
    settings_for,
    start_fleet,
    texts,
)

pytestmark = pytest.mark.system
ADD, REMOVE = ChangeAction.ADD, ChangeAction.REMOVE
MOMENTS = (
    ("load", "ap-1", "after"),
    ("commit", "ap-1", "before"),
    ("commit", "ap-1", "after"),
    ("confirm", "ap-1", "before"),
    ("confirm", "ap-2", "after"),
)
# A server without threads imports everything once; each doomed process is a fork of it.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.integration.deploy_and_die"])


@pytest.fixture
def fleet():
    with start_fleet() as fleet:
        yield fleet


def deploy_and_be_killed(fleet, folder, changes, moment):
    asked = (addresses(fleet), settings_for(fleet, folder), changes, moment, REVERT_AFTER_S)
    process = PROCESSES.Process(target=deploy_and_die, args=asked)
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    process.close()


@pytest.mark.parametrize("moment", MOMENTS, ids="-".join)
def test_a_killed_deploy_is_finished_by_doing_it_again(fleet, tmp_path, moment):
    deployer = deployer_for(fleet, tmp_path)
    before = texts(fleet)
    changes = rehearsed(deployer, service(), ADD)
    deploy_and_be_killed(fleet, tmp_path, changes, moment)

    report = deployer.deploy(changes, REVERT_AFTER_S)

    assert report.refusals == ()
    assert {*report.confirmed, *report.unchanged} == set(NAMES)
    assert deployer.prove(service(), ADD).ok
    deployer.deploy(rehearsed(deployer, service(), REMOVE), REVERT_AFTER_S)
    assert texts(fleet) == before


def test_what_a_killed_process_left_pending_is_taken_back_before_anything_is_read(fleet, tmp_path, capsys):
    deployer = deployer_for(fleet, tmp_path)
    before = texts(fleet)
    changes = rehearsed(deployer, service(), ADD)
    deploy_and_be_killed(fleet, tmp_path, changes, ("confirm", "ap-1", "before"))
    assert texts(fleet)["ap-1"] != before["ap-1"]

    rehearsal = deployer.rehearse(service(), ADD)

    assert rehearsal.refusals == ()
    assert fleet.running_config("ap-1") == before["ap-1"]
    assert "left behind by a run that was killed" in capsys.readouterr().out
