"""What would put one device right: the change that a fix, or a restore, proposes of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from automation.change_plan import ChangeAction, DeviceChange, lines_change, whole_change
from automation.dialects.dialect import Dialect
from automation.errors import AutomationError, PlatformCannot
from automation.intents import BASELINE, Intent
from automation.platform import Can
from automation.platforms import must_be_able, platform_of
from automation.remediation import can_remediate, remediate, with_its_secrets
from automation.texts import DeviceText
from provisioning.backup_errors import BackupHoldsSecrets, NothingToRestore
from provisioning.backups import Backup


@dataclass(frozen=True, slots=True)
class Wrong:
    """What the audit found of one device that is ours to put right: its intents, and what was left behind there."""

    intents: tuple[Intent, ...]
    left_behind: frozenset[str]


def fix_of(read: DeviceText, wrong: Wrong) -> DeviceChange | None:
    """The change that puts a device right as far as that is ours to do; None where nothing is.

    What is missing is added first; what is too much goes with the next fix, once nothing is missing any more.
    """
    dialect = platform_of(read.platform, read.device).dialect
    lean = dialect.without_excess(read.text, wrong.intents)
    missing = _missing(dialect, lean, wrong.intents)
    if missing:
        return DeviceChange(read.device, ChangeAction.ADD, "", "", missing)
    if not can_remediate(read.platform):
        return None
    return _lines_to(read, dialect.without_excess(read.text, wrong.intents, wrong.left_behind))


def restore_of(read: DeviceText, backup: Backup, text: str, intents: Sequence[Intent], *, whole: bool) -> DeviceChange:
    """The change that takes a device back to a backup: what is ours of it, or the whole.

    Its intents are of the services that the device has lost, and that it may have again by it.

    Raises: BackupHoldsSecrets, where a secret was masked that the device does not have any more; NothingToRestore;
        PlatformCannot.
    """
    platform = platform_of(read.platform, read.device)
    must_be_able(read.device, platform, {Can.REPLACE})
    earlier, lost = with_its_secrets(read.text, text, read.platform, platform.dialect.render(intents))
    target = earlier if whole else platform.dialect.with_ours_of(read.text, earlier, intents)
    if lost and any(line in target for line in lost):
        raise BackupHoldsSecrets(read.device, backup.number)
    change = _by_lines_or_whole(read, target)
    if change is None:
        raise NothingToRestore(read.device, backup.number)
    lost_here = (
        one for one in intents if one.label != BASELINE and _adds(platform.dialect, read.text, [one]) is not False
    )
    return replace(change, intents=tuple(lost_here))


def _by_lines_or_whole(read: DeviceText, target: str) -> DeviceChange | None:
    """Lines can be read by who approves them; a whole text says what no line says (Junos: deactivated statements)."""
    try:
        return _lines_to(read, target)
    except PlatformCannot:
        return _whole_to(read, target)


def _lines_to(read: DeviceText, target: str) -> DeviceChange | None:
    commands = remediate(read.device, read.platform, read.text, target)
    undo = remediate(read.device, read.platform, target, read.text)
    return lines_change(read.device, commands, undo) if commands else None


def _whole_to(read: DeviceText, target: str) -> DeviceChange | None:
    is_there = platform_of(read.platform, read.device).dialect.same(read.text, target)
    return None if is_there else whole_change(read.device, target, read.text)


def _missing(dialect: Dialect, running: str, intents: Sequence[Intent]) -> tuple[Intent, ...]:
    """What is not there, with what can be there only beside it: a realm is on an SSID that is missing too."""
    alone = [intent for intent in intents if _adds(dialect, running, [intent])]
    if not alone:
        return ()
    return tuple(
        intent
        for intent in intents
        if intent in alone
        or (_adds(dialect, running, [intent]) is None and _adds(dialect, running, [*alone, intent]) is not None)
    )


def _adds(dialect: Dialect, running: str, intents: Sequence[Intent]) -> bool | None:
    """None where something of somebody else's stands there, which is not ours to put right; or what it needs lacks."""
    try:
        return bool(dialect.plan(running, (), intents).commands)
    except AutomationError:
        return None
