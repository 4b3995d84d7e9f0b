"""One operation of the API, as data: routes, OpenAPI, the rights matrix and the reference page all come from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from pydantic import BaseModel

from inventory.errors import NeutralhostError
from provisioning.isps import Principal
from provisioning.policy import Action
from provisioning.tools import Tools
from web.api.fields import Asked, AskedInQuery, Shown


@dataclass(frozen=True, slots=True)
class Call:
    """One request to one operation, all of it checked: what a handler is given."""

    tools: Tools
    who: Principal
    path: Mapping[str, str]
    query: BaseModel | None = None
    body: BaseModel | None = None
    idempotency_key: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler gives back. `location` is a path below the API's root."""

    body: Shown | None
    status: HTTPStatus = HTTPStatus.OK
    location: str | None = None
    document: bytes | None = None  # instead of a body, where the operation's `media` says of what type


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path below `/api/v1`. One that names no action is refused to everybody."""

    name: str
    method: str
    path: str
    summary: str
    tag: str
    handler: Callable[[Call], Answer]
    shows: type[Shown] | None
    action: Action | None = None
    query: type[AskedInQuery] | None = None
    body: type[Asked] | None = None
    needs_idempotency_key: bool = False  # it does nothing twice under one key by itself, for ever
    answers_secret: bool = False  # its answer is not kept under its idempotency key
    statuses: tuple[HTTPStatus, ...] = (HTTPStatus.OK,)
    errors: tuple[type[NeutralhostError], ...] = field(default=())
    notes: str = ""
    media: str = ""  # of an answer that is a document: "application/pdf"
