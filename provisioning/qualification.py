"""Qualification: can it be delivered there, and with what confidence? Changes nothing (MEF 87).

Pure. An ISP's name is no input: equal requests get equal answers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from inventory.confidence import Confidence
from inventory.devices import Device, DeviceRole, Lifecycle
from inventory.handovers import Handover
from inventory.places import PlaceKind
from inventory.snapshot import Snapshot
from provisioning.allocation import check_handover_room, choose_s_vlan, free_unis, live_unis
from provisioning.carrying import Carrying, carried_path
from provisioning.catalogue import Catalogue, Offer
from provisioning.errors import HandoverOversubscribed, HandoverTagsExhausted
from provisioning.orders import Reason
from provisioning.usage import Usage


@dataclass(frozen=True, slots=True)
class QualificationRequest:
    """What is asked: one product at one UPRN, perhaps towards one handover and at one bandwidth."""

    product: str
    uprn: str
    bandwidth_mbps: int | None = None
    handover: str | None = None


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


WORST_FIRST = (Confidence.RED, Confidence.YELLOW, Confidence.GREEN)

type Finding = tuple[Confidence, Reason]
"""Something in the way, and how much of a way it bars."""


def qualify(
    snapshot: Snapshot,
    catalogue: Catalogue,
    usage: Usage,
    request: QualificationRequest,
    carrying: Carrying | None = None,
) -> Qualification:
    """Say for each speed asked about whether it can be delivered, and why not.

    Without `carrying` (the day, and what light loses) the plant is not asked whether it carries the path.

    Raises:
        UnknownProduct, SpeedNotOffered: it is not sold, or not like that.
        UnknownPremises: nobody knows the UPRN.
        UnknownThing: no such handover.
    """
    product = catalogue.product(request.product)
    premises = snapshot.premises_at(request.uprn)
    handover = None if request.handover is None else snapshot.handover(request.handover)
    offers = product.offers if request.bandwidth_mbps is None else (product.offer(request.bandwidth_mbps),)
    speeds = tuple(_answer(snapshot, usage, request.uprn, handover, offer, carrying) for offer in offers)
    best = max(speeds, key=lambda speed: WORST_FIRST.index(speed.confidence))
    ntes = snapshot.ntes_at(request.uprn)
    return Qualification(
        product=product.code,
        uprn=premises.uprn,
        address=premises.address,
        postcode=premises.postcode,
        confidence=best.confidence,
        reasons=best.reasons,
        speeds=speeds,
        serving_place=premises.serving_place,
        nte=ntes[0].name if ntes else None,
    )


def _answer(
    snapshot: Snapshot, usage: Usage, uprn: str, handover: Handover | None, offer: Offer, carrying: Carrying | None
) -> SpeedAnswer:
    findings = (
        *_at_the_premises(snapshot, usage, uprn, offer),
        *_on_the_way(snapshot, usage, uprn, handover, offer, carrying),
        *_at_the_handover(usage, handover, offer),
    )
    confidence = min((found for found, _ in findings), key=WORST_FIRST.index, default=Confidence.GREEN)
    reasons = tuple(reason for _, reason in findings)
    return SpeedAnswer(offer.bandwidth_mbps, confidence, reasons, offer.monthly_pence_by_term)


def _at_the_premises(snapshot: Snapshot, usage: Usage, uprn: str, offer: Offer) -> Iterator[Finding]:
    unis = live_unis(snapshot, uprn)
    fastest_mbps = max((port.speed_mbps for port in unis), default=0)
    if not unis:
        if snapshot.premises_at(uprn).serving_place is not None:
            yield Confidence.YELLOW, _no_nte(uprn)
    elif offer.bandwidth_mbps > fastest_mbps:
        yield Confidence.RED, _too_fast(uprn, offer.bandwidth_mbps, fastest_mbps)
    elif not free_unis(snapshot, usage, uprn, offer.bandwidth_mbps):
        yield Confidence.YELLOW, _no_free_uni(uprn, offer.bandwidth_mbps)


def _on_the_way(
    snapshot: Snapshot, usage: Usage, uprn: str, handover: Handover | None, offer: Offer, carrying: Carrying | None
) -> Iterator[Finding]:
    starts = _starts(snapshot, usage, uprn, offer)
    if not starts:
        yield Confidence.RED, _not_served(uprn)
        return
    targets = _exchange_switches(snapshot) if handover is None else (handover.port.device,)
    cir_mbps = offer.profile.cir_mbps
    left_out: dict[str, Reason] = {}
    for start in starts:
        found = carried_path(snapshot, start, targets, cir_mbps, usage.link_committed_mbps, carrying)
        if found.path is not None:
            return
        left_out |= found.left_out
    if left_out:
        yield from ((Confidence.RED, reason) for reason in left_out.values())
        return
    yield Confidence.RED, _no_path(uprn, cir_mbps, "any Digital Exchange" if handover is None else handover.code)


def _at_the_handover(usage: Usage, handover: Handover | None, offer: Offer) -> Iterator[Finding]:
    if handover is None:
        return
    try:
        check_handover_room(handover, usage, offer.profile.cir_mbps)
        choose_s_vlan(handover, [handover.port.device], usage)
    except (HandoverOversubscribed, HandoverTagsExhausted) as error:
        yield Confidence.RED, Reason(error.code, error.sentence, error.next_step)


def _starts(snapshot: Snapshot, usage: Usage, uprn: str, offer: Offer) -> tuple[str, ...]:
    """The devices a circuit would begin at: the NTEs there are, else the switches an NTE would hang on."""
    unis = free_unis(snapshot, usage, uprn, offer.bandwidth_mbps) or [port.ref for port in live_unis(snapshot, uprn)]
    if unis:
        return tuple(sorted({uni.device for uni in unis}))
    place = snapshot.premises_at(uprn).serving_place
    return (
        () if place is None else tuple(switch.name for switch in _live_switches(snapshot) if switch.place_code == place)
    )


def _exchange_switches(snapshot: Snapshot) -> tuple[str, ...]:
    exchanges = {place.code for place in snapshot.inventory.places if place.kind is PlaceKind.DX}
    return tuple(switch.name for switch in _live_switches(snapshot) if switch.place_code in exchanges)


def _live_switches(snapshot: Snapshot) -> Iterator[Device]:
    return (
        device
        for device in snapshot.inventory.devices
        if device.role is DeviceRole.SWITCH and device.lifecycle is Lifecycle.LIVE
    )


def _not_served(uprn: str) -> Reason:
    sentence = f"No exchange or neighbourhood point of presence with a live switch serves UPRN {uprn}."
    return Reason("not-served", sentence, "Ask the operator whether a drop can be planned.")


def _no_nte(uprn: str) -> Reason:
    sentence = f"No NTE is installed and live at UPRN {uprn}."
    return Reason("nte-missing", sentence, "Ask the operator for a drop and a visit; order when the NTE is live.")


def _no_free_uni(uprn: str, bandwidth_mbps: int) -> Reason:
    sentence = f"Every UNI of {bandwidth_mbps} Mbit/s or more at UPRN {uprn} is taken."
    return Reason("uni-taken", sentence, "Cease the service on one, or ask the operator for another NTE.")


def _too_fast(uprn: str, bandwidth_mbps: int, fastest_mbps: int) -> Reason:
    sentence = f"The fastest UNI at UPRN {uprn} does {fastest_mbps} Mbit/s, less than {bandwidth_mbps} Mbit/s."
    return Reason("speed-above-uni", sentence, f"Choose {fastest_mbps} Mbit/s or less, or ask for a faster NTE.")


def _no_path(uprn: str, cir_mbps: int, towards: str) -> Reason:
    sentence = f"No path with {cir_mbps} Mbit/s uncommitted leads from UPRN {uprn} to {towards}."
    return Reason("no-path", sentence, "Choose less bandwidth or another handover, or ask the operator for capacity.")
