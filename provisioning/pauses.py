"""Pauses and freezes: what would change what somebody holds still waits, visibly, or is refused. Pure.

A pause holds our work still: everything, or what has to do with one product, place or device. A freeze is a
pause that also refuses: orders wait for its end as for a pause's, and a change plan, which a person proposes or
approves just now, is told who froze it and why. Whose an order is plays no part, and cannot be said in either.
Nothing stops in the middle: what began to change a device is brought to its end or taken back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from inventory.snapshot import Snapshot
from provisioning.orders import Order
from provisioning.services import Service
from provisioning.wanted import ELineWanted, SiteHostingWanted, StrandsWanted


class PauseScope(StrEnum):
    """What a pause holds."""

    ALL = "all"
    PRODUCT = "product"
    PLACE = "place"
    DEVICE = "device"


class PauseKind(StrEnum):
    """Whether it only lets wait, or also refuses change plans."""

    PAUSE = "pause"
    FREEZE = "freeze"


@dataclass(frozen=True, slots=True)
class Pause:
    """One pause or freeze. `name` is the product, place or device ("" where it holds all).

    `until` None: until it is lifted.
    """

    id: str
    scope: PauseScope
    name: str
    why: str
    by: str
    since: datetime
    until: datetime | None = None
    lifted_at: datetime | None = None
    lifted_by: str = ""
    kind: PauseKind = PauseKind.PAUSE

    def stands(self, now: datetime) -> bool:
        """Whether it holds anything at that moment."""
        return self.lifted_at is None and (self.until is None or now < self.until)

    @property
    def target(self) -> str:
        """What it holds, in words: "everything", "place dx-3"."""
        return "everything" if self.scope is PauseScope.ALL else f"{self.scope} {self.name}"

    @property
    def sentence(self) -> str:
        """Why an order waits, for anybody's eyes."""
        until = "until it is lifted" if self.until is None else f"until {self.until:%Y-%m-%d %H:%M} UTC"
        said = "Frozen" if self.kind is PauseKind.FREEZE else "Paused"
        return f"{said} by {self.by}, {self.target}: {self.why}, {until}."


@dataclass(frozen=True, slots=True)
class Touched:
    """What one order has to do with."""

    product: str
    places: frozenset[str] = frozenset()
    devices: frozenset[str] = frozenset()


def holds(pause: Pause, touched: Touched) -> bool:
    """Whether the pause is about what is touched. When it stands is another question."""
    match pause.scope:
        case PauseScope.ALL:
            return True
        case PauseScope.PRODUCT:
            return pause.name == touched.product
        case PauseScope.PLACE:
            return pause.name in touched.places
        case PauseScope.DEVICE:
            return pause.name in touched.devices


def held_by(pauses: Iterable[Pause], touched: Touched, now: datetime) -> Pause | None:
    """The pause that holds it now: of several, the one that stands longest; None where it may go on."""
    holding = [pause for pause in pauses if pause.stands(now) and holds(pause, touched)]
    return max(holding, key=lambda pause: (pause.until is None, pause.until or now, pause.id), default=None)


def touched_by_devices(devices: Iterable[str], snapshot: Snapshot) -> Touched:
    """What a change of these devices has to do with: them, and where they stand. It is of no product."""
    names = frozenset(devices)
    return Touched("", frozenset(filter(None, (_place_of(name, snapshot) for name in names))), names)


def touched_by(order: Order, service: Service | None, snapshot: Snapshot) -> Touched:
    """Return what the order has to do with, as far as it is known: before its design, the places it asks for."""
    devices = _devices_of(service)
    handover = snapshot.handovers.get(order.request.handover)
    if handover is not None:
        devices.add(handover.port.device)
    places = {*_places_asked_for(order, snapshot), *(_place_of(name, snapshot) for name in devices)}
    if service is not None:
        places.update(place for leg in service.legs for place in (leg.a_place, leg.z_place))
    return Touched(order.request.product, frozenset(filter(None, places)), frozenset(devices))


def _devices_of(service: Service | None) -> set[str]:
    """What its circuit goes through; of an SSID that devices carry, the access points and the switches."""
    found = {hop.device for hop in service.circuit.hops} if service is not None and service.circuit else set()
    if service is not None and service.carried is not None:
        found.update(service.carried.devices)
    return found


def _places_asked_for(order: Order, snapshot: Snapshot) -> tuple[str | None, ...]:
    served = _serving(order.request.uprn, snapshot)
    match order.request.wanted:
        case StrandsWanted(a_place=a, z_place=z):
            return (a, z)
        case SiteHostingWanted(place=place):
            return (place,)
        case ELineWanted(z_uprn=z_uprn):
            return (served, _serving(z_uprn, snapshot))
        case _:
            return (served,)


def _serving(uprn: str, snapshot: Snapshot) -> str | None:
    premises = snapshot.premises.get(uprn)
    return None if premises is None else premises.serving_place


def _place_of(name: str, snapshot: Snapshot) -> str | None:
    """Where a device stands; an NTE stands at premises, and belongs to the place that serves them."""
    device = snapshot.devices.get(name)
    if device is None:
        return None
    return device.place_code if device.uprn is None else _serving(device.uprn, snapshot)
