"""What a transaction may read and write of backups, and of what the audit last saw (part of `work.UnitOfWork`)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from provisioning.backups import Backup
from provisioning.seen_devices import SeenDevice


class Backups(Protocol):
    """Versions of what devices say. Texts are kept once each, whatever versions share them."""

    def add(self, backup: Backup, text: str) -> None:
        """Keep a new version. Raises: IntegrityError where another process added one of its number meanwhile."""

    def see_again(self, device: str, number: int, at: datetime) -> None:
        """Say that a version was found unchanged."""

    def last(self, device: str) -> Backup | None: ...

    def get(self, device: str, number: int) -> Backup:
        """Raises: UnknownBackup."""

    def all_of(self, device: str) -> tuple[Backup, ...]:
        """A device's versions, newest first."""

    def newest(self) -> tuple[Backup, ...]:
        """The last version of every device, by the device's name."""

    def accepted(self) -> Mapping[str, Backup]:
        """The version of each device that was accepted last."""

    def text_of(self, backup: Backup) -> str: ...

    def accept(self, device: str, number: int, by: str, at: datetime) -> None: ...

    def forget(self, before: datetime) -> int:
        """Forget versions last seen before then, but a device's last and its accepted one; return how many."""


class SeenDevices(Protocol):
    """What the audit last saw of each device."""

    def all(self) -> Mapping[str, SeenDevice]: ...

    def keep(self, seen: Iterable[SeenDevice]) -> None: ...

    def forget(self, devices: Collection[str]) -> None: ...
