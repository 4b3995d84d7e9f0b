"""Our own OpenAPI document of the face, built from the registry: what of the standard is offered, and how."""

import re
from collections import defaultdict
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from web.api.fields import IDEMPOTENCY_KEY, IN_PATH
from web.api.openapi import query_parameters
from web.sonata.apis import APIS
from web.sonata.faults import Error422Told, ErrorTold
from web.sonata.operation import SONATA_ROOT, SonataApi, SonataOperation

type Json = dict[str, Any]

JSON_TYPE = "application/json;charset=utf-8"
REFERENCE = "#/components/schemas/{model}"
ABOUT = (
    "What of MEF LSO Sonata (release Grace) is offered here. Every request and answer is also one of the standard's; "
    "the reference page says what is left out and why."
)


@lru_cache(maxsize=1)
def sonata_openapi() -> Json:
    """The whole document. Built once: the registry is constant."""
    paths: dict[str, Json] = defaultdict(dict)
    for api in APIS:
        for operation in api.operations:
            path = f"{api.root.removeprefix(SONATA_ROOT)}{operation.path}"
            paths[path][operation.method.lower()] = _described(api, operation)
    return {
        "openapi": "3.1.1",
        "info": {"title": "neutralhost, LSO Sonata", "version": "Grace", "description": ABOUT, "license": _LICENCE},
        "servers": [{"url": SONATA_ROOT}],
        "security": [{"token": []}],
        "tags": [{"name": api.name} for api in APIS],
        "paths": dict(paths),
        "components": {"schemas": _schemas(), "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


_LICENCE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}


def _described(api: SonataApi, operation: SonataOperation) -> Json:
    described: Json = {
        "operationId": f"{api.name}.{operation.name}",
        "summary": operation.summary,
        "tags": [api.name],
        "parameters": [*_in_path(operation), *query_parameters(operation.query), *_key(operation)],
        "responses": {**_successes(operation), **_refusals(operation)},
    }
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(operation.body)}}}
    return described


def _in_path(operation: SonataOperation) -> list[Json]:
    schema = {"type": "string", "pattern": IN_PATH}
    names = re.findall(r"\{(\w+)\}", operation.path)
    return [{"name": name, "in": "path", "required": True, "schema": schema} for name in names]


def _key(operation: SonataOperation) -> list[Json]:
    if operation.method != "POST":
        return []
    text = "Our extension: your own name for this request; sent again, it gives the same answer and does nothing twice."
    schema = {"type": "string", "pattern": IDEMPOTENCY_KEY}
    return [{"name": "Idempotency-Key", "in": "header", "required": False, "description": text, "schema": schema}]


def _successes(operation: SonataOperation) -> Json:
    """What is answered where all is well: of what is not offered, nothing."""
    return {str(int(operation.status)): _success(operation)} if operation.offered else {}


def _success(operation: SonataOperation) -> Json:
    answer: Json = {"description": operation.status.phrase}
    if operation.shows is not None:
        schema = _ref(operation.shows)
        content = {"type": "array", "items": schema} if operation.many else schema
        answer["content"] = {JSON_TYPE: {"schema": content}}
    if operation.many:
        names = ("X-Total-Count", "X-Result-Count", "X-Pagination-Throttled")
        answer["headers"] = {name: {"required": False, "schema": {"type": "string"}} for name in names}
    return answer


def _refusals(operation: SonataOperation) -> Json:
    return {str(int(status)): _refusal(status) for status in sorted(operation.refuses)}


def _refusal(status: HTTPStatus) -> Json:
    listed = {"type": "array", "items": _ref(Error422Told)}
    schema = listed if status is HTTPStatus.UNPROCESSABLE_ENTITY else _ref(ErrorTold)
    return {"description": status.phrase, "content": {JSON_TYPE: {"schema": schema}}}


def _ref(model: type[BaseModel]) -> Json:
    return dict(_definitions()[0][model])


def _schemas() -> Json:
    return dict(sorted(_definitions()[1].items()))


@lru_cache(maxsize=1)
def _definitions() -> tuple[dict[type[BaseModel], Json], Json]:
    """A reference to each model, and the schemas of all. What is not known is left out both ways."""
    operations = [operation for api in APIS for operation in api.operations]
    bodies = [body for each in operations for body in (each.shows, each.body) if body is not None]
    models: list[type[BaseModel]] = [ErrorTold, Error422Told, *bodies]
    wanted = list(dict.fromkeys(models))
    references, schema = models_json_schema([(model, "validation") for model in wanted], ref_template=REFERENCE)
    return {model: references[model, "validation"] for model in wanted}, schema["$defs"]
