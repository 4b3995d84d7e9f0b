"""Safety limits: what no change plan may do unless a person lifts the limit for that one plan. Pure.

Limits are about what devices would lose, whoever asks and why. octoDNS has the same idea for zones; its
messages have the figures, and so have ours.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from automation.change_plan import ChangeAction, DeviceChange
from automation.meaning import removed_lines

FEW_LINES = 20
"""Removing no more lines than this is within every share: a port's lines are a large part of a small text."""


class Limit(StrEnum):
    """What is limited."""

    DEVICES = "devices"
    REMOVED_LINES = "removed-lines"
    PROTECTED_LINES = "protected-lines"
    STANDING_SERVICES = "standing-services"
    CABLING = "cabling"


PROTECTED: Mapping[str, tuple[str, ...]] = {
    "eos": (
        r"interface Management\d+",
        r"management (api|ssh|security|console)",
        r"(aaa|username|enable|radius-server|tacacs-server) ",
        r"ip route (vrf \S+ )?0\.0\.0\.0/0",
    ),
    "junos": (
        r"interfaces (fxp0|em0|me0|re0:mgmt-\d+|vme)",
        r"system (services|login|root-authentication|authentication-order|radius-server|tacplus-server)",
        r"routing-options static route 0\.0\.0\.0/0",
        r"(routing-instances|groups) mgmt",
    ),
    "openwrt": (r"(rpcd|uhttpd|dropbear)[. ]", r"network\.(lan|mgmt|management|nh0_\w+)\b", r"system\.@?rpcd"),
}
"""By platform: how we reach a device, and who may sign in. Regular expressions, held against the start of a path."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one plan may change. `most_removed` is a share of a device's lines, 0.0 to 1.0."""

    most_devices: int
    most_removed: float
    protected: Mapping[str, Sequence[str]] = field(default_factory=lambda: PROTECTED)


@dataclass(frozen=True, slots=True)
class BrokenLimit:
    """A limit that a plan goes beyond, in one sentence with the figures."""

    limit: Limit
    sentence: str


def broken_limits(
    changes: Sequence[DeviceChange], platforms: Mapping[str, str], limits: Limits, lifted: Collection[Limit] = ()
) -> tuple[BrokenLimit, ...]:
    """Return what stands against these rehearsed changes; `platforms` says of each device which it runs."""
    effective = [change for change in changes if change.diff]
    found = (
        *_too_many(effective, limits),
        *(broken for change in effective for broken in _too_much(change, limits)),
        *(broken for change in effective for broken in _protected(change, platforms.get(change.device, ""), limits)),
    )
    return tuple(broken for broken in found if broken.limit not in lifted)


def _too_many(changes: Sequence[DeviceChange], limits: Limits) -> Iterator[BrokenLimit]:
    if len(changes) > limits.most_devices:
        text = f"It changes {len(changes)} devices, and one plan may change {limits.most_devices}."
        yield BrokenLimit(Limit.DEVICES, text)


def _too_much(change: DeviceChange, limits: Limits) -> Iterator[BrokenLimit]:
    gone = removed_lines(change.diff)
    if change.lines and gone > FEW_LINES and gone > limits.most_removed * change.lines:
        share, most = gone / change.lines, limits.most_removed
        text = f"It removes {gone} of {change.lines} lines of {change.device}, {share:.1%}; one plan may {most:.1%}."
        yield BrokenLimit(Limit.REMOVED_LINES, text)


def _protected(change: DeviceChange, platform: str, limits: Limits) -> Iterator[BrokenLimit]:
    """Of a path only what the pattern met is named: its end may be a secret.

    Commands can be abbreviated and can name what stands above; the device's diff says in full what comes and goes.
    Of a whole text only that counts: most of it is there already.
    """
    patterns = [re.compile(pattern) for pattern in limits.protected.get(platform, ())]
    said = () if change.action is ChangeAction.WHOLE else paths_of(change.commands)
    met = (pattern.match(path) for path in (*said, *changed_paths(change.diff)) for pattern in patterns)
    touched = dict.fromkeys(found[0].strip() for found in met if found)
    if touched:
        text = f"It changes protected lines of {change.device}: {'; '.join(touched)}."
        yield BrokenLimit(Limit.PROTECTED_LINES, text)


def paths_of(commands: str) -> Iterator[str]:
    """Every command with the lines it stands below, as one text without its verb.

    `interface Management1` over `   no shutdown` is "interface Management1 shutdown"; Junos' `set system login ...`
    and UCI's `network.lan.proto=...` have their whole path in one line.
    """
    return (path for _, path in _paths(commands.splitlines()))


def changed_paths(diff: str) -> Iterator[str]:
    """What a device's diff adds, takes away or turns off, each with the lines it stands below.

    `[edit system]` is where Junos says that what follows stands; `!` is its sign for what is turned off or moved.
    """
    above, lines = "", list[str]()
    for line in (*diff.splitlines(), "[edit]"):
        place = _EDIT.match(line)
        if place is None:
            lines.append(line)
            continue
        changed = (path for sign, path in _paths(lines, signs=1) if sign in "+-!")
        yield from (f"{above} {path}".strip() for path in changed)
        above, lines = place["place"], []


def _paths(lines: Iterable[str], signs: int = 0) -> Iterator[tuple[str, str]]:
    """Each line's sign and its path; as many characters before it as there are signs."""
    above: list[tuple[int, str]] = []
    for line in _said(lines, signs):
        text = line[signs:]
        depth = len(text) - len(text.lstrip())
        above = [(deep, said) for deep, said in above if deep < depth]
        above.append((depth, _plain(text)))
        yield line[:signs], " ".join(said for _, said in above)


_EDIT = re.compile(r"\[edit ?(?P<place>[^\]]*)\]")
_BESIDE = ("+++", "---", "@@")  # what a unified diff says of itself
_VERB = re.compile(
    r"^(no|default|set|delete|add|add_list|del_list|replace:|delete:|edit|activate|deactivate|inactive:|protect|unprotect"
    r"|rename|insert|annotate) "
)


def _said(lines: Iterable[str], signs: int) -> Iterable[str]:
    said = (line for line in lines if not (signs and line.startswith(_BESIDE)))
    return (line for line in said if line[signs:].strip() not in {"", "!", "}"})


def _plain(line: str) -> str:
    return _VERB.sub("", line.strip().rstrip("{;").strip())
