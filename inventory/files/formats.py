"""Which reader or writer a file is for, by its name. Each gives or takes the whole inventory."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from inventory.files.bundle import write_bundle
from inventory.files.errors import DistanceInvalid, FormatUnclear, OptionUnfit
from inventory.files.geopackage import read_geopackage, write_geopackage
from inventory.files.ofds.documents import import_ofds, write_ofds
from inventory.files.ofds.publish import Publication
from inventory.files.open_uprn import import_open_uprn, write_open_uprn
from inventory.files.report import Taken
from inventory.snapshot import Inventory


class FileFormat(StrEnum):
    """What a file may be."""

    BUNDLE = "bundle"
    OFDS_JSON = "ofds-json"
    OFDS_GEOJSON = "ofds-geojson"
    GEOPACKAGE = "geopackage"
    OPEN_UPRN = "open-uprn"


ENDINGS: Mapping[str, FileFormat] = {
    "": FileFormat.BUNDLE,
    ".json": FileFormat.OFDS_JSON,
    ".geojson": FileFormat.OFDS_GEOJSON,
    ".gpkg": FileFormat.GEOPACKAGE,
    ".csv": FileFormat.OPEN_UPRN,
}


FARTHEST_M = 1_000.0  # no drop reaches farther


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a file is taken. The first three are for OFDS (`inventory.files.ofds.take`), the last for OS Open UPRN."""

    prefix: str = ""
    owner: str = ""
    alone: bool = False
    add_within_m: float | None = None


def format_of(path: Path) -> FileFormat:
    """Raises: FormatUnclear."""
    try:
        return ENDINGS[path.suffix.lower()]
    except KeyError:
        raise FormatUnclear(path.name, [ending for ending in ENDINGS if ending]) from None


def import_file(path: Path, present: Inventory, options: ImportOptions) -> Taken:
    """Return the inventory as the file makes it; `present` is the one there is. Nothing is written.

    Raises: InventoryInvalid, FormatUnclear, OptionUnfit, DistanceInvalid, ExtraMissing.
    """
    file_format = format_of(path)
    _refuse_unfit(file_format, options)
    match file_format:
        case FileFormat.OFDS_JSON | FileFormat.OFDS_GEOJSON:
            return import_ofds(path, present, prefix=options.prefix, owner=options.owner, bundle=not options.alone)
        case FileFormat.GEOPACKAGE:
            return Taken(read_geopackage(path))
        case FileFormat.OPEN_UPRN:
            return import_open_uprn(path, present, options.add_within_m)
        case FileFormat.BUNDLE:
            raise FormatUnclear(path.name, [ending for ending in ENDINGS if ending])


def export_file(inventory: Inventory, path: Path, file_format: FileFormat, name: str, day: date) -> tuple[Path, ...]:
    """Write the inventory; return the files and folders that were written.

    Raises: InventoryInvalid, FileUnwritable, ExtraMissing.
    """
    match file_format:
        case FileFormat.OFDS_JSON | FileFormat.OFDS_GEOJSON:
            publication = Publication(inventory, name, day)
            return write_ofds(publication, path, as_geojson=file_format is FileFormat.OFDS_GEOJSON)
        case FileFormat.GEOPACKAGE:
            write_geopackage(inventory, path)
        case FileFormat.OPEN_UPRN:
            write_open_uprn(inventory.premises, path)
        case FileFormat.BUNDLE:
            write_bundle(inventory, path, name)
    return (path,)


def _refuse_unfit(file_format: FileFormat, options: ImportOptions) -> None:
    """Raises: OptionUnfit, DistanceInvalid."""
    of_ofds = {"--prefix": options.prefix, "--owner": options.owner, "--alone": options.alone}
    if file_format not in (FileFormat.OFDS_JSON, FileFormat.OFDS_GEOJSON):
        for option, given in of_ofds.items():
            if given:
                raise OptionUnfit(option, file_format)
    if options.add_within_m is None:
        return
    if file_format is not FileFormat.OPEN_UPRN:
        raise OptionUnfit("--add-within", file_format)
    if not 0 <= options.add_within_m <= FARTHEST_M:  # NaN neither
        raise DistanceInvalid(options.add_within_m, FARTHEST_M)
