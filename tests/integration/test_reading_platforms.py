"""Devices of platforms that are only read: their facts and text, and no change, whoever asks.

The drivers are fakes, by name and shape NAPALM's own: nothing here speaks IOS, NX-OS or IOS XR. What is shown is
that the house reads through NAPALM's getters alone, masks what it shows, and refuses every write before it opens
a device.
"""

from dataclasses import replace

import pytest
from napalm.base.exceptions import ConnectionException
from pydantic import SecretStr

from automation import platforms
from automation.change_plan import ChangeAction, lines_change
from automation.deploy import NornirDeployer
from automation.errors import DeviceUnreachable, PlatformCannot
from automation.hosts import HostAddress
from automation.intents import CircuitIntent
from automation.platform import Can
from automation.reading import NornirReader
from automation.settings import AutomationSettings

RUNNING = "hostname r1\n!\nusername eve secret 5 $1$SECRET\ninterface Gi0/1\n description to dx\n!\nend\n"
READ_ONLY = sorted(name for name, platform in platforms.PLATFORMS.items() if platform.can == {Can.READ})
SETTINGS = AutomationSettings.model_validate({"device_password": SecretStr("nobodys"), "busy_wait_s": 0})


class FakeDriver:
    """Has the getters and nothing that writes: to call any other method fails the test."""

    opened = 0

    def __init__(self, hostname: str, username: str, password: str, timeout: int, optional_args: object) -> None:
        self.hostname = hostname

    def open(self) -> None:
        type(self).opened += 1
        if self.hostname == "127.9.9.9":
            raise ConnectionException("Cannot connect to 127.9.9.9")

    def close(self) -> None:
        pass

    def get_config(self, retrieve: str) -> dict[str, str]:
        return {"running": RUNNING}

    def get_facts(self) -> dict[str, object]:
        return {
            "hostname": "r1",
            "vendor": "Cisco\x1b[2J",
            "model": "ISR4331",
            "os_version": "17.9",
            "serial_number": "FDO1",
            "uptime": 86_400.0,
            "interface_list": ["Gi0/1"],
        }


@pytest.fixture(params=READ_ONLY)
def hosts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> dict[str, HostAddress]:
    faked = replace(platforms.PLATFORMS[request.param], driver=FakeDriver)
    monkeypatch.setitem(platforms.PLATFORMS, request.param, faked)
    monkeypatch.setattr(FakeDriver, "opened", 0)
    return {
        "r1": HostAddress("r1", "127.1.1.1", request.param),
        "away": HostAddress("away", "127.9.9.9", request.param),
    }


def test_there_are_such_platforms() -> None:
    assert READ_ONLY == ["ios", "iosxr", "nxos"]


def test_their_text_is_read_and_shown_without_its_secrets(hosts: dict[str, HostAddress]) -> None:
    shown = NornirDeployer(lambda: hosts, SETTINGS).running_config("r1")

    assert "description to dx" in shown
    assert "SECRET" not in shown


def test_their_facts_are_told_in_printable_words(hosts: dict[str, HostAddress]) -> None:
    found = NornirReader(lambda: hosts, SETTINGS).identity("r1")

    assert (found.model, found.version, found.serial, found.uptime_s) == ("ISR4331", "17.9", "FDO1", 86_400.0)
    assert found.vendor.isprintable()
    assert found.ports == ("Gi0/1",)


def test_one_that_is_away_is_said_to_be(hosts: dict[str, HostAddress]) -> None:
    deployer = NornirDeployer(lambda: hosts, SETTINGS)

    assert deployer.reachable(["r1", "away"]) == {"r1": True, "away": False}
    with pytest.raises(DeviceUnreachable, match="away"):
        deployer.running_config("away")


def test_every_change_is_refused_before_a_device_is_opened(hosts: dict[str, HostAddress]) -> None:
    deployer = NornirDeployer(lambda: hosts, SETTINGS)
    circuit = CircuitIntent("r1", "S-1", 2001, ("Gi0/1",))

    refusals = [
        *deployer.rehearse([circuit], ChangeAction.ADD).refusals,
        *deployer.rehearse_changes([lines_change("r1", "vlan 5\n", "no vlan 5\n")]).refusals,
        *deployer.deploy([lines_change("r1", "vlan 5\n", "no vlan 5\n")], revert_after_s=60).refusals,
    ]

    assert [refusal.code for refusal in refusals] == ["platform-cannot"] * 3
    assert "commit with a timer" in refusals[0].reason
    assert "eos" in refusals[0].reason
    assert FakeDriver.opened == 0


def test_what_slips_past_that_is_refused_by_their_dialect_too(hosts: dict[str, HostAddress]) -> None:
    dialect = platforms.platform_of(hosts["r1"].platform).dialect
    circuit = CircuitIntent("r1", "S-1", 2001, ("Gi0/1",))

    for act in (
        lambda: dialect.render([circuit]),
        lambda: dialect.plan(RUNNING, (), [circuit]),
        lambda: dialect.check_bounds("no vlan 5", []),
    ):
        with pytest.raises(PlatformCannot):
            act()
