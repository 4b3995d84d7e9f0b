"""What a platform is: how it is spoken to, how it writes things down, and what it can do."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from automation.dialects.dialect import Dialect
from automation.intents import (
    AccessPointIntent,
    BaselineIntent,
    CircuitIntent,
    ExchangePortIntent,
    HandoverIntent,
    Intent,
    LagMemberIntent,
    TrunkIntent,
)
from automation.settings import AutomationSettings
from automation.speech.speech import Speech
from automation.wireless import SsidIntent, SsidTenantIntent


class Can(StrEnum):
    """What a platform can be asked for here."""

    READ = "read"  # facts, backup, drift
    CIRCUITS = "circuits"
    EXCHANGE_PORTS = "exchange ports"
    SSIDS = "SSIDs"
    BASELINE = "baseline"  # name, time, logging; links and handovers before any service
    COMMIT_TIMER = "commit with a timer"  # takes a change back by itself unless it is confirmed
    REPLACE = "whole configuration replaced"


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform. `name` is what the inventory calls it.

    `driver` is the name of one of NAPALM's own drivers, or what makes another: `driver_words` say then which.
    `options` returns what the driver is made with besides address and account, anew at every call: drivers pop
    from what they are given.
    `timer_step_s` is what the platform's commit timer counts in, in seconds.
    """

    name: str
    driver: str | Callable[..., Any]
    can: frozenset[Can]
    timer_step_s: int
    dialect: Dialect
    speech: Speech
    options: Callable[[AutomationSettings], dict[str, Any]]
    driver_words: str = ""


def needs_of(intents: Iterable[Intent]) -> frozenset[Can]:
    """What a device's platform must be able to do for these intents."""
    return frozenset(_need(intent) for intent in intents)


def _need(intent: Intent) -> Can:
    match intent:
        case CircuitIntent():
            return Can.CIRCUITS
        case ExchangePortIntent():
            return Can.EXCHANGE_PORTS
        case SsidIntent() | SsidTenantIntent():
            return Can.SSIDS
        case TrunkIntent() | LagMemberIntent() | HandoverIntent() | BaselineIntent() | AccessPointIntent():
            return Can.BASELINE
