"""From an accepted order to a rehearsed and approved change: qualify, design, reserve, document, rehearse, approve.

No device is changed. Every step is safe to repeat, and says what it did in the
transaction that makes it so.
"""

from automation.change_plan import ChangeAction, DeviceChange
from inventory.confidence import Confidence
from inventory.delivered import DeliveryStatus
from inventory.errors import NetBoxTaken
from inventory.snapshot import Snapshot
from provisioning.approvals import plan_digest
from provisioning.carrying import Carrying
from provisioning.catalogue import Offer
from provisioning.errors import NotOrderable, UnknownService
from provisioning.orders import Order, WaitsFor
from provisioning.references import new_service_id
from provisioning.reserve import design_order, qualify_order, reserve_for
from provisioning.services import SERVICE_ENDED, Service, ServiceState
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.translate import service_intents
from provisioning.workflows.asking import keep_rehearsal, rehearsed
from provisioning.workflows.building import await_build
from provisioning.workflows.gates import Gate, far_end_gate, start_gate, wait_at
from provisioning.workflows.reading import read_order_and_service
from provisioning.workflows.story import record_done
from provisioning.workflows.telling import show
from provisioning.workflows.validating import pass_validation, reject

BY_RULE = "rule"
MOST_IN_THE_WAY = 2  # a tag and a UNI, each of which another may have left


def qualify(order_id: str, tools: Tools) -> WaitsFor | None:
    """Can it be delivered now, on what is there, or after something is built that the buyer pays for?

    Raises: NotOrderable; the order is rejected then, with the reasons.
    """
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work() as work:
        order = work.orders.get(order_id)
        answer = qualify_order(work, snapshot, tools.catalogue_of(order), order.request, _carrying(tools))
        if answer.confidence is Confidence.RED:
            if reject(work, order_id, answer.reasons):
                work.commit()
            raise NotOrderable(order.request.uprn, order.request.bandwidth_mbps, answer.reasons)
        waits_for = pass_validation(work, order_id, "qualify")
        if waits_for is None and answer.confidence is Confidence.YELLOW:
            waits_for = await_build(work, order_id, answer, tools)
        if waits_for is None:
            text = f"{order.request.bandwidth_mbps} Mbit/s can be delivered at {answer.address}, {answer.postcode}."
            record_done(work, tools, order_id, "qualify", text, confidence=answer.confidence.value)
        work.commit()
    return waits_for


def design(order_id: str, tools: Tools) -> None:
    """Find the path, and record it; nothing is held yet.

    Raises: NoPath, NotCarried, UniTaken, HandoverTagsExhausted, HandoverOversubscribed.
    """
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work() as work:
        order = work.orders.get(order_id)
        found = design_order(work, snapshot, tools.catalogue_of(order), order.request, _carrying(tools))
        hops = " - ".join(hop.device for hop in found.hops)
        text = f"The path is {hops}: {len(found.link_codes)} links, {found.length_m:.0f} m of fibre."
        strands = " ".join(map(str, found.strands))
        record_done(work, tools, order_id, "design", text, path=hops, length_m=f"{found.length_m:.0f}", strands=strands)
        work.commit()


def reserve(order_id: str, tools: Tools) -> None:
    """Make the service, and take its port, tags and bandwidth, in one transaction.

    Raises: as `design`, where others took what was designed; ReservationConflict, when another
        order was faster: the step is taken again, in a new transaction.
    """
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work() as work:
        work.orders.set_step(order_id, "reserve")  # locks the order: a worker thought dead cannot reserve beside us
        order = work.orders.get(order_id)
        if order.service_id is not None:
            return
        service_id = new_service_id()
        work.services.add(service_of(order, service_id, tools))
        work.orders.set_service(order_id, service_id)
        circuit = reserve_for(work, snapshot, tools.catalogue_of(order), order.request, service_id, _carrying(tools))
        work.services.set_circuit(service_id, circuit)
        ports = " and ".join(map(str, circuit.unis))
        where = f" at {circuit.handover_code}" if circuit.handover_code else ""
        text = f"{service_id} has port{'s' if circuit.z_uni else ''} {ports} and S-VLAN {circuit.s_vlan}{where}."
        record_done(
            work, tools, order_id, "reserve", text, service=service_id, uni=str(circuit.uni), s_vlan=str(circuit.s_vlan)
        )
        work.commit()


def document(order_id: str, tools: Tools) -> None:
    """Show the circuit as planned in the record of what exists; twice is the same as once.

    Raises: NetBoxUnavailable, NetBoxRefused.
    """
    order, service = read_order_and_service(order_id, tools)
    link = show_as_planned(order, service, tools)
    text = "Documented as planned." if link else "No NetBox is set; our own database is the only record."
    with tools.open_unit_of_work() as work:
        record_done(work, tools, order_id, "document", text, record=link)
        work.commit()


def rehearse(order_id: str, tools: Tools) -> None:
    """Have every device say what it would change, leave nothing there, and keep what they said.

    Raises: RehearsalRefused, LimitsExceeded, DevicesClaimed.
    """
    _order, service = read_order_and_service(order_id, tools)
    changes = rehearsed(order_id, tools, service_intents(service), ChangeAction.ADD)
    with tools.open_unit_of_work() as work:
        work.services.set_idle_lines(service.id, idle_lines_of(changes))
        text = keep_rehearsal(work, order_id, changes)
        record_done(work, tools, order_id, "rehearse", text, digest=plan_digest(changes))
        work.commit()


def approve(order_id: str, tools: Tools) -> WaitsFor | None:
    """Go on where nothing is left to wait for: whose port it lands on, a person's approval, the day it is wanted.

    Waiting is a state of the order, not of a thread: this walk ends, and whoever decides enqueues the
    next. Where the catalogue asks for no person, the devices said in the rehearsal that nothing but the
    circuit's own is touched, or it would have been refused.
    """
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work() as work:
        order = work.orders.lock(order_id)
        if order.ends_as is not None:
            return None  # stopped meanwhile: its walk sees that before the next step
        gate = _far_end(work, order, snapshot, tools) or _approval(work, order, tools) or start_gate(order, tools)
        if gate is None:
            by = work.orders.approved_by(order_id)
            record_done(work, tools, order_id, "approve", approved_text(by), by=by)
        else:
            wait_at(work, order_id, "approve", gate)
        work.commit()
    return None if gate is None else gate.waits_for


def approved_text(by: str) -> str:
    """How an approved order says so."""
    if by != BY_RULE:
        return f"Approved by {by}."
    return "Approved by rule: the catalogue asks for no person at this speed, and only the circuit's own is touched."


def _far_end(work: UnitOfWork, order: Order, snapshot: Snapshot, tools: Tools) -> Gate | None:
    """A handover of another ISP's is landed on when that ISP has said yes."""
    handover = snapshot.handovers.get(order.request.handover)
    if handover is None or handover.isp_code == order.isp_code:
        return None
    return far_end_gate(work, order, handover.isp_code, f"handover {handover.code}", tools)


def _approval(work: UnitOfWork, order: Order, tools: Tools) -> Gate | None:
    """What was approved counts while the devices say the same: what changed since is approved again."""
    approved = work.orders.approved_digest(order.id)
    digest = plan_digest(work.orders.changes(order.id, "rehearse"))
    if approved == digest:
        return None
    if _offer(order, tools).needs_approval:
        since = "" if approved is None else " The devices changed since it was approved."
        return Gate(WaitsFor.APPROVAL, f"Waits for the operator's approval.{since}")
    work.orders.approve(order.id, digest, BY_RULE)
    return None


def _carrying(tools: Tools) -> Carrying:
    """The plant must carry a circuit from today on."""
    return Carrying(tools.now().date(), tools.losses)


def show_as_planned(order: Order, service: Service, tools: Tools) -> str:
    """Show it; whatever an ended service left in the way, while the record was out of reach, is taken out first."""
    for _ in range(MOST_IN_THE_WAY):
        try:
            return show(order, service, DeliveryStatus.PLANNED, tools)
        except NetBoxTaken as taken:
            if taken.holder is None or not _has_ended(taken.holder, tools):
                raise
            tools.record.withdraw(taken.holder, order.id)
    return show(order, service, DeliveryStatus.PLANNED, tools)


def _has_ended(service_id: str, tools: Tools) -> bool:
    with tools.open_unit_of_work(reading=True) as work:
        try:
            return work.services.get(service_id).state in SERVICE_ENDED
        except UnknownService:
            return False  # of another database, or made by hand


def _offer(order: Order, tools: Tools) -> Offer:
    return tools.catalogue_of(order).circuit_product(order.request.product).offer(order.request.bandwidth_mbps)


def service_of(order: Order, service_id: str, tools: Tools) -> Service:
    wanted = order.request
    return Service(
        id=service_id,
        isp_code=order.isp_code,
        product=wanted.product,
        uprn=wanted.uprn,
        handover=wanted.handover,
        bandwidth_mbps=wanted.bandwidth_mbps,
        term_months=wanted.term_months,
        reference=wanted.reference,
        state=ServiceState.PENDING_ACTIVE,
        circuit=None,
        catalogue_version=order.catalogue_version,
        monthly_pence=order.monthly_pence,
        created_at=tools.now(),
        activated_at=None,
        ended_at=None,
        stops_on=wanted.stop,
    )


def idle_lines_of(changes: tuple[DeviceChange, ...]) -> dict[str, tuple[str, ...]]:
    """By device, the lines that its UNI had before the circuit came."""
    return {change.device: change.idle_lines for change in changes if change.idle_lines}
