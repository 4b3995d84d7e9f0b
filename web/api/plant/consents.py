"""`GET /plant/consents`: permissions for assets to be where they are, and what depends on them."""

from datetime import date
from typing import Annotated, cast

from pydantic import BeforeValidator, Field

from inventory.consent_answers import ConsentAnswer, ConsentState
from inventory.errors import UnknownThing
from provisioning.errors import Forbidden
from provisioning.policy import Action
from provisioning.questions import consents as question
from provisioning.questions.consents import LONGEST_DAYS
from web.api.fields import WHOLE_NUMBER, AskedInQuery, Shown
from web.api.operation import Answer, Call, Operation
from web.api.plant.fields import AssetText


def _digits_only(text: object) -> object:
    if isinstance(text, str) and not WHOLE_NUMBER.fullmatch(text):
        raise ValueError("must be a whole number in plain digits")
    return text


class ConsentsQuery(AskedInQuery):
    """Which consents."""

    expires_within_days: Annotated[int, Field(ge=0, le=LONGEST_DAYS), BeforeValidator(_digits_only)] | None = Field(
        None, description="only those that end within so many days, or have ended and left an asset without any"
    )


class ConsentShown(Shown):
    """A consent as it stands today. `days_left` is 0 on its last day, below 0 afterwards, null without an end."""

    code: str
    grantor: str
    land_reference: str
    term: str
    first_day: date
    last_day: date | None
    yearly_pence: int
    state: ConsentState
    days_left: int | None
    assets: list[AssetText]
    uncovered: list[AssetText] = Field(description="its assets that are without any consent once it has ended")

    @classmethod
    def of(cls, answer: ConsentAnswer) -> "ConsentShown":
        consent = answer.consent
        return cls(
            code=consent.code,
            grantor=consent.grantor,
            land_reference=consent.land_reference,
            term=consent.term,
            first_day=consent.first_day,
            last_day=consent.last_day,
            yearly_pence=consent.yearly_pence,
            state=answer.state,
            days_left=answer.days_left,
            assets=[str(asset) for asset in answer.assets],
            uncovered=[str(asset) for asset in answer.uncovered],
        )


class ConsentsShown(Shown):
    """Consents, those that end first first."""

    items: list[ConsentShown]


class ConsentHoldsShown(Shown):
    """A consent, and how much depends on its assets today."""

    consent: ConsentShown
    cables: int
    strands: int
    links: int
    services: int
    reservations: int


def list_consents(call: Call) -> Answer:
    query = cast("ConsentsQuery", call.query)
    found = question.consents(call.tools, call.who, expires_within_days=query.expires_within_days)
    return Answer(ConsentsShown(items=[ConsentShown.of(each) for each in found]))


def get_consent(call: Call) -> Answer:
    found = question.consent(call.tools, call.who, call.path["consent"])
    return Answer(
        ConsentHoldsShown(
            consent=ConsentShown.of(found.answer),
            cables=found.cables,
            strands=found.strands,
            links=found.links,
            services=found.services,
            reservations=found.reservations,
        )
    )


OPERATIONS = (
    Operation(
        "listConsents",
        "GET",
        "/plant/consents",
        "Consents, those that end first first",
        "plant",
        list_consents,
        ConsentsShown,
        action=Action.READ_CONSENTS,
        query=ConsentsQuery,
        errors=(Forbidden,),
    ),
    Operation(
        "getConsent",
        "GET",
        "/plant/consents/{consent}",
        "One consent, and how much depends on it",
        "plant",
        get_consent,
        ConsentHoldsShown,
        action=Action.READ_CONSENTS,
        errors=(Forbidden, UnknownThing),
    ),
)
