"""The face as a whole: what of the standard is there, and every status of every operation, each held against it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import NoReturn

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance
from sqlalchemy import Engine

from inventory.errors import DatabaseUnavailable
from provisioning.policy import RULES
from tests.contracts.sonata import Buyer, buyer, document, shapes, standard_is_there
from tests.contracts.sonata_examples import MORE, SUCCEEDS
from tests.web_town import Town
from web.app import create_app
from web.sonata.apis import APIS
from web.sonata.openapi import sonata_openapi
from web.sonata.operation import SonataApi, SonataOperation
from web.sonata.payload import PageQuery

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "sonata.md"
EVERY = [(api, operation) for api in APIS for operation in api.operations]


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine)


def test_every_operation_of_the_standard_is_there_or_listed_as_a_deviation() -> None:
    if not standard_is_there():
        assert len(EVERY) > 20
        return
    page = PAGE.read_text(encoding="utf-8")
    for api in APIS:
        mounted = {(operation.path, operation.method) for operation in api.operations}
        theirs = {
            (path, method.upper())
            for path, methods in document(api.file)["paths"].items()
            for method in methods
            if method in {"get", "post", "patch", "delete"}
        }
        assert mounted <= theirs, api.name
        unsaid = [each for each in theirs - mounted if f"`{each[1]} {each[0]}`" not in page]
        assert unsaid == [], f"{api.name}: neither mounted nor said in {PAGE.name}"


def test_an_operation_has_the_statuses_that_the_standard_gives_it() -> None:
    for api, operation in EVERY:
        assert operation.action in RULES
        if standard_is_there():
            theirs = set(document(api.file)["paths"][operation.path][operation.method.lower()]["responses"])
            ours = {str(int(status)) for status in operation.refuses | {operation.status}}
            assert ours <= theirs, f"{api.name} {operation.name}"
            left_out = theirs - ours
            assert left_out <= _may_be_left_out(operation) or not operation.offered, f"{api.name} {operation.name}"


def _may_be_left_out(operation: SonataOperation) -> set[str]:
    """What is optional (501), 404 where nothing is named, and too many records of a list that has pages."""
    left_out = {"501"} if "{" in operation.path else {"501", "404"}
    return left_out | ({"422"} if operation.many and issubclass(operation.query, PageQuery) else set())


class Caller:
    """Calls an operation in every way that must be refused, and in one that must not; each answer is validated."""

    def __init__(self, town: Town, patch: pytest.MonkeyPatch) -> None:
        self.town, self.patch = town, patch
        self.anna, self.nobody = buyer(town), buyer(town, None)
        broken = create_app(replace(town.tools, open_unit_of_work=_away), town.settings)
        self.unlucky = Buyer(broken.test_client(), self.anna.token)
        self.unknown = Buyer(self.anna.client, "nh_0123456789ab.wrong")

    def statuses(self, api: SonataApi, operation: SonataOperation) -> Iterator[int]:
        yield from self._of_all(api, operation)
        if operation.body is not None:
            yield from self._of_bodies(api, operation)
        valid, found = SUCCEEDS.get((api.name, operation.name), _nothing)(self.town, self.anna)
        if HTTPStatus.NOT_FOUND in operation.refuses:
            yield self.anna.send(api, operation, valid, NOBODY, {}).status_code
        if not operation.offered:
            valid = {"callback": "x"} if operation.body else None
        yield self.anna.call(api.name, operation.name, valid, ids=found or NOBODY).status_code
        with self.patch.context() as patch:
            yield from MORE.get((api.name, operation.name), _no_more)(self.town, self.anna, patch)

    def _of_all(self, api: SonataApi, operation: SonataOperation) -> Iterator[int]:
        body: object = None if operation.body is None else {}
        for caller, query in (
            (self.nobody, {}),
            (self.unknown, {}),
            (self.unlucky, {}),
            (self.anna, {"buyerId": "beta"}),
            (self.anna, {"sellerId": "somebody"}),
            (self.anna, {"colour": "blue"}),
        ):
            yield caller.send(api, operation, body, NOBODY, query).status_code

    def _of_bodies(self, api: SonataApi, operation: SonataOperation) -> Iterator[int]:
        for data, kind in ((b"{", "application/json"), (b"{}", "text/plain"), (b'{"x": 1}', "application/json")):
            yield self.anna.send(api, operation, None, NOBODY, {}, data=data, content_type=kind).status_code


NOBODY = {"id": "NOBODY0000"}


def _nothing(town: Town, anna: Buyer) -> tuple[None, dict[str, str]]:
    return None, {}


def _no_more(town: Town, anna: Buyer, patch: pytest.MonkeyPatch) -> Iterator[int]:
    return iter(())


def _away(*, reading: bool = False, by: str = "rule") -> NoReturn:
    raise DatabaseUnavailable("sqlite", "it is away")


@pytest.mark.parametrize("api", APIS, ids=[api.name for api in APIS])
def test_every_status_of_every_operation_is_answered_as_the_standard_shapes_it(
    town: Town, api: SonataApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = Caller(town, monkeypatch)
    for operation in api.operations:
        wanted = set(operation.refuses) | ({operation.status} if operation.offered else set())
        assert set(caller.statuses(api, operation)) == {int(status) for status in wanted}, operation.name


def test_the_recorded_shapes_are_those_of_what_is_answered() -> None:
    for api, operation in EVERY:
        if operation.shows is not None:
            names = operation.shows.model_json_schema(by_alias=True)["properties"]
            assert {name.rstrip("*") for name in shapes()[f"{api.name} {operation.name}"].split()} == set(names)


def test_what_lives_nowhere_and_other_methods_are_refused_in_the_same_shape(town: Town) -> None:
    client = town.app.test_client()
    nowhere = client.get("/mefApi/sonata/quoteManagement/v8/nothing")
    assert (nowhere.status_code, json.loads(nowhere.text)["code"]) == (404, "notFound")
    other = client.put("/mefApi/sonata/quoteManagement/v8/quote")
    assert (other.status_code, set(json.loads(other.text))) == (405, {"code", "reason", "message"})
    assert "GET" in other.headers["Allow"]


def test_the_operators_people_buy_nothing(town: Town) -> None:
    answer = buyer(town, "olga").call("quoteManagement", "listQuote", query={"buyerId": "alpha"})
    assert (answer.status_code, answer.json["code"]) == (403, "forbiddenRequester")


def test_an_auditor_reads_and_orders_nothing(town: Town) -> None:
    axel = buyer(town, "axel")
    assert axel.call("quoteManagement", "listQuote").status_code == 200
    refused = axel.call("quoteManagement", "rejectQuote", {"quoteId": "Q-1"})
    assert (refused.status_code, refused.json["code"]) == (403, "accessDenied")


def test_our_own_document_is_valid_openapi(town: Town) -> None:
    assert [str(fault.message) for fault in OpenAPIV31SpecValidator(sonata_openapi()).iter_errors()] == []
    served = town.app.test_client().get("/mefApi/sonata/openapi.json")
    assert served.json == sonata_openapi()


NOT_ASKED = [positive_data_acceptance, ignored_auth]  # as in test_api_fuzz.py


def hammer(town: Town, examples: int) -> int:
    """Call every operation with so many good and bad requests; whatever is made up, the answer is one we document."""
    schema = schemathesis.openapi.from_wsgi("/mefApi/sonata/openapi.json", town.app)
    headers = {"Authorization": f"Bearer {town.machine('anna').token}"}
    calls = 0

    def call(case: Case) -> None:
        nonlocal calls
        if any(value in ([], {}) for value in (case.query or {}).values()):
            return
        calls += 1
        case.call_and_validate(headers=headers, excluded_checks=NOT_ASKED)

    run = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    for found in schema.get_all_operations():
        operation = found.ok()
        if not any(status.startswith("2") for status in operation.definition.raw["responses"]):
            continue  # not offered: a 501 is all it answers
        for mode in GenerationMode:
            run(given(case=operation.as_strategy(mode))(call))()
    return calls


def test_every_answer_is_one_our_document_names(town: Town) -> None:
    assert hammer(town, examples=1) > 40


@pytest.mark.system
def test_a_thousand_answers_are_ones_our_document_names(town: Town) -> None:
    assert hammer(town, examples=15) > 1000
