"""`--live` runs the acceptance tests on the devices of a file, the one of the docs: here ones that are simulated, in
another process. What stands in the environment is another network's, and plays no part."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from automation.twin.eapi import Credentials
from automation.twin.fleet import Fleet
from automation.twin.topology import twin_devices
from inventory.snapshot import Snapshot
from tests.integration.running import PASSWORD
from tests.integration.street import DX_SWITCH, DXP_SWITCH, street
from tests.system.test_acceptance import given_bench

pytestmark = pytest.mark.system
ROOT = Path(__file__).parents[2]


def run(path: Path, password: str, *more: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:randomly", "tests/system/test_acceptance.py"]
    return subprocess.run(
        [*words, "--live", str(path), *more],
        cwd=ROOT,
        env={
            **os.environ,
            "LAB_PASSWORD": password,
            "NEUTRALHOST_EAPI_PORT": "1",
            "NEUTRALHOST_EAPI_TRANSPORT": "https",
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def file_of_the_docs(port: int) -> str:
    """The file of docs/how-to/live.md, with the simulator's address, port and plain HTTP; nothing else is changed."""
    page = (ROOT / "docs" / "how-to" / "live.md").read_text(encoding="utf-8")
    shown = yaml.safe_load(page.partition("```yaml\n")[2].partition("```")[0])
    [lab] = shown["devices"]
    shown["devices"] = [lab | {"address": "127.1.1.1", "trunks": ["Ethernet2"]}]
    shown["settings"] |= {"eapi_port": port, "eapi_transport": "http"}
    return yaml.safe_dump(shown | {"revert_after_s": 4})


def test_the_document_can_be_followed_and_no_device_outside_its_file_is_spoken_to(tmp_path: Path) -> None:
    credentials = Credentials("neutralhost", PASSWORD)
    with Fleet.start(twin_devices(Snapshot(street(1))), credentials=credentials) as fleet:
        path = tmp_path / "inventory.yml"
        path.write_text(file_of_the_docs(fleet.port))
        before = {device.name: fleet.running_config(device.name) for device in fleet.devices}

        passed = run(path, PASSWORD.get_secret_value())
        commits = fleet.commits("nte-1").timed
        refused = run(path, "wrong", "-k", "says_who_it_is")

        assert passed.returncode == 0, passed.stdout
        assert commits > 0  # it was this device that was changed
        assert {device.name: fleet.running_config(device.name) for device in fleet.devices} == before
        assert fleet.traffic("nte-1").connections > 0
        assert {name: fleet.traffic(name).connections for name in (DXP_SWITCH, DX_SWITCH)} == {
            DXP_SWITCH: 0,
            DX_SWITCH: 0,
        }
    assert refused.returncode == 1
    assert "account or password" in refused.stdout


def test_a_file_that_cannot_be_taken_ends_the_run_with_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "inventory.yml"
    with pytest.raises(pytest.exit.Exception, match="No such file"):
        given_bench(path)

    path.write_text(file_of_the_docs(443).replace("LAB_PASSWORD", "LAB_PASSWORD_THAT_NOBODY_SET"))
    with pytest.raises(pytest.exit.Exception, match="'LAB_PASSWORD_THAT_NOBODY_SET', which is not set") as ended:
        given_bench(path)

    assert ended.value.returncode == 4
