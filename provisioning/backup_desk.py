"""Backups of devices, as the front desk takes and shows them."""

from collections.abc import Sequence

from automation.errors import AutomationError
from provisioning.backing_up import backup_devices, devices_to_back_up
from provisioning.backup_errors import UnknownBackup
from provisioning.backups import Backup, MaskedText, Taken, diff_of, masked
from provisioning.deeds import about, acts
from provisioning.isps import Principal
from provisioning.policy import Action, must
from provisioning.seen_devices import key_of
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools

NOW = "now"  # how the running configuration is called beside versions


@acts("take backups of devices", says=("devices",))
def take_backups(tools: Tools, who: Principal, devices: Sequence[str] = (), *, keep: bool = True) -> tuple[Taken, ...]:
    """Read these devices (all live ones where none is named), and keep what is new of what they say.

    Without `keep`, only what would be kept. A device that does not answer is a verdict, not an exception.

    Raises: Forbidden; UnknownThing, where there is no such device.
    """
    must(who, Action.KEEP_BACKUPS)
    snapshot = tools.load_snapshot()
    named = tuple(snapshot.device(name).name for name in devices)
    return backup_devices(tools, named or devices_to_back_up(snapshot), keep=keep)


def last_backups(tools: Tools, who: Principal) -> tuple[Backup, ...]:
    """The last version of every device, by its name. Raises: Forbidden."""
    must(who, Action.READ_DEVICE_TEXT)
    with tools.open_unit_of_work(reading=True) as work:
        return work.backups.newest()


def backups(tools: Tools, who: Principal, device: str) -> tuple[Backup, ...]:
    """A device's versions, newest first; also of one that is not in the inventory any more.

    Raises: Forbidden; UnknownThing, where nothing has that name or had.
    """
    must(who, Action.READ_DEVICE_TEXT)
    with tools.open_unit_of_work(reading=True) as work:
        found = work.backups.all_of(device)
    if not found:
        tools.load_snapshot().device(device)
    return found


def backup_text(tools: Tools, who: Principal, device: str, number: int | None = None) -> str:
    """A version's text (the last one's where no number is given), secrets masked. Raises: Forbidden, UnknownBackup."""
    must(who, Action.READ_DEVICE_TEXT)
    with tools.open_unit_of_work(reading=True) as work:
        return work.backups.text_of(version(work, device, number))


def backup_diff(tools: Tools, who: Principal, device: str, a: int | None = None, b: int | None = None) -> str:
    """What changed from version `a` (the last where left out) to `b` (what the device says now where left out).

    "" where nothing did. A secret that changed is masked on both sides, and said in a line of its own.

    Raises: Forbidden, UnknownBackup, UnknownThing, DeviceUnreachable.
    """
    must(who, Action.READ_DEVICE_TEXT)
    with tools.open_unit_of_work(reading=True) as work:
        one = version(work, device, a)
        text = work.backups.text_of(one)
        other = None if b is None else version(work, device, b)
        other_text = None if other is None else work.backups.text_of(other)
    if other is not None and other_text is not None:
        return _diff(text, other_text, (one, other), one.fingerprint == other.fingerprint)
    running = read_masked(tools, device)
    return _diff(text, running.text, (one, None), one.fingerprint == running.fingerprint)


@acts("accept a backup as what a device should say", "device", "device")
def accept_backup(tools: Tools, who: Principal, device: str, number: int | None = None) -> Backup:
    """Say that this version (the last where left out) is how the device should be.

    Platforms that are only read have no intents of ours: they are held against the version accepted last.

    Raises: Forbidden, UnknownBackup.
    """
    must(who, Action.KEEP_BACKUPS)
    with tools.open_unit_of_work(by=who.user_name) as work:
        found = version(work, device, number)
        work.backups.accept(device, found.number, who.user_name, tools.now())
        about("device", device, backup=found.number)
        accepted = work.backups.get(device, found.number)
        work.commit()
    return accepted


def version(work: UnitOfWork, device: str, number: int | None) -> Backup:
    """That version, or the last one. Raises: UnknownBackup."""
    if number is not None:
        return work.backups.get(device, number)
    last = work.backups.last(device)
    if last is None:
        raise UnknownBackup(device)
    return last


def read_masked(tools: Tools, device: str) -> MaskedText:
    """What the device says now, masked. Raises: UnknownThing, AutomationError."""
    tools.load_snapshot().device(device)
    key = key_of(tools.settings.token_pepper.get_secret_value())
    [answer] = tools.texts.each([device], lambda read: masked(read.text, read.platform, key)).values()
    if isinstance(answer, AutomationError):
        raise answer
    return answer


def _diff(one: str, other: str, versions: tuple[Backup, Backup | None], is_same: bool) -> str:
    names = tuple(f"{each.device} {each.number}" if each else NOW for each in versions)
    found = diff_of(one, other, names[0], names[1])
    return "A secret changed; it is not kept and not shown." if not found and not is_same else found
