"""Hubs: where a buyer says at which address it wants to be told what of an API's things changed.

Registrations are kept with all other listeners; who writes what they are sent stands in the provisioning floor.
"""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import cast

from provisioning import front_desk
from provisioning.changes import ChangeKind
from provisioning.listeners import Listener
from provisioning.policy import Action
from web.sonata.faults import Code, refused_at, wrong
from web.sonata.operation import ALWAYS, READS_ONE, SonataAnswer, SonataCall, SonataOperation
from web.sonata.payload import Payload, SomeText, Text

EVENT_TYPE = re.compile(r"\s*eventType\s*=\s*([A-Za-z]+(?:\s*,\s*[A-Za-z]+)*)\s*")


class Registration(Payload):
    """EventSubscriptionInput of the standard. `query` is `eventType=a,b`, or nothing for all."""

    callback: Text
    query: SomeText | None = None


class Registered(Registration):
    """EventSubscription of the standard."""

    id: Text


def hub_operations(api: str, events: Mapping[str, ChangeKind], *, reads: bool = False) -> tuple[SonataOperation, ...]:
    """The operations on an API's hub. `events` are its event types, by the kind of change each is made of.

    `reads`: the standard has GET /hub/{id} at this API.
    """

    def register(call: SonataCall) -> SonataAnswer:
        """Raises: PayloadRefused, ListenerRefused, TooManyListeners, Forbidden."""
        body = cast("Registration", call.body)
        kinds = _kinds(body.query or "", events)
        with refused_at("/callback"):
            kept = front_desk.add_sonata_listener(call.tools, call.who, api, body.callback, body.query or "", kinds)
        return SonataAnswer(_told(kept))

    def unregister(call: SonataCall) -> SonataAnswer:
        front_desk.remove_sonata_listener(call.tools, call.who, api, call.path["id"])
        return SonataAnswer(None)

    def retrieve(call: SonataCall) -> SonataAnswer:
        return SonataAnswer(_told(front_desk.sonata_listener(call.tools, call.who, api, call.path["id"])))

    return (
        SonataOperation(
            "registerListener",
            "POST",
            "/hub",
            "Say where you want to be told",
            register,
            Registered,
            ALWAYS,
            body=Registration,
            status=HTTPStatus.CREATED,
            action=Action.KEEP_LISTENERS,
        ),
        SonataOperation(
            "unregisterListener",
            "DELETE",
            "/hub/{id}",
            "Be told no more",
            unregister,
            None,
            READS_ONE,
            status=HTTPStatus.NO_CONTENT,
            action=Action.KEEP_LISTENERS,
        ),
        *(
            [
                SonataOperation(
                    "retrieveHub",
                    "GET",
                    "/hub/{id}",
                    "One registration",
                    retrieve,
                    Registered,
                    READS_ONE,
                    action=Action.READ_LISTENERS,
                )
            ]
            if reads
            else []
        ),
    )


def _kinds(query: str, events: Mapping[str, ChangeKind]) -> Sequence[ChangeKind]:
    """The kinds of change that the query's event types are made of. Raises: PayloadRefused."""
    names = event_types(query, events)
    return tuple(dict.fromkeys(events[name] for name in names))


def event_types(query: str, events: Mapping[str, ChangeKind]) -> tuple[str, ...]:
    """The event types a query names; all of them where it names none. Raises: PayloadRefused."""
    if not query.strip():
        return tuple(events)
    match = EVENT_TYPE.fullmatch(query)
    names = [] if match is None else [name.strip() for name in match.group(1).split(",")]
    if not names or not set(names) <= set(events):
        raise wrong(Code.INVALID_VALUE, "/query", f"eventType= with some of: {', '.join(events)}")
    return tuple(names)


def _told(kept: Listener) -> Registered:
    return Registered(id=kept.id, callback=kept.url, query=kept.query or None)
