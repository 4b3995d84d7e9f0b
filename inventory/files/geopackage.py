"""A GeoPackage (OGC 12-128r18) for QGIS: one layer or table a kind of thing, EPSG:27700, and back.

The columns are those of the bundle's sheets, but a position is the feature's point and a route its line:
what is moved on the map has moved. GDAL writes and reads it, by pyogrio, which is installed as the extra
`gis`; it is imported where it is used, because no other command may need it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from inventory.errors import Fault, InventoryInvalid
from inventory.files.errors import ExtraMissing, FileUnwritable
from inventory.files.rows import Row
from inventory.files.sheets import SHEETS, Sheet, columns_of, inventory_of, read_row, reasons_against
from inventory.plant_text import route_from_text, route_to_text
from inventory.snapshot import Inventory

CRS = "EPSG:27700"
DRIVER = "GPKG"


@dataclass(frozen=True, slots=True)
class Shape:
    """How the geometry of a layer stands in cells: the OGC name of its type, and the columns it stands for."""

    type: str
    columns: tuple[str, ...]


POINT = Shape("Point", ("easting_m", "northing_m"))
LINE = Shape("LineString", ("route",))
SHAPES: Mapping[str, Shape] = {"places": POINT, "premises": POINT, "ducts": LINE}

NUMPY_TYPES: Mapping[str, str] = {"integer": "int64", "number": "float64", "date": "datetime64[D]"}
"""By what a column's schema says; everything else is text."""


def write_geopackage(inventory: Inventory, path: Path) -> None:
    """Write every kind of thing as a layer or table of its own; a file of that name is replaced.

    Raises: InventoryInvalid, where something could not be read back; FileUnwritable; ExtraMissing.
    """
    pyogrio = _pyogrio()
    faults = list(_unfit(inventory, path))
    if faults:
        raise InventoryInvalid(path.name, faults)
    part = path.with_name(f".{path.stem}.part.gpkg")
    part.unlink(missing_ok=True)
    try:
        for name, row in SHEETS.items():
            _write_layer(pyogrio, part, name, row, getattr(inventory, name))
        part.replace(path)
    except (OSError, pyogrio.errors.DataSourceError) as error:
        raise FileUnwritable(str(path), str(error)) from error
    finally:
        part.unlink(missing_ok=True)


def read_geopackage(path: Path) -> Inventory:
    """Return what a GeoPackage with our layers holds. Layers of other names are not looked at.

    Raises: InventoryInvalid, with every fault by layer and feature id (`fid`); ExtraMissing.
    """
    pyogrio = _pyogrio()
    try:
        layers = {name for name, _ in pyogrio.list_layers(path)}
        sheets = [_read_layer(pyogrio, path, name, row, layers) for name, row in SHEETS.items()]
    except (OSError, pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise InventoryInvalid(path.name, [Fault(path.name, None, f"cannot be read ({error})")]) from error
    return inventory_of(sheets, path.name)


def _pyogrio() -> Any:
    """Raises: ExtraMissing."""
    try:
        import pyogrio.raw
    except ImportError as error:
        raise ExtraMissing("GeoPackage", "pyogrio") from error
    return pyogrio


def _unfit(inventory: Inventory, path: Path) -> Iterator[Fault]:
    for name in SHEETS:
        for number, noun in enumerate(getattr(inventory, name), 1):
            for reason in reasons_against(name, noun):
                yield Fault(f"{path.name} {name}", number, reason)


def _write_layer(pyogrio: Any, path: Path, name: str, row: type[Row], nouns: Sequence[Any]) -> None:
    cells = [row.of(noun) for noun in nouns]
    shape = SHAPES.get(name)
    columns = [column for column in row.model_fields if shape is None or column not in shape.columns]
    types = _numpy_types(row)
    arrays = [_array([one[column] for one in cells], types.get(column)) for column in columns]
    pyogrio.raw.write(
        path,
        None if shape is None else shapely.to_wkb(_geometries(shape, cells)),
        [array for array, _ in arrays],
        columns,
        field_mask=[mask for _, mask in arrays],
        layer=name,
        driver=DRIVER,
        geometry_type=None if shape is None else shape.type,
        crs=None if shape is None else CRS,
    )


def _numpy_types(row: type[Row]) -> Mapping[str, str]:
    """The columns that are no text, by what the row's schema says of them."""
    schema = row.model_json_schema()
    words = {column: set(_words(one, schema)) for column, one in schema["properties"].items()}
    return {column: NUMPY_TYPES[word] for column, found in words.items() for word in found & NUMPY_TYPES.keys()}


def _words(one: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    """The type or format a schema names, or those of its parts."""
    if "$ref" in one:
        one = schema["$defs"][one["$ref"].rpartition("/")[2]]
    for part in one.get("anyOf", ()):
        yield from _words(part, schema)
    yield one.get("format", one.get("type", ""))


def _array(values: list[Any], dtype: str | None) -> tuple[Any, Any]:
    """A column, and where it holds nothing."""
    if dtype is None:
        texts = [None if value is None else str(value) for value in values]
        return np.array(texts, dtype=object), None
    mask = np.array([value is None for value in values], dtype=bool)
    filler: Any = "NaT" if dtype.startswith("datetime") else 0
    return np.array([filler if value is None else value for value in values], dtype=dtype), mask


def _geometries(shape: Shape, cells: list[dict[str, object]]) -> Any:
    if shape is POINT:
        return shapely.points(np.array([[one[c] for c in shape.columns] for one in cells]).reshape(-1, 2))
    routes = (route_from_text(str(one["route"])) for one in cells)
    return np.array([shapely.LineString(route) for route in routes], dtype=object)


def _read_layer(pyogrio: Any, path: Path, name: str, row: type[Row], layers: set[str]) -> Sheet:
    sheet = Sheet(name, f"{path.name} {name}")
    if name not in layers:
        sheet.refuse(None, "there is no such layer")
        sheet.is_whole = False
        return sheet
    meta, fids, geometry, arrays = pyogrio.raw.read(path, layer=name, return_fids=True, datetime_as_string=True)
    shape = SHAPES.get(name)
    shapes = _shape_cells(sheet, shape, meta, fids, geometry)
    columns = columns_of(sheet, [*meta["fields"], *(shape.columns if shape else ())], row)
    if columns is None or shapes is None:
        sheet.is_whole = False
        return sheet
    for position, fid in enumerate(fids):
        cells = [_text(array[position]) for array in arrays]
        read_row(sheet, row, columns, int(fid), [*cells, *shapes[position]])
    return sheet


def _shape_cells(sheet: Sheet, shape: Shape | None, meta: Any, fids: Any, geometry: Any) -> list[list[str]] | None:
    """The cells that each feature's geometry stands for; None, and a fault, where the layer has not ours."""
    if shape is None:
        return [[] for _ in fids]
    if geometry is None or meta["crs"] != CRS:
        sheet.refuse(None, f"is in {meta['crs'] or 'no reference system'} and not in {CRS}, or has no geometry")
        return None
    return [_cells_of(one, shape) for one in shapely.from_wkb(geometry)]


def _cells_of(geometry: Any, shape: Shape) -> list[str]:
    """What is no geometry of the layer's type becomes empty cells, which the row then refuses."""
    parts = shapely.get_parts(geometry) if geometry is not None else []
    if len(parts) != 1 or parts[0].geom_type != shape.type or parts[0].is_empty:
        return [""] * len(shape.columns)
    points = tuple((float(easting), float(northing)) for easting, northing in shapely.get_coordinates(parts[0]))
    return [route_to_text(points)] if shape is LINE else [repr(value) for value in points[0]]


def _text(value: Any) -> str:
    """A cell as a CSV file would hold it; a number that may be missing comes as a float."""
    if value is None or value != value:  # NaN: nothing there
        return ""
    if isinstance(value, np.floating):
        return str(int(value)) if float(value).is_integer() else repr(float(value))
    return str(value)
