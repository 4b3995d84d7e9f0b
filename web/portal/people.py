"""People and machines of one's own side: users, and the clients of ISPs' programs."""

import secrets
from collections.abc import Sequence

from flask import Response
from werkzeug.wrappers import Response as PlainResponse

from provisioning import front_desk
from provisioning.isps import ISP_ROLES, STAFF_ROLES, Client, Role, Scope
from provisioning.policy import CLIENT_SCOPES, Action, may
from web.portal import forms
from web.portal.visit import Visit, go, show
from web.request_errors import BodyInvalid

LONGEST_LABEL = 64
GIVEN_PASSWORD_BYTES = 18


def people(visit: Visit) -> Response:
    return _page(visit)


def create_user(visit: Visit) -> Response:
    """Make a user with a password that is shown on this answer only, to be told to its owner and changed."""
    password = secrets.token_urlsafe(GIVEN_PASSWORD_BYTES)
    isp_code = visit.who.isp_code or visit.field("isp_code") or None
    email = visit.field("email") or None
    name = visit.field("name")
    role = _role(visit.field("role"))
    front_desk.create_user(visit.tools, visit.who, name, role, isp_code, password, email=email)
    return _page(visit, made=("user", name, password))


def change_role(visit: Visit) -> PlainResponse:
    front_desk.change_user(visit.tools, visit.who, visit.path["name"], role=_role(visit.field("role")))
    return go("people")


def shut_out(visit: Visit) -> PlainResponse:
    """Shut a user out, or let it in again, as the button said."""
    disabled = visit.field("disabled") == "yes"
    front_desk.set_disabled(visit.tools, visit.who, visit.path["name"], disabled=disabled)
    return go("people")


def create_client(visit: Visit) -> Response:
    """Make a client, and show its secret on this answer only."""
    label = forms.sentence(visit.form, "label", LONGEST_LABEL)
    wanted = scopes(visit.fields("scopes"))
    isp_code = visit.field("isp_code") or None
    secret, client = front_desk.create_client(visit.tools, visit.who, isp_code, label, wanted)
    return _page(visit, made=("client", client.id, secret))


def revoke_client(visit: Visit) -> PlainResponse:
    front_desk.revoke_client(visit.tools, visit.who, visit.path["client_id"])
    return go("people")


def scopes(given: Sequence[str]) -> tuple[Scope, ...]:
    """Raises: BodyInvalid: a box that is not on the page."""
    try:
        return tuple(Scope(each) for each in given)
    except ValueError:
        raise BodyInvalid([f"scopes: some of {', '.join(Scope)}"]) from None


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise BodyInvalid([f"role: one of {', '.join(Role)}"]) from None


def _page(visit: Visit, made: tuple[str, str, str] | None = None) -> Response:
    keeps = may(visit.who, Action.KEEP_PEOPLE)
    clients: tuple[Client, ...] = ()
    if may(visit.who, Action.KEEP_CLIENTS):
        clients = front_desk.clients(visit.tools, visit.who)
    isps = [each for each in visit.tools.load_snapshot().inventory.organisations if each.is_isp]
    return show(
        visit,
        "people.html",
        users=front_desk.users(visit.tools, visit.who),
        clients=clients,
        keeps=keeps,
        made=made,
        staff_roles=[role for role in Role if role in STAFF_ROLES],
        isp_roles=[role for role in Role if role in ISP_ROLES],
        isps=isps if visit.who.is_operator else (),
        client_scopes=sorted(CLIENT_SCOPES),
    )
