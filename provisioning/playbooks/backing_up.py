"""The playbook `backup`: every running configuration, without secrets, as a version that is kept, or in a file."""

from dataclasses import dataclass
from pathlib import Path

from inventory.counted import counted
from inventory.devices import Device, Lifecycle
from inventory.files.errors import FileUnwritable
from provisioning import backup_desk
from provisioning.backups import Verdict as Taking
from provisioning.playbooks.shape import Context, DeviceResult, Report, Values, Verdict

WHAT = ("new", "changed", "same")


@dataclass(frozen=True, slots=True)
class Backup:
    """What became of one device's backup: new, changed, same or failed, and why it failed."""

    device: str
    verdict: str
    detail: str = ""


def run(context: Context, values: Values) -> Report:
    return _into_folder(context, Path(values.text("folder"))) if values.text("folder") else _versions(context)


def _versions(context: Context) -> Report:
    """A new version of each device whose text changed since its last one."""

    def keep(device: Device) -> DeviceResult:
        [taken] = context.ask(backup_desk.take_backups, [device.name], keep=not context.dry_run)
        what = taken.verdict.value + (f", version {taken.number}" if taken.number is not None else "")
        if taken.verdict is Taking.FAILED:
            return DeviceResult(device.name, Verdict.FAILED, taken.detail)
        if taken.verdict is Taking.SAME:
            return DeviceResult(device.name, Verdict.OK, what)
        return DeviceResult(device.name, Verdict.PENDING if context.dry_run else Verdict.CHANGED, what)

    results = context.each(keep, [device for device in context.devices if device.lifecycle is Lifecycle.LIVE])
    kept = sum(result.verdict in {Verdict.CHANGED, Verdict.PENDING} for result in results)
    failed = sum(result.verdict is Verdict.FAILED for result in results)
    word = "would be kept" if context.dry_run else "kept"
    says = f"{counted(len(results), 'device')}: {counted(kept, 'new version')} {word}, {failed} could not be read."
    return Report(says, results)


def _into_folder(context: Context, folder: Path) -> Report:
    def keep(device: Device) -> DeviceResult:
        what = keep_text(folder, device.name, context.reads.running_config(device.name), dry_run=context.dry_run)
        if what == "same":
            return DeviceResult(device.name, Verdict.OK, what)
        return DeviceResult(device.name, Verdict.PENDING if context.dry_run else Verdict.CHANGED, what)

    results = context.each(keep)
    backups = [_backup(result) for result in results]
    sums = {what: sum(one.verdict == what for one in backups) for what in (*WHAT, "failed")}
    says = ", ".join(f"{count} {what}" for what, count in sums.items()) + "."
    return Report(says, results, document={"backups": backups})


def keep_text(folder: Path, device: str, text: str, *, dry_run: bool) -> str:
    """Keep one configuration, for its owner's eyes only; the file is whole or not there. Return new, changed, same.

    Raises: FileUnwritable.
    """
    path = folder / f"{device}.cfg"
    try:
        before = path.read_text(encoding="utf-8") if path.exists() else None
        if not dry_run and before != text:
            _write(path, text)
    except OSError as error:
        raise FileUnwritable(str(path), error.strerror or "unknown reason") from error
    return "same" if before == text else "new" if before is None else "changed"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".cfg.new")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def _backup(result: DeviceResult) -> Backup:
    if result.what in WHAT:
        return Backup(result.device, result.what)
    return Backup(result.device, result.verdict.value, result.what)
