"""A fibre end to end: every port, patch, position, strand, splice, bore and owner that light meets, and what it loses.

Lengths are metres, losses dB. A splice loses what was measured when it was made; a strand and the
mated pair at an ODF position lose what the settings reckon. A port's own connector is the optic's
(IEEE 802.3: the channel lies between the two modules).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from inventory.devices import PortRef
from inventory.optics import LossBudget, LossFigures, least_optic
from inventory.plant import (
    AssetKind,
    AssetRef,
    BoreRef,
    Cable,
    Parties,
    Patch,
    PositionRef,
    Splice,
    StrandRef,
    StrandState,
)
from inventory.plant_map import Fibre, PlannedSplice, Plant, Step

CM, MDB = 2, 3  # decimals that metres and dB are given with


class LossBasis(StrEnum):
    """Where the figure of a loss comes from."""

    NONE = "none"  # nothing is lost here: the strand passes a closure uncut, or it is no joint
    MEASURED = "measured"
    RECKONED = "reckoned"
    PLANNED = "planned"  # a splice that is still to be made


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a cable: one bore of one duct, in the direction of the trace."""

    bore: BoreRef
    a_place: str
    z_place: str
    at_m: float
    length_m: float
    parties: Parties


@dataclass(frozen=True, slots=True)
class StrandDetails:
    """What there is to say of a strand alone: its colours, its state, and where its cable lies.

    `slack_m` is cable coiled up along the way: the stretches and the slack are its whole length.
    """

    cable: str
    number: int
    tube: int
    tube_colour: str
    colour: str
    state: StrandState
    slack_m: float
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that light meets, `at_m` after it entered. `place` is where; of a strand, where light enters it.

    `optic` is that of a port, `closure` that of a splice ("" where it is still to be made); `strand` tells what
    only a strand has.
    """

    asset: AssetRef
    place: str
    at_m: float
    length_m: float
    loss_db: float
    basis: LossBasis
    parties: Parties | None
    optic: str = ""
    closure: str = ""
    strand: StrandDetails | None = None


@dataclass(frozen=True, slots=True)
class FibreTrace:
    """One fibre in the direction that was asked for. `link` is the link it carries, "" where it carries none."""

    a_place: str
    z_place: str
    link: str
    events: tuple[Event, ...]
    length_m: float
    budget: LossBudget


@dataclass(frozen=True, slots=True)
class TraceSection:
    """What belongs together: the fibres of one link, or of one leg of a service. `name` says which."""

    name: str
    fibres: tuple[FibreTrace, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """The answer: sections one after the other. `length_m` is that of the way: of each section its longest fibre."""

    asked: str
    sections: tuple[TraceSection, ...]
    length_m: float
    loss_db: float


type Users = Mapping[StrandRef, str]
"""Who uses a strand that somebody holds."""


def trace_of(asked: str, sections: Iterable[TraceSection]) -> Trace:
    """Put sections together. `loss_db` is the sum of each section's worst fibre."""
    kept = tuple(sections)
    length_m = sum(max((fibre.length_m for fibre in each.fibres), default=0.0) for each in kept)
    loss_db = sum(max((fibre.budget.loss_db for fibre in each.fibres), default=0.0) for each in kept)
    return Trace(asked, kept, round(length_m, CM), round(loss_db, MDB))


def trace_fibre(plant: Plant, fibre: Fibre, figures: LossFigures, users: Users | None = None) -> FibreTrace:
    """Tell what light meets on a fibre. `users` names who uses the strands that are held."""
    events = tuple(_Telling(plant, figures, users or {}).tell(fibre))
    optics = tuple(event.optic for event in events if event.optic)
    z_place = plant.place_behind(fibre.steps, fibre.begins_at)
    return FibreTrace(
        fibre.begins_at,
        z_place,
        _link_on(plant, fibre),
        events,
        round(sum(event.length_m for event in events), CM),
        budget_of(events, optics),
    )


def _link_on(plant: Plant, fibre: Fibre) -> str:
    first, last = fibre.steps[0], fibre.steps[-1]
    if isinstance(first, PortRef) and isinstance(last, PortRef):
        return plant.link_between.get(frozenset((first, last)), "")
    return ""


def reversed_fibre(plant: Plant, fibre: Fibre) -> Fibre:
    """The same fibre in the other direction."""
    return Fibre(plant.place_behind(fibre.steps, fibre.begins_at), fibre.steps[::-1])


def budget_of(events: Iterable[Event], optics: tuple[str, ...]) -> LossBudget:
    """What these events lose together, beside what the optics at the ends allow."""
    kept = tuple(events)
    strands = [event for event in kept if event.asset.kind is AssetKind.STRAND]
    splices = [event for event in kept if event.asset.kind is AssetKind.SPLICE and event.basis is not LossBasis.NONE]
    connectors = [event for event in kept if event.asset.kind is AssetKind.POSITION]
    loss_db = round(sum(event.loss_db for event in kept), MDB)
    optic = least_optic(optics)
    return LossBudget(
        fibre_km=round(sum(event.length_m for event in strands) / 1_000, 5),
        fibre_db=_sum_db(strands),
        splices=len(splices),
        planned_splices=sum(event.basis is LossBasis.PLANNED for event in splices),
        splices_db=_sum_db(splices),
        connectors=len(connectors),
        connectors_db=_sum_db(connectors),
        loss_db=loss_db,
        optic="" if optic is None else optic.name,
        allowed_db=None if optic is None else optic.max_loss_db,
        margin_db=None if optic is None else round(optic.max_loss_db - loss_db, MDB),
    )


def for_isp(trace: Trace, isp_code: str, isps: frozenset[str]) -> Trace:
    """The trace as an ISP may read it: its own name and the owners', and no other ISP's."""
    hidden = isps - {isp_code}
    return replace(trace, sections=tuple(_section_without(section, hidden) for section in trace.sections))


HIDDEN = "another member"


def _section_without(section: TraceSection, hidden: frozenset[str]) -> TraceSection:
    return replace(section, fibres=tuple(_fibre_without(fibre, hidden) for fibre in section.fibres))


def _fibre_without(fibre: FibreTrace, hidden: frozenset[str]) -> FibreTrace:
    return replace(fibre, events=tuple(_event_without(event, hidden) for event in fibre.events))


def _event_without(event: Event, hidden: frozenset[str]) -> Event:
    parties = None if event.parties is None else _parties_without(event.parties, hidden)
    if event.strand is None:
        return replace(event, parties=parties)
    stretches = tuple(replace(each, parties=_parties_without(each.parties, hidden)) for each in event.strand.stretches)
    return replace(event, parties=parties, strand=replace(event.strand, stretches=stretches))


def _parties_without(parties: Parties, hidden: frozenset[str]) -> Parties:
    return Parties(*(HIDDEN if each in hidden else each for each in (parties.owner, parties.operator, parties.used_by)))


def _sum_db(events: Iterable[Event]) -> float:
    return round(sum(event.loss_db for event in events), MDB)


class _Telling:
    """Turns the steps of fibres into events."""

    def __init__(self, plant: Plant, figures: LossFigures, users: Users) -> None:
        self._plant = plant
        self._figures = figures
        self._users = users

    def tell(self, fibre: Fibre) -> Iterator[Event]:
        place, at_m = fibre.begins_at, 0.0
        optics = {step.port: step.optic for step in fibre.steps if isinstance(step, Patch) and step.port is not None}
        for step in fibre.steps:
            event = self._event(step, place, at_m, optics)
            yield event
            at_m = round(at_m + event.length_m, CM)
            place = self._plant.place_behind((step,), place)

    def _event(self, step: Step, place: str, at_m: float, optics: Mapping[PortRef, str]) -> Event:
        match step:
            case StrandRef():
                return self._strand(step, place, at_m)
            case PositionRef():
                lost = self._figures.per_connector_db, LossBasis.RECKONED
                return _event(AssetKind.POSITION, str(step), place, at_m, lost, self._plant.odfs[step.odf].parties)
            case Splice():
                lost = step.loss_db, LossBasis.MEASURED if step.loss_db else LossBasis.NONE
                code = f"{step.closure}:{step.a}+{step.z}"
                parties = self._plant.closures[step.closure].parties
                return replace(_event(AssetKind.SPLICE, code, place, at_m, lost, parties), closure=step.closure)
            case PlannedSplice():
                lost = self._figures.per_splice_db, LossBasis.PLANNED
                return _event(AssetKind.SPLICE, f"{step.a}+{step.z}", place, at_m, lost)
            case Patch():
                return _event(AssetKind.PATCH, patch_code(step), place, at_m)
            case PortRef():
                return replace(_event(AssetKind.PORT, str(step), place, at_m), optic=optics.get(step, ""))

    def _strand(self, ref: StrandRef, place: str, at_m: float) -> Event:
        cable, strand = self._plant.cables[ref.cable], self._plant.strands[ref]
        length_m = round(self._plant.length_m(ref.cable), CM)
        used_by = self._users.get(ref) or strand.used_by or cable.used_by
        return Event(
            AssetRef(AssetKind.STRAND, str(ref)),
            place,
            at_m,
            length_m,
            round(length_m / 1_000 * self._figures.per_km_db, MDB),
            LossBasis.RECKONED,
            Parties(cable.owner, cable.operator, used_by),
            strand=StrandDetails(
                cable.code,
                ref.number,
                cable.tube_of(ref.number),
                cable.tube_colour(ref.number),
                cable.strand_colour(ref.number),
                strand.state,
                cable.slack_m,
                tuple(self._stretches(cable, place, at_m)),
            ),
        )

    def _stretches(self, cable: Cable, place: str, at_m: float) -> Iterator[Stretch]:
        route = self._plant.route_of.get(cable.code, ())
        for ref in route if place == cable.a_place else reversed(route):
            duct = self._plant.ducts[ref.duct]
            onward = duct.a_place if place == duct.z_place else duct.z_place
            used_by = self._plant.bores[ref].used_by or duct.used_by
            yield Stretch(ref, place, onward, at_m, duct.length_m, Parties(duct.owner, duct.operator, used_by))
            place, at_m = onward, round(at_m + duct.length_m, CM)


NOTHING_LOST = 0.0, LossBasis.NONE


def _event(
    kind: AssetKind,
    code: str,
    place: str,
    at_m: float,
    lost: tuple[float, LossBasis] = NOTHING_LOST,
    parties: Parties | None = None,
) -> Event:
    """Anything but a strand: it has no length."""
    return Event(AssetRef(kind, code), place, at_m, 0.0, *lost, parties)


def patch_code(patch: Patch) -> str:
    """What a patch is called: its two ends."""
    return f"{patch.position}--{patch.port or patch.other}"
