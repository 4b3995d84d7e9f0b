"""What a trace may begin at, from the text somebody typed to the fibres it means.

"strand:CABLE:NUMBER" is a strand, in the direction in which its cable is laid, and
"strand:CABLE:NUMBER@PLACE" the same from its end at that place on; "DEVICE:PORT" (or "port:...") is a port,
"ODF:NUMBER" ("position:...") a position, and a code ("link:...") a link, from its `a` to its `z`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from inventory.devices import PortRef
from inventory.errors import UnknownThing
from inventory.link_check import fibres_of
from inventory.links import Link
from inventory.optics import LossFigures
from inventory.plant import PositionRef, StrandRef
from inventory.plant_errors import EndUnclear
from inventory.plant_map import Fibre, PlannedSplice, Plant, Step, StrandEnd
from inventory.routes import StrandLeg
from inventory.trace import TraceSection, Users, reversed_fibre, trace_fibre

_NUMBERED = re.compile(r"(?P<name>.+):(?P<number>[1-9][0-9]{0,5})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class StrandEndAsked:
    """A strand, and the place at whose end light enters it."""

    strand: StrandRef
    place: str


type End = StrandEndAsked | PortRef | PositionRef | Link


def find_end(plant: Plant, text: str) -> End:
    """Return what a text names.

    Raises:
        EndUnclear: it is malformed, or names several things.
        UnknownThing: it names nothing that there is.
    """
    kind, colon, rest = text.partition(":")
    if colon and kind in _BY_PREFIX:
        return _BY_PREFIX[kind](plant, rest, text)
    found = [end for end in (_port(plant, text), _position(plant, text), _link(plant, text)) if end is not None]
    if len(found) > 1:
        raise EndUnclear(text, "names several things: put port:, position: or link: before it")
    if not found:
        raise UnknownThing("port, position or link", text)
    return found[0]


def _find_strand(plant: Plant, rest: str, text: str) -> End:
    named, at, place = rest.partition("@")
    match = _NUMBERED.fullmatch(named)
    if match is None:
        raise EndUnclear(text, "is no strand: a strand is written strand:CABLE:NUMBER")
    cable = plant.cable(match["name"])
    strand = StrandRef(cable.code, int(match["number"]))
    if strand not in plant.strands:
        raise UnknownThing("strand", str(strand))
    if at and place not in {cable.a_place, cable.z_place}:
        raise EndUnclear(text, f"is no end of a strand: cable {cable.code} ends at {cable.a_place} and {cable.z_place}")
    return StrandEndAsked(strand, place or cable.a_place)


def _known[T](look: Callable[[Plant, str], T | None], noun: str) -> Callable[[Plant, str, str], T]:
    def find(plant: Plant, rest: str, _text: str) -> T:
        found = look(plant, rest)
        if found is None:
            raise UnknownThing(noun, rest)
        return found

    return find


def _port(plant: Plant, text: str) -> PortRef | None:
    """Either side of the colon may have colons of its own."""
    parts = text.split(":")
    for cut in range(1, len(parts)):
        port = PortRef(":".join(parts[:cut]), ":".join(parts[cut:]))
        if port in plant.ports:
            return port
    return None


def _position(plant: Plant, text: str) -> PositionRef | None:
    match = _NUMBERED.fullmatch(text)
    position = None if match is None else PositionRef(match["name"], int(match["number"]))
    return position if position in plant.positions else None


def _link(plant: Plant, text: str) -> Link | None:
    return plant.links.get(text)


_BY_PREFIX: Mapping[str, Callable[[Plant, str, str], End]] = {
    "strand": _find_strand,
    "port": _known(_port, "port"),
    "position": _known(_position, "ODF position"),
    "link": _known(_link, "link"),
}


def fibres_from(plant: Plant, end: End) -> tuple[Fibre, ...]:
    """The fibres that an end means, each in its direction; of a port, from the port on.

    Raises: StrandLoop.
    """
    match end:
        case StrandEndAsked():
            return (plant.fibre_through(end.strand, end.place),)
        case PositionRef():
            return (plant.fibre_behind(end),)
        case PortRef():
            return plant.fibres_of_port(end)
        case Link():
            return fibres_of(plant, end)


def trace_end(plant: Plant, end: End, figures: LossFigures, users: Users) -> TraceSection:
    """Trace what an end means.

    Raises: StrandLoop.
    """
    fibres = (trace_fibre(plant, fibre, figures, users) for fibre in fibres_from(plant, end))
    return TraceSection(_name(end), tuple(fibres))


def _name(end: End) -> str:
    match end:
        case StrandEndAsked():
            return f"strand:{end.strand}"
        case PositionRef():
            return f"position:{end}"
        case PortRef():
            return f"port:{end}"
        case Link():
            return f"link:{end.code}"


def trace_circuit(
    plant: Plant, device: str, link_codes: Iterable[str], figures: LossFigures, users: Users
) -> Iterator[TraceSection]:
    """Trace the links of a circuit in the order in which it takes them, from a device on.

    A link that is no longer there, or whose strands are not known, is a section without fibres.

    Raises: StrandLoop.
    """
    for code in link_codes:
        link = plant.links.get(code)
        if link is None:
            yield TraceSection(f"link:{code}", ())
            continue
        onward = link.a.device == device
        fibres = fibres_of(plant, link) if onward else (reversed_fibre(plant, each) for each in fibres_of(plant, link))
        yield TraceSection(f"link:{code}", tuple(trace_fibre(plant, each, figures, users) for each in fibres))
        device = link.z.device if onward else link.a.device


def trace_leg(plant: Plant, name: str, leg: StrandLeg, figures: LossFigures, users: Users) -> TraceSection:
    """Trace the fibres of a leg as a service holds them; joins that are still to be made are planned splices."""
    fibres = (Fibre(leg.a_place, tuple(_steps_of(plant, row, leg.a_place))) for row in leg.fibres)
    return TraceSection(name, tuple(trace_fibre(plant, fibre, figures, users) for fibre in fibres))


def _steps_of(plant: Plant, row: Sequence[StrandRef], place: str) -> Iterator[Step]:
    """What light meets on a row of strands that it enters at a place."""
    yield from _position_of(plant, (row[0], place))
    for strand, following in zip(row, (*row[1:], None), strict=True):
        yield strand
        place = plant.far_end(strand.cable, place)
        if following is None:
            yield from _position_of(plant, (strand, place))
        else:
            yield from _join_of(plant, (strand, place), (following, place))


def _position_of(plant: Plant, end: StrandEnd) -> Iterator[PositionRef]:
    position = plant.position_at.get(end)
    if position is not None:
        yield position


def _join_of(plant: Plant, one: StrandEnd, other: StrandEnd) -> Iterator[Step]:
    splice = plant.splice_at.get(one)
    if splice is not None and other[0] in {splice.a, splice.z}:
        yield splice
        return
    back, front = plant.position_at.get(one), plant.position_at.get(other)
    if back is None or front is None:
        yield PlannedSplice(one[0], other[0])
        return
    yield back
    patch = plant.patch_at.get(back)
    if patch is not None and front in {patch.position, patch.other}:
        yield patch
    yield front
