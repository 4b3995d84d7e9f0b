"""No secret of a real-world line gets past the mask of its platform, and what is no secret stays.

The lines are forms that the vendors' references and other tools' rules for masking name; `S3cret` and
`h4sh` stand where the secret was.
"""

import pytest

from automation.masking import HIDDEN, without_secrets

SECRETS = ("S3cret", "h4sh", "MIIEow", "0822455D0A16")

EOS = """\
enable secret sha512 $6$h4sh/abc
enable password 0 S3cret
aaa root secret sha512 $6$h4sh
username admin privilege 15 role network-admin secret sha512 $6$h4sh.abc
username admin secret 0 S3cret
username admin secret 5 $1$h4sh
username admin ssh-key ssh-rsa AAAAh4sh admin@desk
username admin sshkey ssh-ed25519 AAAAh4sh
snmp-server community S3cret ro
snmp-server community 7 0822455D0A16 rw
snmp-server host 10.0.0.1 version 2c S3cret
snmp-server host 10.0.0.1 vrf MGMT informs version 2c S3cret udp-port 1162
snmp-server user nms network v3 auth sha S3cret priv aes S3cret
snmp-server user nms network v3 localized 0a0b auth sha256 h4sh priv aes256 h4sh
tacacs-server host 10.0.0.1 vrf MGMT key 7 0822455D0A16
tacacs-server key 7 0822455D0A16
radius-server host 10.0.0.1 key 7 0822455D0A16
radius-server key 8a $h4sh
radius proxy
   client group g
      client ipv4 10.0.0.9 key 7 0822455D0A16
ntp authentication-key 1 md5 7 0822455D0A16
ntp authentication-key 1 sha1 8a $h4sh
ntp authentication-key 3 sha1 S3cret
router bgp 65000
   neighbor 10.0.0.2 password 7 0822455D0A16
   neighbor peers password 8a $h4sh
   neighbor peers password shared-secret profile p algorithm hmac-sha1
interface Ethernet1
   ip ospf authentication-key 7 0822455D0A16
   ip ospf message-digest-key 1 md5 7 0822455D0A16
   ospfv3 authentication ipsec spi 256 sha1 passphrase 7 0822455D0A16
   isis authentication key 7 0822455D0A16
   vrrp 1 peer authentication text S3cret
   vrrp 1 peer authentication ietf-md5 key-string 7 0822455D0A16
   dot1x eapol authentication username u password 7 0822455D0A16
router isis core
   authentication key 7 0822455D0A16
mac security
   profile p
      key 0a0b 7 0822455D0A16
      key 0a0b0c0d 0 S3cret fallback
management security
   password encryption-key common
   session shared-secret profile p
      secret 0 7 0822455D0A16 receive-lifetime infinite transmit-lifetime infinite
      secret 1 S3cret
ip ssh client key-string S3cret
ipsec
   profile p
      shared-key 7 0822455D0A16
daemon TerminAttr
   exec /usr/bin/TerminAttr -cvaddr=10.0.0.1:9910 -cvauth=key,S3cret -taillogs
   exec /usr/bin/TerminAttr -cvauth=token-secure,S3cret
"""
IOS = """\
enable secret 5 $1$h4sh$abc
enable secret 9 $9$h4sh
enable password 7 0822455D0A16
enable password S3cret
enable password level 7 7 0822455D0A16
username admin privilege 15 secret 5 $1$h4sh
username admin privilege 15 password 7 0822455D0A16
username admin password 0 S3cret
username admin password S3cret
snmp-server community S3cret RO 10
snmp-server host 10.0.0.1 S3cret
snmp-server host 10.0.0.1 version 2c S3cret
snmp-server host 10.0.0.1 vrf MGMT version 2c S3cret udp-port 1162
snmp-server host 10.0.0.1 traps version 2c S3cret
snmp-server user nms grp v3 auth md5 S3cret priv aes 128 S3cret
tacacs-server host 10.0.0.1 key S3cret
tacacs-server key 7 0822455D0A16
radius-server host 10.0.0.1 auth-port 1812 acct-port 1813 key 7 0822455D0A16
radius-server key S3cret
tacacs server T1
 address ipv4 10.0.0.1
 key 7 0822455D0A16
radius server R1
 key S3cret
aaa group server radius g
 server-private 10.0.0.1 auth-port 1812 key 7 0822455D0A16
key chain K
 key 1
  key-string 7 0822455D0A16
  key-string S3cret
interface Gi0/1
 ip ospf authentication-key S3cret
 ip ospf message-digest-key 1 md5 S3cret
 ip ospf message-digest-key 1 md5 7 0822455D0A16
 standby 1 authentication S3cret
 standby 1 authentication md5 key-string 7 0822455D0A16
 vrrp 1 authentication text S3cret
 ppp chap password 7 0822455D0A16
 ppp pap sent-username u password 0 S3cret
 glbp 1 authentication md5 key-string 7 0822455D0A16
 isis password S3cret
 wpa-psk ascii 0 S3cret
router bgp 65000
 neighbor 10.0.0.2 password 7 0822455D0A16
 neighbor 10.0.0.2 password S3cret
crypto isakmp key S3cret address 10.0.0.2
crypto isakmp key 6 S3cret address 10.0.0.2
crypto keyring k
 pre-shared-key address 10.0.0.2 key S3cret
 pre-shared-key local S3cret
ntp authentication-key 1 md5 0822455D0A16 7
line vty 0 4
 password 7 0822455D0A16
 password S3cret
ip ftp password 7 0822455D0A16
ip http client password S3cret
archive
 path ftp://user:S3cret@10.0.0.1/x
dot11 ssid guest
 wpa-psk ascii 7 0822455D0A16
"""
NXOS = """\
username admin password 5 $5$h4sh role network-admin
username admin password 5 $5$h4sh  role network-admin
snmp-server user admin network-admin auth md5 0xh4sh priv 0xh4sh localizedkey
snmp-server user nms auth sha S3cret priv aes-128 S3cret
snmp-server community S3cret group network-operator
snmp-server mib community-map S3cret context c
snmp-server host 10.0.0.1 traps version 2c S3cret
snmp-server host 10.0.0.1 version 2c S3cret udp-port 1163
snmp-server host 10.0.0.1 traps version 1 S3cret
snmp-server host 10.0.0.1 use-vrf management
tacacs-server key 7 "0822455D0A16"
tacacs-server host 10.0.0.1 key 7 "0822455D0A16"
radius-server host 10.0.0.1 key 7 "0822455D0A16" authentication accounting
radius-server key 7 "0822455D0A16"
ntp authentication-key 1 md5 S3cret 7
key chain K
  key 1
    key-string 7 0822455D0A16
interface Ethernet1/1
  ip ospf authentication-key 3 h4sh
  ip ospf message-digest-key 1 md5 3 h4sh
  hsrp 1
    authentication md5 key-string S3cret
    authentication text S3cret
router bgp 65000
  neighbor 10.0.0.2
    password 3 h4sh
"""
IOSXR = """\
username admin
 group root-lr
 secret 5 $1$h4sh
 secret 10 $6$h4sh
 password 7 0822455D0A16
snmp-server community S3cret RO
snmp-server community encrypted 0822455D0A16 RO
snmp-server host 10.0.0.1 traps version 2c S3cret
snmp-server host 10.0.0.1 traps encrypted 0822455D0A16
snmp-server user nms grp v3 auth md5 encrypted 0822455D0A16 priv aes 128 encrypted 0822455D0A16
tacacs-server host 10.0.0.1 port 49
 key 7 0822455D0A16
tacacs-server key 7 0822455D0A16
radius-server host 10.0.0.1 auth-port 1812 acct-port 1813
 key 7 0822455D0A16
key chain K
 key 1
  key-string password 0822455D0A16
router bgp 65000
 neighbor 10.0.0.2
  password encrypted 0822455D0A16
  password clear S3cret
router ospf 1
 authentication-key encrypted 0822455D0A16
 message-digest-key 1 md5 encrypted 0822455D0A16
router isis 1
 lsp-password hmac-md5 encrypted 0822455D0A16
 interface Gi0/0/0/0
  hello-password hmac-md5 encrypted 0822455D0A16
ntp
 authentication-key 1 md5 encrypted 0822455D0A16
line console
 secret 5 $1$h4sh
 password 7 0822455D0A16
mpls ldp
 neighbor
  password encrypted 0822455D0A16
macsec
 key-string password6 h4sh cryptographic-algorithm aes-128-cmac
"""
JUNOS = """\
system {
    root-authentication {
        encrypted-password "$6$h4sh$abc"; ## SECRET-DATA
        ssh-rsa "ssh-rsa AAAAh4sh root@desk"; ## SECRET-DATA
    }
    login {
        user admin {
            authentication {
                encrypted-password "$1$h4sh";
            }
        }
    }
    radius-server {
        10.0.0.1 {
            secret "$9$h4sh"; ## SECRET-DATA
        }
        10.0.0.2 secret "$9$h4sh";
    }
    tacplus-server 10.0.0.3 secret S3cret;
    archival {
        archive-sites {
            "scp://user:S3cret@10.0.0.9/x" password "$9$h4sh"; ## SECRET-DATA
        }
    }
    ntp {
        authentication-key 1 type md5 value "$9$h4sh"; ## SECRET-DATA
        authentication-key 2 type md5 value S3cret;
    }
}
snmp {
    community S3cret {
        authorization read-only;
    }
    community S3cret;
    v3 {
        usm {
            local-engine {
                user nms {
                    authentication-sha {
                        authentication-key "$9$h4sh"; ## SECRET-DATA
                        authentication-password S3cret;
                    }
                    privacy-aes128 {
                        privacy-key "$9$h4sh";
                    }
                }
            }
        }
        snmp-community index {
            community-name "$9$h4sh"; ## SECRET-DATA
        }
    }
}
security {
    ike {
        policy p {
            pre-shared-key ascii-text "$9$h4sh"; ## SECRET-DATA
            pre-shared-key ascii-text S3cret;
            pre-shared-key hexadecimal 0xh4sh;
        }
    }
    authentication-key-chains {
        key-chain k {
            key 1 {
                secret "$9$h4sh"; ## SECRET-DATA
            }
        }
    }
    macsec {
        connectivity-association a {
            pre-shared-key {
                cak "$9$h4sh"; ## SECRET-DATA
            }
        }
    }
}
protocols {
    bgp {
        group g {
            authentication-key "$9$h4sh"; ## SECRET-DATA
        }
    }
    ospf {
        area 0.0.0.0 {
            interface ge-0/0/0.0 {
                authentication {
                    md5 1 key "$9$h4sh"; ## SECRET-DATA
                    simple-password S3cret;
                }
            }
        }
    }
    isis {
        level 2 authentication-key S3cret;
    }
    mpls {
        x chap-secret S3cret;
    }
}
set system root-authentication encrypted-password "$6$h4sh"
set system login user admin authentication ssh-ed25519 "ssh-ed25519 AAAAh4sh a@b"
set snmp community S3cret authorization read-only
set protocols bgp group g authentication-key "$9$h4sh"
set system radius-server 10.0.0.1 secret "$9$h4sh"
set security ike policy p pre-shared-key ascii-text "$9$h4sh"
"""
OPENWRT = """\
package wireless

config wifi-iface 'w0'
	option ssid 'Town'
	option encryption 'sae-mixed'
	option key 'S3cret'
	option sae_password 'S3cret'
	option auth_secret 'S3cret'
	option acct_secret "S3cret"
	option dae_secret S3cret
	option key1 's:S3cret'
	option wpa_passphrase 'S3cret'
	option priv_key_pwd 'S3cret'
	option password 'S3cr'\\''S3cret'
	option key 'two
S3cret lines'
	list r0kh '02:00:00:00:00:01,ap1,S3cret'
	list r1kh '02:00:00:00:00:01,02:00:00:00:00:01,S3cret'

package network

config interface 'wg0'
	option proto 'wireguard'
	option private_key 'S3cret='
config wireguard_wg0
	option preshared_key 'S3cret='
config interface 'wwan'
	option pincode 'S3cret'
	option password 'S3cret'

package rpcd
config login
	option username 'root'
	option password '$p$h4sh'
wireless.w0.key='S3cret'
wireless.@wifi-iface[0].auth_secret='S3cret'
snmpd.public.community='S3cret'
set wireless.w0.key='S3cret'
add_list wireless.w0.r0kh='02:00:00:00:00:01,ap1,S3cret'
neutralhost.ap.one_time_key='S3cret'
"""
TEXTS = {"eos": EOS, "ios": IOS, "nxos": NXOS, "iosxr": IOSXR, "junos": JUNOS, "openwrt": OPENWRT}
PEM = "crypto key\n-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAK\nMIIEowXX\n-----END RSA PRIVATE KEY-----\nend\n"


@pytest.mark.parametrize("platform", TEXTS)
def test_no_secret_of_a_real_world_line_is_seen(platform: str) -> None:
    masked = without_secrets(TEXTS[platform], platform)
    assert [line for line in masked.splitlines() if any(secret in line for secret in SECRETS)] == []


@pytest.mark.parametrize("platform", TEXTS)
def test_each_line_hides_its_secret_by_itself_also_in_a_diff(platform: str) -> None:
    lines = [line for line in TEXTS[platform].splitlines() if any(secret in line for secret in SECRETS)]
    seen = [
        line
        for line in lines
        if platform != "openwrt" or line.count("'") % 2 == 0
        for shown in (line, f"+{line}", f"- {line}")
        if any(secret in without_secrets(shown, platform) for secret in SECRETS)
    ]
    assert seen == []


@pytest.mark.parametrize("platform", [*TEXTS, "something-new"])
def test_a_private_key_is_taken_out_whole(platform: str) -> None:
    assert "MIIEow" not in without_secrets(PEM, platform)


def test_a_platform_nobody_taught_is_masked_by_all_rules() -> None:
    for text in (EOS, IOS, NXOS, IOSXR, JUNOS):
        assert not any(secret in without_secrets(text, "something-new") for secret in SECRETS)


HARMLESS = {
    "eos": "vlan 2001\n   name S-1\n!\ninterface Ethernet1\n   description secretary, 1 Key Street\n   no shutdown\n"
    "   service-policy type qos input nh-S-1\n!\n"
    "ntp server 10.0.0.1\nsnmp-server location Tower\nlogging host 10.0.0.9\n",
    "ios": "hostname r1\nservice password-encryption\nip ssh version 2\nkey chain K\n key 1\nsnmp-server contact noc\n",
    "nxos": "feature ssh\nno password strength-check\nkey chain K\n  key 1\nsnmp-server contact noc\n",
    "iosxr": "hostname r1\nkey chain K\n key 1\nsnmp-server location Tower\n",
    "junos": "policy-options {\n    community LOCAL members 65000:1;\n}\nsnmp {\n    location Tower;\n}\n"
    "vlans {\n    S-1 {\n        vlan-id 2001;\n    }\n}\n",
    "openwrt": "package wireless\n\nconfig wifi-iface 'w0'\n\toption ssid 'key'\n\toption encryption 'psk2'\n"
    "\toption network 'isp_a'\n\toption wpa_key_mgmt 'SAE'\n",
}


@pytest.mark.parametrize("platform", HARMLESS)
def test_what_is_no_secret_stays_as_it_is(platform: str) -> None:
    text = HARMLESS[platform]
    assert without_secrets(text, platform) == text
    assert HIDDEN not in text


@pytest.mark.parametrize("platform", TEXTS)
def test_masking_twice_is_masking_once(platform: str) -> None:
    once = without_secrets(TEXTS[platform], platform)
    assert without_secrets(once, platform) == once
    assert HIDDEN in once


def test_what_a_statement_of_junos_is_stays_one() -> None:
    assert without_secrets("    community S3cret {", "junos") == "    community <removed> {"
    assert without_secrets('    authentication-key "$9$h4sh"; ## SECRET-DATA', "junos") == (
        "    authentication-key <removed>; ## SECRET-DATA"
    )
    assert without_secrets("    simple-password S3cret;", "junos") == "    simple-password <removed>;"
