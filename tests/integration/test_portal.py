"""The portal's pages over real tables: sign-in, forms, who sees what, and what hostile text becomes."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from automation.change_plan import Finding
from automation.drift_kinds import DriftKind
from inventory.errors import UnknownThing
from inventory.windows import Window
from provisioning import front_desk
from provisioning.front_desk import SYSTEM
from provisioning.orders import OrderRequest, OrderState, Reason
from provisioning.wanted import StrandsWanted
from provisioning.workflows import strands
from tests.web_town import BUSINESS, HOME, NO_NTE, PASSWORD, UNSERVED, Browser, Town
from web.headers import HEADERS
from web.portal.blueprint import PAGES

HOSTILE = "<script>alert('x')</script>\"'{{7*7}}"
REVIEW = f"/order/review?product=access-eline&uprn={BUSINESS}&handover=alpha-quay&bandwidth_mbps=500&term_months=12"


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine)


def hidden_fields(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form with that action, unescaped as a browser would."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    assert form is not None, page
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form.group(0))
    return {
        name: value.replace("&#39;", "'").replace("&#34;", '"').replace("&lt;", "<").replace("&gt;", ">")
        for name, value in fields
    }


def test_every_page_sends_a_stranger_to_the_sign_in_and_then_to_where_they_wanted(town: Town) -> None:
    stranger = town.browser()
    for page in PAGES:
        path = re.sub(r"<name:\w+>", "x", page.path)
        answer = stranger.client.open(path, method=page.method)
        assert answer.status_code == 303, page.name
        assert answer.headers["Location"].startswith("/sign-in?next=")
    answer = stranger.sign_in("anna", next="/services")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/services")


@pytest.mark.parametrize(
    "next_", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil", "/\t/evil.example", ""]
)
def test_the_sign_in_leads_nowhere_but_to_our_own_pages(town: Town, next_: str) -> None:
    answer = town.browser().sign_in("anna", next=next_)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_a_wrong_password_and_an_unknown_name_are_told_the_same(town: Town) -> None:
    wrong, unknown = town.browser().sign_in("anna", "not the password"), town.browser().sign_in("nobody", "x")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert "do not belong together" in wrong.text
    assert 'role="alert"' in unknown.text
    assert "not the password" not in wrong.text
    assert "nh_session" not in str(wrong.headers)


def test_after_many_attempts_the_sign_in_waits_even_for_the_right_password(engine: Engine) -> None:
    town = Town(engine, sign_ins_per_minute=3)
    browser = town.browser()
    for _ in range(3):
        assert browser.sign_in("anna", "guess").status_code == 401
    answer = browser.sign_in("anna")
    assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (429, True)


def test_the_session_cookie_is_for_this_host_https_and_no_script(engine: Engine) -> None:
    town = Town(engine, cookies_secure=True)
    browser = Browser(town.app.test_client())
    browser.get("/sign-in", base_url="https://localhost")
    answer = browser.client.post(
        "/sign-in",
        data={"form_token": browser.form_token, "name": "anna", "password": PASSWORD},
        base_url="https://localhost",
    )
    [cookie] = [each for each in answer.headers.getlist("Set-Cookie") if "nh_session" in each]
    assert cookie.startswith("__Host-nh_session=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Strict-Transport-Security" in answer.headers


def test_a_session_ends_at_sign_out_and_by_itself(town: Town) -> None:
    leaving, staying = town.browser("anna"), town.browser("anna")
    kept = leaving.client.get_cookie("nh_session")
    assert kept is not None
    assert leaving.post("/sign-out").status_code == 303
    leaving.client.set_cookie("nh_session", kept.value)
    assert leaving.get("/").status_code == 303

    assert staying.get("/").status_code == 200
    town.clock.at += timedelta(seconds=town.tools.settings.session_lifetime_s)
    assert staying.get("/").status_code == 303


def test_a_form_without_this_session_s_token_does_nothing(town: Town) -> None:
    service = town.deliver(town.place())
    anna, other = town.browser("anna"), town.browser("anna")
    for token in ("", "0" * 64, other.form_token):
        answer = anna.client.post(f"/services/{service.id}/cease", data={"form_token": token, "key": "k"})
        assert answer.status_code == 403
        assert "nothing was done" in answer.text
    for page in PAGES:
        if page.method == "POST":
            answer = anna.client.post(re.sub(r"<name:\w+>", "x", page.path), data={})
            assert answer.status_code == 403, page.name
    assert front_desk.service(town.tools, SYSTEM, service.id).state == "active"


def test_an_order_walks_from_coverage_to_its_own_page(town: Town) -> None:
    anna = town.browser("anna")
    found = anna.get("/coverage?q=m1 2ab")
    assert f"/coverage/{BUSINESS}" in found.text
    answer = anna.get(f"/coverage/{BUSINESS}")
    assert "Can be delivered now" in answer.text
    assert "£39.00" in answer.text
    form = anna.get(f"/coverage/{BUSINESS}/access-eline")
    assert "alpha-quay" in form.text
    review = anna.get(REVIEW)
    assert "£39.00" in review.text
    fields = hidden_fields(review.text, "/orders")
    placed, clicked_twice = anna.post("/orders", fields), anna.post("/orders", fields)
    assert placed.status_code == 303
    assert clicked_twice.headers["Location"] == placed.headers["Location"]
    page = anna.get(placed.headers["Location"])
    assert "acknowledged" in page.text
    assert len(town.jobs.asked) == 1


def test_a_uprn_leads_straight_to_its_premises(town: Town) -> None:
    assert town.browser("anna").get(f"/coverage?q={HOME}").headers["Location"] == f"/coverage/{HOME}"


def test_coverage_says_why_not(town: Town) -> None:
    anna = town.browser("anna")
    yellow, red = anna.get(f"/coverage/{NO_NTE}").text, anna.get(f"/coverage/{UNSERVED}").text
    assert "No NTE is installed" in yellow
    assert "Cannot be delivered" in red
    assert "Order Access E-Line" not in yellow + red


def test_who_may_only_read_is_offered_nothing_to_change(town: Town) -> None:
    service = town.deliver(town.place())
    axel = town.browser("axel")
    assert "Order Access" not in axel.get(f"/coverage/{HOME}").text
    assert "Cease this service" not in axel.get(f"/services/{service.id}").text
    answer = axel.post(f"/services/{service.id}/cease", {"key": "k"})
    assert answer.status_code == 403
    assert "may not" in answer.text


def test_hostile_text_is_shown_and_never_run(town: Town) -> None:
    order = town.place(key="k1", reference=HOSTILE)
    waiting = town.place(key="k2", uprn=HOME, bandwidth_mbps=2500, reference=HOSTILE)
    town.wait_for_approval(waiting)
    service = town.deliver(order)
    front_desk.create_token(town.tools, SYSTEM, "anna", HOSTILE, None)
    olga, anna = town.browser("olga"), town.browser("anna")
    for browser, paths in (
        (olga, ("/", "/orders", f"/orders/{waiting.id}", "/approvals", f"/services/{service.id}", "/tokens")),
        (anna, ("/", "/orders", f"/orders/{waiting.id}", f"/services/{service.id}/cease", "/tokens")),
    ):
        for path in paths:
            page = browser.get(path).text
            assert "<script>alert" not in page, path
            assert "{{7*7}}" in page, path
    for path in (
        f"/coverage?q={HOSTILE}",
        f"/coverage/{HOSTILE}",
        f"/orders?state={HOSTILE}",
        f"{REVIEW}&reference={HOSTILE}",
    ):
        assert "<script>alert" not in anna.get(path).text


def test_another_isp_sees_nothing_of_it(town: Town) -> None:
    service = town.deliver(town.place(reference="secret plan"))
    order = town.place(key="k2", uprn=HOME, bandwidth_mbps=2500, reference="secret plan")
    town.wait_for_approval(order)
    bert = town.browser("bert")
    for path in (
        f"/orders/{order.id}",
        f"/orders/{order.id}/live",
        f"/services/{service.id}",
        f"/services/{service.id}/cease",
    ):
        assert bert.get(path).status_code == 404, path
    for path in ("/", "/orders", "/services", "/approvals", "/tokens"):
        page = bert.get(path).text
        assert "secret plan" not in page
        assert "alpha" not in page
    assert bert.post(f"/orders/{order.id}/approve").status_code == 403
    assert bert.post(f"/services/{service.id}/cease", {"key": "k"}).status_code == 404


def test_device_text_is_for_the_operator_alone(town: Town) -> None:
    order = town.place(bandwidth_mbps=2500)
    town.wait_for_approval(order)
    assert '<span class="add">+vlan 2001' in town.browser("olga").get(f"/orders/{order.id}").text
    assert "vlan 2001" not in town.browser("anna").get(f"/orders/{order.id}").text


def test_the_operator_approves_the_diffs_that_were_on_the_page(town: Town) -> None:
    order = town.place(bandwidth_mbps=2500, reference="floor 3")
    town.wait_for_approval(order)
    olga = town.browser("olga")
    page = olga.get("/approvals")
    assert "floor 3" in page.text
    fields = hidden_fields(page.text, f"/orders/{order.id}/approve")
    stale = olga.post(f"/orders/{order.id}/approve", fields | {"digest": "0" * 64})
    assert stale.status_code == 409
    assert olga.post(f"/orders/{order.id}/approve", fields).status_code == 303
    assert ("activate:2", order.id) in town.jobs.asked
    assert "Nothing waits for you" in olga.get("/approvals").text


def test_a_decline_needs_a_reason_which_the_isp_then_reads(town: Town) -> None:
    order = town.place(bandwidth_mbps=2500)
    town.wait_for_approval(order)
    olga = town.browser("olga")
    assert olga.post(f"/orders/{order.id}/decline", {"reason": "  "}).status_code == 422
    assert olga.post(f"/orders/{order.id}/decline", {"reason": "No power there."}).status_code == 303
    assert "No power there." in town.browser("anna").get(f"/orders/{order.id}").text


def test_the_operator_orders_for_the_isp_whose_handover_it_is(town: Town) -> None:
    olga = town.browser("olga")
    review = olga.get(REVIEW)
    assert "for alpha" in review.text
    placed = olga.post("/orders", hidden_fields(review.text, "/orders"))
    assert placed.status_code == 303
    assert front_desk.orders(town.tools, SYSTEM).orders[0].isp_code == "alpha"


def test_a_refused_order_says_why_and_what_to_do(town: Town) -> None:
    order = town.place(uprn=UNSERVED)
    reason = Reason("not-served", "Nothing serves this place.", "Ask the operator for a drop.")
    with town.tools.open_unit_of_work() as work:
        work.orders.set_state(order.id, OrderState.REJECTED, [reason])
        work.commit()
    page = town.browser("anna").get(f"/orders/{order.id}").text
    assert "Nothing serves this place." in page
    assert "Ask the operator for a drop." in page
    assert "live.js" not in page


def test_the_live_part_says_when_there_is_no_more_to_come(town: Town) -> None:
    order = town.place()
    anna = town.browser("anna")
    before = anna.get(f"/orders/{order.id}/live")
    town.deliver(order)
    after = anna.get(f"/orders/{order.id}/live")
    assert (before.headers["X-Order-Ended"], after.headers["X-Order-Ended"]) == ("false", "true")
    assert "completed" in after.text
    assert "<html" not in after.text


def test_an_order_for_strands_and_its_service_have_pages_of_their_own(town: Town) -> None:
    service = town.sell_pair()
    window = Window(town.clock().date())
    request = OrderRequest(
        "dark-fibre-pair", "", "", 0, 12, "", StrandsWanted("dx-quay", "dxp-mill", window, diverse=True)
    )
    order, _ = front_desk.place_order(town.tools, SYSTEM, request, idempotency_key="p1", isp_code="alpha")
    anna = town.browser("anna")

    page = anna.get(f"/orders/{order.id}").text
    assert "two diverse pairs of strands" in page
    assert "dx-quay – dxp-mill" in page
    assert "Certify that both legs are apart" in page
    assert "dx-quay – dxp-mill" in anna.get("/orders").text
    page = anna.get(f"/services/{service.id}").text
    assert page.count("<h3>Leg ") == 2
    for fibre in service.legs[0].fibres:
        assert all(str(strand) in page for strand in fibre)
    assert "two diverse pairs of strands" in anna.get("/services").text
    assert "another may have them at once" in anna.get(f"/services/{service.id}/cease").text


def test_what_an_engineer_must_do_stands_beside_the_approval_of_strands(town: Town) -> None:
    town.sell_pair()
    window = Window(town.clock().date())
    request = OrderRequest("dark-fibre-pair", "", "", 0, 12, "", StrandsWanted("dx-quay", "dxp-mill", window))
    order, _ = front_desk.place_order(town.tools, SYSTEM, request, idempotency_key="p1", isp_code="alpha")
    for step in (strands.qualify, strands.design, strands.reserve, strands.approve):
        step(order.id, town.tools)
    olga = town.browser("olga")

    for page in (olga.get("/approvals").text, olga.get(f"/orders/{order.id}").text):
        assert "Approve when an engineer has done all of this" in page
        assert re.search(r"<li>Patch position odf-[^ ]+ to the ISP", page)


def test_a_cease_asks_first(town: Town) -> None:
    service = town.deliver(town.place())
    anna = town.browser("anna")
    page = anna.get(f"/services/{service.id}/cease")
    assert "cannot be undone" in page.text
    assert front_desk.service(town.tools, SYSTEM, service.id).state == "active"
    answer = anna.post(f"/services/{service.id}/cease", hidden_fields(page.text, f"/services/{service.id}/cease"))
    assert answer.status_code == 303
    assert front_desk.service(town.tools, SYSTEM, service.id).state == "pendingTerminate"


def test_a_service_shows_its_line_and_its_speed_can_be_changed(town: Town) -> None:
    service = town.deliver(town.place())
    assert service.circuit is not None
    with town.tools.open_unit_of_work() as work:
        line = work.lines.serve(service.uprn, service.circuit.uni, service.id)
        work.commit()
    anna, page = town.browser("anna"), f"/services/{service.id}"
    assert line.access_line_id in anna.get(page).text
    form = anna.get(f"{page}/modify").text
    assert re.search(r'<option value="500" selected>', form)

    wrong = anna.post(f"{page}/modify", hidden_fields(form, f"{page}/modify") | {"bandwidth_mbps": "fast"})
    answer = anna.post(
        f"{page}/modify",
        hidden_fields(form, f"{page}/modify") | {"bandwidth_mbps": "1000", "term_months": "12"},
    )

    assert (wrong.status_code, answer.status_code) == (422, 303)
    assert "being changed" in anna.get(page).text
    assert front_desk.service(town.tools, SYSTEM, service.id).state == "active.pendingChange"
    assert town.browser("bert").get(f"{page}/modify").status_code == 404


def test_a_token_is_shown_once_and_can_be_revoked(town: Town) -> None:
    anna = town.browser("anna")
    made = anna.post("/tokens", {"label": "robot", "days": "30"})
    found = re.search(r"nh_([0-9a-f]+)\.[\w-]+", made.text)
    assert found is not None
    assert found.group(0) not in anna.get("/tokens").text
    assert anna.post(f"/tokens/{found.group(1)}/revoke").status_code == 303
    assert "revoked" in anna.get("/tokens").text
    assert anna.post("/tokens", {"label": "", "days": "30"}).status_code == 422
    assert anna.post("/tokens", {"label": "x", "days": "9999"}).status_code == 422


def test_an_audit_shows_what_is_not_as_intended_first(town: Town) -> None:
    town.deliver(town.place())
    town.devices.findings = (
        Finding("sw-quay", "S-VLAN 2001", True, "known"),
        Finding("nte-1", "UNI", False, "shut down"),
    )
    page = town.browser("olga").post("/audit").text
    assert re.search(r"1 of [0-9]+ findings is not as intended", page)
    assert page.index("shut down") < page.index("sw-quay")
    assert town.browser("anna").post("/audit").status_code == 403


def test_older_orders_are_a_page_away(town: Town) -> None:
    ids = [town.place(key=f"k{number}").id for number in range(27)]
    anna = town.browser("anna")
    first = anna.get("/orders").text
    older = re.search(r'href="(/orders\?cursor=[^"]+)"', first)
    assert older is not None
    second = anna.get(older.group(1).replace("&amp;", "&")).text
    assert ids[26] in first
    assert ids[0] not in first
    assert ids[0] in second


def test_empty_pages_say_what_to_do_next(town: Town) -> None:
    anna = town.browser("anna")
    for path in ("/", "/orders", "/services", "/tokens", "/coverage?q=nowhere"):
        assert 'class="empty"' in anna.get(path).text, path


def test_errors_are_pages_with_the_sentences_of_the_api(town: Town) -> None:
    anna = town.browser("anna")
    answer = anna.get("/orders/O-NOBODY0000")
    assert answer.status_code == 404
    assert "There is no order" in answer.text
    assert "Check the id" in answer.text
    assert "/problems/unknown-order" in answer.text
    assert "Sign out" in answer.text
    assert anna.get("/problems/unknown-order").status_code == 200
    assert anna.get("/problems/nothing").status_code == 404


def test_every_answer_is_hardened(town: Town) -> None:
    anna = town.browser("anna")
    for path in ("/", "/nothing", "/sign-in", "/static/site.css", "/api/v1/me", "/healthz"):
        answer = anna.get(path)
        answer.close()
        for name, text in HEADERS.items():
            assert answer.headers[name] == text, path
    assert "unsafe" not in HEADERS["Content-Security-Policy"]


def test_no_page_holds_a_script_or_style_of_its_own(town: Town) -> None:
    order = town.place()
    olga = town.browser("olga")
    for path in ("/", "/coverage", f"/coverage/{HOME}", f"/orders/{order.id}", "/approvals", "/tokens", "/problems/"):
        page = olga.get(path).text
        assert re.findall(r"<script(?! src=\"/static/)|<style|\sstyle=|\son\w+=", page) == [], path


def test_the_devices_page_shows_drift_and_backups_and_a_device_whose_each_line_is(town: Town) -> None:
    olga, anna = town.browser("olga"), town.browser("anna")
    assert "no backup yet" in olga.get("/devices").text
    assert olga.post("/devices/sw-quay/backup").headers["Location"].endswith("/devices/sw-quay")
    page = olga.get("/devices/sw-quay").text
    assert "ntp server 192.0.2." in page  # what changed since the backup, and the line itself
    assert re.search(r'class="remove">unknown +\| vlan 2999', page)
    town.devices.findings = (Finding("sw-quay", "orphan", False, "left behind", DriftKind.EXTRA, "S-GONE"),)
    proposed = olga.post("/devices/sw-quay/fix", {"why": "Somebody forgot it."})
    assert "/changes/CP-" in proposed.headers["Location"]
    for path in ("/devices", "/devices/sw-quay"):
        assert anna.get(path).status_code == 403
    assert olga.get("/devices/nothing").status_code == 404


def test_a_device_that_left_the_inventory_still_shows_its_backups(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    olga = town.browser("olga")
    olga.post("/devices/sw-quay/backup")

    def gone(*_asked: object) -> None:
        raise UnknownThing("device", "sw-quay")

    monkeypatch.setattr("web.portal.devices.drift_desk.blame", gone)
    answer = olga.get("/devices/sw-quay")

    assert answer.status_code == 200
    assert "No device is called &#39;sw-quay&#39;." in answer.text
    assert 'data-label="Version">1<' in answer.text
