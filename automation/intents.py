"""Intents: what one circuit needs from one device, in no vendor's words.

Bandwidth in Mbit/s, bursts in bytes; S-VLANs are IEEE 802.1Q VLAN IDs, 1 to 4094.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BandwidthProfile:
    """How much a UNI may send (MEF 10.4 clause 12): CIR and EIR in Mbit/s, CBS and EBS in bytes."""

    cir_mbps: int
    eir_mbps: int
    cbs_bytes: int
    ebs_bytes: int


@dataclass(frozen=True, slots=True)
class UniIntent:
    """This port is the subscriber's: all it sends is put in the circuit's S-VLAN (802.1ad), within the profile.

    With a `c_vlan` only what it sends tagged with that is, and the tag is exchanged for the S-VLAN's and back
    (MEF 10.4: VLAN based, CE-VLAN ID not preserved); everything else is dropped.
    `idle_lines` are the lines of the port as they stood before the circuit came (its "as
    found" text), which a cease puts back; empty while the circuit is being added.
    """

    port: str
    description: str
    profile: BandwidthProfile
    idle_lines: tuple[str, ...] = ()
    c_vlan: int | None = None


@dataclass(frozen=True, slots=True)
class CircuitIntent:
    """What one device does for one circuit: knows the S-VLAN, carries it tagged, and perhaps ends it at a UNI.

    `label` names the VLAN on the device; it is the service id. `tagged_ports` carry the
    S-VLAN as an outer tag: links inside the network, and the handover.
    """

    device: str
    label: str
    s_vlan: int
    tagged_ports: tuple[str, ...]
    uni: UniIntent | None = None
