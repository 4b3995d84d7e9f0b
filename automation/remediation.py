"""The commands that take a device from one whole text to another: what to add, and what to negate. Pure.

hier_config compares the texts and knows what a platform's negations look like. Where it is wrong for us,
we set it right: a trunk's list of tags is never set, tags are added to it and taken from it (others'
services come and go meanwhile, and `no switchport trunk allowed vlan` means all of them); a port goes
dark before it loses its lines, and comes up after it has them; what is used is taken off its ports
before it is removed. See docs/decisions/planning-device-changes.md.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from hier_config import Platform as Hier
from hier_config import WorkflowRemediation, get_hconfig

from automation.dialects.eos.ownership import TRUNK_LIST, RunningConfig, config_lines
from automation.dialects.junos.remediation import remediation as junos_remediation
from automation.dialects.openwrt.remediation import remediation as openwrt_remediation
from automation.errors import PlatformCannot
from automation.masking import HIDDEN, without_secrets

type Blocks = dict[str, list[str]]
type Place = tuple[str, ...]  # a line below those it stands below, outermost first

# EOS needs no more than these words to take a line off, and some of its versions take no more.
_KEYWORD_ONLY = re.compile(r"no (?P<keyword>description|switchport mode|switchport access vlan|name)\b.*")
_LIST = re.compile(rf"(?:no )?{re.escape(TRUNK_LIST)}")


REMEDIATED = ("eos", "junos", "openwrt")


def can_remediate(platform: str) -> bool:
    """Whether commands between two whole texts of this platform can be made here."""
    return platform in REMEDIATED


def remediate(device: str, platform: str, running: str, target: str) -> str:
    """Return the commands from `running` to `target`, "" where both say the same. Raises: PlatformCannot."""
    match platform:
        case "eos":
            return _eos_remediation(running, target)
        case "junos":
            return junos_remediation(device, running, target)
        case "openwrt":
            return openwrt_remediation(device, running, target)
        case _:
            raise PlatformCannot(device, platform, ["being taken from one whole text to another"], list(REMEDIATED))


def _eos_remediation(running: str, target: str) -> str:
    was, wanted = (RunningConfig(text) for text in (running, target))
    workflow = WorkflowRemediation(_read(was), _read(wanted))
    blocks = _blocks(workflow.remediation_config.all_children_sorted())
    for port, lines in _tags(was, wanted).items():
        blocks.setdefault(f"interface {port}", []).extend(lines)
    return _text({header: lines for header, lines in blocks.items() if lines or not header.startswith("interface ")})


def with_its_secrets(
    device_text: str, masked_text: str, platform: str, intended: str = ""
) -> tuple[str, tuple[str, ...]]:
    """A masked text with the secrets that the device has still, and the lines of which it has none.

    What the device has lost is taken from the text that is `intended` of it, where that has it.
    """
    known = {**_secrets_by_place(intended, platform), **_secrets_by_place(device_text, platform)}
    found: list[str] = []
    lost: list[str] = []
    masked = masked_text.splitlines()
    places = tuple(_places(masked))
    times = Counter(places)
    for place, line in zip(places, masked, strict=True):
        ours = known.get(place, set())
        # Two lines that differ in their secret only, here or there: nobody can say which is whose.
        whole = next(iter(ours)) if HIDDEN in line and len(ours) == 1 and times[place] == 1 else line
        found.append(whole)
        lost += [line.strip()] if HIDDEN in whole else []
    return "\n".join((*found, "")), tuple(lost)


def _secrets_by_place(text: str, platform: str) -> Mapping[Place, set[str]]:
    """The lines of a text by their places, told without their secrets."""
    lines = text.splitlines()
    shown = [without_secrets(line, platform) for line in lines]
    found: dict[Place, set[str]] = {}
    for place, line in zip(_places(shown), lines, strict=True):
        found.setdefault(place, set()).add(line)
    return found


def _places(lines: Iterable[str]) -> Iterator[Place]:
    """Every line with those it stands below, told by its indentation: a user's password is that user's."""
    above: list[tuple[int, str]] = []
    for line in lines:
        depth = len(line) - len(line.lstrip())
        while above and above[-1][0] >= depth:
            above.pop()
        yield (*(words for _, words in above), _squeezed(line))
        if line.strip():
            above.append((depth, _squeezed(line)))


def _squeezed(line: str) -> str:
    return " ".join(line.split())


def _read(config: RunningConfig) -> Any:
    """Without what a comparison of two whole texts has no use for: comments, banners, the end."""
    lines = (line for line in config_lines(config.text) if line.strip() != "end")
    return get_hconfig(Hier.ARISTA_EOS, "\n".join(lines))


def _blocks(children: Iterable[Any]) -> Blocks:
    """What hier_config would send, block by block, set right line by line; deeper lines keep their indentation."""
    found: Blocks = {}
    said: list[str] = []
    for child in children:
        text, depth = str(child.cisco_style_text()), child.depth()
        bare = text.strip()
        if depth == 1:
            said = found.setdefault(_keyword_only(bare), [])
        elif not _LIST.match(bare):
            said.append("   " * (depth - 2) + _keyword_only(bare))
    return found


def _keyword_only(line: str) -> str:
    found = _KEYWORD_ONLY.fullmatch(line)
    return line if found is None else f"no {found['keyword']}"


def _tags(was: RunningConfig, wanted: RunningConfig) -> Mapping[str, Sequence[str]]:
    """By port, the tags that are taken from its list, and those that are added."""
    found: dict[str, list[str]] = {}
    for port in was.carried.keys() & wanted.carried.keys():
        before, after = was.carried[port], wanted.carried[port]
        if before is not None and after is not None:
            found[port] = [f"{TRUNK_LIST}remove {tag}" for tag in sorted(before - after)]
            found[port] += [f"{TRUNK_LIST}add {tag}" for tag in sorted(after - before)]
    for port in wanted.carried.keys() - was.carried.keys():
        found[port] = [line for line in wanted.ports[port] if line.startswith(TRUNK_LIST)]
    return found


def _text(blocks: Blocks) -> str:
    """What comes first, then the ports, then what goes: nothing is removed while a port uses it."""
    come = [name for name in blocks if not name.startswith(("no ", "interface "))]
    ports = [name for name in blocks if name.startswith("interface ")]
    gone = [name for name in blocks if name.startswith("no ")]
    said = [(name, _port(blocks[name]) if name in ports else blocks[name]) for name in (*come, *ports, *gone)]
    return "".join(f"{name}\n" + "".join(f"   {line}\n" for line in lines) for name, lines in said)


def _port(lines: Sequence[str]) -> Sequence[str]:
    """Dark first, up last; what is negated before what takes its place."""
    order = {"shutdown": 0, "no shutdown": 3}
    return sorted(lines, key=lambda line: order.get(line, 1 if line.startswith("no ") else 2))
