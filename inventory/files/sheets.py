"""Sheets: rows of cells under a heading, one sheet a kind of thing, into an inventory. Pure.

A folder of CSV files and the layers of a GeoPackage are read by this. Everything that is wrong is
found and told at once; nothing is used then.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from inventory.breaches import Breach, Key
from inventory.errors import Fault, InventoryInvalid
from inventory.files.plant_rows import PLANT_SHEETS
from inventory.files.rows import (
    DeviceRow,
    HandoverRow,
    LinkRow,
    OrganisationRow,
    PlaceRow,
    PortRow,
    PremisesRow,
    Row,
)
from inventory.rules import find_breaches
from inventory.snapshot import Inventory

HEADING_ROW = 1

SHEETS: dict[str, type[Row]] = {
    "places": PlaceRow,
    "premises": PremisesRow,
    "organisations": OrganisationRow,
    "devices": DeviceRow,
    "ports": PortRow,
    "links": LinkRow,
    "handovers": HandoverRow,
    **PLANT_SHEETS,
}
"""The fields of Inventory, each a file `<field>.csv`, and what stands in a row of it."""


@dataclass
class Sheet:
    """What one sheet gave: nouns with the row of each, faults, and the keys of rows that could not be used.

    `where` is what a fault says of it, such as a file's name.
    """

    name: str
    where: str
    nouns: list[Any] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    spoilt: set[Any] = field(default_factory=set)
    is_whole: bool = True

    def refuse(self, row: int | None, reason: str) -> None:
        self.faults.append(Fault(self.where, row, reason))

    def may_have(self, key: object) -> bool:
        """Whether the file may have meant to hold that key (None: any), in a row or part that could not be read."""
        return not self.is_whole or (bool(self.spoilt) if key is None else key in self.spoilt)


def inventory_of(sheets: Sequence[Sheet], source: str, others: Sequence[Fault] = ()) -> Inventory:
    """Return what the sheets hold together, in the order of their rows. `others` are faults found elsewhere.

    Raises: InventoryInvalid, with every fault of every sheet, and every rule that is broken between them.
    """
    inventory = Inventory(**{sheet.name: tuple(sheet.nouns) for sheet in sheets})
    faults = [*others, *(fault for sheet in sheets for fault in sheet.faults)]
    faults += _breaches(inventory, {sheet.name: sheet for sheet in sheets})
    if faults:
        raise InventoryInvalid(source, faults)
    return inventory


def columns_of(sheet: Sheet, heading: Sequence[str], row_type: type[Row]) -> list[str] | None:
    """The heading's columns, in any order; None (and faults) where they are not the file's."""
    columns = [column.strip() for column in heading]
    wanted = list(row_type.model_fields)
    for column, of_row in row_type.model_fields.items():
        if column not in columns and of_row.is_required():
            sheet.refuse(HEADING_ROW, f"column {column!r} is missing")
    for column in dict.fromkeys(columns):
        if column not in wanted:
            sheet.refuse(HEADING_ROW, f"column {_short(column)} is not one of {', '.join(wanted)}")
        elif columns.count(column) > 1:
            sheet.refuse(HEADING_ROW, f"column {column!r} stands there {columns.count(column)} times")
    sheet.is_whole = not sheet.faults
    return columns if sheet.is_whole else None


def read_rows(sheet: Sheet, row_type: type[Row], columns: list[str], rows: Iterable[list[str]]) -> None:
    """Read the rows below the heading into a sheet; what is wrong with one becomes its faults."""
    validate, width = row_type.__pydantic_validator__.validate_python, len(columns)
    for number, cells in enumerate(rows, HEADING_ROW + 1):
        if len(cells) != width:
            read_row(sheet, row_type, columns, number, cells)
            continue
        try:
            noun = validate(dict(zip(columns, cells, strict=True))).noun()
        except ValidationError:
            read_row(sheet, row_type, columns, number, cells)
        else:
            sheet.nouns.append(noun)
            sheet.rows.append(number)


def read_row(sheet: Sheet, row_type: type[Row], columns: list[str], number: int, cells: list[str]) -> None:
    """Read one row into a sheet; what is wrong with it becomes its faults."""
    if not cells:
        return  # an empty line
    if len(cells) != len(columns):
        sheet.refuse(number, f"has {len(cells)} cells, and the heading {len(columns)}")
        sheet.spoilt.add(row_type.key_of(dict(zip(columns, cells, strict=False))))
        return
    by_column = dict(zip(columns, cells, strict=True))
    try:
        noun = row_type.model_validate(by_column).noun()
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            sheet.refuse(number, reason_of(detail))
        sheet.spoilt.add(row_type.key_of(by_column))
        return
    sheet.nouns.append(noun)
    sheet.rows.append(number)


def reason_of(detail: ErrorDetails) -> str:
    """What is wrong with a cell, in words."""
    column = ".".join(str(part) for part in detail["loc"] if isinstance(part, str))
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "value_error":
        return f"{column} {_short(detail['input'])} {message}" if column else message
    message = message[:1].lower() + message[1:]
    return f"{column} {_short(detail['input'])}: {message}"


def _short(cell: object) -> str:
    text = repr(str(cell))
    return text if len(text) <= 60 else text[:56] + "...'"


def _breaches(inventory: Inventory, sheets: dict[str, Sheet]) -> list[Fault]:
    """Broken rules between rows, but for references to what stands in a row that is itself at fault."""

    def is_told_already(lacks: Key | None) -> bool:
        return lacks is not None and _may_stand_in(lacks, sheets)

    def as_fault(breach: Breach) -> Fault:
        return Fault(sheets[breach.field].where, sheets[breach.field].rows[breach.position], breach.reason)

    return [as_fault(breach) for breach in find_breaches(inventory) if not is_told_already(breach.lacks)]


def _may_stand_in(lacks: Key, sheets: dict[str, Sheet]) -> bool:
    name, key = lacks
    return sheets[name].may_have(key)


def reasons_against(field: str, noun: Any) -> Iterator[str]:
    """Why a noun may not stand in that field of Inventory; nothing where it may."""
    row = SHEETS[field]
    cells = {name: "" if cell is None else cell for name, cell in row.of(noun).items()}
    try:
        row.model_validate(cells)
    except ValidationError as error:
        yield from map(reason_of, error.errors(include_url=False))
