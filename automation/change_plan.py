"""What has to change on devices, and how that went. Pure."""

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from automation.drift_kinds import DriftKind
from automation.intents import Intent
from automation.meaning import meaning

_SHORT = 4096
# A plan of many devices is held against its approval at every batch. Long diffs are few, and would fill the memory.
_kept_meaning = lru_cache(maxsize=2048)(meaning)


class ChangeAction(StrEnum):
    """Whether intents are put on devices, taken off them, or put in the place of others; or given text is loaded."""

    ADD = "add"
    REMOVE = "remove"
    REPLACE = "replace"
    LINES = "lines"
    WHOLE = "whole"

    @property
    def is_given(self) -> bool:
        """Whether the text to load is given, and nothing of it is planned."""
        return self in {ChangeAction.LINES, ChangeAction.WHOLE}


@dataclass(frozen=True, slots=True)
class DeviceChange:
    """What one device is to be told, and what it said it would change.

    `commands` is the exact text that is loaded, "" where the device already says what it
    should. It does not depend on other circuits (tags are added to and removed from ports'
    lists), so what was approved can still be applied after another circuit came by.
    `diff` is the device's own. `intents` are what the commands come from: just before they are
    loaded they are planned again, and after the commit they are looked for. `idle_lines` are
    the UNI's owned lines as found (see `UniIntent`). Of a REPLACE `before` are the intents whose
    place they take: those the device goes back to where the change is undone. Of LINES `commands` are
    given and `undo` takes them back; nothing is planned, and a device that sees no difference has them: their
    `intents` are only what they may bring back.
    WHOLE is the same of a whole configuration, which takes the place of the one in force.
    `lines` is how many lines the device's text had when the change was rehearsed, 0 where that is not known.
    """

    device: str
    action: ChangeAction
    commands: str
    diff: str
    intents: tuple[Intent, ...]
    idle_lines: tuple[str, ...] = ()
    before: tuple[Intent, ...] = ()
    undo: str = ""
    lines: int = 0

    @property
    def changes_something(self) -> bool:
        """Whether the device is to be changed, as far as its rehearsal said. Given lines may be there already."""
        return bool(self.commands) and (not self.action.is_given or bool(self.diff))

    @property
    def digest(self) -> str:
        """SHA-256 of what would be loaded and of what the device says that means: what an approval is bound to."""
        kept = _kept_meaning if len(self.diff) <= _SHORT else meaning
        parts = (self.device, self.action, self.commands, *kept(self.diff))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def lines_change(device: str, commands: str, undo: str) -> DeviceChange:
    """A change of given lines: what is loaded, and what takes it back. Nothing of it is planned."""
    return DeviceChange(device, ChangeAction.LINES, commands, "", (), undo=undo)


def whole_change(device: str, text: str, undo: str) -> DeviceChange:
    """A change of a whole configuration: what takes the place of the one in force, and what that was."""
    return DeviceChange(device, ChangeAction.WHOLE, text, "", (), undo=undo)


def opposite(change: DeviceChange) -> DeviceChange:
    """The change that takes this one back, not yet rehearsed."""
    plain = replace(change, diff="", lines=0)
    match change.action:
        case ChangeAction.LINES | ChangeAction.WHOLE:
            return replace(plain, commands=change.undo, undo=change.commands, intents=())
        case ChangeAction.REPLACE:
            return replace(plain, commands="", intents=change.before, before=change.intents)
        case ChangeAction.ADD:
            return replace(plain, commands="", action=ChangeAction.REMOVE)
        case ChangeAction.REMOVE:
            return replace(plain, commands="", action=ChangeAction.ADD)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One device that could not be rehearsed, changed or read, and why in one sentence.

    `reason` carries no secret. `code` is the code of the AutomationError behind it.
    """

    device: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class DeployReport:
    """How a deploy went. Names of devices.

    All or nothing: where `refusals` is not empty, `confirmed` is empty, what was sent was
    `undone`, and `uncertain` lists devices that could not be told to go back: their own
    revert timer does it within the time that was given. Where a refusal of an uncertain device
    says that it had confirmed, or may have, no timer runs there: somebody must look.
    """

    confirmed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()
    uncertain: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    diffs: tuple[tuple[str, str], ...] = ()  # (device, what it changed)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at on a device, and whether it was as intended.

    Of a finding of the audit that is not ok `kind` says how it drifted, and `label` of what it is where that is known.
    """

    device: str
    check: str
    ok: bool
    detail: str
    kind: DriftKind | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What every device would change. Nothing was left on any of them.

    `findings`, none of them ok, are what stands against it though no device refused: a limit is the check of each.
    """

    changes: tuple[DeviceChange, ...]
    refusals: tuple[Refusal, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """The birth (or death) certificate of a circuit on its devices."""

    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        return all(finding.ok for finding in self.findings)
