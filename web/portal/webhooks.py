"""Webhooks: who is told of changes, what was sent, and what failed; and the history of an order or service."""

from flask import Response
from pydantic import SecretStr
from werkzeug.wrappers import Response as PlainResponse

from provisioning import front_desk
from provisioning.changes import ChangeKind
from provisioning.events import event_type
from provisioning.listeners import Delivery, DeliveryState
from provisioning.policy import Action, may
from web.portal import forms
from web.portal.visit import Visit, go, show
from web.request_errors import BodyInvalid

LONGEST_URL = 500
LOGGED = 50


def webhooks(visit: Visit) -> Response:
    return _page(visit)


def add_webhook(visit: Visit) -> Response:
    """Tell an address of changes, and show its secret on this answer only."""
    url = forms.sentence(visit.form, "url", LONGEST_URL)
    try:
        kinds = [ChangeKind(kind) for kind in visit.fields("kinds")]
    except ValueError:
        raise BodyInvalid(["kinds: choose from the list"]) from None
    isp_code = visit.field("isp_code") or None
    secret, listener = front_desk.add_listener(visit.tools, visit.who, url, kinds, isp_code=isp_code)
    return _page(visit, (listener.id, secret))


def remove_webhook(visit: Visit) -> PlainResponse:
    front_desk.remove_listener(visit.tools, visit.who, visit.path["listener_id"])
    return go("webhooks")


def send_test(visit: Visit) -> PlainResponse:
    delivery = front_desk.send_test(visit.tools, visit.who, visit.path["listener_id"])
    return go("delivery", delivery_id=delivery.id)


def renew_secret(visit: Visit) -> Response:
    secret, listener = front_desk.renew_listener_secret(visit.tools, visit.who, visit.path["listener_id"])
    return _page(visit, (listener.id, secret))


def delivery(visit: Visit) -> Response:
    story = front_desk.delivery(visit.tools, visit.who, visit.path["delivery_id"])
    return show(visit, "delivery.html", story=story, type_of=_type_of)


def replay(visit: Visit) -> PlainResponse:
    again = front_desk.replay_delivery(visit.tools, visit.who, visit.path["delivery_id"])
    return go("delivery", delivery_id=again.id)


def order_history(visit: Visit) -> Response:
    return _history(visit, ChangeKind.ORDER, visit.path["order_id"])


def service_history(visit: Visit) -> Response:
    return _history(visit, ChangeKind.SERVICE, visit.path["service_id"])


def _history(visit: Visit, kind: ChangeKind, subject_id: str) -> Response:
    changes = front_desk.history(visit.tools, visit.who, kind, subject_id)
    return show(visit, "history.html", kind=kind.value, subject_id=subject_id, changes=changes)


def _page(visit: Visit, made: tuple[str, SecretStr] | None = None) -> Response:
    """The addresses and the newest of the log. `made` is a listener's id and its secret."""
    state = DeliveryState.GIVEN_UP if visit.argument("only") == DeliveryState.GIVEN_UP else None
    page = front_desk.deliveries(visit.tools, visit.who, state=state, cursor=visit.argument("cursor"), limit=LOGGED)
    return show(
        visit,
        "webhooks.html",
        listeners=front_desk.listeners(visit.tools, visit.who),
        deliveries=page,
        only=state,
        kinds=[kind.value for kind in ChangeKind],
        may_keep=may(visit.who, Action.KEEP_LISTENERS),
        made=None if made is None else (made[0], made[1].get_secret_value()),
        type_of=_type_of,
    )


def _type_of(told: Delivery) -> str:
    return "webhook.test" if told.change is None else event_type(told.change)
