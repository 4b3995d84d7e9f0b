"""Probes: what sends frames through a circuit and counts what arrives. The nouns, and what may be asked of one.

A probe is whatever an operator has: a test head at the DX with a loopback or reflector on the NTE (Y.1564 clause 7.4),
Y.1731 or TWAMP sessions on the devices, or the twin's own ends. `automation.birth.command` asks a program of the
operator's; where none is set, nothing is measured and every result says so.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from inventory.devices import PortRef

type Tag = tuple[int, int]
"""TPID (0x88a8 or 0x8100) and VLAN id."""


class When(StrEnum):
    """When frames are sent, which is also what for.

    Before: nothing of the change is on a device; only isolation is looked at. After: all of it is, not confirmed.
    In use: the service is handed over; loss and delay are looked at for a while, beside its subscriber's traffic.
    """

    BEFORE = "before"
    AFTER = "after"
    IN_USE = "in use"


STEPS = (25, 50, 75, 100)
"""Percent of CIR that the configuration test steps through (Y.1564 clause 8.1.2)."""


@dataclass(frozen=True, slots=True)
class ProbeTask:
    """One circuit to be measured. Rates in Mbit/s, `frame_bytes` a whole frame at the UNI, FCS included.

    `uni` and `far_end` are the ports whose far side the probes are at; of an SSID, whose name is `ssid`, `uni` is one
    of its radios; of a `realm` too, and `shares` is the service whose SSID it is on. `in_service`: a subscriber's
    traffic is on it already, so nothing that fills it may be sent. `seconds` is how long loss, delay and rate may be
    measured each; rate in `steps`, percent of CIR, and above the profile.
    """

    service: str
    when: When
    uni: PortRef
    far_end: PortRef
    is_handover: bool
    s_vlan: int
    c_vlan: int | None
    z_c_vlan: int | None
    cir_mbps: int
    eir_mbps: int
    frame_bytes: int
    seconds: float
    in_service: bool
    neighbours: tuple[PortRef, ...]
    ssid: str = ""
    steps: tuple[int, ...] = ()
    realm: str = ""
    shares: str = ""

    @property
    def is_from_air(self) -> bool:
        """Whether its frames begin on the air."""
        return bool(self.ssid or self.realm)


@dataclass(frozen=True, slots=True)
class RateStep:
    """What arrived, in Mbit/s, where that much of CIR was offered; `offered_mbps` is what was, if that was counted."""

    percent_of_cir: int
    rate_mbps: float
    offered_mbps: float | None = None


@dataclass(frozen=True, slots=True)
class Probed:
    """What was counted; None where it was not, and `why_not` says why by the field's name.

    `sent` and `lost` are frames of the loss test. Delays in microseconds, one way (half of a round trip where only
    that can be had, and `method` says so). `rate_mbps` is the information rate that arrived of more than the profile
    lets in, `steps` what arrived of less. `largest_frame_bytes` is the largest frame that passed. `tags` are those
    seen at the far end, outermost first. `strays` are the frames of the test that each neighbour saw. `method` is how,
    in a few words.
    """

    sent: int | None = None
    lost: int | None = None
    delay_us: float | None = None
    rate_mbps: float | None = None
    largest_frame_bytes: int | None = None
    tags: tuple[Tag, ...] | None = None
    strays: tuple[tuple[PortRef, int], ...] | None = None
    method: str = ""
    why_not: tuple[tuple[str, str], ...] = field(default=())
    steps: tuple[RateStep, ...] | None = None

    def reason(self, name: str) -> str:
        """Why a field was not measured, "" where nobody said."""
        return dict(self.why_not).get(name, "")


class Prober(Protocol):
    """Sends frames, and counts."""

    def probe(self, task: ProbeTask) -> Probed:
        """Measure what can be measured. Answers always: what went wrong with the probe stands in `why_not`."""


MEASURES = ("sent", "delay_us", "rate_mbps", "largest_frame_bytes", "tags", "strays")
"""The fields of `Probed` that are measured each by itself."""


def nothing_probed(why: str) -> Probed:
    """Nothing was measured, for one reason."""
    return Probed(why_not=tuple((name, why) for name in MEASURES))


class NoProber:
    """No probes: the simulated devices in memory forward no frames, and nothing else was set."""

    def probe(self, task: ProbeTask) -> Probed:
        del task
        return nothing_probed("no probe is set that sends frames")
