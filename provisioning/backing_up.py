"""Take backups of devices: read, mask, compare with the version before, keep. No transaction while a device is read."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from automation.errors import AutomationError
from automation.hosts import host_addresses
from automation.texts import DeviceText
from inventory.devices import Lifecycle
from inventory.snapshot import Snapshot
from provisioning.backups import MaskedText, Taken, Verdict, masked, next_version, verdict_of
from provisioning.seen_devices import key_of
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools


def backup_devices(tools: Tools, devices: Iterable[str], *, keep: bool = True) -> tuple[Taken, ...]:
    """Read these devices, and keep what is new of what they say; or only say what would be (`keep` False)."""
    read = partial(_masked, key=key_of(tools.settings.token_pepper.get_secret_value()))
    answers = tools.texts.each(devices, read)
    return tuple(_kept(tools, device, answer, keep=keep) for device, answer in sorted(answers.items()))


def devices_to_back_up(snapshot: Snapshot) -> tuple[str, ...]:
    """Every live device that automation can read, by name."""
    reached = host_addresses(snapshot)
    live = (device.name for device in snapshot.inventory.devices if device.lifecycle is Lifecycle.LIVE)
    return tuple(sorted(name for name in live if name in reached))


def _masked(read: DeviceText, key: bytes) -> MaskedText:
    return masked(read.text, read.platform, key)


def _kept(tools: Tools, device: str, answer: MaskedText | AutomationError, *, keep: bool) -> Taken:
    if isinstance(answer, AutomationError):
        return Taken(device, Verdict.FAILED, detail=str(answer))
    if not keep:
        return _in_one(tools, partial(_judged, device=device, text=answer), reading=True)
    return _in_one(tools, partial(_written, tools=tools, device=device, text=answer), reading=False)


def _in_one(tools: Tools, do: Callable[[UnitOfWork], Taken], *, reading: bool) -> Taken:
    with tools.open_unit_of_work(reading=reading) as work:
        taken = do(work)
        if not reading:
            work.commit()
    return taken


def _judged(work: UnitOfWork, device: str, text: MaskedText) -> Taken:
    last = work.backups.last(device)
    return Taken(device, verdict_of(last, text), None if last is None else last.number)


def _written(work: UnitOfWork, tools: Tools, device: str, text: MaskedText) -> Taken:
    last = work.backups.last(device)
    verdict = verdict_of(last, text)
    if last is not None and verdict is Verdict.SAME:
        work.backups.see_again(device, last.number, tools.now())
        return Taken(device, verdict, last.number)
    version = next_version(last, device, text, tools.now())
    work.backups.add(version, text.text)
    return Taken(device, verdict, version.number)


def backup_ages(tools: Tools) -> Mapping[str, int]:
    """Seconds since the oldest and the newest of the devices' last backups were seen; empty where there is none."""
    ages = [round(age) for age in _ages(tools).values() if age is not None]
    return {"oldest": max(ages), "newest": min(ages)} if ages else {}


def count_backups(tools: Tools) -> Mapping[str, int]:
    """How many live devices have a fresh backup, one older than twice its schedule, or none."""
    ages = _ages(tools).values()
    late = 2 * tools.settings.backup_every_s
    never = sum(age is None for age in ages)
    stale = sum(age is not None and age > late for age in ages)
    return {"fresh": len(ages) - never - stale, "stale": stale, "never": never}


def _ages(tools: Tools) -> Mapping[str, float | None]:
    """Of every live device, the seconds since its last backup was seen."""
    now = tools.now()
    with tools.open_unit_of_work(reading=True) as work:
        seen = {each.device: (now - each.seen_at).total_seconds() for each in work.backups.newest()}
    return {name: seen.get(name) for name in devices_to_back_up(tools.load_snapshot())}
