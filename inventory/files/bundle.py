"""A folder of files, a bundle, into an inventory and back. `docs/reference/inventory-files.md` is its description.

Everything that is wrong with a bundle is found and told at once; nothing of it is used then.
"""

import csv
import io
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from inventory.errors import Fault, InventoryInvalid
from inventory.files.plant_rows import PLANT_SHEETS
from inventory.files.rows import Row
from inventory.files.sheets import HEADING_ROW, SHEETS, Sheet, columns_of, inventory_of, read_rows, reason_of
from inventory.many import many_objects
from inventory.snapshot import Inventory

FORMAT = 1
HEAD_FILE = "bundle.toml"


class BundleHead(BaseModel):
    """What `bundle.toml` says about the bundle."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1]
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    note: Annotated[str, StringConstraints(max_length=4_000)] = ""


def read_bundle(folder: Path) -> Inventory:
    """Return what the bundle holds, in the order of its rows.

    Raises: InventoryInvalid, with every fault by file and row.
    """
    read_head(folder)
    with many_objects():
        sheets = [_read_sheet(folder, name, row) for name, row in SHEETS.items()]
        return inventory_of(sheets, str(folder), list(_strangers(folder)))


def write_bundle(inventory: Inventory, folder: Path, name: str, note: str = "") -> None:
    """Write `inventory` as a bundle into `folder`, which is made where it is missing.

    What could not be read back, such as a text that a spreadsheet would compute, is not written.

    Raises: InventoryInvalid, before anything is written.
    """
    texts = {HEAD_FILE: _head_text(name, note)}
    faults: list[Fault] = []
    with many_objects():
        for sheet, row in SHEETS.items():
            texts[_file(sheet)] = _sheet_text(row, getattr(inventory, sheet), _file(sheet), faults)
    if faults:
        raise InventoryInvalid(str(folder), faults)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            (folder / file).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise InventoryInvalid(str(folder), [Fault(str(folder), None, _os_reason(error, "written"))]) from error


def _file(sheet: str) -> str:
    return f"{sheet}.csv"


def read_head(folder: Path) -> BundleHead:
    """Return what the bundle says about itself.

    Raises: InventoryInvalid, also where the folder or the file is missing.
    """
    if not folder.is_dir():
        raise InventoryInvalid(str(folder), [Fault(str(folder), None, "there is no such folder")])
    try:
        return BundleHead.model_validate(tomllib.loads(_read_text(folder / HEAD_FILE)))
    except _Unreadable as error:
        raise InventoryInvalid(str(folder), [Fault(HEAD_FILE, None, str(error))]) from error
    except tomllib.TOMLDecodeError as error:
        raise InventoryInvalid(str(folder), [Fault(HEAD_FILE, None, f"is no TOML: {error}")]) from error
    except ValidationError as error:
        faults = [Fault(HEAD_FILE, None, reason_of(detail)) for detail in error.errors(include_url=False)]
        raise InventoryInvalid(str(folder), faults) from error


class _Unreadable(Exception):
    """A file that gives no text; the message is the reason."""


def _read_text(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise _Unreadable("is missing") from None
    except OSError as error:
        raise _Unreadable(_os_reason(error, "read")) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _Unreadable(f"is not UTF-8 text (line {line}, byte 0x{error.object[error.start]:02x})") from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise _Unreadable(f"holds a NUL character (line {line}); it is no text")
    return text


def _os_reason(error: OSError, verb: str) -> str:
    return f"cannot be {verb} ({error.strerror or 'unknown reason'})"


def _strangers(folder: Path) -> Iterator[Fault]:
    """A misspelt file name would otherwise be a file nobody reads."""
    known = {_file(name) for name in SHEETS}
    for path in sorted(folder.glob("*.csv")):
        if path.name not in known:
            yield Fault(path.name, None, "belongs to no bundle; is its name misspelt?")


def _read_sheet(folder: Path, name: str, row_type: type[Row]) -> Sheet:
    sheet = Sheet(name, _file(name))
    if name in PLANT_SHEETS and not (folder / _file(name)).exists():
        return sheet
    try:
        records = _records(_read_text(folder / _file(name)))
        heading = next(records, [])
        columns = columns_of(sheet, heading, row_type)
        if columns is not None:
            read_rows(sheet, row_type, columns, records)
    except _Unreadable as error:
        sheet.refuse(None, str(error))
        sheet.is_whole = False
    return sheet


def _records(text: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise _Unreadable(f"is no CSV at line {reader.line_num}: {error}") from error


def _head_text(name: str, note: str) -> str:
    """TOML's basic strings are JSON's, but for DEL."""
    return f"format = {FORMAT}\nname = {_toml(name)}\nnote = {_toml(note)}\n"


def _toml(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(_toml_character(character) for character in escaped) + '"'


def _toml_character(character: str) -> str:
    return f"\\u{ord(character):04x}" if ord(character) < 0x20 or ord(character) == 0x7F else character


def _sheet_text(row_type: type[Row], nouns: Sequence[Any], file: str, faults: list[Fault]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(row_type.model_fields)
    for number, noun in enumerate(nouns, HEADING_ROW + 1):
        cells = row_type.of(noun)
        try:
            row_type.model_validate({name: "" if cell is None else cell for name, cell in cells.items()})
        except ValidationError as error:
            faults += [Fault(file, number, reason_of(detail)) for detail in error.errors(include_url=False)]
        writer.writerow(["" if cell is None else _cell(cell) for cell in cells.values()])
    return text.getvalue()


def _cell(cell: object) -> str:
    """A whole number of metres without its ".0"."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
