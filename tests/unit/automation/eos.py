"""A device's text, and the little of EOS's merge that the planner's own tests need.

Written from the EOS User Manual's description of the commands, line kind by line kind, and
apart from both the planner and the twin. Blocks and lines keep the order of a fresh device.
"""

import re
from itertools import groupby

BASE = """\
hostname sw-quay
!
vlan 10
   name management
!
interface Ethernet1
   description Free UNI
   mtu 9000
   shutdown
!
interface Ethernet2
   shutdown
!
interface Ethernet3
   description towards dx-park
   mtu 9214
   switchport trunk allowed vlan none
   switchport mode trunk
!
interface Ethernet4
   switchport trunk allowed vlan 10
   switchport mode trunk
!
interface Management1
   ip address 192.0.2.1/24
!
end
"""
_ORDER = (
    "description",
    "mtu",
    "shutdown",
    "switchport trunk",
    "switchport access",
    "switchport mode",
    "switchport vlan translation in required",
    "switchport vlan translation",
    "service-policy",
)
_ONE_OF = (
    "description",
    "switchport access vlan",
    "switchport trunk allowed vlan",
    "switchport mode",
    "service-policy type qos input",
    "name",
    "police",
)


def ranges(tags: set[int]) -> str:
    if not tags:
        return "none"
    runs = [[tag for _, tag in run] for _, run in groupby(enumerate(sorted(tags)), lambda pair: pair[1] - pair[0])]
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def expand(text: str) -> set[int]:
    if text == "none":
        return set()
    pairs = [part.partition("-") for part in text.split(",")]
    return {tag for first, _, last in pairs for tag in range(int(first), int(last or first) + 1)}


def merge(running: str, commands: str) -> str:
    """The running-config after `commands` were entered."""
    blocks = _read(running)
    header = ""
    for line in map(str.strip, commands.splitlines()):
        if re.match(r"(vlan|interface|policy-map) ", line):
            header = line
            blocks.setdefault(header, [])
        elif re.match(r"no (vlan|policy-map) ", line):
            del blocks[line.removeprefix("no ")]
        else:
            _enter(blocks[header], line)
    return _write(blocks)


def _read(running: str) -> dict[str, list[str]]:
    blocks: dict[str, list[str]] = {}
    for line in running.splitlines():
        if line.startswith(" "):
            list(blocks.values())[-1].append(line.strip())
        elif line not in ("!", "end"):
            blocks[line] = []
    return blocks


def _enter(lines: list[str], line: str) -> None:
    change = re.fullmatch(r"switchport trunk allowed vlan (add|remove) (.+)", line)
    if change:
        old = next(old for old in lines if old.startswith("switchport trunk allowed vlan "))
        tags, given = expand(old.rsplit(" ", 1)[1]), expand(change[2])
        lines[lines.index(old)] = (
            f"switchport trunk allowed vlan {ranges(tags | given if change[1] == 'add' else tags - given)}"
        )
        return
    wanted = line.removeprefix("no ")
    kind = next((kind for kind in _ONE_OF if wanted.startswith(kind)), wanted)
    lines[:] = [old for old in lines if not (old == kind or old.startswith(f"{kind} "))]
    if not line.startswith("no "):
        lines.append(line)


def _write(blocks: dict[str, list[str]]) -> str:
    kinds = ("hostname", "vlan", "policy-map", "interface")
    ordered = sorted(blocks, key=lambda header: (kinds.index(header.split(" ")[0]), _natural(header)))
    text = ""
    for header in ordered:
        text += f"{header}\n" + "".join(f"   {line}\n" for line in _sorted(header, blocks[header])) + "!\n"
    return text + "end\n"


def _natural(header: str) -> list[object]:
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", header)]


def _sorted(header: str, lines: list[str]) -> list[str]:
    if not header.startswith("interface "):
        return lines
    return sorted(lines, key=lambda line: next((i for i, kind in enumerate(_ORDER) if line.startswith(kind)), -1))
