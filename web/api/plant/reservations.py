"""Reservations: strands, positions and ports kept for somebody for a window of days."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, cast

from pydantic import Field, StringConstraints

from inventory.devices import PortRef
from inventory.errors import DatesReversed, UnknownThing
from inventory.plant import PositionRef, StrandRef
from inventory.plant_errors import RouteRefused
from inventory.windows import Window
from provisioning import errors, front_desk, strand_errors
from provisioning.policy import Action
from provisioning.reservations import Reservation, ReservationRequest, ReservationState
from web.api.fields import Asked, AskedInQuery, Cursor, Name, PageSize, Sentence, Shown
from web.api.operation import Answer, Call, Operation
from web.api.plant.fields import DayInBody, Key

MOST = 1000
NUMBERED = r"^[A-Za-z0-9._/-]{1,64}:[1-9][0-9]{0,4}$"
PORT = r"^[A-Za-z0-9._-]{1,64}:[A-Za-z0-9._/-]{1,64}$"

type NumberedKey = Annotated[str, StringConstraints(pattern=NUMBERED)]
type PortKey = Annotated[str, StringConstraints(pattern=PORT)]


class BetweenBody(Asked):
    """The two places a pair of strands is to be had between."""

    a_place: Name
    z_place: Name


class ReservationBody(Asked):
    """What to keep, for whom, why, and from which day to which."""

    isp_code: Name
    purpose: Sentence = Field(description="why, in one line")
    first_day: DayInBody
    last_day: DayInBody
    strands: list[NumberedKey] = Field(default_factory=list, max_length=MOST, description='"cable:number"')
    positions: list[NumberedKey] = Field(default_factory=list, max_length=MOST, description='"odf:number"')
    ports: list[PortKey] = Field(default_factory=list, max_length=MOST, description='"device:port"')
    between: BetweenBody | None = Field(None, description="a pair of strands between two places, on top of the rest")

    def noun(self) -> ReservationRequest:
        """Raises: DatesReversed."""
        return ReservationRequest(
            isp_code=self.isp_code,
            purpose=self.purpose,
            window=Window(self.first_day, self.last_day),
            strands=tuple(StrandRef(*_numbered(key)) for key in self.strands),
            positions=tuple(PositionRef(*_numbered(key)) for key in self.positions),
            ports=tuple(PortRef(*key.split(":", 1)) for key in self.ports),
            between=None if self.between is None else (self.between.a_place, self.between.z_place),
        )


class ReservationsQuery(AskedInQuery):
    """Which reservations, newest first."""

    state: ReservationState | None = None
    cursor: Cursor | None = Field(None, description="`next_cursor` of the page before")
    limit: PageSize = 50


class ReservationShown(Shown):
    """One reservation. What it names it holds while it is `held`, also before its first day."""

    id: str
    isp_code: str
    purpose: str
    first_day: date
    last_day: date | None
    strands: list[Key]
    positions: list[Key]
    ports: list[Key]
    state: ReservationState
    created_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, reservation: Reservation) -> "ReservationShown":
        return cls(
            id=reservation.id,
            isp_code=reservation.isp_code,
            purpose=reservation.purpose,
            first_day=reservation.window.first,
            last_day=reservation.window.last,
            strands=[str(strand) for strand in reservation.strands],
            positions=[str(position) for position in reservation.positions],
            ports=[str(port) for port in reservation.ports],
            state=reservation.state,
            created_at=reservation.created_at,
            ended_at=reservation.ended_at,
        )


class ReservationPageShown(Shown):
    items: list[ReservationShown]
    next_cursor: str | None


def make(call: Call) -> Answer:
    body = cast("ReservationBody", call.body)
    made = front_desk.make_reservation(call.tools, call.who, body.noun())
    return Answer(ReservationShown.of(made), HTTPStatus.CREATED, f"/reservations/{made.id}")


def list_all(call: Call) -> Answer:
    query = cast("ReservationsQuery", call.query)
    page = front_desk.reservations(call.tools, call.who, state=query.state, cursor=query.cursor, limit=query.limit)
    items = [ReservationShown.of(each) for each in page.reservations]
    return Answer(ReservationPageShown(items=items, next_cursor=page.next_cursor))


def get(call: Call) -> Answer:
    return Answer(ReservationShown.of(front_desk.reservation(call.tools, call.who, call.path["reservation_id"])))


def release(call: Call) -> Answer:
    released = front_desk.release_reservation(call.tools, call.who, call.path["reservation_id"])
    return Answer(ReservationShown.of(released))


def _numbered(key: str) -> tuple[str, int]:
    name, _, number = key.rpartition(":")
    return name, int(number)


OPERATIONS = (
    Operation(
        "makeReservation",
        "POST",
        "/reservations",
        "Reserve strands, positions and ports for a window of days",
        "plant",
        make,
        ReservationShown,
        action=Action.RESERVE,
        body=ReservationBody,
        statuses=(HTTPStatus.CREATED,),
        errors=(
            errors.Forbidden,
            errors.UnknownIsp,
            errors.RequestInvalid,
            errors.AlreadyHeld,
            UnknownThing,
            DatesReversed,
            RouteRefused,
            strand_errors.WindowInPast,
            strand_errors.WindowTooLong,
            strand_errors.NothingReserved,
            strand_errors.NotReservable,
        ),
        notes="All of it is kept, or nothing. It is given back at the end of the last day by itself.",
    ),
    Operation(
        "listReservations",
        "GET",
        "/reservations",
        "Reservations, newest first",
        "plant",
        list_all,
        ReservationPageShown,
        action=Action.READ_SERVICES,
        query=ReservationsQuery,
        errors=(errors.CursorInvalid,),
    ),
    Operation(
        "getReservation",
        "GET",
        "/reservations/{reservation_id}",
        "One reservation",
        "plant",
        get,
        ReservationShown,
        action=Action.READ_SERVICES,
        errors=(strand_errors.UnknownReservation,),
    ),
    Operation(
        "releaseReservation",
        "DELETE",
        "/reservations/{reservation_id}",
        "Give back what a reservation holds before its end",
        "plant",
        release,
        ReservationShown,
        action=Action.RELEASE_RESERVATIONS,
        errors=(errors.Forbidden, strand_errors.UnknownReservation, errors.WrongState),
        notes="Twice is the same as once.",
    ),
)
