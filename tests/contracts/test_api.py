"""The API as its callers see it, over real tables: rights, tenancy, errors, pages, idempotency."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from automation.change_plan import Finding, lines_change
from automation.drift_kinds import DriftKind
from provisioning import front_desk
from provisioning.backup_desk import take_backups
from provisioning.cancelling import cancel_order
from provisioning.change_plan_desk import propose_change
from provisioning.change_plans import Outcome, PlanKind, PlannedChange, PlanState
from provisioning.charges import ChargeKind
from provisioning.charging import ChargeAsked, raise_charge
from provisioning.far_ends import FarEnd, FarEndState
from provisioning.freezes import add_freeze
from provisioning.front_desk import SYSTEM
from provisioning.incidents import IncidentRequest
from provisioning.isps import Principal, Scope
from provisioning.line_moves import LineMoveState, PlanRow
from provisioning.listeners import Attempt, Delivery, DeliveryState, Listener
from provisioning.orders import OrderRequest, OrderState, WaitsFor
from provisioning.pauses import PauseScope
from provisioning.policy import RULES, Action, may
from provisioning.questions.coverage import refresh_coverage
from provisioning.quoting import QuoteRequest
from provisioning.rescheduling import change_date
from provisioning.services import Service
from provisioning.tickets import About, AboutKind, TicketRequest
from tests.web_town import BUSINESS, HOME, PASSWORD, PEOPLE, Machine, Town
from web.api import routes
from web.api.births import BIRTH_OPERATIONS
from web.api.operation import Operation
from web.api.operations import OPERATIONS
from web.api.order_life import ORDER_LIFE_OPERATIONS
from web.app import create_app

ORDER = {
    "product": "access-eline",
    "uprn": BUSINESS,
    "handover": "alpha-quay",
    "bandwidth_mbps": 500,
    "term_months": 12,
    "reference": "floor 3",
}
RESERVATION = {
    "isp_code": "alpha",
    "purpose": "Festival of light",
    "first_day": "2030-06-01",
    "last_day": "2030-06-09",
}
DIGEST = "0" * 64
# Allowed to ask, and what is asked about is not there in this town.
LACKING = {
    "confirmBuilt": "build-lacking",
    "getLetterOfAuthority": "letter-not-there",
    "enrolAccessPoint": "not-enrollable",
    "readSlotUsage": "slot-not-used",
}
BY_NAME = {operation.name: operation for operation in OPERATIONS}


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine)


def problem(answer: TestResponse) -> dict[str, Any]:
    assert answer.mimetype == "application/problem+json"
    told: dict[str, Any] = json.loads(answer.text)
    assert told["status"] == answer.status_code
    assert told["type"] == f"/problems/{told['code']}"
    assert set(told) == {"type", "title", "status", "detail", "code", "facts"}
    return told


def deliver_test(town: Town, listener_id: str) -> Delivery:
    """A test message that was taken, as a worker would have noted it."""
    delivery = front_desk.send_test(town.tools, SYSTEM, listener_id)
    with town.tools.open_unit_of_work() as work:
        (taken,) = work.deliveries.take("worker", town.tools.now() + timedelta(hours=1), 1, 1)
        attempt = Attempt(1, town.tools.now(), 204, 0.1, "")
        work.deliveries.note_attempt(taken.number, "worker", attempt, DeliveryState.DELIVERED, sent=1)
        work.commit()
    return delivery


class Walk:
    """What every operation needs to be called with, in a town where there is one of everything."""

    def __init__(self, town: Town) -> None:
        waiting = town.place(key="walk-1", uprn=HOME, bandwidth_mbps=2500)
        town.wait_for_approval(waiting)
        self.tested = town.place(key="walk-2")
        self.service = town.deliver(self.tested)
        town.test(self.tested, self.service)
        self.measured = town.measure(self.service)
        self.modified = town.deliver(town.place(key="walk-3", uprn=HOME))
        self.pair = town.sell_pair()
        self.reservation = town.reserve("cable-1:9")
        self.waiting = waiting
        _, self.client = front_desk.create_client(town.tools, SYSTEM, "alpha", "robot", [Scope.ORDERS_READ])
        about = About(AboutKind.SERVICE, self.service.id)
        self.ticket = front_desk.raise_ticket(town.tools, SYSTEM, TicketRequest(about, "No light."))
        self.incident = front_desk.open_incident(town.tools, SYSTEM, IncidentRequest("A cut.", (self.service.id,)))
        self.town = town
        self.delivered = deliver_test(town, self.listener().id)
        asked = OrderRequest("access-eline", BUSINESS, "alpha-quay", 500, 12)
        self.quote, self.unanswered_quote = (
            front_desk.ask_quote(town.tools, SYSTEM, QuoteRequest({"1": asked}, at_once=at_once), isp_code="alpha")
            for at_once in (True, False)
        )
        refresh_coverage(town.tools, SYSTEM)
        self.pause = front_desk.add_pause(town.tools, SYSTEM, PauseScope.PLACE, "dx-quay", why="New cooling.")
        self.freeze = add_freeze(town.tools, SYSTEM, PauseScope.PRODUCT, "hosted-ssid", why="New price.")
        self.line = self._line(town)
        self.moves = {state: self._move(town, state) for state in LineMoveState}
        self.spare = town.place(key="walk-4")
        self._something_to_decide(town)
        take_backups(town.tools, SYSTEM, ["sw-quay"])
        town.devices.findings = (Finding("sw-quay", "orphan", False, "left behind", DriftKind.EXTRA, "S-GONE"),)
        self.queries: dict[str, str] = {
            "getTrace": f"end={self.service.id}",
            "getCapacity": "of=dx-quay",
            "getPull": "a=dx-quay&z=dxp-mill&strands=96",
            "getCut": "target=dx-quay",
            "getPath": "a=dx-quay&z=dxp-mill",
            "listPriceChanges": "was=2026-11&now=2026-11",
        }
        self.bodies: dict[str, Any] = {
            "qualify": {"product": "access-eline", "uprn": BUSINESS},
            "beginPerformanceTest": {"minutes": 15},
            "placeOrder": ORDER,
            "decideOrder": {"decision": "approve"},
            "audit": {},
            "createToken": {"label": "made in a test"},
            "createUser": {"name": "newcomer", "role": "isp-user", "isp_code": "alpha", "password": PASSWORD},
            "changeUser": {"role": "isp-user"},
            "createClient": {"label": "made in a test", "isp_code": "alpha", "scopes": ["orders:read"]},
            "raiseTicket": {"about": {"kind": "service", "id": self.service.id}, "description": "No light."},
            "changeTicket": {"observed": "degraded"},
            "addTicketNote": {"text": "Since noon."},
            "moveTicket": {"move": "cancel"},
            "openIncident": {"description": "A cut.", "services": [self.service.id]},
            "updateIncident": {"note": "Crew on site."},
            "modifyService": {"bandwidth_mbps": 1000},
            "matchLine": {"access_line_id": self.line, "uprn": BUSINESS},
            "foreseeLineMoves": {"from_isp": "alpha", "plan": [self._row()]},
            "moveLines": {"from_isp": "alpha", "plan": [self._row()], "reason": "It has failed."},
            "addPause": {"scope": "all", "why": "A storm."},
            "addFreeze": {"scope": "product", "name": "hosted-ssid", "why": "Elections."},
            "proposeChange": {"why": "why", "changes": [{"device": "sw-quay", "commands": "a", "undo": "no a"}]},
            "approveChangePlan": {"digest": DIGEST},
            "cancelChangePlan": {"why": "Not today."},
            "liftLimit": {"limit": "devices", "why": "All at once."},
            "undoChangePlan": {"why": "It was wrong."},
            "askQuote": {"items": [ORDER]},
            "cancelQuote": {"reason": "not needed"},
            "rejectQuote": {},
            "placeProductOrder": {"items": [{"item_id": "1", "add": ORDER}]},
            "cancelProductOrder": {},
            "cancelOrder": {},
            "changeDate": {"wanted": None},
            "amendOrder": {"reference": "another"},
            "writeNote": {"text": "Ring at the back."},
            "raiseCharge": {"items": [{"pence": 100, "text": "A longer drop.", "blocking": False}]},
            "answerCharge": {"items": {"1": True}},
            "decideFarEnd": {"decision": "grant"},
            "addWebhook": {"url": "https://1.1.1.1/hook", "kinds": ["order"]},
            "takeBackups": {},
            "acceptBackup": {},
            "proposeFix": {"why": "Somebody forgot it."},
            "proposeRestore": {"why": "As it was.", "whole": True},
            "makeReservation": {**RESERVATION, "strands": ["cable-1:10"]},
        }

    def plan(self, operation: Operation) -> str:
        """A change plan that waits for approval; one that is done for whoever undoes it."""
        made = propose_change(self.town.tools, SYSTEM, PlanKind.FIX, [lines_change("sw-quay", "a", "no a")], why="why")
        change = replace(made.changes[0].change, diff="+a")
        states = [PlanState.REHEARSED]
        if operation.name == "undoChangePlan":
            states = [PlanState.APPROVED, PlanState.DEPLOYING, PlanState.DONE]
        with self.town.tools.open_unit_of_work() as work:
            work.change_plans.keep_rehearsal(made.id, [PlannedChange(change, Outcome.CONFIRMED)], DIGEST, ())
            for state in states:
                work.change_plans.set_state(made.id, state)
            work.commit()
        return made.id

    def _something_to_decide(self, town: Town) -> None:
        self.cancellation = cancel_order(town.tools, SYSTEM, town.place(key="walk-5").id)
        self.date_change = change_date(town.tools, SYSTEM, self.spare.id, None)
        self.unbuilt = town.place(key="walk-6")
        guest = town.place(key="walk-7")
        now = town.tools.now()
        with town.tools.open_unit_of_work() as work:
            work.orders.set_state(self.spare.id, OrderState.IN_PROGRESS)
            work.orders.wait(self.unbuilt.id, WaitsFor.BUILD)
            asked = FarEnd(guest.id, "alpha", "beta", "handover alpha-quay", FarEndState.ASKED, now, now)
            work.far_ends.add(asked)
            work.commit()
        self.guest = guest

    def charge(self) -> str:
        """One that is open."""
        item = ChargeAsked(ChargeKind.ONCE, 100, "A longer drop.", blocking=False)
        return raise_charge(self.town.tools, SYSTEM, self.spare.id, [item]).id

    def _order_for(self, operation: Operation) -> str:
        if operation.name == "decideFarEnd":
            return self.guest.id
        if operation.name == "confirmBuilt":
            return self.unbuilt.id
        if operation in BIRTH_OPERATIONS:
            return self.tested.id
        return self.spare.id if operation in ORDER_LIFE_OPERATIONS else self.waiting.id

    def _service_for(self, operation: Operation) -> Service:
        if operation.name in {"modifyService", "beginPerformanceTest"}:
            return self.modified
        return self.pair if "Certificate" in operation.name else self.service

    def _line(self, town: Town) -> str:
        assert self.service.circuit is not None
        with town.tools.open_unit_of_work() as work:
            line = work.lines.serve(self.service.uprn, self.service.circuit.uni, self.service.id)
            work.commit()
        return line.access_line_id

    def _row(self) -> dict[str, Any]:
        return {"access_line_id": self.line, "isp_code": "beta", "handover": "beta-quay"}

    def _move(self, town: Town, state: LineMoveState) -> str:
        plan = [PlanRow(self.line, "beta", "beta-quay")]
        made = front_desk.move_lines(town.tools, SYSTEM, "alpha", plan, reason="It has failed.").move
        assert made is not None
        if state is not made.state:
            with town.tools.open_unit_of_work() as work:
                work.line_moves.set_state(made.id, state, made.state)
                work.commit()
        return made.id

    def _move_for(self, operation: Operation) -> str:
        needed = {"pauseLineMove": LineMoveState.RUNNING, "resumeLineMove": LineMoveState.PAUSED}
        return self.moves[needed.get(operation.name, LineMoveState.AWAITING_APPROVAL)]

    def listener(self, operation: Operation | None = None) -> Listener:
        """The one there is, or a new one for whoever removes it."""
        found = [each for each in front_desk.listeners(self.town.tools, SYSTEM) if not each.is_off]
        if found and (operation is None or operation.name != "removeWebhook"):
            return found[0]
        return front_desk.add_listener(self.town.tools, SYSTEM, "https://1.1.1.1/hook", isp_code="alpha")[1]

    def call(self, operation: Operation, machine: Machine, key: str, *, is_operator: bool) -> TestResponse:
        names = {
            "order_id": self._order_for(operation),
            "product_order_id": self.spare.product_order_id,
            "cancellation_id": self.cancellation.id,
            "date_change_id": self.date_change.id,
            "charge_id": self.charge() if "Charge" in operation.name else "",
            "service_id": self._service_for(operation).id,
            "key": (machine.token or "nh_x.y")[3:15],
            "consent": "w-quay",
            "reservation_id": self.reservation.id,
            "access_line_id": self.line,
            "move_id": self._move_for(operation),
            "ticket_id": self.ticket.id,
            "incident_id": self.incident.id,
            "name": "axel",
            "client_id": self.client.id,
            "listener_id": self.listener(operation).id,
            "delivery_id": self.delivered.id,
            "pause_id": self.pause.id,
            "plan_id": self.plan(operation) if "{plan_id}" in operation.path else "",
            "freeze_id": self.freeze.id,
            "test_id": self.measured.id,
            "device": "sw-quay",
            "schedule": "consents",
            "version": "2026-11",
            "quote_id": (self.unanswered_quote if operation.name == "cancelQuote" else self.quote).id,
        }
        body = self.bodies.get(operation.name)
        if operation.name in {"placeOrder", "placeProductOrder", "askQuote"} and is_operator:
            body = {**body, "isp_code": "alpha"}
        query = self.queries.get(operation.name)
        path = operation.path.format(**names) + (f"?{query}" if query else "")
        return machine.call(
            operation.method, path, body, key=f"{key}-{operation.name}" if operation.needs_idempotency_key else None
        )


def test_every_operation_names_an_action_of_the_table() -> None:
    assert [operation.name for operation in OPERATIONS if operation.action not in RULES] == []


def test_an_operation_that_names_no_action_is_refused_to_everybody(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "OPERATIONS", (replace(BY_NAME["getMe"], action=None),))
    app = create_app(town.tools, town.settings)
    answer = Machine(app.test_client(), town.machine("olga").token).get("/me")
    assert (answer.status_code, problem(answer)["code"]) == (403, "forbidden")


@pytest.mark.parametrize("name", [name for name in PEOPLE if name != "bert"])
def test_every_operation_is_open_to_whom_the_table_says_and_to_nobody_else(town: Town, name: str) -> None:
    walk, (role, isp) = Walk(town), PEOPLE[name]
    for operation in sorted(OPERATIONS, key=lambda each: each.name == "revokeToken"):
        answer = walk.call(operation, town.machine(name), name, is_operator=isp is None)
        if may(Principal(name, role, isp), operation.action):
            lacks = LACKING.get(operation.name)
            if lacks is not None:
                assert problem(answer)["code"] == lacks, f"{name} {operation.name}: {answer.text}"
            else:
                assert answer.status_code in operation.statuses, f"{name} {operation.name}: {answer.text}"
        else:
            assert (answer.status_code, problem(answer)["code"]) == (403, "forbidden"), f"{name} {operation.name}"


def test_a_token_limited_to_one_scope_opens_nothing_of_another(town: Town) -> None:
    walk = Walk(town)
    for operation in OPERATIONS:
        text, token = front_desk.create_token(town.tools, SYSTEM, "olga", "narrow", None, scopes=[Scope.TRAIL_READ])
        machine = Machine(town.app.test_client(), text)
        answer = walk.call(operation, machine, token.key, is_operator=True)
        if operation.action is Action.SEE_ITSELF:
            assert answer.status_code == 200
        elif RULES[operation.action or Action.SEE_ITSELF].scope is not Scope.TRAIL_READ:
            assert (answer.status_code, problem(answer)["code"]) == (403, "scope-missing"), operation.name


def test_nobody_gets_anything_without_a_token_or_with_one_that_is_not_valid(town: Town) -> None:
    walk = Walk(town)
    revoked = town.machine("anna")
    front_desk.revoke_token(town.tools, SYSTEM, (revoked.token or "")[3:15])
    for operation in OPERATIONS:
        nobody = walk.call(operation, town.machine(None), "k", is_operator=False)
        assert (nobody.status_code, problem(nobody)["code"]) == (401, "sign-in-needed"), operation.name
        assert nobody.headers["WWW-Authenticate"] == 'Bearer realm="neutralhost"'
        ended = walk.call(operation, revoked, "k", is_operator=False)
        assert (ended.status_code, problem(ended)["code"]) == (401, "token-invalid"), operation.name
        assert 'error="invalid_token"' in ended.headers["WWW-Authenticate"]


def test_a_token_that_is_none_is_refused(town: Town) -> None:
    for token in ("x", "nh_.", "nh_a.b", "nh_0123456789ab.wrong", "\xf1"):
        answer = Machine(town.app.test_client(), token).get("/me")
        assert problem(answer)["code"] == "token-invalid"


def test_another_isp_s_things_and_things_that_do_not_exist_look_the_same(town: Town) -> None:
    walk, bert = Walk(town), town.machine("bert")
    unknown = {walk.waiting.id: "O-NOBODY0000", walk.service.id: "S-NOBODY0000", walk.pair.id: "S-NOBODY0000"}
    asked = ("getOrder", "getOrderEvents", "getService", "ceaseService")
    for name in (*asked, "getCertificate", "getCertificateHistory"):
        operation = BY_NAME[name]
        theirs = walk.call(operation, bert, "k1", is_operator=False)
        told = problem(theirs)
        assert theirs.status_code == 404, name
        real = walk.waiting.id if "order" in name.lower() else walk.service.id
        real = walk.pair.id if "Certificate" in name else real
        fake = operation.path.format(order_id=unknown[walk.waiting.id], service_id=unknown[walk.service.id])
        nothing = bert.call(operation.method, fake, key="k2" if operation.needs_idempotency_key else None)
        assert theirs.text.replace(real, "X") == nothing.text.replace(unknown[real], "X")
        assert "alpha" not in json.dumps(told)


def test_lists_hold_nothing_of_another_isp(town: Town) -> None:
    walk, bert = Walk(town), town.machine("bert")
    assert town.machine("anna").get(f"/plant/certificates/{walk.pair.id}").status_code == 200
    for path in ("/orders", "/services", "/handovers", "/tokens", "/plant/certificates", "/plant/certificate-events"):
        assert "alpha" not in bert.get(path).text
    assert bert.get("/orders").json == {"items": [], "next_cursor": None}


def test_a_handover_of_another_isp_cannot_be_ordered_to(town: Town) -> None:
    answer = town.machine("bert").post("/orders", ORDER, key="k")
    assert (answer.status_code, problem(answer)["code"]) == (422, "handover-not-yours")
    assert town.jobs.asked == []


def test_an_order_is_new_once_and_the_same_ever_after(town: Town) -> None:
    anna = town.machine("anna")
    first, again = anna.post("/orders", ORDER, key="k"), anna.post("/orders", ORDER, key="k")
    other = anna.post("/orders", {**ORDER, "bandwidth_mbps": 100}, key="k")

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json["id"] == again.json["id"]
    assert first.headers["Location"] == again.headers["Location"] == f"/api/v1/orders/{first.json['id']}"
    assert (other.status_code, problem(other)["code"]) == (409, "idempotency-conflict")
    assert [what for what, _ in town.jobs.asked] == ["activate"]
    assert anna.call("GET", first.headers["Location"].removeprefix("/api/v1")).json == again.json


def test_the_same_key_of_two_isps_is_two_keys(town: Town) -> None:
    alpha = town.machine("anna").post("/orders", ORDER, key="k")
    beta = town.machine("bert").post("/orders", {**ORDER, "handover": "beta-quay"}, key="k")
    assert (alpha.status_code, beta.status_code) == (201, 201)


def test_an_order_without_a_key_of_our_kind_is_refused(town: Town) -> None:
    anna = town.machine("anna")
    for key in (None, "", "a b", "x" * 129, "ä"):
        answer = anna.post("/orders", ORDER, key=key)
        assert answer.status_code == 422
        assert "Idempotency-Key" in problem(answer)["detail"]


def test_a_cease_is_an_order_of_its_own_and_happens_once(town: Town) -> None:
    service, anna = town.deliver(town.place()), town.machine("anna")
    first = anna.post(f"/services/{service.id}/cease", key="c1")
    again = anna.post(f"/services/{service.id}/cease", key="c1")
    other = anna.post(f"/services/{service.id}/cease", key="c2")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json["id"] == again.json["id"]
    assert first.json["action"] == "delete"
    assert (other.status_code, problem(other)["code"]) == (409, "wrong-state")


def test_pages_join_up_to_the_whole_list_newest_first(town: Town) -> None:
    placed = [town.place(key=f"k{number}").id for number in range(7)]
    town.place("beta", key="k0")
    anna, found, cursor, pages = town.machine("anna"), [], "", 0
    while True:
        page = anna.get(f"/orders?limit=3{cursor}").json
        found += [order["id"] for order in page["items"]]
        pages += 1
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert (found, pages) == (placed[::-1], 3)


def test_lists_are_filtered_by_state(town: Town) -> None:
    walk, olga = Walk(town), town.machine("olga")
    waiting = olga.get("/orders?awaiting_approval=true").json
    assert [order["id"] for order in waiting["items"]] == [walk.waiting.id]
    done = olga.get(f"/orders?state={OrderState.COMPLETED}").json
    assert {order["service_id"] for order in done["items"]} == {walk.service.id, walk.modified.id}
    assert olga.get("/services?state=terminated").json == {"items": [], "next_cursor": None}


def test_a_query_that_is_not_ours_is_refused_and_named(town: Town) -> None:
    anna = town.machine("anna")
    for query in (
        *(
            "limit=0",
            "limit=201",
            "limit=+5",
            "limit=5.0",
            "limit=x",
            "limit=1&limit=2",
            "cursor=nobodys",
            "cursor=%00",
        ),
        *("state=nope", "awaiting_approval=yes", "colour=red"),
    ):
        answer = anna.get(f"/orders?{query}")
        assert answer.status_code == 422, query
        assert query.split("=")[0] in problem(answer)["detail"]


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"bandwidth_mbps": 0}, "not offered at 0 Mbit/s, but at 100, "),
    ({"bandwidth_mbps": -1}, "bandwidth_mbps"),
    ({"bandwidth_mbps": "500"}, "bandwidth_mbps"),
    ({"bandwidth_mbps": 500.5}, "bandwidth_mbps"),
    ({"bandwidth_mbps": True}, "bandwidth_mbps"),
    ({"uprn": "0123"}, "uprn"),
    ({"uprn": 100000001}, "uprn"),
    ({"uprn": "1234567890123"}, "uprn"),
    ({"reference": "x" * 65}, "reference"),
    ({"reference": "a\x00b"}, "reference"),
    ({"reference": None}, "reference"),
    ({"term_months": 7}, "months"),
    ({"bandwidth_mbps": 333}, "Mbit/s"),
    ({"colour": "red"}, "colour"),
    ({"isp_code": "beta"}, "another ISP"),
)


def test_an_order_that_is_not_right_is_refused_in_one_sentence_with_what_is_wrong(town: Town) -> None:
    anna = town.machine("anna")
    for change, named in WRONG:
        answer = anna.post("/orders", ORDER | change, key="k")
        assert answer.status_code in (403, 422), change
        assert named in problem(answer)["detail"]
    assert town.jobs.asked == []


def test_what_nobody_knows_is_not_found(town: Town) -> None:
    anna = town.machine("anna")
    for change, code in (({"uprn": "999"}, "unknown-premises"), ({"product": "nothing"}, "unknown-product")):
        answer = anna.post("/orders", ORDER | change, key="k")
        assert (answer.status_code, problem(answer)["code"]) == (404, code)


UNREADABLE: tuple[tuple[str, str, dict[str, Any], int, str], ...] = (
    ("GET", "/nothing", {}, 404, "page-not-found"),
    ("GET", "/orders/a%20b", {}, 404, "page-not-found"),
    ("DELETE", "/orders", {}, 405, "method-not-allowed"),
    ("POST", "/qualifications", {"data": b"{", "content_type": "application/json"}, 400, "body-unreadable"),
    ("POST", "/qualifications", {"data": b"\xff", "content_type": "application/json"}, 400, "body-unreadable"),
    ("POST", "/qualifications", {"data": b"{}", "content_type": "text/plain"}, 415, "media-type-unsupported"),
    ("POST", "/qualifications", {"data": b"a=b"}, 415, "media-type-unsupported"),
    ("POST", "/qualifications", {"json": [1]}, 422, "request-fields-invalid"),
    ("POST", "/qualifications", {"json": {"uprn": "x" * 70_000}}, 413, "body-too-large"),
)


def test_what_cannot_be_understood_is_a_problem_too(town: Town) -> None:
    anna = town.machine("anna")
    for method, path, options, status, code in UNREADABLE:
        answer = anna.call(method, path, **options)
        assert (answer.status_code, problem(answer)["code"]) == (status, code), path


def test_a_refusal_never_repeats_what_was_sent(town: Town) -> None:
    answer = town.machine("anna").post("/tokens", {"label": 5, "password": "hunter2 hunter2"})
    assert answer.status_code == 422
    assert "hunter2" not in answer.text


def test_a_method_that_is_not_possible_names_those_that_are(town: Town) -> None:
    answer = town.machine("anna").call("PATCH", "/orders")
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


def test_a_fault_of_ours_is_a_problem_with_a_reference_and_none_of_its_words(
    town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    anna = town.machine("anna")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the pepper is hunter2")

    monkeypatch.setattr(front_desk, "handovers", broken)
    told = problem(anna.get("/handovers"))
    logged = capsys.readouterr().out
    assert (told["status"], told["code"]) == (500, "internal-fault")
    assert "hunter2" not in json.dumps(told) + logged
    assert told["facts"]["reference"] in logged
    assert "RuntimeError" in logged


def test_events_are_told_from_the_number_asked_for(town: Town) -> None:
    walk, anna = Walk(town), town.machine("anna")
    whole = anna.get(f"/orders/{walk.waiting.id}/events").json
    rest = anna.get(f"/orders/{walk.waiting.id}/events?after=2").json
    assert [event["number"] for event in whole["items"]] == [1, 2, 3, 4]
    assert rest["items"] == whole["items"][2:]
    assert whole["steps"][:2] == ["accept", "qualify"]


def test_what_was_approved_is_what_was_read(town: Town) -> None:
    walk, olga = Walk(town), town.machine("olga")
    read = olga.get(f"/orders/{walk.waiting.id}/diffs").json
    stale = olga.post(f"/orders/{walk.waiting.id}/approval", {"decision": "approve", "digest": "0" * 64})
    assert (stale.status_code, problem(stale)["code"]) == (409, "changed-since-approval")

    done = olga.post(f"/orders/{walk.waiting.id}/approval", {"decision": "approve", "digest": read["digest"]})
    twice = olga.post(f"/orders/{walk.waiting.id}/approval", {"decision": "approve"})
    assert (done.status_code, done.json["awaiting_approval"]) == (200, False)
    assert (twice.status_code, problem(twice)["code"]) == (409, "wrong-state")
    assert town.jobs.asked.count(("activate:2", walk.waiting.id)) == 1


def test_a_decline_says_why(town: Town) -> None:
    walk, olga = Walk(town), town.machine("olga")
    silent = olga.post(f"/orders/{walk.waiting.id}/approval", {"decision": "decline"})
    assert silent.status_code == 422
    told = olga.post(f"/orders/{walk.waiting.id}/approval", {"decision": "decline", "reason": "No power at the DXP."})
    assert told.status_code == 200
    assert "No power at the DXP." in town.machine("anna").get(f"/orders/{walk.waiting.id}/events").text
    assert ("activate:2", walk.waiting.id) in town.jobs.asked


def test_a_token_s_secret_is_shown_once_and_works_until_it_is_revoked(town: Town) -> None:
    anna = town.machine("anna")
    made = anna.post("/tokens", {"label": "robot", "expires_at": "2027-01-01T00:00:00Z"}).json
    robot = Machine(town.app.test_client(), made["secret"])
    assert robot.get("/me").json == {
        "user_name": "anna",
        "role": "isp-admin",
        "also": [],
        "isp_code": "alpha",
        "scopes": None,
    }
    assert made["secret"] not in anna.get("/tokens").text
    assert anna.call("DELETE", f"/tokens/{made['key']}").status_code == 204
    assert robot.get("/me").status_code == 401


def test_an_isp_cannot_make_or_end_another_s_token(town: Town) -> None:
    anna, bert = town.machine("anna"), town.machine("bert")
    assert bert.post("/tokens", {"label": "x", "user_name": "anna"}).status_code == 403
    assert bert.call("DELETE", f"/tokens/{(anna.token or '')[3:15]}").status_code == 404


def test_hostile_text_comes_back_as_it_was_and_as_json(town: Town) -> None:
    hostile = '<script>alert("x")</script> \u202e{{7*7}}'[:64].replace("\u202e", "")
    answer = town.machine("anna").post("/orders", {**ORDER, "reference": hostile}, key="k")
    assert answer.json["request"]["reference"] == hostile
    assert (answer.mimetype, answer.headers["X-Content-Type-Options"]) == ("application/json", "nosniff")


def test_another_host_name_is_not_answered(town: Town) -> None:
    answer = town.app.test_client().get("/api/v1/me", headers={"Host": "evil.example"})
    assert (answer.status_code, problem(answer)["code"]) == (421, "host-not-served")


def test_the_document_is_open_to_everybody(town: Town) -> None:
    answer = town.machine(None).get("/openapi.json")
    assert (answer.status_code, answer.json["openapi"]) == (200, "3.1.1")
