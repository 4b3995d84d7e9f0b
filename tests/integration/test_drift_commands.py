"""Drift, blame and backups as engineers type them, on a street of simulated devices with a worker."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from provisioning.cli.logs import stop_logging
from provisioning.cli.main import command
from tests.integration.running import PASSWORD, running
from tests.integration.street import DX_SWITCH, DXP_SWITCH, street

type Cli = Callable[..., Result]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str) -> Iterator[Cli]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEUTRALHOST_TOKEN_PEPPER", "pepper")
    monkeypatch.setenv("NEUTRALHOST_DEVICE_PASSWORD", PASSWORD.get_secret_value())
    monkeypatch.setenv("NEUTRALHOST_DATABASE_URL", database_url)
    monkeypatch.setenv("NEUTRALHOST_EAPI_TRANSPORT", "http")

    def call(*arguments: str, exits: int = 0) -> Result:
        ended = CliRunner().invoke(command, list(arguments))
        assert ended.exit_code == exits, ended.output
        return ended

    yield call
    stop_logging()


def test_drift_is_listed_fixed_and_blamed_and_backups_are_kept(
    cli: Cli, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(database_url, street(homes=1)) as town:
        monkeypatch.setenv("NEUTRALHOST_EAPI_PORT", str(town.fleet.port))
        [order] = town.wait([town.order(1)])
        service_id = order.service_id or ""
        assert cli("drift", "list").stdout == "No drift.\n"
        assert "new" in cli("device", "backup", "--limit", DX_SWITCH).stdout

        margin = cli("device", "blame", DX_SWITCH).stdout
        assert re.search(rf"^{service_id} +\| +name {service_id}$", margin, re.MULTILINE)
        assert re.search(rf"^baseline +\| hostname {DX_SWITCH}$", margin, re.MULTILINE)
        assert re.search(
            r"[0-9]+ lines services, [0-9]+ lines baseline, 0 lines unknown, [0-9]+ lines not ours\.$", margin
        )
        blamed = json.loads(cli("device", "blame", DX_SWITCH, "--json").stdout)["blame"]
        assert {"depth": 1, "text": f"name {service_id}", "owners": [service_id]} in blamed["lines"]

        town.fleet.edit(DX_SWITCH, ["no hostname", "ntp server 192.0.2.7"])
        town.fleet.go_away(DXP_SWITCH)
        listed = cli("drift", "list", DX_SWITCH, exits=2).stdout
        assert re.search(
            rf"^{DX_SWITCH} +missing +baseline baseline +missing: hostname {DX_SWITCH}$", listed, re.MULTILINE
        )
        assert "1 missing." in listed
        assert "unreachable" in cli("drift", "list", DXP_SWITCH, exits=1).stdout
        assert cli("drift", "list", "--last", "--kind", "missing", exits=2).stdout == listed
        assert "+ntp server 192.0.2.7" in cli("device", "diff", DX_SWITCH, exits=2).stdout
        town.fleet.come_back(DXP_SWITCH)

        proposed = json.loads(cli("drift", "fix", DX_SWITCH, "--json").stdout)["change_plan"]
        assert (proposed["kind"], proposed["state"]) == ("fix", "proposed")
        restored = cli("device", "restore", DX_SWITCH, "1", "--whole", "--why", "as it was").stdout
        assert "nothing is changed before approval" in restored
        accepted = cli("device", "accept", DX_SWITCH).stdout
        assert accepted == f"Version 1 of {DX_SWITCH} is how it should be, from now on.\n"
        assert re.search(r"^ +1 .* system$", cli("device", "history", DX_SWITCH).stdout, re.MULTILINE)
        assert "hostname" in cli("device", "text", DX_SWITCH, "1").stdout
        assert "unknown-backup" in cli("device", "text", DX_SWITCH, "9", "--json", exits=1).stdout
