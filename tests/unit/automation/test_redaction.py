"""No secret of a device is shown to a person."""

import pytest

from automation.dialects.eos.secrets import without_secrets
from automation.redaction import printable


@pytest.mark.parametrize(
    "line",
    [
        "username admin privilege 15 role network-admin secret sha512 $6$SECRET/x.y",
        "username admin secret 0 SECRET",
        "username admin sshkey ssh-rsa SECRET admin@host",
        "enable password sha512 $6$SECRET",
        "enable secret SECRET",
        "snmp-server community SECRET ro",
        "snmp-server user eve net v3 auth sha SECRET priv aes SECRET",
        "tacacs-server host 192.0.2.1 key 7 SECRET",
        "tacacs-server key SECRET",
        "radius-server host 192.0.2.1 vrf mgmt key 7 SECRET",
        "   neighbor 192.0.2.1 password 7 SECRET",
        "   ip ospf message-digest-key 1 sha512 7 SECRET",
        "   ip ospf authentication-key 7 SECRET",
        "ntp authentication-key 1 sha1 7 SECRET",
        "   key 7 SECRET",
        "   pre-shared-key 7 SECRET",
        "   isis authentication key 7 SECRET",
    ],
)
def test_a_secret_is_removed_and_the_rest_of_the_text_stays(line):
    text = f"hostname sw\n{line}\nvlan 10\n   name key-customers\n"

    shown = without_secrets(text)

    assert "SECRET" not in shown
    assert shown.startswith("hostname sw\n")
    assert shown.endswith("\nvlan 10\n   name key-customers\n")
    assert len(shown.splitlines()) == len(text.splitlines())


def test_text_without_secrets_stays_as_it_is():
    text = "interface Ethernet1\n   description key 12 password room\n   switchport access vlan 12\n"

    assert "description key" in without_secrets(text)
    assert without_secrets("vlan 10\n   name lab\n") == "vlan 10\n   name lab\n"


def test_a_secret_in_a_diff_is_removed_too():
    diff = "@@ -1,2 +1,3 @@\n hostname sw\n+username eve secret 0 SECRET\n-enable password SECRET\n"

    assert "SECRET" not in without_secrets(diff)
    assert without_secrets(diff).startswith("@@ -1,2 +1,3 @@\n hostname sw\n+username eve secret 0 <removed>\n")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("% Invalid\r\n  input\x1b[2J.", "% Invalid input [2J"),
        ("", "no reason given"),
        ("\x00\n", "no reason given"),
        ("x" * 400, "x" * 300),
    ],
)
def test_a_devices_own_words_are_one_short_printable_line(words, shown):
    assert printable(words) == shown
