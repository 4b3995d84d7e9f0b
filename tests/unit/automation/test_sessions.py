"""Whose session it is, and whether it may be aborted."""

import os

import pytest

from automation.sessions import (
    LONGEST_USE_S,
    Opener,
    is_alive,
    is_leftover,
    open_sessions,
    run_under_way,
    session_name,
)

ME = Opener("0a0b0c0d", 41, "aaaaaa")
NOW_S = 1_790_000_000.0


def nobody(opener: Opener) -> bool:
    return False


def everybody(opener: Opener) -> bool:
    return True


@pytest.mark.parametrize("name", ["napalm_123456", "cli-1", "nh-", "nh-0a0b0c0d-29-aaaaaa-6ab13b8", "", "NH-x\n"])
def test_a_session_that_does_not_bear_our_name_is_never_a_leftover(name):
    assert not is_leftover(name, ME, NOW_S, nobody)


def test_a_session_of_a_run_of_this_host_that_is_over_is_a_leftover():
    name = session_name(Opener(ME.host, 42, "bbbbbb"), NOW_S - 5)

    assert is_leftover(name, ME, NOW_S, nobody)
    assert not is_leftover(name, ME, NOW_S, everybody)


def test_a_session_of_another_host_is_left_alone_until_it_is_older_than_any_run():
    name = session_name(Opener("ffffffff", 42, "bbbbbb"), NOW_S)

    assert not is_leftover(name, ME, NOW_S + LONGEST_USE_S, nobody)
    assert is_leftover(name, ME, NOW_S + LONGEST_USE_S + 1, nobody)


def test_a_run_is_alive_while_it_is_under_way_and_not_after():
    with run_under_way() as opener:
        assert is_alive(opener)
    assert not is_alive(opener)


def test_an_earlier_process_with_our_pid_is_not_us():
    with run_under_way() as opener:
        assert not is_alive(Opener(opener.host, os.getpid(), "ffffff0"))


def test_another_process_is_alive_as_long_as_its_pid_runs():
    assert is_alive(Opener("x", 1, "aaaaaa"))
    assert not is_alive(Opener("x", 2**22 + 1, "aaaaaa"))


def test_a_name_is_short_and_tells_runs_apart():
    with run_under_way() as one, run_under_way() as other:
        assert session_name(one, NOW_S) != session_name(other, NOW_S)
        assert len(session_name(one, NOW_S)) < 40


def test_open_sessions_are_read_from_both_forms_eos_has():
    before_4_32 = {
        "sessions": {
            "nh-a": {"state": "pendingCommitTimer"},
            "nh-b": {"state": "pending"},
            "nh-c": {"state": "completed"},
        }
    }
    since_4_32 = {"sessions": {"nh-b": {"state": "pending"}}, "commitTimerSessionName": "nh-a"}

    assert open_sessions(before_4_32) == open_sessions(since_4_32) == {"nh-a": True, "nh-b": False}
    assert open_sessions({}) == {}
