"""The steps of a hosted SSID and of site hosting: on all access points and switches to the handover, or on none.

Where nothing can be told to devices (an area with access points that have no address yet or are of another make, a
site without a backhaul) an engineer does what the service's tasks say: the same steps then wait for that. Where both
are needed, one approval says that the tasks are done and that what was rehearsed may be put on.
"""

from provisioning.approvals import plan_digest
from provisioning.orders import EventStatus, WaitsFor
from provisioning.services import Service
from provisioning.tools import Tools
from provisioning.workflows import activate, by_hand, cease
from provisioning.workflows import deploy as deploying
from provisioning.workflows.gates import Gate, start_gate, wait_at
from provisioning.workflows.reading import read_order_and_service
from provisioning.workflows.story import record_done

BY_RULE = "rule"
NOT_TOLD = "No device is told: an engineer does it."


def document(order_id: str, tools: Tools) -> None:
    """Show it as planned in the record of what exists. Raises: NetBoxUnavailable, NetBoxRefused."""
    order, service = read_order_and_service(order_id, tools)
    link = activate.show_as_planned(order, service, tools)
    text = "Documented as planned." if link else "No NetBox is set, or none that shows such a service."
    with tools.open_unit_of_work() as work:
        record_done(work, tools, order_id, "document", text, record=link)
        work.commit()


def rehearse(order_id: str, tools: Tools) -> None:
    """Have every access point and switch say what it would change. Raises: as `activate.rehearse`."""
    if _is_told(order_id, tools):
        activate.rehearse(order_id, tools)
    else:
        _record(order_id, "rehearse", NOT_TOLD, tools)


def approve(order_id: str, tools: Tools) -> WaitsFor | None:
    """Wait for an operator's yes to what was rehearsed, and for the first day; or for who does it by hand."""
    _order, service = read_order_and_service(order_id, tools)
    if not is_on_devices(service):
        return by_hand.approve(order_id, tools)
    with tools.open_unit_of_work() as work:
        order = work.orders.lock(order_id)
        if order.ends_as is not None:
            return None  # stopped meanwhile: its walk sees that before the next step
        approved = work.orders.approved_digest(order_id)
        gate = start_gate(order, tools)
        if approved != plan_digest(work.orders.changes(order_id, "rehearse")):
            since = "" if approved is None else " The devices changed since it was approved."
            gate = Gate(WaitsFor.APPROVAL, f"Waits for the operator's approval{_after(service)}.{since}")
        if gate is None:
            by = work.orders.approved_by(order_id)
            record_done(work, tools, order_id, "approve", f"Approved by {by}.", by=by)
        else:
            wait_at(work, order_id, "approve", gate)
        work.commit()
    return None if gate is None else gate.waits_for


def deploy(order_id: str, tools: Tools) -> None:
    """Commit on all with a timer, verify, confirm on all; one that is away or refuses sends all back.

    Raises: as `deploy.deploy`.
    """
    if _is_told(order_id, tools):
        deploying.deploy(order_id, tools)
    else:
        _record(order_id, "deploy", NOT_TOLD, tools)


def prove(order_id: str, tools: Tools) -> None:
    """Read every device; where all is as intended the service is active. Raises: NotProven, WindowInPast."""
    if _is_told(order_id, tools):
        deploying.prove(order_id, tools)
    else:
        by_hand.prove(order_id, tools)


def rehearse_end(order_id: str, tools: Tools) -> WaitsFor | None:
    """On its day, have every device say what taking it off would change. Raises: as `cease.rehearse`."""
    if _is_told(order_id, tools):
        return cease.rehearse(order_id, tools)
    waits_for = cease.begin_end(order_id, "rehearse", tools)
    if waits_for is None:
        _record(order_id, "rehearse", NOT_TOLD, tools)
    return waits_for


def agree(order_id: str, tools: Tools) -> WaitsFor | None:
    """Taking an ISP's own SSID off at its wish needs nobody's yes; what was put up by hand is taken down by hand."""
    _order, service = read_order_and_service(order_id, tools)
    if not is_on_devices(service) or (service.by_hand is not None and service.by_hand.removal):
        return by_hand.end(order_id, tools)
    with tools.open_unit_of_work() as work:
        record_done(work, tools, order_id, "approve", "Approved by rule: only its own is touched.", by=BY_RULE)
        work.commit()
    return None


def deploy_end(order_id: str, tools: Tools) -> None:
    """Take it off all devices, or off none. Raises: as `cease.deploy`."""
    if _is_told(order_id, tools):
        cease.deploy(order_id, tools)
    else:
        _record(order_id, "deploy", NOT_TOLD, tools)


def prove_end(order_id: str, tools: Tools) -> None:
    """No device may say anything of it any more. Raises: NotProven."""
    if _is_told(order_id, tools):
        cease.prove(order_id, tools)
    else:
        _record(order_id, "prove", NOT_TOLD, tools)


# The words under which the order's page shows them, as in an order to add.
rehearse_end.__name__, agree.__name__ = "rehearse", "approve"
deploy_end.__name__, prove_end.__name__ = "deploy", "prove"


def _is_told(order_id: str, tools: Tools) -> bool:
    _order, service = read_order_and_service(order_id, tools)
    return is_on_devices(service)


def _after(service: Service) -> str:
    count = 0 if service.by_hand is None else len(service.by_hand.tasks)
    things = "one thing" if count == 1 else f"{count} things"
    return f", and until an engineer has done {things}" if count else ""


def is_on_devices(service: Service) -> bool:
    """Whether devices are configured for it; hands may be needed as well."""
    return service.carried is not None


def _record(order_id: str, step: str, text: str, tools: Tools) -> None:
    with tools.open_unit_of_work() as work:
        record_done(work, tools, order_id, step, text, status=EventStatus.DONE)
        work.commit()
