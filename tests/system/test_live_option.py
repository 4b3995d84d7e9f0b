"""`--live` runs the acceptance tests on the devices of a file: here ones that were up before, in another process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from automation.twin.eapi import Credentials
from automation.twin.fleet import Fleet
from automation.twin.topology import twin_devices
from inventory.snapshot import Snapshot
from tests.integration.running import PASSWORD
from tests.integration.street import DX_SWITCH, DXP_SWITCH, street
from tests.system.test_acceptance import SIMULATED

pytestmark = pytest.mark.system
ROOT = Path(__file__).parents[2]


def run(path: Path, password: str, *more: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:randomly", "tests/system/test_acceptance.py"]
    return subprocess.run(
        [*words, "--live", str(path), *more],
        cwd=ROOT,
        env={**os.environ, "THEIR_PASSWORD": password},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_acceptance_tests_run_on_the_devices_of_a_file(tmp_path: Path) -> None:
    credentials = Credentials("neutralhost", PASSWORD)
    with Fleet.start(twin_devices(Snapshot(street(1))), credentials=credentials) as fleet:
        path = tmp_path / "inventory.yml"
        path.write_text(SIMULATED.format(password_env="THEIR_PASSWORD", port=fleet.port, dxp=DXP_SWITCH, dx=DX_SWITCH))
        before = {device.name: fleet.running_config(device.name) for device in fleet.devices}

        passed = run(path, PASSWORD.get_secret_value())
        commits = fleet.commits("nte-1").timed
        refused = run(path, "wrong", "-k", "says_who_it_is")

        assert passed.returncode == 0, passed.stdout
        assert commits > 0  # it was these devices that were changed
        assert {device.name: fleet.running_config(device.name) for device in fleet.devices} == before
    assert refused.returncode == 1
    assert "account or password" in refused.stdout
