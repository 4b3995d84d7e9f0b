"""Whether a noun that did not come from a bundle could stand in one: the same rules for every file."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from inventory.files.bundle import SHEETS, reason_of


def reasons_against(field: str, noun: Any) -> Iterator[str]:
    """Why a noun may not stand in that field of Inventory; nothing where it may."""
    row = SHEETS[field]
    cells = {name: "" if cell is None else cell for name, cell in row.of(noun).items()}
    try:
        row.model_validate(cells)
    except ValidationError as error:
        yield from map(reason_of, error.errors(include_url=False))
