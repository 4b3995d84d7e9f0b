"""One request to a page: who is looking, and what they sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as PlainResponse

from provisioning import front_desk
from provisioning.isps import Principal
from provisioning.pauses import Pause
from provisioning.policy import Action, may
from provisioning.tools import Tools
from web.sessions import form_token


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed-in person's request. `arguments` are the query's, `form` the sent form's; all of it is hostile text."""

    tools: Tools
    who: Principal
    secret: str
    path: Mapping[str, str]
    arguments: Mapping[str, str]
    form: MultiDict[str, str]

    def argument(self, name: str) -> str | None:
        """A query field, None where it is missing or empty."""
        return self.arguments.get(name, "").strip() or None

    def field(self, name: str) -> str:
        return self.form.get(name, "").strip()

    def fields(self, name: str) -> list[str]:
        """Every value of a field that may be there several times, such as boxes that are ticked."""
        return self.form.getlist(name)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: where it lives, and the function that answers."""

    name: str
    path: str
    answer: Callable[[Visit], PlainResponse]
    method: str = "GET"


def show(visit: Visit, template: str, **facts: object) -> Response:
    """Render a page with what every page needs."""
    return make_response(render_template(template, **frame(visit), **facts))


def standing_pauses(visit: Visit) -> tuple[Pause, ...]:
    """What is held still now, for those who may read how the work goes on."""
    if not may(visit.who, Action.READ_OPERATIONS):
        return ()
    return front_desk.pauses(visit.tools, visit.who)


def frame(visit: Visit) -> dict[str, object]:
    """What the frame around a page shows: who is signed in, where one is, and the token of its forms."""
    return {
        "who": visit.who,
        "is_approver": may(visit.who, Action.APPROVE_ORDERS),
        "may_order": may(visit.who, Action.PLACE_ORDERS),
        "may": lambda action: may(visit.who, Action[action]),
        "form_token": form_token(visit.secret),
        "here": request.path,
    }


def go(page: str, **path: Any) -> PlainResponse:
    """Send the browser to another page of ours, with GET (RFC 9110 section 15.4.4)."""
    return redirect(url_for(f"portal.{page}", **path), 303)
