"""The OpenAPI 3.1 document, built from the operation registry."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from inventory.errors import DatabaseUnavailable, NeutralhostError
from provisioning.errors import Forbidden, IdempotencyConflict, TokenInvalid
from provisioning.people_errors import AnswerLost, AnswerUnderWay, ScopeMissing
from provisioning.policy import Action
from web.api.fields import IDEMPOTENCY_KEY, IN_PATH
from web.api.operation import Operation
from web.api.operations import OPERATIONS
from web.api.shown import ProblemShown
from web.errors import kind_of
from web.request_errors import (
    BodyInvalid,
    BodyTooLarge,
    BodyUnreadable,
    InternalFault,
    MediaTypeUnsupported,
    SignInNeeded,
)

type Json = dict[str, Any]

ALWAYS: tuple[type[NeutralhostError], ...] = (
    SignInNeeded,
    TokenInvalid,
    BodyInvalid,
    DatabaseUnavailable,
    InternalFault,
)
WITH_A_BODY: tuple[type[NeutralhostError], ...] = (BodyUnreadable, BodyTooLarge, MediaTypeUnsupported)
WITH_AN_ACTION: tuple[type[NeutralhostError], ...] = (Forbidden, ScopeMissing)
WITH_A_KEY: tuple[type[NeutralhostError], ...] = (IdempotencyConflict, AnswerUnderWay, AnswerLost)
REFERENCE = "#/components/schemas/{model}"
ABOUT = (
    "Wholesale Ethernet on a neutral network. Money in pence without VAT, rates in Mbit/s, times in UTC. "
    "Every refusal is an application/problem+json object (RFC 9457) whose `type` is a page that explains it."
)


@lru_cache(maxsize=1)
def openapi() -> Json:
    """The whole document. Built once: the registry is constant."""
    return {
        "openapi": "3.1.1",
        "info": {"title": "neutralhost", "version": "1", "description": ABOUT, "license": _LICENCE},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "tags": [{"name": tag} for tag in dict.fromkeys(operation.tag for operation in OPERATIONS)],
        "paths": _paths(OPERATIONS),
        "components": {"schemas": _schemas(OPERATIONS), "securitySchemes": {"token": _TOKEN}},
    }


_LICENCE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
_TOKEN = {"type": "http", "scheme": "bearer", "bearerFormat": "nh_<key>.<secret>"}


def errors_of(operation: Operation) -> tuple[type[NeutralhostError], ...]:
    """Every kind of refusal an operation may answer with: its own, and those its shape brings."""
    by_body = WITH_A_BODY if operation.body is not None else ()
    by_key = WITH_A_KEY if _takes_key(operation) else ()
    by_action = WITH_AN_ACTION if operation.action is not Action.SEE_ITSELF else ()
    return tuple(dict.fromkeys((*operation.errors, *ALWAYS, *by_action, *by_body, *by_key)))


def _takes_key(operation: Operation) -> bool:
    """Whether an idempotency key may come along that is not the operation's own."""
    return operation.method == "POST" and not operation.needs_idempotency_key


def _paths(operations: Iterable[Operation]) -> Json:
    paths: dict[str, Json] = defaultdict(dict)
    for operation in operations:
        paths[operation.path][operation.method.lower()] = _operation(operation)
    return dict(paths)


def _operation(operation: Operation) -> Json:
    described: Json = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": [*_path_parameters(operation), *query_parameters(operation.query), *_key_parameter(operation)],
        "responses": {**_successes(operation), **_refusals(operation)},
    }
    if operation.notes:
        described["description"] = operation.notes
    if operation.body is not None:
        schema = {"$ref": REFERENCE.format(model=operation.body.__name__)}
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return described


def _path_parameters(operation: Operation) -> list[Json]:
    schema = {"type": "string", "pattern": IN_PATH}
    return [
        {"name": name, "in": "path", "required": True, "schema": schema}
        for name in re.findall(r"\{(\w+)\}", operation.path)
    ]


def query_parameters(query: type[BaseModel] | None) -> list[Json]:
    """The parameters that a query's fields are; none where there is no query."""
    if query is None:
        return []
    schema = _inlined(query)
    return [
        {"name": name, "in": "query", "required": name in schema.get("required", ()), **_described(member)}
        for name, member in schema["properties"].items()
    ]


def _inlined(model: type[BaseModel]) -> Json:
    """The schema of a flat model with its few definitions put in place, since parameters have no room for them."""
    schema = model.model_json_schema()
    definitions = schema.pop("$defs", {})
    return _replaced(schema, definitions)  # type: ignore[no-any-return]  # a JSON value goes in, a JSON value comes out


def _replaced(value: Any, definitions: Mapping[str, Json]) -> Any:
    if isinstance(value, dict):
        if "$ref" in value:
            beside = {name: member for name, member in value.items() if name != "$ref"}
            return _replaced(definitions[value["$ref"].rsplit("/", 1)[-1]] | beside, definitions)
        return {name: _replaced(member, definitions) for name, member in value.items()}
    if isinstance(value, list):
        return [_replaced(member, definitions) for member in value]
    return value


def _described(member: Json) -> Json:
    """A query field left out is not null: take null out of its schema."""
    kinds = [kind for kind in member.get("anyOf", [member]) if kind.get("type") != "null"]
    schema = {name: text for name, text in kinds[0].items() if name not in ("title", "description")}
    if member.get("default") is not None:
        schema["default"] = member["default"]
    described: Json = {"schema": schema}
    if "description" in member:
        described["description"] = member["description"]
    return described


def _key_parameter(operation: Operation) -> list[Json]:
    if operation.method != "POST":
        return []
    text = "Your own name for this request: sent again, it gives the same answer and does nothing twice."
    schema = {"type": "string", "pattern": IDEMPOTENCY_KEY}
    needed = operation.needs_idempotency_key
    return [{"name": "Idempotency-Key", "in": "header", "required": needed, "description": text, "schema": schema}]


def _successes(operation: Operation) -> Json:
    return {str(int(status)): _success(operation, status) for status in operation.statuses}


def _success(operation: Operation, status: HTTPStatus) -> Json:
    answer: Json = {"description": status.phrase}
    if operation.shows is not None:
        schema = {"$ref": REFERENCE.format(model=operation.shows.__name__)}
        answer["content"] = {"application/json": {"schema": schema}}
    if operation.media:
        answer["content"] = {operation.media: {"schema": {"type": "string", "contentEncoding": "binary"}}}
    if operation.needs_idempotency_key:
        answer["headers"] = {"Location": {"description": "the order", "schema": {"type": "string"}}}
    return answer


def _refusals(operation: Operation) -> Json:
    codes: dict[HTTPStatus, list[str]] = defaultdict(list)
    for error in errors_of(operation):
        kind = kind_of(error)
        codes[kind.status].append(kind.code)
    content = {"application/problem+json": {"schema": {"$ref": REFERENCE.format(model=ProblemShown.__name__)}}}
    return {
        str(int(status)): {"description": f"{status.phrase}: {', '.join(names)}", "content": content}
        for status, names in sorted(codes.items())
    }


def _schemas(operations: Iterable[Operation]) -> Json:
    shown: list[type[BaseModel]] = [ProblemShown, *(each.shows for each in operations if each.shows is not None)]
    asked: list[type[BaseModel]] = [each.body for each in operations if each.body is not None]
    wanted = [(model, "serialization") for model in shown] + [(model, "validation") for model in asked]
    _, schema = models_json_schema(wanted, ref_template=REFERENCE)  # type: ignore[arg-type]  # the modes are literals
    return dict(sorted(schema["$defs"].items()))
