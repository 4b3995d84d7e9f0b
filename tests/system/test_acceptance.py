"""What a device must do before it may carry people's traffic: on simulated devices, or with `--live` on yours.

`pytest tests/system/test_acceptance.py --live inventory.yml` (docs/how-to/live.md). One circuit is put on the ports
the file names and taken off again; whatever a test meets, the devices are compared with how they were found.
"""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from automation.change_plan import ChangeAction, DeviceChange, Refusal
from automation.devices import open_devices, refused
from automation.speech.speech import Device
from automation.twin.eapi import Credentials
from automation.twin.fleet import Fleet
from automation.twin.topology import twin_devices
from automation.verifying import Look
from inventory.snapshot import Snapshot
from tests.integration.running import PASSWORD
from tests.integration.street import DX_SWITCH, DXP_SWITCH, street
from tests.system.live import Bench, read_bench

pytestmark = pytest.mark.system
PASSWORD_ENV = "NEUTRALHOST_LIVE_TEST_PASSWORD"
SIMULATED = """\
username: neutralhost
password_env: {password_env}
revert_after_s: 4
s_vlan: 3999
settings: {{eapi_transport: http, eapi_port: {port}}}
devices:
  - {{name: nte-1, address: 127.1.1.1, platform: eos, uni: Ethernet1, trunks: [Ethernet2]}}
  - {{name: {dxp}, address: 127.1.0.2, platform: eos, trunks: [Ethernet1, Ethernet2]}}
  - {{name: {dx}, address: 127.1.0.1, platform: eos, trunks: [Ethernet1, Ethernet48]}}
"""


@pytest.fixture(scope="module")
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """The devices of `--live`, or three simulated ones: both come from a file of the same shape."""
    live = request.config.getoption("--live")
    if live is not None:
        yield given_bench(Path(live))
        return
    credentials = Credentials("neutralhost", PASSWORD)
    with (
        Fleet.start(twin_devices(Snapshot(street(1))), credentials=credentials) as fleet,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv(PASSWORD_ENV, PASSWORD.get_secret_value())
        path = tmp_path_factory.mktemp("live") / "inventory.yml"
        path.write_text(SIMULATED.format(password_env=PASSWORD_ENV, port=fleet.port, dxp=DXP_SWITCH, dx=DX_SWITCH))
        yield read_bench(path)


def given_bench(path: Path) -> Bench:
    """The devices of the user's own file; one that cannot be taken ends the run with what is wrong."""
    try:
        return read_bench(path)
    except KeyError as missing:
        pytest.exit(f"--live {path}: its password_env names {missing}, which is not set in the environment.", 4)
    except (OSError, ValueError, yaml.YAMLError) as wrong:
        pytest.exit(f"--live {path}: {wrong}", 4)


@pytest.fixture
def before(bench: Bench) -> Iterator[Mapping[str, str]]:
    """What every device says, and must say again when the test is over."""
    texts = bench.texts()
    yield texts
    assert bench.texts() == texts


def rehearsed(bench: Bench) -> tuple[DeviceChange, ...]:
    rehearsal = bench.deployer.rehearse(bench.intents, ChangeAction.ADD)
    assert rehearsal.refusals == ()
    return rehearsal.changes


def take_off(bench: Bench, put_on: tuple[DeviceChange, ...]) -> None:
    """Remove what was put on; its intents know how the ports were found."""
    intents = [intent for change in put_on for intent in change.intents]
    removal = bench.deployer.rehearse(intents, ChangeAction.REMOVE)
    report = bench.deployer.deploy(removal.changes, bench.revert_after_s * 5)
    assert (report.refusals, report.uncertain) == ((), ())


def test_every_device_says_who_it_is(bench: Bench) -> None:
    with open_devices(bench.hosts, bench.settings) as devices:
        answers = devices.each(lambda device: device.speech.facts(device), bench.hosts)

    assert refused(answers) == ()
    assert all(isinstance(facts, dict) and facts["os_version"] for facts in answers.values())


def test_a_rehearsal_shows_what_would_change_and_changes_nothing(bench: Bench, before: Mapping[str, str]) -> None:
    changes = rehearsed(bench)

    assert {change.device for change in changes} == set(bench.hosts)
    assert all(change.diff for change in changes)
    assert bench.texts() == before


def test_a_circuit_is_put_on_proven_and_taken_off_to_the_byte(bench: Bench, before: Mapping[str, str]) -> None:
    changes = rehearsed(bench)
    report = bench.deployer.deploy(changes, bench.revert_after_s * 5)
    said = [finding for finding in bench.deployer.prove(bench.intents, ChangeAction.ADD).findings if not finding.ok]
    put_on = bench.texts()
    take_off(bench, changes)

    assert set(report.confirmed) == set(bench.hosts)
    assert [finding for finding in said if finding.check in {"config", "isolation"}] == []
    assert all(put_on[name] != text for name, text in before.items())
    assert bench.texts() == before


def test_putting_it_on_twice_is_the_same_as_once(bench: Bench, before: Mapping[str, str]) -> None:
    changes = rehearsed(bench)
    bench.deployer.deploy(changes, bench.revert_after_s * 5)
    again = bench.deployer.deploy(changes, bench.revert_after_s * 5)
    take_off(bench, changes)

    assert (again.confirmed, set(again.unchanged)) == ((), set(bench.hosts))
    assert bench.texts() == before


def test_a_check_that_fails_before_the_confirmation_sends_every_device_back(
    bench: Bench, before: Mapping[str, str]
) -> None:
    seen: list[str] = []

    class Wrong:
        name = "acceptance"

        def __call__(self, look: Look) -> tuple[Refusal, ...]:
            seen.extend(look(list(bench.hosts)))
            return (Refusal(next(iter(bench.hosts)), "acceptance", "The test wants it so."),)

    report = bench.deployer.deploy(rehearsed(bench), bench.revert_after_s * 5, [Wrong()])

    assert set(seen) == set(bench.hosts)
    assert (report.confirmed, set(report.undone), report.uncertain) == ((), set(bench.hosts), ())
    assert bench.texts() == before


def test_a_commit_nobody_confirms_is_taken_back_by_the_device_itself(bench: Bench, before: Mapping[str, str]) -> None:
    """The driver stays open meanwhile: some of NAPALM's take the change back as they close."""
    changes = {change.device: change for change in rehearsed(bench)}

    def commit(device: Device) -> None:
        device.speech.load(device, changes[device.name].commands)
        device.speech.commit(device, bench.revert_after_s)

    with open_devices(bench.hosts, bench.settings) as devices:
        assert refused(devices.each(commit, bench.hosts)) == ()
        committed = time.monotonic()
        during = bench.texts()
        time.sleep(max(0.0, committed + bench.revert_after_s - time.monotonic()))
        while (after := bench.texts()) != before and time.monotonic() < committed + bench.revert_after_s + 30:
            time.sleep(0.2)
        devices.each(lambda device: device.speech.take_back(device), bench.hosts)

    assert all(during[name] != text for name, text in before.items())
    assert after == before
