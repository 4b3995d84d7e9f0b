"""`/orders/{order_id}/birth-certificate` and a service's history of them: what was tested before a handover."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from automation.birth.results import TestKind, Verdict
from provisioning.birth_certificates import BirthCertificate, BirthState, Kind
from provisioning.birth_errors import UnknownBirthCertificate
from provisioning.birth_pdf import birth_pdf
from provisioning.errors import UnknownOrder, UnknownService
from provisioning.policy import Action
from provisioning.questions import birth_certificate as question
from web.api.fields import Shown
from web.api.operation import Answer, Call, Operation

PDF = "application/pdf"


class TestResultShown(Shown):
    """One thing tested. What could not be measured has not passed; `detail` says why, or how it was measured."""

    __test__ = False

    kind: TestKind
    verdict: Verdict
    subject: str = Field(description="the port, device or circuit")
    measured: str
    expected: str
    unit: str
    detail: str


class BirthCertificateShown(Shown):
    """The tests of one order's circuit. `document` is the file, byte for byte: signed where `key_id` is not empty."""

    order_id: str
    service_id: str
    isp_code: str
    kind: Kind = Field(description="of a performance test `order_id` is that test's id")
    number: int = Field(description="counts from 1 within the service; 0 before it is issued")
    state: BirthState
    at: datetime = Field(description="when it came into its state")
    verdict: Literal["passed", "failed"]
    summary: str
    required: list[TestKind] = Field(description="what must be measured; anything else must pass where it can be")
    results: list[TestResultShown]
    key_id: str
    document: str

    @classmethod
    def of(cls, found: BirthCertificate) -> "BirthCertificateShown":
        content = found.content
        return cls(
            order_id=found.order_id,
            service_id=found.service_id,
            isp_code=found.isp_code,
            kind=found.kind,
            number=found.number,
            state=found.state,
            at=found.at,
            verdict=content["verdict"],
            summary=found.summary,
            required=[TestKind(kind) for kind in content["required"]],
            results=[TestResultShown.model_validate(one) for one in found.results],
            key_id=found.key_id,
            document=found.document,
        )


class BirthCertificatesShown(Shown):
    items: list[BirthCertificateShown]


def get_birth_certificate(call: Call) -> Answer:
    return Answer(BirthCertificateShown.of(question.birth_certificate(call.tools, call.who, call.path["order_id"])))


def get_birth_certificate_pdf(call: Call) -> Answer:
    found = question.birth_certificate(call.tools, call.who, call.path["order_id"])
    return Answer(None, document=birth_pdf(found))


def list_birth_certificates(call: Call) -> Answer:
    found = question.birth_certificates(call.tools, call.who, call.path["service_id"])
    return Answer(BirthCertificatesShown(items=[BirthCertificateShown.of(one) for one in found]))


_ABOUT_ORDER = (UnknownOrder, UnknownBirthCertificate)

BIRTH_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "getBirthCertificate",
        "GET",
        "/orders/{order_id}/birth-certificate",
        "What was tested before the order's service was handed over, and how it went",
        "orders",
        get_birth_certificate,
        BirthCertificateShown,
        action=Action.READ_ORDERS,
        errors=_ABOUT_ORDER,
        notes="Of an order that failed its tests too. Save `document` as a file and check it with "
        "`python -m provisioning.verify_certificate FILE PUBLIC_KEY`.",
    ),
    Operation(
        "getBirthCertificatePdf",
        "GET",
        "/orders/{order_id}/birth-certificate.pdf",
        "The same, as PDF",
        "orders",
        get_birth_certificate_pdf,
        None,
        action=Action.READ_ORDERS,
        errors=_ABOUT_ORDER,
        media=PDF,
    ),
    Operation(
        "listBirthCertificates",
        "GET",
        "/services/{service_id}/birth-certificates",
        "A service's newest 50 birth certificates, oldest first: one for each order that made or changed it",
        "services",
        list_birth_certificates,
        BirthCertificatesShown,
        action=Action.READ_SERVICES,
        errors=(UnknownService,),
    ),
)
