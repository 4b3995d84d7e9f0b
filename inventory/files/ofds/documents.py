"""OFDS documents on disk: written with the bundle of what the standard has no words for, and read back.

`plant.json` is the network package. `plant.geojson` stands for two files, `plant.nodes.geojson` and
`plant.spans.geojson`. Beside either lies the folder `plant.bundle`, as `inventory load` reads it.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from inventory.errors import Fault, InventoryInvalid
from inventory.files.bundle import read_bundle, write_bundle
from inventory.files.errors import FileUnwritable
from inventory.files.ofds.document import collection_text, package_text
from inventory.files.ofds.geojson import network_of_features, node_features, span_features
from inventory.files.ofds.publish import Publication
from inventory.files.ofds.shapes import Collection, Network, Package
from inventory.files.ofds.take import Manner, take
from inventory.files.report import Taken
from inventory.snapshot import Inventory

GEOJSON = ".geojson"
PARTS = ("nodes", "spans")


def bundle_beside(path: Path) -> Path:
    """The folder with what the document itself cannot say."""
    return path.with_name(f"{_stem(path)}.bundle")


def feature_files(path: Path) -> tuple[Path, Path]:
    """The two files of a GeoJSON document, of nodes and of spans, by either's name or the one both have."""
    nodes, spans = (path.with_name(f"{_stem(path)}.{part}{GEOJSON}") for part in PARTS)
    return nodes, spans


def write_ofds(publication: Publication, path: Path, *, as_geojson: bool = False) -> tuple[Path, ...]:
    """Write a document, and its bundle; return what was written.

    Raises: InventoryInvalid, where the inventory cannot stand in a bundle; FileUnwritable.
    """
    folder = bundle_beside(path)
    write_bundle(publication.inventory, folder, publication.name)
    if not as_geojson:
        _write(path, package_text(publication))
        return path, folder
    nodes, spans = feature_files(path)
    _write(nodes, collection_text(node_features(publication)))
    _write(spans, collection_text(span_features(publication)))
    return nodes, spans, folder


def import_ofds(path: Path, present: Inventory, *, prefix: str = "", owner: str = "", bundle: bool = True) -> Taken:
    """Take a document into the bundle beside it, or, without one or without `bundle`, into the `present` inventory.

    Raises: InventoryInvalid, with every fault by file and path.
    """
    networks = read_networks(path)
    folder = bundle_beside(path)
    has_bundle = bundle and folder.is_dir()
    base = read_bundle(folder) if has_bundle else present
    return take(networks, base, Manner(path.name, prefix, owner, replaces=has_bundle))


def read_networks(path: Path) -> Sequence[Network]:
    """Return the networks of a document, JSON or by its ending GeoJSON.

    Raises: InventoryInvalid.
    """
    if path.suffix != GEOJSON:
        return _validated(Package, _read(path), path).networks
    nodes, spans = (_validated(Collection, _read(part), part).features for part in feature_files(path))
    package = {"networks": [network_of_features(nodes, spans)]}
    try:
        return Package.model_validate(package).networks
    except ValidationError as error:
        raise InventoryInvalid(path.name, _faults(error, path)) from error


def _stem(path: Path) -> str:
    stem = path.name.removesuffix(path.suffix)
    for part in PARTS:
        stem = stem.removesuffix(f".{part}") if path.suffix == GEOJSON else stem
    return stem


def _validated[Model: BaseModel](model: type[Model], content: bytes, path: Path) -> Model:
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        raise InventoryInvalid(path.name, _faults(error, path)) from error


def _faults(error: ValidationError, path: Path) -> list[Fault]:
    return [Fault(_where(path, detail), None, _reason(detail)) for detail in error.errors(include_url=False)]


def _where(path: Path, detail: ErrorDetails) -> str:
    steps = "".join(f"/{step}" for step in detail["loc"])
    return f"{path.name} {steps}".rstrip()


def _reason(detail: ErrorDetails) -> str:
    message = detail["msg"][:1].lower() + detail["msg"][1:]
    given: Any = detail["input"]
    return f"{message}, not {given!r}" if isinstance(given, str | int | float) and len(str(given)) < 60 else message


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InventoryInvalid(path.name, [Fault(path.name, None, f"cannot be read ({_why(error)})")]) from error


def _write(path: Path, pieces: Iterable[str]) -> None:
    """All of it or nothing: a document that breaks off is no document. Raises: FileUnwritable."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            file.writelines(pieces)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise FileUnwritable(str(path), _why(error)) from error


def _why(error: OSError) -> str:
    return error.strerror or os.strerror(error.errno or 0)
