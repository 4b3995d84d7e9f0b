"""What a unit of work may read and write of price lists, and of the SSIDs that access points send."""

from collections.abc import Sequence
from typing import Protocol

from provisioning.catalogue import Catalogue


class UsedCatalogues(Protocol):
    """The price lists that something was priced by. What such a version says never changes."""

    def use(self, catalogue: Catalogue) -> None:
        """Say that something is priced by it. Raises: CatalogueChanged."""

    def texts(self) -> tuple[tuple[str, str], ...]:
        """Version and kept text of each that was ever used, oldest first."""

    def digests(self) -> dict[str, str]:
        """The digest each used version had, by version."""


class HeldSsids(Protocol):
    """SSIDs on access points: each of its eight slots holds one, and no SSID is there twice."""

    def on(self, devices: Sequence[str]) -> dict[str, dict[int, str]]:
        """Which slots are taken, and by which SSID (its octets in hexadecimal), by device."""

    def hold(self, service_id: str, devices: Sequence[str], ssid: str) -> None:
        """Take the lowest free slot on every device. Raises: ReservationConflict."""

    def keep_only(self, service_id: str, devices: Sequence[str], ssid: str) -> None:
        """Give back all of the service's places but those of this SSID on these devices."""

    def release(self, service_id: str) -> tuple[str, ...]:
        """Give back, and return what it was."""
