"""Every refusal in the standard's shapes and codes, by data.

An error of ours has a status in `web/errors.py`; here that status becomes one the operation has in
the standard, with the code that goes with it. Of what the standard has no word for (409 on a new
order, 415, 503) the nearest is said; our own code stands in `message`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from http import HTTPStatus

from inventory.errors import NeutralhostError
from provisioning.errors import TokenInvalid
from web.errors import status_of
from web.request_errors import (
    BodyInvalid,
    BodyTooLarge,
    BodyUnreadable,
    BuyerNotYours,
    MediaTypeUnsupported,
    NotOffered,
    PayloadFault,
    PayloadRefused,
    QueryRefused,
    TooManySignIns,
)
from web.sonata.payload import LONGEST, Payload


class Code(StrEnum):
    """The standard's codes of all statuses."""

    MISSING_QUERY_PARAMETER = "missingQueryParameter"
    MISSING_QUERY_VALUE = "missingQueryValue"
    INVALID_QUERY = "invalidQuery"
    INVALID_BODY = "invalidBody"
    MISSING_CREDENTIALS = "missingCredentials"
    INVALID_CREDENTIALS = "invalidCredentials"
    ACCESS_DENIED = "accessDenied"
    FORBIDDEN_REQUESTER = "forbiddenRequester"
    TOO_MANY_USERS = "tooManyUsers"
    NOT_FOUND = "notFound"
    CONFLICT = "conflict"
    MISSING_PROPERTY = "missingProperty"
    INVALID_VALUE = "invalidValue"
    INVALID_FORMAT = "invalidFormat"
    REFERENCE_NOT_FOUND = "referenceNotFound"
    UNEXPECTED_PROPERTY = "unexpectedProperty"
    TOO_MANY_RECORDS = "tooManyRecords"
    OTHER_ISSUE = "otherIssue"
    INTERNAL_ERROR = "internalError"
    NOT_IMPLEMENTED = "notImplemented"


class ErrorTold(Payload):
    """Error400, 401, 403, 404, 409, 500 and 501 of the standard."""

    code: Code
    reason: str
    message: str | None = None
    reference_error: str | None = None


class Error422Told(ErrorTold):
    """One element of the standard's list of Error422. `property_path` is a JSON Pointer (RFC 6901)."""

    property_path: str | None = None


class RefusedAt(Exception):
    """A refusal of ours, and the place in the body (a JSON Pointer) that it is about."""

    def __init__(self, cause: NeutralhostError, path: str) -> None:
        self.cause = cause
        self.path = path
        super().__init__(path)


def wrong(code: Code, path: str, reason: str) -> PayloadRefused:
    """The refusal of a body for one thing in it."""
    return PayloadRefused([PayloadFault(code, path, reason)])


@contextmanager
def refused_at(path: str) -> Iterator[None]:
    """Say of any refusal of ours in this block where in the body its cause stands."""
    try:
        yield
    except PayloadRefused:
        raise
    except NeutralhostError as error:
        raise RefusedAt(error, path) from error


OWN_WORDS: Mapping[type[NeutralhostError], tuple[HTTPStatus, Code]] = {
    BodyUnreadable: (HTTPStatus.BAD_REQUEST, Code.INVALID_BODY),
    BodyTooLarge: (HTTPStatus.BAD_REQUEST, Code.INVALID_BODY),
    MediaTypeUnsupported: (HTTPStatus.BAD_REQUEST, Code.INVALID_BODY),
    BodyInvalid: (HTTPStatus.BAD_REQUEST, Code.INVALID_QUERY),
    QueryRefused: (HTTPStatus.BAD_REQUEST, Code.INVALID_QUERY),
    TokenInvalid: (HTTPStatus.UNAUTHORIZED, Code.INVALID_CREDENTIALS),
    BuyerNotYours: (HTTPStatus.FORBIDDEN, Code.FORBIDDEN_REQUESTER),
    TooManySignIns: (HTTPStatus.FORBIDDEN, Code.TOO_MANY_USERS),
    NotOffered: (HTTPStatus.NOT_IMPLEMENTED, Code.NOT_IMPLEMENTED),
}
"""Errors whose word in the standard does not follow from their status."""

BY_STATUS: Mapping[HTTPStatus, Code] = {
    HTTPStatus.BAD_REQUEST: Code.INVALID_BODY,
    HTTPStatus.UNAUTHORIZED: Code.MISSING_CREDENTIALS,
    HTTPStatus.FORBIDDEN: Code.ACCESS_DENIED,
    HTTPStatus.NOT_FOUND: Code.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED: Code.NOT_FOUND,
    HTTPStatus.CONFLICT: Code.CONFLICT,
    HTTPStatus.UNPROCESSABLE_ENTITY: Code.INVALID_VALUE,
    HTTPStatus.NOT_IMPLEMENTED: Code.NOT_IMPLEMENTED,
    HTTPStatus.INTERNAL_SERVER_ERROR: Code.INTERNAL_ERROR,
}

type Said = tuple[HTTPStatus, Code]

NEAREST: Mapping[HTTPStatus, tuple[Said, ...]] = {
    HTTPStatus.NOT_FOUND: (
        (HTTPStatus.UNPROCESSABLE_ENTITY, Code.REFERENCE_NOT_FOUND),
        (HTTPStatus.BAD_REQUEST, Code.INVALID_QUERY),
    ),
    HTTPStatus.CONFLICT: (
        (HTTPStatus.UNPROCESSABLE_ENTITY, Code.OTHER_ISSUE),
        (HTTPStatus.BAD_REQUEST, Code.INVALID_BODY),
    ),
    HTTPStatus.UNPROCESSABLE_ENTITY: ((HTTPStatus.BAD_REQUEST, Code.INVALID_BODY),),
    HTTPStatus.NOT_IMPLEMENTED: (
        (HTTPStatus.UNPROCESSABLE_ENTITY, Code.OTHER_ISSUE),
        (HTTPStatus.BAD_REQUEST, Code.INVALID_BODY),
    ),
}
"""Where the operation has no such status in the standard: what is said instead, the first that it has."""


def said(error: NeutralhostError, refuses: frozenset[HTTPStatus]) -> Said:
    """The status and code of an error, among those that an operation has."""
    wanted = _wanted(error)
    for status, code in (wanted, *NEAREST.get(wanted[0], ())):
        if status in refuses:
            return status, code
    return HTTPStatus.INTERNAL_SERVER_ERROR, Code.INTERNAL_ERROR


def _wanted(error: NeutralhostError) -> Said:
    if isinstance(error, QueryRefused) and error.missing:
        return HTTPStatus.BAD_REQUEST, Code.MISSING_QUERY_PARAMETER
    for kind in type(error).__mro__:
        if kind in OWN_WORDS:
            return OWN_WORDS[kind]
    status = status_of(error)
    return status, BY_STATUS.get(status, Code.INTERNAL_ERROR)


def told(error: NeutralhostError, code: Code, status: HTTPStatus, path: str | None = None) -> list[ErrorTold]:
    """What is said of an error: one element, or one for each fault of a body."""
    if status is not HTTPStatus.UNPROCESSABLE_ENTITY:
        return [ErrorTold(code=code, reason=_short(error.sentence), message=_words(error))]
    if isinstance(error, PayloadRefused):
        return [_fault_told(error, fault) for fault in error.faults]
    return [Error422Told(code=code, property_path=path, reason=_short(error.sentence), message=_words(error))]


def _fault_told(error: PayloadRefused, fault: PayloadFault) -> Error422Told:
    return Error422Told(
        code=Code(fault.code), property_path=fault.path, reason=_short(fault.reason), message=_words(error)
    )


def _words(error: NeutralhostError) -> str:
    return f"{error.code}: {error.next_step}" if error.next_step else error.code


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
