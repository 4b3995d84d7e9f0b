"""Every refusal as an answer: problem+json for machines, a page with the same sentences for people.

The last resort is here too: what nobody foresaw is logged without its message (which may hold
what must not be logged) and answered with a reference to find the log line by.
"""

import secrets
import traceback
from http import HTTPStatus

import structlog
from flask import Flask, Response, g, json, make_response, redirect, render_template, request, url_for
from werkzeug import exceptions
from werkzeug.wrappers import Response as PlainResponse

from inventory.errors import NeutralhostError
from provisioning.errors import SignInRefused, TokenInvalid
from provisioning.people_errors import AnswerUnderWay, ScopeMissing
from web.errors import problem_of, status_of
from web.request_errors import (
    BodyTooLarge,
    BodyUnreadable,
    HostNotServed,
    InternalFault,
    MediaTypeUnsupported,
    MethodNotAllowed,
    PageNotFound,
    SignInNeeded,
    TooManySignIns,
)
from web.sonata.routes import is_sonata, sonata_refusal

PROBLEM_JSON = "application/problem+json"
LOG = structlog.get_logger(__name__)


def install_refusals(app: Flask) -> None:
    """Let the app answer every error, ours, Werkzeug's and unforeseen ones, in one shape."""
    app.register_error_handler(NeutralhostError, refuse)
    app.register_error_handler(exceptions.HTTPException, _refuse_http)
    app.register_error_handler(Exception, _last_resort)


def refuse(error: NeutralhostError) -> PlainResponse:
    """Answer with the error, as the asker reads it."""
    if is_sonata(request.path):
        return _with_headers(sonata_refusal(error, frozenset(HTTPStatus)), error)
    if not _for_machines() and isinstance(error, SignInNeeded):
        return redirect(url_for("portal.sign_in", next=request.full_path.rstrip("?")), 303)
    # Without a host we answer to, no address of ours can be written, and so no page.
    machines = _for_machines() or isinstance(error, HostNotServed)
    response = _problem(error) if machines else _page(error)
    return _with_headers(response, error)


def _for_machines() -> bool:
    return (
        request.path.startswith(("/api/", "/oauth2/", "/sandbox/", "/phone-home"))
        or request.accept_mimetypes.best == "application/json"
    )


def _problem(error: NeutralhostError) -> Response:
    return make_response(json.dumps(problem_of(error)), status_of(error), {"Content-Type": PROBLEM_JSON})


def _page(error: NeutralhostError) -> Response:
    page = render_template("problem.html", problem=problem_of(error), error=error, **g.get("frame", {}))
    return make_response(page, status_of(error))


def _with_headers(response: Response, error: NeutralhostError) -> Response:
    if isinstance(error, SignInNeeded | SignInRefused):
        response.headers["WWW-Authenticate"] = 'Bearer realm="neutralhost"'  # RFC 6750 section 3
    elif isinstance(error, TokenInvalid):
        response.headers["WWW-Authenticate"] = 'Bearer realm="neutralhost", error="invalid_token"'
    elif isinstance(error, ScopeMissing):
        response.headers["WWW-Authenticate"] = (
            f'Bearer realm="neutralhost", error="insufficient_scope", scope="{error.scope}"'
        )
    elif isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(error.allowed)
    elif isinstance(error, TooManySignIns | AnswerUnderWay):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def _refuse_http(error: exceptions.HTTPException) -> PlainResponse:
    """Werkzeug's own refusals, in our words."""
    if isinstance(error, exceptions.NotFound):
        return refuse(PageNotFound(request.path))
    if isinstance(error, exceptions.MethodNotAllowed):
        return refuse(MethodNotAllowed(request.method, tuple(error.valid_methods or ())))
    if isinstance(error, exceptions.HTTPException) and error.code is not None and error.code < 400:
        return error.get_response(request.environ)  # a redirect is no refusal
    return refuse(_translated(error))


def _translated(error: exceptions.HTTPException) -> NeutralhostError:
    if isinstance(error, exceptions.SecurityError):
        return HostNotServed()
    if isinstance(error, exceptions.RequestEntityTooLarge):
        return BodyTooLarge(request.max_content_length or 0)
    if isinstance(error, exceptions.UnsupportedMediaType):
        return MediaTypeUnsupported()
    if error.code is not None and error.code < 500:
        return BodyUnreadable(error.name.lower())
    return InternalFault(_log_fault(error))


def _last_resort(error: Exception) -> PlainResponse:
    return refuse(InternalFault(_log_fault(error)))


def _log_fault(error: Exception) -> str:
    """Log where it happened and its kind, but not its message, and return the reference to find it by."""
    reference = secrets.token_hex(4)
    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    LOG.error("fault", reference=reference, kind=type(error).__name__, frames=frames[-12:])
    return reference
