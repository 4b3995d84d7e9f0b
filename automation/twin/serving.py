"""A twin that others on this machine speak to: what it answers, and what it is asked for over its control socket."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from automation.twin.backend import Backend, link_named
from automation.twin.fault_doors import Asked, ask
from inventory.devices import PortRef
from inventory.errors import UnknownThing
from inventory.links import Link
from inventory.snapshot import Snapshot

type Document = dict[str, Any]
type Cable = tuple[str, tuple[PortRef, ...]]
"""The code of a link, and those of its ports that are in the twin."""


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
                {"code": link.code, "a": str(link.a), "z": str(link.z), "state": self._link_state(link)}
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
        silently = bool(question.get("silently"))
        state = "losing every frame" if silently else "cut"
        name, cables = self._cables(question["link"])
        for code, ports in cables:
            self.backend.cut(ports, code, silently=silently)
            self.cuts[code] = state
        return {"link": name, "state": state}

    def repair(self, question: Document) -> Document:
        name, cables = self._cables(question["link"])
        for code, ports in cables:
            self.backend.repair(ports, code)
            self.cuts.pop(code, None)
        return {"link": name, "state": "repaired"}

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

    def _cables(self, name: str) -> tuple[str, tuple[Cable, ...]]:
        """What the link of that name, or the cord of a port, is called; its cables, with their ports in the twin.

        A link between two port-channels has a cable for each of its members.
        """
        link = link_named(self.snapshot, name)
        if link is None:
            device, _, port = name.partition(":")
            return name, ((name, (PortRef(device, port),)),)
        devices = {device.name for device in self.backend.fleet.devices}
        if devices.isdisjoint({link.a.device, link.z.device}):
            raise UnknownThing("link of the devices in the twin", name)
        return link.code, tuple(
            (one.code, tuple(port for port in (one.a, one.z) if port.device in devices))
            for one in self.snapshot.cables_of(link)
        )

    def _link_state(self, link: Link) -> str:
        if link.code in self.snapshot.members:
            return self._channel_state(self.snapshot.members[link.code])
        if link.code in self.cuts:
            return self.cuts[link.code]
        return "up" if self.backend.fleet.link_up(link.a.device, link.a.port) else "down"

    def _channel_state(self, members: Sequence[Link]) -> str:
        """Of a link between two port-channels: up, down, or the members it runs on."""
        up = [member.code for member in members if self._link_state(member) == "up"]
        return "up" if len(up) == len(members) else f"up on {', '.join(up)}" if up else "down"


_ANSWERS: Mapping[str, Callable[[TwinService, Document], Document]] = {
    "status": TwinService.status,
    "cut": TwinService.cut,
    "repair": TwinService.repair,
    "fault": TwinService.fault,
    "stop": TwinService.stop,
}
