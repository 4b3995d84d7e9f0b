"""Access points that are expected: what can be, how a key ends, and what a new one adds to the inventory."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from inventory.devices import Device, DeviceRole, Lifecycle, Port, PortRef, PortRole
from inventory.errors import UnknownThing
from inventory.rules import find_faults
from inventory.snapshot import Snapshot
from provisioning.enrolment_errors import HomeKeyExpired, HomeKeyUsed, NotEnrollable
from provisioning.enrolments import EnrolmentState, can_be_enrolled, new_enrolment, phoned_home
from provisioning.new_access_point import NewAccessPoint, with_access_point
from provisioning.playbook_errors import NotReady
from tests.integration.street import DX_SWITCH, DXP_SWITCH, street

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
POINT = Device("ap-1", DeviceRole.ACCESS_POINT, "openwrt", "Maker", "AP6", "LW6-1", "dxp", None, "127.1.2.1")
WANTED = NewAccessPoint("ap-2", "dxp", "LW6-2", "ap-1", DXP_SWITCH)


def town() -> Snapshot:
    base = street(homes=1)
    ports = (
        Port(PortRef("ap-1", "eth0"), PortRole.NNI, 2_500),
        Port(PortRef("ap-1", "radio0"), PortRole.RADIO, 1_200),
        Port(PortRef(DXP_SWITCH, "Ethernet40"), PortRole.NNI, 10_000),
    )
    return Snapshot(replace(base, devices=(*base.devices, POINT), ports=(*base.ports, *ports)))


def test_an_access_point_goes_from_expected_to_phoned_home_to_serving() -> None:
    expected = new_enrolment(POINT, "hash", "olga", NOW, timedelta(days=14))
    called = phoned_home(expected, NOW, "192.0.2.7")

    assert expected.state(NOW) is EnrolmentState.EXPECTED
    assert expected.state(NOW + timedelta(days=14)) is EnrolmentState.EXPIRED
    assert called.state(NOW + timedelta(days=99)) is EnrolmentState.PHONED_HOME
    assert replace(called, serving_at=NOW).state(NOW) is EnrolmentState.SERVING
    assert "hash" not in repr(expected)


def test_a_key_is_good_once_and_until_its_day() -> None:
    expected = new_enrolment(POINT, "hash", "olga", NOW, timedelta(days=14))

    with pytest.raises(HomeKeyExpired, match="good until 2026-12-06 09:00 UTC"):
        phoned_home(expected, NOW + timedelta(days=14), "192.0.2.7")
    with pytest.raises(HomeKeyUsed, match="was used at 2026-11-22 09:00 UTC"):
        phoned_home(phoned_home(expected, NOW, "192.0.2.7"), NOW, "192.0.2.7")


@pytest.mark.parametrize(
    ("device", "why"),
    [
        (replace(POINT, role=DeviceRole.SWITCH), "no access point"),
        (replace(POINT, platform="eos"), "has no phone home"),
        (replace(POINT, serial=""), "no serial"),
        (replace(POINT, management_address=None), "no management address"),
        (replace(POINT, lifecycle=Lifecycle.RETIRED), "is retired"),
    ],
)
def test_what_cannot_phone_home_is_not_expected_and_says_why(device: Device, why: str) -> None:
    assert not can_be_enrolled(device)
    with pytest.raises(NotEnrollable, match=why):
        new_enrolment(device, "hash", "olga", NOW, timedelta(days=1))


def test_a_new_access_point_is_planned_like_another_joined_to_a_free_port_at_a_free_address() -> None:
    added = with_access_point(town(), WANTED)

    assert added.device == replace(
        POINT, name="ap-2", serial="LW6-2", management_address="127.1.0.3", lifecycle=Lifecycle.PLANNED
    )
    assert (str(added.link.a), str(added.link.z)) == ("ap-2:eth0", f"{DXP_SWITCH}:Ethernet40")
    assert added.link.capacity_mbps == 2_500
    assert find_faults(added.inventory) == ()
    assert {port.ref.port for port in Snapshot(added.inventory).ports_of("ap-2")} == {"eth0", "radio0"}


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (replace(WANTED, name="ap-1"), "There is a device ap-1 already."),
        (replace(WANTED, serial="LW6-1"), "serial LW6-1 is known already"),
        (replace(WANTED, serial=" "), "It has no serial."),
        (replace(WANTED, like=DX_SWITCH), f"{DX_SWITCH} is no access point."),
        (replace(WANTED, port="Ethernet1"), f"{DXP_SWITCH} has no free port Ethernet1."),
        (replace(WANTED, to=DX_SWITCH), f"{DX_SWITCH} has no free port."),
        (replace(WANTED, address="127.1.2.1"), "127.1.2.1 is another device's."),
        (replace(WANTED, address="here"), "here is no IPv4 address."),
    ],
)
def test_what_stands_in_the_way_is_said(wanted: NewAccessPoint, why: str) -> None:
    with pytest.raises(NotReady, match=why.replace(".", r"\.")):
        with_access_point(town(), wanted)


def test_a_place_that_is_not_there_is_unknown() -> None:
    with pytest.raises(UnknownThing):
        with_access_point(town(), replace(WANTED, place="nowhere"))
