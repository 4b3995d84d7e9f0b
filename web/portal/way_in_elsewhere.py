"""Sign-in at the OpenID provider of the settings: the button's address, and the one the browser comes back to."""

from collections.abc import Callable

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from provisioning import front_desk
from provisioning.people_errors import IdentityProviderAway, SignInElsewhereRefused
from provisioning.tools import Tools
from web import sessions
from web.auth.oidc import Flow, Provider, new_flow
from web.auth.public_url import public_url
from web.settings import WebSettings

BACK_PATH = "/sign-in/elsewhere/back"


def flow_cookie_name(*, https: bool) -> str:
    """The cookie that holds the secret of a sign-in on its way, and where it leads to."""
    return "__Host-nh_flow" if https else "nh_flow"


def add_way_in_elsewhere(
    blueprint: Blueprint,
    tools: Tools,
    settings: WebSettings,
    gate: sessions.SignInGate,
    provider: Provider,
    own_address: Callable[[str], str],
    refused_page: Callable[[SignInElsewhereRefused | IdentityProviderAway], Response],
) -> None:
    """`/sign-in/elsewhere` and the address to come back to. Attempts count as sign-ins, by address."""
    https = settings.cookies_secure
    cookie = flow_cookie_name(https=https)

    @blueprint.get("/sign-in/elsewhere")
    def sign_in_elsewhere() -> Response:
        flow = new_flow()
        try:
            response = redirect(provider.address_to_sign_in(flow, _redirect_uri(settings)), 303)
        except (SignInElsewhereRefused, IdentityProviderAway) as refused:
            return refused_page(refused)
        sessions.set_cookie(response, cookie, f"{flow.secret}|{own_address(request.args.get('next', ''))}", https=https)
        return response

    @blueprint.get(BACK_PATH)
    def sign_in_elsewhere_back() -> Response:
        address = request.remote_addr or ""
        gate.attempt(address, address)
        secret, _, following = request.cookies.get(cookie, "").partition("|")
        try:
            person = provider.person(Flow(secret), _redirect_uri(settings), request.args)
            session, _ = front_desk.sign_in_elsewhere(tools, person, settings.oidc_roles)
        except (SignInElsewhereRefused, IdentityProviderAway) as refused:
            response = refused_page(refused)
        else:
            response = redirect(own_address(following), 303)
            sessions.set_cookie(response, sessions.cookie_name(https=https), session, https=https)
            sessions.drop_cookie(response, sessions.guest_cookie_name(https=https), https=https)
        sessions.drop_cookie(response, cookie, https=https)
        return response


def _redirect_uri(settings: WebSettings) -> str:
    return f"{public_url(settings)}{url_for('portal.sign_in_elsewhere_back')}"
