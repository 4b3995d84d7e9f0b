"""A twin that others on this machine speak to: what it answers, and what it is asked for over its control socket."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from automation.twin.backend import Backend, link_named
from automation.twin.fault_doors import Asked, ask
from inventory.devices import PortRef
from inventory.errors import UnknownThing
from inventory.snapshot import Snapshot

type Document = dict[str, Any]


@dataclass
class TwinService:
    """What a running twin does for those who ask. `cuts` are the links it was asked to cut, and how."""

    backend: Backend
    snapshot: Snapshot
    stopped: threading.Event = field(default_factory=threading.Event)
    cuts: dict[str, str] = field(default_factory=dict)
    started: float = field(default_factory=time.time)

    def answer(self, question: Document) -> Document:
        """Do what is asked. Raises: NeutralhostError; KeyError where it is not a question."""
        return _ANSWERS[question["do"]](self, question)

    def status(self, _question: Document) -> Document:
        """Devices, links, and the ends outside."""
        fleet = self.backend.fleet
        names = {device.name for device in fleet.devices}
        return {
            "backend": self.backend.name,
            "started": self.started,
            "ports": dict(fleet.ports),
            "devices": [
                {
                    "name": device.name,
                    "platform": device.platform,
                    "address": device.address,
                    "answers": fleet.answers(device.name),
                    "namespace": self.backend.namespace(device.name),
                }
                for device in fleet.devices
            ],
            "links": [
                {"code": link.code, "a": str(link.a), "z": str(link.z), "state": self._link_state(link.code, link.a)}
                for link in self.snapshot.inventory.links
                if {link.a.device, link.z.device} <= names
            ],
            "places": [
                {
                    "name": end.name,
                    "kind": "handover" if end.is_handover else "premises",
                    "port": str(end.port),
                    "namespace": end.namespace,
                    "interface": end.interface,
                }
                for end in self.backend.ends
            ],
        }

    def cut(self, question: Document) -> Document:
        code, ports = self._link(question["link"])
        silently = bool(question.get("silently"))
        self.backend.cut(ports, code, silently=silently)
        self.cuts[code] = "losing every frame" if silently else "cut"
        return {"link": code, "state": self.cuts[code]}

    def repair(self, question: Document) -> Document:
        code, ports = self._link(question["link"])
        self.backend.repair(ports, code)
        self.cuts.pop(code, None)
        return {"link": code, "state": "repaired"}

    def fault(self, question: Document) -> Document:
        asked = Asked(
            question["device"], question["kind"], question["on"], question.get("port", ""), question.get("value", "")
        )
        at = PortRef(asked.device, asked.port)
        if asked.port and at not in self.snapshot.ports:
            raise UnknownThing("port", str(at))
        ask(self.backend.fleet, asked)
        return {"device": asked.device, "kind": asked.kind, "on": asked.is_on}

    def stop(self, _question: Document) -> Document:
        self.stopped.set()
        return {}

    def _link(self, name: str) -> tuple[str, tuple[PortRef, ...]]:
        """The link of that name, or the cord of a port; of both their ports inside the twin."""
        link = link_named(self.snapshot, name)
        devices = {device.name for device in self.backend.fleet.devices}
        if link is None:
            device, _, port = name.partition(":")
            return name, (PortRef(device, port),)
        ports = tuple(port for port in (link.a, link.z) if port.device in devices)
        if not ports:
            raise UnknownThing("link of the devices in the twin", name)
        return link.code, ports

    def _link_state(self, code: str, a: PortRef) -> str:
        if code in self.cuts:
            return self.cuts[code]
        return "up" if self.backend.fleet.link_up(a.device, a.port) else "down"


_ANSWERS: Mapping[str, Callable[[TwinService, Document], Document]] = {
    "status": TwinService.status,
    "cut": TwinService.cut,
    "repair": TwinService.repair,
    "fault": TwinService.fault,
    "stop": TwinService.stop,
}
