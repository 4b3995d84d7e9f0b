import re
from pathlib import Path

from openapi_spec_validator import OpenAPIV31SpecValidator

from web.api.openapi import errors_of, openapi
from web.api.operations import OPERATIONS
from web.api.reference import reference
from web.errors import STATUS, kind_of


def test_the_document_is_valid_openapi_3_1() -> None:
    assert [str(fault.message) for fault in OpenAPIV31SpecValidator(openapi()).iter_errors()] == []


def test_every_operation_stands_in_the_document_once() -> None:
    described = [
        (path, method, operation["operationId"])
        for path, methods in openapi()["paths"].items()
        for method, operation in methods.items()
    ]
    assert sorted(described) == sorted((each.path, each.method.lower(), each.name) for each in OPERATIONS)
    assert len({each.name for each in OPERATIONS}) == len(OPERATIONS)


def test_every_error_an_operation_names_has_a_status_of_its_own_and_stands_in_its_answers() -> None:
    for operation in OPERATIONS:
        answers = openapi()["paths"][operation.path][operation.method.lower()]["responses"]
        for error in errors_of(operation):
            assert error in STATUS
            assert kind_of(error).code in answers[str(int(STATUS[error]))]["description"]


def test_what_comes_in_is_strict() -> None:
    schemas = openapi()["components"]["schemas"]
    for operation in OPERATIONS:
        if operation.body is not None:
            assert schemas[operation.body.__name__]["additionalProperties"] is False


def test_every_text_that_comes_in_has_an_end() -> None:
    schemas = openapi()["components"]["schemas"]
    for operation in OPERATIONS:
        if operation.body is None:
            continue
        for name, field in schemas[operation.body.__name__]["properties"].items():
            for kind in field.get("anyOf", [field]):
                if kind.get("type") == "string" and kind.get("format") != "date-time":
                    bounded = "maxLength" in kind or re.search(r"\{(\d+,)?\d+\}\$$", kind["pattern"])
                    assert bounded, f"{operation.name} {name}"


def test_the_document_names_no_host() -> None:
    assert openapi()["servers"] == [{"url": "/api/v1"}]


def test_the_reference_page_is_the_one_the_registry_gives() -> None:
    committed = Path(__file__).parents[3] / "docs" / "reference" / "api.md"
    assert committed.read_text() == reference(), "run: python -m web.api.reference > docs/reference/api.md"
