"""From HTTP to an operation's `SonataCall` and back."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, json, make_response, request
from pydantic import BaseModel, ValidationError

from inventory.errors import NeutralhostError
from provisioning.errors import Forbidden
from provisioning.isps import Principal
from provisioning.people_errors import ScopeMissing
from provisioning.policy import must
from provisioning.tools import Tools
from web.api.routes import faults as worded
from web.auth.bearer import principal_of_request
from web.once import HEADER, once
from web.request_errors import (
    BodyUnreadable,
    BuyerNotYours,
    MediaTypeUnsupported,
    PayloadFault,
    PayloadRefused,
    QueryRefused,
)
from web.sonata.apis import APIS
from web.sonata.faults import Code, ErrorTold, RefusedAt, said, told
from web.sonata.operation import ALWAYS, SONATA_ROOT, Seller, SonataAnswer, SonataApi, SonataCall, SonataOperation
from web.sonata.payload import MOST_PER_ANSWER, PageQuery, Payload, SonataQuery

JSON = "application/json;charset=utf-8"
BEARER = 'Bearer realm="neutralhost"'  # RFC 6750 section 3


def sonata_blueprints(tools: Tools, seller: Seller) -> list[Blueprint]:
    """Every API of the face, each under its own address."""
    return [_blueprint(api, tools, seller) for api in APIS]


def _blueprint(api: SonataApi, tools: Tools, seller: Seller) -> Blueprint:
    blueprint = Blueprint(f"sonata-{api.name}", __name__, url_prefix=api.root)
    for operation in api.operations:
        blueprint.add_url_rule(
            re.sub(r"\{(\w+)\}", r"<name:\1>", operation.path),
            endpoint=operation.name,
            view_func=_view(operation, tools, seller),
            methods=[operation.method],
        )
    return blueprint


def is_sonata(path: str) -> bool:
    """Whether an address belongs to the face."""
    return path == SONATA_ROOT or path.startswith(f"{SONATA_ROOT}/")


def _view(operation: SonataOperation, tools: Tools, seller: Seller) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        try:
            return _once(operation, _call(operation, tools, seller, path))
        except RefusedAt as refused:
            return sonata_refusal(refused.cause, operation.refuses, refused.path)
        except NeutralhostError as error:
            return sonata_refusal(error, operation.refuses)

    return view


def _once(operation: SonataOperation, call: SonataCall) -> Response:
    """Answer; a POST with an `Idempotency-Key` that was answered before, as it was then."""
    return once(
        call.tools,
        call.who,
        lambda noting: _answered(operation, operation.handler(replace(call, tools=noting))),
        body="" if call.body is None else call.body.model_dump_json(),
    )


def _call(operation: SonataOperation, tools: Tools, seller: Seller, path: Mapping[str, str]) -> SonataCall:
    who = principal_of_request(tools)
    if operation.action is None:
        raise Forbidden(who.user_name, operation.name)
    must(who, operation.action)
    query = _query(operation)
    buyer = _buyer(who, query)
    if query.seller_id not in {None, seller.id}:
        raise QueryRefused("sellerId", f"this seller is {seller.id}")
    body = _body(operation)
    key = request.headers.get(HEADER, "")
    return SonataCall(tools, who, buyer, seller, path, query, body, _as_sent(operation), key)


def _buyer(who: Principal, query: SonataQuery) -> str:
    """The ISP that is asking: one's own.

    Raises: BuyerNotYours, for another's name, and for the operator's own people: they buy nothing.
    """
    if who.isp_code is None or query.buyer_id not in {None, who.isp_code}:
        raise BuyerNotYours
    return who.isp_code


def _query(operation: SonataOperation) -> SonataQuery:
    """Raises: QueryRefused: a parameter nobody knows, one given twice or empty, or a wrong value."""
    given: dict[str, Any] = {}
    for name, values in request.args.lists():
        if len(values) != 1:
            raise QueryRefused(name, "it is given more than once")
        given[name] = values[0]
    try:
        return operation.query.model_validate(given, by_alias=True, by_name=False)
    except ValidationError as invalid:
        first = invalid.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "query"
        why = worded(invalid)[0].partition(": ")[2] or "it is not what it should be"
        raise QueryRefused(name, why, missing=first["type"] == "missing") from None


def _body(operation: SonataOperation) -> Payload | None:
    """Raises: MediaTypeUnsupported, BodyUnreadable, PayloadRefused."""
    if operation.body is None:
        return None
    if request.mimetype != "application/json":
        raise MediaTypeUnsupported
    sent = request.get_data()
    try:
        return operation.body.received(sent)
    except ValidationError as invalid:
        if any(fault["type"] == "json_invalid" for fault in invalid.errors(include_url=False, include_input=False)):
            raise BodyUnreadable("it is not JSON") from None
        raise PayloadRefused(payload_faults(invalid, json.loads(sent))) from None


def _as_sent(operation: SonataOperation) -> Mapping[str, Any] | None:
    return None if operation.body is None else json.loads(request.get_data())


CODES: Mapping[str, Code] = {
    "missing": Code.MISSING_PROPERTY,
    "extra_forbidden": Code.UNEXPECTED_PROPERTY,
    "union_tag_not_found": Code.MISSING_PROPERTY,
    "string_pattern_mismatch": Code.INVALID_FORMAT,
    "datetime_from_date_parsing": Code.INVALID_FORMAT,
    "datetime_parsing": Code.INVALID_FORMAT,
    "timezone_aware": Code.INVALID_FORMAT,
}
"""pydantic's kinds of faults in the standard's words; `invalidValue` where nothing stands."""


def payload_faults(invalid: ValidationError, sent: object) -> list[PayloadFault]:
    """One fault for each of pydantic's, with the place in the body as a JSON Pointer, and never the value."""
    found = invalid.errors(include_url=False, include_input=False, include_context=False)
    return [
        PayloadFault(
            CODES.get(fault["type"], Code.INVALID_VALUE),
            pointer(fault["loc"], sent),
            text.partition(": ")[2] or text,
        )
        for fault, text in zip(found, worded(invalid), strict=True)
    ]


def pointer(loc: tuple[int | str, ...], sent: object) -> str:
    """A JSON Pointer (RFC 6901) into what was sent; the names of a union's members are left out."""
    parts: list[str] = []
    here: Any = sent
    for number, part in enumerate(loc):
        inside = part in here if isinstance(here, dict) else isinstance(here, list) and isinstance(part, int)
        if inside:
            here = here[part]
        elif number < len(loc) - 1 or not isinstance(here, dict):
            continue
        parts.append(str(part)[:64].replace("~", "~0").replace("/", "~1"))
    return "".join(f"/{part}" for part in parts)


def _answered(operation: SonataOperation, answer: SonataAnswer) -> Response:
    if answer.body is None:
        response = make_response(b"", operation.status)
        response.headers.pop("Content-Type", None)
        return response
    if isinstance(answer.body, BaseModel):
        return make_response(answer.body.wire(), operation.status, {"Content-Type": JSON})
    response = make_response(_listed(answer.body), operation.status, {"Content-Type": JSON})
    if answer.total is not None:
        _say_page(response, operation, answer.total, len(answer.body))
    return response


def _say_page(response: Response, operation: SonataOperation, total: int, given: int) -> None:
    """The standard's headers of a list: how many there are and how many these are, fewer than asked or not."""
    asked = request.args.get("limit") if issubclass(operation.query, PageQuery) else None
    throttled = asked is not None and int(asked) > MOST_PER_ANSWER and given < total
    response.headers["X-Total-Count"] = str(total)
    response.headers["X-Result-Count"] = str(given)
    response.headers["X-Pagination-Throttled"] = "true" if throttled else "false"


def _listed(items: Any) -> bytes:
    return b"[" + b",".join(item.wire() for item in items) + b"]"


def sonata_refusal(
    error: NeutralhostError, refuses: frozenset[HTTPStatus] = ALWAYS, path: str | None = None
) -> Response:
    """A refusal in the standard's shape."""
    status, code = said(error, refuses)
    words: list[ErrorTold] = told(error, code, status, path)
    body = _listed(words) if status is HTTPStatus.UNPROCESSABLE_ENTITY else words[0].wire()
    response = make_response(body, status, {"Content-Type": JSON})
    if status is HTTPStatus.UNAUTHORIZED:
        known = "" if code is Code.MISSING_CREDENTIALS else ', error="invalid_token"'
        response.headers["WWW-Authenticate"] = f"{BEARER}{known}"
    elif isinstance(error, ScopeMissing):  # RFC 6750 section 3.1
        response.headers["WWW-Authenticate"] = f'{BEARER}, error="insufficient_scope", scope="{error.scope}"'
    return response
