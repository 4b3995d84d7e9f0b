"""`GET /plant/paths`: the best path between two places, or two that share nothing. For the operator's people."""

import re
from datetime import date
from typing import Annotated, cast

from pydantic import BeforeValidator, Field, StringConstraints

from inventory import plant_errors as plant
from inventory.errors import DatesReversed, UnknownThing
from provisioning.errors import Forbidden
from provisioning.policy import Action
from provisioning.questions.path import PathQuestion, find_path
from web.api.fields import PRINTABLE, AskedInQuery, Name, QueryFlag, Shown, digits_only
from web.api.operation import Answer, Call, Operation
from web.api.plant.fields import AssetText, Day

MOST_AVOIDED = 50
DECIMAL = re.compile(r"[0-9]{1,4}(\.[0-9]{1,3})?")


def _listed(given: object) -> object:
    return [given] if isinstance(given, str) else given


def _decimal(text: object) -> object:
    """`1e3`, `nan` and ` 5 ` are numbers to pydantic and misspellings to us."""
    if isinstance(text, str) and not DECIMAL.fullmatch(text):
        raise ValueError("must be a number such as 6.2")
    return text


type AvoidText = Annotated[str, StringConstraints(pattern=PRINTABLE, min_length=1, max_length=100)]


class PathQuery(AskedInQuery):
    """From where to where, and how."""

    a: Name = Field(description="code of a place where cables end")
    z: Name = Field(description="code of the other place")
    diverse: QueryFlag = Field(False, description="two legs that share nothing but their ends")
    date: Day | None = Field(None, description="first day; today where left out")
    until: Day | None = Field(None, description="last day; without an end where left out")
    strands: Annotated[int, Field(ge=1, le=1000), BeforeValidator(digits_only)] = Field(
        1, description="free strands side by side"
    )
    avoid: Annotated[list[AvoidText], Field(max_length=MOST_AVOIDED), BeforeValidator(_listed)] = Field(
        [], description="KIND:CODE, a duct's or place's code, or EASTING,NORTHING,RADIUS; may be given several times"
    )
    max_loss_db: Annotated[float, Field(ge=0, lt=10_000), BeforeValidator(_decimal)] | None = Field(
        None, description="what a leg may lose at most, in dB"
    )


class PathSpanShown(Shown):
    """One hop: its ducts in order, and the cables that have enough free strands."""

    ducts: list[str]
    cables: list[str]


class PathLegShown(Shown):
    """One leg: its places and hops, the owners of its ducts, its risks, metres of strand, and what it loses."""

    places: list[str]
    spans: list[PathSpanShown]
    ducts: list[str]
    owners: list[str]
    corridors: list[str]
    bridges: list[str]
    entries: list[str]
    length_m: float
    loss_db: float


class PathConsentShown(Shown):
    """A consent and its dates."""

    code: str
    grantor: str
    first_day: date
    last_day: date | None


class PathGapShown(Shown):
    """An asset that has no consent for the days asked for, and the nearest one it has."""

    asset: AssetText
    nearest: PathConsentShown | None


class PathBarredShown(Shown):
    """Two legs that would share less, were it not for consents: what is missing, and what they would share."""

    gaps: list[PathGapShown]
    shared: list[AssetText]


class PathShown(Shown):
    """One leg, or two. `shared` is what both use (empty: they are diverse), `closest` the two ducts nearest each other.

    `is_exact` says that there is nothing better; it is false where the search was cut off. `barred` says of legs
    that share something which consents a pair that shares less lacks.
    """

    a_place: str
    z_place: str
    first_day: date
    last_day: date | None
    strands: int
    diverse: bool
    sentence: str
    legs: list[PathLegShown]
    shared: list[AssetText]
    separation_m: float | None
    closest: list[str] | None
    is_exact: bool
    method: str
    barred: PathBarredShown | None


def get_path(call: Call) -> Answer:
    asked = cast("PathQuery", call.query)
    question = PathQuestion(
        a_place=asked.a,
        z_place=asked.z,
        first_day=asked.date,
        last_day=asked.until,
        strands=asked.strands,
        diverse=asked.diverse,
        avoid=tuple(asked.avoid),
        max_loss_db=asked.max_loss_db,
    )
    return Answer(PathShown.model_validate(find_path(call.tools, call.who, question)))


OPERATIONS = (
    Operation(
        "getPath",
        "GET",
        "/plant/paths",
        "The best path between two places with free strands, or two that share nothing",
        "plant",
        get_path,
        PathShown,
        action=Action.READ_PLANT,
        query=PathQuery,
        errors=(
            Forbidden,
            UnknownThing,
            DatesReversed,
            plant.TargetUnclear,
            plant.CircleInvalid,
            plant.CircleOutsideBritain,
            plant.SamePlace,
            plant.NoRoute,
            plant.ConsentMissing,
            plant.PlantNotReady,
            plant.StrandsExhausted,
            plant.Avoided,
            plant.LossTooHigh,
        ),
        notes="No asset without a consent is used, and none that is not there on the first day.",
    ),
)
