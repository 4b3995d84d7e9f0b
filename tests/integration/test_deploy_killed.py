"""A deploy killed with SIGKILL at any moment, and done again by the next process."""

import multiprocessing
import os
import signal
import time

import pytest

from automation.change_plan import ChangeAction
from automation.hosts import HostAddress
from automation.sessions import Opener, run_under_way, session_name
from tests.integration.deploy_and_die import MOMENTS, deploy_and_die
from tests.integration.test_deploy import (
    NAMES,
    REVERT_AFTER_S,
    circuit,
    deployer_for,
    fleet,
    hold_session,
    put_on,
    rehearsed,
    settings_for,
    texts,
)

__all__ = ["fleet"]
ADD, REMOVE = ChangeAction.ADD, ChangeAction.REMOVE


# A server without threads imports everything once; each doomed process is a fork of it.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.integration.deploy_and_die"])


def deploy_and_be_killed(fleet, changes, moment):
    hosts = {device.name: HostAddress(device.name, device.address, "eos") for device in fleet.devices}
    process = PROCESSES.Process(
        target=deploy_and_die, args=(hosts, settings_for(fleet), changes, moment, REVERT_AFTER_S)
    )
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    process.close()


@pytest.mark.parametrize("moment", MOMENTS, ids="-".join)
def test_a_killed_deploy_is_finished_by_doing_it_again(fleet, moment):
    deployer = deployer_for(fleet)
    before = texts(fleet)
    changes = rehearsed(deployer, circuit(), ADD)
    deploy_and_be_killed(fleet, changes, moment)

    report = deployer.deploy(changes, REVERT_AFTER_S)

    assert report.refusals == ()
    assert {*report.confirmed, *report.unchanged} == set(NAMES)
    assert deployer.prove(circuit(), ADD).ok
    assert {name: fleet.startup_config(name) for name in NAMES} == texts(fleet)
    intents = tuple(intent for change in changes for intent in change.intents)
    deployer.deploy(rehearsed(deployer, intents, REMOVE), REVERT_AFTER_S)
    assert texts(fleet) == before


def test_what_a_killed_deploy_had_confirmed_is_sent_back_when_a_device_refuses_the_second_time(fleet):
    deployer = deployer_for(fleet)
    before = texts(fleet)
    changes = rehearsed(deployer, circuit(), ADD)
    only_nte = [change for change in changes if change.device == "nte"]
    assert deployer.deploy(only_nte, REVERT_AFTER_S).confirmed == ("nte",)
    fleet.refuse("dx", "allowed vlan add")

    report = deployer.deploy(changes, REVERT_AFTER_S)

    assert report.undone == ("nte",)
    assert texts(fleet) == before
    assert fleet.startup_config("nte") == before["nte"]


def test_a_session_left_behind_by_a_process_that_is_gone_is_aborted_and_logged(fleet, capsys):
    deployer = deployer_for(fleet)
    mine = this_host()
    left = session_name(Opener(mine, 2**22 + 1, "abcdef"), time.time())
    hold_session(fleet, "dxp", left)

    assert deployer.rehearse(circuit(), ADD).refusals == ()
    assert left in "".join(capsys.readouterr())  # wherever the log goes


def test_a_session_of_a_process_that_still_runs_is_waited_for(fleet):
    deployer = deployer_for(fleet)
    held = session_name(Opener(this_host(), os.getppid(), "abcdef"), 2**31)
    hold_session(fleet, "dxp", held)

    refusals = deployer.rehearse(circuit(), ADD).refusals

    assert [(refusal.device, refusal.code) for refusal in refusals] == [("dxp", "device-busy")]
    assert held in refusals[0].reason


def this_host():
    """This host as our sessions' names show it."""
    with run_under_way() as opener:
        return opener.host


def test_a_removal_that_is_done_again_is_told_nothing(fleet):
    deployer = deployer_for(fleet)
    before = texts(fleet)
    changes = rehearsed(deployer, put_on(deployer, circuit()), REMOVE)
    assert deployer.deploy(changes, REVERT_AFTER_S).refusals == ()

    report = deployer.deploy(changes, REVERT_AFTER_S)

    assert set(report.unchanged) == set(NAMES)
    assert texts(fleet) == before
