"""The playbook `upgrade-check`: which devices can be rebooted into other software now, and whom that would touch."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from automation.fitness import SAVED, SESSIONS, SPACE, Fitness
from inventory.counted import counted
from inventory.devices import Device
from provisioning import backup_desk, device_desk
from provisioning.device_desk import OtherWay
from provisioning.playbooks.shape import Context, DeviceResult, Report, Table, Values, Verdict

OLDEST_BACKUP = timedelta(days=1)


def run(context: Context, values: Values) -> Report:
    wanted, least_mb = values.text("software"), values.number("free_mb") or 0
    touched: dict[str, tuple[OtherWay, ...]] = {}
    versions: dict[str, Fitness] = {}

    def look(device: Device) -> DeviceResult:
        fitness = versions[device.name] = context.reads.fitness(device.name)
        off = touched[device.name] = context.ask(device_desk.without_device, device.name)
        if wanted and fitness.version.startswith(wanted):
            return DeviceResult(device.name, Verdict.OK, f"runs {fitness.version} already")
        faults = (
            *_faults_of(fitness, least_mb),
            *_backup_faults(context, device.name),
            *_services(off),
        )
        if faults:
            return DeviceResult(device.name, Verdict.PENDING, f"{fitness.version}: not ready", faults)
        return DeviceResult(device.name, Verdict.OK, f"{fitness.version}: ready", tuple(_unknown(fitness)))

    results = context.each(look)
    ready = sum(result.verdict is Verdict.OK for result in results)
    devices = counted(len(results), "device")
    says = f"{devices}: {ready} can be rebooted now, {len(results) - ready} not. Nothing was changed."
    return Report(says, results, (_table(touched),), {"fitness": versions, "off_meanwhile": touched})


def _faults_of(fitness: Fitness, least_mb: int) -> Iterator[str]:
    if fitness.unsaved:
        lines = "1 line is" if len(fitness.unsaved) == 1 else f"{len(fitness.unsaved)} lines are"
        yield f"{lines} not saved and would be lost: {fitness.unsaved[0]}"
    if fitness.held_by:
        yield f"somebody has a configuration session open: {fitness.held_by}"
    if fitness.free_mb is not None and fitness.free_mb < least_mb:
        yield f"{fitness.free_mb:,.0f} MB are free, and {least_mb:,} are needed"


def _unknown(fitness: Fitness) -> Iterator[str]:
    """What nobody could read is said: it was not found good."""
    names = {SAVED: "whether all is saved", SESSIONS: "who has a session", SPACE: "what room there is"}
    for what, why in fitness.why_not.items():
        yield f"not known: {names.get(what, what)} ({why})"


def _backup_faults(context: Context, device: str) -> Iterator[str]:
    kept = context.ask(backup_desk.backups, device)
    if not kept:
        yield "there is no backup of it"
        return
    age = datetime.now(UTC) - kept[0].seen_at
    if age > OLDEST_BACKUP:
        yield f"its backup was last found fresh {counted(age.days, 'day')} ago"
    elif context.ask(backup_desk.backup_diff, device):
        yield "its backup is not what it says now"


def _services(off: tuple[OtherWay, ...]) -> Iterator[str]:
    for way in off:
        how = f"could go over {', '.join(way.links)}: drain first" if way.links else "has no other path"
        yield f"{way.hit.id} would be off while it reboots, and {how}"


def _table(touched: dict[str, tuple[OtherWay, ...]]) -> Table:
    """How many services each reboot would take off, and how many of them have another path."""
    rows = (
        (device, str(len(off)), str(sum(bool(way.links) for way in off)), str(sum(not way.links for way in off)))
        for device, off in sorted(touched.items())
        if off
    )
    return Table(("device", "services off", "of these with another path", "without"), tuple(rows))
