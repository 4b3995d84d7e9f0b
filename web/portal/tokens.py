"""API tokens: make one (its secret is shown once), see them, end one."""

from datetime import timedelta

from flask import Response
from werkzeug.wrappers import Response as PlainResponse

from provisioning import front_desk
from provisioning.policy import scopes_of
from web.portal import forms
from web.portal.people import scopes
from web.portal.visit import Visit, go, show
from web.request_errors import BodyInvalid

LIFETIMES_DAYS = {"30": 30, "90": 90, "365": 365}
LONGEST_LABEL = 64


def tokens(visit: Visit) -> Response:
    return _page(visit)


def create_token(visit: Visit) -> Response:
    """Make a token for oneself and show its secret, on this answer only."""
    days = LIFETIMES_DAYS.get(visit.field("days"))
    if days is None:
        raise BodyInvalid([f"days: one of {', '.join(LIFETIMES_DAYS)}"])
    label = forms.sentence(visit.form, "label", LONGEST_LABEL)
    ends = visit.tools.now() + timedelta(days=days)
    limits = scopes(visit.fields("scopes")) or None
    secret, _ = front_desk.create_token(visit.tools, visit.who, visit.who.user_name, label, ends, scopes=limits)
    return _page(visit, secret)


def revoke_token(visit: Visit) -> PlainResponse:
    front_desk.revoke_token(visit.tools, visit.who, visit.path["key"])
    return go("tokens")


def _page(visit: Visit, secret: str | None = None) -> Response:
    found, given = front_desk.tokens(visit.tools, visit.who), sorted(scopes_of(visit.who))
    now = visit.tools.now()
    return show(visit, "tokens.html", tokens=found, secret=secret, days=LIFETIMES_DAYS, now=now, scopes=given)
