"""Which failures may pass by themselves, and how long to wait before trying again. Pure. Times in seconds."""

from dataclasses import dataclass

from inventory.errors import DatabaseUnavailable, NeutralhostError
from provisioning.device_errors import DevicesClaimed, DevicesRefused
from provisioning.errors import ReservationConflict
from provisioning.settings import ProvisioningSettings

PASSING = frozenset(
    {
        "database-unavailable",
        "device-busy",
        "device-unreachable",
        "netbox-unavailable",
        "not-proven",  # a link or a policer may need a moment to come up
    }
)
"""Codes of errors whose cause may be gone a little later, without anybody doing anything."""

AWAY = frozenset({"netbox-unavailable", "device-unreachable"})
"""Those of them that may be away for hours: an order waits meanwhile, and keeps no worker waiting."""

FIRST_RACE_PAUSE_S = 0.05
LONGEST_RACE_PAUSE_S = 1.0
RACES = 10  # how often an order may choose anew what another took before it


@dataclass(frozen=True, slots=True)
class Tried:
    """How often and for how long a step was tried so far."""

    times: int
    for_s: float


def may_pass(error: BaseException) -> bool:
    """Whether it may help to wait. Of several devices, each must be one that waiting may help."""
    return _all_in(PASSING, error)


def is_away(error: BaseException) -> bool:
    """Whether what the step needs is away, and nothing else is wrong."""
    return _all_in(AWAY, error)


def _all_in(codes: frozenset[str], error: BaseException) -> bool:
    if isinstance(error, DevicesRefused):
        return all(refusal.code in codes for refusal in error.refusals)
    return isinstance(error, NeutralhostError) and error.code in codes


def pause_before_s(error: BaseException, tried: Tried, tries: int, settings: ProvisioningSettings) -> float | None:
    """Return how long to wait before the next try, doubling each time; None where there is to be none.

    Devices that another order is changing are waited for by the clock and not by number of
    tries: they come free, however many orders are in the queue for them. So is the database: while
    it is being restarted nothing else can be done, and a failure could not be written down either.
    """
    if isinstance(error, DatabaseUnavailable) and tried.for_s < settings.database_wait_s:
        return _doubled_s(tried, settings)
    if isinstance(error, DevicesClaimed):
        return _race_pause_s(tried) if tried.for_s < settings.claim_wait_s else None
    if isinstance(error, ReservationConflict):
        return _race_pause_s(tried) if tried.times < RACES else None
    if tried.times >= tries or not may_pass(error):
        return None
    return _doubled_s(tried, settings)


def _doubled_s(tried: Tried, settings: ProvisioningSettings) -> float:
    return min(settings.first_pause_s * 2.0 ** min(tried.times - 1, 30), settings.longest_pause_s)


def _race_pause_s(tried: Tried) -> float:
    return min(FIRST_RACE_PAUSE_S * 2.0 ** min(tried.times, 10), LONGEST_RACE_PAUSE_S)
