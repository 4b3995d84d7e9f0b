"""Schemathesis against the API in this process: whatever it makes up, the answers are what the document says."""

from http import HTTPStatus

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance
from sqlalchemy import Engine

from tests.web_town import Town

# What is well-formed may still be unknown or not sold (422), so that check has nothing to say here. The
# check for authentication makes calls of its own without our token; test_api.py does that for every operation.
NOT_ASKED = [positive_data_acceptance, ignored_auth]


def hammer(town: Town, name: str, examples: int) -> int:
    """Call every operation with so many good and so many bad requests as somebody; return how many calls were made."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", town.app)
    headers = {"Authorization": f"Bearer {town.machine(name).token}"}
    calls = 0

    def call(case: Case) -> None:
        nonlocal calls
        if _is_lost_on_the_way(case):
            return
        calls += 1
        answer = case.call(headers=headers)
        too_large = answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE  # a refusal too
        case.validate_response(
            answer, headers=headers, excluded_checks=[*NOT_ASKED, *([negative_data_rejection] if too_large else [])]
        )

    run = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in GenerationMode if _takes_anything(operation.definition.raw) else [GenerationMode.POSITIVE]:
            run(given(case=operation.as_strategy(mode))(call))()
    return calls


def _takes_anything(described: dict[str, object]) -> bool:
    return bool(described["parameters"]) or "requestBody" in described


def _is_lost_on_the_way(case: Case) -> bool:
    """An empty list in a query string is sent as nothing at all: what is wrong with it never arrives."""
    return any(value in ([], {}) for value in (case.query or {}).values())


def test_every_answer_is_one_the_document_names(engine: Engine) -> None:
    assert hammer(Town(engine), "olga", examples=2) > 40


@pytest.mark.system
@pytest.mark.parametrize("name", ["olga", "anna"])
def test_a_thousand_answers_are_ones_the_document_names(engine: Engine, name: str) -> None:
    assert hammer(Town(engine), name, examples=15) > 1000
