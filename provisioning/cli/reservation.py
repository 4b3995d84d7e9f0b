"""`neutralhost reservation ...`: strands, positions and ports kept for a window of days."""

from collections.abc import Sequence
from datetime import datetime

from inventory.devices import PortRef
from inventory.plant import PositionRef, StrandRef
from provisioning import front_desk
from provisioning.cli.errors import InputRefused
from provisioning.cli.house import open_house
from provisioning.cli.order_strands import window_of
from provisioning.cli.output import Output, Sheet, current_output, sheet
from provisioning.cli.words import moment
from provisioning.front_desk import SYSTEM
from provisioning.reservations import Reservation, ReservationRequest, ReservationState


def make(
    isp_code: str,
    purpose: str,
    first_day: datetime | None,
    last_day: datetime,
    strands: Sequence[str],
    positions: Sequence[str],
    ports: Sequence[str],
    between: tuple[str, str] | None,
) -> None:
    output = current_output()
    request = ReservationRequest(
        isp_code=isp_code,
        purpose=purpose,
        window=window_of(first_day, last_day),
        strands=tuple(StrandRef(*_numbered("--strand", text)) for text in strands),
        positions=tuple(PositionRef(*_numbered("--position", text)) for text in positions),
        ports=tuple(PortRef(*_parted("--port", text)) for text in ports),
        between=between,
    )
    with open_house() as house:
        made = front_desk.make_reservation(house.tools, SYSTEM, request)
    output.answer({"reservation": made}, lambda: print_reservation(made, output))


def list_reservations(state: str | None, limit: int, cursor: str | None) -> None:
    output = current_output()
    with open_house() as house:
        wanted = None if state is None else ReservationState(state)
        page = front_desk.reservations(house.tools, SYSTEM, state=wanted, cursor=cursor, limit=limit)
    output.answer(page, lambda: output.table(reservations_sheet(page.reservations)))
    if page.next_cursor:
        output.say(f"More with --cursor {page.next_cursor}", style="dim")


def show(reservation_id: str) -> None:
    output = current_output()
    with open_house() as house:
        found = front_desk.reservation(house.tools, SYSTEM, reservation_id)
    output.answer({"reservation": found}, lambda: print_reservation(found, output))


def release(reservation_id: str) -> None:
    output = current_output()
    with open_house() as house:
        released = front_desk.release_reservation(house.tools, SYSTEM, reservation_id)
    output.answer({"reservation": released}, lambda: output.say(f"Reservation {released.id} holds nothing any more."))


def reservations_sheet(reservations: Sequence[Reservation]) -> Sheet:
    """Return reservations as a table."""
    rows = (
        (
            each.id,
            each.isp_code,
            str(each.window),
            str(len(each.strands)),
            str(len(each.positions)),
            str(len(each.ports)),
            each.state.value,
            each.purpose,
        )
        for each in reservations
    )
    counted = ("strands", "positions", "ports")
    return sheet(("reservation", "isp", "window", *counted, "state", "purpose"), rows, right=counted)


def print_reservation(reservation: Reservation, output: Output) -> None:
    """Print one reservation's facts."""
    output.facts(
        (
            ("reservation", reservation.id),
            ("state", reservation.state.value),
            ("isp", reservation.isp_code),
            ("purpose", reservation.purpose),
            ("window", str(reservation.window)),
            ("strands", ", ".join(map(str, reservation.strands))),
            ("positions", ", ".join(map(str, reservation.positions))),
            ("ports", ", ".join(map(str, reservation.ports))),
            ("made by", reservation.made_by),
            ("created", moment(reservation.created_at)),
            ("ended", moment(reservation.ended_at)),
        )
    )


def _numbered(option: str, text: str) -> tuple[str, int]:
    name, number = _parted(option, text)
    if not number.isascii() or not number.isdigit() or not 0 < int(number) < 100_000:
        raise InputRefused(f"{option} {text!r} has no number from 1 on behind its colon.")
    return name, int(number)


def _parted(option: str, text: str) -> tuple[str, str]:
    name, colon, rest = text.partition(":")
    if not (name and colon and rest):
        raise InputRefused(f"{option} {text!r} is not two names with a colon between them.")
    return name, rest
