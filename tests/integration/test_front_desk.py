"""The front desk on a real database: orders, approvals, ceasing, and one ISP never seeing another's."""

import base64
import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine

from automation.change_plan import ChangeAction
from inventory.confidence import Confidence
from inventory.devices import PortRef
from inventory.errors import UnknownPremises
from inventory.windows import Window
from provisioning import front_desk
from provisioning.catalogues import only
from provisioning.changes import ChangeKind
from provisioning.charges import ChargeKind
from provisioning.charging import ChargeAsked
from provisioning.device_errors import ChangedSinceApproval
from provisioning.elsewhere import Elsewhere
from provisioning.errors import (
    CursorInvalid,
    Forbidden,
    HandoverNotYours,
    IdempotencyConflict,
    ProvisioningError,
    RequestInvalid,
    SignInRefused,
    SpeedNotOffered,
    TermNotOffered,
    TokenInvalid,
    UnknownIsp,
    UnknownOrder,
    UnknownProduct,
    UnknownService,
    UnknownToken,
    UnknownUser,
    WrongState,
)
from provisioning.front_desk import SYSTEM
from provisioning.incident_desk import IncidentUpdate
from provisioning.incidents import IncidentRequest, IncidentsWanted
from provisioning.isps import Principal, Role, Scope
from provisioning.life_errors import (
    ItemRefused,
    UnknownCancellation,
    UnknownCharge,
    UnknownDateChange,
    UnknownProductOrder,
)
from provisioning.line_moves import PlanRow
from provisioning.listener_errors import UnknownDelivery, UnknownListener
from provisioning.listings import ChargesWanted, ProductOrdersWanted, ProductsWanted, TasksWanted
from provisioning.offering_qualifications import QualificationsWanted
from provisioning.orders import Order, OrderAction, OrderRequest, OrderState, WaitsFor
from provisioning.pauses import PauseScope
from provisioning.people_errors import SignInElsewhereRefused, UnknownClient
from provisioning.product_order_desk import ItemAsked
from provisioning.qualification import QualificationRequest
from provisioning.qualifying import QualificationsAsked
from provisioning.quote_errors import UnknownQualification, UnknownQuote
from provisioning.quotes import QuotesWanted
from provisioning.quoting import QuoteRequest
from provisioning.references import new_service_id
from provisioning.reservations import Reservation, ReservationRequest
from provisioning.reserve import reserve_for
from provisioning.services import Service, ServiceState
from provisioning.strand_errors import UnknownReservation
from provisioning.ticket_errors import UnknownIncident, UnknownTicket
from provisioning.tickets import About, AboutKind, NoteWritten, TicketChange, TicketMove, TicketRequest, TicketsWanted
from provisioning.tools import Tools
from provisioning.workflows.validating import pass_validation
from tests.integration.desk import NotedJobs, QuietDeployer, change, desk_on

ANNA = Principal("anna", Role.ISP_ADMIN, "alder")
BELA = Principal("bela", Role.ISP_ADMIN, "birch")
READER = Principal("rosa", Role.AUDITOR, "alder")
OPERATOR = Principal("olga", Role.OPERATOR, None)
ONLOOKER = Principal("otto", Role.AUDITOR, None)
ASKED = OrderRequest("access-eline", "1", "quay-alder", 1000, 12, "our ref 7")
PASSWORD = "correct horse battery"


@pytest.fixture
def jobs() -> NotedJobs:
    return NotedJobs()


@pytest.fixture
def deployer() -> QuietDeployer:
    return QuietDeployer()


@pytest.fixture
def tools(engine: Engine, jobs: NotedJobs, deployer: QuietDeployer) -> Tools:
    return desk_on(engine, jobs=jobs, deployer=deployer)


def place(tools: Tools, request: OrderRequest = ASKED, key: str = "k1", who: Principal = ANNA) -> Order:
    return front_desk.place_order(tools, who, request, idempotency_key=key)[0]


def activate(tools: Tools, order: Order) -> Service:
    """What the workflow would do to the rows, without any device."""
    service_id, asked, snapshot = new_service_id(), order.request, tools.load_snapshot()
    with tools.open_unit_of_work() as work:
        wanted = (asked.uprn, asked.handover, asked.bandwidth_mbps, asked.term_months, asked.reference)
        state = ServiceState.PENDING_ACTIVE
        start = (state, None, order.monthly_pence, tools.now(), None, None)
        work.services.add(Service(service_id, order.isp_code, asked.product, *wanted, *start))
        work.orders.set_service(order.id, service_id)
        circuit = reserve_for(work, snapshot, tools.catalogue, asked, service_id)
        work.services.set_circuit(service_id, circuit)
        work.services.set_state(service_id, ServiceState.ACTIVE)
        work.orders.set_state(order.id, OrderState.IN_PROGRESS)
        work.orders.set_state(order.id, OrderState.COMPLETED)
        work.commit()
    return front_desk.service(tools, OPERATOR, service_id)


def await_approval(tools: Tools, order: Order) -> str:
    """Rehearse two devices and wait; return the plan's digest."""
    with tools.open_unit_of_work() as work:
        work.orders.set_state(order.id, OrderState.IN_PROGRESS)
        work.orders.save_changes(order.id, "rehearse", [change("nte-1"), change("sw-mill")])
        work.orders.set_step(order.id, "approve")
        work.orders.wait(order.id, WaitsFor.APPROVAL)
        work.commit()
    digest = front_desk.order_story(tools, OPERATOR, order.id).plan_digest
    assert digest is not None
    return digest


# Placing orders.


def test_an_order_is_acknowledged_with_its_price_its_first_event_and_its_job(tools: Tools, jobs: NotedJobs) -> None:
    order, is_new = front_desk.place_order(tools, ANNA, ASKED, idempotency_key="k1")

    assert is_new
    assert (order.state, order.step, order.action) == (OrderState.ACKNOWLEDGED, "accept", OrderAction.ADD)
    assert (order.monthly_pence, order.setup_pence, order.requested_by) == (5500, 0, "anna")
    assert front_desk.order(tools, ANNA, order.id).request == ASKED
    events = front_desk.order_story(tools, ANNA, order.id).events
    assert [(event.number, event.step, event.status) for event in events] == [(1, "accept", "done")]
    assert jobs.noted == [("activate", order.id)]


def test_ids_are_random_and_say_nothing_of_how_many_there_are(tools: Tools) -> None:
    first, second = place(tools), place(tools, key="k2")

    assert len(first.id) == len(second.id) == 12
    assert first.id.startswith("O-")
    assert first.id[2:6] != second.id[2:6]


def test_the_same_key_and_request_answer_with_the_same_order_and_no_second_job(tools: Tools, jobs: NotedJobs) -> None:
    first = place(tools)
    again, is_new = front_desk.place_order(tools, ANNA, ASKED, idempotency_key="k1")

    assert (again.id, is_new, len(jobs.noted)) == (first.id, False, 1)


def test_a_repeated_request_is_answered_even_where_it_could_not_be_placed_any_more(tools: Tools) -> None:
    first = place(tools)
    nothing_sold = replace(tools, catalogues=only(replace(tools.catalogue, products=())))

    assert place(nothing_sold).id == first.id
    with pytest.raises(UnknownProduct):
        place(nothing_sold, key="k2")


def test_the_same_key_with_another_request_is_refused(tools: Tools) -> None:
    first = place(tools)

    with pytest.raises(IdempotencyConflict, match=first.id):
        place(tools, replace(ASKED, bandwidth_mbps=500))


def test_two_isps_may_use_the_same_key(tools: Tools) -> None:
    hers = place(tools)
    theirs = place(tools, replace(ASKED, handover="quay-birch"), who=BELA)

    assert hers.id != theirs.id


@pytest.mark.parametrize(
    ("request_", "error", "words"),
    [
        (replace(ASKED, product="dark-fibre"), UnknownProduct, "dark-fibre"),
        (replace(ASKED, bandwidth_mbps=0), SpeedNotOffered, "at 0 Mbit/s, but at 100, 250"),
        (replace(ASKED, bandwidth_mbps=-1), SpeedNotOffered, "-1"),
        (replace(ASKED, term_months=13), TermNotOffered, "1, 12, 36, 60"),
        (replace(ASKED, uprn="777"), UnknownPremises, "777"),
        (replace(ASKED, uprn="1' OR 1=1"), RequestInvalid, "uprn"),
        (replace(ASKED, handover="nowhere"), HandoverNotYours, "nowhere"),
        (replace(ASKED, reference="x" * 65), RequestInvalid, "reference .*65 characters"),
        (replace(ASKED, reference="a\nhostname pwned"), RequestInvalid, "reference"),
        (replace(ASKED, reference="\u202egnp.exe"), RequestInvalid, "reference"),
    ],
)
def test_a_request_that_cannot_be_placed_says_why_and_leaves_nothing(
    tools: Tools, jobs: NotedJobs, request_: OrderRequest, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        place(tools, request_)

    assert front_desk.orders(tools, OPERATOR).orders == ()
    assert jobs.noted == []


def test_another_isps_handover_and_no_handover_are_told_apart_by_nothing(tools: Tools) -> None:
    sentences = []
    for code in ("quay-birch", "quay-nobody"):
        with pytest.raises(HandoverNotYours) as caught:
            place(tools, replace(ASKED, handover=code))
        sentences.append(str(caught.value).replace(code, "X"))

    assert sentences[0] == sentences[1]
    assert "birch" not in sentences[0]


def test_where_the_job_cannot_be_enqueued_there_is_no_order(
    tools: Tools, jobs: NotedJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_workflow: str, _order_id: str) -> None:
        raise RuntimeError("the queue is away")

    monkeypatch.setattr(jobs, "walk", fail)
    with pytest.raises(RuntimeError):
        place(tools)

    assert front_desk.orders(tools, OPERATOR).orders == ()


def test_the_operator_orders_for_an_isp_it_names(tools: Tools) -> None:
    order, _ = front_desk.place_order(tools, OPERATOR, ASKED, idempotency_key="k1", isp_code="alder")

    assert (order.isp_code, order.requested_by) == ("alder", "olga")
    with pytest.raises(RequestInvalid, match="isp_code"):
        place(tools, who=OPERATOR)
    with pytest.raises(UnknownIsp, match="tram"):
        front_desk.place_order(tools, OPERATOR, ASKED, idempotency_key="k2", isp_code="tram")
    with pytest.raises(HandoverNotYours):
        front_desk.place_order(tools, OPERATOR, ASKED, idempotency_key="k3", isp_code="birch")


def test_nobody_orders_for_another_isp_and_a_reader_for_none(tools: Tools) -> None:
    with pytest.raises(Forbidden, match="bela"):
        front_desk.place_order(tools, BELA, ASKED, idempotency_key="k1", isp_code="alder")
    for who in (READER, ONLOOKER):
        with pytest.raises(Forbidden, match=who.user_name):
            front_desk.place_order(tools, who, ASKED, idempotency_key="k1", isp_code="alder")


def test_qualification_knows_what_is_taken(tools: Tools) -> None:
    for key in ("k1", "k2"):
        activate(tools, place(tools, key=key))

    answer = front_desk.qualify(tools, ANNA, QualificationRequest("access-eline", "1", 100, "quay-alder"))

    assert answer.confidence is Confidence.YELLOW
    assert answer.reasons[0].code == "uni-taken"


# Deciding.


def test_an_approval_is_bound_to_the_plan_that_was_seen(tools: Tools, jobs: NotedJobs) -> None:
    order = place(tools)
    seen = await_approval(tools, order)
    with tools.open_unit_of_work() as work:
        work.orders.save_changes(order.id, "rehearse", [change("nte-1", "vlan 2002"), change("sw-mill")])
        work.commit()

    with pytest.raises(ChangedSinceApproval, match=order.id):
        front_desk.approve(tools, OPERATOR, order.id, digest=seen)
    assert front_desk.order(tools, ANNA, order.id).awaiting_approval

    new = front_desk.order_story(tools, OPERATOR, order.id).plan_digest
    approved = front_desk.approve(tools, OPERATOR, order.id, digest=new)

    assert not approved.awaiting_approval
    assert jobs.noted[-1] == ("activate:2", order.id)
    event = front_desk.order_story(tools, OPERATOR, order.id).events[-1]
    assert (event.step, event.facts) == ("approve", {"by": "olga", "digest": new})
    with tools.open_unit_of_work() as work:
        assert work.orders.approved_digest(order.id) == new


def test_an_order_is_decided_once(tools: Tools, jobs: NotedJobs) -> None:
    order = place(tools)
    await_approval(tools, order)
    front_desk.decline(tools, OPERATOR, order.id, reason="The cabinet is full.")

    with pytest.raises(WrongState, match=order.id):
        front_desk.approve(tools, OPERATOR, order.id)
    with pytest.raises(WrongState, match=order.id):
        front_desk.decline(tools, OPERATOR, order.id, reason="again")
    assert [name for name, _ in jobs.noted] == ["activate", "activate:2"]
    assert "The cabinet is full." in front_desk.order_story(tools, ANNA, order.id).events[-1].text


def test_an_order_that_waits_for_nothing_cannot_be_approved(tools: Tools) -> None:
    with pytest.raises(WrongState, match="awaits no approval"):
        front_desk.approve(tools, OPERATOR, place(tools).id)
    with pytest.raises(UnknownOrder):
        front_desk.approve(tools, OPERATOR, "O-NOTHING")


@pytest.mark.parametrize("who", [ANNA, READER, ONLOOKER])
def test_only_the_operator_decides_audits_and_makes_users(tools: Tools, who: Principal) -> None:
    order = place(tools)
    await_approval(tools, order)

    for forbidden in (
        lambda: front_desk.approve(tools, who, order.id),
        lambda: front_desk.decline(tools, who, order.id, reason="no"),
        lambda: front_desk.audit(tools, who),
        lambda: front_desk.create_user(tools, who, "mallory", Role.OPERATOR, None, PASSWORD),
        lambda: front_desk.set_password(tools, who, "olga", PASSWORD),
        lambda: front_desk.set_disabled(tools, who, who.user_name, disabled=True),
    ):
        with pytest.raises(Forbidden, match=who.user_name):
            forbidden()
    assert front_desk.order(tools, OPERATOR, order.id).awaiting_approval


# Services.


def test_only_an_active_service_is_ceased_and_only_once(tools: Tools, jobs: NotedJobs) -> None:
    service = activate(tools, place(tools))

    order, is_new = front_desk.cease_service(tools, ANNA, service.id, idempotency_key="c1")
    again = front_desk.cease_service(tools, ANNA, service.id, idempotency_key="c1")

    assert (order.action, order.service_id, is_new) == (OrderAction.DELETE, service.id, True)
    assert (again[0].id, again[1]) == (order.id, False)
    assert jobs.noted[-1] == ("cease", order.id)
    assert front_desk.service(tools, ANNA, service.id).state is ServiceState.PENDING_TERMINATE
    with pytest.raises(WrongState, match="pendingTerminate"):
        front_desk.cease_service(tools, ANNA, service.id, idempotency_key="c2")
    assert len(front_desk.orders(tools, ANNA).orders) == 2


def test_an_audit_looks_at_every_device_and_judges_active_services_only(tools: Tools, deployer: QuietDeployer) -> None:
    ids = [activate(tools, place(tools, replace(ASKED, uprn=uprn), key=uprn)).id for uprn in ("1", "2")]
    front_desk.cease_service(tools, ANNA, ids[1], idempotency_key="c1")

    findings = front_desk.audit(tools, OPERATOR)

    circuits = [finding for finding in findings if finding.check.startswith("circuit")]
    assert {finding.device for finding in circuits} == {"nte-1", "sw-mill", "sw-quay"}
    assert {finding.check for finding in circuits} == {f"circuit {ids[0]}"}
    assert sorted(deployer.audited) == ["nte-1", "nte-2", "nte-3", "sw-mill", "sw-quay"]


def test_an_audit_of_named_services_asks_only_their_devices_and_only_for_active_ones(
    tools: Tools, deployer: QuietDeployer
) -> None:
    ids = [activate(tools, place(tools, replace(ASKED, uprn=uprn), key=uprn)).id for uprn in ("1", "2")]
    front_desk.cease_service(tools, ANNA, ids[1], idempotency_key="c1")

    assert {finding.device for finding in front_desk.audit(tools, OPERATOR, ids)} == {"nte-1", "sw-mill", "sw-quay"}
    assert {intent.label for intent in deployer.asked} == {ids[0]}
    assert front_desk.audit(tools, OPERATOR, [ids[1]]) == ()
    with pytest.raises(UnknownService):
        front_desk.audit(tools, OPERATOR, ["S-NOTHING"])


# One ISP never sees another's: every function of the desk, one row each.


@dataclass(frozen=True)
class World:
    """What alder has; birch's Bela comes asking."""

    tools: Tools
    order: Order
    service: Service
    token_key: str
    reservation: Reservation


KEPT = ReservationRequest(
    "alder", "A festival", Window(date(2027, 6, 1), date(2027, 6, 9)), ports=(PortRef("nte-3", "Ethernet1"),)
)


@pytest.fixture
def world(tools: Tools) -> World:
    front_desk.create_user(tools, OPERATOR, "anna", Role.ISP_ADMIN, "alder", PASSWORD)
    front_desk.create_user(tools, OPERATOR, "bela", Role.ISP_ADMIN, "birch", PASSWORD)
    service = activate(tools, place(tools))
    waiting = place(tools, replace(ASKED, uprn="2"), key="k2")
    await_approval(tools, waiting)
    _, token = front_desk.create_token(tools, ANNA, "anna", "hers", None)
    return World(tools, waiting, service, token.key, front_desk.make_reservation(tools, OPERATOR, KEPT))


def refused(error: type[ProvisioningError], ask: Callable[[World], object]) -> Callable[[World], None]:
    def check(world: World) -> None:
        with pytest.raises(error) as caught:
            ask(world)
        told = str(caught.value).replace("'quay-alder'", "what was asked about").replace("bela may not", "")
        assert not any(secret in told for secret in ("alder", "anna", "1000", "our ref"))

    return check


def empty(ask: Callable[[World], object]) -> Callable[[World], None]:
    def check(world: World) -> None:
        assert ask(world) == ()

    return check


def same_for_both(ask: Callable[[World, Principal], object]) -> Callable[[World], None]:
    def check(world: World) -> None:
        assert ask(world, BELA) == ask(world, ANNA)

    return check


def sees_only_birch(world: World) -> None:
    assert [handover.code for handover in front_desk.handovers(world.tools, BELA)] == ["quay-birch"]
    assert [user.name for user in front_desk.users(world.tools, BELA)] == ["bela"]


def acts_as_its_user(world: World) -> None:
    text, _ = front_desk.create_token(world.tools, BELA, "bela", "theirs", None)
    assert front_desk.principal_of_token(world.tools, text) == BELA


def signs_in_as_itself(world: World) -> None:
    secret, principal = front_desk.sign_in(world.tools, "bela", PASSWORD)
    assert principal == front_desk.session(world.tools, secret) == BELA
    front_desk.sign_out(world.tools, secret)
    assert front_desk.session(world.tools, secret) is None


def anna_is_told(world: World) -> str:
    return front_desk.add_listener(world.tools, ANNA, "https://1.1.1.1/")[1].id


def anna_was_sent(world: World) -> str:
    return front_desk.send_test(world.tools, ANNA, anna_is_told(world)).id


def anna_has_a_hub(world: World) -> str:
    return front_desk.add_sonata_listener(world.tools, ANNA, "quoteManagement", "https://1.1.1.1/").id


def hears_only_of_birch(world: World) -> None:
    anna_was_sent(world)
    anna_has_a_hub(world)
    own = front_desk.add_listener(world.tools, BELA, "https://1.1.1.1/", isp_code="alder")[1]
    hub = front_desk.add_sonata_listener(world.tools, BELA, "quoteManagement", "https://1.1.1.1/")
    assert (own.isp_code, hub.isp_code) == ("birch", "birch")
    assert front_desk.listeners(world.tools, BELA) == (own, hub)
    assert front_desk.sonata_listeners(world.tools, BELA, "quoteManagement") == (hub,)
    assert front_desk.deliveries(world.tools, BELA).deliveries == ()


def reads_only_what_birch_did(world: World) -> None:
    front_desk.set_password(world.tools, BELA, "bela", PASSWORD)
    told = front_desk.audit_trail(world.tools, BELA).entries
    assert [(entry.who, entry.action) for entry in told] == [("bela", "set a password")]


def client_acts_for_its_isp(world: World) -> None:
    secret, client = front_desk.create_client(world.tools, BELA, None, "robot", [Scope.ORDERS_READ])
    text, _ = front_desk.grant_access(world.tools, client.id, secret, None)
    who = front_desk.principal_of_access_token(world.tools, text)
    assert (who.isp_code, front_desk.orders(world.tools, who).orders) == ("birch", ())


def anna_has_a_ticket(world: World) -> str:
    about = About(AboutKind.SERVICE, world.service.id)
    return front_desk.raise_ticket(world.tools, ANNA, TicketRequest(about, "No light.")).id


def anna_is_hit(world: World) -> str:
    return front_desk.open_incident(world.tools, OPERATOR, IncidentRequest("A cut.", (world.service.id,))).id


def anna_has_another_order(world: World) -> Order:
    """In progress, and nothing waits for it."""
    placed = place(world.tools, replace(ASKED, uprn="3"), key="k7")
    with world.tools.open_unit_of_work() as work:
        pass_validation(work, placed.id, "qualify")
        work.commit()
    return placed


def anna_is_charged(world: World) -> str:
    items = [ChargeAsked(ChargeKind.ONCE, 100, "Duct", blocking=False)]
    return front_desk.raise_charge(world.tools, OPERATOR, anna_has_another_order(world).id, items).id


def anna_cancelled(world: World) -> str:
    return front_desk.cancel_order(world.tools, ANNA, anna_has_another_order(world).id).id


def anna_wants_another_day(world: World) -> str:
    order_id = anna_has_another_order(world).id
    return front_desk.change_date(world.tools, ANNA, order_id, date(2027, 1, 4)).id


def birch_has_none(world: World) -> None:
    """Lists by offset: of Anna's things none, though there is one of each, and whoever's is asked for."""
    anna_has_a_ticket(world), anna_is_hit(world), anna_is_charged(world)
    for listed in (
        desk.some_tickets(world.tools, BELA, TicketsWanted(isp_code="alder"), offset=0, limit=9),
        desk.some_incidents(world.tools, BELA, IncidentsWanted(isp_code="alder"), offset=0, limit=9),
        desk.some_services(world.tools, BELA, ProductsWanted(isp_code="alder"), offset=0, limit=9),
        desk.some_product_orders(world.tools, BELA, ProductOrdersWanted(isp_code="alder"), offset=0, limit=9),
        desk.some_charges(world.tools, BELA, ChargesWanted(isp_code="alder"), offset=0, limit=9),
        desk.some_cancellations(world.tools, BELA, TasksWanted(isp_code="alder"), offset=0, limit=9),
        desk.some_date_changes(world.tools, BELA, TasksWanted(isp_code="alder"), offset=0, limit=9),
    ):
        assert listed == ((), 0)


def closes_what_nobody_answered(world: World) -> None:
    """Takes nobody: the clock asks. It ends no ticket that is not resolved."""
    ticket_id = anna_has_a_ticket(world)
    assert desk.close_unanswered(world.tools) == ()
    assert desk.ticket(world.tools, ANNA, ticket_id).ended_at is None


def alders_quote(world: World) -> str:
    wanted = QuoteRequest({"1": replace(ASKED, uprn="3")})
    return front_desk.ask_quote(world.tools, ANNA, wanted).id


def alders_qualification(world: World) -> str:
    return front_desk.ask_qualification(world.tools, ANNA, QualificationsAsked({"1": replace(ASKED, uprn="3")})).id


def sees_no_quote(world: World) -> None:
    alders_quote(world)
    wanted = QuotesWanted(isp_code="alder")
    assert front_desk.quotes(world.tools, BELA).quotes == front_desk.quotes(world.tools, BELA, wanted).quotes == ()
    assert front_desk.some_quotes(world.tools, BELA, wanted, offset=0, limit=9) == ((), 0)


def sees_no_qualification(world: World) -> None:
    alders_qualification(world)
    wanted = QualificationsWanted(isp_code="alder")
    assert front_desk.kept_qualifications(world.tools, BELA, wanted, offset=0, limit=9) == ((), 0)


desk = front_desk
ASKING = QualificationRequest("access-eline", "1", 100, "quay-alder")
MOVED = PlanRow("NH0000079444", "birch", "quay-birch")
ISOLATION: dict[str, Callable[[World], None]] = {
    "add_pause": refused(Forbidden, lambda w: desk.add_pause(w.tools, BELA, PauseScope.ALL, why="no")),
    "count_paused": refused(Forbidden, lambda w: desk.count_paused(w.tools, BELA)),
    "last_audit": refused(Forbidden, lambda w: desk.last_audit(w.tools, BELA)),
    "lift_pause": refused(Forbidden, lambda w: desk.lift_pause(w.tools, BELA, "PA-1")),
    "pauses": refused(Forbidden, lambda w: desk.pauses(w.tools, BELA)),
    "run_schedule": refused(Forbidden, lambda w: desk.run_schedule(w.tools, BELA, "audit")),
    "schedules": refused(Forbidden, lambda w: desk.schedules(w.tools, BELA)),
    "workers": refused(Forbidden, lambda w: desk.workers(w.tools, BELA)),
    "add_listener": hears_only_of_birch,
    "add_sonata_listener": hears_only_of_birch,
    "audit_trail": reads_only_what_birch_did,
    "deliveries": hears_only_of_birch,
    "delivery": refused(UnknownDelivery, lambda w: desk.delivery(w.tools, BELA, anna_was_sent(w))),
    "export_trail": refused(Forbidden, lambda w: desk.export_trail(w.tools, BELA, str)),
    "history": refused(UnknownOrder, lambda w: desk.history(w.tools, BELA, ChangeKind.ORDER, w.order.id)),
    "listeners": hears_only_of_birch,
    "remove_listener": refused(UnknownListener, lambda w: desk.remove_listener(w.tools, BELA, anna_is_told(w))),
    "remove_sonata_listener": refused(
        UnknownListener, lambda w: desk.remove_sonata_listener(w.tools, BELA, "quoteManagement", anna_has_a_hub(w))
    ),
    "renew_listener_secret": refused(
        UnknownListener, lambda w: desk.renew_listener_secret(w.tools, BELA, anna_is_told(w))
    ),
    "replay_delivery": refused(UnknownDelivery, lambda w: desk.replay_delivery(w.tools, BELA, anna_was_sent(w))),
    "send_test": refused(UnknownListener, lambda w: desk.send_test(w.tools, BELA, anna_is_told(w))),
    "sonata_listener": refused(
        UnknownListener, lambda w: desk.sonata_listener(w.tools, BELA, "quoteManagement", anna_has_a_hub(w))
    ),
    "sonata_listeners": hears_only_of_birch,
    "trail_head": refused(Forbidden, lambda w: desk.trail_head(w.tools, BELA)),
    "verify_trail": refused(Forbidden, lambda w: desk.verify_trail(w.tools, BELA)),
    "approve": refused(Forbidden, lambda w: desk.approve(w.tools, BELA, w.order.id)),
    "audit": refused(Forbidden, lambda w: desk.audit(w.tools, BELA, [w.service.id])),
    "cease_service": refused(
        UnknownService, lambda w: desk.cease_service(w.tools, BELA, w.service.id, idempotency_key="c")
    ),
    "bind_identity": refused(
        Forbidden, lambda w: desk.bind_identity(w.tools, BELA, "anna", "https://id.example", "s-1")
    ),
    "ask_qualification": refused(
        HandoverNotYours, lambda w: desk.ask_qualification(w.tools, BELA, QualificationsAsked({"1": ASKED}))
    ),
    "ask_quote": refused(HandoverNotYours, lambda w: desk.ask_quote(w.tools, BELA, QuoteRequest({"1": ASKED}))),
    "cancel_quote": refused(UnknownQuote, lambda w: desk.cancel_quote(w.tools, BELA, alders_quote(w))),
    "kept_qualification": refused(
        UnknownQualification, lambda w: desk.kept_qualification(w.tools, BELA, alders_qualification(w))
    ),
    "kept_qualifications": sees_no_qualification,
    "quote": refused(UnknownQuote, lambda w: desk.quote(w.tools, BELA, alders_quote(w))),
    "quote_history": refused(UnknownQuote, lambda w: desk.quote_history(w.tools, BELA, alders_quote(w))),
    "quotes": sees_no_quote,
    "reject_quote": refused(UnknownQuote, lambda w: desk.reject_quote(w.tools, BELA, alders_quote(w))),
    "some_quotes": sees_no_quote,
    "change_user": refused(Forbidden, lambda w: desk.change_user(w.tools, BELA, "anna", role=Role.AUDITOR)),
    "clients": empty(lambda w: desk.clients(w.tools, BELA)),
    "create_client": refused(Forbidden, lambda w: desk.create_client(w.tools, BELA, "alder", "x", [Scope.ORDERS_READ])),
    "grant_access": client_acts_for_its_isp,
    "principal_of_access_token": client_acts_for_its_isp,
    "revoke_client": refused(UnknownClient, lambda w: desk.revoke_client(w.tools, BELA, "nhc_nobody")),
    "sign_in_elsewhere": refused(
        SignInElsewhereRefused,
        lambda w: desk.sign_in_elsewhere(w.tools, Elsewhere("https://id.example", "s-1", "anna@alder.example"), {}),
    ),
    "check_ready": lambda w: desk.check_ready(w.tools),
    "create_token": refused(Forbidden, lambda w: desk.create_token(w.tools, BELA, "anna", "x", None)),
    "create_user": refused(
        Forbidden, lambda w: desk.create_user(w.tools, BELA, "m", Role.ISP_ADMIN, "alder", PASSWORD)
    ),
    "decline": refused(Forbidden, lambda w: desk.decline(w.tools, BELA, w.order.id, reason="no")),
    "find_premises": same_for_both(
        lambda w, who: desk.find_premises(w.tools, who, postcode="m11aa", text="2 Example", limit=5)
    ),
    "handovers": sees_only_birch,
    "approve_line_move": refused(Forbidden, lambda w: desk.approve_line_move(w.tools, BELA, "M-1")),
    "foresee_line_moves": refused(Forbidden, lambda w: desk.foresee_line_moves(w.tools, BELA, "alder", [MOVED])),
    "line": refused(UnknownService, lambda w: desk.line(w.tools, BELA, service_id=w.service.id)),
    "line_move_report": refused(Forbidden, lambda w: desk.line_move_report(w.tools, BELA, "M-1")),
    "line_moves": refused(Forbidden, lambda w: desk.line_moves(w.tools, BELA)),
    "lines": empty(lambda w: desk.lines(w.tools, BELA).lines),
    "match_line": same_for_both(lambda w, who: desk.match_line(w.tools, who, MOVED.access_line_id, "1")),
    "modify_service": refused(
        UnknownService,
        lambda w: desk.modify_service(w.tools, BELA, w.service.id, bandwidth_mbps=500, idempotency_key="m"),
    ),
    "move_lines": refused(Forbidden, lambda w: desk.move_lines(w.tools, BELA, "alder", [MOVED], reason="mine now")),
    "pause_line_move": refused(Forbidden, lambda w: desk.pause_line_move(w.tools, BELA, "M-1")),
    "plan_by_rule": refused(Forbidden, lambda w: desk.plan_by_rule(w.tools, BELA, "alder", "birch", "quay-birch")),
    "resume_line_move": refused(Forbidden, lambda w: desk.resume_line_move(w.tools, BELA, "M-1")),
    "make_reservation": refused(Forbidden, lambda w: desk.make_reservation(w.tools, BELA, KEPT)),
    "order": refused(UnknownOrder, lambda w: desk.order(w.tools, BELA, w.order.id)),
    "order_diffs": refused(UnknownOrder, lambda w: desk.order_diffs(w.tools, BELA, w.order.id)),
    "order_story": refused(UnknownOrder, lambda w: desk.order_story(w.tools, BELA, w.order.id)),
    "orders": empty(lambda w: desk.orders(w.tools, BELA).orders),
    "place_order": refused(
        HandoverNotYours, lambda w: desk.place_order(w.tools, BELA, replace(ASKED, uprn="3"), idempotency_key="k9")
    ),
    "principal_of_token": acts_as_its_user,
    "products": lambda w: None,  # takes nobody: the same for all by its signature
    "qualify": refused(HandoverNotYours, lambda w: desk.qualify(w.tools, BELA, ASKING)),
    "rehearse": refused(Forbidden, lambda w: desk.rehearse(w.tools, BELA, w.service.id, ChangeAction.REMOVE)),
    "release_reservation": refused(Forbidden, lambda w: desk.release_reservation(w.tools, BELA, w.reservation.id)),
    "reservation": refused(UnknownReservation, lambda w: desk.reservation(w.tools, BELA, w.reservation.id)),
    "reservations": empty(lambda w: desk.reservations(w.tools, BELA).reservations),
    "revoke_token": refused(UnknownToken, lambda w: desk.revoke_token(w.tools, BELA, w.token_key)),
    "service": refused(UnknownService, lambda w: desk.service(w.tools, BELA, w.service.id)),
    "services": empty(lambda w: desk.services(w.tools, BELA).services),
    "session": signs_in_as_itself,
    "set_disabled": refused(Forbidden, lambda w: desk.set_disabled(w.tools, BELA, "anna", disabled=True)),
    "set_password": refused(Forbidden, lambda w: desk.set_password(w.tools, BELA, "anna", PASSWORD)),
    "show_again": refused(Forbidden, lambda w: desk.show_again(w.tools, BELA)),
    "sign_in": signs_in_as_itself,
    "sign_out": signs_in_as_itself,
    "strand_products": lambda w: None,  # takes nobody either
    "tokens": empty(lambda w: desk.tokens(w.tools, BELA)),
    "users": sees_only_birch,
    "add_ticket_note": refused(
        UnknownTicket, lambda w: desk.add_ticket_note(w.tools, BELA, anna_has_a_ticket(w), NoteWritten("x"))
    ),
    "amend_product_order": refused(
        UnknownProductOrder,
        lambda w: desk.amend_product_order(w.tools, BELA, w.order.product_order_id, external_id="mine"),
    ),
    "answer_charge": refused(
        UnknownCharge, lambda w: desk.answer_charge(w.tools, BELA, anna_is_charged(w), {"1": True})
    ),
    "assess_ticket": refused(Forbidden, lambda w: desk.assess_ticket(w.tools, BELA, anna_has_a_ticket(w))),
    "await_isp": refused(Forbidden, lambda w: desk.await_isp(w.tools, BELA, anna_has_a_ticket(w), question="?")),
    "cancel_order": refused(UnknownOrder, lambda w: desk.cancel_order(w.tools, BELA, w.order.id)),
    "cancel_product_order": refused(
        UnknownProductOrder, lambda w: desk.cancel_product_order(w.tools, BELA, w.order.product_order_id)
    ),
    "cancel_ticket": refused(UnknownTicket, lambda w: desk.cancel_ticket(w.tools, BELA, anna_has_a_ticket(w))),
    "cancellation": refused(UnknownCancellation, lambda w: desk.cancellation(w.tools, BELA, anna_cancelled(w))),
    "cancellations": empty(lambda w: desk.cancellations(w.tools, BELA)),
    "change_date": refused(UnknownOrder, lambda w: desk.change_date(w.tools, BELA, w.order.id, date(2027, 1, 4))),
    "change_ticket": refused(
        UnknownTicket, lambda w: desk.change_ticket(w.tools, BELA, anna_has_a_ticket(w), TicketChange(external_id="x"))
    ),
    "charge": refused(UnknownCharge, lambda w: desk.charge(w.tools, BELA, anna_is_charged(w))),
    "charge_life": refused(UnknownCharge, lambda w: desk.charge_life(w.tools, BELA, anna_is_charged(w))),
    "charges": empty(lambda w: desk.charges(w.tools, BELA)),
    "close_incident": refused(Forbidden, lambda w: desk.close_incident(w.tools, BELA, anna_is_hit(w), how="x")),
    "close_ticket": refused(UnknownTicket, lambda w: desk.close_ticket(w.tools, BELA, anna_has_a_ticket(w))),
    "close_unanswered": closes_what_nobody_answered,
    "date_change": refused(UnknownDateChange, lambda w: desk.date_change(w.tools, BELA, anna_wants_another_day(w))),
    "date_change_life": refused(
        UnknownDateChange, lambda w: desk.date_change_life(w.tools, BELA, anna_wants_another_day(w))
    ),
    "date_changes": empty(lambda w: desk.date_changes(w.tools, BELA)),
    "incident": refused(UnknownIncident, lambda w: desk.incident(w.tools, BELA, anna_is_hit(w))),
    "incident_notes": refused(UnknownIncident, lambda w: desk.incident_notes(w.tools, BELA, anna_is_hit(w))),
    "incident_story": refused(UnknownIncident, lambda w: desk.incident_story(w.tools, BELA, anna_is_hit(w))),
    "incidents": birch_has_none,
    "move_ticket": refused(
        UnknownTicket, lambda w: desk.move_ticket(w.tools, BELA, anna_has_a_ticket(w), TicketMove.CLOSE)
    ),
    "open_incident": refused(
        Forbidden, lambda w: desk.open_incident(w.tools, BELA, IncidentRequest("A cut.", (w.service.id,)))
    ),
    "place_product_order": refused(
        ItemRefused,
        lambda w: desk.place_product_order(w.tools, BELA, [ItemAsked("1", OrderAction.ADD, replace(ASKED, uprn="3"))]),
    ),
    "product_order_life": refused(
        UnknownProductOrder, lambda w: desk.product_order_life(w.tools, BELA, w.order.product_order_id)
    ),
    "product_order_story": refused(
        UnknownProductOrder, lambda w: desk.product_order_story(w.tools, BELA, w.order.product_order_id)
    ),
    "product_orders": empty(lambda w: desk.product_orders(w.tools, BELA).product_orders),
    "progress_ticket": refused(Forbidden, lambda w: desk.progress_ticket(w.tools, BELA, anna_has_a_ticket(w))),
    "raise_charge": refused(
        Forbidden,
        lambda w: desk.raise_charge(w.tools, BELA, w.order.id, [ChargeAsked(ChargeKind.ONCE, 1, "x")]),
    ),
    "raise_ticket": refused(
        UnknownService,
        lambda w: desk.raise_ticket(w.tools, BELA, TicketRequest(About(AboutKind.SERVICE, w.service.id), "x")),
    ),
    "reopen_ticket": refused(
        UnknownTicket, lambda w: desk.reopen_ticket(w.tools, BELA, anna_has_a_ticket(w), reason="x")
    ),
    "resolve_ticket": refused(Forbidden, lambda w: desk.resolve_ticket(w.tools, BELA, anna_has_a_ticket(w), how="x")),
    "service_story": refused(UnknownService, lambda w: desk.service_story(w.tools, BELA, w.service.id)),
    "some_cancellations": birch_has_none,
    "some_charges": birch_has_none,
    "some_date_changes": birch_has_none,
    "some_incidents": birch_has_none,
    "some_product_orders": birch_has_none,
    "some_services": birch_has_none,
    "some_tickets": birch_has_none,
    "ticket": refused(UnknownTicket, lambda w: desk.ticket(w.tools, BELA, anna_has_a_ticket(w))),
    "ticket_notes": refused(UnknownTicket, lambda w: desk.ticket_notes(w.tools, BELA, anna_has_a_ticket(w))),
    "ticket_story": refused(UnknownTicket, lambda w: desk.ticket_story(w.tools, BELA, anna_has_a_ticket(w))),
    "tickets": empty(lambda w: desk.tickets(w.tools, BELA).tickets),
    "update_incident": refused(
        Forbidden, lambda w: desk.update_incident(w.tools, BELA, anna_is_hit(w), IncidentUpdate("x"))
    ),
    "withdraw_charge": refused(Forbidden, lambda w: desk.withdraw_charge(w.tools, BELA, anna_is_charged(w))),
}


def test_every_function_of_the_desk_has_its_row_in_the_isolation_table() -> None:
    functions = {
        name: thing
        for name, thing in vars(front_desk).items()
        if inspect.isfunction(thing) and not name.startswith("_") and "tools" in inspect.signature(thing).parameters
    }
    own = {name for name, thing in functions.items() if inspect.unwrap(thing).__module__ == front_desk.__name__}

    assert own <= set(front_desk.__all__)
    assert set(functions) & set(front_desk.__all__) == set(ISOLATION)


@pytest.mark.parametrize("name", sorted(ISOLATION))
def test_another_isp_sees_and_does_nothing_of_it(world: World, name: str) -> None:
    before = front_desk.order_story(world.tools, OPERATOR, world.order.id)

    ISOLATION[name](world)

    assert front_desk.order_story(world.tools, OPERATOR, world.order.id) == before
    assert front_desk.service(world.tools, ANNA, world.service.id) == world.service


def test_an_isp_sees_its_orders_life_and_not_the_devices_text(world: World) -> None:
    hers = front_desk.order_story(world.tools, ANNA, world.order.id)
    ours = front_desk.order_story(world.tools, ONLOOKER, world.order.id)

    assert (hers.diffs, hers.plan_digest) == ((), None)
    assert [diff.device for diff in ours.diffs] == ["nte-1", "sw-mill"]
    assert hers.events == ours.events
    assert hers.steps[:3] == ("accept", "qualify", "design")


# Lists.


def test_pages_follow_each_other_newest_first_without_loss_or_repetition(tools: Tools) -> None:
    ids = [place(tools, replace(ASKED, reference=str(n)), key=str(n)).id for n in range(7)]
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = front_desk.orders(tools, ANNA, cursor=cursor, limit=3)
        seen += [order.id for order in page.orders]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert seen == ids[::-1]
    assert front_desk.orders(tools, ANNA, limit=7).next_cursor is None


def test_pages_cut_through_orders_of_one_moment(engine: Engine) -> None:
    still = desk_on(engine, now=lambda: datetime(2026, 11, 21, 12, 0, tzinfo=UTC))
    ids = {place(still, replace(ASKED, reference=str(n)), key=str(n)).id for n in range(5)}
    first = front_desk.orders(still, ANNA, limit=2)
    second = front_desk.orders(still, ANNA, cursor=first.next_cursor, limit=5)

    assert {order.id for order in (*first.orders, *second.orders)} == ids


def test_lists_filter_by_state_and_by_who_must_decide(tools: Tools) -> None:
    waiting, other = place(tools), place(tools, key="k2")
    await_approval(tools, waiting)

    assert [o.id for o in front_desk.orders(tools, OPERATOR, awaiting_approval=True).orders] == [waiting.id]
    assert [o.id for o in front_desk.orders(tools, ANNA, state=OrderState.ACKNOWLEDGED).orders] == [other.id]
    assert [o.id for o in front_desk.orders(tools, ANNA, awaiting_approval=False).orders] == [other.id]


def cursor_text(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "!!!!",
        "MjAyNg==",
        "é",
        "A" * 500,
        "MjAyNi0xMS0yMVQxMjowMDowMCBP",
        cursor_text("0001-01-01T00:00:00+23:00 O-1"),
        cursor_text("2026-11-21T12:00:00+00:00 \0"),
    ],
)
def test_a_broken_cursor_is_a_clear_error(tools: Tools, cursor: str) -> None:
    with pytest.raises(CursorInvalid, match="cursor"):
        front_desk.orders(tools, ANNA, cursor=cursor)
    with pytest.raises(CursorInvalid, match="cursor"):
        front_desk.services(tools, ANNA, cursor=cursor)


@pytest.mark.parametrize("name", ["", "O-1\0", "\ud800", "' OR 1=1 --", "x" * 10_000])
def test_a_hostile_id_is_one_that_does_not_exist(tools: Tools, name: str) -> None:
    for ask in (front_desk.order, front_desk.order_story):
        with pytest.raises(UnknownOrder):
            ask(tools, OPERATOR, name)
    with pytest.raises(UnknownOrder):
        front_desk.approve(tools, OPERATOR, name)
    with pytest.raises(UnknownService):
        front_desk.service(tools, OPERATOR, name)
    with pytest.raises(UnknownService):
        front_desk.cease_service(tools, OPERATOR, name, idempotency_key="c1")
    with pytest.raises(UnknownToken):
        front_desk.revoke_token(tools, OPERATOR, name)
    with pytest.raises(UnknownUser):
        front_desk.set_password(tools, OPERATOR, name, PASSWORD)
    with pytest.raises(UnknownUser):
        front_desk.set_disabled(tools, OPERATOR, name, disabled=True)
    with pytest.raises(UnknownUser):
        front_desk.create_token(tools, OPERATOR, name, "ci", None)
    with pytest.raises(SignInRefused):
        front_desk.sign_in(tools, name, name)
    assert front_desk.session(tools, name) is None
    with pytest.raises(TokenInvalid):
        front_desk.principal_of_token(tools, f"nh_{name}.{name}")


def test_events_after_a_number_no_order_ever_reaches_are_none(tools: Tools) -> None:
    assert front_desk.order_story(tools, ANNA, place(tools).id, after=10**30).events == ()


def test_the_command_line_is_the_operator() -> None:
    assert SYSTEM.is_operator
    assert SYSTEM.role is Role.OPERATOR
