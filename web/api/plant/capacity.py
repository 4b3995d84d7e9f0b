"""`GET /plant/capacity` and `GET /plant/pulls`: what is free, and whether a cable can be pulled."""

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, cast

from pydantic import BeforeValidator, Field, StringConstraints

from inventory.errors import UnknownThing
from inventory.plant_errors import AssetUnclear, CableSizeUnknown, SamePlace
from provisioning.errors import Forbidden, RequestInvalid
from provisioning.policy import Action
from provisioning.questions import capacity as question
from web.api.fields import PRINTABLE, WHOLE_NUMBER, AskedInQuery, Shown
from web.api.operation import Answer, Call, Operation
from web.api.plant.fields import AssetText, Day, Key

type Code = Annotated[str, StringConstraints(pattern=PRINTABLE, min_length=1, max_length=100)]


class CapacityQuery(AskedInQuery):
    """Of what, and on which day."""

    of: Code = Field(description="code of a duct, cable or place; duct:CODE and the like where several have it")
    date: Day | None = Field(None, description="today where left out")


class BoreRoomShown(Shown):
    """A bore, and the thickest cable that still fits: its diameter, and the strands a usual one has (0: none is)."""

    bore: Key
    diameter_mm: float
    fill_percent: float
    fill_limit_percent: float
    used_by: str
    cables: list[str]
    room_mm: float
    room_strands: int


class StrandCountsShown(Shown):
    """`usable` are neither faulty nor set aside; these are lit, held (by reservations), sold (to services) or free."""

    total: int
    usable: int
    lit: int
    held: int
    sold: int
    free: int
    faulty: int
    set_aside: int


class CableRoomShown(Shown):
    """A cable and its strands. `away` says why it cannot be used on that day."""

    cable: str
    a_place: str
    z_place: str
    away: str
    strands: StrandCountsShown


class OdfRoomShown(Shown):
    """An ODF's positions. `used` have a patch; `idle` are the free ones without a strand behind."""

    odf: str
    place: str
    total: int
    used: int
    held: int
    sold: int
    free: int
    idle: int


class ChangeShown(Shown):
    """A day on which holds begin or end."""

    day: date
    strands_taken: int
    strands_freed: int
    positions_taken: int
    positions_freed: int


class CapacityShown(Shown):
    """What of one asset is free on one day, and the next ten days on which that changes."""

    asset: AssetText
    day: date
    away: str
    bores: list[BoreRoomShown]
    cables: list[CableRoomShown]
    odfs: list[OdfRoomShown]
    changes: list[ChangeShown]


DECIMAL = re.compile(r"[0-9]{1,3}(\.[0-9]{1,6})?")


def _plain(pattern: re.Pattern[str], words: str) -> Callable[[object], object]:
    """Query strings hold text; `+5`, `1e1` and ` 5 ` are numbers to pydantic and misspellings to us."""

    def check(text: object) -> object:
        if isinstance(text, str) and not pattern.fullmatch(text):
            raise ValueError(f"must be {words}")
        return text

    return check


type Strands = Annotated[int, Field(ge=1, le=10_000), BeforeValidator(_plain(WHOLE_NUMBER, "a whole number"))]
type Millimetres = Annotated[float, Field(gt=0, le=100), BeforeValidator(_plain(DECIMAL, "a number such as 12.5"))]


class PullQuery(AskedInQuery):
    """What to pull, from where to where."""

    a: Code = Field(description="place it begins at")
    z: Code = Field(description="place it ends at")
    strands: Strands
    diameter_mm: Millimetres | None = Field(None, description="outer; that of a usual cable where left out")
    date: Day | None = Field(None, description="today where left out")


class PulledBoreShown(Shown):
    """One bore of a way, and its fill before and after."""

    bore: Key
    a_place: str
    z_place: str
    length_m: float
    fill_percent: float
    new_fill_percent: float
    fill_limit_percent: float


class InTheWayShown(Shown):
    """A duct that a shorter way would need, and why it cannot be pulled through."""

    duct: str
    reason: str
    room_mm: float


class ThinnerCableShown(Shown):
    """The thickest cable that can be pulled instead."""

    diameter_mm: float
    strands: int
    length_m: float
    bores: list[PulledBoreShown]


class PullShown(Shown):
    """Yes with the bores, or no with what is in the way; with neither, no ducts join the places."""

    a_place: str
    z_place: str
    day: date
    strands: int
    diameter_mm: float
    is_possible: bool
    length_m: float
    bores: list[PulledBoreShown]
    in_the_way: list[InTheWayShown]
    thinner: ThinnerCableShown | None


def get_capacity(call: Call) -> Answer:
    query = cast("CapacityQuery", call.query)
    return Answer(CapacityShown.model_validate(question.capacity(call.tools, call.who, query.of, day=query.date)))


def get_pull(call: Call) -> Answer:
    query = cast("PullQuery", call.query)
    found = question.pull(
        call.tools, call.who, query.a, query.z, query.strands, diameter_mm=query.diameter_mm, day=query.date
    )
    return Answer(PullShown.model_validate(found))


OPERATIONS = (
    Operation(
        "getCapacity",
        "GET",
        "/plant/capacity",
        "What of a duct, cable or place is free, held and sold on a day",
        "plant",
        get_capacity,
        CapacityShown,
        action=Action.READ_PLANT,
        query=CapacityQuery,
        errors=(Forbidden, UnknownThing, AssetUnclear),
    ),
    Operation(
        "getPull",
        "GET",
        "/plant/pulls",
        "Can a cable of so many strands be pulled from a place to another?",
        "plant",
        get_pull,
        PullShown,
        action=Action.READ_PLANT,
        query=PullQuery,
        errors=(Forbidden, UnknownThing, SamePlace, CableSizeUnknown, RequestInvalid),
    ),
)
