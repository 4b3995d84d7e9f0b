"""A restore of platforms that replace a whole configuration: each secret in its own place, or none at all."""

from datetime import UTC, datetime

import pytest

from automation.change_plan import ChangeAction
from automation.errors import PlatformCannot
from automation.masking import without_secrets
from automation.texts import DeviceText
from provisioning.backup_errors import BackupHoldsSecrets, NothingToRestore
from provisioning.backups import Backup
from provisioning.remedies import restore_of

NOW = datetime(2026, 11, 22, tzinfo=UTC)
JUNOS = """\
system {
    host-name dx;
    login {
        user ann {
            authentication {
                encrypted-password "$6$ann$HASHOFANN"; ## SECRET-DATA
            }
        }
        user bob {
            authentication {
                encrypted-password "$6$bob$HASHOFBOB"; ## SECRET-DATA
            }
        }
    }
}
"""
OPENWRT = """\
package wireless

config wifi-iface 'nh_S_1_radio0'
\toption ssid 'Bob'
\toption key 'sealed:ONE'

config wifi-iface 'nh_S_2_radio0'
\toption ssid 'Eve'
\toption key 'sealed:TWO'

"""


def backup(platform: str) -> Backup:
    return Backup("dx", 3, platform, NOW, NOW, "d", "f", 9)


def restored(platform: str, running: str, earlier: str, *, whole: bool = True):
    return restore_of(
        DeviceText("dx", platform, running), backup(platform), without_secrets(earlier, platform), (), whole=whole
    )


@pytest.mark.parametrize(
    ("platform", "running", "earlier"),
    [
        ("junos", JUNOS.replace("host-name dx", "host-name changed"), JUNOS),
        ("openwrt", OPENWRT.replace("'Eve'", "'Mallory'"), OPENWRT),
    ],
)
def test_the_whole_text_comes_back_with_every_secret_where_it_was(platform, running, earlier):
    change = restored(platform, running, earlier)

    assert without_secrets(earlier, platform) != earlier
    if change.action is ChangeAction.WHOLE:
        assert change.commands.split() == earlier.split()
        assert change.undo == running
    else:
        assert "$6$" not in change.commands  # lines: what is not different is not said


def test_a_secret_that_the_device_has_no_more_is_not_made_up():
    gone = OPENWRT.replace("config wifi-iface 'nh_S_2_radio0'", "config wifi-iface 'other'")

    with pytest.raises(BackupHoldsSecrets):
        restored("openwrt", gone, OPENWRT)


def test_a_secret_of_which_the_backup_had_two_is_not_put_back_twice():
    two = JUNOS.replace(
        '            authentication {\n                encrypted-password "$6$ann',
        '            authentication {\n                ssh-rsa "ssh-rsa AAAAB3ONE ann"; ## SECRET-DATA\n'
        '                ssh-rsa "ssh-rsa AAAAB3TWO ann"; ## SECRET-DATA\n'
        '                encrypted-password "$6$ann',
    )
    one = "".join(line for line in two.splitlines(keepends=True) if "TWO" not in line)
    assert two.count("ssh-rsa ") == 2 * one.count("ssh-rsa ") == 4

    with pytest.raises(BackupHoldsSecrets):
        restored("junos", one, two)


def test_nothing_is_proposed_where_the_device_says_it_already():
    with pytest.raises(NothingToRestore):
        restored("openwrt", OPENWRT, OPENWRT)


def test_a_platform_that_is_only_read_is_never_taken_back():
    for whole in (True, False):
        with pytest.raises(PlatformCannot, match="whole configuration replaced"):
            restored("ios", "hostname a\n", "hostname b\n", whole=whole)
