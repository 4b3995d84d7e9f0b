"""A buyer's system that holds every request and every answer against the standard, and cannot forget to.

With MEF's own OpenAPI files beside the project (`../shared/reference/mef-sonata`) each body is validated against the
operation's own schema there, discriminators followed, product configurations by their urn, and **closed**: a
property that the standard does not name is a fault, so that a misspelt one is found. Without these files the
shapes recorded below (ours: which names an answer must and may have) stand in.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from werkzeug.test import TestResponse

from tests.web_town import Town
from web.sonata.apis import APIS
from web.sonata.operation import SonataApi, SonataOperation

STANDARD = Path(__file__).parents[3] / "shared" / "reference" / "mef-sonata"
BASE = "https://standard.example/"
JSON_TYPE = "application/json;charset=utf-8"
OURS = "^urn:neutralhost:"
FORMATS = FormatChecker(["date-time", "date"])

type Json = Any


def standard_is_there() -> bool:
    return (STANDARD / "productApi").is_dir()


@lru_cache(maxsize=1)
def _product_types() -> dict[str, str]:
    """The urn of each product schema, and its file."""
    found = {}
    for file in sorted((STANDARD / "productSchema").rglob("*.yaml")):
        match = re.search(r'^"\$id": (\S+)', file.read_text(encoding="utf-8"), re.MULTILINE)
        if match:
            found[match.group(1)] = f"{BASE}{file.relative_to(STANDARD).as_posix()}"
    return found


def _closed(value: Json, name: str = "") -> Json:
    """The schema with what is referred to closed, unless it is a part of something larger (`allOf`)."""
    if isinstance(value, list):
        return [_closed(each, name) for each in value]
    if not isinstance(value, dict):
        return value
    found = {
        key: _closed(each, key) for key, each in value.items() if each is not None and key not in {"$id", "$schema"}
    }
    if isinstance(found.get("$ref"), str) and name != "allOf":
        target = found["$ref"]
        found["$ref"] = f"{target}__any" if target.rsplit("/", 1)[-1] in _DISCRIMINATED else target
        found["unevaluatedProperties"] = False
    return found


_DISCRIMINATED: set[str] = set()


def _any_of(name: str, schema: Json) -> Json:
    """What stands for a schema with a discriminator where one of its kinds is meant."""
    mapping = schema["discriminator"].get("mapping") or _product_types()
    key = schema["discriminator"]["propertyName"]
    cases = [{"if": _is(key, kind), "then": {"$ref": target}} for kind, target in mapping.items()]
    if "mapping" in schema["discriminator"]:
        return {
            "allOf": [{"$ref": f"#/components/schemas/{name}"}, {"properties": {key: {"enum": [*mapping]}}}, *cases]
        }
    own = {"if": {"properties": {key: {"pattern": OURS}}}, "then": {"additionalProperties": True}}
    known = {"properties": {key: {"anyOf": [{"enum": [*mapping]}, {"pattern": OURS}]}}}
    return {"allOf": [{"$ref": f"#/components/schemas/{name}"}, known, own, *cases]}


def _is(key: str, kind: str) -> Json:
    return {"properties": {key: {"const": kind}}, "required": [key]}


@cache
def document(file: str) -> Json:
    """One of the standard's API files, as a JSON Schema resource with its paths."""
    loaded = yaml.safe_load((STANDARD / "productApi" / file).read_text(encoding="utf-8"))
    schemas = loaded["components"]["schemas"]
    discriminated = {name for name, each in schemas.items() if "discriminator" in each}
    _DISCRIMINATED.clear()
    _DISCRIMINATED.update(discriminated)
    closed = _closed(loaded)
    for name in discriminated:
        closed["components"]["schemas"][f"{name}__any"] = _any_of(name, schemas[name])
    _DISCRIMINATED.clear()
    return closed


def _retrieve(uri: str) -> Resource[Any]:
    path = uri.removeprefix(BASE)
    if path.startswith("productApi/"):
        return Resource.from_contents(document(path.removeprefix("productApi/")), default_specification=DRAFT202012)
    contents = _closed(yaml.safe_load((STANDARD / path).read_text(encoding="utf-8")))
    return Resource.from_contents(contents, default_specification=DRAFT202012)


_REGISTRY: Registry[Any] = Registry(retrieve=lru_cache(maxsize=None)(_retrieve))  # type: ignore[call-arg]


@cache
def _validator(file: str, pointer: str) -> Draft202012Validator:
    schema = {"$ref": f"{BASE}productApi/{file}#{pointer}"}
    return Draft202012Validator(schema, registry=_REGISTRY, format_checker=FORMATS)


def standard_faults(file: str, pointer: str, body: Json) -> list[str]:
    """What is wrong with a body by the standard's schema at that JSON Pointer of one of its files."""
    found = _validator(file, pointer).iter_errors(body)
    return [f"{'/'.join(map(str, fault.absolute_path))}: {fault.message[:300]}" for fault in found]


def _escaped(path: str) -> str:
    """As one part of a JSON Pointer in a URI: the braces of a path's template are not allowed there as they are."""
    return quote(path.replace("~", "~0").replace("/", "~1"), safe="~")


def _content(api: SonataApi, operation: SonataOperation, *below: str) -> str:
    parts = ("paths", operation.path, operation.method.lower(), *below, "content", JSON_TYPE, "schema")
    return "".join(f"/{_escaped(part)}" for part in parts)


def listener_faults(file: str, event: str, body: Json) -> list[str]:
    """What is wrong with a notification by the standard's schema of that listener; [] without the standard's files."""
    if not standard_is_there():
        return [name for name in ("eventId", "eventTime", "eventType", "event") if name not in body]
    path = f"/listener/{event}"
    [media_type] = document(file)["paths"][path]["post"]["requestBody"]["content"]
    pointer = f"/paths/{_escaped(path)}/post/requestBody/content/{_escaped(media_type)}/schema"
    return standard_faults(file, pointer, body)


def answer_faults(api: SonataApi, operation: SonataOperation, status: int, body: Json) -> list[str]:
    """What is wrong with an answer."""
    if standard_is_there():
        responses = document(api.file)["paths"][operation.path][operation.method.lower()]["responses"]
        if str(status) not in responses:
            return [f"{status} is no answer of the standard to {operation.method} {operation.path}"]
        if body is None:
            return ["an answer without a body"] if responses[str(status)].get("content") else []
        if not responses[str(status)].get("content"):
            return ["a body where the standard has none"]
        return standard_faults(api.file, _content(api, operation, "responses", str(status)), body)
    return recorded_faults(api, operation, status, body)


def request_faults(api: SonataApi, operation: SonataOperation, body: Json, query: Mapping[str, str]) -> list[str]:
    """What is wrong with a request."""
    if not standard_is_there():
        return []
    described = document(api.file)["paths"][operation.path][operation.method.lower()]
    known = {_resolved(api, each)["name"] for each in described.get("parameters", ())}
    unknown = [f"the standard has no parameter {name}" for name in query if name not in known]
    if body is None:
        return unknown + (["a body is missing"] if "requestBody" in described else [])
    return unknown + standard_faults(api.file, _content(api, operation, "requestBody"), body)


def _resolved(api: SonataApi, described: Json) -> Json:
    here = document(api.file) if "$ref" in described else described
    for part in described.get("$ref", "#").split("/")[1:]:
        here = here[part]
    return here


ERROR_NAMES = "code* reason* message referenceError"
SHAPES_FILE = Path(__file__).with_name("sonata_shapes.json")


@lru_cache(maxsize=1)
def shapes() -> dict[str, str]:
    """Operation -> the names its answer must (*) and may have, as we recorded them."""
    return dict(json.loads(SHAPES_FILE.read_text(encoding="utf-8")))


def recorded_faults(api: SonataApi, operation: SonataOperation, status: int, body: Json) -> list[str]:
    """What is wrong with an answer by the names recorded here."""
    if body is None:
        return [] if operation.shows is None else ["an answer without a body"]
    if status >= 400:
        shape = ERROR_NAMES + (" propertyPath" if status == 422 else "")
    else:
        shape = shapes()[f"{api.name} {operation.name}"]
    bodies = body if isinstance(body, list) else [body]
    return [fault for each in bodies for fault in _name_faults(shape, each)]


def _name_faults(shape: str, body: Mapping[str, Json]) -> list[str]:
    names = {name.rstrip("*") for name in shape.split()}
    missing = [name[:-1] for name in shape.split() if name.endswith("*") and name[:-1] not in body]
    return [f"{name} is missing" for name in missing] + [
        f"{name} is not expected" for name in body if name not in names
    ]


def operation_of(api_name: str, name: str) -> tuple[SonataApi, SonataOperation]:
    for api in APIS:
        for operation in api.operations:
            if (api.name, operation.name) == (api_name, name):
                return api, operation
    raise AssertionError(f"{api_name} has no {name}")


@dataclass
class Buyer:
    """A buyer's system with a token (or none). Each call is validated on its way out and on its way back."""

    client: FlaskClient
    token: str | None
    seen: list[tuple[str, str, int]] = field(default_factory=list)

    def call(
        self,
        api_name: str,
        name: str,
        body: Json = None,
        *,
        ids: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        breaks_the_standard: bool = False,
        **options: Any,
    ) -> TestResponse:
        """Call one operation. A request that the standard's own schema refuses says so with `breaks_the_standard`."""
        api, operation = operation_of(api_name, name)
        faults = request_faults(api, operation, body, query or {})
        if breaks_the_standard:
            assert faults or not standard_is_there(), f"{name}: the standard takes this request"
        else:
            assert faults == [], f"{name}, the request: {faults}"
        answer = self.send(api, operation, body, ids or {}, query or {}, **options)
        self.seen.append((api.name, name, answer.status_code))
        return answer

    def send(
        self,
        api: SonataApi,
        operation: SonataOperation,
        body: Json,
        ids: Mapping[str, str],
        query: Mapping[str, str],
        **options: Any,
    ) -> TestResponse:
        """Send anything, and validate the answer alone."""
        headers = dict(options.pop("headers", {}))
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        if body is not None:
            options["json"] = body
        path = f"{api.root}{operation.path.format(**ids)}"
        answer = self.client.open(path, method=operation.method, headers=headers, query_string=dict(query), **options)
        shown = json.loads(answer.text) if answer.data else None
        if shown is not None:
            assert answer.headers["Content-Type"] == JSON_TYPE, answer.headers["Content-Type"]
        faults = answer_faults(api, operation, answer.status_code, shown)
        assert faults == [], f"{operation.name} answered {answer.status_code}: {faults}\n{answer.text}"
        if operation.many and answer.status_code == operation.status:
            assert answer.headers["X-Result-Count"] == str(len(shown))
        return answer


def buyer(town: Town, name: str | None = "anna") -> Buyer:
    """The system of one of the town's people; of nobody where there is no name."""
    machine = town.machine(name)
    return Buyer(machine.client, machine.token)
