"""`GET /plant/traces`: what is between two ends, down to the strand. Lengths in metres, losses in dB."""

from typing import Annotated, cast

from pydantic import Field, StringConstraints

from inventory.errors import StrandLoop, UnknownThing
from inventory.plant import StrandState
from inventory.plant_errors import EndUnclear
from inventory.trace import LossBasis
from provisioning.errors import Forbidden, UnknownService
from provisioning.policy import Action
from provisioning.questions import trace as question
from web.api.fields import PRINTABLE, AskedInQuery, Shown
from web.api.operation import Answer, Call, Operation
from web.api.plant.fields import AssetText, Key


class TraceQuery(AskedInQuery):
    """What to trace from."""

    end: Annotated[str, StringConstraints(pattern=PRINTABLE, min_length=1, max_length=200)] = Field(
        description="the id of a service; for the operator also strand:CABLE:NUMBER (@PLACE after it: from there on), "
        "DEVICE:PORT, ODF:NUMBER or the code of a link"
    )


class PartiesShown(Shown):
    """Who owns an asset, runs it and uses it, as organisation codes."""

    owner: str
    operator: str
    used_by: str


class StretchShown(Shown):
    """A part of a cable: one bore of one duct, in the direction of the trace."""

    bore: Key
    a_place: str
    z_place: str
    at_m: float
    length_m: float
    parties: PartiesShown


class StrandDetailsShown(Shown):
    """A strand's colours (TIA-598-D) and state, and where its cable lies."""

    cable: str
    number: int
    tube: int
    tube_colour: str
    colour: str
    state: StrandState
    slack_m: float = Field(description="metres of cable coiled up along the way, on top of the stretches")
    stretches: list[StretchShown]


class EventShown(Shown):
    """One thing that light meets, `at_m` after it entered."""

    asset: AssetText
    place: str
    at_m: float
    length_m: float
    loss_db: float
    basis: LossBasis
    parties: PartiesShown | None
    optic: str
    closure: str
    strand: StrandDetailsShown | None


class LossBudgetShown(Shown):
    """What a fibre loses, by what loses it, beside what its optic allows (null where no optic is known)."""

    fibre_km: float
    fibre_db: float
    splices: int
    planned_splices: int
    splices_db: float
    connectors: int
    connectors_db: float
    loss_db: float
    optic: str
    allowed_db: float | None
    margin_db: float | None


class FibreTraceShown(Shown):
    """One fibre, in the direction that was asked for."""

    a_place: str
    z_place: str
    link: str
    events: list[EventShown]
    length_m: float
    budget: LossBudgetShown


class TraceSectionShown(Shown):
    """The fibres of one link, or of one leg of a service; none where no strands are known that carry it."""

    name: str
    fibres: list[FibreTraceShown]


class TraceShown(Shown):
    """Sections one after the other, and the sums of their longest and worst fibres."""

    asked: str
    sections: list[TraceSectionShown]
    length_m: float
    loss_db: float


def get_trace(call: Call) -> Answer:
    query = cast("TraceQuery", call.query)
    return Answer(TraceShown.model_validate(question.trace(call.tools, call.who, query.end)))


OPERATIONS = (
    Operation(
        "getTrace",
        "GET",
        "/plant/traces",
        "Every strand, splice, duct and owner from one end to the other, and the losses",
        "plant",
        get_trace,
        TraceShown,
        action=Action.READ_SERVICES,
        query=TraceQuery,
        errors=(UnknownService, Forbidden, EndUnclear, UnknownThing, StrandLoop),
        notes="An ISP may trace its own services, and sees who owns what, but no other ISP.",
    ),
)
