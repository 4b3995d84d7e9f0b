"""History of orders and services; webhooks: listeners, the delivery log, replay."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, cast

from pydantic import Field, StringConstraints

from provisioning import errors, front_desk, listener_errors
from provisioning.changes import ChangeKind, StateChange
from provisioning.events import event_type
from provisioning.front_desk import DeliveryStory
from provisioning.listeners import Delivery, DeliveryPage, DeliveryState, Face, Listener
from provisioning.policy import Action
from web.api.fields import PRINTABLE, Asked, AskedInQuery, Cursor, Name, PageSize, Shown
from web.api.operation import Answer, Call, Operation

type Url = Annotated[str, StringConstraints(pattern=PRINTABLE, min_length=1, max_length=500)]


class WebhookBody(Asked):
    """Where to tell what changed. The secret that signs is made here and shown once."""

    url: Url = Field(description="https, with a public host; redirects are not followed")
    kinds: list[ChangeKind] = Field(
        [], max_length=len(ChangeKind), description="what to hear of; everything where empty"
    )
    isp_code: Name | None = Field(None, description="for the operator: whose changes; everybody's where left out")


class DeliveriesQuery(AskedInQuery):
    """Which deliveries, newest first."""

    listener_id: Name | None = None
    state: DeliveryState | None = None
    cursor: Cursor | None = Field(None, description="`next_cursor` of the page before")
    limit: PageSize = 50


class ChangeShown(Shown):
    """One change of a state. `was` is empty where the thing was made; `about` is "state", or what else changed."""

    kind: ChangeKind
    id: str
    about: str
    was: str
    now: str
    at: datetime
    by: str
    why: str


class HistoryShown(Shown):
    items: list[ChangeShown]


class WebhookShown(Shown):
    """A listener. `quiet_until`: it failed again and again, and is left alone until then."""

    id: str
    face: Face
    isp_code: str | None
    url: str
    kinds: list[ChangeKind]
    made_by: str
    made_at: datetime
    failures: int
    quiet_until: datetime | None
    off_since: datetime | None


class NewWebhookShown(Shown):
    """A listener with its secret, which is shown this once."""

    secret: str
    webhook: WebhookShown


class WebhooksShown(Shown):
    items: list[WebhookShown]


class DeliveryShown(Shown):
    """One delivery. `message_id` is the header `webhook-id`: the same for every try and every replay."""

    id: str
    message_id: str
    listener_id: str
    type: str
    about: str
    state: DeliveryState
    attempts: int
    next_at: datetime | None
    made_at: datetime
    ended_at: datetime | None
    replay_of: str | None

    @classmethod
    def of(cls, delivery: Delivery) -> "DeliveryShown":
        change = delivery.change
        return cls(
            id=delivery.id,
            message_id=delivery.message_id,
            listener_id=delivery.listener_id,
            type="webhook.test" if change is None else event_type(change),
            about="" if change is None else change.id,
            state=delivery.state,
            attempts=delivery.attempts,
            next_at=delivery.next_at if delivery.state is DeliveryState.WAITING else None,
            made_at=delivery.made_at,
            ended_at=delivery.ended_at,
            replay_of=delivery.replay_of,
        )


class DeliveryPageShown(Shown):
    items: list[DeliveryShown]
    next_cursor: str | None

    @classmethod
    def of(cls, page: DeliveryPage) -> "DeliveryPageShown":
        return cls(items=[DeliveryShown.of(each) for each in page.deliveries], next_cursor=page.next_cursor)


class AttemptShown(Shown):
    """One try. `status` is none where there was no answer; `said` is the first 500 characters of it, or why."""

    number: int
    at: datetime
    status: int | None
    seconds: float
    said: str


class DeliveryStoryShown(Shown):
    delivery: DeliveryShown
    attempts: list[AttemptShown]

    @classmethod
    def of(cls, story: DeliveryStory) -> "DeliveryStoryShown":
        attempts = [AttemptShown.model_validate(each) for each in story.attempts]
        return cls(delivery=DeliveryShown.of(story.delivery), attempts=attempts)


def get_order_history(call: Call) -> Answer:
    return _history(front_desk.history(call.tools, call.who, ChangeKind.ORDER, call.path["order_id"]))


def get_service_history(call: Call) -> Answer:
    return _history(front_desk.history(call.tools, call.who, ChangeKind.SERVICE, call.path["service_id"]))


def _history(changes: tuple[StateChange, ...]) -> Answer:
    return Answer(HistoryShown(items=[ChangeShown.model_validate(change) for change in changes]))


def list_webhooks(call: Call) -> Answer:
    found = front_desk.listeners(call.tools, call.who)
    return Answer(WebhooksShown(items=[_webhook(listener) for listener in found]))


def add_webhook(call: Call) -> Answer:
    body = cast("WebhookBody", call.body)
    secret, listener = front_desk.add_listener(call.tools, call.who, body.url, body.kinds, isp_code=body.isp_code)
    shown = NewWebhookShown(secret=secret.get_secret_value(), webhook=_webhook(listener))
    return Answer(shown, HTTPStatus.CREATED)


def remove_webhook(call: Call) -> Answer:
    front_desk.remove_listener(call.tools, call.who, call.path["listener_id"])
    return Answer(None, HTTPStatus.NO_CONTENT)


def renew_webhook_secret(call: Call) -> Answer:
    secret, listener = front_desk.renew_listener_secret(call.tools, call.who, call.path["listener_id"])
    return Answer(NewWebhookShown(secret=secret.get_secret_value(), webhook=_webhook(listener)))


def send_test(call: Call) -> Answer:
    delivery = front_desk.send_test(call.tools, call.who, call.path["listener_id"])
    return Answer(DeliveryShown.of(delivery), HTTPStatus.CREATED)


def list_deliveries(call: Call) -> Answer:
    query = cast("DeliveriesQuery", call.query)
    page = front_desk.deliveries(
        call.tools,
        call.who,
        listener_id=query.listener_id,
        state=query.state,
        cursor=query.cursor,
        limit=query.limit,
    )
    return Answer(DeliveryPageShown.of(page))


def get_delivery(call: Call) -> Answer:
    return Answer(DeliveryStoryShown.of(front_desk.delivery(call.tools, call.who, call.path["delivery_id"])))


def replay_delivery(call: Call) -> Answer:
    again = front_desk.replay_delivery(call.tools, call.who, call.path["delivery_id"])
    return Answer(DeliveryShown.of(again), HTTPStatus.CREATED)


def _webhook(listener: Listener) -> WebhookShown:
    return WebhookShown.model_validate(listener)


WEBHOOK_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "getOrderHistory",
        "GET",
        "/orders/{order_id}/history",
        "Every state an order had: who, when and why",
        "orders",
        get_order_history,
        HistoryShown,
        action=Action.READ_ORDERS,
        errors=(errors.UnknownOrder,),
    ),
    Operation(
        "getServiceHistory",
        "GET",
        "/services/{service_id}/history",
        "Every state a service had: who, when and why",
        "services",
        get_service_history,
        HistoryShown,
        action=Action.READ_SERVICES,
        errors=(errors.UnknownService,),
    ),
    Operation(
        "listWebhooks",
        "GET",
        "/webhooks",
        "Who is told of changes (the operator: all)",
        "webhooks",
        list_webhooks,
        WebhooksShown,
        action=Action.READ_LISTENERS,
    ),
    Operation(
        "addWebhook",
        "POST",
        "/webhooks",
        "Tell an address of changes; its secret is shown this once",
        "webhooks",
        add_webhook,
        NewWebhookShown,
        action=Action.KEEP_LISTENERS,
        body=WebhookBody,
        answers_secret=True,
        statuses=(HTTPStatus.CREATED,),
        errors=(
            errors.Forbidden,
            errors.UnknownIsp,
            errors.RequestInvalid,
            listener_errors.ListenerRefused,
            listener_errors.TooManyListeners,
        ),
        notes="Messages are signed as Standard Webhooks 1.0.0 says; `docs/how-to/webhooks.md` verifies one.",
    ),
    Operation(
        "removeWebhook",
        "DELETE",
        "/webhooks/{listener_id}",
        "Tell an address nothing more",
        "webhooks",
        remove_webhook,
        None,
        action=Action.KEEP_LISTENERS,
        statuses=(HTTPStatus.NO_CONTENT,),
        errors=(errors.Forbidden, listener_errors.UnknownListener),
    ),
    Operation(
        "renewWebhookSecret",
        "POST",
        "/webhooks/{listener_id}/secret",
        "Sign with a new secret; the one before counts for a day",
        "webhooks",
        renew_webhook_secret,
        NewWebhookShown,
        action=Action.KEEP_LISTENERS,
        answers_secret=True,
        errors=(errors.Forbidden, listener_errors.UnknownListener),
    ),
    Operation(
        "sendWebhookTest",
        "POST",
        "/webhooks/{listener_id}/test",
        "Send a message of type webhook.test",
        "webhooks",
        send_test,
        DeliveryShown,
        action=Action.KEEP_LISTENERS,
        statuses=(HTTPStatus.CREATED,),
        errors=(errors.Forbidden, listener_errors.UnknownListener),
    ),
    Operation(
        "listDeliveries",
        "GET",
        "/deliveries",
        "What was sent to whom, newest first",
        "webhooks",
        list_deliveries,
        DeliveryPageShown,
        action=Action.READ_LISTENERS,
        query=DeliveriesQuery,
        errors=(errors.CursorInvalid, listener_errors.UnknownListener),
    ),
    Operation(
        "getDelivery",
        "GET",
        "/deliveries/{delivery_id}",
        "One delivery with all its tries",
        "webhooks",
        get_delivery,
        DeliveryStoryShown,
        action=Action.READ_LISTENERS,
        errors=(listener_errors.UnknownDelivery,),
    ),
    Operation(
        "replayDelivery",
        "POST",
        "/deliveries/{delivery_id}/replay",
        "Send the same once more, under the same message id",
        "webhooks",
        replay_delivery,
        DeliveryShown,
        action=Action.KEEP_LISTENERS,
        statuses=(HTTPStatus.CREATED,),
        errors=(
            errors.Forbidden,
            listener_errors.UnknownDelivery,
            listener_errors.UnknownListener,
            listener_errors.NotReplayable,
        ),
    ),
)
