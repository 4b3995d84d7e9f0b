"""The playbook `audit`: what every device should say against what it says."""

from collections.abc import Iterable, Sequence

from automation.change_plan import Finding
from automation.drift import UNREAD
from inventory.counted import counted
from inventory.devices import Lifecycle
from provisioning import front_desk
from provisioning.engine_errors import NotYetAudited
from provisioning.playbooks.shape import Context, DeviceResult, Report, Values, Verdict
from provisioning.schedules import KeptSchedule


def run(context: Context, values: Values) -> Report:
    if values.flag("last"):
        return _last(context)
    chosen = {device.name for device in context.devices if device.lifecycle is Lifecycle.LIVE}
    if not chosen:
        return Report("None of these devices is live: of the others nothing is intended.")
    context.working(f"reading {counted(len(chosen), 'device')}")
    found = context.ask(front_desk.audit, values.texts("service"), devices=sorted(chosen))
    findings = [finding for finding in found if finding.device in chosen]
    results = tuple(_result(device, findings) for device in sorted({finding.device for finding in findings}))
    context.tell(*results)
    drift = any(not finding.ok for finding in findings)
    return Report(_sum(results), results, document={"findings": findings, "drift": drift})


def _result(device: str, findings: Iterable[Finding]) -> DeviceResult:
    own = [finding for finding in findings if finding.device == device]
    wrong = [finding for finding in own if not finding.ok]
    lines = tuple(f"{finding.check}: {finding.detail}" for finding in wrong)
    if any(finding.check == UNREAD for finding in wrong):
        return DeviceResult(device, Verdict.FAILED, "could not be read", lines)
    if wrong:
        return DeviceResult(device, Verdict.DRIFT, f"{len(wrong)} of {len(own)} not as intended", lines)
    return DeviceResult(device, Verdict.OK, f"{len(own)} as intended")


def _sum(results: Sequence[DeviceResult]) -> str:
    counts = {verdict: sum(result.verdict is verdict for result in results) for verdict in Verdict}
    silent = f" {counts[Verdict.FAILED]} could not be read." if counts[Verdict.FAILED] else ""
    devices = counted(len(results), "device")
    return f"{devices}: {counts[Verdict.OK]} as intended, {counts[Verdict.DRIFT]} drifted.{silent}"


def _last(context: Context) -> Report:
    """What the last audit by the clock found, with the exit code it would have had. Raises: NotYetAudited."""
    kept = context.ask(front_desk.last_audit)
    if kept is None:
        raise NotYetAudited
    chosen = {device.name for device in context.devices}
    found: dict[str, list[str]] = {}
    unread: set[str] = set()
    for each in kept.findings:
        if each["device"] in chosen:
            found.setdefault(each["device"], []).append(f"{each['check']}: {each['detail']}")
            unread |= {each["device"]} if each["check"] == UNREAD else set()
    results = tuple(
        DeviceResult(
            device,
            Verdict.FAILED if device in unread else Verdict.DRIFT,
            "could not be read" if device in unread else f"{len(lines)} not as intended",
            tuple(lines),
        )
        for device, lines in sorted(found.items())
    )
    context.tell(*results)
    return Report(_when(kept), results, document={"audit": kept})


def _when(kept: KeptSchedule) -> str:
    ended = "" if kept.ended_at is None else f"{kept.ended_at:%Y-%m-%d %H:%M:%SZ}: "
    return f"{ended}{kept.text}"
