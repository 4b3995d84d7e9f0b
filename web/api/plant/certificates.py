"""`/plant/certificates`: proofs, signed, that the two legs of a service share nothing but their ends."""

from datetime import datetime
from typing import Annotated, cast

from pydantic import Field

from provisioning.certificate_errors import (
    CertificateKeyInvalid,
    CertificateKeyMissing,
    LegNotTraced,
    NoSecondLeg,
    NotDiverse,
    PlantKeepsChanging,
)
from provisioning.certificates import CertificateEventKind, CertificateState
from provisioning.errors import UnknownService, WrongState
from provisioning.policy import Action
from provisioning.questions import certificate as question
from web.api.fields import AskedInQuery, EventNumber, Name, PageSize, Shown
from web.api.operation import Answer, Call, Operation
from web.api.plant.fields import AssetText

type Hexadecimal = Annotated[str, Field(pattern=r"^[0-9a-f]+$")]


class CertificateOutline(Shown):
    """What a certificate is about, and how it stands."""

    service_id: str
    isp_code: str
    number: int = Field(description="counts from 1 within the service")
    state: CertificateState
    since: datetime
    issued_at: datetime
    inventory_revision: int = Field(description="of the inventory it was proved on")
    proved_revision: int = Field(description="of the inventory it came into its state on")
    key_id: Hexadecimal
    shared: list[AssetText] = Field(description="what broke it; empty unless it is broken")


class CertificateShown(CertificateOutline):
    """One certificate. `document` is the signed file, byte for byte: what `verify` checks."""

    document: str


class ListedCertificateShown(CertificateOutline):
    """One of a list of certificates: without its document, which `GET /plant/certificates/{service_id}` has."""

    separation_mm: int = Field(description="how near its legs come, away from their common ends")


class CertificatesShown(Shown):
    items: list[ListedCertificateShown]


class CertificateEventShown(Shown):
    """One thing that happened to a certificate; `assets` are what it is about."""

    number: int
    service_id: str
    isp_code: str
    at: datetime
    kind: CertificateEventKind
    certificate: int
    inventory_revision: int
    assets: list[AssetText]
    text: str


class CertificateEventsShown(Shown):
    items: list[CertificateEventShown]


class CertificateHistoryShown(Shown):
    """The newest certificates of a service, and what happened to them last, oldest first."""

    service_id: str
    certificates: list[CertificateShown]
    events: list[CertificateEventShown]


class PublicKeyShown(Shown):
    """An Ed25519 public key, and its short name."""

    id: Hexadecimal
    public: Hexadecimal


class CertificatesQuery(AskedInQuery):
    """Which certificates, by the id of their service."""

    state: CertificateState | None = None
    after: Name | None = Field(None, description="the last service of the page before")
    limit: PageSize = 50


class CertificateEventsQuery(AskedInQuery):
    """Which events: those with a number greater than `after`."""

    after: EventNumber = 0
    limit: PageSize = 50


def get_certificate(call: Call) -> Answer:
    found = question.certificate(call.tools, call.who, call.path["service_id"])
    return Answer(CertificateShown.model_validate(found))


def get_certificate_history(call: Call) -> Answer:
    found = question.certificate_history(call.tools, call.who, call.path["service_id"])
    return Answer(CertificateHistoryShown.model_validate(found))


def list_certificates(call: Call) -> Answer:
    query = cast("CertificatesQuery", call.query)
    found = question.certificates(call.tools, call.who, state=query.state, after=query.after or "", limit=query.limit)
    return Answer(CertificatesShown(items=[ListedCertificateShown.model_validate(each) for each in found]))


def list_certificate_events(call: Call) -> Answer:
    query = cast("CertificateEventsQuery", call.query)
    found = question.certificate_events(call.tools, call.who, after=query.after, limit=query.limit)
    return Answer(CertificateEventsShown(items=[CertificateEventShown.model_validate(each) for each in found]))


def get_certificate_key(call: Call) -> Answer:
    return Answer(PublicKeyShown.model_validate(question.public_key(call.tools, call.who)))


OPERATIONS = (
    Operation(
        "listCertificates",
        "GET",
        "/plant/certificates",
        "Current certificates of diversity; with state=broken those that are no longer true",
        "plant",
        list_certificates,
        CertificatesShown,
        action=Action.READ_SERVICES,
        query=CertificatesQuery,
    ),
    Operation(
        "getCertificate",
        "GET",
        "/plant/certificates/{service_id}",
        "The certificate that a service's two legs share nothing but their ends, true now and signed",
        "plant",
        get_certificate,
        CertificateShown,
        action=Action.READ_SERVICES,
        errors=(
            UnknownService,
            NoSecondLeg,
            WrongState,
            NotDiverse,
            LegNotTraced,
            PlantKeepsChanging,
            CertificateKeyMissing,
            CertificateKeyInvalid,
        ),
        notes="Where there is none yet, it is made. Save `document` as a file and check it with "
        "`python -m provisioning.verify_certificate FILE PUBLIC_KEY`, which needs nothing of ours but that one module.",
    ),
    Operation(
        "getCertificateHistory",
        "GET",
        "/plant/certificates/{service_id}/history",
        "A service's newest 20 certificates, and its newest 1,000 events",
        "plant",
        get_certificate_history,
        CertificateHistoryShown,
        action=Action.READ_SERVICES,
        errors=(UnknownService,),
    ),
    Operation(
        "listCertificateEvents",
        "GET",
        "/plant/certificate-events",
        "What happened to certificates: issued, broken (by what), restored, renewed, withdrawn",
        "plant",
        list_certificate_events,
        CertificateEventsShown,
        action=Action.READ_SERVICES,
        query=CertificateEventsQuery,
    ),
    Operation(
        "getCertificateKey",
        "GET",
        "/plant/certificate-key",
        "The public key that new certificates are checked with",
        "plant",
        get_certificate_key,
        PublicKeyShown,
        action=Action.SEE_ITSELF,
        errors=(CertificateKeyMissing, CertificateKeyInvalid),
    ),
)
