"""`neutralhost playbook ...`: jobs over many devices, as network engineers run them."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from automation.change_plan import ChangeAction, Finding, Rehearsal
from automation.deployer import Deployer
from automation.drift import UNREAD
from automation.errors import AutomationError
from inventory.devices import Device
from provisioning import front_desk
from provisioning.cli.house import open_house
from provisioning.cli.last_words import EXIT_CHANGES, EXIT_DONE, EXIT_ERROR
from provisioning.cli.managed import managed_devices
from provisioning.cli.output import Output, current_output, diff_text, sheet
from provisioning.cli.words import moment, safe
from provisioning.engine_errors import NotYetAudited
from provisioning.front_desk import SYSTEM

PLAYBOOKS = {
    "audit": "Compare what every device should say with what it says.",
    "rehearse": "Load a service's configuration on its devices, show the difference, and discard it.",
    "backup": "Save the running configurations, without secrets.",
}
BACKUP_WORKERS = 16  # devices read at a time


def list_playbooks() -> None:
    output = current_output()
    rows = list(PLAYBOOKS.items())
    output.answer({"playbooks": PLAYBOOKS}, lambda: output.table(sheet(("playbook", "does"), rows)))


def audit(patterns: tuple[str, ...], service_ids: tuple[str, ...], last: bool) -> int:
    output = current_output()
    if last:
        return show_last_audit(output)
    with open_house() as house:
        chosen = {device.name for device in managed_devices(house.tools.load_snapshot(), patterns)}
        found = front_desk.audit(house.tools, SYSTEM, service_ids)
    findings = [finding for finding in found if finding.device in chosen]
    output.answer(
        {"findings": findings, "drift": any(not finding.ok for finding in findings)},
        lambda: print_audit(findings, output),
    )
    if any(finding.check == UNREAD for finding in findings):
        return EXIT_ERROR
    return EXIT_CHANGES if any(not finding.ok for finding in findings) else EXIT_DONE


def show_last_audit(output: Output) -> int:
    """Show what the last audit by the clock found, with the exit code it would have had."""
    with open_house() as house:
        kept = front_desk.last_audit(house.tools, SYSTEM)
    if kept is None:
        raise NotYetAudited
    rows = ((safe(each["device"]), safe(each["check"]), safe(each["detail"])) for each in kept.findings)
    said = f"{moment(kept.ended_at)}: {safe(kept.text)}"
    output.answer({"audit": kept}, lambda: output.table(sheet(("device", "check", "not as intended"), rows)))
    output.say(said)
    if any(each["check"] == UNREAD for each in kept.findings):
        return EXIT_ERROR
    return EXIT_CHANGES if kept.findings else EXIT_DONE


def print_audit(findings: Sequence[Finding], output: Output) -> None:
    """Print one line a device, then every finding that is not as intended, then the sum."""
    devices = sorted({finding.device for finding in findings})
    unread = {finding.device for finding in findings if finding.check == UNREAD}
    drifted = {finding.device for finding in findings if not finding.ok} - unread
    rows = (
        (
            device,
            str(sum(finding.device == device for finding in findings)),
            str(sum(finding.device == device and not finding.ok for finding in findings)),
            "failed" if device in unread else "drift" if device in drifted else "ok",
        )
        for device in devices
    )
    output.table(sheet(("device", "checks", "not as intended", "verdict"), rows, right=("checks", "not as intended")))
    for finding in findings:
        if not finding.ok:
            output.say(f"{safe(finding.device)}: {safe(finding.check)}: {safe(finding.detail)}", style="red")
    intended = len(devices) - len(drifted) - len(unread)
    silent = f" {len(unread)} could not be read." if unread else ""
    output.say(f"{len(devices)} devices: {intended} as intended, {len(drifted)} drifted.{silent}")


def rehearse(service_id: str, remove: bool) -> int:
    output = current_output()
    action = ChangeAction.REMOVE if remove else ChangeAction.ADD
    with open_house() as house:
        rehearsal = front_desk.rehearse(house.tools, SYSTEM, service_id, action)
    output.answer({"rehearsal": rehearsal}, lambda: print_rehearsal(rehearsal, output))
    return exit_code_of(rehearsal)


def exit_code_of(rehearsal: Rehearsal) -> int:
    """Return 1 where a device refused, 2 where one would change, 0 otherwise."""
    if rehearsal.refusals:
        return EXIT_ERROR
    return EXIT_CHANGES if any(change.commands for change in rehearsal.changes) else EXIT_DONE


def print_rehearsal(rehearsal: Rehearsal, output: Output) -> None:
    """Print every device's difference, the refusals, and the sum."""
    for change in rehearsal.changes:
        output.say(safe(change.device), style="bold")
        output.say(diff_text(change.diff, indent="  ") if change.diff.strip() else "  says already what it should")
    for refusal in rehearsal.refusals:
        output.say(f"{safe(refusal.device)}: {safe(refusal.reason)}", style="red")
    changing = sum(bool(change.commands) for change in rehearsal.changes)
    devices = len(rehearsal.changes) + len(rehearsal.refusals)
    output.say(
        f"{devices} devices: {changing} would change, {len(rehearsal.refusals)} refused. Nothing was left on any."
    )


@dataclass(frozen=True, slots=True)
class Backup:
    """What became of one device's backup: new, changed, same or failed, and why it failed."""

    device: str
    verdict: str
    detail: str = ""


def backup(folder: Path, patterns: tuple[str, ...], dry_run: bool) -> int:
    output = current_output()
    with open_house() as house:
        devices = managed_devices(house.tools.load_snapshot(), patterns)
        texts = read_configs(house.tools.deployer, devices)
    found = [keep(folder, device.name, texts[device.name], dry_run=dry_run) for device in devices]
    output.answer({"backups": found, "dry_run": dry_run}, lambda: print_backups(found, output))
    if any(one.verdict == "failed" for one in found):
        return EXIT_ERROR
    return EXIT_CHANGES if dry_run and any(one.verdict != "same" for one in found) else EXIT_DONE


def read_configs(deployer: Deployer, devices: Sequence[Device]) -> Mapping[str, str | AutomationError]:
    """Return every device's running configuration, or why it could not be read."""

    def read(device: Device) -> str | AutomationError:
        try:
            return deployer.running_config(device.name)
        except AutomationError as error:
            return error

    with ThreadPoolExecutor(BACKUP_WORKERS) as pool:
        return dict(zip((device.name for device in devices), pool.map(read, devices), strict=True))


def keep(folder: Path, device: str, text: str | AutomationError, *, dry_run: bool) -> Backup:
    """Keep one configuration, for its owner's eyes only; the file is whole or not there."""
    if isinstance(text, AutomationError):
        return Backup(device, "failed", str(text))
    path = folder / f"{device}.cfg"
    before = path.read_text(encoding="utf-8") if path.exists() else None
    if not dry_run and before != text:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(".cfg.new")
        draft.touch(mode=0o600)
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    return Backup(device, "same" if before == text else "new" if before is None else "changed")


def print_backups(backups: Sequence[Backup], output: Output) -> None:
    """Print one line a device, and the sum."""
    rows = ((one.device, one.verdict, one.detail) for one in backups)
    output.table(sheet(("device", "backup", "why"), rows))
    sums = {verdict: sum(one.verdict == verdict for one in backups) for verdict in ("new", "changed", "same", "failed")}
    output.say(", ".join(f"{count} {verdict}" for verdict, count in sums.items()) + ".")
