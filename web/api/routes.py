"""From HTTP to an operation's `Call` and back: who is asking, what was sent, what is answered."""

import re
from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, Response, make_response, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from provisioning.policy import must
from provisioning.tools import Tools
from web.api.fields import IDEMPOTENCY_KEY, PATTERN_WORDS
from web.api.operation import Answer, Call, Operation
from web.api.operations import OPERATIONS
from web.auth.bearer import principal_of_request
from web.once import once
from web.request_errors import BodyInvalid, BodyUnreadable, MediaTypeUnsupported

API_ROOT = "/api/v1"


def api_blueprint(tools: Tools) -> Blueprint:
    """Every operation of the registry, under `/api/v1`."""
    blueprint = Blueprint("api", __name__, url_prefix=API_ROOT)
    for operation in OPERATIONS:
        blueprint.add_url_rule(
            re.sub(r"\{(\w+)\}", r"<name:\1>", operation.path),
            endpoint=operation.name,
            view_func=_view(operation, tools),
            methods=[operation.method],
        )
    return blueprint


def _view(operation: Operation, tools: Tools) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        who = principal_of_request(tools)
        must(who, operation.action)
        call = Call(tools, who, path, _query(operation), _body(operation), _idempotency_key(operation))
        if operation.needs_idempotency_key or operation.media:
            return _response(operation.handler(call), operation.media)
        body = "" if call.body is None else call.body.model_dump_json()
        return once(
            tools,
            who,
            lambda noting: _response(operation.handler(replace(call, tools=noting))),
            body=body,
            keeps_body=not operation.answers_secret,
        )

    return view


def _query(operation: Operation) -> BaseModel | None:
    """Raises: BodyInvalid: a field nobody knows, one given twice, or a wrong value."""
    given = {name: values[0] if len(values) == 1 else values for name, values in request.args.lists()}
    if operation.query is None:
        if given:
            raise BodyInvalid([f"{name[:64]}: not known here" for name in given])
        return None
    try:
        return operation.query.model_validate(given)
    except ValidationError as invalid:
        raise BodyInvalid(faults(invalid)) from None


def _body(operation: Operation) -> BaseModel | None:
    """Raises: MediaTypeUnsupported, BodyUnreadable, BodyInvalid."""
    if operation.body is None:
        return None
    if request.mimetype != "application/json":
        raise MediaTypeUnsupported
    try:
        return operation.body.model_validate_json(request.get_data(cache=False))
    except RequestEntityTooLarge:
        raise
    except ValidationError as invalid:
        if any(fault["type"] == "json_invalid" for fault in invalid.errors(include_url=False, include_input=False)):
            raise BodyUnreadable("it is not JSON") from None
        raise BodyInvalid(faults(invalid)) from None


def faults(invalid: ValidationError) -> list[str]:
    """One short text for each fault, "field: what is wrong", never with the value that was sent."""
    found = invalid.errors(include_url=False, include_input=False, include_context=False)
    return [
        f"{'.'.join(str(part)[:64] for part in fault['loc']) or 'body'}: {_wording(fault['msg'])}" for fault in found
    ]


def _wording(message: str) -> str:
    plain = message.removeprefix("Value error, ")
    pattern = plain.removeprefix("String should match pattern ")[1:-1]
    return PATTERN_WORDS.get(pattern) or plain[:1].lower() + plain[1:]


def _idempotency_key(operation: Operation) -> str:
    """Raises: BodyInvalid: the operation needs a key and there is none, or not one we take."""
    if not operation.needs_idempotency_key:
        return ""
    key = request.headers.get("Idempotency-Key", "")
    if not re.fullmatch(IDEMPOTENCY_KEY.strip("^$"), key):
        raise BodyInvalid(["Idempotency-Key header: 1 to 128 letters, digits or . _ : - of your own choice"])
    return key


def _response(answer: Answer, media: str = "") -> Response:
    if answer.document is not None:
        response = make_response(answer.document, answer.status)
        response.mimetype = media
        response.headers["Content-Disposition"] = "attachment"
        return response
    response = make_response(b"" if answer.body is None else answer.body.model_dump_json().encode(), answer.status)
    if answer.body is None:
        response.headers.pop("Content-Type", None)
    else:
        response.mimetype = "application/json"
    if answer.location is not None:
        response.headers["Location"] = f"{API_ROOT}{answer.location}"
    return response
