"""A simulated Junos device in a fleet: its configuration database, and NETCONF on a socket."""

from collections.abc import Sequence

import structlog

from automation.twin.forwarding import Forwarding
from automation.twin.junos.database import Database, User, text_of
from automation.twin.junos.forwarding import forwarding_of
from automation.twin.junos.refusals import Refused
from automation.twin.junos.show import View
from automation.twin.junos.ssh import NetconfServer
from automation.twin.model import TwinDevice
from automation.twin.sessions import CommitCounts
from automation.twin.station import Site

_log = structlog.get_logger(__name__)


class JunosStation:
    """Implements `station.Station` for Junos. What is committed is kept: no startup configuration beside it."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.database = Database(
            epoch=site.epoch,
            call_later=site.call_later,
            changed=self._changed,
            refuses=site.faults.refuses,
            minute_s=lambda: 60.0 / site.faults.clock_rate,
        )
        self._kept = site.startup
        self._boot()
        self._server = NetconfServer(self._view(), site.credentials, site.faults, site.die, site.traffic)

    @property
    def device(self) -> TwinDevice:
        return self._site.device

    @property
    def running_config(self) -> str:
        """What `show configuration` prints, but for the comment above it that says when it was committed."""
        return text_of(self.database.committed)

    @property
    def startup_config(self) -> str:
        return self._kept

    @property
    def counts(self) -> CommitCounts:
        return self.database.counts

    def listen(self, port: int) -> int:
        return self._server.listen(self.device.address, port)

    def close(self) -> None:
        self._server.close()

    def switch_off(self) -> None:
        self.database.switch_off()
        self.close()

    def edit(self, lines: Sequence[str]) -> None:
        """Somebody types `set` and `delete` lines at the console, and commits."""
        somebody = User("root", 1, self._site.epoch())
        try:
            self.database.load_set(somebody, "\n".join(lines))
            self.database.commit(somebody, "cli")
        except Refused as refusal:
            if self.database.holder is None:
                self.database.load_rollback(somebody, 0)
            raise refusal.by_hand() from refusal

    def reboot(self) -> None:
        """What is committed is what it boots; a confirmation it waits for it goes on waiting for."""
        self._server.close()
        if self._kept == self.running_config:
            self.database.boot_again()
        else:
            self._boot()
        self._server.view = self._view()
        self._site.changed()

    def lose_startup(self) -> None:
        self._kept = self.device.config

    def is_enabled(self, port: str) -> bool:
        found = self.database.committed.find("interfaces", port)
        return found is None or found.child("disable") is None

    def forwarding(self) -> Forwarding:
        return forwarding_of(self.database.committed)

    def _view(self) -> View:
        site = self._site
        return View(
            site.device,
            self.database,
            site.epoch,
            site.epoch(),
            site.link_up,
            site.light_dbm,
            site.faults.neighbours,
            site.octets,
        )

    def _boot(self) -> None:
        lost = self.database.boot(self._kept)
        if lost:
            _log.warning("twin.startup_lines_refused", device=self.device.name, lines=len(lost))

    def _changed(self) -> None:
        self._kept = text_of(self.database.committed)
        self._site.save(self._kept)
        self._site.changed()
