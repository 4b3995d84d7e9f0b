"""Whether an active circuit can have another speed on the path it has, and what it is then. Pure.

A change never looks for another path: who wants one orders a new circuit and ceases the old. What is
asked of the handover and of every link is the difference of the committed rates (CIR, Mbit/s).
"""

from collections.abc import Iterator
from dataclasses import replace

from inventory.snapshot import Snapshot
from provisioning.allocation import check_handover_room
from provisioning.catalogue import Offer
from provisioning.errors import HandoverOversubscribed
from provisioning.orders import Reason
from provisioning.services import Circuit, Service
from provisioning.usage import Usage

_LESS = "Choose less bandwidth, or ask the operator for capacity on the way."


def why_not_modified(snapshot: Snapshot, usage: Usage, circuit: Circuit, offer: Offer) -> tuple[Reason, ...]:
    """Why the circuit cannot have the offer's speed where it is; () where it can."""
    return (*_at_the_uni(snapshot, circuit, offer), *_on_the_way(snapshot, usage, circuit, offer))


def modified(service: Service, circuit: Circuit, offer: Offer) -> Service:
    """The service as its devices will serve it: the same circuit with the offer's bandwidth profile."""
    return replace(service, bandwidth_mbps=offer.bandwidth_mbps, circuit=replace(circuit, profile=offer.profile))


def _at_the_uni(snapshot: Snapshot, circuit: Circuit, offer: Offer) -> Iterator[Reason]:
    for uni in circuit.unis:
        port = snapshot.ports.get(uni)
        if port is None:
            words = f"The inventory has {uni} no more, so nobody can say how fast it is."
            yield Reason("uni-unknown", words, "Ask the operator to correct the inventory.")
        elif port.speed_mbps < offer.bandwidth_mbps:
            words = f"{uni} does {port.speed_mbps} Mbit/s, less than {offer.bandwidth_mbps} Mbit/s."
            yield Reason("speed-above-uni", words, f"Choose {port.speed_mbps} Mbit/s or less, or ask for a faster NTE.")


def _on_the_way(snapshot: Snapshot, usage: Usage, circuit: Circuit, offer: Offer) -> Iterator[Reason]:
    more_mbps = offer.profile.cir_mbps - circuit.profile.cir_mbps
    if more_mbps <= 0:
        return
    try:
        if circuit.handover_code:  # an E-Line has none
            check_handover_room(snapshot.handover(circuit.handover_code), usage, more_mbps)
    except HandoverOversubscribed as error:
        yield Reason(error.code, error.sentence, error.next_step)
    for code in circuit.link_codes:
        link = snapshot.links.get(code)
        left_mbps = 0 if link is None else link.capacity_mbps - usage.link_committed_mbps.get(code, 0)
        if left_mbps < more_mbps:
            words = (
                f"Link {code} of the present path has {max(left_mbps, 0)} Mbit/s left, and {more_mbps} more are needed."
            )
            yield Reason("path-full", words, _LESS)
