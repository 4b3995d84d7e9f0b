"""Drift, as the front desk shows it and has it put right: whose each line is, fixes, restores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from automation.change_plan import DeviceChange, Finding
from automation.dialects.dialect import UNKNOWN, Blamed, Statement
from automation.drift_kinds import DriftKind
from automation.errors import AutomationError
from automation.intents import BASELINE
from automation.owning import with_levels
from automation.platforms import platform_of
from automation.texts import DeviceText
from provisioning.auditing import audit_all, expectations, finding_of
from provisioning.backup_desk import version
from provisioning.backup_errors import NothingToFix
from provisioning.change_plan_desk import propose_change
from provisioning.change_plans import ChangePlan, PlanKind
from provisioning.deeds import acts
from provisioning.isps import Principal
from provisioning.policy import Action, must
from provisioning.remedies import Wrong, fix_of, restore_of
from provisioning.services import ServiceState
from provisioning.tools import Tools

AT_A_TIME = 50  # devices of a fix that are changed together, all of them or none


@dataclass(frozen=True, slots=True)
class BlamedLine:
    """One line of a device, secrets masked. `owners`: service ids, "baseline", "unknown"; none where it is not ours."""

    depth: int
    text: str
    owners: tuple[str, ...]

    @property
    def whose(self) -> str:
        """Whose it is, "" where it is not ours; of a list that several share the first, and how many more."""
        more = f" +{len(self.owners) - 1}" if len(self.owners) > 1 else ""
        return f"{self.owners[0]}{more}" if self.owners else ""


@dataclass(frozen=True, slots=True)
class BlameSheet:
    """A device's lines and whose they are, with the sums: lines of services, the baseline, unknown, not ours."""

    device: str
    lines: tuple[BlamedLine, ...]
    sums: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Fix:
    """The plan that was proposed, and the findings that it does not put right: a person's to judge."""

    plan: ChangePlan
    left: tuple[Finding, ...]


def blame(tools: Tools, who: Principal, device: str) -> BlameSheet:
    """Read a device, and say whose each of its lines is.

    Raises: Forbidden, UnknownThing, DeviceUnreachable.
    """
    must(who, Action.READ_DEVICE_TEXT)
    tools.load_snapshot().device(device)
    expected, _kept = expectations(tools, [device])
    intents = expected.devices[device].intents

    def look(read: DeviceText) -> tuple[BlamedLine, ...]:
        dialect = platform_of(read.platform, read.device).dialect
        blamed = tuple(with_levels(dialect.blame(read.text, intents)))
        masked = dialect.without_secrets("\n".join(_line(one.statement) for one in blamed)).split("\n")
        return tuple(_blamed(one, text) for one, text in zip(blamed, masked, strict=True))

    [answer] = tools.texts.each([device], look).values()
    if isinstance(answer, AutomationError):
        raise answer
    return BlameSheet(device, answer, _sums(answer))


def last_drift(tools: Tools, who: Principal) -> tuple[Finding, ...]:
    """What the last look at each device found not as intended, by device. Raises: Forbidden."""
    must(who, Action.READ_DRIFT)
    with tools.open_unit_of_work(reading=True) as work:
        seen = work.seen_devices.all()
    found = (finding_of(each) for name in sorted(seen) for each in seen[name].findings)
    return tuple(finding for finding in found if not finding.ok)


@acts("propose to put drift right", says=("devices", "why"))
def propose_fix(tools: Tools, who: Principal, devices: Sequence[str] = (), *, why: str = "drift") -> Fix:
    """Read these devices (all live ones where none is named), and propose the change that puts right what is ours.

    What is missing is added; what a service we know left behind is taken off. What is foreign or unknown is never
    touched. It is a change plan like any: rehearsed, limited, approved.

    Raises: Forbidden, RequestInvalid, UnknownThing, Frozen; NothingToFix.
    """
    must(who, Action.PROPOSE_CHANGES)
    snapshot = tools.load_snapshot()
    names = tuple(snapshot.device(name).name for name in devices)
    found = tuple(finding for finding in audit_all(tools, names) if not finding.ok)
    wrong = _wrong(tools, found)
    answers = tools.texts.each(wrong, lambda read: fix_of(read, wrong[read.device]))
    changes = [answer for answer in answers.values() if isinstance(answer, DeviceChange)]
    left = tuple(finding for finding in found if not _is_put_right(finding, changes))
    if not changes:
        raise NothingToFix(names, [f"{each.device}: {each.check}: {each.detail}" for each in left])
    return Fix(propose_change(tools, who, PlanKind.FIX, changes, why=why, batch=AT_A_TIME), left)


@acts("propose to take a device back to a backup", "device", "device", says=("number", "why", "whole"))
def propose_restore(
    tools: Tools, who: Principal, device: str, number: int | None = None, *, why: str, whole: bool = False
) -> ChangePlan:
    """Propose to take a device back to a backup (its last one where none is named): what is ours of it, or the whole.

    Raises: Forbidden, RequestInvalid, UnknownThing, UnknownBackup, Frozen, DeviceUnreachable, PlatformCannot;
        BackupHoldsSecrets, NothingToRestore.
    """
    must(who, Action.PROPOSE_CHANGES)
    tools.load_snapshot().device(device)
    with tools.open_unit_of_work(reading=True) as work:
        backup = version(work, device, number)
        text = work.backups.text_of(backup)
    expected, _kept = expectations(tools, [device])
    intents = expected.devices[device].intents

    def look(read: DeviceText) -> DeviceChange:
        return restore_of(read, backup, text, intents, whole=whole)

    [answer] = tools.texts.each([device], look).values()
    if isinstance(answer, AutomationError):
        raise answer
    return propose_change(tools, who, PlanKind.RESTORE, [answer], why=why)


def _wrong(tools: Tools, found: Sequence[Finding]) -> Mapping[str, Wrong]:
    """By device, what is ours to put right: of services that are on their way nothing is."""
    devices = sorted({each.device for each in found if each.kind in {DriftKind.MISSING, DriftKind.EXTRA}})
    if not devices:
        return {}
    expected, kept = expectations(tools, devices)
    active = {each.id for each in kept if each.state is ServiceState.ACTIVE} | {BASELINE}
    return {
        name: Wrong(
            tuple(intent for intent in expected.devices[name].intents if intent.label in active),
            frozenset(each.label for each in found if each.device == name and each.kind is DriftKind.EXTRA) - active,
        )
        for name in devices
    }


def _is_put_right(finding: Finding, changes: Sequence[DeviceChange]) -> bool:
    for change in changes:
        if change.device == finding.device:
            added = {intent.label for intent in change.intents}
            return finding.label in added if added else finding.kind is DriftKind.EXTRA
    return False


def _line(statement: Statement) -> str:
    return "   " * len(statement.path) + statement.line.replace("\n", " ")


def _blamed(one: Blamed, text: str) -> BlamedLine:
    return BlamedLine(len(one.statement.path), text.strip(), one.owners)


def _sums(lines: Sequence[BlamedLine]) -> Mapping[str, int]:
    """How many lines are services', the baseline's, unknown and not ours."""
    sums = {"services": 0, BASELINE: 0, UNKNOWN: 0, "not ours": 0}
    for line in lines:
        first = line.owners[0] if line.owners else "not ours"
        sums[first if first in sums else "services"] += 1
    return sums
