"""The steps that move a line to another ISP, make before break.

The gaining ISP's circuit is built whole, from the NTE's neighbour to the handover, beside the one in use; then the
NTE's UNI is switched from one to the other in one commit, and proven; and only then does the losing ISP's service
end, by an order of its own. Until that commit the line works as before, byte for byte, and whatever fails after it
takes the NTE back first. What is at work on the line is `active.pendingChange` from `reserve` on, so that of two
orders one waits its turn. Neither ISP learns the other's name.
"""

from automation.change_plan import ChangeAction, DeviceChange
from inventory.confidence import Confidence
from inventory.snapshot import Snapshot
from provisioning.approvals import plan_digest
from provisioning.carrying import Carrying
from provisioning.device_errors import ChangedSinceApproval
from provisioning.errors import NotOrderable, UnknownService, WrongState
from provisioning.line_errors import LineBusy, LineIsYours, LineNotMatched, UnknownLine
from provisioning.lines import Line, LineSwitch
from provisioning.orders import EventStatus, Order, OrderState, Reason, WaitsFor
from provisioning.references import new_service_id
from provisioning.services import Circuit, Service, ServiceState
from provisioning.store.work import UnitOfWork
from provisioning.taking_over import design_takeover, qualify_takeover, reserve_takeover
from provisioning.tools import Tools
from provisioning.translate import circuit_intents
from provisioning.workflows import activate, replacing
from provisioning.workflows.accept_cease_for_move import cease_for_move
from provisioning.workflows.activate import idle_lines_of, service_of
from provisioning.workflows.asking import keep_rehearsal, rehearsed
from provisioning.workflows.birth import birth_tests, issue_birth_certificate
from provisioning.workflows.cease import read_idle_lines
from provisioning.workflows.deploy import apply_changes
from provisioning.workflows.giving_back import give_back
from provisioning.workflows.going_on import let_go
from provisioning.workflows.modify import circuit_of
from provisioning.workflows.reading import read_order_and_service
from provisioning.workflows.replacing import Sides, prove_replaced
from provisioning.workflows.story import find_event, reasons_of, record_done
from provisioning.workflows.telling import show_as_active
from provisioning.workflows.validating import pass_validation, reject

SWITCH_BEGUN = "The subscriber is moving to another provider: nothing else can be ordered for it until that is done."
SWITCH_OVER = "The subscriber did not move to another provider: the service goes on as it was."


def qualify(order_id: str, tools: Tools) -> WaitsFor | None:
    """Is the line there and live, and can the ordered circuit be had from its UNI?

    Raises: NotOrderable; the order is rejected then, with the reasons.
    """
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work() as work:
        order = work.orders.get(order_id)
        reasons = _why_not(work, order, snapshot, tools)
        if reasons:
            if reject(work, order_id, reasons):
                work.commit()
            raise NotOrderable(order.request.uprn, order.request.bandwidth_mbps, reasons)
        waits_for = pass_validation(work, order_id, "qualify")
        if waits_for is None:
            text = f"{order.request.bandwidth_mbps} Mbit/s can be delivered on line {order.request.takes_over}."
            record_done(work, tools, order_id, "qualify", text)
        work.commit()
    return waits_for


def design(order_id: str, tools: Tools) -> None:
    """Find the path from the line's UNI, and record it; nothing is held yet.

    Raises: NoPath, NotCarried, UniTaken, HandoverTagsExhausted, HandoverOversubscribed, LineNotMatched.
    """
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work() as work:
        order = work.orders.get(order_id)
        _line, _service, leaving = _leaving(work, order)
        catalogue = tools.catalogue_of(order)
        found = design_takeover(work, snapshot, catalogue, order.request, leaving, _carrying(tools))
        hops = " - ".join(found.devices)
        text = f"The path is {hops}: {len(found.link_codes)} links, {found.length_m:.0f} m of fibre."
        record_done(work, tools, order_id, "design", text, path=hops, length_m=f"{found.length_m:.0f}")
        work.commit()


def reserve(order_id: str, tools: Tools) -> None:
    """Make the service, and hold all of its circuit but the UNI; from here on no other order gets at the line.

    Raises: as `design`; LineBusy, where an order of the present service is at work on it; ReservationConflict.
    """
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work() as work:
        order = work.orders.lock(order_id)
        if order.service_id is not None:
            return
        line, losing, leaving = _leaving(work, order)
        _begin_change(work, line, losing)
        service_id = new_service_id()
        work.services.add(service_of(order, service_id, tools))
        work.orders.set_service(order_id, service_id)
        catalogue = tools.catalogue_of(order)
        circuit = reserve_takeover(
            work, snapshot, catalogue, order.request, service_id, losing.id, leaving, _carrying(tools)
        )
        work.services.set_circuit(service_id, circuit)
        work.lines.begin_switch(order_id, LineSwitch(line.access_line_id, losing.id, service_id))
        text = f"{service_id} has S-VLAN {circuit.s_vlan} at {circuit.handover_code}; its port stays in use until then."
        record_done(work, tools, order_id, "reserve", text, service=service_id, s_vlan=str(circuit.s_vlan))
        work.commit()


def rehearse(order_id: str, tools: Tools) -> None:
    """Have every device of the new circuit say what it would change, the NTE the switch itself.

    Raises: RehearsalRefused, LimitsExceeded, DevicesClaimed.
    """
    sides = _sides(order_id, tools)
    changes = rehearsed(order_id, tools, sides.after, ChangeAction.REPLACE, sides.before)
    with tools.open_unit_of_work() as work:
        work.services.set_idle_lines(_switch(work, order_id).to_service_id, idle_lines_of(changes))
        text = keep_rehearsal(work, order_id, changes)
        record_done(work, tools, order_id, "rehearse", text, digest=plan_digest(changes))
        work.commit()


def approve(order_id: str, tools: Tools) -> WaitsFor | None:
    """Go on where nothing is left to wait for; what a job of many moves ordered was approved with the job."""
    with tools.open_unit_of_work() as work:
        by = work.line_moves.approver_of(order_id)
        digest = plan_digest(work.orders.changes(order_id, "rehearse"))
        if by is not None and work.orders.approved_digest(order_id) != digest:
            work.orders.approve(order_id, digest, by)
            work.commit()
    return activate.approve(order_id, tools)


def deploy(order_id: str, tools: Tools) -> None:
    """Build the new circuit on every device but the NTE, or on none. The line goes on as it is.

    Raises: ChangedSinceApproval, DevicesClaimed, DeployRefused.
    """
    apply_changes(order_id, _approved(order_id, tools, at_the_nte=False), tools)


def switch(order_id: str, tools: Tools) -> None:
    """Put the UNI into the new circuit and take it out of the old, in one commit on the NTE, and test the whole.

    Raises: ChangedSinceApproval, DevicesClaimed, DeployRefused, BirthTestsFailed.
    """
    order, service = read_order_and_service(order_id, tools)
    changes = _approved(order_id, tools, at_the_nte=True)
    tests = birth_tests(order, service, (*_approved(order_id, tools, at_the_nte=False), *changes), tools)
    apply_changes(order_id, changes, tools, step="switch", tests=tests)


def prove(order_id: str, tools: Tools) -> None:
    """Read every device of the new circuit; where all is as intended the line is the gaining ISP's, at one moment.

    In the same transaction the losing ISP's service is ordered to end.

    Raises: NotProven.
    """
    passed = prove_replaced(order_id, _sides(order_id, tools), tools)
    with tools.open_unit_of_work() as work:
        taken = _switch(work, order_id)
        service = work.services.get(taken.to_service_id)
        work.reservations.take_over(service.id, circuit_of(service), taken.from_service_id)
        work.lines.serve(service.uprn, circuit_of(service).uni, service.id)
        work.services.set_state(service.id, ServiceState.ACTIVE)
        work.orders.set_state(order_id, OrderState.COMPLETED)
        cease_for_move(work, tools, work.services.get(taken.from_service_id), order_id)
        text = f"{passed} checks passed on the devices: {service.id} is active on {taken.access_line_id}."
        text += issue_birth_certificate(work, order_id, tools)
        record_done(work, tools, order_id, "prove", text, checks=str(passed))
        work.commit()


def tell(order_id: str, tools: Tools) -> None:
    """Show the new circuit as active in the record of what exists, in the place of the old.

    Raises: NetBoxUnavailable, NetBoxRefused.
    """
    with tools.open_unit_of_work(reading=True) as work:
        order, taken = work.orders.get(order_id), _switch(work, order_id)
        service = work.services.get(taken.to_service_id)
    tools.record.withdraw(taken.from_service_id, order_id)  # a UNI is one circuit's there
    link, _is_overtaken = show_as_active(order, service, tools)
    text = "The record of what exists shows it as active." if link else "Nobody had to be told."
    with tools.open_unit_of_work() as work:
        record_done(work, tools, order_id, "tell", text, record=link)
        work.commit()


def put_back(order_id: str, tools: Tools) -> None:
    """Undo: the NTE goes back to the old circuit first, then the new one is taken off all other devices.

    Raises: DevicesClaimed, DevicesNotCleared, NotProven.
    """
    replacing.put_back(order_id, lambda: _sides(order_id, tools), tools)


def release(order_id: str, tools: Tools) -> None:
    """Undo: give back all that the new circuit held; the line's service is active as before.

    Where the devices could not be put back, the new circuit keeps what it holds, and waits for a cease.
    """
    with tools.open_unit_of_work() as work:
        work.claims.release(order_id)
        order, events = work.orders.lock(order_id), work.orders.events(order_id)
        taken = work.lines.switch_of(order_id)
        text = "Nothing was held."
        if taken is not None:
            is_off = find_event(events, "put_back", EventStatus.FAILED) is None
            text = _release(work, work.services.get(taken.to_service_id), is_off=is_off)
            work.services.set_state(taken.from_service_id, ServiceState.ACTIVE, why=SWITCH_OVER)
        record_done(work, tools, order_id, "release", text, status=EventStatus.UNDONE)
        work.orders.set_state(order_id, order.ends_as or OrderState.FAILED, reasons_of(events))
        let_go(work, order)
        work.commit()


def _release(work: UnitOfWork, service: Service, *, is_off: bool) -> str:
    if not is_off:
        work.services.set_state(service.id, ServiceState.PENDING_TERMINATE)
        held = ", ".join(work.reservations.held_by(service.id))
        return f"A device may still carry {service.id}, so it keeps {held}. Cease it when the devices answer again."
    held_then = give_back(work, service)
    work.services.set_state(service.id, ServiceState.CANCELLED)
    return f"Given back: {', '.join(held_then)}." if held_then else "Nothing was held."


def _why_not(work: UnitOfWork, order: Order, snapshot: Snapshot, tools: Tools) -> tuple[Reason, ...]:
    """Why the line cannot be taken over as it is ordered; () where it can."""
    try:
        _line, _losing, leaving = _leaving(work, order)
    except (LineNotMatched, LineIsYours) as error:
        return (Reason(error.code, error.sentence, error.next_step),)
    catalogue = tools.catalogue_of(order)
    answer = qualify_takeover(work, snapshot, catalogue, order.request, leaving, _carrying(tools))
    return () if answer.confidence is Confidence.GREEN else answer.reasons


def _leaving(work: UnitOfWork, order: Order) -> tuple[Line, Service, Circuit]:
    """The line that is taken over, the service on it, and its circuit. Raises: LineNotMatched, LineIsYours."""
    wanted = order.request
    try:
        line = work.lines.get(wanted.takes_over)
    except UnknownLine:
        raise LineNotMatched(wanted.takes_over, wanted.uprn) from None
    service = work.services.get(line.service_id)
    if line.uprn != wanted.uprn or not line.is_live or service.circuit is None:
        raise LineNotMatched(wanted.takes_over, wanted.uprn)
    if service.isp_code == order.isp_code:
        raise LineIsYours(line.access_line_id, service.id)
    return line, service, service.circuit


def _begin_change(work: UnitOfWork, line: Line, losing: Service) -> None:
    """Raises: LineBusy."""
    try:
        work.services.set_state(losing.id, ServiceState.PENDING_CHANGE, was=ServiceState.ACTIVE, why=SWITCH_BEGUN)
    except WrongState:
        raise LineBusy(line.access_line_id) from None


def _sides(order_id: str, tools: Tools) -> Sides:
    """What the devices of the new circuit do before the switch and after it; the NTE is the first to go back.

    Of the old circuit only the NTE's share is looked at: the rest is taken off by its own cease.
    """
    with tools.open_unit_of_work(reading=True) as work:
        taken = _switch(work, order_id)
        losing, service = work.services.get(taken.from_service_id), work.services.get(taken.to_service_id)
    nte = circuit_of(service).uni.device
    left = circuit_intents(losing, read_idle_lines(losing.id, tools))
    after = circuit_intents(service, read_idle_lines(service.id, tools))
    return Sides(tuple(intent for intent in left if intent.device == nte), after, first=nte)


def _approved(order_id: str, tools: Tools, *, at_the_nte: bool) -> tuple[DeviceChange, ...]:
    """The changes of the NTE, or of all others. Raises: ChangedSinceApproval."""
    with tools.open_unit_of_work(reading=True) as work:
        changes = work.orders.changes(order_id, "rehearse")
        approved = work.orders.approved_digest(order_id)
        nte = circuit_of(work.services.get(_switch(work, order_id).to_service_id)).uni.device
    if plan_digest(changes) != approved:
        raise ChangedSinceApproval(order_id)
    return tuple(change for change in changes if (change.device == nte) is at_the_nte)


def _switch(work: UnitOfWork, order_id: str) -> LineSwitch:
    taken = work.lines.switch_of(order_id)
    if taken is None:
        raise UnknownService(f"of {order_id}")
    return taken


def _carrying(tools: Tools) -> Carrying:
    """The plant must carry a circuit from today on."""
    return Carrying(tools.now().date(), tools.losses)
