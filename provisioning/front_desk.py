"""What people and machines may ask for: the one door that CLI, API and portal share.

Every function takes the tools and who is asking, decides whether they may, and answers or
raises one of our errors. Another ISP's order or service is one that does not exist.
"""

from collections.abc import Sequence
from itertools import islice

from automation.change_plan import ChangeAction, Finding, Rehearsal
from inventory.handovers import Handover
from inventory.premises import Premises
from provisioning.auditing import audit_all, audit_services
from provisioning.cancelling import cancel_order, cancel_product_order, cancellation, cancellations
from provisioning.carrying import Carrying
from provisioning.catalogue import Product, StrandProduct
from provisioning.charging import ChargeAsked, answer_charge, charge, charges, raise_charge, withdraw_charge
from provisioning.clients import clients, create_client, grant_access, principal_of_access_token, revoke_client
from provisioning.deeds import acts
from provisioning.elsewhere import bind_identity, sign_in_elsewhere
from provisioning.errors import UnknownService
from provisioning.history import history
from provisioning.incident_desk import (
    close_incident,
    incident,
    incident_notes,
    incident_story,
    incidents,
    open_incident,
    some_incidents,
    update_incident,
)
from provisioning.isps import Principal
from provisioning.line_desk import line, lines, match_line
from provisioning.line_move_desk import (
    approve_line_move,
    foresee_line_moves,
    line_move_report,
    line_moves,
    move_lines,
    pause_line_move,
    plan_by_rule,
    resume_line_move,
)
from provisioning.listening import (
    DeliveryStory,
    add_listener,
    add_sonata_listener,
    deliveries,
    delivery,
    listeners,
    remove_listener,
    remove_sonata_listener,
    renew_listener_secret,
    replay_delivery,
    send_test,
    sonata_listener,
    sonata_listeners,
)
from provisioning.listing_desk import ServiceStory, service_story, some_services
from provisioning.operations import (
    add_pause,
    count_paused,
    last_audit,
    lift_pause,
    pauses,
    run_schedule,
    schedules,
    workers,
)
from provisioning.order_desk import (
    OrderStory,
    approve,
    cease_service,
    decline,
    modify_service,
    order,
    order_diffs,
    order_story,
    orders,
    place_order,
)
from provisioning.order_life import (
    AboutItem,
    ItemLife,
    ProductOrderLife,
    charge_life,
    date_change_life,
    product_order_life,
    some_cancellations,
    some_charges,
    some_date_changes,
    some_product_orders,
)
from provisioning.people import change_user, create_user, session, set_disabled, set_password, sign_in, sign_out, users
from provisioning.policy import Action, must
from provisioning.product_order_desk import (
    ItemAsked,
    amend_product_order,
    place_product_order,
    product_order_story,
    product_orders,
)
from provisioning.qualification import Qualification, QualificationRequest
from provisioning.qualifying import ask_qualification, kept_qualification, kept_qualifications
from provisioning.quoting import ask_quote, cancel_quote, quote, quote_history, quotes, reject_quote, some_quotes
from provisioning.rescheduling import change_date, date_change, date_changes
from provisioning.reserve import qualify_now
from provisioning.reserving import make_reservation, release_reservation, reservation, reservations
from provisioning.rights import SYSTEM, may_see, must_be_uprn, open_handover
from provisioning.services import Service, ServicePage, ServiceState
from provisioning.store.work import UnitOfWork
from provisioning.ticketing import (
    add_ticket_note,
    assess_ticket,
    await_isp,
    cancel_ticket,
    change_ticket,
    close_ticket,
    close_unanswered,
    move_ticket,
    progress_ticket,
    raise_ticket,
    reopen_ticket,
    resolve_ticket,
    some_tickets,
    ticket,
    ticket_notes,
    ticket_story,
    tickets,
)
from provisioning.tokens import create_token, principal_of_token, revoke_token, tokens
from provisioning.tools import Tools
from provisioning.trail_desk import audit_trail, export_trail, trail_head, verify_trail
from provisioning.translate import service_intents
from provisioning.workflows import telling

__all__ = [
    "SYSTEM",
    "AboutItem",
    "ChargeAsked",
    "DeliveryStory",
    "ItemAsked",
    "ItemLife",
    "OrderStory",
    "ProductOrderLife",
    "ServiceStory",
    "add_listener",
    "add_pause",
    "add_sonata_listener",
    "add_ticket_note",
    "amend_product_order",
    "answer_charge",
    "approve",
    "approve_line_move",
    "ask_qualification",
    "ask_quote",
    "assess_ticket",
    "audit",
    "audit_trail",
    "await_isp",
    "bind_identity",
    "cancel_order",
    "cancel_product_order",
    "cancel_quote",
    "cancel_ticket",
    "cancellation",
    "cancellations",
    "cease_service",
    "change_date",
    "change_ticket",
    "change_user",
    "charge",
    "charge_life",
    "charges",
    "check_ready",
    "clients",
    "close_incident",
    "close_ticket",
    "close_unanswered",
    "count_paused",
    "create_client",
    "create_token",
    "create_user",
    "date_change",
    "date_change_life",
    "date_changes",
    "decline",
    "deliveries",
    "delivery",
    "export_trail",
    "find_premises",
    "foresee_line_moves",
    "grant_access",
    "handovers",
    "history",
    "incident",
    "incident_notes",
    "incident_story",
    "incidents",
    "kept_qualification",
    "kept_qualifications",
    "last_audit",
    "lift_pause",
    "line",
    "line_move_report",
    "line_moves",
    "lines",
    "listeners",
    "make_reservation",
    "match_line",
    "modify_service",
    "move_lines",
    "move_ticket",
    "open_incident",
    "order",
    "order_diffs",
    "order_story",
    "orders",
    "pause_line_move",
    "pauses",
    "place_order",
    "place_product_order",
    "plan_by_rule",
    "principal_of_access_token",
    "principal_of_token",
    "product_order_life",
    "product_order_story",
    "product_orders",
    "products",
    "progress_ticket",
    "qualify",
    "quote",
    "quote_history",
    "quotes",
    "raise_charge",
    "raise_ticket",
    "rehearse",
    "reject_quote",
    "release_reservation",
    "remove_listener",
    "remove_sonata_listener",
    "renew_listener_secret",
    "reopen_ticket",
    "replay_delivery",
    "reservation",
    "reservations",
    "resolve_ticket",
    "resume_line_move",
    "revoke_client",
    "revoke_token",
    "run_schedule",
    "schedules",
    "send_test",
    "service",
    "service_story",
    "services",
    "session",
    "set_disabled",
    "set_password",
    "show_again",
    "sign_in",
    "sign_in_elsewhere",
    "sign_out",
    "some_cancellations",
    "some_charges",
    "some_date_changes",
    "some_incidents",
    "some_product_orders",
    "some_quotes",
    "some_services",
    "some_tickets",
    "sonata_listener",
    "sonata_listeners",
    "strand_products",
    "ticket",
    "ticket_notes",
    "ticket_story",
    "tickets",
    "tokens",
    "trail_head",
    "update_incident",
    "users",
    "verify_trail",
    "withdraw_charge",
    "workers",
]


def check_ready(tools: Tools) -> None:
    """Whether requests can be answered now: the database is there and migrated, the inventory can be read.

    Raises: DatabaseUnavailable.
    """
    with tools.open_unit_of_work(reading=True) as work:
        work.orders.page(isp_code=None, state=None, awaiting_approval=None, cursor=None, limit=1)
    tools.load_snapshot()


def products(tools: Tools) -> tuple[Product, ...]:
    """All that is sold: the same for everybody, whoever asks."""
    return tools.catalogue.products


def strand_products(tools: Tools) -> tuple[StrandProduct, ...]:
    """The strands that are sold: the same for everybody, whoever asks."""
    return tools.catalogue.strand_products


def find_premises(
    tools: Tools, who: Principal, *, postcode: str | None, text: str | None, limit: int
) -> tuple[Premises, ...]:
    """The first premises whose postcode begins with `postcode` and whose address contains `text`.

    Spaces and case do not matter. The same for everybody, whoever asks.
    """
    must(who, Action.READ_CATALOGUE)
    found = tools.load_snapshot().premises_search.find(postcode or "", text or "")
    return tuple(islice(found, max(0, limit)))


def handovers(tools: Tools, who: Principal) -> tuple[Handover, ...]:
    """An ISP's own handovers; the operator's people see all. Raises: Forbidden."""
    must(who, Action.READ_HANDOVERS)
    return tuple(each for each in tools.load_snapshot().inventory.handovers if may_see(who, each.isp_code))


def qualify(tools: Tools, who: Principal, request: QualificationRequest) -> Qualification:
    """Say whether a product can be delivered at premises, and how sure that is. Changes nothing.

    Raises: RequestInvalid, UnknownPremises, UnknownProduct, SpeedNotOffered, HandoverNotYours.
    """
    must(who, Action.QUALIFY)
    must_be_uprn(request.uprn)
    snapshot = tools.load_snapshot()
    if request.handover is not None:
        open_handover(snapshot, who.isp_code, request.handover, tools.settings.guest_handovers)
    with tools.open_unit_of_work(reading=True) as work:
        return qualify_now(work, snapshot, tools.catalogue, request, Carrying(tools.now().date(), tools.losses))


def service(tools: Tools, who: Principal, service_id: str) -> Service:
    """Raises: UnknownService, also where it is another ISP's."""
    must(who, Action.READ_SERVICES)
    with tools.open_unit_of_work(reading=True) as work:
        return _service(work, who, service_id)


def services(
    tools: Tools,
    who: Principal,
    *,
    state: ServiceState | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> ServicePage:
    """One page of services, newest first: an ISP's own; the operator's people see all.

    Raises: CursorInvalid.
    """
    must(who, Action.READ_SERVICES)
    with tools.open_unit_of_work(reading=True) as work:
        return work.services.page(isp_code=who.isp_code, state=state, cursor=cursor, limit=limit)


def audit(
    tools: Tools, who: Principal, service_ids: Sequence[str] = (), *, devices: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """Read the devices, and say whether they do what they are meant to.

    With ids: only what these services, where active, need. Without: all that is intended is
    compared with all that runs on every live device (or those named), and what nobody intends is
    found too. Of a service that is on its way to the devices or off them nothing is said.

    Raises: Forbidden, UnknownService, UnknownThing.
    """
    must(who, Action.AUDIT)
    if service_ids:
        return audit_services(tools, service_ids)
    snapshot = tools.load_snapshot() if devices else None
    return audit_all(tools, [snapshot.device(name).name for name in devices] if snapshot else ())


@acts("write services into the record of what exists")
def show_again(tools: Tools, who: Principal) -> tuple[str, ...]:
    """Show every active service in the record of what exists, again: for when it was away while orders ended.

    Return the ids of those that are shown now; none where there is no such record.

    Raises: Forbidden, NetBoxUnavailable, NetBoxRefused.
    """
    must(who, Action.WRITE_RECORD)
    return telling.show_all_as_active(tools)


def rehearse(tools: Tools, who: Principal, service_id: str, action: ChangeAction) -> Rehearsal:
    """Ask the devices what adding or removing the service's circuit would change now. Leaves nothing on them.

    Raises: Forbidden, UnknownService.
    """
    must(who, Action.REHEARSE)
    with tools.open_unit_of_work(reading=True) as work:
        found = work.services.get(service_id)
        idle_lines = work.services.idle_lines(service_id) if action is ChangeAction.REMOVE else None
    return tools.deployer.rehearse(service_intents(found, idle_lines), action)


def _service(work: UnitOfWork, who: Principal, service_id: str) -> Service:
    found = work.services.get(service_id)
    if not may_see(who, found.isp_code):
        raise UnknownService(service_id)
    return found
