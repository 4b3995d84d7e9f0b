"""A simulated access point in a fleet: its files, its ubus, and its management on a socket."""

import hashlib
import ssl
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import Any

from automation.twin.forwarding import Forwarding
from automation.twin.listening import Listener
from automation.twin.model import TwinDevice
from automation.twin.openwrt.authority import twin_authority
from automation.twin.openwrt.files import NO_METHOD as METHOD_UNKNOWN
from automation.twin.openwrt.files import OK, Refused, config_of, edited, files_of
from automation.twin.openwrt.forwarding import forwarding_of
from automation.twin.openwrt.rpcd import GRANTED, Rpcd
from automation.twin.openwrt.status import assoclist, device_status, wireless_status
from automation.twin.openwrt.uhttpd import NO_ACCESS, NO_OBJECT, Answered, Uhttpd
from automation.twin.refusals import CommandRefused, could_not_run
from automation.twin.sessions import CommitCounts
from automation.twin.station import Site
from automation.uci import Uci, export, parse, parse_commands
from automation.uci_errors import UciUnreadable

VERSION = "24.10.0"


class OpenwrtStation:
    """Implements `station.Station` for OpenWrt."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._startup = site.startup
        self._booted_s = site.clock()
        self.rpcd = Rpcd(
            site.credentials, files_of(parse(site.startup)), site.faults, site.clock, site.call_later, self._written
        )
        server = Uhttpd(self._call, site.faults, self._commits, site.die, lambda: self._context, site.traffic)
        self._listener = Listener(server.serve)

    @property
    def device(self) -> TwinDevice:
        return self._site.device

    @property
    def config(self) -> Uci:
        return config_of(self.rpcd.files)

    @property
    def running_config(self) -> str:
        return export(self.config)

    @property
    def startup_config(self) -> str:
        return self._startup

    @property
    def counts(self) -> CommitCounts:
        return self.rpcd.counts

    @cached_property
    def _context(self) -> ssl.SSLContext:
        return twin_authority().context(self.device.address)

    def listen(self, port: int) -> int:
        return self._listener.listen(self.device.address, port)

    def close(self) -> None:
        self._listener.close()

    def switch_off(self) -> None:
        self.rpcd.forget_all()
        self.close()

    def edit(self, lines: Sequence[str]) -> None:
        """What somebody types on the device itself (`uci batch`, then commit)."""
        try:
            self.rpcd.files = edited(self.rpcd.files, parse_commands("\n".join(lines)))
        except UciUnreadable as error:
            raise could_not_run(str(error)) from None
        except Refused:
            raise CommandRefused(1002, "invalid command", "uci: Entry not found or invalid argument") from None
        self._written()

    def reboot(self) -> None:
        """Sessions, and the way back from a pending apply, are lost; the files are on flash."""
        self.rpcd.forget_all()
        self.rpcd.files = files_of(parse(self._startup))
        self._booted_s = self._site.clock()
        self._site.changed()

    def lose_startup(self) -> None:
        self._startup = self.device.config

    def is_enabled(self, port: str) -> bool:
        radios = {section.name: section for section in self.config.get("wireless", ()) if section.type == "wifi-device"}
        return port not in radios or radios[port].one("disabled") != "1"

    def forwarding(self) -> Forwarding:
        return forwarding_of(self.config)

    def _written(self) -> None:
        self._startup = self.running_config
        self._site.save(self._startup)
        self._site.changed()

    def _commits(self) -> int:
        return self.counts.commits + self.counts.timed

    def _call(self, sid: str, name: str, method: str, arguments: dict[str, Any]) -> Answered:
        if name not in GRANTED:
            return Answered(NO_OBJECT)
        if not self.rpcd.is_admitted(sid, name, method):
            return Answered(NO_ACCESS)
        if name in {"uci", "session"}:
            code, answer = self.rpcd.call(sid, f"{name}.{method}", arguments)
            return Answered(code=code, answer=answer)
        look = self._looks.get((name, method))
        return Answered(code=METHOD_UNKNOWN) if look is None else Answered(code=OK, answer=look(arguments))

    @cached_property
    def _looks(self) -> dict[tuple[str, str], Callable[[dict[str, Any]], dict[str, Any]]]:
        return {
            ("system", "board"): lambda _: self._board(),
            ("system", "info"): lambda _: {"uptime": int(self._site.clock() - self._booted_s), "localtime": 0},
            ("network.device", "status"): partial(device_status, self._site, lambda: self.config),
            ("network.wireless", "status"): lambda _: wireless_status(self.config),
            ("iwinfo", "assoclist"): lambda asked: assoclist(self._site, self.config, asked),
        }

    def _board(self) -> dict[str, Any]:
        names = [section.one("hostname") for section in self.config.get("system", ()) if section.type == "system"]
        return {
            "kernel": "6.6.73",
            "hostname": next(filter(None, names), "OpenWrt"),
            "system": "simulated",
            "model": self.device.model,
            "board_name": "neutralhost,twin",
            "rootfs_type": "squashfs",
            "release": {
                "distribution": "OpenWrt",
                "version": VERSION,
                "revision": "r0-" + hashlib.sha256(self.device.name.encode()).hexdigest()[:10],
                "target": "twin/generic",
                "description": f"OpenWrt {VERSION} (simulated)",
            },
        }
