"""What is taken of the network, as the pure middle sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Usage:
    """What is taken. Mbit/s committed, by link and handover code; UNIs as "device:port".

    Tags in use stand by handover and by device name: an S-VLAN is one broadcast domain on a
    device, whoever's handover it ends at. What is not in here is free. It never says whose.
    """

    link_committed_mbps: Mapping[str, int] = field(default_factory=dict)
    handover_committed_mbps: Mapping[str, int] = field(default_factory=dict)
    unis_taken: frozenset[str] = frozenset()
    handover_tags: Mapping[str, frozenset[int]] = field(default_factory=dict)
    device_tags: Mapping[str, frozenset[int]] = field(default_factory=dict)
