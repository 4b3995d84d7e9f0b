"""What the legs of a service consist of, and what a person must do for them. Pure."""

from collections.abc import Iterator, Sequence

from inventory.plant import PositionRef, StrandRef
from inventory.routes import StrandLeg


def strands_of(legs: Sequence[StrandLeg]) -> tuple[StrandRef, ...]:
    """Every strand of the legs, each once."""
    return tuple(dict.fromkeys(strand for leg in legs for fibre in leg.fibres for strand in fibre))


def positions_of(legs: Sequence[StrandLeg]) -> tuple[PositionRef, ...]:
    """Every ODF position of the legs, each once."""
    return tuple(dict.fromkeys(position for leg in legs for position in leg.positions))


def tasks_of(legs: Sequence[StrandLeg]) -> tuple[str, ...]:
    """What a person must do before light can pass: splices, ends to put on a position, and patches."""
    return tuple(dict.fromkeys(task for leg in legs for task in _tasks(leg)))


def _tasks(leg: StrandLeg) -> Iterator[str]:
    for first, second, place in leg.new_splices:
        yield f"Splice {first} to {second} at {place}."
    to_make = {position: strand for strand, position in leg.new_positions}
    for position in leg.positions:
        if position in to_make:
            yield f"Put the end of {to_make[position]} on position {position}."
        yield f"Patch position {position} to the ISP's equipment."
