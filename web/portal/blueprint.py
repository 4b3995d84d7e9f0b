"""The portal's pages in one table, and the way in: session, form token, sign-in and sign-out."""

from collections.abc import Callable
from typing import cast

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from inventory.errors import NeutralhostError
from provisioning import front_desk
from provisioning.errors import SignInRefused
from provisioning.tools import Tools
from web import sessions
from web.auth.oidc import provider_of
from web.errors import status_of
from web.portal import (
    access_points,
    births,
    change_plans,
    coverage,
    devices,
    home,
    operator,
    order_life,
    orders,
    people,
    products,
    services,
    site_slots,
    tickets,
    tokens,
    webhooks,
    wireless,
    words,
)
from web.portal.visit import Page, Visit, frame
from web.portal.way_in_elsewhere import add_way_in_elsewhere
from web.request_errors import FormExpired, SignInNeeded
from web.settings import WebSettings

PAGES: tuple[Page, ...] = (
    Page("home", "/", home.home),
    Page("coverage", "/coverage", coverage.coverage),
    Page("premises", "/coverage/<name:uprn>", coverage.premises),
    Page("order_form", "/coverage/<name:uprn>/<name:product>", orders.order_form),
    Page("order_review", "/order/review", orders.order_review),
    Page("orders", "/orders", orders.orders),
    Page("place_order", "/orders", orders.place_order, "POST"),
    Page("order", "/orders/<name:order_id>", orders.order),
    Page("order_live", "/orders/<name:order_id>/live", orders.order_live),
    Page("birth_pdf", "/orders/<name:order_id>/birth-certificate.pdf", births.pdf),
    Page("birth_file", "/orders/<name:order_id>/birth-certificate.json", births.file),
    Page("performance_pdf", "/performance-tests/<name:test_id>.pdf", births.performance_pdf),
    Page("performance_file", "/performance-tests/<name:test_id>.json", births.performance_file),
    Page("approvals", "/approvals", operator.approvals),
    Page("approve", "/orders/<name:order_id>/approve", operator.approve, "POST"),
    Page("decline", "/orders/<name:order_id>/decline", operator.decline, "POST"),
    Page("cancel_order", "/orders/<name:order_id>/cancel", order_life.cancel, "POST"),
    Page("change_date", "/orders/<name:order_id>/date", order_life.new_date, "POST"),
    Page("built", "/orders/<name:order_id>/built", order_life.built, "POST"),
    Page("answer_charge", "/charges/<name:charge_id>/answer", order_life.answer, "POST"),
    Page("far_ends", "/far-ends", order_life.asked_of_us),
    Page("decide_far_end", "/far-ends/<name:order_id>", order_life.decide_far_end, "POST"),
    Page("services", "/services", services.services),
    Page("service", "/services/<name:service_id>", services.service),
    Page("slot_usage", "/services/<name:service_id>/usage", site_slots.usage),
    Page("site_slots", "/sites", site_slots.slots),
    Page("letter", "/services/<name:service_id>/letter-of-authority", products.letter),
    Page("modify", "/services/<name:service_id>/modify", services.modify),
    Page("modify_now", "/services/<name:service_id>/modify", services.modify_now, "POST"),
    Page("ssid_change", "/services/<name:service_id>/ssid", wireless.change),
    Page("ssid_change_now", "/services/<name:service_id>/ssid", wireless.change_now, "POST"),
    Page("shared_ssids", "/shared-ssids", wireless.shared),
    Page("order_realm", "/shared-ssids", wireless.order_realm, "POST"),
    Page("cease", "/services/<name:service_id>/cease", services.cease),
    Page("cease_now", "/services/<name:service_id>/cease", services.cease_now, "POST"),
    Page("tickets", "/tickets", tickets.tickets),
    Page("ticket", "/tickets/<name:ticket_id>", tickets.ticket),
    Page("ticket_form", "/services/<name:service_id>/ticket", tickets.ticket_form),
    Page("raise_ticket", "/services/<name:service_id>/ticket", tickets.raise_ticket, "POST"),
    Page("ticket_note", "/tickets/<name:ticket_id>/notes", tickets.add_note, "POST"),
    Page("ticket_move", "/tickets/<name:ticket_id>/moves", tickets.move, "POST"),
    Page("incidents", "/incidents", tickets.incidents),
    Page("open_incident", "/incidents", tickets.open_incident, "POST"),
    Page("incident", "/incidents/<name:incident_id>", tickets.incident),
    Page("update_incident", "/incidents/<name:incident_id>", tickets.update_incident, "POST"),
    Page("order_history", "/orders/<name:order_id>/history", webhooks.order_history),
    Page("service_history", "/services/<name:service_id>/history", webhooks.service_history),
    Page("webhooks", "/webhooks", webhooks.webhooks),
    Page("add_webhook", "/webhooks", webhooks.add_webhook, "POST"),
    Page("send_test", "/webhooks/<name:listener_id>/test", webhooks.send_test, "POST"),
    Page("renew_webhook_secret", "/webhooks/<name:listener_id>/secret", webhooks.renew_secret, "POST"),
    Page("remove_webhook", "/webhooks/<name:listener_id>/remove", webhooks.remove_webhook, "POST"),
    Page("delivery", "/deliveries/<name:delivery_id>", webhooks.delivery),
    Page("replay_delivery", "/deliveries/<name:delivery_id>/replay", webhooks.replay, "POST"),
    Page("access_points", "/access-points", access_points.access_points),
    Page("enrol_access_point", "/access-points", access_points.enrol, "POST"),
    Page("change_plans", "/changes", change_plans.change_plans),
    Page("change_plan", "/changes/<name:plan_id>", change_plans.change_plan),
    Page("approve_change", "/changes/<name:plan_id>/approve", change_plans.approve_change, "POST"),
    Page("cancel_change", "/changes/<name:plan_id>/cancel", change_plans.cancel_change, "POST"),
    Page("tokens", "/tokens", tokens.tokens),
    Page("create_token", "/tokens", tokens.create_token, "POST"),
    Page("revoke_token", "/tokens/<name:key>/revoke", tokens.revoke_token, "POST"),
    Page("people", "/people", people.people),
    Page("create_user", "/people", people.create_user, "POST"),
    Page("change_role", "/people/<name:name>/role", people.change_role, "POST"),
    Page("shut_out", "/people/<name:name>/disabled", people.shut_out, "POST"),
    Page("create_client", "/clients", people.create_client, "POST"),
    Page("revoke_client", "/clients/<name:client_id>/revoke", people.revoke_client, "POST"),
    Page("devices", "/devices", devices.devices),
    Page("device", "/devices/<name:device>", devices.device),
    Page("device_backup", "/devices/<name:device>/backup", devices.take_backup, "POST"),
    Page("device_fix", "/devices/<name:device>/fix", devices.fix, "POST"),
    Page("audit", "/audit", operator.audit_form),
    Page("audit_now", "/audit", operator.audit, "POST"),
)


def portal_blueprint(tools: Tools, settings: WebSettings, gate: sessions.SignInGate) -> Blueprint:
    """Every page, and the sign-in that leads to them."""
    blueprint = Blueprint("portal", __name__)
    for name, filter_ in words.FILTERS.items():
        blueprint.add_app_template_filter(cast("Callable[..., object]", filter_), name)
    blueprint.add_app_template_global(words.order_state, "order_words")
    blueprint.add_app_template_global(words.service_state, "service_words")
    blueprint.add_app_template_global(words.ticket_state, "ticket_words")
    for page in PAGES:
        view = _view(page, tools, https=settings.cookies_secure)
        blueprint.add_url_rule(page.path, endpoint=page.name, view_func=view, methods=[page.method])
    _add_way_in(blueprint, tools, settings, gate)
    return blueprint


def _view(page: Page, tools: Tools, *, https: bool) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        secret = request.cookies.get(sessions.cookie_name(https=https), "")
        who = front_desk.session(tools, secret) if secret else None
        if who is None:
            raise SignInNeeded
        visit = Visit(tools, who, secret, path, request.args, request.form)
        g.frame = frame(visit)  # for the page of an error, should there be one
        if page.method == "POST" and not sessions.form_is_ours(request, secret):
            raise FormExpired
        return page.answer(visit)

    return view


def _add_way_in(blueprint: Blueprint, tools: Tools, settings: WebSettings, gate: sessions.SignInGate) -> None:
    """`/sign-in` and `/sign-out`."""
    https = settings.cookies_secure
    guest_cookie = sessions.guest_cookie_name(https=https)
    session_cookie = sessions.cookie_name(https=https)

    provider = provider_of(settings)
    elsewhere = None if provider is None else settings.oidc_name

    def fresh_page(refused: NeutralhostError | None = None) -> Response:
        guest = sessions.new_guest_secret()
        response = _sign_in_page(guest, refused, elsewhere)
        sessions.set_cookie(response, guest_cookie, guest, https=https)
        return response

    if provider is not None:
        add_way_in_elsewhere(blueprint, tools, settings, gate, provider, _own_address, fresh_page)

    @blueprint.get("/sign-in")
    def sign_in() -> Response:
        return fresh_page()

    @blueprint.post("/sign-in")
    def sign_in_now() -> Response:
        guest = request.cookies.get(guest_cookie, "")
        if not sessions.form_is_ours(request, guest):
            raise FormExpired
        name = request.form.get("name", "").strip()
        try:
            gate.attempt(name, request.remote_addr or "")
            secret, _ = front_desk.sign_in(tools, name, request.form.get("password", ""))
        except SignInRefused as refused:
            return _sign_in_page(guest, refused, elsewhere)
        response = redirect(_own_address(request.form.get("next", "")), 303)
        sessions.set_cookie(response, session_cookie, secret, https=https)
        sessions.drop_cookie(response, guest_cookie, https=https)
        return response

    @blueprint.post("/sign-out")
    def sign_out() -> Response:
        secret = request.cookies.get(session_cookie, "")
        if not sessions.form_is_ours(request, secret):
            raise FormExpired
        front_desk.sign_out(tools, secret)
        response = redirect(url_for("portal.sign_in"), 303)
        sessions.drop_cookie(response, session_cookie, https=https)
        return response


def _sign_in_page(guest: str, refused: NeutralhostError | None, elsewhere: str | None) -> Response:
    """The form; a refused attempt keeps the name that was typed. `elsewhere`: where else one may sign in."""
    page = render_template(
        "sign_in.html",
        form_token=sessions.form_token(guest),
        next=_own_address(request.values.get("next", "")),
        name=request.form.get("name", ""),
        refused=refused,
        elsewhere=elsewhere,
    )
    return make_response(page, 200 if refused is None else status_of(refused))


def _own_address(asked: str) -> str:
    """The address to go to after the sign-in: a path of ours, never another site's."""
    own = asked.startswith("/") and asked[1:2] not in ("/", "\\") and asked.isprintable()
    return asked if own else url_for("portal.home")
