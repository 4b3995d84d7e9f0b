"""Birth certificates in the portal: shown with orders and services, and downloaded as PDF or as the signed file."""

from flask import Response, make_response

from provisioning.birth_certificates import BirthCertificate
from provisioning.birth_errors import UnknownBirthCertificate
from provisioning.birth_pdf import birth_pdf, name_of
from provisioning.performance_desk import performance_test, performance_tests
from provisioning.performance_errors import UnknownPerformanceTest
from provisioning.performance_tests import PerformanceTest
from provisioning.questions import birth_certificate as question
from web.portal.visit import Visit


def of_order(visit: Visit, order_id: str) -> BirthCertificate | None:
    """The order's, for its page; None where it has none."""
    try:
        return question.birth_certificate(visit.tools, visit.who, order_id)
    except UnknownBirthCertificate:
        return None


def of_service(visit: Visit, service_id: str) -> tuple[BirthCertificate, ...]:
    """All of a service, newest first."""
    return tuple(reversed(question.birth_certificates(visit.tools, visit.who, service_id)))


def in_use(visit: Visit, service_id: str) -> tuple[PerformanceTest, ...]:
    """The performance tests of a service, newest first; those that go on too."""
    return tuple(reversed(performance_tests(visit.tools, visit.who, service_id)))


def performance_pdf(visit: Visit) -> Response:
    made = _of_test(visit)
    return _download(birth_pdf(made), "application/pdf", f"{name_of(made)}.pdf")


def performance_file(visit: Visit) -> Response:
    made = _of_test(visit)
    return _download(f"{made.document}\n".encode(), "application/json", f"{name_of(made)}.json")


def _of_test(visit: Visit) -> BirthCertificate:
    """Raises: UnknownPerformanceTest, also where it goes on: it has no certificate yet."""
    test_id = visit.path["test_id"]
    made = performance_test(visit.tools, visit.who, test_id).certificate
    if made is None:
        raise UnknownPerformanceTest(test_id)
    return made


def pdf(visit: Visit) -> Response:
    found = question.birth_certificate(visit.tools, visit.who, visit.path["order_id"])
    return _download(birth_pdf(found), "application/pdf", f"{name_of(found)}.pdf")


def file(visit: Visit) -> Response:
    """The signed file, byte for byte."""
    found = question.birth_certificate(visit.tools, visit.who, visit.path["order_id"])
    return _download(f"{found.document}\n".encode(), "application/json", f"{name_of(found)}.json")


def _download(content: bytes, media: str, name: str) -> Response:
    response = make_response(content)
    response.mimetype = media
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
