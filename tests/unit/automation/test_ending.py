"""Programs of a twin are ended by what they are: one that has a pid by now is not one that had it."""

import subprocess
from collections.abc import Iterator
from dataclasses import replace

import pytest

from automation.twin.ovs.ending import end, running


@pytest.fixture
def sleeper() -> Iterator["subprocess.Popen[bytes]"]:
    program = subprocess.Popen(["sleep", "60"])
    try:
        yield program
    finally:
        program.kill()
        program.wait()


def test_a_program_that_runs_is_ended(sleeper: "subprocess.Popen[bytes]") -> None:
    found = running(sleeper.pid)
    assert found is not None

    end([found])

    assert running(sleeper.pid) is None
    assert sleeper.wait() == -15


def test_another_program_that_was_given_the_pid_meanwhile_is_left_alone(sleeper: "subprocess.Popen[bytes]") -> None:
    found = running(sleeper.pid)
    assert found is not None

    end([replace(found, began=found.began - 1)])

    assert sleeper.poll() is None
    assert running(sleeper.pid) == found


def test_a_pid_that_nobody_has_is_nothing() -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()

    assert running(gone.pid) is None
