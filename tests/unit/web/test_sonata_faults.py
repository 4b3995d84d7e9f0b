"""Every error of ours is said in a status and code that the standard gives the operation it happens in."""

from http import HTTPStatus

import pytest

from inventory.errors import DatabaseUnavailable, UnknownPremises
from provisioning.errors import HandoverNotYours, IdempotencyConflict, TokenInvalid, WrongState
from web.errors import STATUS
from web.request_errors import NotOffered, QueryRefused, SignInNeeded
from web.sonata.apis import APIS
from web.sonata.faults import BY_STATUS, NEAREST, OWN_WORDS, Code, said, told
from web.sonata.operation import ALWAYS, CREATES, READS_ONE

CODES = {
    HTTPStatus.BAD_REQUEST: {"missingQueryParameter", "missingQueryValue", "invalidQuery", "invalidBody"},
    HTTPStatus.UNAUTHORIZED: {"missingCredentials", "invalidCredentials"},
    HTTPStatus.FORBIDDEN: {"accessDenied", "forbiddenRequester", "tooManyUsers"},
    HTTPStatus.NOT_FOUND: {"notFound"},
    HTTPStatus.CONFLICT: {"conflict"},
    HTTPStatus.UNPROCESSABLE_ENTITY: {
        "missingProperty",
        "invalidValue",
        "invalidFormat",
        "referenceNotFound",
        "unexpectedProperty",
        "tooManyRecords",
        "otherIssue",
    },
    HTTPStatus.INTERNAL_SERVER_ERROR: {"internalError"},
    HTTPStatus.NOT_IMPLEMENTED: {"notImplemented"},
}
"""Which codes the standard has with which status."""


@pytest.mark.parametrize("refuses", sorted({each.refuses for api in APIS for each in api.operations}, key=sorted))
def test_every_error_becomes_a_status_of_the_operation_with_one_of_its_codes(refuses: frozenset[HTTPStatus]) -> None:
    for error in STATUS:
        status, code = said(error.__new__(error), refuses) if error is not QueryRefused else (None, None)
        if status is not None and code is not None:
            assert status in refuses, error.__name__
            assert code in CODES[status], error.__name__


def test_the_tables_pair_only_what_the_standard_pairs() -> None:
    pairs = [*OWN_WORDS.values(), *(pair for nearest in NEAREST.values() for pair in nearest)]
    pairs += [(status, code) for status, code in BY_STATUS.items() if status is not HTTPStatus.METHOD_NOT_ALLOWED]
    assert [pair for pair in pairs if pair[1] not in CODES[pair[0]]] == []


@pytest.mark.parametrize(
    ("error", "refuses", "status", "code"),
    [
        (UnknownPremises("1"), READS_ONE, 404, Code.NOT_FOUND),
        (UnknownPremises("1"), CREATES, 422, Code.REFERENCE_NOT_FOUND),
        (UnknownPremises("1"), ALWAYS, 400, Code.INVALID_QUERY),
        (WrongState("quote", "Q-1", "accepted", "declined"), CREATES, 422, Code.OTHER_ISSUE),
        (IdempotencyConflict("k", "O-1"), CREATES, 422, Code.OTHER_ISSUE),
        (HandoverNotYours("x", "alpha", []), CREATES, 422, Code.INVALID_VALUE),
        (DatabaseUnavailable("sqlite", "it is away"), CREATES, 500, Code.INTERNAL_ERROR),
        (SignInNeeded(), ALWAYS, 401, Code.MISSING_CREDENTIALS),
        (TokenInvalid(), ALWAYS, 401, Code.INVALID_CREDENTIALS),
        (QueryRefused("limit", "x", missing=True), ALWAYS, 400, Code.MISSING_QUERY_PARAMETER),
        (NotOffered("A hub"), ALWAYS | {HTTPStatus.NOT_IMPLEMENTED}, 501, Code.NOT_IMPLEMENTED),
    ],
)
def test_an_error_is_said_in_the_nearest_word(
    error: Exception, refuses: frozenset[HTTPStatus], status: int, code: Code
) -> None:
    assert said(error, refuses) == (status, code)  # type: ignore[arg-type]  # each is one of ours


def test_a_reason_is_never_longer_than_the_standard_lets_it_be() -> None:
    [short] = told(UnknownPremises("1" * 64), Code.NOT_FOUND, HTTPStatus.NOT_FOUND)
    assert len(short.reason) <= 255
    assert (short.message or "").startswith("unknown-premises: ")
