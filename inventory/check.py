"""What is wrong or suspicious with an inventory, although it keeps every rule and was loaded. Pure.

An error means that something will fail or be oversold; a warning, that somebody should look.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations

from inventory.devices import Device, DeviceRole, Lifecycle, PortRole
from inventory.handovers import Handover
from inventory.issues import Issue, Severity, listed
from inventory.optics import LossFigures
from inventory.places import PLANT_KINDS, Place, PlaceKind
from inventory.plant_check import check_plant
from inventory.premises import Premises
from inventory.snapshot import Snapshot

FARTHEST_DROP_M = 10_000.0  # premises farther from what serves them have a wrong position or a wrong place
DEFAULT_FIGURES = LossFigures()
POSITION_SLACK_M = 25.0  # positions are of buildings, not of racks


def check(snapshot: Snapshot, today: date, figures: LossFigures = DEFAULT_FIGURES) -> tuple[Issue, ...]:
    """Return every issue on a day, errors first, each severity in the order of the checks below."""
    issues = [issue for look in _LOOKS for issue in look(snapshot)]
    issues += check_plant(snapshot, today, figures)
    return tuple(sorted(issues, key=lambda issue: issue.severity is not Severity.ERROR))


def _error(code: str, subject: str, sentence: str, next_step: str) -> Issue:
    return Issue(Severity.ERROR, code, subject, sentence, next_step)


def _warning(code: str, subject: str, sentence: str, next_step: str) -> Issue:
    return Issue(Severity.WARNING, code, subject, sentence, next_step)


def _live(snapshot: Snapshot, *roles: DeviceRole) -> Iterator[Device]:
    for device in snapshot.inventory.devices:
        if device.lifecycle is Lifecycle.LIVE and device.role in roles:
            yield device


def _addresses(snapshot: Snapshot) -> Iterator[Issue]:
    for device in _live(snapshot, DeviceRole.SWITCH, DeviceRole.NTE):
        if device.management_address is None:
            yield _error(
                "management-address-missing",
                device.name,
                f"{device.name} is live and has no management address.",
                "Give it one, or mark it planned: no order can be delivered over it.",
            )
    used = ((device.management_address, device.name) for device in snapshot.inventory.devices)
    for address, names in _shared(used):
        yield _error(
            "management-address-shared",
            names[0],
            f"{listed(names)} share the management address {address}.",
            "Give each its own: a change meant for one would go to another.",
        )


def _serials(snapshot: Snapshot) -> Iterator[Issue]:
    used = ((device.serial, device.name) for device in snapshot.inventory.devices)
    for serial, names in _shared(used):
        yield _warning(
            "serial-shared",
            names[0],
            f"{listed(names)} share the serial number {serial}.",
            "Read the serial numbers off the devices and mend the wrong one.",
        )


def _ntes(snapshot: Snapshot) -> Iterator[Issue]:
    linked = {end.device for link in snapshot.inventory.links for end in (link.a, link.z)}
    for nte in _live(snapshot, DeviceRole.NTE):
        if nte.name not in linked:
            yield _error(
                "nte-without-uplink",
                nte.name,
                f"NTE {nte.name} at UPRN {nte.uprn} is live and no link ends at it.",
                "Add its drop, or mark it planned.",
            )
        if not snapshot.ports_of(nte.name, PortRole.UNI):
            yield _error(
                "nte-without-uni",
                nte.name,
                f"NTE {nte.name} at UPRN {nte.uprn} has no UNI.",
                "Add its UNI ports: nothing can be delivered there.",
            )


def _capacities(snapshot: Snapshot) -> Iterator[Issue]:
    ports = snapshot.ports
    for link in snapshot.inventory.links:
        slowest = min((ports[link.a], ports[link.z]), key=lambda port: port.speed_mbps)
        if link.capacity_mbps > slowest.speed_mbps:
            yield _error(
                "link-above-port-speed",
                link.code,
                f"Link {link.code} is to carry {link.capacity_mbps} Mbit/s, and its port {slowest.ref} "
                f"runs at {slowest.speed_mbps} Mbit/s.",
                "Lower the link's capacity or mend the port's speed: it would be oversold.",
            )
    for handover in snapshot.inventory.handovers:
        speed_mbps = ports[handover.port].speed_mbps
        if handover.capacity_mbps > speed_mbps:
            yield _error(
                "handover-above-port-speed",
                handover.code,
                f"Handover {handover.code} is to carry {handover.capacity_mbps} Mbit/s, and its port "
                f"{handover.port} runs at {speed_mbps} Mbit/s.",
                "Lower the handover's capacity or mend the port's speed: it would be oversold.",
            )


def _handovers(snapshot: Snapshot) -> Iterator[Issue]:
    for handover in snapshot.inventory.handovers:
        device = snapshot.devices[handover.port.device]
        if device.lifecycle is not Lifecycle.LIVE:
            yield _warning(
                "handover-not-live",
                handover.code,
                f"Handover {handover.code} is on {device.name}, which is {device.lifecycle}.",
                "Move the handover, or mark the device live.",
            )
        place = snapshot.places[handover.place_code]
        if place.kind is not PlaceKind.DX:
            yield _warning(
                "handover-not-at-dx",
                handover.code,
                f"Handover {handover.code} is at {place.code}, which is a {place.kind} and no DX.",
                "ISPs hand over at a DX: mend the place's kind or move the handover.",
            )
    yield from _overlaps(snapshot.inventory.handovers)


def _overlaps(handovers: Sequence[Handover]) -> Iterator[Issue]:
    """A tag is one broadcast domain on a device: two handovers on it share the tags both ranges have."""
    by_device: dict[str, list[Handover]] = {}
    for handover in handovers:
        by_device.setdefault(handover.port.device, []).append(handover)
    for device, there in by_device.items():
        for one, other in combinations(there, 2):
            first, last = max(one.s_vlans.first, other.s_vlans.first), min(one.s_vlans.last, other.s_vlans.last)
            if first <= last:
                yield _warning(
                    "handover-tags-overlap",
                    one.code,
                    f"Handovers {one.code} and {other.code} on {device} both have the S-VLANs {first}-{last}.",
                    "Give them ranges of their own: a tag that one uses is lost to the other.",
                )


def _isps(snapshot: Snapshot) -> Iterator[Issue]:
    served = {handover.isp_code for handover in snapshot.inventory.handovers}
    for organisation in snapshot.inventory.organisations:
        if organisation.is_isp and organisation.code not in served:
            yield _warning(
                "isp-without-handover",
                organisation.code,
                f"ISP {organisation.code} has no handover.",
                "Add one: it can order nothing.",
            )


def _places(snapshot: Snapshot) -> Iterator[Issue]:
    occupied = {device.place_code for device in snapshot.inventory.devices}
    for place in snapshot.inventory.places:
        if place.code not in occupied and place.kind not in PLANT_KINDS:
            yield _warning(
                "place-without-devices",
                place.code,
                f"No device stands at {place.code}.",
                "Add its devices when they are installed, or remove the place.",
            )


def _serving_places(snapshot: Snapshot) -> Iterator[Issue]:
    """Told once a place: a thousand premises behind one missing switch are one thing to mend."""
    switched = {device.place_code for device in _live(snapshot, DeviceRole.SWITCH)}
    waiting = Counter(premises.serving_place for premises in snapshot.inventory.premises)
    for place_code, count in waiting.items():
        if place_code is not None and place_code not in switched:
            yield _warning(
                "serving-place-without-switch",
                place_code,
                f"{count} premises are served from {place_code}, where no switch is live.",
                "Install a switch there, or serve them from elsewhere: none can be delivered to.",
            )


def _unreachable(snapshot: Snapshot) -> Iterator[Issue]:
    reached = _reached_from_exchanges(snapshot)
    if not reached:
        if snapshot.inventory.devices:
            yield _error("no-exchange", "", "No live switch stands at a DX.", "Add one: nothing can be handed over.")
        return
    for switch in _live(snapshot, DeviceRole.SWITCH):
        if switch.name not in reached:
            yield _warning(
                "switch-unreachable",
                switch.name,
                f"No chain of links joins {switch.name} with any DX.",
                "Add its links when they are lit; what it serves is without a path.",
            )


def _reached_from_exchanges(snapshot: Snapshot) -> set[str]:
    """The live switches that live switches join with a DX."""
    switches = {device.name: device for device in _live(snapshot, DeviceRole.SWITCH)}
    neighbours: dict[str, list[str]] = {name: [] for name in switches}
    for link in snapshot.inventory.links:
        if link.a.device in switches and link.z.device in switches:
            neighbours[link.a.device].append(link.z.device)
            neighbours[link.z.device].append(link.a.device)
    exchanges = {place.code for place in snapshot.inventory.places if place.kind is PlaceKind.DX}
    to_visit = [name for name, device in switches.items() if device.place_code in exchanges]
    reached = set(to_visit)
    while to_visit:
        onward = [name for name in neighbours[to_visit.pop()] if name not in reached]
        reached.update(onward)
        to_visit.extend(onward)
    return reached


def _positions(snapshot: Snapshot) -> Iterator[Issue]:
    far: Counter[str] = Counter()
    for premises in snapshot.inventory.premises:
        place = snapshot.places.get(premises.serving_place or "")
        if place is not None and _apart_m(premises, place) > FARTHEST_DROP_M:
            far[place.code] += 1
    for code, count in far.items():
        yield _warning(
            "premises-far-away",
            code,
            f"{count} premises are served from {code} and stand more than {FARTHEST_DROP_M / 1000:.0f} km from it.",
            "Mend their position or the place that serves them.",
        )


def _lengths(snapshot: Snapshot) -> Iterator[Issue]:
    for link in snapshot.inventory.links:
        a, z = _position_of(snapshot, link.a.device), _position_of(snapshot, link.z.device)
        if a is None or z is None:
            continue
        straight_m = math.dist(a, z)
        if link.length_m + POSITION_SLACK_M < straight_m:
            yield _warning(
                "link-shorter-than-straight",
                link.code,
                f"Link {link.code} has {link.length_m:.0f} m of fibre between devices {straight_m:.0f} m apart.",
                "Mend its length or the positions of its ends: paths are chosen by length.",
            )


def _position_of(snapshot: Snapshot, name: str) -> tuple[float, float] | None:
    device = snapshot.devices[name]
    at = snapshot.places.get(device.place_code or "") or snapshot.premises.get(device.uprn or "")
    return None if at is None else (at.easting_m, at.northing_m)


def _apart_m(one: Place | Premises, other: Place | Premises) -> float:
    return math.dist((one.easting_m, one.northing_m), (other.easting_m, other.northing_m))


def _shared(pairs: Iterable[tuple[str | None, str]]) -> Iterator[tuple[str, list[str]]]:
    """Values that more than one name has, with the names."""
    by_value: dict[str, list[str]] = {}
    for value, name in pairs:
        if value:
            by_value.setdefault(value, []).append(name)
    return ((value, names) for value, names in by_value.items() if len(names) > 1)


_LOOKS: tuple[Callable[[Snapshot], Iterator[Issue]], ...] = (
    _addresses,
    _serials,
    _ntes,
    _capacities,
    _handovers,
    _isps,
    _places,
    _serving_places,
    _unreachable,
    _positions,
    _lengths,
)
