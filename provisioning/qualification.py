"""Qualification of circuits: can it be delivered there, and with what confidence? Changes nothing (MEF 87).

Pure. An ISP's name is no input: equal requests get equal answers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from inventory.confidence import Confidence
from inventory.handovers import Handover
from inventory.snapshot import Snapshot
from provisioning.allocation import check_handover_room, choose_s_vlan
from provisioning.build_needed import BuildNeeded, build_needed
from provisioning.carrying import Carrying
from provisioning.catalogue import Catalogue, Offer, Product
from provisioning.e_lines import e_line_findings
from provisioning.errors import HandoverOversubscribed, HandoverTagsExhausted, RequestInvalid
from provisioning.findings import Finding, at_the_premises, exchange_switches, no_path, not_served, starts
from provisioning.offered_paths import first_path
from provisioning.orders import Reason
from provisioning.usage import Usage
from provisioning.wanted import ProductKind


@dataclass(frozen=True, slots=True)
class QualificationRequest:
    """What is asked: one product at one UPRN, perhaps towards one handover and at one bandwidth.

    An E-Line has its other end at `z_uprn` instead of a handover.
    """

    product: str
    uprn: str
    bandwidth_mbps: int | None = None
    handover: str | None = None
    z_uprn: str | None = None


@dataclass(frozen=True, slots=True)
class SpeedAnswer:
    """One speed of a product at the premises. Money in pence. Where it is yellow, `build` must be built first.

    Of a protected product, `protected_between` are the two devices between which it would go on when any one cable is
    cut: a drop that is one cable is outside of these.
    """

    bandwidth_mbps: int
    confidence: Confidence
    reasons: tuple[Reason, ...]
    monthly_pence_by_term: Mapping[int, int]
    build: BuildNeeded | None = None
    protected_between: tuple[str, ...] = ()


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
        RequestInvalid: an E-Line without its other end, or another circuit with one.
        UnknownPremises: nobody knows the UPRN.
        UnknownThing: no such handover.
    """
    product = catalogue.circuit_product(request.product)
    _check_ends(snapshot, product, request)
    premises = snapshot.premises_at(request.uprn)
    handover = None if request.handover is None else snapshot.handover(request.handover)
    offers = product.offers if request.bandwidth_mbps is None else (product.offer(request.bandwidth_mbps),)
    answers = (_answer(snapshot, usage, request, handover, offer, carrying) for offer in offers)
    speeds = tuple(_with_build(snapshot, catalogue, request.uprn, answer) for answer in answers)
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


def _check_ends(snapshot: Snapshot, product: Product, request: QualificationRequest) -> None:
    """Raises: RequestInvalid, UnknownPremises."""
    if product.kind is not ProductKind.E_LINE:
        if request.z_uprn is not None:
            raise RequestInvalid("z_uprn", f"{product.code} ends at a handover")
        return
    if request.z_uprn is None or request.handover is not None or request.z_uprn == request.uprn:
        raise RequestInvalid("z_uprn", f"{product.code} needs the UPRN of its other end, and has no handover")
    snapshot.premises_at(request.z_uprn)


def _answer(
    snapshot: Snapshot,
    usage: Usage,
    request: QualificationRequest,
    handover: Handover | None,
    offer: Offer,
    carrying: Carrying | None,
) -> SpeedAnswer:
    if request.z_uprn is not None:
        findings = tuple(e_line_findings(snapshot, usage, request.uprn, request.z_uprn, offer, carrying))
    else:
        findings = (
            *at_the_premises(snapshot, usage, request.uprn, offer),
            *_on_the_way(snapshot, usage, request.uprn, handover, offer, carrying),
            *_at_the_handover(usage, handover, offer),
        )
    confidence = min((found for found, _ in findings), key=WORST_FIRST.index, default=Confidence.GREEN)
    reasons = tuple(reason for _, reason in findings)
    between: tuple[str, ...] = ()
    if offer.protected and confidence is not Confidence.RED:
        between = _protected_between(snapshot, usage, request, handover, offer, carrying)
    prices = offer.monthly_pence_by_term
    return SpeedAnswer(offer.bandwidth_mbps, confidence, reasons, prices, protected_between=between)


def _protected_between(
    snapshot: Snapshot,
    usage: Usage,
    request: QualificationRequest,
    handover: Handover | None,
    offer: Offer,
    carrying: Carrying | None,
) -> tuple[str, ...]:
    """Of the first start that a protected path leads from."""
    if request.z_uprn is not None:
        targets = starts(snapshot, usage, request.z_uprn, offer)
    else:
        targets = exchange_switches(snapshot) if handover is None else (handover.port.device,)
    begins = starts(snapshot, usage, request.uprn, offer)
    return first_path(snapshot, usage, begins, targets, offer, carrying)[1].protected_between


def _with_build(snapshot: Snapshot, catalogue: Catalogue, uprn: str, answer: SpeedAnswer) -> SpeedAnswer:
    """A yellow answer with what must be built, for how much and how fast, where the price list says so."""
    if answer.confidence is not Confidence.YELLOW:
        return answer
    return replace(answer, build=build_needed(snapshot, catalogue, uprn, answer.reasons))


def _on_the_way(
    snapshot: Snapshot, usage: Usage, uprn: str, handover: Handover | None, offer: Offer, carrying: Carrying | None
) -> Iterator[Finding]:
    begins = starts(snapshot, usage, uprn, offer)
    if not begins:
        yield Confidence.RED, not_served(uprn)
        return
    targets = exchange_switches(snapshot) if handover is None else (handover.port.device,)
    _, found = first_path(snapshot, usage, begins, targets, offer, carrying)
    if found.path is None:
        where = "any Digital Exchange" if handover is None else handover.code
        reasons = found.left_out.values() or [no_path(uprn, offer.profile.cir_mbps, where)]
        yield from ((Confidence.RED, reason) for reason in reasons)


def _at_the_handover(usage: Usage, handover: Handover | None, offer: Offer) -> Iterator[Finding]:
    if handover is None:
        return
    try:
        check_handover_room(handover, usage, offer.profile.cir_mbps)
        choose_s_vlan(handover, [handover.port.device], usage)
    except (HandoverOversubscribed, HandoverTagsExhausted) as error:
        yield Confidence.RED, Reason(error.code, error.sentence, error.next_step)
