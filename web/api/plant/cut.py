"""`GET /plant/cuts`: what a cut takes away, and who feels it. For the operator's people."""

from datetime import date
from typing import Annotated, cast

from pydantic import BeforeValidator, Field, StringConstraints

from inventory.errors import StrandLoop, UnknownThing
from inventory.plant_errors import CircleInvalid, CircleOutsideBritain, TargetUnclear
from provisioning.errors import Forbidden
from provisioning.impact import Fate
from provisioning.policy import Action
from provisioning.questions.cut import CutAnswer, what_is_cut
from web.api.fields import PRINTABLE, AskedInQuery, PageSize, Shown, digits_only
from web.api.operation import Answer, Call, Operation
from web.api.plant.fields import Day


class CutQuery(AskedInQuery):
    """What is cut, and on which day."""

    target: Annotated[str, StringConstraints(pattern=PRINTABLE, min_length=1, max_length=100)] = Field(
        description="a duct's or place's code; KIND:CODE (duct, cable, place, corridor, bridge, entry); or "
        "EASTING,NORTHING,RADIUS in metres of the British national grid"
    )
    date: Day | None = Field(None, description="today where left out")
    detours: Annotated[int, Field(ge=0, le=20), BeforeValidator(digits_only)] = Field(
        0, description="how many ways round to look for, for each span that is lost"
    )
    limit: PageSize = Field(200, description="how many services to list; the counts are of all")


class SiteCutShown(Shown):
    """A site with fibre: how many fibres end there, and how many of them are cut."""

    place: str
    uprn: str | None
    fibres: int
    lost: int


class WeakenedShown(Shown):
    """A port-channel that goes on: the members that are lost, and those it runs on now."""

    link: str
    lost: list[str]
    left: list[str]


class CutShown(Shown):
    """What is lost of the plant. `lit_strands` of the `strands` carry a port's light; `weakened` links go on."""

    ducts: list[str]
    places: list[str]
    cables: list[str]
    strands: int
    lit_strands: int
    links: list[str]
    weakened: list[WeakenedShown]
    sites: list[SiteCutShown]


class ServiceHitShown(Shown):
    """A service that is hit, and what is left: lost, other-links (another path has room), diversity, protected."""

    id: str
    isp_code: str
    product: str
    state: str
    uprn: str
    fate: Fate


class IspHitShown(Shown):
    """How many services of one ISP are hit, by what is left of them."""

    isp_code: str
    services: int
    lost: int
    other_links: int
    diversity: int
    protected: int


class PublicSiteShown(Shown):
    """Public premises that are touched: by services, and by fibres that end there (`lost` of `fibres`)."""

    uprn: str | None
    place: str | None
    name: str
    services: int
    fibres: int
    lost: int


class ImpactShown(Shown):
    """What people lose. `services` has the first of `service_count`, worst first; premises by UPRN."""

    service_count: int
    services: list[ServiceHitShown]
    isps: list[IspHitShown]
    premises: list[str]
    public_sites: list[PublicSiteShown]
    held_strands: int
    reservations: list[str]


class SpanShown(Shown):
    """One hop of a way round: its ducts in order, and the cables that have enough free strands."""

    ducts: list[str]
    cables: list[str]


class WayShown(Shown):
    """One way round: the places its spans join, metres of strand, and what it loses."""

    places: list[str]
    spans: list[SpanShown]
    length_m: float
    loss_db: float


class DetourShown(Shown):
    """The ways between two places whose cables or links are lost, best first, for so many strands side by side."""

    a_place: str
    z_place: str
    instead_of: list[str]
    strands: int
    routes: list[WayShown]
    why_none: str


class CutAnswerShown(Shown):
    """A cut on a day: in a sentence, in the plant, and for people."""

    asked: str
    title: str
    day: date
    sentence: str
    cut: CutShown
    impact: ImpactShown
    detours: list[DetourShown]

    @classmethod
    def of(cls, answer: CutAnswer, limit: int) -> "CutAnswerShown":
        impact = answer.impact
        return cls(
            asked=answer.asked,
            title=answer.title,
            day=answer.day,
            sentence=answer.sentence,
            cut=CutShown.model_validate(answer.cut),
            impact=ImpactShown(
                service_count=len(impact.services),
                services=[ServiceHitShown.model_validate(hit) for hit in impact.services[:limit]],
                isps=[IspHitShown.model_validate(hit) for hit in impact.isps],
                premises=list(impact.premises),
                public_sites=[PublicSiteShown.model_validate(site) for site in impact.public_sites],
                held_strands=impact.held_strands,
                reservations=list(impact.reservations),
            ),
            detours=[DetourShown.model_validate(detour) for detour in answer.detours],
        )


def get_cut(call: Call) -> Answer:
    query = cast("CutQuery", call.query)
    answer = what_is_cut(call.tools, call.who, query.target, query.date, query.detours)
    return Answer(CutAnswerShown.of(answer, query.limit))


OPERATIONS = (
    Operation(
        "getCut",
        "GET",
        "/plant/cuts",
        "What a cut takes away: strands, links, services, ISPs, premises, public sites",
        "plant",
        get_cut,
        CutAnswerShown,
        action=Action.READ_CUTS,
        query=CutQuery,
        errors=(Forbidden, UnknownThing, TargetUnclear, CircleInvalid, CircleOutsideBritain, StrandLoop),
        notes="Whether another path has room is looked at for each service alone.",
    ),
)
