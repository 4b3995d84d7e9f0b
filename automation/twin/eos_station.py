"""A simulated EOS device in a fleet: the switch, and its command API on a socket."""

from collections.abc import Sequence
from dataclasses import replace

import structlog

from automation.twin.config import interface_head
from automation.twin.configure import is_interface
from automation.twin.device import TwinSwitch
from automation.twin.eapi import EapiServer
from automation.twin.eos_forwarding import forwarding_of
from automation.twin.forwarding import Forwarding
from automation.twin.listening import Listener
from automation.twin.model import TwinDevice
from automation.twin.sessions import CommitCounts
from automation.twin.station import Site

_log = structlog.get_logger(__name__)


class EosStation:
    """Implements `station.Station` for EOS."""

    def __init__(self, site: Site) -> None:
        # A name that EOS gives no interface stands for no hardware: it is left out, as a switch would.
        ports = tuple(port for port in site.device.ports if is_interface(port.name))
        self.switch = TwinSwitch(
            replace(site.device, ports=ports),
            site.startup,
            clock=site.clock,
            epoch=site.epoch,
            call_later=site.call_later,
            save=site.save,
            link_up=site.link_up,
            light_dbm=site.light_dbm,
            octets=site.octets,
            misheard=site.faults.neighbours,
            refuses=site.faults.refuses,
            changed=site.changed,
        )
        if self.switch.refused_at_boot:
            _log.warning("twin.startup_lines_refused", device=site.device.name, lines=len(self.switch.refused_at_boot))
        self._server = EapiServer(self.switch, site.credentials, site.die, site.faults, site.traffic)
        self._listener = Listener(self._server.serve)

    @property
    def device(self) -> TwinDevice:
        return self.switch.device

    @property
    def running_config(self) -> str:
        return self.switch.running_config

    @property
    def startup_config(self) -> str:
        return self.switch.startup

    @property
    def counts(self) -> CommitCounts:
        return self.switch.counts

    def listen(self, port: int) -> int:
        return self._listener.listen(self.device.address, port)

    def close(self) -> None:
        self._listener.close()

    def switch_off(self) -> None:
        self.switch.sessions.forget_all()
        self.close()

    def edit(self, lines: Sequence[str]) -> None:
        self.switch.edit(lines)

    def reboot(self) -> None:
        self.switch.reboot()

    def lose_startup(self) -> None:
        self.switch.startup = self.device.config

    def is_enabled(self, port: str) -> bool:
        return "shutdown" not in self.switch.config.lines_of(interface_head(port))

    def forwarding(self) -> Forwarding:
        return forwarding_of(self.switch.config)
