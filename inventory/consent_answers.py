"""Which consents there are, when they end, and what depends on them. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from inventory.consents import Consent
from inventory.errors import UnknownThing
from inventory.plant import AssetKind, AssetRef, StrandRef
from inventory.plant_map import Plant, plant_of
from inventory.snapshot import Snapshot
from inventory.windows import Window, on

SOON_DAYS = 90  # what ends within so many days should be renewed now


class ConsentState(StrEnum):
    """Where a consent is on a day."""

    TO_COME = "to come"
    CURRENT = "current"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class ConsentAnswer:
    """A consent as it stands on a day.

    `days_left` counts the days after that one on which it still holds: 0 on its last day, below 0
    once it has ended, None where it has no end. `uncovered` are those of its assets that are without any
    consent on the day after it ends (once it has ended: on the day itself).
    """

    consent: Consent
    state: ConsentState
    days_left: int | None
    assets: tuple[AssetRef, ...]
    uncovered: tuple[AssetRef, ...]


@dataclass(frozen=True, slots=True)
class Dependents:
    """What lies in, on or at some assets: cables, their strands, and the links (of port-channels too) these light."""

    cables: frozenset[str]
    strands: frozenset[StrandRef]
    links: frozenset[str]


def list_consents(snapshot: Snapshot, day: date, expires_within_days: int | None = None) -> tuple[ConsentAnswer, ...]:
    """Every consent, those that end first first.

    With `expires_within_days` only those that end from that day on within so many days, and those that have
    ended and left an asset without any.
    """
    answers = (_answer(snapshot, consent, day) for consent in snapshot.inventory.consents)
    wanted = (each for each in answers if expires_within_days is None or is_expiring(each, expires_within_days))
    return tuple(sorted(wanted, key=lambda each: (each.consent.last_day or date.max, each.consent.code)))


def count_ending(snapshot: Snapshot, day: date) -> dict[str, int]:
    """How many consents end within SOON_DAYS ("ending"), and how many ended and left an asset without any ("lapsed").

    Consents that end later are not looked at: this is asked for again and again.
    """
    until = day + timedelta(days=SOON_DAYS)
    near = (each for each in snapshot.inventory.consents if each.last_day is not None and each.last_day <= until)
    answers = [_answer(snapshot, consent, day) for consent in near]
    ended = [each for each in answers if each.state is ConsentState.ENDED]
    return {"ending": len(answers) - len(ended), "lapsed": sum(bool(each.uncovered) for each in ended)}


def is_expiring(answer: ConsentAnswer, within_days: int) -> bool:
    """Whether a consent ends within so many days, or has ended and left an asset without any."""
    if answer.days_left is None:
        return False
    return answer.days_left <= within_days if answer.days_left >= 0 else bool(answer.uncovered)


def find_consent(snapshot: Snapshot, code: str, day: date) -> ConsentAnswer:
    """Raises: UnknownThing."""
    for consent in snapshot.inventory.consents:
        if consent.code == code:
            return _answer(snapshot, consent, day)
    raise UnknownThing("consent", code)


def dependents_of(plant: Plant, assets: Iterable[AssetRef]) -> Dependents:
    """What depends on any of these assets."""
    strands = frozenset(strand for asset in assets for strand in _strands_on(plant, asset))
    lit = plant.link_on_strand
    links = frozenset(lit[strand] for strand in strands if strand in lit)
    channels = {plant.channel_of[link] for link in links if link in plant.channel_of}
    return Dependents(frozenset(strand.cable for strand in strands), strands, links | channels)


def _answer(snapshot: Snapshot, consent: Consent, day: date) -> ConsentAnswer:
    consents = plant_of(snapshot).consents
    assets = consents.assets_of(consent.code)
    last = consent.last_day
    if last is None or last == date.max:
        return ConsentAnswer(consent, _state(consent, day), None, assets, ())
    without_it = on(max(day, last + timedelta(days=1)))
    gaps = consents.gaps(assets, without_it)
    return ConsentAnswer(consent, _state(consent, day), (last - day).days, assets, tuple(gap.asset for gap in gaps))


def _state(consent: Consent, day: date) -> ConsentState:
    if day < consent.first_day:
        return ConsentState.TO_COME
    return ConsentState.CURRENT if Window(consent.first_day, consent.last_day).has(day) else ConsentState.ENDED


def _strands_on(plant: Plant, asset: AssetRef) -> Iterator[StrandRef]:
    if asset.kind is AssetKind.CLOSURE:
        for splice in plant.splices_in.get(asset.code, ()):
            yield splice.a
            yield splice.z
    elif asset.kind is AssetKind.ODF:
        behind = (plant.strand_behind.get(position) for position in plant.positions_of.get(asset.code, ()))
        yield from (strand for strand in behind if strand is not None)
    else:
        for cable in _cables_on(plant, asset):
            yield from (strand.ref for strand in plant.strands_of.get(cable, ()))


def _cables_on(plant: Plant, asset: AssetRef) -> Iterator[str]:
    if asset.kind is AssetKind.CABLE:
        yield asset.code
    elif asset.kind is AssetKind.DUCT:
        yield from plant.cables_in_duct.get(asset.code, ())
    elif asset.kind is AssetKind.PLACE:
        yield from (cable.code for cable in plant.cables_at.get(asset.code, ()))
        for duct in plant.ducts_at.get(asset.code, ()):
            yield from plant.cables_in_duct.get(duct.code, ())
