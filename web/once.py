"""`Idempotency-Key` on any POST, for every face: the same request with the same key is answered as it was first."""

import re
from collections.abc import Callable

from flask import Response, make_response, request

from provisioning.answers import Given
from provisioning.given_answers import answer_once, request_digest
from provisioning.isps import Principal
from provisioning.tools import Tools
from web.api.fields import IDEMPOTENCY_KEY
from web.request_errors import BodyInvalid

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEPT_HEADERS = ("Content-Type", "Location")


def once(
    tools: Tools,
    who: Principal,
    run: Callable[[Tools], Response],
    *,
    body: str,
    keeps_body: bool = True,
    is_repeatable: bool = False,
) -> Response:
    """Answer the request: as it was answered first, where its key was sent before; else by `run`.

    `body` is what was asked, in a form that is the same for the same request. `run` must write with
    the tools it is given. A POST without the header just runs.

    Raises: BodyInvalid, IdempotencyConflict, AnswerUnderWay, AnswerLost; whatever `run` does.
    """
    key = request.headers.get(HEADER)
    if request.method != "POST" or key is None:
        return run(tools)
    if not re.fullmatch(IDEMPOTENCY_KEY.strip("^$"), key):
        raise BodyInvalid([f"{HEADER} header: 1 to 128 letters, digits or . _ : - of your own choice"])
    digest = request_digest(tools, request.method, request.path, request.query_string.decode("latin-1"), body)
    given, is_replayed = answer_once(
        tools, who, key, digest, lambda noting: _kept(run(noting)), keeps_body=keeps_body, is_repeatable=is_repeatable
    )
    return _response(given, is_replayed=is_replayed)


def _kept(response: Response) -> Given:
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    return Given(response.status_code, response.get_data(as_text=True), headers)


def _response(given: Given, *, is_replayed: bool) -> Response:
    response = make_response((given.body or "").encode(), given.status)
    response.headers.pop("Content-Type", None)
    for name, value in given.headers.items():
        response.headers[name] = value
    if is_replayed:
        response.headers[REPLAYED] = "true"
    return response
