"""Qualification: can it be delivered there, and with what confidence? Changes nothing (MEF 87).

Pure. An ISP's name is no input: equal requests get equal answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from provisioning.orders import Reason


class Confidence(StrEnum):
    """MEF 87 clause 7.2: how sure the answer is."""

    GREEN = "green"  # can be delivered now, on what is there
    YELLOW = "yellow"  # can be delivered after work the operator must plan
    RED = "red"  # cannot be delivered


@dataclass(frozen=True, slots=True)
class QualificationRequest:
    """What is asked: one product at one UPRN, perhaps towards one handover and at one bandwidth."""

    product: str
    uprn: str
    bandwidth_mbps: int | None = None
    handover: str | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """What is taken, as the pure middle sees it. Mbit/s by link and handover code; UNIs as "device:port";
    tags in use by device name (an S-VLAN is one broadcast domain on a device, whoever's handover it ends at)."""

    link_committed_mbps: Mapping[str, int]
    handover_committed_mbps: Mapping[str, int]
    unis_taken: frozenset[str]
    handover_tags: Mapping[str, frozenset[int]]
    device_tags: Mapping[str, frozenset[int]]


@dataclass(frozen=True, slots=True)
class SpeedAnswer:
    """One speed of a product at the premises. Money in pence."""

    bandwidth_mbps: int
    confidence: Confidence
    reasons: tuple[Reason, ...]
    monthly_pence_by_term: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Qualification:
    """The answer: the best confidence of any speed asked about, why, and each speed's own."""

    product: str
    uprn: str
    address: str
    postcode: str
    confidence: Confidence
    reasons: tuple[Reason, ...]
    speeds: tuple[SpeedAnswer, ...]
    serving_place: str | None
    nte: str | None
