"""`consent`: which consents there are, when they end, and what hangs on them. For the operator's people."""

from dataclasses import dataclass
from datetime import date

from inventory.consent_answers import ConsentAnswer, Dependents, dependents_of, find_consent, list_consents
from inventory.plant_map import plant_of
from provisioning.errors import RequestInvalid
from provisioning.isps import Principal
from provisioning.policy import Action, must
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools

LONGEST_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class ConsentHolds:
    """A consent, and how much depends on it through its assets on a day."""

    answer: ConsentAnswer
    cables: int
    strands: int
    links: int
    services: int
    reservations: int


def consents(tools: Tools, who: Principal, *, expires_within_days: int | None = None) -> tuple[ConsentAnswer, ...]:
    """Every consent as it stands today; or those alone that end within so many days, or ended and left a gap.

    Raises: Forbidden, RequestInvalid.
    """
    must(who, Action.READ_CONSENTS)
    if expires_within_days is not None and not 0 <= expires_within_days <= LONGEST_DAYS:
        raise RequestInvalid("expires_within_days", f"it is a number of days from 0 to {LONGEST_DAYS}")
    return list_consents(tools.load_snapshot(), tools.now().date(), expires_within_days)


def consent(tools: Tools, who: Principal, code: str) -> ConsentHolds:
    """One consent, and how much depends on it today.

    Raises: Forbidden, UnknownThing.
    """
    must(who, Action.READ_CONSENTS)
    snapshot, day = tools.load_snapshot(), tools.now().date()
    answer = find_consent(snapshot, code, day)
    found = dependents_of(plant_of(snapshot), answer.assets)
    with tools.open_unit_of_work(reading=True) as work:
        services, reservations = _holders(work, found, day)
    return ConsentHolds(answer, len(found.cables), len(found.strands), len(found.links), services, reservations)


def _holders(work: UnitOfWork, found: Dependents, day: date) -> tuple[int, int]:
    """How many services are on these links or hold these strands, and how many reservations do."""
    held = [each for each in work.impacts.strands_held_in(found.cables, day) if each.strand in found.strands]
    services = {each.service_id for each in held if each.service_id is not None}
    services |= work.impacts.ids_on_links(found.links)
    return len(services), len({each.reservation_id for each in held if each.reservation_id is not None})
