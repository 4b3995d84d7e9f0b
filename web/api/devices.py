"""What devices say: whose each line is, drift and its fixes, backups and restores."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, cast

from pydantic import Field

from automation import errors as devices
from automation.drift_kinds import DriftKind
from inventory.errors import UnknownThing
from provisioning import backup_desk, change_plan_errors, drift_desk, errors
from provisioning import backup_errors as wrong
from provisioning.backups import Backup, Verdict
from provisioning.policy import Action
from web.api.change_plans import ChangePlanShown
from web.api.fields import Asked, AskedInQuery, EventNumber, Name, Sentence, Shown
from web.api.operation import Answer, Call, Operation

MOST_NAMED = 1000

type Names = Annotated[list[Name], Field(max_length=MOST_NAMED)]
type Number = Annotated[int, Field(ge=1, le=1_000_000_000)]


class DevicesBody(Asked):
    """Which devices; all live ones where none is named."""

    devices: Names = Field(default_factory=list)


class FixBody(Asked):
    """Which devices (all live ones where none is named), and why: it is kept with the change plan."""

    devices: Names = Field(default_factory=list)
    why: Sentence


class RestoreBody(Asked):
    """To which version (the last where left out): what is ours of it, or the whole text."""

    number: Number | None = None
    whole: bool = False
    why: Sentence


class AcceptBody(Asked):
    """Which version; the last where left out."""

    number: Number | None = None


class BackupQuery(AskedInQuery):
    """Which version; the last where left out."""

    number: EventNumber | None = None


class DiffQuery(AskedInQuery):
    """From version `a` (the last where left out) to `b` (what the device says now where left out)."""

    a: EventNumber | None = None
    b: EventNumber | None = None


class BackupShown(Shown):
    """One version of a device's text. `seen_at` is when it was last found unchanged."""

    device: str
    number: int
    platform: str
    taken_at: datetime
    seen_at: datetime
    lines: int
    accepted_by: str
    accepted_at: datetime | None


class BackupsShown(Shown):
    items: list[BackupShown]


class TakenShown(Shown):
    """What became of one device's backup; `number` is its version, `detail` why it failed."""

    device: str
    verdict: Verdict
    number: int | None
    detail: str


class TakenAllShown(Shown):
    items: list[TakenShown]


class BackupTextShown(Shown):
    """A version's text; secrets are masked."""

    device: str
    config: str


class BackupDiffShown(Shown):
    """A unified diff; empty where nothing changed."""

    device: str
    diff: str


class BlamedLineShown(Shown):
    """A line. `owners`: ids of services, "baseline", "unknown"; none where it is not ours."""

    depth: int
    text: str
    owners: list[str]


class BlameShown(Shown):
    """What a device says now, secrets masked, and how many lines are whose."""

    device: str
    lines: list[BlamedLineShown]
    sums: dict[str, int]


class DriftShown(Shown):
    """One thing that is not as intended. `label` is of what it is, where that is known."""

    device: str
    kind: DriftKind | None
    check: str
    detail: str
    label: str


class DriftsShown(Shown):
    items: list[DriftShown]


class FixShown(Shown):
    """The change plan that was proposed, and what it does not put right: a person's to judge."""

    plan: ChangePlanShown
    left: list[DriftShown]


def list_backups(call: Call) -> Answer:
    return Answer(_backups(backup_desk.last_backups(call.tools, call.who)))


def take_backups(call: Call) -> Answer:
    body = cast("DevicesBody", call.body)
    taken = backup_desk.take_backups(call.tools, call.who, body.devices)
    return Answer(TakenAllShown(items=[TakenShown.model_validate(each) for each in taken]))


def list_device_backups(call: Call) -> Answer:
    return Answer(_backups(backup_desk.backups(call.tools, call.who, call.path["device"])))


def get_backup(call: Call) -> Answer:
    query, device = cast("BackupQuery", call.query), call.path["device"]
    text = backup_desk.backup_text(call.tools, call.who, device, query.number)
    return Answer(BackupTextShown(device=device, config=text))


def compare_backups(call: Call) -> Answer:
    query, device = cast("DiffQuery", call.query), call.path["device"]
    diff = backup_desk.backup_diff(call.tools, call.who, device, query.a, query.b)
    return Answer(BackupDiffShown(device=device, diff=diff))


def accept_backup(call: Call) -> Answer:
    body = cast("AcceptBody", call.body)
    accepted = backup_desk.accept_backup(call.tools, call.who, call.path["device"], body.number)
    return Answer(BackupShown.model_validate(accepted))


def blame_device(call: Call) -> Answer:
    found = drift_desk.blame(call.tools, call.who, call.path["device"])
    lines = [BlamedLineShown(depth=one.depth, text=one.text, owners=list(one.owners)) for one in found.lines]
    return Answer(BlameShown(device=found.device, lines=lines, sums=dict(found.sums)))


def list_drift(call: Call) -> Answer:
    found = drift_desk.last_drift(call.tools, call.who)
    return Answer(DriftsShown(items=[DriftShown.model_validate(each) for each in found]))


def propose_fix(call: Call) -> Answer:
    body = cast("FixBody", call.body)
    fix = drift_desk.propose_fix(call.tools, call.who, body.devices, why=body.why)
    left = [DriftShown.model_validate(each) for each in fix.left]
    shown = FixShown(plan=ChangePlanShown.model_validate(fix.plan), left=left)
    return Answer(shown, HTTPStatus.CREATED, f"/change-plans/{fix.plan.id}")


def propose_restore(call: Call) -> Answer:
    body = cast("RestoreBody", call.body)
    plan = drift_desk.propose_restore(
        call.tools, call.who, call.path["device"], body.number, why=body.why, whole=body.whole
    )
    return Answer(ChangePlanShown.model_validate(plan), HTTPStatus.CREATED, f"/change-plans/{plan.id}")


def _backups(found: tuple[Backup, ...]) -> BackupsShown:
    return BackupsShown(items=[BackupShown.model_validate(each) for each in found])


_READ = (errors.Forbidden, UnknownThing)
_ASKED = (*_READ, devices.DeviceUnreachable, devices.DeviceRefused, devices.PlatformUnsupported)
_PROPOSED = (*_ASKED, errors.RequestInvalid, change_plan_errors.Frozen)

OPERATIONS = (
    Operation(
        "listBackups",
        "GET",
        "/backups",
        "The last backup of every device",
        "devices",
        list_backups,
        BackupsShown,
        action=Action.READ_DEVICE_TEXT,
        errors=(errors.Forbidden,),
    ),
    Operation(
        "takeBackups",
        "POST",
        "/backups",
        "Read devices, and keep what is new of what they say",
        "devices",
        take_backups,
        TakenAllShown,
        action=Action.KEEP_BACKUPS,
        body=DevicesBody,
        errors=_READ,
        notes="Secrets are masked before anything is kept. Where nothing changed, no version is added.",
    ),
    Operation(
        "listDeviceBackups",
        "GET",
        "/devices/{device}/backups",
        "A device's backups, newest first",
        "devices",
        list_device_backups,
        BackupsShown,
        action=Action.READ_DEVICE_TEXT,
        errors=_READ,
    ),
    Operation(
        "getBackup",
        "GET",
        "/devices/{device}/backup",
        "The text of a backup",
        "devices",
        get_backup,
        BackupTextShown,
        action=Action.READ_DEVICE_TEXT,
        query=BackupQuery,
        errors=(errors.Forbidden, wrong.UnknownBackup),
    ),
    Operation(
        "compareBackups",
        "GET",
        "/devices/{device}/backup-diff",
        "What changed between two backups, or since one",
        "devices",
        compare_backups,
        BackupDiffShown,
        action=Action.READ_DEVICE_TEXT,
        query=DiffQuery,
        errors=(*_ASKED, wrong.UnknownBackup),
    ),
    Operation(
        "acceptBackup",
        "POST",
        "/devices/{device}/accepted-backup",
        "Say that a backup is how the device should be",
        "devices",
        accept_backup,
        BackupShown,
        action=Action.KEEP_BACKUPS,
        body=AcceptBody,
        errors=(errors.Forbidden, wrong.UnknownBackup),
        notes="Platforms that are only read have no intents: the audit holds them against the backup accepted last.",
    ),
    Operation(
        "blameDevice",
        "GET",
        "/devices/{device}/blame",
        "What a device says now, and whose each line is",
        "devices",
        blame_device,
        BlameShown,
        action=Action.READ_DEVICE_TEXT,
        errors=_ASKED,
    ),
    Operation(
        "listDrift",
        "GET",
        "/drift",
        "What the last look at each device found not as intended",
        "devices",
        list_drift,
        DriftsShown,
        action=Action.READ_DRIFT,
        errors=(errors.Forbidden,),
    ),
    Operation(
        "proposeFix",
        "POST",
        "/drift/fixes",
        "Propose the change plan that puts right what is ours",
        "devices",
        propose_fix,
        FixShown,
        action=Action.PROPOSE_CHANGES,
        body=FixBody,
        statuses=(HTTPStatus.CREATED,),
        errors=(*_PROPOSED, wrong.NothingToFix),
        notes="What is foreign or unknown is never touched. The plan is rehearsed, limited and approved as any.",
    ),
    Operation(
        "proposeRestore",
        "POST",
        "/devices/{device}/restore",
        "Propose the change plan that takes a device back to a backup",
        "devices",
        propose_restore,
        ChangePlanShown,
        action=Action.PROPOSE_CHANGES,
        body=RestoreBody,
        statuses=(HTTPStatus.CREATED,),
        errors=(
            *_PROPOSED,
            devices.PlatformCannot,
            wrong.UnknownBackup,
            wrong.BackupHoldsSecrets,
            wrong.NothingToRestore,
        ),
    ),
)
