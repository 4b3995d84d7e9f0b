"""Backups of simulated devices that speak real eAPI: kept where something changed, without secrets, compared."""

from datetime import timedelta

import pytest

from provisioning import backup_desk
from provisioning.backup_errors import UnknownBackup
from provisioning.backups import Verdict
from provisioning.front_desk import SYSTEM
from provisioning.scheduling import backup, run_now
from tests.integration.running import running
from tests.integration.street import DX_SWITCH, street


def test_a_backup_is_kept_where_something_changed_without_secrets_and_compared(database_url: str) -> None:
    with running(database_url, street(homes=1)) as town:
        tools = town.house.tools
        first = backup_desk.take_backups(tools, SYSTEM)
        again = backup_desk.take_backups(tools, SYSTEM)
        assert {each.verdict for each in first} == {Verdict.NEW}
        assert {each.verdict for each in again} == {Verdict.SAME}

        town.fleet.edit(DX_SWITCH, ["username eve secret sha512 $6$S3cret", "ntp server 192.0.2.9"])
        tried = backup_desk.take_backups(tools, SYSTEM, [DX_SWITCH], keep=False)
        assert [(each.verdict, each.number) for each in tried] == [(Verdict.CHANGED, 1)]
        assert "+ntp server 192.0.2.9" in backup_desk.backup_diff(tools, SYSTEM, DX_SWITCH).splitlines()

        [changed] = backup_desk.take_backups(tools, SYSTEM, [DX_SWITCH])
        diff = backup_desk.backup_diff(tools, SYSTEM, DX_SWITCH, 1, 2)
        assert (changed.verdict, changed.number) == (Verdict.CHANGED, 2)
        assert "+username eve secret sha512 <removed>" in diff.splitlines()
        assert "S3cret" not in diff + backup_desk.backup_text(tools, SYSTEM, DX_SWITCH)

        town.fleet.edit(DX_SWITCH, ["username eve secret sha512 $6$0therS3cret"])
        [secret] = backup_desk.take_backups(tools, SYSTEM, [DX_SWITCH])
        assert secret.verdict is Verdict.SECRET
        assert "A secret changed" in backup_desk.backup_diff(tools, SYSTEM, DX_SWITCH, 2, 3)

        town.fleet.go_away(DX_SWITCH)
        done = backup(tools)
        assert [found["device"] for found in done.findings] == [DX_SWITCH]
        assert [each.number for each in backup_desk.backups(tools, SYSTEM, DX_SWITCH)] == [3, 2, 1]
        with pytest.raises(UnknownBackup):
            backup_desk.backup_text(tools, SYSTEM, DX_SWITCH, 9)


def test_old_versions_are_forgotten_but_the_last_and_the_accepted_one(database_url: str) -> None:
    with running(database_url, street(homes=1)) as town:
        tools = town.house.tools
        for number in range(1, 5):
            town.fleet.edit(DX_SWITCH, [f"ntp server 192.0.2.{number}"])
            backup_desk.take_backups(tools, SYSTEM, [DX_SWITCH])
        backup_desk.accept_backup(tools, SYSTEM, DX_SWITCH, 2)
        with tools.open_unit_of_work() as work:
            forgotten = work.backups.forget(tools.now() + timedelta(days=1))
            work.commit()

        left = backup_desk.backups(tools, SYSTEM, DX_SWITCH)
        assert forgotten == 2
        assert [(each.number, each.accepted_by) for each in left] == [(4, ""), (2, SYSTEM.user_name)]
        assert "192.0.2.2" in backup_desk.backup_text(tools, SYSTEM, DX_SWITCH, 2)


def test_metrics_tell_how_old_backups_are_and_which_drift_there_is(database_url: str) -> None:
    with running(database_url, street(homes=1)) as town:
        tools = town.house.tools
        count = len(backup_desk.take_backups(tools, SYSTEM, [DX_SWITCH]))
        town.fleet.edit(DX_SWITCH, ["no hostname"])
        run_now(tools, "audit", "me")
        exposition = town.house.metrics.exposition().decode()

    assert count == 1
    assert 'neutralhost_device_backups{state="fresh"} 1.0' in exposition
    assert 'neutralhost_device_backups{state="never"} 0.0' not in exposition
    assert 'neutralhost_backup_age_seconds{which="oldest"}' in exposition
    assert 'neutralhost_drift_findings{kind="missing"} 1.0' in exposition
    assert 'neutralhost_drift_findings{kind="unreachable"} 0.0' in exposition
