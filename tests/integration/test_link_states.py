"""The states of links in /metrics: cables are cut in the twin, and what a worker sees then is held to the rules."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

import monitoring
from automation.devices import open_devices
from automation.hosts import host_addresses
from automation.reading import NornirReader
from automation.speech.speech import Device
from automation.twin.backend import MemoryTwin
from automation.twin.serving import TwinService
from tests.channels import NEW, OLD, two_membered
from tests.integration.running import Running, running, settings_of, wait_until
from tests.integration.street import DX_SWITCH, DXP_SWITCH, street

RULES = Path(monitoring.__file__).parent / "rules" / "neutralhost.yml"
UP, DOWN = 1, 0


@dataclass(frozen=True)
class Watched:
    """A street whose trunk is two cables, whose worker looks at devices all the time."""

    town: Running
    twin: TwinService

    def lines(self) -> dict[str, str]:
        """What /metrics says of links, value by series."""
        said = self.town.house.metrics.exposition().decode().splitlines()
        found = (line.rsplit(" ", 1) for line in said if line.startswith("neutralhost_link_"))
        return dict(found)

    def cables(self) -> dict[str, int]:
        lines = self.lines()
        return {cable: int(float(lines[series_of(cable)])) for cable in (OLD, NEW)}

    def is_seen(self, old: int, new: int) -> None:
        wait_until(lambda: self.lines().get(series_of(OLD)))
        wait_until(lambda: self.cables() == {OLD: old, NEW: new})


def series_of(cable: str) -> str:
    return f'neutralhost_link_up{{cable="{cable}",link="trunk"}}'


@pytest.fixture
def watched(database_url: str) -> Iterator[Watched]:
    with running(database_url, two_membered(street(1)), look_at_devices_every_s=0.1) as town:
        yield Watched(town, TwinService(MemoryTwin(town.fleet), town.snapshot))


def test_a_cable_that_is_cut_falls_alone_and_is_back_when_it_is_repaired(watched: Watched) -> None:
    watched.is_seen(UP, UP)
    assert "drop-1" not in str(watched.lines())

    watched.twin.answer({"do": "cut", "link": NEW})
    watched.is_seen(UP, DOWN)
    watched.twin.answer({"do": "cut", "link": OLD})
    watched.is_seen(DOWN, DOWN)
    watched.twin.answer({"do": "repair", "link": OLD})
    watched.twin.answer({"do": "repair", "link": NEW})

    watched.is_seen(UP, UP)


def test_a_link_is_seen_from_one_end_and_of_one_without_any_nothing_is_said(watched: Watched) -> None:
    unread = "neutralhost_link_unread_devices"
    watched.is_seen(UP, UP)
    watched.town.fleet.go_away(DX_SWITCH)
    wait_until(lambda: watched.lines()[unread] == "1.0")
    assert watched.cables() == {OLD: UP, NEW: UP}

    watched.town.fleet.go_away(DXP_SWITCH)

    wait_until(lambda: watched.lines() == {unread: "2.0"})


def test_a_look_costs_a_device_one_connection_and_one_question_more_where_it_has_ends_of_links(
    database_url: str,
) -> None:
    with running(database_url, two_membered(street(1)), works=False) as town:
        tools, devices = town.house.tools, (DX_SWITCH, "nte-1")
        first = {name: town.fleet.traffic(name) for name in devices}
        tools.deployer.reachable(devices)
        second = {name: town.fleet.traffic(name) for name in devices}

        assert tools.reader.looks({DX_SWITCH: {"Ethernet1"}, "nte-1": ()}).keys() == {*devices}

        for name, more in ((DX_SWITCH, 1), ("nte-1", 0)):
            before, third = second[name], town.fleet.traffic(name)
            assert third.connections - before.connections == before.connections - first[name].connections == 1
            assert third.requests - before.requests == before.requests - first[name].requests + more


def test_a_device_that_a_deploy_is_in_the_middle_of_is_read_and_keeps_its_commit_and_its_timer(
    watched: Watched,
) -> None:
    settings = settings_of("", watched.town.fleet.port)[1]
    hosts = host_addresses(watched.town.snapshot)
    reader = NornirReader(lambda: hosts, settings)

    def halfway(device: Device) -> tuple[object, ...]:
        device.speech.load(device, "vlan 77\n   name half\n")
        loaded = reader.looks({DX_SWITCH: {"Ethernet1"}})
        device.speech.commit(device, 300)
        committed = reader.looks({DX_SWITCH: {"Ethernet1"}})
        return loaded == committed, loaded[DX_SWITCH].up, device.speech.is_pending(device)

    with open_devices({DX_SWITCH: hosts[DX_SWITCH]}, settings) as devices:
        answer = devices.each(halfway, [DX_SWITCH])[DX_SWITCH]
        assert answer == (True, frozenset({"Ethernet1"}), True)
        assert devices.each(lambda device: device.speech.take_back(device), [DX_SWITCH]) == {DX_SWITCH: True}


@pytest.mark.system
def test_the_rules_call_what_the_twin_shows_by_its_name(watched: Watched, tmp_path: Path) -> None:
    watched.is_seen(UP, UP)
    sound = watched.lines()
    watched.twin.answer({"do": "cut", "link": NEW})
    watched.is_seen(UP, DOWN)
    weakened = watched.lines()
    watched.twin.answer({"do": "cut", "link": OLD})
    watched.is_seen(DOWN, DOWN)

    assert [fires(tmp_path, lines) for lines in (sound, weakened, watched.lines())] == [
        set(),
        {"NeutralhostLinkUnprotected"},
        {"NeutralhostLinkDown"},
    ]


def fires(folder: Path, lines: dict[str, str]) -> set[str]:
    """Which of the two alerts promtool finds firing where these series have stood for five minutes."""
    return {
        name for name in ("NeutralhostLinkUnprotected", "NeutralhostLinkDown") if not _is_quiet(folder, lines, name)
    }


def _is_quiet(folder: Path, lines: dict[str, str], alert: str) -> bool:
    series = [{"series": name, "values": f"{float(value):g}x20"} for name, value in lines.items()]
    check = {"eval_time": "5m", "alertname": alert, "exp_alerts": []}
    case = {"interval": "30s", "input_series": series, "alert_rule_test": [check]}
    written = folder / "rules.test.yml"
    written.write_text(yaml.safe_dump({"rule_files": [str(RULES)], "evaluation_interval": "30s", "tests": [case]}))
    done = subprocess.run(["promtool", "test", "rules", str(written)], capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    assert done.returncode == 0 or f"alertname: {alert}" in done.stdout + done.stderr, done.stderr
    return done.returncode == 0
