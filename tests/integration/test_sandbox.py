"""A sandbox's switches, on real simulated devices and in front of the faces."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from napalm import get_network_driver
from napalm.base.exceptions import MergeConfigException
from pydantic import SecretStr
from pyeapi.eapilib import ConnectionError as EapiConnectionError
from sqlalchemy import Engine

from automation.twin.eapi import Credentials
from automation.twin.fleet import Fleet
from automation.twin.model import TwinDevice, TwinPort
from inventory.errors import UnknownThing
from provisioning.cli.commands.sandbox import KINDS
from provisioning.cli.demo_folder import DemoFolder
from provisioning.cli.sandbox_folder import SandboxFolder
from provisioning.cli.sandbox_seed import Seeded
from provisioning.sandbox import Failure, FailureKind
from provisioning.sandbox_controls import FleetControls
from tests.web_town import Town
from web.app import create_app

ACCOUNT = Credentials("nh", SecretStr("pw"))
DAY_ZERO = "management api http-commands\n   no shutdown\n"


@pytest.fixture(scope="module")
def fleet() -> Iterator[Fleet]:
    devices = tuple(
        TwinDevice(name, address, (TwinPort("Ethernet1"),), f"hostname {name}\n{DAY_ZERO}")
        for name, address in (("sw-a", "127.1.99.1"), ("sw-b", "127.1.99.2"))
    )
    with Fleet.start(devices, credentials=ACCOUNT) as fleet:
        yield fleet


@pytest.fixture
def waited() -> list[float]:
    return []


@pytest.fixture
def controls(fleet: Fleet, waited: list[float]) -> Iterator[FleetControls]:
    controls = FleetControls(fleet, wait=waited.append)
    yield controls
    controls.switch_off()


def configure(fleet: Fleet, name: str) -> None:
    device = next(each for each in fleet.devices if each.name == name)
    options = {"transport": "http", "port": fleet.port}
    driver = get_network_driver("eos")(device.address, "nh", "pw", timeout=5, optional_args=options)
    driver.open()
    try:
        driver.load_merge_candidate(config="vlan 7")
        driver.discard_config()
    finally:
        driver.close()


def test_a_device_is_away_until_it_is_healed_and_the_other_one_is_not(fleet: Fleet, controls: FleetControls) -> None:
    controls.switch_on(Failure(FailureKind.DEVICES_AWAY, device="sw-a"))

    configure(fleet, "sw-b")
    with pytest.raises(EapiConnectionError):
        configure(fleet, "sw-a")

    controls.switch_off(FailureKind.DEVICES_AWAY)
    configure(fleet, "sw-a")
    assert controls.state().failures == ()


def test_healing_one_failure_leaves_the_other_on(fleet: Fleet, controls: FleetControls) -> None:
    controls.switch_on(Failure(FailureKind.DEVICES_REFUSE))
    controls.switch_on(Failure(FailureKind.DEVICES_SLOW, seconds=0.01))

    controls.switch_off(FailureKind.DEVICES_SLOW)

    with pytest.raises(MergeConfigException):
        configure(fleet, "sw-a")
    assert [failure.kind for failure in controls.state().failures] == [FailureKind.DEVICES_REFUSE]


def test_an_unknown_device_is_refused_and_nothing_is_switched_on(controls: FleetControls) -> None:
    with pytest.raises(UnknownThing):
        controls.switch_on(Failure(FailureKind.DEVICES_AWAY, device="sw-z"))

    assert controls.state().failures == ()


def test_the_api_answers_503_so_many_times_and_the_portal_stays(
    engine: Engine, controls: FleetControls, waited: list[float]
) -> None:
    town = Town(engine)
    client = create_app(town.tools, town.settings, sandbox=controls).test_client()

    answer = client.put("/sandbox/v1/failures/api-unavailable", json={"times": 2})
    assert answer.status_code == 200
    assert [failure["kind"] for failure in answer.get_json()["failures"]] == ["api-unavailable"]

    assert client.get("/healthz").status_code == 200
    codes = [client.get("/api/v1/products").status_code for _ in range(3)]
    assert codes == [503, 503, 401]
    assert client.put("/sandbox/v1/failures/api-slow", json={"seconds": 1.5}).status_code == 200
    client.get("/api/v1/products")
    assert waited == [1.5]
    assert client.delete("/sandbox/v1/failures").get_json()["failures"] == []


def test_what_does_not_fit_is_refused_with_a_sentence(engine: Engine, controls: FleetControls) -> None:
    town = Town(engine)
    client = create_app(town.tools, town.settings, sandbox=controls).test_client()

    assert client.put("/sandbox/v1/failures/api-slow", json={"seconds": 100}).status_code == 422
    assert client.put("/sandbox/v1/failures/api-slow", json={"minutes": 1}).status_code == 422
    assert client.put("/sandbox/v1/failures/api-slow", json={}).get_json()["code"] == "failure-unfit"
    assert client.put("/sandbox/v1/failures/earthquake", json={}).status_code == 404
    # A form of another site can be sent by a browser without asking; JSON cannot.
    assert client.post("/sandbox/v1/reset", data={"x": "1"}).status_code == 415
    assert not controls.reset_asked.is_set()
    assert client.post("/sandbox/v1/reset", json={}).status_code == 202
    assert controls.reset_asked.is_set()


def test_nothing_of_it_is_mounted_where_no_sandbox_runs(engine: Engine) -> None:
    town = Town(engine)
    client = create_app(town.tools, town.settings).test_client()

    assert client.get("/sandbox/v1").status_code == 404
    assert b"sandbox" not in client.get("/sign-in").data


def test_the_command_line_knows_every_failure() -> None:
    assert set(KINDS) == {kind.value for kind in FailureKind}


def test_a_reset_brings_back_what_was_kept_and_nothing_newer(tmp_path: Path) -> None:
    folder = SandboxFolder(DemoFolder(tmp_path))
    folder.demo.database.write_text("seeded")
    folder.demo.twin.mkdir()
    (folder.demo.twin / "sw-a.cfg").write_text("seeded")
    folder.keep([Seeded("quayside", "quayside-orders", "nh_x.y", "nhc_x", "y", "ho-1", ("S-1",))])
    assert folder.seeded.stat().st_mode & 0o777 == 0o600

    folder.demo.database.write_text("later")
    (tmp_path / f"{folder.demo.database.name}-wal").write_text("later")
    (folder.demo.twin / "sw-b.cfg").write_text("later")
    folder.restore()

    assert folder.demo.database.read_text() == "seeded"
    assert not (tmp_path / f"{folder.demo.database.name}-wal").exists()
    assert [path.name for path in folder.demo.twin.iterdir()] == ["sw-a.cfg"]
    assert folder.read_seeded()[0].services == ("S-1",)
