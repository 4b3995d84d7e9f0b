"""Which failures are waited for, and for how long."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from automation.change_plan import Refusal
from inventory.errors import DatabaseUnavailable, NetBoxRefused, NetBoxUnavailable
from provisioning.device_errors import DeployRefused, DevicesClaimed
from provisioning.errors import HandoverTagsExhausted, ReservationConflict
from provisioning.settings import ProvisioningSettings
from provisioning.workflows.patience import RACES, Tried, may_pass, pause_before_s

SETTINGS = ProvisioningSettings(
    _env_file=None, token_pepper=SecretStr("pepper"), first_pause_s=1.0, longest_pause_s=8.0, claim_wait_s=60.0
)
AWAY = Refusal("sw-1", "device-unreachable", "does not answer")
SAID_NO = Refusal("sw-2", "device-refused", "invalid command")


@pytest.mark.parametrize(
    ("error", "passing"),
    [
        (NetBoxUnavailable("http://netbox", "500"), True),
        (DatabaseUnavailable("SQLite", "locked"), True),
        (DeployRefused("O-1", [AWAY]), True),
        (DeployRefused("O-1", [AWAY, SAID_NO]), False),
        (HandoverTagsExhausted("dx", "1-2", 2), False),
        (KeyError("a fault of ours"), False),
    ],
)
def test_only_what_may_be_gone_a_little_later_is_waited_for(error: Exception, passing: bool) -> None:
    assert may_pass(error) is passing
    assert (pause_before_s(error, Tried(1, 0.0), 4, SETTINGS) is not None) is passing


def test_a_refusal_by_netbox_itself_is_final() -> None:
    assert not may_pass(NetBoxRefused("http://netbox", 400, "no"))


def test_pauses_double_up_to_the_longest_and_end_after_the_last_try() -> None:
    error = NetBoxUnavailable("http://netbox", "500")
    pauses = [pause_before_s(error, Tried(times, 0.0), 7, SETTINGS) for times in range(1, 9)]
    assert pauses == [1.0, 2.0, 4.0, 8.0, 8.0, 8.0, None, None]


@given(times=st.integers(1, 10_000), for_s=st.floats(0, 59.9))
@settings(max_examples=50, deadline=None)
def test_claimed_devices_are_waited_for_by_the_clock_however_often_it_was_tried(times: int, for_s: float) -> None:
    error = DevicesClaimed("O-1", ["sw-1"])
    pause = pause_before_s(error, Tried(times, for_s), 2, SETTINGS)
    assert pause is not None
    assert 0 < pause <= 1.0
    assert pause_before_s(error, Tried(times, 60.0), 2, SETTINGS) is None


def test_a_lost_race_is_run_again_at_once_but_not_for_ever() -> None:
    error = ReservationConflict("S-1", "uni nte-1:Ethernet1")
    pauses = [pause_before_s(error, Tried(times, 0.0), 2, SETTINGS) for times in range(1, RACES + 1)]
    assert pauses[-1] is None
    assert sum(pause for pause in pauses if pause is not None) < 10.0


def test_the_database_is_waited_for_by_the_clock_however_often_it_was_tried() -> None:
    error = DatabaseUnavailable("PostgreSQL", "it is being restarted")
    patient = SETTINGS.model_copy(update={"database_wait_s": 60.0})

    assert pause_before_s(error, Tried(5000, 59.0), 2, patient) == patient.longest_pause_s
    assert pause_before_s(error, Tried(5000, 60.0), 2, patient) is None
