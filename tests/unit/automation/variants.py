"""Texts of each family of platforms, and variants of them that configure a device alike."""

import random
import re

EOS = """\
! device: sw-1 (DCS)
!
hostname sw-1
!
banner login
Welcome   to the
!  town
EOF
!
vlan 2001
   name S-1
!
vlan 2002
   name S-2
!
interface Ethernet1
   description a
   no shutdown
   switchport access vlan 2001
   switchport mode dot1q-tunnel
!
interface Ethernet2
   switchport trunk allowed vlan 2001-2002
   switchport mode trunk
!
ip access-list A
   10 permit ip any any
   20 deny ip any any
!
router bgp 65000
   router-id 192.0.2.1
   address-family ipv4
      neighbor 192.0.2.2 activate
      neighbor 192.0.2.3 activate
   neighbor 192.0.2.2 remote-as 65001
!
policy-map type quality-of-service nh-S-1
   class class-default
      police rate 100 mbps burst-size 12500 bytes
!
ntp server 192.0.2.9
end
"""
IOS = """\
hostname r1
access-list 10 permit 192.0.2.1
access-list 10 deny any
banner motd ^CHi
 there ^C
interface Gi0/1
 ip address 192.0.2.1 255.255.255.0
 no shutdown
interface Gi0/2
 shutdown
"""
JUNOS = """\
system {
    host-name r1;
    services {
        ssh;
    }
}
interfaces {
    ge-0/0/0 {
        disable;
        unit 0 {
            description "x; y {";
        }
    }
}
bridge-domains {
    nh-S-1 {
        vlan-id 2001;
        interface ge-0/0/1.2001;
    }
}
firewall {
    filter f {
        term a {
            then accept;
        }
        term b {
            then discard;
        }
    }
}
"""
OPENWRT = """\
package wireless

config wifi-device 'radio0'
	option channel '36'
	option disabled '1'

config wifi-iface 'nh_S_1'
	option device 'radio0'
	option ssid 'Town'
	option key 'two
lines'

package network

config bridge-vlan 'nh_v2001'
	option device 'br-lan'
	option vlan '2001'
	list ports 'lan1:t'
	list ports 'lan1'

config route
	option target '192.0.2.0'

config route
	option target '198.51.100.0'
"""
PLATFORM_TEXTS = {"eos": EOS, "ios": IOS, "junos": JUNOS, "openwrt": OPENWRT}
_TOP_DOWN = ("banner", "ip access-list", "access-list", "policy-map", "firewall")


def variant_of(text: str, platform: str, chance: random.Random) -> str:
    """Another text that configures the same: blocks and lines in another order, white space strewn in."""
    if platform == "junos":
        return "".join(f"{line.rstrip()}{' ' * chance.randrange(3)}\n" for line in _junos(text, chance))
    return _uci(text, chance) if platform == "openwrt" else _indented(text, chance)


def _indented(text: str, chance: random.Random) -> str:
    blocks: list[list[str]] = []
    in_banner = False
    for line in text.splitlines():
        if not (in_banner or line.startswith((" ", "!"))) and (line != "EOF"):
            blocks.append([line])
        elif in_banner or not line.startswith("!"):
            blocks[-1].append(line)
        in_banner = (in_banner or line == "banner login") and line != "EOF"
    lists = [block for block in blocks if block[0].startswith("access-list")]
    others = [block for block in blocks if not block[0].startswith("access-list")]
    chance.shuffle(others)
    where = chance.randrange(len(others) + 1)
    return "".join(_block(block, chance) for block in (*others[:where], *lists, *others[where:]))


def _block(block: list[str], chance: random.Random) -> str:
    header, *body = block
    if header.startswith("banner"):
        return "\n".join((*block, "!" * chance.randrange(2), ""))
    groups = _groups(body)
    if not header.startswith(_TOP_DOWN):
        chance.shuffle(groups)
    pad = " " * chance.randrange(3)
    lines = [f"{pad}{line}{' ' * chance.randrange(2)}" for group in groups for line in group]
    between = chance.choice(["!\n", "\n", "!\n! a comment\n", ""])
    return "\n".join((header.replace(" ", " " * chance.randrange(1, 3), 1), *lines, "")) + between


def _groups(body: list[str]) -> list[list[str]]:
    """The lines of a block, each with those below it."""
    margin = min((len(line) - len(line.lstrip()) for line in body), default=0)
    groups: list[list[str]] = []
    for line in body:
        if len(line) - len(line.lstrip()) == margin:
            groups.append([line])
        else:
            groups[-1].append(line)
    return groups


def _junos(text: str, chance: random.Random) -> list[str]:
    top = _groups(re.sub(r"(?m)^\}$", " }", text).splitlines())
    chance.shuffle(top)
    return [line for group in top for line in group]


def _uci(text: str, chance: random.Random) -> str:
    packages = re.split(r"(?m)^(?=package )", text)[1:]
    chance.shuffle(packages)
    found = ""
    for package in packages:
        head, *sections = re.split(r"(?m)^(?=config )", package)
        unnamed = [section for section in sections if re.match(r"config \S+$", section.splitlines()[0])]
        named = [section for section in sections if section not in unnamed]
        chance.shuffle(named)
        found += head + "".join((*named, *unnamed)).replace("\toption", chance.choice(["\toption", "  option "]))
    return found
