"""`GET /plant/resilience`: how well places are joined, and what would cut most off. For the operator's people."""

from datetime import date
from typing import cast

from pydantic import Field

from inventory.errors import UnknownThing
from inventory.places import PlaceKind
from provisioning.errors import Forbidden
from provisioning.policy import Action
from provisioning.questions.resilience import ResilienceAnswer, ask_resilience
from web.api.fields import AskedInQuery, Name, PageSize, Shown
from web.api.operation import Answer, Call, Operation
from web.api.plant.fields import AssetText, Day


class ResilienceQuery(AskedInQuery):
    """Which place, and on which day."""

    place: Name | None = Field(None, description="one DX, DXP or public site; all where left out")
    date: Day | None = Field(None, description="today where left out")
    limit: PageSize = Field(50, description="how many lines of each list; the counts are of all")


class PlaceResilienceShown(Shown):
    """One place: its disjoint paths to two DXs (2: two or more), and what it hangs on, nearest first."""

    place: str
    name: str
    kind: PlaceKind
    paths: int
    hangs_on: list[AssetText]
    risks: list[AssetText] = Field(description="corridors, bridges and entries that alone cut it off")
    premises: int


class SinglePointShown(Shown):
    """What loses every DX with one asset or risk."""

    asset: AssetText
    premises: int
    public: int
    places: int


class ResilienceShown(Shown):
    """The first places, least joined first, and the first single points of failure, worst first."""

    day: date
    sentence: str
    place_count: int
    places: list[PlaceResilienceShown]
    point_count: int
    points: list[SinglePointShown]

    @classmethod
    def of(cls, answer: ResilienceAnswer, limit: int) -> "ResilienceShown":
        found = answer.found
        return cls(
            day=found.day,
            sentence=answer.sentence,
            place_count=len(found.places),
            places=[PlaceResilienceShown.model_validate(place) for place in found.places[:limit]],
            point_count=len(found.points),
            points=[SinglePointShown.model_validate(point) for point in found.points[:limit]],
        )


def get_resilience(call: Call) -> Answer:
    query = cast("ResilienceQuery", call.query)
    return Answer(ResilienceShown.of(ask_resilience(call.tools, call.who, query.place, query.date), query.limit))


OPERATIONS = (
    Operation(
        "getResilience",
        "GET",
        "/plant/resilience",
        "Disjoint paths of every DX, DXP and public site, and the single points of failure",
        "plant",
        get_resilience,
        ResilienceShown,
        action=Action.READ_RESILIENCE,
        query=ResilienceQuery,
        errors=(Forbidden, UnknownThing),
        notes="Paths are counted over ducts with live cable, disjoint in ducts and places; corridors, bridges and "
        "entries that alone cut a place off are named beside it.",
    ),
)
