"""Can exactly this be had, on what is taken now, and what else could be? For quotes and kept qualifications."""

from dataclasses import dataclass, replace

from inventory.confidence import Confidence
from inventory.errors import UnknownThing
from inventory.plant_errors import PlantError
from inventory.snapshot import Snapshot
from provisioning.build_needed import build_needed
from provisioning.carrying import Carrying
from provisioning.catalogue import Catalogue
from provisioning.orders import OrderRequest, Reason
from provisioning.qualification import QualificationRequest
from provisioning.quote_price import LEAD_DAYS
from provisioning.reserve import qualify_now
from provisioning.store.work import UnitOfWork
from provisioning.strand_design import design_strands
from provisioning.strand_errors import StrandsError
from provisioning.tools import Tools
from provisioning.wanted import ELineWanted, StrandsWanted


@dataclass(frozen=True, slots=True)
class Feasibility:
    """The answer: how sure, why not, how many working days, and which other speeds are green. Never who asked."""

    confidence: Confidence
    reasons: tuple[Reason, ...] = ()
    lead_days: int = LEAD_DAYS
    green_mbps: tuple[int, ...] = ()


def feasibility(
    work: UnitOfWork, snapshot: Snapshot, catalogue: Catalogue, tools: Tools, request: OrderRequest
) -> Feasibility:
    """Look at what is asked for on what is taken now. Changes nothing.

    Raises: UnknownProduct, SpeedNotOffered, UnknownPremises, UnknownThing, RequestInvalid.
    """
    if isinstance(request.wanted, StrandsWanted):
        return _of_strands(work, snapshot, tools, request.wanted)
    if not request.kind.is_circuit:
        return Feasibility(Confidence.YELLOW, (_BY_HAND,))
    return _of_circuit(work, snapshot, catalogue, Carrying(tools.now().date(), tools.losses), request)


_BY_HAND = Reason("by-hand", "An engineer looks before this is promised.", "Order it; the order says what is found.")


def _of_circuit(
    work: UnitOfWork, snapshot: Snapshot, catalogue: Catalogue, carrying: Carrying, request: OrderRequest
) -> Feasibility:
    z_uprn = request.wanted.z_uprn if isinstance(request.wanted, ELineWanted) else None
    asked = QualificationRequest(request.product, request.uprn, None, request.handover or None, z_uprn)
    catalogue.circuit_product(request.product).offer(request.bandwidth_mbps)
    every = qualify_now(work, snapshot, catalogue, asked, carrying).speeds
    this = next(speed for speed in every if speed.bandwidth_mbps == request.bandwidth_mbps)
    green = tuple(speed.bandwidth_mbps for speed in every if speed.confidence is Confidence.GREEN)
    others = tuple(mbps for mbps in green if mbps != request.bandwidth_mbps)
    needed = build_needed(snapshot, catalogue, request.uprn, this.reasons) if this.reasons else None
    lead_days = LEAD_DAYS if needed is None else max(LEAD_DAYS, needed.lead_days)
    return Feasibility(this.confidence, this.reasons, lead_days, others)


def _of_strands(work: UnitOfWork, snapshot: Snapshot, tools: Tools, wanted: StrandsWanted) -> Feasibility:
    try:
        design_strands(snapshot, work.holds.use(wanted.window), wanted, tools.losses)
    except (PlantError, StrandsError, UnknownThing) as error:
        return Feasibility(Confidence.RED, (Reason(error.code, error.sentence, error.next_step),))
    return Feasibility(Confidence.GREEN)


def nearest_speed(request: OrderRequest, found: Feasibility) -> OrderRequest | None:
    """The same at the fastest green speed below what was asked for, else at the slowest above; None without any."""
    below = [mbps for mbps in found.green_mbps if mbps < request.bandwidth_mbps]
    above = [mbps for mbps in found.green_mbps if mbps > request.bandwidth_mbps]
    mbps = max(below, default=None) or min(above, default=None)
    return None if mbps is None else replace(request, bandwidth_mbps=mbps)
