"""`/services/{service_id}/performance-tests`: a service in use, measured for a while; and what came of it."""

from datetime import datetime
from http import HTTPStatus
from typing import cast

from pydantic import Field

from provisioning import performance_desk as desk
from provisioning.birth_pdf import birth_pdf
from provisioning.errors import RequestInvalid, UnknownService
from provisioning.performance_errors import (
    PerformanceTestGoesOn,
    ServiceNotTestable,
    TooManyPerformanceTests,
    UnknownPerformanceTest,
)
from provisioning.performance_tests import (
    LEAST_MINUTES,
    MOST_MINUTES,
    USUAL_MINUTES,
    PerformanceState,
    PerformanceTest,
)
from provisioning.policy import Action
from web.api.births import PDF, BirthCertificateShown
from web.api.fields import Asked, Shown
from web.api.operation import Answer, Call, Operation


class PerformanceTestAsked(Asked):
    minutes: int = Field(
        USUAL_MINUTES,
        ge=LEAST_MINUTES,
        le=MOST_MINUTES,
        description="ITU-T Y.1564 clause 8.2 names 15 minutes, 2 hours and 24 hours",
    )


class PerformanceTestShown(Shown):
    """A service measured in use. `certificate` is there once it has ended, whether it passed or failed."""

    id: str
    service_id: str
    minutes: int
    by: str
    state: PerformanceState
    percent_done: int
    asked_at: datetime
    at: datetime = Field(description="when it came into its state")
    certificate: BirthCertificateShown | None

    @classmethod
    def of(cls, found: PerformanceTest) -> "PerformanceTestShown":
        made = found.certificate
        return cls(
            id=found.id,
            service_id=found.service_id,
            minutes=found.minutes,
            by=found.by,
            state=found.state,
            percent_done=100 * found.slices_done // found.slices,
            asked_at=found.asked_at,
            at=found.at,
            certificate=None if made is None else BirthCertificateShown.of(made),
        )


class PerformanceTestsShown(Shown):
    items: list[PerformanceTestShown]


def begin_performance_test(call: Call) -> Answer:
    body = cast("PerformanceTestAsked", call.body)
    made = desk.begin_performance_test(call.tools, call.who, call.path["service_id"], body.minutes)
    return Answer(PerformanceTestShown.of(made), HTTPStatus.ACCEPTED, f"/performance-tests/{made.id}")


def list_performance_tests(call: Call) -> Answer:
    found = desk.performance_tests(call.tools, call.who, call.path["service_id"])
    return Answer(PerformanceTestsShown(items=[PerformanceTestShown.of(one) for one in found]))


def get_performance_test(call: Call) -> Answer:
    return Answer(PerformanceTestShown.of(desk.performance_test(call.tools, call.who, call.path["test_id"])))


def get_performance_test_pdf(call: Call) -> Answer:
    made = desk.performance_test(call.tools, call.who, call.path["test_id"]).certificate
    if made is None:
        raise UnknownPerformanceTest(call.path["test_id"])
    return Answer(None, document=birth_pdf(made))


PERFORMANCE_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "beginPerformanceTest",
        "POST",
        "/services/{service_id}/performance-tests",
        "Measure a service in use: loss and delay for a while, beside its subscriber's traffic",
        "services",
        begin_performance_test,
        PerformanceTestShown,
        action=Action.TEST_SERVICES,
        body=PerformanceTestAsked,
        statuses=(HTTPStatus.ACCEPTED,),
        errors=(
            UnknownService,
            RequestInvalid,
            ServiceNotTestable,
            PerformanceTestGoesOn,
            TooManyPerformanceTests,
        ),
        notes="Nothing is changed, and nothing fills the service. Its result is a certificate of the service's.",
    ),
    Operation(
        "listPerformanceTests",
        "GET",
        "/services/{service_id}/performance-tests",
        "A service's newest 50 performance tests, oldest first",
        "services",
        list_performance_tests,
        PerformanceTestsShown,
        action=Action.READ_SERVICES,
        errors=(UnknownService,),
    ),
    Operation(
        "getPerformanceTest",
        "GET",
        "/performance-tests/{test_id}",
        "One performance test: how far it is, and its certificate once it has ended",
        "services",
        get_performance_test,
        PerformanceTestShown,
        action=Action.READ_SERVICES,
        errors=(UnknownPerformanceTest,),
    ),
    Operation(
        "getPerformanceTestPdf",
        "GET",
        "/performance-tests/{test_id}/certificate.pdf",
        "Its certificate, as PDF",
        "services",
        get_performance_test_pdf,
        None,
        action=Action.READ_SERVICES,
        errors=(UnknownPerformanceTest,),
        media=PDF,
    ),
)
